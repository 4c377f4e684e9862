"""What families of scores say of series whose faults are known."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from tabgan.evaluation.series import telling
from tabgan.evaluation.series.evaluating import evaluate_series


@cache
def walk(n_steps: int, seed: int) -> np.ndarray:
    """A stationary series of two channels that hang together, with an hourly grid of a thousandth."""
    noise = np.random.default_rng(seed).normal(size=(n_steps + 50, 2)) @ np.array([[1, 0.6], [0, 0.8]])
    x = np.zeros_like(noise)
    for step in range(1, len(x)):
        x[step] = 0.7 * x[step - 1] + noise[step]
    return x[50:].round(3)


def windows(n: int, seed: int) -> np.ndarray:
    return walk(n * 24, seed).reshape(n, 24, 2)


def dated(values: np.ndarray, start: str = "2026-01-01") -> pd.DataFrame:
    stamps = pd.date_range(start, periods=len(values), freq="h")
    return pd.DataFrame({"stamp": stamps, "flow": values[:, 0], "level": values[:, 1]})


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Few trees, and few steps of the network: that it learns is a test of its own."""
    for name, value in {"STEPS": 20, "TREES": 25, "MOST_WINDOWS": 600, "MOST_OF_BASELINES": 300}.items():
        monkeypatch.setattr(telling, name, value)


def test_series_of_the_same_law_are_good():
    result = evaluate_series(walk(4000, 1), windows(300, 2), walk(3000, 3))
    assert result.verdict.level == "good", str(result)
    assert 0.42 < result.scores["detection"].value < 0.58
    assert 0.42 < result.scores["detection"].baseline < 0.58
    assert 0.85 < result.scores["nearest_ratio"].value < 1.15
    assert result.scores["copied_runs"].value == 0
    assert result.scores["next_step"].value == pytest.approx(result.scores["next_step"].baseline, abs=0.05)


def test_real_blocks_are_not_told_from_those_between_them():
    """Whole blocks in turn once got .28 here: those to judge lay between learned blocks of the other side."""
    slow = np.random.default_rng(0).normal(size=(8000, 2)).cumsum(axis=0)
    result = evaluate_series(slow, windows(300, 2), only=["detection"])
    assert 0.4 < result.scores["detection"].baseline < 0.6


def test_copies_are_poor_in_privacy_with_and_without_a_holdout():
    train = walk(4000, 1)
    copies = np.stack([train[start : start + 24] for start in range(0, 3900, 13)])
    for holdout in (walk(3000, 3), None):
        result = evaluate_series(train, copies, holdout, only=["privacy"])
        assert result.scores["copied_runs"].value == 1
        assert result.scores["copied_runs"].baseline == 0
        assert result.verdict.level == "poor"
        assert "too near" in result.verdict.summary
        if holdout is not None:
            assert result.scores["nearest_ratio"].value == 0
            assert result.scores["near_copies"].value == 1
    fresh = evaluate_series(train, windows(300, 2), only=["privacy"])
    assert fresh.verdict.level == "unknown"
    assert "Not tested on series that were not learned" in fresh.verdict.summary


def test_baselines_get_what_they_are_made_for():
    scores = evaluate_series(walk(6000, 1), windows(300, 2), only=["detection", "dynamics", "privacy"]).scores
    assert scores["detection"].baselines["var"] < 0.6  # it is of that law
    assert scores["detection"].baselines["shuffled"] > 0.95
    assert scores["inner_acf"].baselines["shuffled"] > 0.2 > 0.05 > scores["inner_acf"].baseline
    assert scores["cross"].baselines["apart"] > 3 * scores["cross"].baseline
    assert scores["value_ks"].baselines["shuffled"] < 0.06
    assert scores["copied_runs"].baselines["bootstrap"] > 0.3
    assert scores["nearest_ratio"].baselines["noisy"] < 0.3


