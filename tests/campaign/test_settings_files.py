"""Edited schemas, configurations and pipelines are used, or refused in one line."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.campaign.conftest import Cases
from tests.campaign.model_edits import EDITS, MOST_MEGABYTES, MOST_SECONDS
from tests.campaign.probe import run_command

OPTIONS: dict[str, Any] = {"iterations": 2, "sieve": False, "copula": False, "overwrite": True, "quiet": True}
CONFIG = {"data": "data.csv", "output": "out.tabgan", "cols": "1-3", "categorical": ["c"], "label": "c",
          "hidden": [8], "constraint": ["a >= -9"], "marginals": "minmax", "seed": 0}  # fmt: skip
PIPELINE = {
    "fit": {"data": "data.csv", "output": "out.tabgan", **OPTIONS},
    "generate": {"model": "out.tabgan", "rows": 5, "output": "rows.csv", "overwrite": True},
    "evaluate": {"real": "data.csv", "synth": "rows.csv", "only": "marginals", "json": "out.json"},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table, and each kind of file as it should be."""
    folder, rng = tmp_path_factory.mktemp("settings"), np.random.default_rng(0)
    table = {"a": rng.normal(size=60), "b": rng.integers(0, 9, 60), "c": rng.choice(["x", "y"], 60)}
    pd.DataFrame({**table, "d": pd.date_range("2024", periods=60)}).to_csv(folder / "data.csv", index=False)
    assert run_command("schema", "data.csv", "-o", "schema.json", folder=folder).code == 0
    (folder / "config.json").write_text(json.dumps(OPTIONS | CONFIG))
    (folder / "pipeline.json").write_text(json.dumps(PIPELINE))
    return folder


def test_edited_settings_are_used_or_refused_in_one_line(cases: Cases, files: Path) -> None:
    fit = ("fit", "data.csv", "--iterations", 2, "--no-sieve", "--no-copula", "--quiet", "--overwrite")
    takes = {
        "schema": (*fit, "-o", "out.tabgan", "--schema"),
        "config": ("fit", "--iterations", 2, "--overwrite", "--config"),
        "pipeline": ("run",),
    }
    for name, args in takes.items():
        done = run_command(*args, f"{name}.json", folder=files)
        assert done.code == 0, done.said.decode()
    for seed in cases(0.02):
        rng = random.Random(seed)
        name = rng.choice(list(takes))
        held = json.loads((files / f"{name}.json").read_text(encoding="utf-8"))
        about = f"{name}, {'; '.join(rng.choice(EDITS)(held, {}, rng) for _ in range(rng.choice([1, 1, 1, 2])))}"
        depth = rng.choice([40, 500, 200_000])
        (files / "edited.json").write_text(json.dumps(held).replace('"deep"', "[" * depth + "]" * depth))
        done = run_command(*takes[name], "edited.json", folder=files)
        assert done.code in (0, 2), f"{about}: {done.said.decode()}"
        assert done.megabytes < MOST_MEGABYTES, f"{about}: {done.megabytes:.0f} MB"
        assert done.seconds < 2 * MOST_SECONDS, f"{about}: {done.seconds:.1f} s"
