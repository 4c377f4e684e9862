"""tabgan evaluate: what a stranger types, and what ends a run."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def files(tabgan_command):
    """train.csv, holdout.csv and synth.csv of one source in the current folder."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(600, 2)).round(4)
    table = pd.DataFrame({"x": x[:, 0], "y": (x[:, 0] + x[:, 1]).round(4), "kind": np.where(x[:, 1] > 0, "up", "down")})
    for name, rows in {"train": slice(0, 200), "holdout": slice(200, 400), "synth": slice(400, 600)}.items():
        table.iloc[rows].to_csv(f"{name}.csv", index=False)
    return tabgan_command


def test_everything_at_once(files):
    outputs = ["--report", "report.html", "--json", "scores.json", "--plot", "marginals.png"]
    result = files("evaluate", "train.csv", "synth.csv", "--holdout", "holdout.csv", "--target", "kind", *outputs)
    assert result.exit_code == 0, result.output
    assert "may stand in for real ones" in result.stdout
    assert result.stdout.splitlines()[-3:] == ["report: report.html", "plot: marginals.png", "scores: scores.json"]
    assert result.stderr == ""  # no progress unless on a terminal
    page = Path("report.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in page
    scores = json.loads(Path("scores.json").read_text(encoding="utf-8"))
    assert scores["has_holdout"]
    assert {"shape", "pairs", "detection", "coverage", "tstr", "membership"} <= set(scores["scores"])
    assert Path("marginals.png").stat().st_size > 2000
    again = files("evaluate", "train.csv", "synth.csv", "--report", "report.html")
    assert again.exit_code == 2
    assert "report.html exists and is kept" in again.stderr


def test_json_can_be_printed_and_families_chosen(files):
    result = files("evaluate", "train.csv", "synth.csv", "--only", "marginals, dependence", "--cols", "1-2", "--json")
    found = json.loads(result.stdout)
    assert [column["column"] for column in found["columns"]] == ["x", "y"]
    assert {score["family"] for score in found["scores"].values()} == {"marginals", "dependence"}
    quiet = files("evaluate", "train.csv", "synth.csv", "--only", "marginals", "--quiet")
    assert (quiet.exit_code, quiet.output) == (0, "")


def test_columns_that_the_rows_lack_are_named(files):
    pd.read_csv("synth.csv")[["x", "y"]].to_csv("numbers.csv", index=False)
    result = files("evaluate", "train.csv", "numbers.csv", "--only", "marginals")
    assert "note: not judged, as numbers.csv does not have it: kind" in result.stdout
    asked = files("evaluate", "train.csv", "numbers.csv", "--only", "marginals", "--cols", "1-2")
    assert "not judged" not in asked.stdout


def test_conditions_end_the_run_with_1_after_the_files_are_written(files):
    bar = "shape>0.5,detection < 0.3"
    told = ("--json", "scores.json", "--github-summary", "summary.md")
    result = files("evaluate", "train.csv", "synth.csv", "--fail-under", bar, *told)
    assert result.exit_code == 1
    summary = Path("summary.md").read_text(encoding="utf-8")
    assert summary.startswith("### tabgan evaluate: synth.csv beside train.csv\n\n**detection\\<0.3 is required, but")
    assert "\n| detection | low | 0." in summary
    assert result.stderr.startswith("Error: detection<0.3 is required, but detection is 0.")
    assert Path("scores.json").exists()
    assert files("evaluate", "train.csv", "synth.csv", "--fail-under", "shape>0.5").exit_code == 0
    missing = files("evaluate", "train.csv", "synth.csv", "--fail-under", "tstr>0.1")
    assert missing.exit_code == 1
    assert "tstr was not computed" in missing.stderr


def test_rows_balanced_on_purpose_are_noticed_and_can_be_judged_as_they_are(files):
    rng = np.random.default_rng(0)
    kinds = {"train": rng.random(400) < 0.2, "even": np.arange(300) % 2 == 0}
    for name, rare in kinds.items():
        x = (2 * rare + rng.normal(size=len(rare))).round(3)
        pd.DataFrame({"x": x, "kind": np.where(rare, "rare", "usual")}).to_csv(f"{name}.csv", index=False)
    command = ("evaluate", "train.csv", "even.csv", "--only", "marginals")
    found, plain = files(*command), files(*command, "--balanced", "none")
    assert "note: the rows are balanced by column kind" in found.stdout
    assert "; --balanced none judges them as they are" in found.stdout
    assert "balanced" not in plain.stdout
    assert files(*command, "--balanced", "kind").stdout == found.stdout
    wrong = files(*command, "--balanced", "x")
    assert (wrong.exit_code, "a column of labels that is scored, but is 'x'" in wrong.stderr) == (2, True)
    series = files(*command[:3], "--series", "--balanced", "kind")
    assert "--balanced is for tables, not for --series, but was given; leave it out" in series.stderr


def test_kinds_can_be_told(files):
    told = files("evaluate", "train.csv", "synth.csv", "--only", "marginals", "--categorical", "x", "--json")
    assert "tv_complement" in json.loads(told.stdout)["scores"]
    left = files("evaluate", "train.csv", "synth.csv", "--only", "marginals", "--categorical", "9", "--json")
    assert left.exit_code == 2


def test_the_report_speaks_chinese_and_shows_a_models_training(files, model):
    model.save("model.tabgan")
    outputs = ["--report", "report.html", "--lang", "zh", "--model", "model.tabgan"]
    result = files("evaluate", "train.csv", "synth.csv", *outputs)
    assert result.exit_code == 0, result.output
    page = Path("report.html").read_text(encoding="utf-8")
    assert '<html lang="zh' in page
    assert "批评" in page or "判别" in page


def test_the_largest_seed_is_a_seed(files):
    """Detection once counted on from it, and ended beyond what scikit-learn takes."""
    result = files("evaluate", "train.csv", "synth.csv", "--only", "detection", "--seed", 2**32 - 1)
    assert result.exit_code == 0, result.output


def test_a_summary_is_appended_to_the_file_of_the_ci_server(files, monkeypatch):
    asked = ("evaluate", "train.csv", "synth.csv", "--only", "marginals", "--github-summary", "--quiet")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    refused = files(*asked)
    assert refused.exit_code == 2
    assert "--github-summary needs a file" in refused.stderr
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "step.md")
    Path("step.md").write_text("# Before\n", encoding="utf-8")
    pd.read_csv("synth.csv").rename(columns={"x": "<b>|流量"}).to_csv("synth.csv", index=False)
    pd.read_csv("train.csv").rename(columns={"x": "<b>|流量"}).to_csv("train.csv", index=False)
    assert files(*asked).output == ""
    summary = Path("step.md").read_text(encoding="utf-8")
    assert summary.startswith("# Before\n### tabgan evaluate: synth.csv beside train.csv\n")
    assert "\n| \\<b\\>\\|流量 | 0." in summary
    assert "<b>" not in summary


