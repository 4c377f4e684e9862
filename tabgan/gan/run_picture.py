"""The picture of a training run."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tabgan.figures import BAND, FINE, INK, REAL, SYNTHETIC, Picture, save_figure, styled
from tabgan.progress import format_duration


@styled
def draw_history(history: Any, path: str | os.PathLike[str] | None, overwrite: bool) -> Figure:
    """Draw a `History`; see its `plot`."""
    figure = Picture(figsize=(8, 6 if len(history.distance) else 4.5), layout="constrained")
    if len(history.distance):
        upper, lower = figure.subplots(2, sharex=True, height_ratios=[3, 2])
        _draw_distance(history, lower)
    else:
        upper = lower = figure.subplots()
    _draw_losses(history, upper)
    lower.set_xlabel("iteration")
    if path is not None:
        save_figure(figure, path, overwrite)
    return figure


def _draw_losses(history: Any, axes: Axes) -> None:
    """Each loss, and its running mean, under a title with iteration and elapsed time."""
    curves = {"critic loss": (history.critic_loss, REAL)}
    if not np.array_equal(history.critic_loss, history.unregularized_loss, equal_nan=True):  # there is a penalty
        curves["critic loss without penalty"] = (history.unregularized_loss, SYNTHETIC)
    iterations = np.arange(1, len(history) + 1)
    for label, (loss, colour) in curves.items():
        axes.plot(iterations, loss, color=colour, linewidth=FINE, alpha=0.25)
        axes.plot(iterations, _smooth(loss), color=colour, label=label)
    if np.isfinite(history.critic_loss).any():
        axes.set_ylim(*_visible([history.critic_loss, history.unregularized_loss]))
    elapsed = "" if history.seconds is None else f", elapsed: {format_duration(history.seconds)}"
    axes.set_title(f"Iteration: {len(history):,}{elapsed}")
    axes.set_ylabel("loss")
    axes.legend()


def _draw_distance(history: Any, axes: Axes) -> None:
    """The distance at each check, beside what a perfect generator would get."""
    iterations, distances = history.distance.T
    low, high = history.floor - history.noise, history.floor + history.noise
    axes.axhspan(max(low, 0), high, **BAND, label="a perfect generator")
    axes.plot(iterations, distances, color=SYNTHETIC, marker="o", markersize=3, label="distance")
    if history.best_iteration:
        kept = f"kept: iteration {history.best_iteration:,}"
        axes.axvline(history.best_iteration, color=INK, linestyle="--", linewidth=FINE, label=kept)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("sliced Wasserstein distance")
    axes.legend()


def _smooth(loss: NDArray[np.float64]) -> NDArray[np.float64]:
    """The running mean over the last 1% of a run's iterations, and at least one."""
    return np.asarray(pd.Series(loss).rolling(max(1, len(loss) // 100), min_periods=1).mean())


def _visible(curves: list[NDArray[np.float64]]) -> tuple[float, float]:
    """Limits that show all but the most extreme 1% of the curves, which stand at the start."""
    values = np.concatenate(curves)
    low, high = np.quantile(values[np.isfinite(values)], [0.005, 0.995])
    margin = 0.1 * (high - low) or 1.0
    return float(low - margin), float(high + margin)
