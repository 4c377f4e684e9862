"""Pairs of columns: rows as points in two dimensions, and matrices of numbers between -1 and 1 as coloured cells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from tabgan.evaluation.features import Feature
from tabgan.palette import SMALL, TEXT
from tabgan.report.svg import Scale, dots, draw, line, name_text, rect, shorten, tag, text, text_width
from tabgan.report.ticks import write_number
from tabgan.report.value_ticks import find_value_ticks
from tabgan.schema.column import Floats
from tabgan.text import tell_apart

WIDTH, HEIGHT = 240.0, 220.0
RIGHT, TOP, FLOOR = 236.0, 20.0, 180.0
NUMBER_ROOM, LEVEL_ROOM = 50.0, 88.0
MOST_UP = 5  # ticks of an axis
SHADES = 10
MATRIX_WIDTH, NAME_ROOM, MOST_NAMES = 320.0, 116.0, 24


class Axis:
    """One axis for all values that are to be shown: the middle 99% of numbers, or the most frequent levels."""

    def __init__(self, feature: Feature, values: Floats, most: int) -> None:
        self.feature = feature
        if feature.levels is None:
            present = values[~np.isnan(values)]
            low, high = np.quantile(present, [0.005, 0.995]) if len(present) else (0.0, 1.0)
            margin = 0.03 * (high - low) or 1.0
            self.low, self.high = low - margin, high + margin
        else:
            counts = np.bincount(values.astype(int), minlength=len(feature.levels))
            self.codes = np.sort(np.argsort(-counts, kind="stable")[:most])
            self.low, self.high = -0.5, len(self.codes) - 0.5

    @property
    def room(self) -> float:
        """What labels need that stand beside the axis."""
        if self.feature.levels is not None:
            return LEVEL_ROOM
        return min(max(NUMBER_ROOM, *(9 + text_width(label, TEXT) for label in self.ticks(MOST_UP)[1])), LEVEL_ROOM)

    def place(self, values: Floats) -> Floats:
        """Return where values are, NaN where they are not shown."""
        if self.feature.levels is None:
            return np.where((values >= self.low) & (values <= self.high), values, np.nan)
        places = np.full(len(self.feature.levels), np.nan)
        places[self.codes] = np.arange(len(self.codes))
        return np.asarray(places[values.astype(int)])

    def ticks(self, most: int) -> tuple[Floats, list[str]]:
        """Return ticks and what is written at them."""
        if self.feature.levels is not None:
            return np.arange(len(self.codes), dtype=np.float64), [self.feature.levels[code] for code in self.codes]
        return find_value_ticks(self.feature, self.low, self.high, most)


def draw_pair(
    x: tuple[Axis, Floats],
    y: tuple[Axis, Floats],
    who: str,
    label: str,
    rng: np.random.Generator,
) -> Markup:
    """Return the values of two columns as points, or as shares of rows where both hold levels."""
    left = y[0].room
    across, up = Scale(x[0].low, x[0].high, left, RIGHT), Scale(y[0].low, y[0].high, FLOOR, TOP)
    a, b = x[0].place(x[1]), y[0].place(y[1])
    if x[0].feature.levels is not None and y[0].feature.levels is not None:
        parts = _draw_shares(a, b, across, up, len(x[1]), who)
    else:
        jitter = [0.0 if axis.feature.levels is None else rng.uniform(-0.32, 0.32, len(a)) for axis in (x[0], y[0])]
        seen = ~np.isnan(a) & ~np.isnan(b)
        parts = [dots(across(a + jitter[0])[seen], up(b + jitter[1])[seen], who)]
    frame = [rect(left, TOP, RIGHT - left, FLOOR - TOP, "frame")]
    frame += [*_draw_ticks_across(x[0], across), *_draw_ticks_up(y[0], up, left)]
    names = [
        name_text((left + RIGHT) / 2, HEIGHT - 6, x[0].feature.name, RIGHT - left, "middle"),
        name_text(4, 12, y[0].feature.name, WIDTH - 8),
    ]
    return draw(WIDTH, HEIGHT, label, [*frame, *parts, *names])


def draw_points(clouds: Sequence[tuple[str, Floats]], window: Floats, titles: Sequence[str], label: str) -> Markup:
    """Return clouds of points over each other, in a window of shape (2, 2): lows and highs."""
    (left, low), (right, high) = window
    across, up = Scale(left, right, 22.0, 298.0), Scale(low, high, 222.0, 2.0)
    parts = [rect(22.0, 2.0, 276.0, 220.0, "frame")]
    for who, points in clouds:
        inside = np.all((points >= window[0]) & (points <= window[1]), axis=1)
        parts.append(dots(across(points[inside, 0]), up(points[inside, 1]), who))
    parts.append(text(160, 240, titles[0], "aside", "middle"))
    parts.append(
        tag("text", titles[1], class_="aside", text_anchor="middle", transform="translate(12 112) rotate(-90)")
    )
    return draw(300, 248, label, parts)


def _draw_ticks_across(axis: Axis, across: Scale) -> list[Markup]:
    ticks, written = axis.ticks(4)
    room = (across.stop - across.start) / max(len(ticks), 1) - 4
    names = tell_apart(written, lambda name: shorten(name, room))
    parts = []
    for tick, label, name in zip(ticks, written, names, strict=True):
        x = float(across(tick))
        parts.append(line(x, FLOOR, x, FLOOR + 4, "tick"))
        if axis.feature.levels is not None:
            parts.append(name_text(x, FLOOR + 16, label, room, "middle", name))
        elif x + text_width(label, SMALL) / 2 <= WIDTH:
            parts.append(text(x, FLOOR + 16, label, "tick-number", "middle"))
    return parts


def _draw_ticks_up(axis: Axis, up: Scale, left: float) -> list[Markup]:
    ticks, written = axis.ticks(MOST_UP)
    names = tell_apart(written, lambda name: shorten(name, left - 8))
    parts = []
    for tick, label, name in zip(ticks, written, names, strict=True):
        y = float(up(tick))
        parts.append(line(left - 4, y, left, y, "tick"))
        parts.append(name_text(left - 7, y + 4, label, left - 8, "end", name))
    return parts


def _draw_shares(a: Floats, b: Floats, across: Scale, up: Scale, n_rows: int, who: str) -> list[Markup]:
    """A square for each pair of levels, whose area is the share of rows that have both."""
    seen = ~np.isnan(a) & ~np.isnan(b)
    pairs, counts = np.unique(np.column_stack([a, b])[seen], axis=0, return_counts=True)
    cell = min(abs(float(across(1.0) - across(0.0))), abs(float(up(1.0) - up(0.0))))
    parts = []
    for (x, y), count in zip(pairs, counts, strict=True):
        side = (cell - 2) * np.sqrt(count / counts.max())
        place = float(across(x)) - side / 2, float(up(y)) - side / 2
        parts.append(rect(*place, side, side, f"share {who}", data_tip=f"{count / n_rows:.1%}"))
    return parts


def draw_matrix(values: Floats, names: Sequence[str], label: str, most: float = 1.0) -> Markup:
    """Return the cells of a matrix, NaN left empty; the absolute value `most` has the full colour.

    The names, of rows and columns, are shown beside the rows when there are few.
    """
    left = NAME_ROOM if len(names) <= MOST_NAMES else 0.0
    side = MATRIX_WIDTH - left
    cell = side / len(names)
    parts = [rect(left, 0, side, side, "cells none")]
    cells = [tag("g", *draw_cells(values / most), transform=f"translate({left:g} 0) scale({cell:.4f})")]
    shown = [name_text(left - 6, (i + 0.5) * cell + 4, name, left - 8, "end") for i, name in enumerate(names)]
    data = {
        "data-names": json.dumps([name[:80] for name in names], ensure_ascii=False),
        "data-values": " ".join("-" if np.isnan(v) else f"{round(100 * v)}" for v in values.ravel()),
        "data-from": left / MATRIX_WIDTH,
    }
    return draw(MATRIX_WIDTH, side, label, [*parts, *cells, *(shown if left else [])], class_="matrix", **data)


def draw_legend(most: float = 1.0) -> Markup:
    """Return the colours of a matrix with their numbers."""
    values = np.linspace(-most, most, 2 * SHADES + 1)
    parts = [rect(20, 0, 12 * len(values), 12, "cells none")]
    parts += [tag("g", *draw_cells(values[None] / most), transform="translate(20 0) scale(12)")]
    ends = ((-most, 26), (0.0, 20 + 6 * len(values)), (most, 14 + 12 * len(values)))
    parts += [text(x, 25, write_number(value).replace("-", "−"), "tick-number", "middle") for value, x in ends]
    return draw(40 + 12 * len(values), 30, f"{-most:.2g} – {most:.2g}", parts, class_="legend")


def draw_cells(shares: NDArray[Any]) -> list[Markup]:
    """Return one path for all cells of a shade, each cell one unit wide and high."""
    shades = np.clip(np.round(np.nan_to_num(shares) * SHADES), -SHADES, SHADES).astype(int)
    paths = []
    for shade in np.unique(shades[shades != 0]):
        cells = "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(shades == shade))
        sign = "positive" if shade > 0 else "negative"
        paths.append(tag("path", class_=f"cells {sign}", fill_opacity=f"{abs(shade) / SHADES:.1f}", d=cells))
    known = "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(~np.isnan(shares)))
    return [tag("path", class_="cells zero", d=known), *paths]
