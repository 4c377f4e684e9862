"""The numbers are those of the prototype's own script, on the same windows."""

from __future__ import annotations

import importlib.util

import numpy as np
import pandas as pd
import pytest

from tabgan.evaluation.series import statistics as of
from tabgan.evaluation.series.families import papers
from tabgan.evaluation.series.nearness import find_nearest, to_points
from tests.conftest import SHARED

SCRIPT, DATA = SHARED / "lab" / "series" / "measure.py", SHARED / "data" / "etth1" / "ETTh1.csv.gz"


@pytest.fixture(scope="module")
def measure():
    if not (SCRIPT.exists() and DATA.exists()):
        pytest.skip("the prototype is not here")
    spec = importlib.util.spec_from_file_location("prototype_measure", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sides(measure):
    """Windows of two stretches of a real series, between 0 and 1."""
    x = pd.read_csv(DATA, nrows=3000).iloc[:, 1:].to_numpy(float)
    x = (x - x.min(0)) / (x.max(0) - x.min(0))
    windows = np.lib.stride_tricks.sliding_window_view(x, 24, axis=0).transpose(0, 2, 1).copy()
    return windows[:1000], windows[1500:2700]


def test_statistics_are_those_of_the_prototype(measure, sides):
    for windows in sides:
        assert of.acf(windows) == pytest.approx(measure.acf(windows))
        assert of.inner_acf(windows) == pytest.approx(measure.inner_acf(windows))
        assert of.psd(windows) == pytest.approx(measure.psd(windows))
        assert of.cross_correlations(windows) == pytest.approx(measure.cross(windows))
        assert of.describe_windows(windows) == pytest.approx(measure.features(windows))
    assert of.ks_distances(*map(of.flat, sides)).mean() == pytest.approx(measure.ks(*sides))


def test_distances_are_those_of_the_prototype(measure, sides):
    made, learned = sides
    expected = measure.nearest(*((x / np.tile(learned.std((0, 1)), 1)).reshape(len(x), -1) for x in (made, learned)))
    assert find_nearest(to_points(made, learned), to_points(learned, learned))[0] == pytest.approx(expected, abs=1e-5)


def test_the_papers_scores_are_those_of_the_prototype(measure, sides):
    real, made = sides
    assert papers.discriminative(real, made, 3, 40) == pytest.approx(measure.discriminative(real, made, 3, 40))
    assert papers.predictive(real, made, 3, 40) == pytest.approx(measure.predictive(real, made, 3, 40))
    expected = np.mean([measure.correlational(real, made, seed) for seed in range(4)])
    assert papers.correlational(real, made, 0) == pytest.approx(expected, rel=0.15)
