"""The AUC is scikit-learn's, its error that of drawing the rows again; folds keep equal rows together."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from tabgan.evaluation import detector
from tabgan.evaluation.detector import LEAST_GROUPS, MOST_EQUAL, auc_and_error, detector_auc, make_folds
from tabgan.seeds import Use, whole_seed


@given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), max_size=20))
def test_the_area_is_that_of_sklearn(rows):
    rows = [(False, 0), (True, 1), (False, 2), (True, -1), *rows]
    labels, scores = np.array([label for label, _ in rows]), np.array([score for _, score in rows])
    area, error = auc_and_error(labels, scores)
    assert area == pytest.approx(roc_auc_score(labels, scores), abs=1e-12)
    assert auc_and_error(~labels, scores) == pytest.approx((1 - area, error))
    assert auc_and_error(labels, np.exp(scores)) == (area, error)


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_the_error_is_that_of_the_bootstrap(shift):
    rng = np.random.default_rng(0)
    labels = np.arange(500) < 300
    scores = rng.normal(size=500) + shift * labels
    draws = [
        np.concatenate([rng.choice(300, 300), 300 + rng.choice(200, 200)])  # as many of each kind
        for _ in range(400)
    ]
    errors = np.std([roc_auc_score(labels[rows], scores[rows]) for rows in draws])
    assert auc_and_error(labels, scores)[1] == pytest.approx(errors, rel=0.1)


def test_the_error_without_information_is_that_of_the_rank_sum():
    """Under the null hypothesis the variance of the AUC is (m + n + 1) / 12mn."""
    scores = np.random.default_rng(1).normal(size=4000)
    assert auc_and_error(np.arange(4000) < 1000, scores)[1] == pytest.approx(np.sqrt(4001 / (12 * 3e6)), rel=0.05)


def test_separated_kinds_leave_no_doubt_and_one_kind_is_refused():
    labels = np.arange(10) < 5
    assert auc_and_error(labels, -np.arange(10.0)) == (1.0, 0.0)
    assert auc_and_error(labels, np.zeros(10)) == (0.5, 0.0)
    with pytest.raises(ValueError, match="has 9 true and 1 false"):
        auc_and_error(np.arange(10) < 9, np.zeros(10))


@given(st.integers(0, 5), st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0.0, 1.0, np.nan])), max_size=80))
def test_folds_part_the_rows_and_no_equal_ones(seed, more):
    rows = np.array([*((float(i), 2.0) for i in range(10, 40)), *more], float)
    labels = np.arange(len(rows)) % 2 == 0
    folds = make_folds(rows, labels, seed)
    assert sorted(np.concatenate([tested for _, tested in folds]).tolist()) == list(range(len(rows)))
    most = min(MOST_EQUAL, len(rows) // LEAST_GROUPS)
    for learned, tested in folds:
        assert sorted([*learned, *tested]) == list(range(len(rows)))
        sides = [Counter(map(str, rows[side].tolist())) for side in (learned, tested)]
        assert all(sides[0][row] + sides[1][row] > most for row in sides[0].keys() & sides[1].keys())


def test_where_no_rows_are_equal_folds_are_those_of_sklearn():
    labels = np.arange(60) < 25
    expected = StratifiedKFold(5, shuffle=True, random_state=whole_seed(3, Use.FOLDS, 1)).split(labels, labels)
    for found, side in zip(make_folds(np.arange(60.0)[:, None], labels, 3, 1), expected, strict=True):
        np.testing.assert_array_equal(found[0], side[0])
        np.testing.assert_array_equal(found[1], side[1])


def test_copies_that_repeat_are_not_told_but_a_collapse_is():
    rng = np.random.default_rng(0)
    learned, others = rng.normal(size=(2, 500, 3))
    copies = learned[rng.integers(500, size=500)]
    assert detector_auc(others, copies, seed=0) == pytest.approx(0.5, abs=0.05)
    with pytest.MonkeyPatch.context() as context:
        context.setattr(detector, "find_first_equals", lambda rows: np.arange(len(rows)))
        assert detector_auc(others, copies, seed=0) > 0.6  # repeats were learned by heart
    assert detector_auc(others, learned[rng.integers(5, size=500)], seed=0) > 0.99
