"""A column's values that have a slot of their own: categories, repeated numbers, missing values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_SLOTS = 100  # for a category; what is rarer than these shares one
LEAST_COUNT = 10  # rows that a slot wants


class OneHot:
    """A one-hot group: a slot for each frequent value, perhaps one for missing values, perhaps one for the rest.

    The rest of a column of numbers is continuous: a number beside the group says which value. The rest of a category
    are its rare levels, which are drawn from their real frequencies: of `rare` levels `rare_counts` rows have each.

    Of the table's `column`, from 0, `values` are what the first slots stand for, in order, and `counts` how many rows
    have each; NaN, the last, is missing. The last slot may be for the `rest`, which is "number" or "rare".
    """

    def __init__(
        self, column: int, values: Any, counts: Any, rest: str = "", rare: Any = (), rare_counts: Any = ()
    ) -> None:
        self.column, self.rest = column, rest
        arrays = [np.asarray(x, dtype=np.float64) for x in (values, counts, rare, rare_counts)]
        self.values, self.counts, self.rare, self.rare_counts = arrays

    @classmethod
    def of_category(cls, column: int, x: NDArray[Any], keep_all: bool = False) -> OneHot:
        """Return the group of a category: of codes `x`, of shape (n_samples,), NaN where there is none.

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
            return cls(column, values, counts)
        return cls(column, values[frequent], counts[frequent], "rare", values[~frequent], counts[~frequent])

    @classmethod
    def of_numbers(cls, column: int, x: NDArray[Any], repeated: NDArray[Any]) -> OneHot | None:
        """Return the group of a column of numbers, or None when it needs none: no value is missing or `repeated`."""
        gap = np.isnan(x)
        values, counts = np.unique(x[~gap], return_counts=True)
        own = np.isin(values, repeated)
        missing = ([np.nan], [gap.sum()]) if gap.any() else ([], [])
        slots, rows = np.r_[values[own], missing[0]], np.r_[counts[own], missing[1]]
        return cls(column, slots, rows, "" if own.all() else "number") if len(slots) else None

    @property
    def width(self) -> int:
        return len(self.values) + bool(self.rest)

    @property
    def shares(self) -> NDArray[Any]:
        """How frequent each of `values` is, of those that have a slot of their own."""
        return np.asarray(self.counts / self.counts.sum())

    @property
    def own(self) -> NDArray[Any]:
        """Which slots say a value: all but the one that leaves a column its number; of shape (width,)."""
        return np.append(np.ones(len(self.values), bool), [self.rest == "rare"] * bool(self.rest))

    def encode(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return the group of values `x`, of shape (n_samples, width), as float32."""
        group = np.zeros((len(x), self.width), dtype=np.float32)
        group[np.arange(len(x)), self.find(x)] = 1
        return group

    def find(self, x: NDArray[Any]) -> NDArray[np.intp]:
        """Return the slots of values `x`, of shape (n_samples,).

        A value without a slot is of the rest; where there is none, it goes to the slot of the nearest value.
        """
        slot = np.searchsorted(self.values, x)  # NaN is last there, too
        found = self.values.take(slot, mode="clip")
        unseen = (found != x) & ~(np.isnan(found) & np.isnan(x))
        numbers = self.values[~np.isnan(self.values)]
        middles = numbers[1:] / 2 + numbers[:-1] / 2
        slot[unseen] = len(self.values) if self.rest else np.searchsorted(middles, x[unseen])
        return slot

    def decode(self, slots: NDArray[Any], rest: NDArray[Any], rng: Callable[[], np.random.Generator]) -> NDArray[Any]:
        """Return the values of slots, of shape (n_samples,); `rest` has the numbers that the last slot stands for."""
        if self.rest == "rare":
            rest = rng().choice(self.rare, len(slots), p=self.rare_counts / self.rare_counts.sum())
        own = slots < len(self.values)
        return np.where(own, self.values[np.where(own, slots, 0)], rest)

    def get_state(self) -> dict[str, Any]:
        """Return all of it, as the constructor takes it: arrays and JSON values."""
        return dict(vars(self))
