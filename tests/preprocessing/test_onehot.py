"""Which values get slots of their own, and that they come back."""

from __future__ import annotations

import sys
import tracemalloc
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from tabgan.preprocessing.onehot import MOST_SLOTS, OneHot

codes = st.lists(st.integers(0, 6).map(float) | st.just(np.nan), min_size=1, max_size=60).map(np.array)


def back(group: OneHot, x: np.ndarray, seed: int = 0) -> np.ndarray:
    encoded = group.encode(x)
    assert encoded.shape == (len(x), group.width)
    assert encoded.dtype == np.float32
    assert (np.sort(encoded, axis=1) == [0.0] * (group.width - 1) + [1.0]).all()  # one-hot
    return group.decode(encoded.argmax(axis=1), x, lambda: np.random.default_rng(seed))


@given(codes)
def test_a_category_whose_levels_are_all_kept_comes_back(x):
    group = OneHot.of_category(0, x, keep_all=True)
    np.testing.assert_array_equal(back(group, x), x)
    expected = Counter("missing" if np.isnan(value) else value for value in x)
    found = zip(group.values, group.counts, strict=True)
    assert {"missing" if np.isnan(value) else value: count for value, count in found} == expected


@given(codes)
def test_of_any_category_frequent_levels_come_back_and_rare_ones_become_rare_ones(x):
    group = OneHot.of_category(0, x)
    decoded = back(group, x)
    own = np.isin(x, group.values) | (np.isnan(x) & np.isnan(group.values).any())
    np.testing.assert_array_equal(decoded[own], x[own])
    assert np.isin(decoded[~own], group.rare).all()
    assert group.counts.sum() + group.rare_counts.sum() == len(x)


@given(codes, st.sampled_from([[], [0, 2], range(7)]))
def test_numbers_with_slots_or_gaps_come_back(x, repeated):
    group = OneHot.of_numbers(0, x, np.array(repeated))
    if group is None:
        assert not np.isnan(x).any()
    else:
        np.testing.assert_array_equal(back(group, x), x)


@given(codes, st.lists(st.floats(-9, 9) | st.just(np.nan), min_size=1).map(np.array), st.booleans())
def test_a_value_without_a_slot_is_of_the_rest_or_goes_to_the_nearest_slot(x, unseen, keep_all):
    group = OneHot.of_category(0, x, keep_all)
    encoded = group.encode(unseen)
    assert (encoded.sum(axis=1) == 1).all()
    for value, slot in zip(unseen, encoded.argmax(axis=1), strict=True):
        if value in group.values or (np.isnan(value) and np.isnan(group.values[-1])):
            assert np.array_equal(group.values[slot], value, equal_nan=True)  # 0 is -0
        elif group.rest:
            assert slot == len(group.values)
        elif not np.isnan(value) and not np.isnan(group.values).all():
            assert abs(group.values[slot] - value) == np.nanmin(np.abs(group.values - value))


def repeat(counts: dict[float, int]) -> np.ndarray:
    return np.repeat(np.array(list(counts), dtype=float), list(counts.values()))


@pytest.mark.parametrize(
    ("counts", "own"),
    [
        ({0: 2000, 1: 10, 2: 9, 3: 9}, [0, 1]),  # ten rows
        ({0: 396, 1: 2, 2: 1, 3: 1}, [0, 1]),  # or half a percent
        ({0: 2000, 1: 10, 2: 9}, [0, 1, 2]),  # one rare level needs nobody to share with
        ({0: 2000, 2: 9, 3: 9, np.nan: 1}, [0, np.nan]),  # what is missing is never mixed with rare levels
        ({0: 4, 1: 5, 2: 4} | dict.fromkeys(range(3, 500), 4), [1]),  # all are rare
    ],
)
def test_which_levels_of_a_category_have_a_slot(counts, own):
    x = repeat(counts)
    group = OneHot.of_category(3, x)
    np.testing.assert_array_equal(group.values, own)
    assert group.counts.tolist() == [counts[value] for value in counts if value in own or np.isnan(value)]
    assert group.rest == ("rare" if len(own) < len(counts) else "")
    assert group.rare.tolist() == [value for value in counts if value not in own and not np.isnan(value)]
    assert OneHot.of_category(3, x, keep_all=True).width == len(counts)


