"""What is known of any moment: weekday, and waves of the day and the year, as far as the step of a series has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.forecasting.series import Series
from tabgan.series.apart import DAY
from tabgan.series.clock import Clock

YEAR = 365.2425
SHORTEST_WINDOW, LONGEST_WINDOW = 8, 96
WAVES = {"day": (1, 2, 3), "year": (1, 2), "coarse year": (1, 2, 3, 4, 5)}
"""How often sines and cosines go round in a day and in a year; the last where steps are weeks or longer."""


def has_week(clock: Clock) -> bool:
    """Whether a week has two steps or more."""
    return clock.unit == "business day" or (clock.unit == "ns" and 2 * clock.size <= 7 * DAY)


def find_season(clock: Clock) -> int:
    """Return how many steps the shortest season has: a day, a week or a year; 1 if there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> hours = Clock.learn(pd.date_range("2026-01-01", periods=9, freq="h"))
    >>> months = Clock.learn(pd.date_range("2026-01-01", periods=9, freq="MS"))
    >>> find_season(hours), find_season(months)
    (24, 12)
    """
    return max(1, round(clock.seasons[0])) if clock.seasons else 1


def choose_window(clock: Clock) -> int:
    """Return how many steps a network sees: two of the shortest season, one if that is a year; from 8 to 96."""
    season = find_season(clock)
    return min(max(2 * season if has_week(clock) else season, SHORTEST_WINDOW), LONGEST_WINDOW)


def make_calendar(times: Any, clock: Clock, year: bool = True) -> NDArray[np.float64]:
    """Return calendar factors of shape (n, width): 11 of days, 17 of hours and minutes, up to 10 of weeks and longer.

    Numbers have none, width is 0.

    Seven are 1 on their weekday and else 0, where a week has two steps or more. Two sines and cosines go round once and
    twice a year, of weeks and longer steps up to five times, as far as a year has so many steps; of steps shorter than
    a day, three more of each go round once, twice and three times a day. Without `year` those of the year are left out.
    """
    if clock.unit == "number":
        return np.empty((len(times), 0))
    hour = times.hour.to_numpy() / 24 + times.minute.to_numpy() / 1440 + times.second.to_numpy() / 86400
    part = (times.day_of_year.to_numpy() - 1 + hour) / YEAR
    weekday = times.day_of_week.to_numpy()[:, None] == np.arange(7 if has_week(clock) else 0)
    turns = WAVES["year"] if has_week(clock) else _turns_of_coarse_year(clock)
    waves = [part * k for k in turns] if year else []
    if clock.unit == "ns" and clock.size < DAY:
        waves += [hour * k for k in WAVES["day"]]
    angles = 2 * np.pi * np.reshape(waves, (len(waves), len(times))).T
    return np.column_stack([weekday, np.sin(angles), np.cos(angles)])


def _turns_of_coarse_year(clock: Clock) -> tuple[int, ...]:
    steps = clock.seasons[0] if clock.seasons else 1
    return tuple(k for k in WAVES["coarse year"] if k == 1 or 2 * k < steps)


def align_factors(series: Series, ahead: int = 0, year: bool = True) -> NDArray[np.float64]:
    """Return the factors that are known before each row, of shape (n + ahead, n_factors).

    Row s holds what serves to forecast row s + 1: the lagged factors of s, and of s + 1 the factors known in advance
    and the calendar, with the waves of the `year` or without. `ahead` rows more repeat the last lagged factors.
    """
    n = len(series.values)
    last = np.minimum(np.arange(n + ahead), n - 1)
    following = np.arange(1, n + ahead + 1)
    known = series.known[np.minimum(following, len(series.known) - 1)]  # a last row without a next one is of no use
    calendar = make_calendar(series.clock.stamps(following), series.clock, year)
    return np.column_stack([series.lagged[last], known, calendar])
