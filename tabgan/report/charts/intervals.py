"""Gains with their intervals, one line for each choice; and shares of classes, a mark for each choice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from tabgan.augmentation.gains import Gain
from tabgan.palette import SMALL
from tabgan.report.charts.score_lines import MARKS, draw_mark
from tabgan.report.svg import Scale, draw, line, name_text, rect, tag, text, text_width
from tabgan.report.ticks import find_ticks

TOP, AXIS = 26.0, 40.0
FARTHEST = 3.0  # times the median distance from zero is shown; what lies farther is an arrow


class Row(NamedTuple):
    """A line of the picture: a name, a gain, what is written beside it, and whose colour and shape it has."""

    name: str
    gain: Gain
    said: str
    who: str = "real"
    tip: str = ""


class Layout(NamedTuple):
    """Where things stand: between which places the axis lies, how high a row is, whether names stand above."""

    width: float
    start: float
    stop: float
    row: float
    above: bool = False


WIDE = Layout(820, 236, 690, 28)
NARROW = Layout(340, 12, 328, 44, above=True)


def draw_intervals(rows: Sequence[Row], label: str, below: str, heading: str, layout: Layout) -> Markup:
    """Return gains as points on their intervals; `below` names the axis, `heading` what is written beside."""
    low, high = find_span(rows)
    across = Scale(low, high, layout.start, layout.stop)
    floor = TOP + layout.row * len(rows)
    parts = [text(layout.width, 12, heading, "aside", "end")]
    for tick, written in zip(*find_ticks(low, high, 4 if layout.above else 6), strict=True):
        x = float(across(tick))
        half = text_width(written, SMALL) / 2
        parts += [line(x, TOP - 4, x, floor, "grid"), line(x, floor, x, floor + 4, "tick")]
        parts.append(text(min(max(x, half), layout.width - half), floor + 17, written, "tick-number", "middle"))
    zero = float(across(0.0))
    parts.append(line(zero, TOP - 4, zero, floor + 4, "zero-line"))
    for number, row in enumerate(rows):
        parts.append(_draw_row(row, TOP + layout.row * number, across, layout))
    middle = (layout.start + layout.stop) / 2
    parts.append(text(middle, floor + 34, below, "aside", "middle"))
    return draw(layout.width, floor + AXIS, label, parts, class_="bars")


def find_span(rows: Sequence[Row]) -> tuple[float, float]:
    """Return the part of the axis that is shown: zero and all intervals, but for what is far from most.

    Examples
    --------
    >>> near, far = Gain(0.9, 0.01, -0.01, 0.03, 0.01, 10), Gain(0.2, -0.7, -0.8, -0.6, 0.1, 10)
    >>> low, high = find_span([Row("a", near, ""), Row("b", near, ""), Row("c", far, "")])
    >>> round(low, 3), round(high, 3)
    (-0.096, 0.036)
    """
    ends = [end for row in rows for end in (row.gain.low, row.gain.mean, row.gain.high) if math.isfinite(end)]
    sizes = [abs(end) for end in ends if end]
    if not sizes:
        return -0.01, 0.01
    reach = FARTHEST * float(np.median(sizes))
    if max(sizes) < 1.7 * reach:
        reach = max(sizes)
    low, high = max(min([*ends, 0.0]), -reach), min(max([*ends, 0.0]), reach)
    margin = 0.05 * (high - low)
    return low - margin, high + margin


def is_cut(rows: Sequence[Row]) -> bool:
    """Return whether an interval or a point leaves the picture."""
    low, high = find_span(rows)
    return any(end < low or end > high for row in rows for end in (row.gain.low, row.gain.mean, row.gain.high))


def _draw_row(row: Row, top: float, across: Scale, layout: Layout) -> Markup:
    """Return a name, an interval with its point, and what is written beside."""
    name_y, y = (top + 13, top + 28) if layout.above else (top + layout.row / 2 + 4, top + layout.row / 2)
    taken = text_width(row.said) + 14
    room = layout.width - taken - 4 if layout.above else layout.start - 26
    parts = [
        rect(0, top, layout.width, layout.row, "hit"),
        name_text(0 if layout.above else layout.start - 20, name_y, row.name, room, None if layout.above else "end"),
        text(layout.width, name_y, row.said, "beside-row", "end"),
        *_draw_gain(row, y, across),
    ]
    return tag("g", *parts, data_tip=row.tip or None)


def _draw_gain(row: Row, y: float, across: Scale) -> list[Markup]:
    """The interval, with arrows where it leaves the picture, and its point if that is in it."""
    gain, kind = row.gain, row.who.split()[0]
    parts = []
    if math.isfinite(gain.low) and gain.high > gain.low:
        left, right = (float(across(end)) for end in np.clip([gain.low, gain.high], across.low, across.high))
        if right > left:
            parts.append(line(left, y, right, y, f"interval {kind}"))
        parts += _draw_arrows(gain.low < across.low, gain.high > across.high, y, across, kind)
    if not math.isfinite(gain.mean):
        return parts
    if across.low <= gain.mean <= across.high:
        return [*parts, draw_shape(row.who, float(across(gain.mean)), y)]
    return [*parts, *_draw_arrows(gain.mean < across.low, gain.mean > across.high, y, across, kind)]


def _draw_arrows(left: bool, right: bool, y: float, across: Scale, kind: str) -> list[Markup]:
    ends = [(across.start, -1, left), (across.stop, 1, right)]
    return [
        tag(
            "path",
            class_=f"arrow {kind}",
            d=f"M0 -5L{6 * way} 0L0 5",
            transform=f"translate({x - 3 * way:.1f} {y:.1f})",
        )
        for x, way, there in ends
        if there
    ]


def draw_shape(who: str, x: float, y: float) -> Markup:
    """Return the mark of a contestant, "bare" a small line, and "synthetic hollow" an outline."""
    if who == "bare":
        return line(x, y - 7, x, y + 7, "bare-mark")
    kind = who.split()[0]
    if kind == who:
        return draw_mark(who, x, y)
    return tag("path", class_=f"mark {who}", d=MARKS[kind], transform=f"translate({x:.1f} {y:.1f})")


class Shares(NamedTuple):
    """What a class has: its name, a share for each mark, and what is written beside."""

    name: str
    values: Sequence[float]
    said: str
    tip: str = ""


def draw_shares(rows: Sequence[Shares], marks: Sequence[str], label: str, heading: str, layout: Layout) -> Markup:
    """Return marks on a line from 0 to 1 for each class, the first on top."""
    across = Scale(0.0, 1.0, layout.start + 8, layout.stop - 8)
    floor = TOP + layout.row * len(rows)
    parts = [text(layout.width, 12, heading, "aside", "end")]
    for tick, written in zip(*find_ticks(0, 1, 5), strict=True):
        x = float(across(tick))
        parts += [line(x, TOP - 4, x, floor, "grid"), text(x, floor + 17, written, "tick-number", "middle")]
    for number, row in enumerate(rows):
        top = TOP + layout.row * number
        name_y, y = (top + 13, top + 28) if layout.above else (top + layout.row / 2 + 4, top + layout.row / 2)
        room = layout.width - text_width(row.said) - 18 if layout.above else layout.start - 26
        x, anchor = (0.0, None) if layout.above else (layout.start - 20, "end")
        places = [float(across(value)) if math.isfinite(value) else math.nan for value in row.values]
        known = [place for place in places if math.isfinite(place)]
        inside = [rect(0, top, layout.width, layout.row, "hit"), name_text(x, name_y, row.name, room, anchor)]
        inside.append(text(layout.width, name_y, row.said, "beside-row", "end"))
        if len(known) > 1:
            inside.append(line(min(known), y, max(known), y, "link"))
        there = [(who, place) for who, place in zip(marks, places, strict=True) if math.isfinite(place)]
        inside += [draw_shape(who, place, y) for who, place in reversed(there)]
        parts.append(tag("g", *inside, data_tip=row.tip or None))
    return draw(layout.width, floor + 24, label, parts, class_="bars")