def test_at_most_100_levels_have_slots_the_most_frequent_ones():
    x = repeat({i: 20 + i for i in range(250)})
    group = OneHot.of_category(0, x)
    assert group.values.tolist() == list(range(150, 250))
    assert group.width == MOST_SLOTS + 1


def test_rare_levels_are_drawn_from_their_real_frequencies():
    counts = {0: 5000, 1: 9, 2: 1, 3: 5, 4: 2, 5: 7}
    group = OneHot.of_category(0, repeat(counts))
    drawn = group.decode(np.ones(24_000, int), np.zeros(24_000), lambda: np.random.default_rng(0))
    values, made = np.unique(drawn, return_counts=True)
    assert values.tolist() == [1, 2, 3, 4, 5]
    assert chisquare(made, [1000 * counts[value] for value in values]).pvalue > 0.001


NORMAL = np.random.default_rng(0).normal(size=2000)


@pytest.mark.parametrize(
    ("x", "repeated", "slots", "rest"),
    [
        (NORMAL, [], None, ""),
        (np.where(np.arange(2000) < 81, 0, NORMAL), [0], [0], "number"),
        (np.where(np.arange(2000) < 1, np.nan, NORMAL), [], [np.nan], "number"),
        (np.where(np.arange(2000) < 500, np.nan, NORMAL), [7], [np.nan], "number"),  # no row has 7
        (np.where(np.arange(2000) < 500, np.nan, np.where(NORMAL < 0, 7, NORMAL)), [7], [7, np.nan], "number"),
        (np.r_[np.repeat([0.0, 1.0], 50), [np.nan]], [0, 1], [0, 1, np.nan], ""),
    ],
)
def test_numbers_have_slots_for_gaps_and_the_values_that_are_asked_for(x, repeated, slots, rest):
    group = OneHot.of_numbers(5, np.random.default_rng(0).permutation(x), np.array(repeated, dtype=float))
    if slots is None:
        assert group is None
        return
    np.testing.assert_array_equal(group.values, slots)
    counts = [np.isnan(x).sum() if np.isnan(value) else (x == value).sum() for value in slots]
    assert group.counts.tolist() == counts
    assert (group.rest, group.column, group.width) == (rest, 5, len(slots) + bool(rest))


def count_lines(call) -> int:
    """How many lines of Python a call runs."""
    lines = 0

    def trace(frame, event, argument):
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize("keep_all", [False, True])
def test_the_work_does_not_grow_with_the_number_of_levels(keep_all):
    def work(n_levels):
        x = np.repeat(np.arange(n_levels, dtype=float), 20_000 // n_levels)
        back(OneHot.of_category(0, x, keep_all), x[:100])

    assert count_lines(lambda: work(10_000)) <= count_lines(lambda: work(200)) + 50


def test_ten_thousand_levels_take_no_more_memory_than_their_block():
    x = np.arange(10_000.0)
    group = OneHot.of_category(0, x, keep_all=True)
    tracemalloc.start()
    encoded = group.encode(x[:100])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert encoded.shape == (100, 10_000)
    assert peak < 1.5 * encoded.nbytes
    assert OneHot.of_category(0, x).width == 2  # one level, and the rest


def test_the_state_gives_the_same_levels():
    x = repeat({0: 3000, 1: 400, 2: 9, 3: 5, np.nan: 4})
    group = OneHot.of_category(2, x)
    again = OneHot(**group.get_state())
    np.testing.assert_array_equal(again.encode(x), group.encode(x))
    np.testing.assert_array_equal(back(again, x), back(group, x))
    assert again.column == 2
