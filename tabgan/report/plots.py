"""Pictures of a training run, and of the components that numbers became."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from tabgan.figures import REAL, SYNTHETIC, save_figure, style
from tabgan.gan.history import History
from tabgan.progress import format_duration

if TYPE_CHECKING:
    from tabgan.preprocessing.pca import PCAStage
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer


def plot_history(
    model: WGANGPSynthesizer | History, path: str | os.PathLike[str] | None = None, overwrite: bool = False
) -> Figure:
    """Draw a training run: the critic's loss with and without its penalty, and the distance to real rows below it.

    Parameters
    ----------
    model : WGANGPSynthesizer or History
        A fitted model, or its `history_`.
    path : path, optional
        Picture to write; its suffix, .png, .svg or .pdf, tells the format.
    overwrite : bool, default False
        Replace a file that exists.

    Returns
    -------
    Figure
        With one axes, or two when the distance was measured. The broken line is the generator that is kept, the band
        what a perfect one would get, give or take the noise.

    Raises
    ------
    InputError
        The file exists, cannot be written, or has another suffix.

    Examples
    --------
    >>> losses = np.array([0.5, 0.25])
    >>> len(plot_history(History(losses, losses, np.array([[2, 0.1]]), best_iteration=2)).axes)
    2
    """
    history = model if isinstance(model, History) else model.history_
    with style():
        figure = Figure(figsize=(8, 6 if len(history.distance) else 4.5), layout="constrained")
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


def _draw_losses(history: History, axes: Axes) -> None:
    """Each loss, and its running mean, under a title with iteration and elapsed time."""
    curves = {"critic loss": (history.critic_loss, REAL)}
    if not np.array_equal(history.critic_loss, history.unregularized_loss, equal_nan=True):  # there is a penalty
        curves["critic loss without penalty"] = (history.unregularized_loss, SYNTHETIC)
    iterations = np.arange(1, len(history) + 1)
    for label, (loss, colour) in curves.items():
        axes.plot(iterations, loss, color=colour, linewidth=0.6, alpha=0.3)
        axes.plot(iterations, _smooth(loss), color=colour, linewidth=1.5, label=label)
    if np.isfinite(history.critic_loss).any():
        axes.set_ylim(*_visible([history.critic_loss, history.unregularized_loss]))
    elapsed = "" if history.seconds is None else f", elapsed: {format_duration(history.seconds)}"
    axes.set_title(f"Iteration: {len(history):,}{elapsed}")
    axes.set_ylabel("loss")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)


def _draw_distance(history: History, axes: Axes) -> None:
    """The distance at each check, beside what a perfect generator would get."""
    iterations, distances = history.distance.T
    low, high = history.floor - history.noise, history.floor + history.noise
    axes.axhspan(max(low, 0), high, color=REAL, alpha=0.15, linewidth=0, label="a perfect generator")
    axes.plot(iterations, distances, color=SYNTHETIC, marker="o", markersize=3, linewidth=1.5, label="distance")
    if history.best_iteration:
        kept = f"kept: iteration {history.best_iteration:,}"
        axes.axvline(history.best_iteration, color="black", linestyle="--", linewidth=1, label=kept)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("sliced Wasserstein distance")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)


def plot_scree(stage: PCAStage) -> Figure:
    """Draw the share of the variance that each principal component holds, kept or not, and their running sum."""
    with style():
        figure = Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.subplots()
        places, kept = np.arange(1, len(stage.scree_) + 1), stage.n_components_
        axes.bar(places[:kept], stage.scree_[:kept], color=REAL, label="kept")
        axes.bar(places[kept:], stage.scree_[kept:], color=REAL, alpha=0.3, label="left out")
        axes.plot(places, stage.scree_.cumsum(), color=SYNTHETIC, marker="o", markersize=3, label="sum")
        axes.set_title(f"{kept} of {len(places)} components hold {stage.scree_[:kept].sum():.1%} of the variance")
        axes.set_xlabel("component")
        axes.set_ylabel("share of the variance")
        axes.set_ylim(0, 1.05)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3, axis="y")
        axes.legend(frameon=False, loc="center right")
    return figure


def _smooth(loss: NDArray[np.float64]) -> NDArray[np.float64]:
    """The running mean over the last 1% of a run's iterations, and at least one."""
    return np.asarray(pd.Series(loss).rolling(max(1, len(loss) // 100), min_periods=1).mean())


def _visible(curves: list[NDArray[np.float64]]) -> tuple[float, float]:
    """Limits that show all but the most extreme 1% of the curves, which stand at the start."""
    values = np.concatenate(curves)
    low, high = np.quantile(values[np.isfinite(values)], [0.005, 0.995])
    margin = 0.1 * (high - low) or 1.0
    return float(low - margin), float(high + margin)
