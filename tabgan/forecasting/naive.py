"""Forecasts that learn nothing: what was a season, a day or a week before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.forecasting.calendar import find_season
from tabgan.forecasting.series import Series
from tabgan.series.apart import DAY
from tabgan.series.clock import Clock

SEASONAL_NAIVE = "seasonal-naive"
LAST_VALUE = "last-value"
BASELINES = {"yesterday": 1, "last-week": 7}
"""What was so many days before."""
NAIVE = (SEASONAL_NAIVE, LAST_VALUE, *BASELINES)


def steps_before(name: str, clock: Clock) -> int:
    """Return how many steps ago lies what a baseline repeats; 0 if the step is too long, or no part of a day.

    Examples
    --------
    >>> import pandas as pd
    >>> clock = Clock.learn(pd.date_range("2026-01-01", periods=9, freq="15min"))
    >>> steps_before("yesterday", clock), steps_before("last-week", clock), steps_before("seasonal-naive", clock)
    (96, 672, 96)
    """
    if name in (SEASONAL_NAIVE, LAST_VALUE):
        return find_season(clock) if name == SEASONAL_NAIVE else 1
    days = BASELINES[name]
    if clock.unit == "business day":
        days, size = {1: 1, 7: 5}[days], clock.size
    else:
        days, size = days * DAY, clock.size if clock.unit == "ns" else 0
    return days // size if size and days % size == 0 else 0


def choose_naive(clock: Clock) -> list[str]:
    """Return those that differ in this step of time.

    Examples
    --------
    >>> import pandas as pd
    >>> choose_naive(Clock.learn(pd.date_range("2026-01-01", periods=9)))
    ['seasonal-naive', 'last-value']
    """
    chosen: dict[int, str] = {}
    for name in NAIVE:
        chosen.setdefault(steps_before(name, clock), name)
    return [name for steps, name in chosen.items() if steps]


def repeat_past(name: str, series: Series, origins: NDArray[np.intp], horizon: int) -> NDArray[np.float64]:
    """Return forecasts of shape (m, horizon): the latest value so many steps, or a multiple, before each.

    Rows without such a past get the first value.
    """
    steps, ahead = steps_before(name, series.clock), np.arange(1, horizon + 1)
    if not steps:
        raise InputError(f"there is no {name} in steps of {series.step}; take {SEASONAL_NAIVE}")
    past: NDArray[np.float64] = series.values[np.maximum(origins[:, None] + ahead - steps * -(-ahead // steps), 0)]
    return past
