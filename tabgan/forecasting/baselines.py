"""Forecasts that learn nothing: what was a day, or a week, before."""

from __future__ import annotations

import numpy as np

from tabgan.forecasting.series import Series

STEPS_A_DAY = {"day": 1, "hour": 24}
BASELINES = {"yesterday": 1, "last-week": 7}
"""How many days before."""


def predict_baseline(name: str, series: Series, start: int) -> np.ndarray:
    """Return the forecasts of rows `start` and after; rows without such a past get the first value."""
    steps = BASELINES[name] * STEPS_A_DAY[series.step]
    return series.values[np.maximum(np.arange(start, len(series.values)) - steps, 0)]
