"""Values of a number that repeat: which they are, and where the normal scores of each begin and end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from tabgan.preprocessing.packing import Array

MOST_VALUES = 40  # of a column that repeat; one of no more numbers is made of them
MOST_CODES = 20  # whole numbers side by side that may be codes
LEAST_COUNT = 10  # rows that a value wants to be one that repeats
STANDS_OUT = 3.0  # times the median count of its neighbours
NEIGHBOURS = 5  # on each side
MOSTLY_DISTINCT = 0.4  # of the rows: values that repeat in such columns do so by chance, unless they stand out
WOBBLE = 1e-6  # how much gaps between decimals differ as doubles
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
    found = np.flatnonzero((counts >= LEAST_COUNT) & stand_out(counts))
    most = np.argsort(-counts[found], kind="stable")[:MOST_VALUES]
    return np.sort(values[found][most])


def stand_out(counts: Array) -> Array:
    """Return which of the counts of values in order are more than three times the median of those beside them.

    Examples
    --------
    >>> stand_out(np.array([1, 2, 1, 9, 1, 1]))
    array([False, False, False,  True, False, False])
    """
    width = 2 * NEIGHBOURS + 1
    beside = np.pad(counts.astype(float), NEIGHBOURS, constant_values=np.nan)
    beside = np.delete(np.lib.stride_tricks.sliding_window_view(beside, width), NEIGHBOURS, axis=1)
    possible = (counts > STANDS_OUT) & ~np.isnan(beside).all(axis=1)
    found = np.zeros(len(counts), dtype=bool)
    found[possible] = counts[possible] > STANDS_OUT * np.nanmedian(beside[possible], axis=1)
    return found


def find_chance_ties(values: Array, counts: Array) -> Array:
    """Return which values, in order, stand more than once only because they were rounded.

    They are those of a column of which most values are distinct that do not stand out, and have a gap beside them: new
    rows meet the values in the gap as often.

    Examples
    --------
    >>> find_chance_ties(np.array([0.1, 0.2, 0.3, 2.5, 7.1]), np.array([1, 2, 1, 2, 1]))
    array([False, False, False,  True, False])
    """
    if len(values) < MOSTLY_DISTINCT * counts.sum() or len(values) < 3:
        return np.zeros(len(values), dtype=bool)
    gaps = np.diff(values)
    gap = gaps > gaps.min() * (1 + WOBBLE)
    return (counts > 1) & ~stand_out(counts) & (np.r_[False, gap] | np.r_[gap, False])


def may_be_codes(x: Array) -> bool:
    """Whether a column has but few whole numbers side by side, such as 1, 2, 3, 5: they may be codes, of no order."""
    x = x[~np.isnan(x)]
    return bool((x == np.round(x)).all() and x.max() < x.min() + MOST_CODES)
