"""`tabgan demo` goes the whole way, in a folder of its own."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import pandas as pd

from tabgan import load
from tabgan.cli import demo
from tabgan.cli.demo import FOLDER, OUTPUTS, STEPS, TABLE
from tabgan.evaluation import tables
from tabgan.evaluation.families import dependence

ROOT = Path(__file__).resolve().parents[2]


def test_it_splits_learns_judges_and_learns_all(quick, tabgan_command, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 100)  # are judged
    monkeypatch.setattr(dependence, "MOST_DISTANCE_ROWS", 50)
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    before = Path.cwd()
    shown = tabgan_command("demo", "--open")
    assert shown.exit_code == 0, shown.output
    assert Path.cwd() == before
    assert {path.name for path in FOLDER.iterdir()} == OUTPUTS
    assert (len(pd.read_csv(FOLDER / "train.csv")), len(pd.read_csv(FOLDER / "test.csv"))) == (379, 190)
    assert (load(FOLDER / "judged.tabgan").n_samples_, load(FOLDER / "model.tabgan").n_samples_) == (379, 569)
    assert pd.read_csv(FOLDER / "synth.csv").shape == (1000, 9)
    lines = shown.stdout.splitlines()
    assert [line.removeprefix("$ tabgan ") for line in lines if line.startswith("$ ")] == [line for line, _ in STEPS]
    assert "  379 rows to learn, 190 kept aside" in lines
    page = (FOLDER / "report.html").resolve()
    assert lines[-1].startswith(f"page: {page} - ")
    assert opened == [page.as_uri()]
    kept = tabgan_command("demo")
    assert kept.exit_code == 2
    assert "exists and is kept; give another name, or --overwrite" in kept.stderr


def test_what_a_run_left_that_was_stopped_gives_way_and_nothing_else(tabgan_command, monkeypatch):
    monkeypatch.setattr(demo, "STEPS", STEPS[:1])
    FOLDER.mkdir()
    (FOLDER / "train.csv").write_text("mine")
    assert "train.csv exists and is kept" in tabgan_command("demo").stderr
    assert (FOLDER / "train.csv").read_text() == "mine"
    assert tabgan_command("demo", "--overwrite").exit_code == 0
    (FOLDER / "train.csv").write_text("half of it")
    again = tabgan_command("demo")  # there is no model: it did not come so far
    assert again.exit_code == 0, again.output
    assert len(pd.read_csv(FOLDER / "train.csv")) == 379


def test_the_readme_shows_what_it_prints_and_is_short():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("$ ")][1:] == [
        f"$ tabgan {line}" for line, _ in STEPS
    ]
    assert f"$ tabgan demo\nin {FOLDER}/: {TABLE}, 569 rows of nine measurements\n" in text
    assert len(text.split()) <= 450


def test_a_file_in_the_way_is_no_folder(tabgan_command):
    FOLDER.write_text("mine")
    refused = tabgan_command("demo", "--overwrite")
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"Error: the demo writes into a folder {FOLDER}, but")
    assert FOLDER.read_text() == "mine"
