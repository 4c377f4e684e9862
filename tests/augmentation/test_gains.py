"""The gain over folds, by the formula, and what it is worth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import balanced_accuracy_score, get_scorer, make_scorer

from tabgan.augmentation.gains import Gain, choose_apart, find_width, measure_gain


def test_the_interval_is_that_of_nadeau_and_bengio():
    changed, unchanged = np.array([0.9, 0.8, 0.85, 0.95, 0.7]), np.array([0.8, 0.75, 0.85, 0.8, 0.72])
    gain = measure_gain(changed, unchanged, 1 / 4)
    differences = changed - unchanged
    error = np.sqrt((1 / 5 + 1 / 4) * differences.var(ddof=1))
    low, high = stats.t.interval(0.95, 4, differences.mean(), error)
    assert (gain.mean, gain.error, gain.low, gain.high) == pytest.approx((differences.mean(), error, low, high))
    assert gain.score == pytest.approx(changed.mean())
    assert gain.n_fits == 5


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(0.1, 0.2, "helps"), (-0.2, -0.1, "harms"), (-0.1, 0.1, "cannot tell")]
)
def test_a_verdict_is_that_of_the_whole_interval(low: float, high: float, verdict: str):
    assert Gain(low=low, high=high).verdict == verdict
    assert Gain().verdict == "cannot tell"


def test_folds_without_a_score_are_left_out():
    gain = measure_gain(np.array([0.5, np.nan, 0.7]), np.array([0.4, 0.4, 0.4]), 0.5)
    assert gain.n_fits == 2
    assert gain.mean == pytest.approx(0.2)
    assert measure_gain(np.array([np.nan]), np.array([0.1]), 0.5).n_fits == 0
    assert np.isnan(measure_gain(np.array([0.5]), np.array([0.4]), 0.5).low)


def test_a_choice_is_not_measured_by_what_it_was_chosen_by():
    rng = np.random.default_rng(0)
    apart, naive = [], []
    for _ in range(2000):  # two choices that gain nothing
        scores = rng.normal(size=(2, 5))
        apart.append(choose_apart(scores).mean())
        naive.append(scores.mean(axis=1).max())
    error = np.std(apart) / np.sqrt(len(apart))
    assert abs(np.mean(apart)) < 4 * error
    assert np.mean(naive) > 0.2


def test_the_interval_covers_the_gain_of_dependent_folds():
    """Folds of one table share a part of their error, as learned rows are shared."""
    rng, folds, ratio = np.random.default_rng(1), 10, 1 / 4
    shared = ratio / (1 + ratio)  # the correlation that Nadeau and Bengio assume
    held = []
    for _ in range(2000):
        common = rng.normal() * np.sqrt(shared)
        gain = measure_gain(common + rng.normal(size=folds) * np.sqrt(1 - shared), np.zeros(folds), ratio)
        held.append(gain.low < 0 < gain.high)
    assert 0.92 < np.mean(held) < 0.98


def test_an_interval_ends_where_no_gain_can_be():
    """Two folds gave -1.238 to +1.260 for balanced accuracy."""
    changed, unchanged = np.array([0.9, 0.6]), np.array([0.8, 0.68])
    wide, held = measure_gain(changed, unchanged, 1.0), measure_gain(changed, unchanged, 1.0, 1.0)
    assert (wide.low < -1, wide.high > 1) == (True, True)
    assert (held.low, held.high) == (-1, 1)
    assert (held.mean, held.error) == (wide.mean, wide.error)
    assert [find_width(get_scorer(name)) for name in ("f1_macro", "roc_auc_ovr")] == [1, 1]
    scorers = make_scorer(balanced_accuracy_score, adjusted=True), get_scorer("neg_log_loss"), len
    assert [find_width(scorer) for scorer in scorers] == [np.inf] * 3


def test_a_difference_that_is_the_same_in_all_folds_has_no_interval():
    gain = measure_gain(np.array([0.909, 0.909]), np.array([0.864, 0.864]), 1.0)
    assert np.isnan(gain.low)
    assert gain.verdict == "cannot tell"
    assert measure_gain(np.ones(3) * 0.3, np.ones(3) * 0.3, 1.0).low == 0  # nothing was changed


def test_a_fold_in_which_a_choice_has_no_score_decides_nothing():
    """Scores may be below 0, as R2 is: one that is missing is not better than they are."""
    scores = np.array([[-1.0, -1.0, -1.0, -1.0], [np.nan, -2.0, -2.0, -2.0]])
    chosen = choose_apart(scores)
    assert np.isnan(chosen[0])
    assert chosen[1:].tolist() == [-1.0, -1.0, -1.0]
