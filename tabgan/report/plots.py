"""Pictures: the losses of a training run, and the marginals of two tables."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tabgan.errors import InputError
from tabgan.files import replacing
from tabgan.progress import format_duration
from tabgan.report.text import format_number
from tabgan.schema.numbers import present_values

if TYPE_CHECKING:
    from tabgan.evaluation.result import EvaluationResult
    from tabgan.gan.history import History

REAL, SYNTHETIC = "#0072B2", "#D55E00"  # Okabe and Ito's blue and vermilion, told apart by colour-blind readers
FONTS = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
)
SUFFIXES = (".png", ".svg", ".pdf")
BINS = 40
FEW_VALUES = 20
MOST_PANELS = 36
MOST_LABELS = 6


def check_plot_path(path: str | os.PathLike) -> None:
    """Raise InputError unless the suffix is that of a kind of picture we write."""
    if not os.fspath(path).lower().endswith(SUFFIXES):
        raise InputError(
            f"a plot's format is told by its suffix, one of {' '.join(SUFFIXES)}, but {path} has none of them; "
            "rename it"
        )


def plot_loss(history: History) -> Figure:
    """Draw the critic's loss with and without its penalty, under a title with iteration and elapsed time."""
    with _style():
        figure = Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.subplots()
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
        axes.set_xlabel("iteration")
        axes.set_ylabel("loss")
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    return figure


def plot_marginals(
    real: pd.DataFrame, synthetic: pd.DataFrame, result: EvaluationResult, real_name: str = "real"
) -> Figure:
    """Draw the distribution of each scored column in both tables; of more than 36 columns, those that differ most.

    `real` is the table that the synthetic one was compared with: a holdout, if there was one.
    """
    ks = result.scores["ks"].per_column
    names = list(ks.index)
    if len(names) > MOST_PANELS:
        names = list(ks["value"].sort_values(ascending=False).index[:MOST_PANELS])
    across = min(3 if len(names) <= 9 else 4, len(names))
    down = math.ceil(len(names) / across)
    with _style():
        figure = Figure(figsize=(3.4 * across, 2.5 * down + 0.6), layout="constrained")
        panels = np.ravel(figure.subplots(down, across, squeeze=False))
        for axes, name in zip(panels, names, strict=False):
            _draw_marginal(axes, present_values(real[name]), present_values(synthetic[name]))
            title = str(name) if len(str(name)) <= 36 else f"{str(name)[:35]}…"
            axes.set_title(
                f"{title}\nKS {ks['value'][name]:.3f} (real rows {ks['baseline'][name]:.3f})",
                fontsize=9,
                parse_math=False,
            )
        for axes in panels[len(names) :]:
            axes.remove()
        shown = "" if len(names) == len(ks) else f" - the {len(names)} of {len(ks)} columns that differ most"
        figure.suptitle(
            f"Marginals: {len(real):,} {real_name} and {len(synthetic):,} synthetic rows{shown}", fontsize=11
        )
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    return figure


def save_figure(figure: Figure, path: str | os.PathLike, overwrite: bool = False) -> None:
    """Write a figure beside its place and rename it into it; the suffix tells the format."""
    check_plot_path(path)
    with replacing(path, overwrite) as beside, _style():
        figure.savefig(beside, dpi=120)


def _draw_marginal(axes: Axes, real: np.ndarray, synthetic: np.ndarray) -> None:
    """Bars when the column takes few values, else histograms."""
    values = np.unique(np.concatenate([real, synthetic]))
    if len(values) <= FEW_VALUES:
        _draw_bars(axes, values, real, synthetic)
    else:
        _draw_histograms(axes, values, real, synthetic)
    axes.set_yticks([])
    axes.tick_params(labelsize=8)


def _draw_bars(axes: Axes, values: np.ndarray, real: np.ndarray, synthetic: np.ndarray) -> None:
    """The share of rows at each value, side by side; the values evenly spaced, however far apart they are."""
    places = np.arange(len(values))
    for data, colour, label, side in ((real, REAL, "real", -0.2), (synthetic, SYNTHETIC, "synthetic", 0.2)):
        shares = [(data == value).mean() for value in values]
        axes.bar(places + side, shares, 0.4, color=colour, label=label)
    shown = places[:: -(-len(values) // MOST_LABELS)]
    axes.set_xticks(shown, [format_number(value) for value in values[shown]])
    axes.set_xlim(-1, len(values))


def _draw_histograms(axes: Axes, values: np.ndarray, real: np.ndarray, synthetic: np.ndarray) -> None:
    """The share of rows in each bin, overlaid, over the middle 99% of both tables."""
    low, high = np.quantile(np.concatenate([real, synthetic]), [0.005, 0.995]).tolist()
    low, high = (low, high) if high > low else (values[0], values[-1])
    edges = np.linspace(low, high, BINS + 1)
    for data, colour, label in ((real, REAL, "real"), (synthetic, SYNTHETIC, "synthetic")):
        counts = np.histogram(data, edges)[0]
        axes.stairs(counts / len(data), edges, fill=True, color=colour, alpha=0.35)
        axes.stairs(counts / len(data), edges, color=colour, linewidth=1.2, label=label)
    axes.xaxis.set_major_locator(MaxNLocator(MOST_LABELS - 1))
    axes.xaxis.set_major_formatter(lambda value, _: format_number(value))
    beyond = np.mean((real < low) | (real > high))
    if beyond:
        note = f"{beyond:.1%} of real rows beyond {format_number(low)} to {format_number(high)}"
        axes.set_xlabel(note, fontsize=7, color="0.4")


def _smooth(loss: np.ndarray) -> np.ndarray:
    """The running mean over the last 1% of a run's iterations, and at least one."""
    return pd.Series(loss).rolling(max(1, len(loss) // 100), min_periods=1).mean().to_numpy()


def _visible(curves: list[np.ndarray]) -> tuple[float, float]:
    """Limits that show all but the most extreme 1% of the curves, which stand at the start."""
    values = np.concatenate(curves)
    low, high = np.quantile(values[np.isfinite(values)], [0.005, 0.995])
    margin = 0.1 * (high - low) or 1.0
    return float(low - margin), float(high + margin)


def _style():
    """Fonts that have Chinese characters after the default one, where the machine has any."""
    present = {font.name for font in font_manager.fontManager.ttflist}
    return rc_context(
        {
            "font.family": [name for name in FONTS if name in present] or ["sans-serif"],
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
