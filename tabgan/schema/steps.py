"""Numbers that stand on a grid: of so many decimals, and perhaps of a step coarser than the last of these."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NOISE = 1e-6  # of a step between two values with so many decimals: what sums of decimals are off by
MOST_NOISE = 0.25  # also where doubles are a step apart: one value is never taken for the next
LARGEST_UNITS = 2**50  # last decimals in a number, above which a double does not tell them apart well enough
LEAST_VALUES = 8  # distinct ones, for a step to be more than chance
CHANCE = 1e-5  # that so many values stand on a step, if each might have stood between
CHANCE_OF_FEW = 0.025  # that few values beside many that are rounded further do
PRIMES = (2, 3, 5)  # one of which divides how much coarser a grid is that people round to
CLEARLY = 4  # standard deviations
FEW_VALUES, OFTEN = 3, 10  # or fewer distinct ones, each of which so many rows have


class Grid(NamedTuple):
    """Which numbers a column can have.

    Attributes
    ----------
    decimals : int
    step : int
        From one number to the next, in units of the last decimal.
    start : float
        A number on the grid; of a step of 1 it does not matter.

    Examples
    --------
    >>> quarters = Grid(decimals=2, step=25, start=0.25)
    >>> quarters.round(np.array([0.3, 0.6, 99.9]))
    array([  0.25,   0.5 , 100.  ])
    >>> quarters.least_from(np.array([0.3])), quarters.greatest_to(np.array([0.75]), strict=True)
    (array([0.5]), array([0.5]))
    """

    decimals: int
    step: int = 1
    start: float = 0.0

    def round(self, values: Any) -> Any:
        """Return the nearest numbers on the grid; those of numbers on it are these, to the last bit."""
        if self.step == 1:
            return np.round(values, self.decimals)
        return self._write(np.rint(self._count(values)))

    def least_from(self, bound: Any, strict: bool = False) -> Any:
        """Return the least numbers on the grid that are at least `bound`, or above it when `strict`."""
        steps = self._count(bound)
        noise = self._noise(bound)
        return self._write(np.floor(steps + noise) + 1 if strict else np.ceil(steps - noise))

    def greatest_to(self, bound: Any, strict: bool = False) -> Any:
        """Return the greatest numbers on the grid that are at most `bound`, or below it when `strict`."""
        steps = self._count(bound)
        noise = self._noise(bound)
        return self._write(np.ceil(steps - noise) - 1 if strict else np.floor(steps + noise))

    def holds(self, values: Any) -> Any:
        """Return which numbers are on the grid, up to what sums of decimals are off by; NaN is."""
        steps = self._count(values)
        return ~(np.abs(steps - np.rint(steps)) > self._noise(values))

    @property
    def first(self) -> float:
        """A number on the grid in units of the last decimal; 0 if every one is."""
        return float(np.rint(self.start * 10.0**self.decimals)) if self.step > 1 else 0.0

    def _count(self, values: Any) -> Any:
        """Return how many steps values are away from the start."""
        return (np.asarray(values) * 10.0**self.decimals - self.first) / self.step

    def _noise(self, values: Any) -> Any:
        return np.minimum(NOISE + 4 * np.finfo(float).eps * np.abs(self._count(values)), MOST_NOISE)

    def _write(self, steps: Any) -> Any:
        """Return the numbers so many steps from the start, none of them -0."""
        return np.round((self.first + self.step * steps) / 10.0**self.decimals, self.decimals) + 0.0


def find_step(values: Floats, decimals: int | None) -> int:
    """Return the greatest step, in units of the last decimal, on which all values stand, counted from one of them.

    It is 1 unless that can be no chance: of eight distinct values or more, each of which might as well have stood
    between, or of three that ten rows have each. Where most values are rounded further, as 300 and 1500 are beside a
    few such as 1234, these few must hardly stand on the step by chance, too.

    Examples
    --------
    >>> find_step(np.arange(2.0, 100.0, 5), 0), find_step(np.array([10.0, 20.0, 40.0]), 0)
    (5, 1)
    >>> find_step(np.arange(30) * 0.25, 2)
    25
    """
    if decimals is None or not len(values):
        return 1
    distinct, counts = np.unique(values, return_counts=True)
    units = np.rint(distinct * 10.0**decimals)
    if len(distinct) < FEW_VALUES or np.abs(units).max() >= LARGEST_UNITS:
        return 1
    whole = units.astype(np.int64)
    step = int(np.gcd.reduce(np.diff(whole)))
    if counts.min() >= OFTEN:
        return step
    told = (
        is_no_chance(step, len(distinct)) and float(step) ** -_count_free((whole - whole[0]) // step) <= CHANCE_OF_FEW
    )
    return step if told else 1


def _count_free(steps: NDArray[np.int64]) -> int:
    """Return how many of some numbers do not stand on a coarser grid on which far more do than by chance."""
    n, free = len(steps), len(steps) - 1
    for prime in PRIMES:
        on = int(np.bincount(steps % prime).max())
        if on > n / prime + CLEARLY * np.sqrt(n / prime):
            free = min(free, n - on)
    return free


def is_no_chance(step: int, n_values: int) -> bool:
    """Whether so many distinct values would hardly stand on a step if each might have stood between."""
    return n_values >= LEAST_VALUES and (n_values - 1) * np.log(step) >= -np.log(CHANCE)
