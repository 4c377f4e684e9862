"""The notebooks of docs/tutorials run from the first cell to the last, and are stored as running leaves them."""

from __future__ import annotations

import copy
import re
import runpy
from pathlib import Path

import nbformat
import pytest

TUTORIALS = Path(__file__).resolve().parents[2] / "docs" / "tutorials"
RUN = runpy.run_path(str(TUTORIALS / "run.py"))
each_notebook = pytest.mark.parametrize("path", RUN["NOTEBOOKS"], ids=lambda path: path.stem)


def outputs(notebook: nbformat.NotebookNode) -> list[list[nbformat.NotebookNode]]:
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def kinds(notebook: nbformat.NotebookNode) -> list[list[tuple]]:
    """For each cell, what its outputs are: pictures, pages, text or warnings."""
    return [[(o.output_type, o.get("name"), *sorted(o.get("data", ()))) for o in cell] for cell in outputs(notebook)]


def test_there_is_a_notebook_for_each_tutorial():
    assert [path.stem[:2] for path in RUN["NOTEBOOKS"]] == ["01", "02", "03", "04", "05", "06"]


QUICK = """
from sklearn.linear_model import LogisticRegression as Line
from tabgan import DWTPCALSTMForecaster, settings
from tabgan.evaluation import detector, likelihood
from tabgan.evaluation.families import detection
from tabgan.preprocessing import sieve
from tabgan.synthesizers import row_learner
from tabgan.teaching import teacher
for preset in settings.PRESETS.values():
    preset["iterations"] = 20
DWTPCALSTMForecaster.__init__.__kwdefaults__ |= {"epochs": 2, "members": 1}
detection.REPEATS, detector.ROUNDS, likelihood.TREES = 1, 10, 10
row_learner.CALIBRATION_BLOCKS, sieve.ROUNDS, sieve.TREES = 1, 2, 5
sieve.LEAST_GENERATED, sieve.LEAST_FOLDED, sieve.POOL = 2000, 500, 2000
teacher.class_learners = lambda n_classes: {"line": Line()}
"""
QUICK_SERIES = """
from tabgan.series import chain, guide, states
from tabgan.synthesizers import series_generator, series_synthesizer
chain.ROUNDS, guide.TREES, states.STEPS = 1, 5, 20
series_generator.JUDGED, series_generator.CANDIDATES = 200, 1
series_synthesizer.SERIES_TOGETHER = 1
"""


def quick(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with short fits, and with detectors of few trees, which change numbers but not their kinds."""
    first, *others = (cell for cell in notebook.cells if cell.cell_type == "code")
    first.source += QUICK + QUICK_SERIES * ("TimeSeriesSynthesizer" in first.source)
    for cell in others:
        cell.source = re.sub(r"\biterations=\d+", "iterations=20", cell.source)
        cell.source = cell.source.replace("sample_series(8760,", "sample_series(2640,")
    return notebook


@pytest.mark.long
@each_notebook
def test_it_runs_and_shows_what_is_stored(path):
    stored = nbformat.read(path, as_version=4)
    shown = RUN["normalise"](RUN["execute"](quick(copy.deepcopy(stored))))
    assert kinds(shown) == kinds(stored)
    assert not any(kind[0] in ("stream", "error") for cell in kinds(shown) for kind in cell)  # no warnings
    assert any("image/png" in kind for cell in kinds(shown) for kind in cell)


@each_notebook
def test_it_is_stored_run_small_and_without_traces_of_the_machine(path):
    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    assert RUN["normalise"](copy.deepcopy(stored)) == stored
    counts = [cell.execution_count for cell in stored.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    text = path.read_text(encoding="utf-8")
    assert len(text) < 200_000
    assert not re.search(r"/(home|tmp|root|work|Users)/|0x[0-9a-f]{6}", text)


@each_notebook
def test_its_links_lead_somewhere(path):
    cells = nbformat.read(path, as_version=4).cells
    links = [
        link for cell in cells if cell.cell_type == "markdown" for link in re.findall(r"\]\(([^)#]+)", cell.source)
    ]
    assert links
    for link in links:
        assert "://" in link or (TUTORIALS / link).exists(), link
