"""Correlations of pairs of channels by lag: a row for each pair, a column for each lag."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from tabgan.palette import SMALL
from tabgan.report.charts.pairs import draw_cells
from tabgan.report.svg import draw, line, name_text, rect, tag, text, text_width
from tabgan.report.ticks import find_ticks
from tabgan.schema.column import Floats
from tabgan.text import clean

WIDTH, NAME_ROOM, ROW, BELOW = 320.0, 120.0, 29.0, 36.0


def draw_lag_map(
    values: Floats, pairs: Sequence[tuple[str, str]], lags: Floats, said: str, label: str, most: float = 1.0
) -> Markup:
    """Return coloured cells for values of shape (n_pairs, n_lags), NaN left empty; `most` has the full colour.

    `said` is what stands under the axis of lags.
    """
    side = WIDTH - NAME_ROOM - 8
    cell = side / len(lags)
    floor = ROW * len(pairs)
    parts = [rect(NAME_ROOM, 0, side, floor, "cells none")]
    placed = f"translate({NAME_ROOM:g} 0) scale({cell:.4f} {ROW:g})"
    parts.append(tag("g", *draw_cells(values / most), transform=placed))
    for i, (first, second) in enumerate(pairs):
        parts.append(name_text(NAME_ROOM - 6, i * ROW + 12, first, NAME_ROOM - 14, "end"))
        parts.append(name_text(NAME_ROOM - 6, i * ROW + 25, second, NAME_ROOM - 14, "end"))
    parts += [line(NAME_ROOM, i * ROW, WIDTH - 8, i * ROW, "gap") for i in range(1, len(pairs))]
    for tick, written in zip(*find_ticks(float(lags[0]), float(lags[-1]), 5), strict=True):
        x = NAME_ROOM + (tick - lags[0] + 0.5) * cell
        parts.append(line(x, floor, x, floor + 4, "tick"))
        middle = min(x, WIDTH - text_width(written, SMALL) / 2)
        parts.append(text(middle, floor + 16, written.replace("-", "−"), "tick-number", "middle"))
    middle = NAME_ROOM + (0.5 - lags[0]) * cell
    if lags[0] < 0 < lags[-1]:
        parts.append(line(middle, 0, middle, floor, "marker"))
    parts.append(text(NAME_ROOM + side / 2, floor + 31, said, "aside", "middle"))
    data = {
        "data-rows": json.dumps([f"{clean(a)[:60]} → {clean(b)[:60]}" for a, b in pairs], ensure_ascii=False),
        "data-names": json.dumps([f"{said} {lag:g}".replace("-", "−") for lag in lags], ensure_ascii=False),
        "data-values": " ".join("-" if np.isnan(v) else f"{round(100 * v)}" for v in values.ravel()),
        "data-from": NAME_ROOM / WIDTH,
        "data-to": (NAME_ROOM + side) / WIDTH,
        "data-floor": floor / (floor + BELOW),
    }
    return draw(WIDTH, floor + BELOW, label, parts, class_="matrix", **data)
