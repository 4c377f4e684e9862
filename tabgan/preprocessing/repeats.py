"""Values of a number that repeat: which they are, and where the normal scores of each begin and end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from tabgan.preprocessing.stages import Array

MOST_VALUES = 40  # of a column that repeat; one of no more numbers is made of them
MOST_CODES = 20  # whole numbers side by side that may be codes
LEAST_COUNT = 10  # rows that a value wants to be one that repeats
STANDS_OUT = 3.0  # times the median count of its neighbours
NEIGHBOURS = 5  # on each side
OUTSIDE = 9.0  # the normal score of an open end
SHARP = 0.2  # in normal scores: how far the edge of a step reaches


class Steps(NamedTuple):
    """Stretches of encoded numbers, each of which stands for one value: four arrays of shape (n_steps,).

    `column` is the place of the number in an encoded row, `low` and `high` are the ends, and `sharp` says how far an
    edge reaches, which is seen as a sigmoid.
    """

    column: Array
    low: Array
    high: Array
    sharp: Array

    @classmethod
    def of(cls, curves: Sequence[Array], repeated: Mapping[int, Array], slope: Array, offset: Array) -> Steps:
        """Return the steps of numbers that are scaled to ``slope * score + offset``, both of shape (n_numbers,).

        `curves` are the `steps_` of `QuantileNormal`, and `repeated` holds values by the place of their column.
        """
        found = [np.zeros((3, 0))]
        for place, values in repeated.items():
            at = np.searchsorted(curves[place][0], values)
            ends = np.clip(ndtri(curves[place][1:, at]), -OUTSIDE, OUTSIDE)
            found.append(np.vstack([np.full(len(at), place), slope[place] * ends + offset[place]]))
        column, low, high = np.hstack(found)
        column = column.astype(np.int64)
        return cls(column, low, high, SHARP * slope[column])


NO_STEPS = Steps(np.zeros(0, np.int64), *np.zeros((3, 0)))


def find_repeated(x: Array) -> Array:
    """Return the values of a column of numbers that repeat, in order; NaN is none of them.

    They are those that at least ten rows have and three times as many as the values beside them do, by the median of
    the five nearest on each side: rounding repeats all values alike. The forty most frequent of them are kept. Of a
    column that has at most forty values, and ten rows for each on average, it is all.
    """
    values, counts = np.unique(x[~np.isnan(x)], return_counts=True)
    if len(values) <= min(MOST_VALUES, counts.sum() / LEAST_COUNT):
        return values
    found = [i for i in np.flatnonzero(counts >= LEAST_COUNT) if counts[i] > STANDS_OUT * np.median(_beside(counts, i))]
    most = np.argsort(-counts[found], kind="stable")[:MOST_VALUES]
    return np.sort(values[found][most])


def _beside(counts: Array, i: int) -> Array:
    return np.r_[counts[max(i - NEIGHBOURS, 0) : i], counts[i + 1 : i + 1 + NEIGHBOURS]]


def may_be_codes(x: Array) -> bool:
    """Whether a column has but few whole numbers side by side, such as 1, 2, 3, 5: they may be codes, of no order."""
    x = x[~np.isnan(x)]
    return bool((x == np.round(x)).all() and x.max() < x.min() + MOST_CODES)