def test_joined_windows_have_seams_and_whole_series_have_none():
    joined = evaluate_series(
        dated(walk(6000, 1)), dated(walk(50_000, 5)[::10][: 24 * 200]), time="stamp", only=["drift"]
    )
    assert joined.scores["seams"].value == 1
    smooth = np.convolve(walk(6000, 1)[:, 0], np.ones(30) / 30, "valid")[:, None]
    pieces = np.concatenate([smooth[start : start + 30] for start in np.random.default_rng(0).integers(5900, size=200)])
    found = evaluate_series(smooth, pieces, only=["drift"])
    assert found.scores["seams"].value > 3
    assert found.scores["seams"].note == "every 30 steps"
    assert found.scores["seams"].baseline == pytest.approx(1, abs=0.3)
    assert found.verdict.findings[0].level == "poor"


def test_drift_along_the_series_is_told_by_quarter():
    runs = np.stack([walk(400, seed) for seed in range(10, 30)])
    drifting = runs + np.linspace(0, 6, 400)[None, :, None]
    steady, gone = (evaluate_series(walk(8000, 1), made, only=["drift"]).scores for made in (runs, drifting))
    assert steady["drift_ks"].value < 0.15
    assert gone["drift_ks"].value > 0.6
    by_quarter = gone["drift_ks"].measured["synthetic"].per_class
    assert by_quarter.is_monotonic_increasing
    assert gone["drift_detection"].value > 0.95


def test_stamps_are_judged_by_the_clock_of_the_real_series():
    real, made = dated(walk(4000, 1)), dated(walk(2000, 2), "2027-01-01")
    assert evaluate_series(real, made, time="stamp", only=["drift"]).scores["irregular_stamps"].value == 0
    twice = pd.concat([made.iloc[:1000], made.iloc[990:]])  # ten are there again
    found = evaluate_series(real, twice.sort_values("stamp"), time="stamp", only=["drift"]).scores
    assert found["repeated_stamps"].value == pytest.approx(10 / 2010)
    assert found["irregular_stamps"].value == pytest.approx(10 / 2009)
    shifted = made.assign(stamp=made["stamp"] + pd.to_timedelta(np.where(made.index % 100 == 7, 5, 0), unit="min"))
    found = evaluate_series(real, shifted, time="stamp", only=["drift"]).scores
    assert found["irregular_stamps"].value == pytest.approx(40 / 1999)


def test_a_target_is_predicted_by_trees_too():
    found = evaluate_series(
        dated(walk(4000, 1)), dated(walk(3000, 2)), time="stamp", target="level", only=["usefulness"]
    )
    score = found.scores["next_step_trees"]
    assert score.value == pytest.approx(score.baseline, abs=0.1)
    # The best there is: the noise of a step over its change, 1 - var(noise) / var(change).
    assert found.scores["next_step"].value == pytest.approx(1 - 1 / (2 / (1 + 0.7)), abs=0.04)


def test_short_series_without_times_cannot_drift():
    result = evaluate_series(walk(4000, 1), windows(100, 2), only=["drift", "dynamics"])
    assert "8 windows long (192 steps)" in result.skipped["drift"]


def test_standing_still_is_compared():
    still = walk(4000, 1).copy()
    for step in range(1, len(still)):
        if step % 3:
            still[step] = still[step - 1]
    found = evaluate_series(still, windows(300, 2), only=["dynamics"]).scores["unchanged"]
    assert found.value == pytest.approx(2 / 3, abs=0.01)
    assert found.baseline < 0.01


def test_the_papers_scores_are_computed_when_asked_for_only(monkeypatch):
    from tabgan.evaluation.series.families import papers

    monkeypatch.setattr(papers, "TOLD", 30)
    monkeypatch.setattr(papers.discriminative, "__defaults__", (30,))
    monkeypatch.setattr(papers.predictive, "__defaults__", (30,))
    real = walk(3000, 1)
    result = evaluate_series(real, windows(100, 2), only=["papers"])
    assert {"discriminative", "predictive", "correlational"} <= set(result.scores)
    assert ".016" in result.scores["discriminative"].note
    assert "ts2vec" in result.skipped["context_fid"] or "context_fid" in result.scores
    assert result.verdict.level == "unknown"
    with pytest.raises(KeyError):
        _ = evaluate_series(real, windows(100, 2), only=["dynamics"]).scores["discriminative"]
