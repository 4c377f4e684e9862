"""What is known before a day begins: calendar, factors known in advance, and the others of the day before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabgan.forecasting.series import STEPS, Series

YEAR = 365.2425


def make_calendar(times: pd.DatetimeIndex, step: str) -> np.ndarray:
    """Return calendar factors of shape (n, 11), or (n, 17) of hours.

    Seven are 1 on their weekday and else 0. Two sines and cosines go round once and twice a year; of hours, three more
    of each go round once, twice and three times a day.
    """
    weekday = times.dayofweek.to_numpy()[:, None] == np.arange(7)
    hour = times.hour.to_numpy() / 24
    waves = [(times.dayofyear.to_numpy() - 1 + hour) / YEAR * k for k in (1, 2)]
    if step == "hour":
        waves += [hour * k for k in (1, 2, 3)]
    turns = 2 * np.pi * np.column_stack(waves)
    return np.column_stack([weekday, np.sin(turns), np.cos(turns)])


def align_factors(series: Series, ahead: int = 0) -> np.ndarray:
    """Return the factors that are known before each row, of shape (n + ahead, n_factors).

    Row s holds what serves to forecast row s + 1: the lagged factors of s, and of s + 1 the factors known in advance
    and the calendar. `ahead` rows more repeat the last lagged factors.
    """
    n = len(series.values)
    last = np.minimum(np.arange(n + ahead), n - 1)
    following = np.arange(1, n + ahead + 1)
    known = series.known[np.minimum(following, len(series.known) - 1)]  # a last row without a next one is of no use
    times = pd.date_range(series.times[0], periods=n + ahead + 1, freq=STEPS[series.step])[1:]
    return np.column_stack([series.lagged[last], known, make_calendar(times, series.step)])
