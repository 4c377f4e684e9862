"""Pictures of a result: scores beside their baselines, marginals, and the similarity of pairs of columns."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import Formatter, MaxNLocator
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.evaluation.bins import find_bins
from tabgan.evaluation.clock_ticks import find_time_ticks, write_times
from tabgan.evaluation.features import Feature
from tabgan.evaluation.scores import CONTESTANTS, Score
from tabgan.evaluation.tables import Tables, take
from tabgan.figures import APART, FAINT, FINE, REAL, REAL_FILL, SYNTHETIC, THICK, Picture, mark_contestant, styled
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng
from tabgan.text import format_number, shorten, tell_apart, write_apart

BINS = 40
FEW_VALUES = 20
MOST_PANELS = 36
MOST_LABELS, MOST_LABEL, MOST_NUMBER = 6, 12, 8
MOST_LETTERS = 44
"""Below a panel, side by side; labels that need more are turned."""
MOST_NAME = 36
MOST_POINTS = 1_000
SECONDS_A_DAY = 86_400
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31, beyond which matplotlib has no dates
BARS: tuple[dict[str, Any], ...] = (
    {"width": 0.8, "color": REAL_FILL, "label": "real"},
    {"width": 0.4, "color": SYNTHETIC, "label": "synthetic"},
)
MOST_SHOWN = 1.25  # greater scores are drawn there

Scores = Mapping[str, Score]


@styled
def plot_scores(scores: Scores, axes: Axes | None = None) -> Axes:
    """Draw each headline score on a line from 0 to 1, its spread, and ticks at the ceiling and the baselines."""
    shown = [score for score in scores.values() if score.spec.headline]
    axes = axes or Picture(figsize=(8, 0.6 * len(shown) + 1.5), layout="constrained").subplots()
    axes.grid(axis="x")
    for place, score in enumerate(shown):
        for who, value in score.baselines.items():
            label = CONTESTANTS[who] if place == 0 else None
            axes.plot(
                min(value, MOST_SHOWN), place, **mark_contestant(who), label=label, zorder=3 if who == "real" else 2
            )
        label = CONTESTANTS["synthetic"] if place == 0 else None
        value, spread = min(score.value, MOST_SHOWN), np.nan_to_num(score.spread)
        axes.errorbar(value, place, xerr=spread, **mark_contestant("synthetic"), label=label, zorder=4)
    names = [f"{score.spec.title} ({'→' if score.direction == 'higher' else '←'} better)" for score in shown]
    axes.set_yticks(range(len(shown)), names)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlim(-0.03, 1.28)
    axes.axvline(1, color=FAINT, linewidth=FINE, zorder=0)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return axes


@styled
def plot_marginals(scores: Scores, tables: Tables) -> NDArray[Any]:
    """Draw the marginals of all columns, of more than 36 those that differ most, and return their axes."""
    names, some = tables.names, ""
    if len(names) > MOST_PANELS:
        some = f" - the {MOST_PANELS} of {len(names)} columns that differ most"
        names = sorted(names, key=_shape(scores)["synthetic"].__getitem__)[:MOST_PANELS]
    across = min(3 if len(names) <= 9 else 4, len(names))
    down = math.ceil(len(names) / across)
    figure = Picture(figsize=(3.4 * across, 2.2 * down + 0.6), layout="constrained")
    panels = np.ravel(figure.subplots(down, across, squeeze=False))
    for axes, name in zip(panels, names, strict=False):
        plot_marginal(scores, tables, name, axes)
    for axes in panels[len(names) :]:
        axes.remove()
    counts = f"{len(tables.reference):,} real and {len(tables.synthetic):,} synthetic rows"
    figure.suptitle(f"Marginals: {counts}{some}")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return panels[: len(names)]


@styled
def plot_marginal(scores: Scores, tables: Tables, column: Hashable, axes: Axes | None = None) -> Axes:
    """Draw the shares of rows by value of one column: bars for labels and few values, else histograms."""
    place = _find_place(tables, column)
    feature = tables.features[place]
    real, synthetic = tables.reference[:, place], tables.synthetic[:, place]
    axes = axes or Picture(figsize=(6, 4), layout="constrained").subplots()
    real, synthetic = real[~np.isnan(real)], synthetic[~np.isnan(synthetic)]
    values = np.unique(np.concatenate([real, synthetic]))
    if len(values) <= FEW_VALUES or feature.levels is not None:
        _draw_bars(axes, feature, real, synthetic)
    else:
        _draw_histograms(axes, feature, real, synthetic)
    axes.set_yticks([])
    own, ceiling = _shape(scores).loc[feature.name, ["synthetic", "real"]]
    axes.set_title(shorten(str(feature.name), MOST_NAME), parse_math=False)
    axes.set_xlabel("\n".join([f"shape {own:.3f} (other real rows {ceiling:.3f})", *filter(None, [axes.get_xlabel()])]))
    return axes


@styled
def plot_pairs(scores: Scores, tables: Tables, axes: Axes | None = None) -> Axes:
    """Draw the similarity of each pair of columns, 1 where the synthetic rows have the dependence of the real ones."""
    pairs = _score(scores, "pairs").per_pair
    assert pairs is not None
    names = tables.names
    matrix = np.full((len(names), len(names)), np.nan)
    for first, second, value in pairs[["first", "second", "value"]].itertuples(index=False):
        i, j = names.index(first), names.index(second)
        matrix[i, j] = matrix[j, i] = value
    axes = axes or Picture(figsize=(7, 6), layout="constrained").subplots()
    image = axes.imshow(matrix, vmin=0, vmax=1, cmap=APART)
    axes.grid(False)
    labels = tell_apart([str(name) for name in names], lambda name: shorten(name, 20))
    axes.set_xticks(range(len(names)), labels, rotation=90, parse_math=False)
    axes.set_yticks(range(len(names)), labels, parse_math=False)
    axes.get_figure().colorbar(image, ax=axes, label="pair similarity")  # type: ignore[union-attr]
    return axes


@styled
def plot_pair(scores: Scores, tables: Tables, columns: Any, axes: Axes | None = None, seed: int = 0) -> Axes:
    """Draw rows of both tables as points by two columns, with their similarity; those at a label lie a little apart."""
    if not isinstance(columns, (tuple, list)) or len(columns) != 2:
        raise InputError(
            f"points are those of two columns, but {columns!r} was asked for; name two, or none for all pairs"
        )
    places = [_find_place(tables, column) for column in columns]
    pairs, rng = _score(scores, "pairs").per_pair, numpy_rng(seed, Use.PICTURED_ROWS)
    assert pairs is not None
    axes = axes or Picture(figsize=(6, 4), layout="constrained").subplots()
    for who, rows, colour in (("real", tables.reference, REAL), ("synthetic", tables.synthetic, SYNTHETIC)):
        points = take(rows[:, places], MOST_POINTS, rng)
        labels = tables.categorical[places]
        points = np.where(labels, points + rng.uniform(-0.3, 0.3, points.shape), points)
        points = np.where([_is_dated(tables.features[place]) for place in places], points / SECONDS_A_DAY, points)
        axes.scatter(points[:, 0], points[:, 1], s=9, alpha=0.6, color=colour, linewidths=0, label=who)
    for axis, place in zip((axes.xaxis, axes.yaxis), places, strict=True):
        axis.set_label_text(shorten(str(tables.names[place]), MOST_NAME), parse_math=False)
        _mark_values(axis, tables.features[place])
    names = {tables.names[place] for place in places}
    for first, second, own, ceiling in pairs[["first", "second", "value", "baseline"]].itertuples(index=False):
        if {first, second} == names:
            axes.set_title(f"similarity {own:.3f} (other real rows {ceiling:.3f})")
    axes.legend()
    return axes


def _find_place(tables: Tables, column: Hashable) -> int:
    names = [str(name) for name in tables.names]
    if str(column) not in names:
        raise InputError(f"a picture is that of scored columns, but {column!r} is none of {', '.join(names)}")
    return names.index(str(column))


def _score(scores: Scores, name: str) -> Score:
    if name not in scores:
        raise InputError(f"this picture needs the score {name!r}, which was not computed; leave out only=...")
    return scores[name]


def _shape(scores: Scores) -> pd.DataFrame:
    shape = _score(scores, "shape").per_column
    assert shape is not None
    return shape


def _draw_bars(axes: Axes, feature: Feature, real: Floats, synthetic: Floats) -> None:
    """The share of rows at each value, synthetic bars before real ones; of many levels the 20 most frequent."""
    values, counts = np.unique(np.concatenate([real, synthetic]), return_counts=True)
    values = np.sort(values[np.argsort(-counts, kind="stable")[:FEW_VALUES]])
    places = np.arange(len(values))
    for data, look in zip((real, synthetic), BARS, strict=True):
        axes.bar(places, [(data == value).mean() for value in values], **look)
    shown = places[:: -(-len(values) // MOST_LABELS)]
    if feature.levels is not None:
        labels = tell_apart([feature.levels[int(value)] for value in values[shown]], _cut)
    elif feature.is_clock:
        labels = write_times(values[shown].tolist())
    elif feature.is_date:
        whole = (values % SECONDS_A_DAY == 0).all()
        labels = np.datetime_as_string(values[shown].astype("datetime64[s]"), "D" if whole else "m").tolist()
    else:
        labels = _write_ticks(values[shown].tolist())
    axes.set_xticks(shown, labels, parse_math=False)
    if max(map(len, labels), default=0) >= MOST_LETTERS * len(places) / len(labels) / (len(places) + 1):
        axes.tick_params(axis="x", rotation=25)
        for label in axes.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
    axes.set_xlim(-1, len(values))


def _draw_histograms(axes: Axes, feature: Feature, real: Floats, synthetic: Floats) -> None:
    """The share of rows in each bin, overlaid, over the middle 99% of both tables."""
    moments = feature.is_date or feature.is_clock
    bins = find_bins(real, synthetic, BINS, decimals=feature.decimals, dates=moments)
    edges = np.clip(bins.edges / SECONDS_A_DAY, FIRST_DAY, LAST_DAY) if _is_dated(feature) else bins.edges
    shares = [bins.share(values) for values in (real, synthetic)]
    axes.stairs(shares[0], edges, fill=True, facecolor=REAL_FILL, label="real")
    axes.stairs(shares[0], edges, color=REAL, alpha=0.55, linewidth=FINE)
    axes.stairs(shares[1], edges, color=SYNTHETIC, linewidth=THICK, label="synthetic")
    _mark_values(axes.xaxis, feature)
    if not _is_dated(feature) and (beyond := 1 - shares[0].sum()) > 1e-9:
        ends = [bins.ends[0][0], bins.ends[1][-1]]
        low, high = write_times(ends) if feature.is_clock else _write_ticks(ends)
        note = f"{beyond:.1%} of real rows beyond {low} to {high}"
        axes.set_xlabel(note)


def _mark_values(axis: Axis, feature: Feature) -> None:
    """Write labels, times, dates, or numbers as tables have them."""
    if feature.levels is not None:
        shown = range(0, len(feature.levels), -(-len(feature.levels) // FEW_VALUES))
        axis.set_ticks(shown, tell_apart([feature.levels[code] for code in shown], _cut), parse_math=False)
        return
    is_across = axis is axis.axes.xaxis
    ends = axis.axes.get_xlim() if is_across else axis.axes.get_ylim()
    if feature.is_clock:
        axis.set_ticks(*find_time_ticks(*ends, MOST_LABELS - 1))
        return
    if feature.is_date:
        narrow = axis.axes.set_xlim if is_across else axis.axes.set_ylim
        narrow(*np.clip(ends, FIRST_DAY, LAST_DAY).tolist())  # without a margin beyond
        locator = AutoDateLocator(maxticks=MOST_LABELS)
        axis.set_major_locator(locator)
        axis.set_major_formatter(ConciseDateFormatter(locator))
        return
    axis.set_major_locator(MaxNLocator(MOST_LABELS - 1))
    axis.set_major_formatter(_Numbers())


class _Numbers(Formatter):
    """Writes ticks, which differ, so that they do, also where the first of many digits are the same."""

    def __call__(self, value: float, pos: int | None = None) -> str:
        return format_number(value)

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        return _write_ticks(list(values))


def _write_ticks(values: list[float]) -> list[str]:
    return tell_apart(write_apart(values), _cut)


def _cut(label: str) -> str:
    return shorten(label, MOST_LABEL if any(map(str.isalpha, label)) else MOST_NUMBER)


def _is_dated(feature: Feature) -> bool:
    """Whether values are drawn as days of matplotlib."""
    return feature.is_date and not feature.is_clock
