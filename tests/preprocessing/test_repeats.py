"""Which values of a number repeat, and which stretch of its scores each has."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.repeats import find_repeated, may_be_codes

RNG = np.random.default_rng(0)
NORMAL = RNG.normal(size=2000)


@pytest.mark.parametrize(
    ("x", "repeated"),
    [
        (NORMAL, []),
        (np.where(np.arange(2000) < 10, 0.5, NORMAL), [0.5]),
        (np.where(np.arange(2000) < 9, 0.5, NORMAL), []),  # of fewer than ten rows
        (NORMAL.round(1), []),  # rounding repeats all alike
        (np.where(np.arange(2000) < 400, 0.5, NORMAL.round(1)), [0.5]),
        (np.where(np.arange(2000) < 400, 0.0, np.abs(NORMAL).round(2)), [0.0]),  # at an end
        (np.where(np.arange(2000) < 400, np.nan, NORMAL), []),
        (np.repeat(np.arange(40.0), [1, 19] + 38 * [10]), range(40)),  # few values: rare ones, too
        (np.repeat(np.arange(40.0), [1, 18] + 38 * [10]), []),  # below ten rows each on average
        (np.repeat(np.arange(41.0), 50), []),
        (
            np.r_[np.repeat(np.arange(50.0), np.arange(20, 70)), RNG.uniform(0, 50, 2000)],
            range(10, 50),
        ),  # the most frequent
        (np.r_[np.repeat([0.0, 1.0], 50), [np.nan]], [0, 1]),
    ],
)
def test_values_that_stand_out_repeat(x, repeated):
    assert find_repeated(RNG.permutation(x)).tolist() == list(repeated)


@pytest.mark.parametrize(
    ("values", "codes"),
    [([1, 2, 3, 5], True), ([0, 1, np.nan], True), ([-1, 18], True), ([0, 20], False), ([0, 0.5], False), ([7], True)],
)
def test_few_whole_numbers_side_by_side_may_be_codes(values, codes):
    assert may_be_codes(np.array(values, dtype=float)) == codes


def mixed_rows():
    spread = np.where(RNG.random(2000) < 0.3, 0.0, RNG.uniform(size=2000))
    return np.column_stack([NORMAL, RNG.choice([0.1, 0.7, 2.5], 2000, p=[0.2, 0.5, 0.3]), spread, NORMAL > 0])


def test_each_repeated_value_has_its_stretch_of_an_encoded_number():
    X = mixed_rows()
    encoder = TableEncoder()
    encoder.fit_transform(X)
    steps = encoder.steps_
    assert steps.column.tolist() == [1, 1, 1, 2]
    lows, highs = np.full((8, 4), 0.0), np.full((8, 4), 0.0)  # the ends in the numbers' own columns
    for row, (column, low, high) in enumerate(zip(steps.column, steps.low, steps.high, strict=True)):
        lows[row, column], highs[row, column] = low, high
    begin, end = encoder.unscale(lows), encoder.unscale(highs)
    share = np.mean(X[:, 1] == 0.1)
    assert begin[0, 1] == pytest.approx(-9)  # below the least value there is nothing
    np.testing.assert_allclose([end[0, 1], begin[1, 1]], ndtri(share), atol=1e-12)
    assert end[2, 1] == pytest.approx(9)
    np.testing.assert_allclose(end[3, 2], ndtri(np.mean(X[:, 2] == 0)), atol=1e-12)
    Y = encoder.transform(X)
    for column, low, high, value in zip(*steps[:3], [0.1, 0.7, 2.5, 0.0], strict=True):
        inside = (Y[:, column] >= low - 1e-6) & (Y[:, column] <= high + 1e-6)
        np.testing.assert_array_equal(inside, X[:, column] == value)
    again = TableEncoder.from_state(encoder.get_state())
    for ours, theirs in zip(again.steps_, steps, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(("options", "steps"), [({}, True), ({"pca": 2}, False), ({"steps": False}, False)])
def test_codes_have_slots_and_so_have_all_values_that_repeat_where_there_are_no_steps(options, steps):
    encoder = TableEncoder(**options)
    encoder.fit_transform(mixed_rows())
    slots = {group.column: group.values.tolist() for group in encoder.groups_}
    assert slots == {3: [0, 1]} | ({} if steps else {1: [0.1, 0.7, 2.5], 2: [0]})
    assert bool(len(encoder.steps_.column)) == steps


def test_linear_marginals_have_neither():
    encoder = TableEncoder("minmax")
    encoder.fit_transform(mixed_rows())
    assert not encoder.groups_
    assert not len(encoder.steps_.column)
