"""Which days a column of dates has: working days, the first or the last of each month, of each quarter."""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tabgan.schema.steps import CHANCE

Ints = NDArray[np.int64]

WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LAST = -1  # of a month
MOST_MONTH_DAYS = 3
USUAL = ((0, 1, 2, 3, 4), (5, 6))  # days of the week that go together: they need no further proof
ENOUGH = 1e-4  # chance that so many days miss the others of the week, where those that they have go together


class Days(NamedTuple):
    """Days of the calendar, counted since 1970; what is empty leaves out none.

    Attributes
    ----------
    weekdays : tuple of int
        From Monday, 0, on.
    month_days : tuple of int
        The first of a month is 1; -1 is the last.
    months : int
        From one month that has such days to the next, counted from the first.

    Examples
    --------
    >>> firsts = np.arange("2023-01", "2024-01", dtype="datetime64[M]").astype("datetime64[D]").astype(int)
    >>> days = find_days(firsts)
    >>> days
    Days(weekdays=(), month_days=(1,), months=1)
    >>> days.nearest(firsts[:3] + 9, firsts[0], firsts[-1]) - firsts[:3]
    array([0, 0, 0])
    """

    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    months: int = 1

    def nearest(self, days: Ints, first: int, last: int) -> Ints:
        """Return the nearest days that there are, the earlier of two, from the first to the last, which are such."""
        if self == Days():
            return days
        allowed = _list_days(self, first, last)
        after = np.searchsorted(allowed, days).clip(max=len(allowed) - 1)
        before = np.maximum(after - 1, 0)
        earlier = np.abs(days - allowed[before]) <= np.abs(allowed[after] - days)
        return np.where(earlier, allowed[before], allowed[after])

    def say(self) -> str:
        """Return which days they are, in words.

        Examples
        --------
        >>> Days((0, 1, 2, 3, 4)).say(), Days((0, 3)).say(), Days((), (1, -1), 3).say()
        ('Mon to Fri', 'Mon, Thu', 'day 1, last of every 3 months')
        """
        if self.month_days:
            of = "each month" if self.months == 1 else f"every {self.months} months"
            return f"day {', '.join('last' if day == LAST else str(day) for day in self.month_days)} of {of}"
        names = [WEEK[day] for day in self.weekdays]
        return f"{names[0]} to {names[-1]}" if self.weekdays in USUAL else ", ".join(names)


@lru_cache(maxsize=64)
def _list_days(days: Days, first: int, last: int) -> Ints:
    """All of the days from the first to the last, both of which are such, in order."""
    every = np.arange(first, last + 1)
    kept = np.ones(len(every), bool)
    if days.weekdays:
        kept &= np.isin(_weekday(every), days.weekdays)
    if days.month_days:
        month, day, is_last = _in_month(every)
        kept &= np.isin(day, days.month_days) | (is_last & (LAST in days.month_days))
        kept &= (month - month[0]) % days.months == 0
    return every[kept]


def find_days(days: Ints) -> Days:
    """Return which days of the calendar distinct days are; all, unless they leave out others by no chance."""
    if not len(days):
        return Days()
    month, day, is_last = _in_month(np.sort(days))
    plain, from_end = np.unique(day), np.unique(np.where(is_last, LAST, day))
    found = min(from_end, plain, key=len) if len(from_end) < len(plain) else plain
    if len(found) <= MOST_MONTH_DAYS and _chance(31, len(found), len(days)) < CHANCE:
        step = int(np.gcd.reduce(np.diff(month)))
        sure = step > 1 and len(found) == 1 and float(step) ** (1 - len(days)) < CHANCE
        return Days((), tuple(found.tolist()), step if sure else 1)
    week = tuple(np.unique(_weekday(days)).tolist())
    usual = week in USUAL and (len(week) / 7) ** len(days) < ENOUGH
    return Days(week) if len(week) < 7 and (usual or _chance(7, len(week), len(days)) < CHANCE) else Days()


def _chance(of: int, kinds: int, n_days: int) -> float:
    """Return how often so many days would have so few kinds of all, whichever these are."""
    return float(comb(of, kinds) * (kinds / of) ** n_days)


def _weekday(days: Ints) -> Ints:
    return (days + 3) % 7  # 1970 began on a Thursday


def _in_month(days: Ints) -> tuple[Ints, Ints, Any]:
    """Return the months since 1970, the days of these from 1 on, and whether they are the last ones."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    last = (dates + np.timedelta64(1, "D")).astype("datetime64[M]") != months
    return months.astype(np.int64), (dates - months.astype("datetime64[D]")).astype(np.int64) + 1, last
