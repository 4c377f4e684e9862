"""Pictures of forecasts: what is to come with its interval, and a backtest beside what was observed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from tabgan.figures import FAINT, FINE, INK, REAL, SMALL_TEXT, SOFT, SYNTHETIC, Picture, styled
from tabgan.forecasting.accuracy import COVERAGES, find_peaks
from tabgan.forecasting.entities import say_label
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.held_aside import Accuracy, measure_accuracy, say_accuracy
from tabgan.forecasting.series import Series
from tabgan.palette import CYCLE

PAST = 8
"""How many horizons of the past are drawn before a forecast, at least 60 steps."""
MOST_ENTITIES = 12
MOST_POINTS = 60
MOST_NAME = 40


@styled
def plot_forecast(
    series: Series, table: pd.DataFrame, name: str, coverage: float, accuracy: Accuracy | None = None
) -> Axes:
    """Draw the end of a series and, from its last point on, its forecast; how good such forecasts were stands above.

    Parameters
    ----------
    table : DataFrame
        As `DWTPCALSTMForecaster.forecast` or `predict` returns it.
    accuracy : Accuracy, optional
        What `measure_accuracy` returned.
    """
    axes = Picture(figsize=(9, 4), layout="constrained").subplots()
    _draw_forecast(axes, series, table, coverage)
    _entitle(axes, name, accuracy)
    axes.figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return axes


@styled
def plot_entities(model: DWTPCALSTMForecaster, table: pd.DataFrame, name: str, coverage: float) -> Figure:
    """Draw the forecasts of several entities, one below the other; of more than twelve, the first twelve."""
    labels = list(model.parts_)[:MOST_ENTITIES]
    figure = Picture(figsize=(9, 0.8 + 2 * len(labels)), layout="constrained")
    each = len(table) // len(model.parts_)  # rows of a forecast
    panels = figure.subplots(len(labels), squeeze=False, sharex=True)[:, 0]
    for i, (axes, label) in enumerate(zip(panels, labels, strict=True)):
        _draw_forecast(axes, model.parts_[label].series_, table.iloc[i * each : (i + 1) * each], coverage)
        _entitle(axes, f"{name}, {say_label(label)}", measure_accuracy(model.parts_[label], each))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


@styled
def plot_horizons(by_horizon: pd.DataFrame) -> NDArray[np.object_]:
    """Draw the mean absolute error and the coverage of each step ahead, a line for each model; return the two axes.

    Parameters
    ----------
    by_horizon : DataFrame
        As `Backtest.by_horizon`.
    """
    figure = Picture(figsize=(9, 6), layout="constrained")
    upper, lower = figure.subplots(2, sharex=True, height_ratios=[3, 2])
    for i, (model, rows) in enumerate(by_horizon.groupby("model", sort=False)):
        line = {"color": f"C{i % len(CYCLE)}", "ls": "-" if i < len(CYCLE) else "--"}
        upper.plot(rows["ahead"], rows["mae"], label=str(model), marker="." if len(rows) < 40 else "", **line)
        for coverage in COVERAGES:
            lower.plot(rows["ahead"], rows[f"coverage_{100 * coverage:g}"], **line)
    for coverage in COVERAGES:
        lower.axhline(coverage, color=INK, lw=FINE, ls=":")
    lower.xaxis.set_major_locator(MaxNLocator(integer=True))
    upper.set(ylabel="mean absolute error", ylim=(0, None))
    upper.legend(ncols=2)
    lower.set(xlabel="steps ahead", ylabel="held the truth", ylim=(0, 1))
    return np.array([upper, lower])


def _draw_forecast(axes: Axes, series: Series, table: pd.DataFrame, coverage: float) -> None:
    n, past = len(series.values), min(len(series.values), max(60, PAST * len(table)))
    axes.plot(series.times.take(np.arange(n - past, n)), series.values[-past:], color=REAL, label="observed")
    dates = [*series.times.take([n - 1]), *table["date"]]
    path, *ends = ([series.values[-1], *table[name]] for name in ("forecast", "lower", "upper") if name in table)
    points = "o" if len(table) <= MOST_POINTS else ""
    axes.plot(dates, path, color=SYNTHETIC, marker=points, markevery=slice(1, None), ms=3, label="forecast")
    if ends:
        axes.fill_between(
            dates, ends[0], ends[1], color=SYNTHETIC, alpha=0.2, linewidth=0, label=f"{coverage:.0%} interval"
        )
    axes.axvline(dates[0], color=FAINT, linewidth=FINE, zorder=0)
    axes.margins(x=0.01)
    if series.clock.unit != "number":
        _format_dates(axes)


def _entitle(axes: Axes, name: str, accuracy: Accuracy | None) -> None:
    axes.set_title(name if len(name) <= MOST_NAME else f"{name[: MOST_NAME - 1]}…", parse_math=False)
    axes.set_title(say_accuracy(accuracy), loc="right", fontsize=SMALL_TEXT, fontweight="normal", color=SOFT)


@styled
def plot_backtest(forecasts: pd.DataFrame, model: str, name: str) -> NDArray[np.float64]:
    """Draw one model's forecasts over what was observed, peaks marked, and its errors; return the two axes.

    Of several steps ahead the first is drawn, of several entities the first.
    """
    if "ahead" in forecasts:
        whose = forecasts.iloc[:, : forecasts.columns.get_loc("date")]
        forecasts = forecasts[(forecasts["ahead"] == 1) & (whose == whose.iloc[0]).all(axis=1)]
    peaks = forecasts[find_peaks(forecasts["observed"].to_numpy())]
    figure = Picture(figsize=(11, 6), layout="constrained")
    upper, lower = figure.subplots(2, sharex=True, height_ratios=[2, 1])
    upper.plot(forecasts["date"], forecasts["observed"], color=REAL, label="observed")
    upper.plot(forecasts["date"], forecasts[model], color=SYNTHETIC, label=model)
    upper.plot(peaks["date"], peaks["observed"], "^", color=INK, ms=4, label="peaks")
    upper.set_ylabel(name, parse_math=False)
    upper.legend(ncols=3)
    lower.plot(forecasts["date"], forecasts["observed"] - forecasts[model], color=SOFT, lw=FINE)
    lower.axhline(0, color=INK, lw=FINE)
    lower.set_ylabel("observed - forecast")
    if pd.api.types.is_datetime64_any_dtype(forecasts["date"]):
        _format_dates(lower)
    return np.array([upper, lower])


def _format_dates(axes: Axes) -> None:
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
