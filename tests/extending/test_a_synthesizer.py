"""A synthesizer of one's own: the bootstrap, which draws learned rows with replacement."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
from click.testing import CliRunner

import tabgan
from tabgan.cli.main import main
from tabgan.seeds import Use, numpy_rng


class Bootstrap(tabgan.RowSynthesizer):
    def __init__(self, random_state=None):
        self.random_state = random_state

    def _fit(self, X, earlier):
        self.rows_ = X

    def _sample_block(self, seed, block, given=None):
        return numpy_rng(seed, Use.SAMPLE, block).choice(self.rows_, tabgan.BLOCK_ROWS)

    def _learned_state(self):
        return {"rows": self.rows_}

    def _set_learned_state(self, state):
        self.rows_ = state["rows"]


tabgan.register("model", Bootstrap)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_it_keeps_what_all_synthesizers_promise():
    tabgan.check_synthesizer(Bootstrap())


def test_the_command_line_knows_it(tmp_path):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"size": rng.normal(size=80).round(2), "town": rng.choice(["York", "Bath"], 80)})
    table.to_csv(tmp_path / "data.csv", index=False)
    model, rows = str(tmp_path / "own.tabgan"), str(tmp_path / "rows.csv")
    Bootstrap(random_state=0).fit(table).save(model)
    assert "Bootstrap, format 3, seed 0" in run("info", model)
    assert json.loads(run("info", model, "--json"))["n_samples"] == 80
    run("generate", "-n", "60", "-m", model, "-o", rows, "--where", "town=York")
    assert (pd.read_csv(rows)["town"] == "York").all()
    page = str(tmp_path / "page.html")
    run("generate", "-n", "60", "-m", model, "-o", rows, "--overwrite")
    run("evaluate", str(tmp_path / "data.csv"), rows, "--only", "marginals", "--model", model, "--report", page)
    assert "Bootstrap" in (tmp_path / "page.html").read_text(encoding="utf-8")
