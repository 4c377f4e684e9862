"""A CI pipeline: docs/pipelines.md, docs/ci.md and docs/json.md."""

from __future__ import annotations

import json

from tests.journeys.user import User, Who

WHO = Who(terminal=False)

PUMP = """
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
fault = np.where(rng.random(240) < 0.25, "bearing", "none")
rms = rng.gamma(9, 0.1, 240) + 0.8 * (fault == "bearing")
kurtosis = 3 + rms**2 * rng.gamma(4, 0.25, 240)
pd.DataFrame({"rms": rms.round(3), "kurtosis": kurtosis.round(2), "fault": fault}).to_csv("pump.csv", index=False)
"""

PIPELINE = """
[split]
data = "pump.csv"
by = ["label", "fault"]

[fit]
data = "pump-train.csv"
label = "fault"
iterations = 300
seed = 7

[generate]
rows = 1000
output = "synth.csv"

[generate-faults]
command = "generate"
rows = 200
where = ["fault=bearing"]
output = "faults.csv"

[evaluate]
real = "pump-train.csv"
synth = "synth.csv"
holdout = "pump-test.csv"
report = "report.html"
fail-under = "shape>0.5"
"""
"""That of docs/pipelines.md, with few iterations and a bar that is always cleared."""


def journey(user: User) -> None:
    user.python(PUMP, "measure.py")
    user.write("pipeline.toml", PIPELINE)
    before = set(user.folder.iterdir())

    steps = user.types("tabgan run pipeline.toml --dry-run").splitlines()
    assert [step.split()[1] for step in steps] == ["split", "fit", "generate", "generate", "evaluate"]
    assert set(user.folder.iterdir()) == before, "--dry-run writes nothing"

    log = user.types("tabgan run pipeline.toml")
    assert "\x1b" not in user.seen, "a log has no colours"
    assert "\r" not in user.seen, "a log has no line that is written over"
    assert "[fit] tabgan fit pump-train.csv" in log
    assert (user / "report.html").stat().st_size > 10_000

    faults = (user / "faults.csv").read_text().splitlines()
    assert faults[0] == "rms,kurtosis,fault"
    assert len(faults) == 201
    assert all(row.endswith(",bearing") for row in faults[1:])

    # A second run finds its outputs there, and says so before it does anything.
    assert "overwrite" in user.types("tabgan run pipeline.toml", ends=2)
    # The same seed gives the same bytes.
    user.types("tabgan generate -n 1000 -o again.csv --overwrite --quiet && cmp synth.csv again.csv")

    # The gate: exit code 1, and the numbers are written all the same.
    failed = user.types(
        "tabgan evaluate pump-train.csv synth.csv --holdout pump-test.csv --quiet --overwrite "
        '--report report.html --json scores.json --fail-under "detection<0.01, shape>0.5"',
        ends=1,
    )
    assert failed.startswith("Error: detection<0.01 is required, but detection is ")
    assert len(failed.splitlines()) == 1
    scores = json.loads((user / "scores.json").read_text())
    assert scores["scores"]["shape"]["value"] > 0.5

    # Input that cannot be used: exit code 2, one line.
    wrong = user.types("tabgan fit pump-tran.csv --seed 0 --overwrite --quiet", ends=2)
    assert wrong.startswith("Error: ")
    assert len(wrong.splitlines()) == 1
