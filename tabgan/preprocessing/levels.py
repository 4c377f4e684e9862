"""A column's values that have a slot of their own: categories, repeated numbers, missing values."""

from __future__ import annotations

from typing import Any

import numpy as np

MOST_SLOTS = 100  # for a category; what is rarer than these shares one
FEW_VALUES = 20  # a column of at most so many numbers has a slot for each
SPIKE = 0.04  # the share of a column's rows from which a number has a slot
LEAST_COUNT = 10  # rows that a slot wants


class Levels:
    """A one-hot block: a slot for each frequent value, perhaps one for missing values, perhaps one for the rest.

    The rest of a column of numbers is continuous: a number beside the block says which value. The rest of a category
    are its rare levels, which are drawn from their real frequencies.

    Attributes
    ----------
    column : int
        Which column of the table, from 0.
    values, counts : ndarray of shape (n_values,)
        What the first slots stand for, in order, and how many rows have each; NaN, the last, is missing.
    rest : {"", "number", "rare"}
        What the last slot stands for, if it is for the rest.
    rare, rare_counts : ndarray
        The levels that share a slot, and how many rows have each.
    """

    def __init__(
        self, column: int, values: Any, counts: Any, rest: str = "", rare: Any = (), rare_counts: Any = ()
    ) -> None:
        self.column, self.rest = column, rest
        arrays = [np.asarray(x, dtype=np.float64) for x in (values, counts, rare, rare_counts)]
        self.values, self.counts, self.rare, self.rare_counts = arrays

    @property
    def width(self) -> int:
        return len(self.values) + bool(self.rest)

    def encode(self, x: np.ndarray) -> np.ndarray:
        """Return the block of values `x`, of shape (n_samples, width), as float32."""
        slot = np.searchsorted(self.values, x)  # NaN is last there, too
        found = self.values.take(slot, mode="clip")
        slot[(found != x) & ~(np.isnan(found) & np.isnan(x))] = len(self.values)
        block = np.zeros((len(x), self.width), dtype=np.float32)
        block[np.arange(len(x)), slot] = 1
        return block

    def decode(self, slots: np.ndarray, rest: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return the values of slots, of shape (n_samples,); `rest` has the numbers that the last slot stands for."""
        if self.rest == "rare":
            rest = rng.choice(self.rare, len(slots), p=self.rare_counts / self.rare_counts.sum())
        own = slots < len(self.values)
        return np.where(own, self.values[np.where(own, slots, 0)], rest)

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values."""
        return {
            "column": self.column,
            "values": self.values,
            "counts": self.counts,
            "rest": self.rest,
            "rare": self.rare,
            "rare_counts": self.rare_counts,
        }


def category_levels(column: int, x: np.ndarray, keep_all: bool = False) -> Levels:
    """Return the block of a category: of codes `x`, of shape (n_samples,), NaN where there is none.

    Levels of fewer than 10 rows, or 0.5% of a table below 2,000 rows, share a slot, unless there is only one or
    `keep_all`; so do all but the 100 most frequent. The most frequent one has its own, however rare.
    """
    values, counts = np.unique(x, return_counts=True)
    least = min(LEAST_COUNT, np.ceil(0.005 * len(x)))
    order = np.argsort(-counts, kind="stable")
    frequent = np.zeros(len(values), bool)
    frequent[order[:MOST_SLOTS]] = True
    frequent &= (counts >= least) | np.isnan(values)
    frequent[order[0]] = True
    if keep_all or (~frequent).sum() <= 1:
        return Levels(column, values, counts)
    return Levels(column, values[frequent], counts[frequent], "rare", values[~frequent], counts[~frequent])


def number_levels(column: int, x: np.ndarray, spikes: bool) -> Levels | None:
    """Return the block of a column of numbers, or None when it needs none: no value is missing or often repeated.

    With `spikes` every value that 4% of the rows and at least 10 have gets a slot, or all when there are at most 20 and
    each has 10 rows on average.
    """
    gap = np.isnan(x)
    values, counts = np.unique(x[~gap], return_counts=True)
    few = len(values) <= min(FEW_VALUES, (~gap).sum() / LEAST_COUNT)
    own = spikes & (few | ((counts > SPIKE * (~gap).sum()) & (counts >= LEAST_COUNT)))
    missing = ([np.nan], [gap.sum()]) if gap.any() else ([], [])
    slots, rows = np.r_[values[own], missing[0]], np.r_[counts[own], missing[1]]
    return Levels(column, slots, rows, "" if own.all() else "number") if len(slots) else None
