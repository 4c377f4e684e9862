"""tabgan evaluate --series: what a stranger types, and what ends a run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def files(tabgan_command):
    """real.csv, later.csv and synth.csv of one source in the current folder, hour by hour; runs.csv has two pumps."""
    noise = np.random.default_rng(0).normal(size=(3600, 2))
    steps = pd.DataFrame(noise, columns=["flow", "level"]).ewm(alpha=0.3).mean().round(3)
    stamps = pd.Series(pd.date_range("2026-01-01", periods=1500, freq="h"), name="stamp")
    for name, begin, count in (("real", 0, 1500), ("later", 1500, 900), ("synth", 2400, 1200)):
        part = steps.iloc[begin : begin + count].reset_index(drop=True)
        pd.concat([stamps.iloc[:count], part], axis=1).to_csv(f"{name}.csv", index=False)
    real = pd.read_csv("real.csv").assign(room="a")
    pd.concat([real.assign(pump=1), real.assign(pump=2)]).to_csv("pumps.csv", index=False)
    pd.read_csv("synth.csv").assign(series=np.repeat(range(50), 24)).drop(columns="stamp").to_csv(
        "runs.csv", index=False
    )
    return tabgan_command


def test_scores_stand_beside_their_ceiling_and_baselines(files):
    only = "dynamics,usefulness,drift,privacy"
    outputs = ["--json", "scores.json", "--report", "report.html"]
    result = files(
        "evaluate",
        "real.csv",
        "synth.csv",
        "--series",
        "--time",
        "stamp",
        "--holdout",
        "later.csv",
        "--only",
        only,
        *outputs,
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("What was scored is about what other real series get")
    for word in ("bootstrap", "var", "apart", "nearest_ratio", "irregular_stamps"):
        assert word in result.stdout
    found = json.loads(Path("scores.json").read_text(encoding="utf-8"))
    assert found["window"] == 24
    assert found["channels"] == ["flow", "level"]
    assert set(found["scores"]["acf"]["baselines"]) == {"real", "noisy", "bootstrap", "var", "apart", "shuffled"}
    assert Path("report.html").stat().st_size > 10_000


def test_entities_and_generated_runs_are_told_apart(files):
    told = ["--series", "--time", "stamp", "--entity", "pump", "--only", "dynamics", "--json"]
    result = files("evaluate", "pumps.csv", "runs.csv", *told)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["channels"] == ["flow", "level"]
    assert found["n_scored"] == 50
    chosen = files("evaluate", "pumps.csv", "runs.csv", *told, "--cols", "flow", "--window", "12")
    assert json.loads(chosen.stdout)["channels"] == ["flow"]
    assert json.loads(chosen.stdout)["window"] == 12


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--series"], "has dates in 'stamp', which are no channel; say --time stamp"),
        (["--series", "--time", "when"], "--time must name a column of the real series"),
        (["--time", "stamp"], "--time is for series, but was given; add --series"),
        (["--window", "48"], "--window is for series"),
        (["--series", "--time", "stamp", "--categorical", "flow"], "--categorical is for tables"),
        (["--series", "--time", "stamp", "--only", "marginals"], "families of scores are detection, dynamics"),
        (["--series", "--time", "stamp", "--fail-under", "shape>0.5"], "there is no 'shape'"),
        (["--series", "--time", "stamp", "--window", "2000"], "must have 2000 steps without a gap"),
    ],
)
def test_bad_input_is_told(files, options, message):
    result = files("evaluate", "real.csv", "synth.csv", *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_bar_ends_the_run(files):
    told = ["--series", "--time", "stamp", "--only", "dynamics", "--fail-under", "psd<0.000001"]
    result = files("evaluate", "real.csv", "synth.csv", *told)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: psd<1e-06 is required, but psd is 0.")
