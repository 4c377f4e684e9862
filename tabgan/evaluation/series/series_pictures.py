"""Pictures of series, real and synthetic, as figures of matplotlib."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tabgan.errors import InputError
from tabgan.evaluation.scores import Score
from tabgan.evaluation.series.pictured.correlations import find_correlations
from tabgan.evaluation.series.pictured.nearest import find_clouds, find_nearest
from tabgan.evaluation.series.pictured.places import Beside, find_drift, find_stretches
from tabgan.evaluation.series.pictured.rhythms import Curves, find_autocorrelation, find_spectrum
from tabgan.evaluation.series.pictured.sides import Sides
from tabgan.figures import BAND, FINE, REAL, SIGNED, SOFT, SYNTHETIC, Picture, mark_contestant, styled
from tabgan.text import format_number

COLOURS = {"real": REAL, "synthetic": SYNTHETIC}
MOST_NAME = 40
ACROSS = 3
PERIODS = (256, 96, 48, 24, 12, 6, 4, 3, 2)


@styled
def plot_scores(scores: Mapping[str, Score], called: Mapping[str, str]) -> Figure:
    """Draw each headline score on a line of its own, its spread, and marks at the ceiling and the baselines.

    `called` is what contestants are called.
    """
    shown = [score for score in scores.values() if score.spec.headline]
    if not shown:
        raise InputError("a picture of scores is that of headline scores, but none was computed; leave out only=...")
    figure = Picture(figsize=(10, 0.62 * len(shown) + 0.8), layout="constrained")
    for axes, score in zip(np.ravel(figure.subplots(len(shown), 1, squeeze=False)), shown, strict=True):
        for who, value in score.baselines.items():
            axes.plot(value, 0, **mark_contestant(who), zorder=3 if who == "real" else 2)
        spread = np.nan_to_num(score.spread)
        axes.errorbar(score.value, 0, xerr=spread, **mark_contestant("synthetic"), zorder=4)
        axes.set_yticks([])
        axes.margins(x=0.05)
        way = "→" if score.direction == "higher" else "←"
        label = f"{_shorten(score.spec.title)} ({way} better)"
        axes.set_ylabel(label, rotation=0, ha="right", va="center")
    present = {who for score in shown for who in score.measured}
    handles = [Line2D([], [], **mark_contestant(who), label=said) for who, said in called.items() if who in present]
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
    return figure


@styled
def plot_series(sides: Sides, what: str, seed: int = 0) -> Figure:
    """Draw one picture of `PICTURES`, of the channels, pairs or windows that tell most.

    Raises
    ------
    InputError
        There is no such picture, or not enough to draw it of.
    """
    if what not in PICTURES:
        known = ", ".join(["scores", *PICTURES])
        raise InputError(f"a picture of series is one of {known}, but {what!r} was asked for; name one of these")
    return PICTURES[what](sides, seed)


def _plot_stretches(sides: Sides, _: int) -> Figure:
    """A row for each channel: real on the left, synthetic on the right, on one axis."""
    rows = find_stretches(sides)
    figure = Picture(figsize=(10, 1.9 * len(rows) + 0.6), layout="constrained")
    grid = figure.subplots(len(rows), 2, sharex=True, sharey="row", squeeze=False)
    for panels, row in zip(grid, rows, strict=True):
        for axes, who, y in zip(panels, COLOURS, (row.real, row.synthetic), strict=True):
            drawn = "steps-post" if row.levels else "default"
            axes.plot(np.arange(len(y)), y, color=COLOURS[who], drawstyle=drawn)
            axes.set_title(f"{_shorten(row.name)}, {who}", parse_math=False)
            _set_height(panels[0], row)
    for axes in grid[-1]:
        axes.set_xlabel("step")
    return _entitle(figure, "Stretches", len(rows), len(sides.names))


def _set_height(axes: Axes, row: Beside) -> None:
    """All labels, or the range of real values, and of synthetic ones at most half of that range beyond."""
    if row.levels is not None:
        codes = [int(code) for code in np.unique(np.concatenate([row.real, row.synthetic])) if np.isfinite(code)]
        axes.set_yticks(codes, [_shorten(row.levels[code], 12) for code in codes], parse_math=False)
        return
    real = np.append(row.real[np.isfinite(row.real)], row.ends)
    low, high = float(real.min()), float(real.max())
    own = row.synthetic[np.isfinite(row.synthetic)]
    reach = 0.5 * (high - low) or 1.0
    if len(own):
        low, high = min(low, max(own.min(), low - reach)), max(high, min(own.max(), high + reach))
    margin = 0.05 * (high - low) or 1.0
    axes.set_ylim(low - margin, high + margin)


def _plot_autocorrelation(sides: Sides, _: int) -> Figure:
    figure, grid = _plot_curves(find_autocorrelation(sides.numbers), "lag in steps")
    for axes in grid:
        axes.axhline(0, color=SOFT, linewidth=FINE)
    return _entitle(figure, "Autocorrelation", len(grid), len(sides.numbers.names))


def _plot_spectrum(sides: Sides, _: int) -> Figure:
    figure, grid = _plot_curves(find_spectrum(sides.numbers), "period in steps")
    for axes in grid:
        axes.set_xscale("log", base=2)
        low, high = axes.get_xlim()
        shown = [period for period in PERIODS if low <= 1 / period <= high]
        axes.set_xticks([1 / period for period in shown], [str(period) for period in shown])
        axes.minorticks_off()
    return _entitle(figure, "Spectrum in decibels", len(grid), len(sides.numbers.names))


def _plot_drift(sides: Sides, _: int) -> Figure:
    figure, grid = _plot_curves(find_drift(sides.numbers), "step of the series")
    for axes in grid:
        axes.set_ylim(0, 1)
    return _entitle(figure, "KS distance from what was learned", len(grid), len(sides.numbers.names))


def _plot_curves(curves: Sequence[Curves], below: str) -> tuple[Figure, list[Axes]]:
    figure, grid = _make_grid(len(curves), 3.5, 2.5)
    for axes, one in zip(grid, curves, strict=True):
        axes.fill_between(one.x, one.low, one.high, **BAND)
        for who, y in (("real", one.real), ("synthetic", one.synthetic)):
            axes.plot(one.x, y, color=COLOURS[who], label=who)
        axes.set_title(_shorten(one.name), parse_math=False)
        axes.set_xlabel(below)
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure, grid


def _plot_correlations(sides: Sides, _: int) -> Figure:
    """Values above, changes below: real, synthetic, and how they differ."""
    found = [find_correlations(sides.numbers, changes) for changes in (False, True)]
    figure = Picture(figsize=(11, 7.5), layout="constrained")
    grid = figure.subplots(2, 3)
    for panels, maps, of in zip(grid, found, ("values", "changes"), strict=True):
        if maps is None:
            raise InputError("correlations are those of channels, but there is one; ask for another picture")
        apart = maps.synthetic - maps.real
        largest = max(0.1, float(np.nanmax(np.abs(apart), initial=0.0)))
        matrices = {"real": maps.real, "synthetic": maps.synthetic, "synthetic minus real": apart}
        for axes, (title, matrix) in zip(panels, matrices.items(), strict=True):
            most = largest if matrix is apart else 1.0
            image = axes.imshow(matrix, cmap=SIGNED, vmin=-most, vmax=most)
            axes.grid(False)
            axes.set_title(f"{of}: {title}")
            axes.set_xticks([])
            labels = [_shorten(name, 14) for name in maps.names] if axes is panels[0] else []
            axes.set_yticks(range(len(labels)), labels, parse_math=False)
            figure.colorbar(image, ax=axes, shrink=0.8)
        shown = len(maps.names)
    return _entitle(figure, "Correlations of channels", shown, len(sides.numbers.names))


def _plot_windows(sides: Sides, seed: int) -> Figure:
    clouds = find_clouds(sides.numbers, seed)
    if clouds is None:
        raise InputError("windows in two dimensions are those of three windows on each side at least; give more rows")
    figure = Picture(figsize=(6.5, 5.5), layout="constrained")
    axes = figure.subplots()
    for who, points in (("real", clouds.real), ("synthetic", clouds.synthetic)):
        axes.scatter(points[:, 0], points[:, 1], s=9, alpha=0.6, color=COLOURS[who], linewidths=0, label=who)
    for set_label, number in ((axes.set_xlabel, 1), (axes.set_ylabel, 2)):
        set_label(f"component {number}: {clouds.shares[number - 1]:.0%} of the variance")
    axes.set_title(f"Windows of {sides.window} steps, {len(clouds.real):,} of each")
    axes.legend()
    return figure


def _plot_nearest(sides: Sides, _: int) -> Figure:
    """A row for each pair, the channels where pairs differ most from left to right."""
    sides = sides.numbers
    nearest = find_nearest(sides)
    if nearest is None:
        raise InputError("nearest pairs are those of a learned and a synthetic window, but there is none; give more")
    channels = nearest.channels[:ACROSS]
    figure = Picture(figsize=(3.4 * len(channels) + 1, 1.9 * len(nearest.pairs) + 0.8), layout="constrained")
    grid = figure.subplots(len(nearest.pairs), len(channels), sharex=True, squeeze=False)
    for panels, pair in zip(grid, nearest.pairs, strict=True):
        for axes, place in zip(panels, channels, strict=True):
            axes.plot(pair.learned[:, place], color=REAL, label="learned")
            axes.plot(pair.synthetic[:, place], color=SYNTHETIC, label="synthetic")
            axes.set_title(_shorten(sides.names[place]), parse_math=False)
            panels[0].set_ylabel(f"distance\n{format_number(pair.distance)}")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    said = f"other real windows: nearest {nearest.real_least:.3f}, median {nearest.real_median:.3f}"
    figure.suptitle(f"Nearest pairs ({said})")
    return figure


PICTURES: dict[str, Callable[[Sides, int], Figure]] = {
    "stretches": _plot_stretches,
    "autocorrelation": _plot_autocorrelation,
    "spectrum": _plot_spectrum,
    "correlations": _plot_correlations,
    "windows": _plot_windows,
    "nearest": _plot_nearest,
    "drift": _plot_drift,
}
"""What `SeriesEvaluationResult.plot` can draw beside the scores."""


def _make_grid(count: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    across = min(ACROSS, count)
    down = math.ceil(count / across)
    figure = Picture(figsize=(width * across, height * down + 0.7), layout="constrained")
    panels: list[Axes] = list(np.ravel(figure.subplots(down, across, squeeze=False)))
    for axes in panels[count:]:
        axes.remove()
    return figure, panels[:count]


def _entitle(figure: Figure, title: str, shown: int, count: int) -> Figure:
    some = f" - the {shown} of {count} channels that differ most" if shown < count else ""
    figure.suptitle(f"{title}{some}")
    return figure


def _shorten(name: str, most: int = MOST_NAME) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
