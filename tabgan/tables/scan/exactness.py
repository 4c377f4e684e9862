"""Which values of a column of numbers tell the digits, and the steps, of all the others."""

from __future__ import annotations

from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.schema.noise import BITS, EPS
from tabgan.schema.numbers import MOST_DECIMALS
from tabgan.schema.steps import LARGEST_UNITS

Values = NDArray[Any]
NEAR = 9  # decimals of numbers that others are off from in their last bits
EXACT, SINGLE, OFF, ANY = range(4)
"""Numbers of at most ten decimals; others that single precision holds; others near one of few decimals; all others."""


class Places:
    """Where the values of a batch stand, some of which may be left out, counted from a position; made when asked for.

    Examples
    --------
    >>> Places(10).where(np.array([False, True, True])).where(np.array([False, True]))[0]
    12
    """

    def __init__(self, start: int, kept: Values | None = None) -> None:
        self._start, self._kept = start, kept

    def where(self, kept: NDArray[np.bool_]) -> Places:
        """Return those of some of the values."""
        places = np.flatnonzero(kept)
        return Places(self._start, places if self._kept is None else self._kept[places])

    def __getitem__(self, place: int) -> int:
        return self._start + int(place if self._kept is None else self._kept[place])


class Digits:
    """The first values, in the order of rows, that do not follow from those before them.

    From some numbers follow all that have no more decimals and stand on the same steps, or are too large to tell; from
    one that is `SINGLE`, `OFF` or `ANY` all that are no more than that. What follows from a set follows from a larger
    one, too, and so the first values of the first values of parts are those of the whole, however it was cut.

    Numbers that are added come after all that were added before; `merge` knows no order.
    """

    def __init__(self) -> None:
        self.first: list[tuple[int, Any]] = []  # positions and values
        self._level = EXACT
        self._decimals = 0
        self._step = 0  # between exact values, in units of the last decimal, from
        self._base: int | None = None  # one of them on; 0 if that is the only one

    def add(self, values: Values, there: Places) -> None:
        """Take in numbers that are there, floats or int64, with where they stand."""
        done = 0
        while done < len(values) and (outside := np.flatnonzero(self._outside(values[done:]))).size:
            done += int(outside[0]) + 1
            self._keep(there[done - 1], values[done - 1] + values.dtype.type(0))  # no -0

    def merge(self, other: Digits) -> Digits:
        """Return those of both."""
        merged = Digits()
        for position, value in sorted([*self.first, *other.first], key=lambda pair: pair[0]):
            if merged._outside(np.array([value]))[0]:
                merged._keep(position, value)
        return merged

    def _outside(self, values: Values) -> NDArray[np.bool_]:
        """Return which values do not follow."""
        if not self.first:
            return np.ones(len(values), bool)
        if self._level != EXACT:
            return np.zeros(len(values), bool) if self._level == ANY else find_levels(values) > self._level
        if values.dtype.kind != "f" and not self._decimals:
            return self._off_steps(values)
        outside = values != _round(values, self._decimals)
        some = np.flatnonzero(outside)
        for decimals in range(self._decimals if len(some) else 0):  # large numbers are rounded by fewer alone
            some = some[values[some] != _round(values[some], decimals)]
        if self._step != 1:
            with np.errstate(over="ignore", invalid="ignore"):
                units = np.rint(values.astype(np.float64) * 10.0**self._decimals)
            fits = np.abs(units) < LARGEST_UNITS
            outside = fits & ~outside
            outside[outside] = self._off_steps(units[outside].astype(np.int64))
            for i in np.flatnonzero(~fits):
                unit = _unit(values[i], self._decimals)
                outside[i] = unit is not None and self._is_off(unit)
        else:
            outside = np.zeros(len(values), bool)
        outside[some] = True
        return outside

    def _off_steps(self, units: Values) -> NDArray[np.bool_]:
        if self._step == 1 or self._base is None:
            return np.full(len(units), self._base is None)
        if max(abs(self._base), self._step) >= 2**63:  # of a column that is refused by its ends
            return np.zeros(len(units), bool)
        away = units - np.int64(self._base)
        return np.asarray(away % self._step != 0 if self._step else away != 0)

    def _is_off(self, unit: int) -> bool:
        away = unit - (unit + 1 if self._base is None else self._base)
        return bool(away % self._step if self._step else away)

    def _keep(self, position: int, value: Any) -> None:
        self.first.append((position, value))
        self._level = max(self._level, int(find_levels(np.asarray(value).reshape(1))[0]))
        if self._level != EXACT:
            return
        more = max(0, _decimals(value) - self._decimals)
        self._decimals += more
        self._step *= 10**more
        self._base = None if self._base is None else self._base * 10**more
        unit = _unit(value, self._decimals)
        if unit is not None:
            self._step = 0 if self._base is None else gcd(self._step, unit - self._base)
            self._base = unit if self._base is None else self._base


def _decimals(value: Any) -> int:
    """Return how many decimals write an exact number."""
    alone = np.asarray(value).reshape(1)
    if alone.dtype.kind != "f":
        return 0
    return next(d for d in range(MOST_DECIMALS + 1) if _round(alone, d)[0] == alone[0])


def _unit(value: Any, decimals: int) -> int | None:
    """Return an exact number in units of the last of so many decimals; None if a double of it is too large to tell."""
    own = _decimals(value)
    if np.asarray(value).dtype.kind != "f":
        return int(value) * 10**decimals
    unit = round(float(value) * 10.0**own) if np.isfinite(float(value) * 10.0**own) else None
    return None if unit is None or abs(unit) >= LARGEST_UNITS else unit * 10 ** (decimals - own)


def find_levels(values: Values) -> NDArray[np.int8]:
    """Return of each number whether it is `EXACT`, `SINGLE`, `OFF` or `ANY`.

    Examples
    --------
    >>> find_levels(np.array([0.25, float(np.float32(0.1)), 0.1 + 0.2, 1 / 3])).tolist()
    [0, 1, 2, 3]
    """
    levels = np.zeros(len(values), np.int8)
    if values.dtype.kind != "f":
        return levels
    rest = np.arange(len(values))
    for decimals in range(MOST_DECIMALS + 1):
        rest = rest[values[rest] != _round(values[rest], decimals)]
        if not len(rest):
            return levels
    if values.dtype != np.float64:
        levels[rest] = ANY
        return levels
    left = values[rest]
    with np.errstate(over="ignore", invalid="ignore"):
        near = np.abs(left - np.round(left, NEAR)) <= BITS * EPS * np.abs(left)
        levels[rest] = np.where(left.astype(np.float32) == left, SINGLE, np.where(near, OFF, ANY))
    return levels


def _round(values: Values, decimals: int) -> Values:
    """Round numbers, in their own precision, as `count_decimals` does."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.round(values.astype(np.float64, copy=False), decimals).astype(values.dtype, copy=False))
