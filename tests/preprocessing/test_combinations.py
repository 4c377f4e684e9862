"""Rows get the nearest combination that real rows have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.preprocessing.combinations import Combinations
from tests.preprocessing.test_tied import draw_design

TIED = [0, 1, 2, 3]


def fit(X: np.ndarray, categorical=(), **options) -> Combinations:
    return Combinations().fit(np.asarray(X, dtype=float), categorical, np.random.default_rng(0), **options)


def keys(X: np.ndarray) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays(list(np.where(np.isnan(X), np.inf, X).T))


def shuffle(X: np.ndarray, seed: int = 0) -> np.ndarray:
    """The marginals, and nothing else."""
    return np.random.default_rng(seed).permuted(X, axis=0)


def test_every_row_gets_a_real_combination_and_real_rows_stay():
    X = draw_design(800)
    combinations = fit(X)
    rows = shuffle(X)
    made = combinations.transform(rows)
    assert not keys(rows[:, TIED]).isin(keys(X[:, TIED])).all()
    assert keys(made[:, TIED]).isin(keys(X[:, TIED])).all()
    np.testing.assert_array_equal(made[:, 4], rows[:, 4])
    np.testing.assert_array_equal(combinations.transform(X), X)


def test_the_nearest_one_is_taken_by_ranks():
    """The values 1, 2 and 1000 are as far apart as their ranks: what is 300 is nearer to 2 than to 1000."""
    values = np.array([1.0, 2, 1000]).repeat(100)
    X = np.column_stack([values, [2, 0, 1] @ np.equal.outer([1.0, 2, 1000], values)])
    made = fit(X).transform(np.array([[1.0, 2], [300, 0], [990, 1]]))
    np.testing.assert_array_equal(made, [[1, 2], [2, 0], [1000, 1]])


def test_of_labels_equally_near_the_more_frequent_combination_is_taken():
    code = np.repeat([0, 1, 2], [100, 300, 200])
    made = fit(np.column_stack([code, code]), categorical=(0, 1)).transform(np.array([[0.0, 1], [2, 0], [1, 2]]))
    np.testing.assert_array_equal(made, [[1, 1], [2, 2], [1, 1]])


def test_a_column_that_is_kept_decides():
    code = np.repeat([0, 1, 2], [100, 300, 200])
    X = np.column_stack([code, code, code])
    rows = shuffle(X.astype(float))
    made = fit(X, categorical=(0, 1, 2)).transform(rows, kept=0)
    np.testing.assert_array_equal(made, rows[:, [0, 0, 0]])


def test_a_row_whose_kept_value_was_not_learned_stays():
    code = np.repeat([0, 1, 2], [100, 300, 200])
    made = fit(np.column_stack([code, code]), categorical=(0, 1)).transform(np.array([[7.0, 1]]), kept=0)
    np.testing.assert_array_equal(made, [[7, 1]])


@pytest.mark.parametrize("categorical", [(), (0,), (0, 1)])
def test_a_gap_is_a_value_of_its_own(categorical):
    rng = np.random.default_rng(0)
    X = np.repeat(rng.integers(0, 4, (1000, 1)).astype(float), 2, axis=1)
    X[rng.random(1000) < 0.2] = np.nan
    combinations = fit(X, categorical)
    np.testing.assert_array_equal(combinations.transform(X), X)
    assert len(combinations.groups_[0].counts) == 5
    made = combinations.transform(shuffle(X))
    np.testing.assert_array_equal(made[:, 0], made[:, 1])
    assert 0.05 < np.isnan(made[:, 0]).mean() < 0.4


def test_columns_of_a_rule_are_all_in_a_group_or_none_is():
    X = draw_design(800)
    assert [list(group.columns) for group in fit(X, related=[(0, 4)]).groups_] == [[1, 2, 3]]
    assert [list(group.columns) for group in fit(X, related=[(0, 1), (4, 0)]).groups_] == [[2, 3]]
    assert [list(group.columns) for group in fit(X, related=[(0, 1)]).groups_] == [TIED]
    assert fit(X, related=[(0, 1, 2, 4)]).groups_ == []


def test_rows_do_not_depend_on_those_beside_them():
    X = draw_design(800)
    combinations, rows = fit(X), shuffle(X)
    np.testing.assert_array_equal(combinations.transform(rows)[:100], combinations.transform(rows[:100]))


def test_the_state_gives_the_same_rows():
    X = draw_design(800)
    combinations = fit(X)
    again = Combinations.from_state(combinations.get_state())
    np.testing.assert_array_equal(again.transform(shuffle(X)), combinations.transform(shuffle(X)))
    assert again.describe("abcde") == [{"columns": list("abcd"), "combinations": len(again.groups_[0].counts)}]


def test_nothing_is_tied_in_a_table_of_measurements():
    X = np.random.default_rng(0).normal(size=(300, 3))
    combinations = fit(X)
    assert combinations.groups_ == []
    np.testing.assert_array_equal(combinations.transform(X), X)
