"""Pictures of a result: scores beside their baselines, marginals, and the similarity of pairs of columns."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.evaluation.bins import find_bins
from tabgan.evaluation.features import Feature
from tabgan.evaluation.scores import CONTESTANTS, Score
from tabgan.evaluation.tables import Tables
from tabgan.figures import APART, FAINT, FINE, REAL, REAL_FILL, SYNTHETIC, THICK, Picture, mark_contestant, styled
from tabgan.schema.column import Floats
from tabgan.text import format_number

BINS = 40
FEW_VALUES = 20
MOST_PANELS = 36
MOST_LABELS = 6
SECONDS_A_DAY = 86_400
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
    names = [str(name) for name in tables.names]
    if str(column) not in names:
        raise InputError(f"a marginal is that of a scored column, but {column!r} is none of {', '.join(names)}")
    place = names.index(str(column))
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
    title = names[place] if len(names[place]) <= MOST_PANELS else f"{names[place][:35]}…"
    own, ceiling = _shape(scores).loc[feature.name, ["synthetic", "real"]]
    axes.set_title(title, parse_math=False)
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
    labels = [str(name)[:20] for name in names]
    axes.set_xticks(range(len(names)), labels, rotation=90, parse_math=False)
    axes.set_yticks(range(len(names)), labels, parse_math=False)
    axes.get_figure().colorbar(image, ax=axes, label="pair similarity")  # type: ignore[union-attr]
    return axes


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
    labels = [feature.levels[int(v)][:12] if feature.levels else format_number(v) for v in values[shown]]
    axes.set_xticks(shown, labels, parse_math=False)
    axes.set_xlim(-1, len(values))


def _draw_histograms(axes: Axes, feature: Feature, real: Floats, synthetic: Floats) -> None:
    """The share of rows in each bin, overlaid, over the middle 99% of both tables."""
    bins = find_bins(real, synthetic, BINS, decimals=feature.decimals, dates=feature.is_date)
    edges = bins.edges / SECONDS_A_DAY if feature.is_date else bins.edges
    shares = [bins.share(values) for values in (real, synthetic)]
    axes.stairs(shares[0], edges, fill=True, facecolor=REAL_FILL, label="real")
    axes.stairs(shares[0], edges, color=REAL, alpha=0.55, linewidth=FINE)
    axes.stairs(shares[1], edges, color=SYNTHETIC, linewidth=THICK, label="synthetic")
    if feature.is_date:
        locator = AutoDateLocator(maxticks=MOST_LABELS)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        return
    axes.xaxis.set_major_locator(MaxNLocator(MOST_LABELS - 1))
    axes.xaxis.set_major_formatter(lambda value, _: format_number(value))
    if (beyond := 1 - shares[0].sum()) > 1e-9:
        low, high = (format_number(float(end)) for end in (bins.ends[0][0], bins.ends[1][-1]))
        note = f"{beyond:.1%} of real rows beyond {low} to {high}"
        axes.set_xlabel(note)
