"""Bins of a histogram whose edges lie where values may: between whole steps of numbers, at whole units of time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tabgan.schema.column import Floats

DAY = 86_400
MONTH, YEAR = 30.436875 * DAY, 365.2425 * DAY
FIXED = (
    *((1, "s", count) for count in (1, 2, 5, 10, 15, 30)),
    *((60, "m", count) for count in (1, 2, 5, 10, 15, 30)),
    *((3600, "h", count) for count in (1, 2, 3, 6, 12)),
    *((DAY, "D", count) for count in (1, 2)),
    *((7 * DAY, "W", count) for count in (1, 2)),
)
"""Units of equal length: seconds of one, what numpy calls it, and how many make a bin."""
COUNTS = (("M", 1), ("M", 3), ("M", 6), *(("Y", lead * 10**power) for power in range(4) for lead in (1, 2, 5)))
"""Months, quarters, half-years and years, whose lengths differ."""
MONDAY = 4 * DAY  # the first one after 1970-01-01
EVEN = 12  # values a bin from which one more or fewer is hardly seen
LARGEST = 2.0**50  # steps, above which doubles do not tell them apart
SHARES = (0.005, 0.995)


@dataclass(frozen=True)
class Bins:
    """Bins that touch, each with its lower edge.

    Attributes
    ----------
    edges : ndarray of shape (n + 1,)
    step : float
        From one value that there may be to the next, between which edges lie; 0 for values of any size, and moments.
    """

    edges: Floats
    step: float = 0.0

    def count(self, values: Floats) -> NDArray[np.intp]:
        """Return how many values are in each bin; values beyond, and NaN, are in none."""
        inside = values[(values >= self.edges[0]) & (values < self.edges[-1])]
        return np.bincount(np.searchsorted(self.edges, inside, "right") - 1, minlength=len(self.edges) - 1)

    def share(self, values: Floats) -> Floats:
        """Return the share of values in each bin."""
        return self.count(values) / max(len(values), 1)

    @property
    def ends(self) -> tuple[Floats, Floats]:
        """The first and the last value of each bin, the same for one value; edges of bins without a step."""
        return self.edges[:-1] + self.step / 2, self.edges[1:] - self.step / 2


def find_bins(real: Floats, synthetic: Floats, most: int, *, decimals: int | None = None, dates: bool = False) -> Bins:
    """Return about so many bins for the middle 99% of both.

    Parameters
    ----------
    real, synthetic : ndarray of shape (n,)
        Numbers, or seconds since 1970, without NaN.
    most : int
        How many bins are wanted. There are no more of numbers, and up to twice as many of dates.
    decimals : int, optional
        Of the real numbers, if they have few: each bin then holds equally many of the numbers that there may be.
    dates : bool, default False
        Bins are whole seconds, minutes, hours, days, weeks from Monday, months, quarters or years then, unless moments
        have fractions of a second and lie within fewer seconds than bins are wanted.

    Examples
    --------
    >>> find_bins(np.arange(100.0), np.array([]), 36, decimals=0).edges[:3]
    array([-0.5,  2.5,  5.5])
    >>> days = 86_400.0 * np.arange(366)
    >>> find_bins(days, days, 12, dates=True).edges[:3] / 86_400
    array([ 0., 31., 59.])
    """
    both = np.concatenate([real, synthetic])
    if not len(both):
        return Bins(np.array([0.0, 1.0]))
    low, high = np.quantile(both, SHARES).tolist()
    if not high > low:
        low, high = float(both.min()), float(both.max())
    leading = real if len(real) else synthetic
    if dates and (high - low >= most or not (leading % 1).any()):
        return _find_dates(np.unique(np.round(leading)), low, high, most)
    unit = 0.0 if decimals is None else 10.0**-decimals
    if unit and max(abs(low), abs(high), float(np.abs(leading).max())) < LARGEST * unit:
        return _find_steps(leading, low, high, most, unit)
    margin = (high - low or abs(low) or 1.0) * 1e-9
    return Bins(np.linspace(low - margin, high + margin, most + 1))


def _find_steps(values: Floats, low: float, high: float, most: int, unit: float) -> Bins:
    """Bins of equally many steps, the largest one on which all values stand."""
    places = np.unique(np.rint(values / unit)).astype(np.int64)
    step = int(np.gcd.reduce(np.diff(places))) if len(places) > 1 else 1
    phase = int(places[0]) % step
    first, last = (math.floor((round(end / unit) - phase) / step) * step + phase for end in (low, high))
    wide = step * max(1, math.ceil(((last - first) / step + 1) / most))
    count = math.ceil((last - first + step) / wide)
    edges = first - step / 2 + wide * np.arange(count + 1)
    return Bins(np.asarray(edges * unit, np.float64), step * unit)


def _find_dates(moments: Floats, low: float, high: float, most: int) -> Bins:
    """Bins of the unit that makes the number nearest to the wanted one, none finer than the moments allow."""
    fitting = [(abs(math.log(max(high - low, 1.0) / length / most)), unit) for length, unit in _fit_units(moments)]
    apart, (unit, count) = min(fitting)
    steps = (high - low) / _find_grain(moments)
    if apart > math.log(3) and steps > most / 3 and not _find_months(moments) and not _lacks_days(moments):
        return replace(_find_steps(moments, low, high, most, 1.0), step=0.0)  # into no unit their steps go
    return Bins(_cut(low, high, unit, count))


def _fit_units(moments: Floats) -> Iterator[tuple[float, tuple[str, int]]]:
    """Yield length, name and count of each unit into which the steps of the moments go, or which has many of these."""
    grain, months = _find_grain(moments), _find_months(moments)
    whole = 7 * DAY if _lacks_days(moments) else grain
    for second, unit, count in FIXED:
        length = second * count
        if not months and (length % whole == 0 or length >= EVEN * whole):
            yield length, (unit, count)
    for unit, count in COUNTS:
        number = count * (12 if unit == "Y" else 1)
        even = number * MONTH >= EVEN * grain
        if (even and not months) or (months and (number % months == 0 or number >= EVEN * months)):
            yield number * MONTH, (unit, count)
    yield 10_000 * YEAR, ("Y", 10_000)


def _find_grain(moments: Floats) -> int:
    """Return the most seconds of which all differences are multiples; of one moment the unit that it is whole in."""
    if len(moments) > 1:
        return int(np.gcd.reduce(np.diff(moments).astype(np.int64)))
    return next(length for length in (DAY, 3600, 60, 1) if moments[0] % length == 0)


def _find_months(moments: Floats) -> int:
    """Return from how many months to how many moments stand, if no month has two; 0 if one has."""
    months = np.unique(moments.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64))
    return int(np.gcd.reduce(np.diff(months))) if 1 < len(months) == len(moments) else 0


def _lacks_days(moments: Floats) -> bool:
    """Whether these are days over two weeks or more, but none of some day of the week, such as working days."""
    if _find_grain(moments) != DAY or moments[-1] - moments[0] < 14 * DAY:
        return False
    return len(np.unique(moments // DAY % 7)) < 7


def _cut(low: float, high: float, unit: str, count: int) -> Floats:
    """Return the edges of whole units that hold both ends."""
    if unit in "MY":
        name = f"datetime64[{unit}]"
        since = 0 if unit == "M" else -1970  # years are counted from the year 0, so that tens are round
        first, last = (math.floor((_count(end, name) - since) / count) * count + since for end in (low, high))
        return np.arange(first, last + count + 1, count).astype(name).astype("datetime64[s]").astype(np.float64)
    length = count * next(second for second, name, _ in FIXED if name == unit)
    phase = MONDAY if unit == "W" else 0
    first, last = (math.floor((end - phase) / length) for end in (low, high))
    return phase + length * np.arange(first, last + 2, dtype=np.float64)


def _count(seconds: float, name: str) -> int:
    return int(np.datetime64(math.floor(seconds), "s").astype(name).astype(np.int64))