@pytest.mark.skipif(sys.platform == "win32", reason="files are no pipes there")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("train.csv", "is named twice"),
        ("soft.csv", "is named twice"),
        ("hard.csv", "is named twice"),
        ("mine.toml", "is named twice"),
        ("no/summary.md", "cannot write no/summary.md"),
        (".", "an output must be a file, but . is not one"),
        ("pipe", "an output must be a file, but pipe is not one"),
    ],
)
def test_a_summary_needs_a_file_of_its_own(files, name, words):
    os.mkfifo("pipe")  # which nobody reads
    Path("soft.csv").symlink_to("train.csv")
    Path("hard.csv").hardlink_to("train.csv")
    Path("mine.toml").write_text('only = "marginals"')
    before = Path("train.csv").read_bytes()
    result = files("evaluate", "train.csv", "synth.csv", "--config", "mine.toml", "--github-summary", name)
    assert result.exit_code == 2
    assert words in result.stderr
    assert Path("train.csv").read_bytes() == before


def test_columns_that_only_the_rows_have_do_not_disturb(files):
    """Rows of `generate --mark` could not be judged."""
    rows = pd.read_csv("synth.csv").assign(src="synthetic")
    rows.to_csv("marked.csv", index=False)
    told = ("--only", "marginals", "--json")
    plain = files("evaluate", "train.csv", "synth.csv", *told)
    marked = files("evaluate", "train.csv", "marked.csv", *told)
    assert json.loads(marked.stdout)["columns"] == json.loads(plain.stdout)["columns"]
    assert marked.stderr == "Warning: columns that only the synthetic table has are not compared: src\n"
    rows.drop(columns="kind").to_csv("fewer.csv", index=False)
    assert files("evaluate", "train.csv", "fewer.csv", *told).exit_code == 0
    rows.drop(columns="kind").assign(waves=[[1, 2]] * len(rows)).to_parquet("waves.parquet")
    assert "- kind, + waves; select" in files("evaluate", "train.csv", "waves.parquet", *told).stderr
    rows.rename(columns={"kind": "kid"}).to_csv("odd.csv", index=False)
    assert "- kind, + kid; select" in files("evaluate", "train.csv", "odd.csv", *told).stderr


def test_an_option_is_called_by_its_name(files):
    refused = files("evaluate", "train.csv", "synth.csv", "--id", "src").stderr
    assert "--id" in refused
    assert "--cols" not in refused


def test_the_page_has_the_means_of_the_printed_table(files):
    """They were of the rows held aside."""
    train = pd.read_csv("train.csv").assign(x=lambda table: table["x"] + 3)
    train.to_csv("shifted.csv", index=False)
    told = ("--only", "marginals", "--holdout", "holdout.csv", "--report", "report.html")
    printed = files("evaluate", "shifted.csv", "synth.csv", *told).stdout
    page = Path("report.html").read_text(encoding="utf-8")
    shown = {float(mean) for mean in re.findall(r'<b class="real">([-.0-9]+)</b> →', page)}
    assert f"  {train['x'].mean():.4g}  " in printed
    assert sorted(shown) == pytest.approx(sorted([train["x"].mean(), train["y"].mean()]), abs=0.01)
