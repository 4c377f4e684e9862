"""Pictures of forecasts: what is to come with its interval, and a backtest beside what was observed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tabgan.figures import REAL, SYNTHETIC, style
from tabgan.forecasting.backtest import find_peaks
from tabgan.forecasting.series import Series

PAST = 8
"""How many horizons of the past are drawn before a forecast, at least 60 steps."""


def plot_forecast(series: Series, table: pd.DataFrame, name: str, coverage: float) -> Axes:
    """Draw the end of a series and its forecast, as `DWTPCALSTMForecaster.forecast` returns it."""
    past = min(len(series.values), max(60, PAST * len(table)))
    with style():
        axes = Figure(figsize=(9, 4), layout="constrained").subplots()
        n = len(series.values)
        axes.plot(series.times[n - past : n], series.values[-past:], color=REAL, label="observed")
        axes.plot(table["date"], table["forecast"], "o-", color=SYNTHETIC, ms=3, label="forecast")
        label = f"{coverage:.0%} interval"
        axes.fill_between(table["date"], table["lower"], table["upper"], color=SYNTHETIC, alpha=0.2, label=label)
        axes.set_ylabel(name, parse_math=False)
        axes.legend(frameon=False)
        _format_dates(axes)
    return axes


def plot_backtest(forecasts: pd.DataFrame, model: str, name: str) -> NDArray[np.float64]:
    """Draw one model's forecasts over what was observed, peaks marked, and its errors; return the two axes."""
    peaks = forecasts[find_peaks(forecasts["observed"].to_numpy())]
    with style():
        figure = Figure(figsize=(11, 6), layout="constrained")
        upper, lower = figure.subplots(2, sharex=True, height_ratios=[2, 1])
        upper.plot(forecasts["date"], forecasts["observed"], color=REAL, lw=1, label="observed")
        upper.plot(forecasts["date"], forecasts[model], color=SYNTHETIC, lw=1, label=model)
        upper.plot(peaks["date"], peaks["observed"], "^", color="0.2", ms=4, label="peaks")
        upper.set_ylabel(name, parse_math=False)
        upper.legend(frameon=False, ncols=3)
        lower.plot(forecasts["date"], forecasts["observed"] - forecasts[model], color="0.4", lw=0.8)
        lower.axhline(0, color="0.7", lw=0.8)
        lower.set_ylabel("observed - forecast")
        _format_dates(lower)
    return np.array([upper, lower])


def _format_dates(axes: Axes) -> None:
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
