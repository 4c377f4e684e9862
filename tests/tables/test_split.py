"""The two parts of a table are the table, and are cut as was asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan import InputError, TabganWarning, split
from tabgan.spelling import command_line
from tabgan.tables import split as module
from tabgan.tables.split import Cut, count_rows, cut_table

shares = st.floats(0.01, 0.99)
seeds = st.integers(0, 2**32 - 1)


def make(values) -> pd.DataFrame:
    """A table with a column of these values, and one that tells its rows apart."""
    return pd.DataFrame({"value": list(values), "row": range(len(values))})


def cut(values, share, way, seed=0) -> Cut:
    return cut_table(make(values), share, by=(way, "value") if way else None, seed=seed)


@given(st.integers(2, 200), shares, seeds)
def test_the_parts_are_the_table_and_of_the_size_asked_for(n, share, seed):
    table = make(np.arange(n) % 7)
    learned, aside = split(table, share, random_state=seed)
    assert sorted([*learned.index, *aside.index]) == list(range(n))
    assert learned.index.is_monotonic_increasing
    assert aside.index.is_monotonic_increasing
    assert len(aside) == min(max(round(n * share), 1), n - 1)
    pd.testing.assert_frame_equal(pd.concat([learned, aside]).sort_index(), table)
    again = split(table, share, random_state=seed)
    pd.testing.assert_frame_equal(aside, again[1])


@given(st.lists(st.integers(0, 6), min_size=2, max_size=120), shares, seeds)
def test_classes_keep_their_shares_and_are_on_both_sides(values, share, seed):
    sizes = pd.Series(values).value_counts()
    count = count_rows(share, len(values))
    if not (sizes > 1).sum() <= count <= (sizes - 1).sum():
        with pytest.raises(InputError, match="each class with two rows or more has one in both parts"):
            cut(values, share, "label", seed)
        return
    found = cut(values, share, "label", seed)
    assert found.test.sum() == count
    assert sorted(found.rare) == sorted(sizes.index[sizes == 1])
    tested = pd.Series(values)[found.test].value_counts().reindex(sizes.index, fill_value=0)
    common = sizes > 1
    assert (tested[~common] == 0).all()
    assert (tested[common] >= 1).all()
    assert (tested[common] < sizes[common]).all()
    ideal = sizes[common] * count / sizes[common].sum()
    if (ideal >= 1).all() and (ideal <= sizes[common] - 1).all():  # no bound is in the way
        assert (abs(tested[common] - ideal) < 1).all()


@given(st.lists(st.integers(0, 20), min_size=2, max_size=100).filter(lambda v: len(set(v)) > 1), shares)
def test_the_latest_rows_are_kept_aside_and_equal_times_stay_together(values, share):
    times = np.array(values)
    chosen = cut(values, share, "time").test
    assert times[~chosen].max() < times[chosen].min()
    sizes = [(times > value).sum() for value in np.unique(times)[:-1]]
    count = count_rows(share, len(values))
    assert abs(chosen.sum() - count) == min(abs(size - count) for size in sizes)


@given(st.lists(st.integers(0, 8), min_size=2, max_size=60).filter(lambda v: len(set(v)) > 1), shares, seeds)
def test_groups_are_whole_and_the_part_as_near_as_they_allow(values, share, seed):
    groups = np.array(values)
    chosen = cut(values, share, "group", seed).test
    assert not set(groups[chosen]) & set(groups[~chosen])
    sums = {0}
    for size in np.bincount(groups):
        sums |= {total + size for total in sums}
    possible = sums - {0, len(values)}
    count = count_rows(share, len(values))
    assert abs(chosen.sum() - count) == min(abs(total - count) for total in possible)


@given(st.lists(st.integers(1, 30), min_size=3, max_size=80), shares, seeds)
def test_many_groups_are_taken_as_they_fit_before_sums_are_tried(sizes, share, seed):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    with pytest.MonkeyPatch.context() as context:
        context.setattr(module, "MOST_SUMS", 50)
        chosen = cut(groups, share, "group", seed).test
    assert not set(groups[chosen]) & set(groups[~chosen])
    assert 0 < chosen.sum() < len(groups)
    assert abs(chosen.sum() - count_rows(share, len(groups))) <= max(sizes)


def test_every_group_can_be_drawn():
    drawn = {tuple(cut(np.repeat(range(5), 4), "20%", "group", seed).test) for seed in range(60)}
    assert len(drawn) == 5


@pytest.mark.parametrize("way", [None, "label", "group"])
def test_another_seed_gives_other_rows(way):
    values = np.repeat(range(20), 5)
    assert (cut(values, 0.3, way, 0).test == cut(values, 0.3, way, 0).test).all()
    assert (cut(values, 0.3, way, 0).test != cut(values, 0.3, way, 1).test).any()


@pytest.mark.parametrize(
    "values",
    [
        ["2024-03-01", "2023-12-31", "2024-01-15", "2024-02-01"],
        ["1.3.2024", "31.12.2023", "15.1.2024", "1.2.2024"],
        pd.to_datetime(["2024-03-01", "2023-12-31", "2024-01-15", "2024-02-01"]),
        [10.5, -3, 2, 7],
    ],
    ids=["text", "days before months", "moments", "numbers"],
)
def test_times_may_be_dates_or_numbers(values):
    assert cut(values, 0.5, "time").test.tolist() == [True, False, False, True]


def test_gaps_are_a_class_and_a_group():
    values = ["a", None] * 10
    tested = pd.Series(values)[cut(values, 0.3, "label").test]
    assert tested.isna().sum() == 3
    chosen = cut(values, 0.5, "group").test
    assert chosen.tolist() in ([True, False] * 10, [False, True] * 10)


def test_rare_classes_are_learned_and_named():
    values = [*"aabbbb", "c", "d"]
    with pytest.warns(TabganWarning, match="too rare for both parts, with one row each, which is learned: c, d"):
        learned, aside = split(make(values), 3, by=("label", "value"))
    assert {"c", "d"} <= set(learned["value"])
    assert sorted(aside["value"].unique()) == ["a", "b"]


def test_repeated_rows_are_counted():
    table = pd.DataFrame({"x": [1.0, 1.0, 2.0, None, None], "y": ["a", "a", "b", "c", "c"]})
    found = cut_table(table.assign(t=1).iloc[:, :2], 2, by=None, seed=3)
    both = pd.merge(table[found.test].drop_duplicates(), table[~found.test].drop_duplicates())
    assert found.repeated == table[found.test].merge(both).shape[0] > 0
    with pytest.warns(TabganWarning, match=r"of 2 rows of the test part are also in the other .* \(by group\)"):
        split(table, 2, random_state=3)
    with command_line():
        assert "(--by group)" in found.notes()[0]
    assert cut_table(make([[1], [1], [2], [1]]), 2, by=None, seed=0).repeated == 0  # lists, and all rows differ


def test_an_array_comes_back_as_two():
    rows = np.arange(24).reshape(8, 3)
    learned, aside = split(rows, 0.25, by=("time", 2))
    np.testing.assert_array_equal(learned, rows[:6])
    np.testing.assert_array_equal(aside, rows[6:])
    learned, aside = split(rows.tolist(), "1/4", by=("time", 2))
    np.testing.assert_array_equal(aside, rows[6:])


@pytest.mark.parametrize(
    ("test", "count"),
    [("1/3", 190), ("0.25", 142), (0.25, 142), ("30%", 171), ("7", 7), (7, 7), (1e-5, 1), (".99", 563)],
)
def test_a_share_or_a_number_of_rows(test, count):
    assert count_rows(test, 569) == count


@pytest.mark.parametrize("test", ["0", "1.0", "569", 0, -1, 2.5, "100%", "1/0", "4/3", "-0.5", "half", "", True, None])
def test_what_is_no_part_is_refused(test):
    with pytest.raises(InputError, match=r"test must be a share between 0 and 1.* rows from 1 to 568, but is"):
        count_rows(test, 569)


@pytest.mark.parametrize(
    ("values", "by", "message"),
    [
        ([1, 2, 3], ("sort", "value"), "by must be label, time or group and a column, but is 'sort'"),
        ([1, 2, 3], ("label", "size"), "by names a column 'size' that is not in the table, which has value, row"),
        ([1, 2, 3], ("label", "value"), "has 3 classes, 3 with one row: of these no rows can be kept aside, not 1"),
        ([1, 1, 2, 2, 3, 3], ("label", "value"), "of these from 3 to 3 rows can be kept aside, not 2; change test"),
        ([1, None, 3], ("time", "value"), "each row needs a time, but 1 have none in column 'value'"),
        (["a", "b", "a"], ("time", "value"), "a time is a date or a number, but column 'value' holds labels"),
        (["a", 2, "b"], ("time", "value"), "a time is a date or a number, but column 'value' is neither"),
        ([2, 2, 2], ("time", "value"), "a cut in time needs two times, but all rows have one in column 'value'"),
        (["a", "a", "a"], ("group", "value"), "two parts need two groups, but column 'value' has one"),
        ([[1], [2], [2]], ("group", "value"), "a class or group is one value, but column 'value' has lists"),
    ],
)
def test_a_column_that_cannot_be_cut_by_is_refused(values, by, message):
    with pytest.raises(InputError) as error:
        split(make(values), by=by)
    assert message in str(error.value)


def test_a_row_alone_cannot_be_split():
    with pytest.raises(InputError, match="at least 2 rows"):
        split(make([1]))
