"""Numbers of named things: bars from zero, and real beside synthetic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from tabgan.report.charts.score_axis import draw_mark
from tabgan.report.svg import Scale, draw, line, name_text, rect, text
from tabgan.report.ticks import find_ticks, write_ticks

WIDTH, NAME_ROOM, ROW = 440.0, 150.0, 22.0


def draw_bars(names: Sequence[object], values: np.ndarray, label: str) -> Markup:
    """Return one bar for each name, negative values as none."""
    across = Scale(0.0, max(float(values.max()), 1e-9), NAME_ROOM + 8, WIDTH - 54)
    parts = [line(across.start, 0, across.start, ROW * len(names) + 4, "floor")]
    for number, (name, value) in enumerate(zip(names, values.tolist(), strict=True)):
        y = 4 + ROW * number
        end = float(across(max(value, 0.0)))
        parts += [
            name_text(NAME_ROOM, y + 13, name, NAME_ROOM, "end"),
            rect(across.start, y + 2, end - across.start, ROW - 7, "bar synthetic"),
            text(end + 6, y + 13, f"{value:.2g}", "tick-number"),
        ]
    return draw(WIDTH, ROW * len(names) + 8, label, parts, class_="bars")


def draw_dumbbells(names: Sequence[object], real: np.ndarray, synthetic: np.ndarray, label: str) -> Markup:
    """Return two marks on a line from 0 to 1 for each name."""
    across = Scale(0.0, 1.0, NAME_ROOM + 14, WIDTH - 14)
    floor = ROW * len(names) + 6
    ticks = find_ticks(0, 1, 4)
    parts = []
    for tick, written in zip(ticks, write_ticks(ticks), strict=True):
        x = float(across(tick))
        parts += [line(x, 2, x, floor, "tick"), text(x, floor + 14, written, "tick-number", "middle")]
    for number, (name, *ends) in enumerate(zip(names, real.tolist(), synthetic.tolist(), strict=True)):
        y = 14 + ROW * number
        parts.append(name_text(NAME_ROOM, y + 4, name, NAME_ROOM, "end"))
        places = [float(across(end)) for end in ends if np.isfinite(end)]
        if len(places) == 2:
            parts.append(line(places[0], y, places[1], y, "link"))
        marks = zip(("real", "synthetic"), ends, strict=True)
        parts += [draw_mark(who, float(across(end)), y) for who, end in marks if np.isfinite(end)]
    return draw(WIDTH, floor + 20, label, parts, class_="bars")
