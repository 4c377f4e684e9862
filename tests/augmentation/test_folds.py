"""Folds keep what belongs together in one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.augmentation.folds import check_folds, group_equal_rows, join_groups, make_folds
from tabgan.errors import InputError, TabganWarning


def test_equal_rows_are_one_group():
    X = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]])
    assert group_equal_rows(X).tolist() == [0, 1, 0]
    assert group_equal_rows(X[:2]) is None
    frame = pd.DataFrame({"a": ["x", None, "x"], "b": [1.0, np.nan, 1.0]})
    assert group_equal_rows(frame).tolist() == [0, 1, 0]


@pytest.mark.parametrize("stratified", [True, False])
def test_a_group_is_never_on_both_sides(stratified: bool):
    groups, y = np.repeat(np.arange(20), 3), np.arange(60) % 3
    folds = make_folds(4, 3, y, groups, stratified, seed=0)
    assert len(folds) == 12
    for learned, tested in folds:
        assert not set(groups[learned]) & set(groups[tested])
        assert len(learned) + len(tested) == 60


def test_every_row_is_tested_once_in_each_repetition_and_classes_are_spread():
    y = np.repeat([0, 1], [90, 10])
    folds = make_folds(5, 2, y, None, True, seed=3)
    for turn in range(2):
        tested = np.concatenate([rows for _, rows in folds[5 * turn : 5 * turn + 5]])
        assert np.array_equal(np.sort(tested), np.arange(100))
    assert all((y[tested] == 1).sum() == 2 for _, tested in folds)
    assert not np.array_equal(folds[0][1], folds[5][1])


def test_the_seed_makes_the_folds():
    y = np.arange(50.0)
    first, again, other = (make_folds(5, 1, y, None, False, seed)[0][1] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_few_groups_make_few_folds_and_one_none():
    assert len(make_folds(5, 1, np.arange(20.0), np.repeat([0, 1, 2], [5, 5, 10]), False, 0)) == 3
    with pytest.raises(InputError, match="at least 2 groups of rows, but there are 1"):
        make_folds(5, 1, np.arange(20.0), np.zeros(20), False, 0)


def test_a_splitter_is_used_as_it_is():
    from sklearn.model_selection import LeaveOneGroupOut, ShuffleSplit

    assert len(make_folds(ShuffleSplit(3, random_state=0), 2, np.arange(20.0), None, False, 0)) == 3
    groups = np.repeat([0, 1, 2, 3], 5)
    assert len(make_folds(LeaveOneGroupOut(), 2, np.arange(20.0), groups, False, 0)) == 4


def test_equal_rows_join_their_groups():
    X = np.array([[1.0], [2.0], [1.0], [3.0], [4.0]])
    assert join_groups(X, np.array([0, 1, 2, 3, 1])).tolist() == [0, 1, 0, 2, 1]
    assert join_groups(X[:2], None) is None
    assert join_groups(X, None).tolist() == [0, 1, 0, 2, 3]


def test_folds_that_leak_are_refused_or_told_of():
    rows = np.arange(6)
    with pytest.raises(InputError, match="fold 1 does both with row 3"):
        check_folds([(rows[:3], rows[2:])], None)
    with pytest.warns(TabganWarning, match="2 tested rows equal learned ones"):
        check_folds([(rows[:3], rows[3:])], np.array([0, 1, 2, 0, 1, 3]))


@pytest.mark.parametrize("cv", [[], "five", 2.5])
def test_what_is_no_folds_is_refused(cv: object):
    with pytest.raises(InputError, match="cv must"):
        make_folds(cv, 1, np.arange(20.0), None, False, 0)
