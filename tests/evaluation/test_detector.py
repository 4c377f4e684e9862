"""The AUC is scikit-learn's, its error that of drawing the rows again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from tabgan.evaluation.detector import auc_and_error


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
