"""`tabgan export` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tabgan.preprocessing import sieve

FILES = {
    "onnx": [],
    "matlab": ["generate_rows.m", "generate_rows.mat"],
    "numpy": ["generate_rows.npz", "generate_rows.py"],
}


@pytest.mark.parametrize("target", FILES)
def test_it_writes_what_is_asked_for(tabgan_command, model, target):
    model.save("model.tabgan")
    result = tabgan_command("export", "--to", target, "-o", "out")
    n_latents = model.generator_.n_latents
    assert result.stdout == f"{n_latents} latents to rows of 3 columns: out\n"
    assert result.stderr == ""
    assert sorted(path.name for path in Path("out").glob("*")) == FILES[target]
    again = tabgan_command("export", "model.tabgan", "--to", target, "-o", "out")
    assert again.exit_code == 2
    assert "out exists and is kept; give another name, or --overwrite" in again.stderr
    shown = tabgan_command("export", "--to", target, "-o", "out", "--overwrite", "--json").stdout
    assert json.loads(shown) == {
        "model": "model.tabgan",
        "output": "out",
        "latents": n_latents,
        "label": None,
        "columns": ["price", "流量", "count"],
        "notes": [],
    }


def test_a_forecaster_is_refused(tabgan_command, monkeypatch):
    from tabgan import DWTPCALSTMForecaster

    monkeypatch.setattr("tabgan.synthesizers.stored_rows.load_rows", lambda _: DWTPCALSTMForecaster())
    result = tabgan_command("export", "water.tabgan", "--to", "onnx", "-o", "out")
    assert result.exit_code == 2
    assert "Error: a generator is exported, but this model is a DWTPCALSTMForecaster" in result.stderr
    assert not Path("out").exists()


def test_what_is_left_out_is_a_warning(tabgan_command, table, monkeypatch):
    monkeypatch.setattr(sieve, "_is_clear", lambda gains: True)  # one that pays or not
    table.assign(word=np.repeat([*"abcdefghij"], 20)).to_csv("words.csv", index=False)
    assert (
        tabgan_command("fit", "words.csv", "--iterations", 2, "--hidden", "8", "--no-copula", "--quiet").exit_code == 0
    )
    result = tabgan_command("export", "--to", "numpy", "-o", "out")
    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: the sieve is not in the export: its rows are candidates, of which")
