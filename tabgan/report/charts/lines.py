"""Lines over time, lags or frequencies, real and synthetic in one frame."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from tabgan.palette import SMALL
from tabgan.report.svg import Scale, draw, line, polyline, rect, shorten, tag, text, text_width
from tabgan.report.ticks import find_ticks
from tabgan.schema.column import Floats

MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM = 46.0, 10.0, 8.0, 36.0
MOST_BEYOND = 0.5  # of the real lines' height: that far the frame reaches for synthetic ones


class Axis(NamedTuple):
    """The part of a line of numbers that is shown, its ticks and what is written at them, and what it is."""

    low: float
    high: float
    ticks: Floats
    written: Sequence[str]
    said: str = ""


class Line(NamedTuple):
    """Points joined by a line, which is broken where a value is missing; `who` is "real" or "synthetic"."""

    who: str
    x: Floats
    y: Floats


class Band(NamedTuple):
    """What lies between two lines, tinted."""

    x: Floats
    low: Floats
    high: Floats


def draw_lines(
    lines: Sequence[Line],
    across: Axis,
    up: Axis,
    label: str,
    *,
    size: tuple[float, float] = (320.0, 190.0),
    bands: Sequence[Band] = (),
    zero: bool = False,
    aside: str = "",
    stairs: bool = False,
    tips: Sequence[str] = (),
) -> Markup:
    """Return lines in one frame; `tips` are read out over equal parts of its width.

    Values above or below the frame are drawn on its edge; `aside`, a text under the axis, may say how many these are.
    `stairs` stay at a value until the next, as labels do.
    """
    width, height = size
    floor = height - MARGIN_BOTTOM
    x = Scale(across.low, across.high, MARGIN_LEFT, width - MARGIN_RIGHT)
    y = Scale(up.low, up.high, floor, MARGIN_TOP)
    parts = [*_draw_ticks_up(up, y, x), *_draw_ticks_across(across, x, floor, width)]
    for band in bands:
        parts.append(_draw_band(band, x, y, up))
    if zero and up.low < 0 < up.high:
        parts.append(line(x.start, float(y(0.0)), x.stop, float(y(0.0)), "floor"))
    for one in lines:
        points = (np.repeat(one.x, 2)[1:], np.repeat(one.y, 2)[:-1]) if stairs else (one.x, one.y)
        parts.append(polyline(x(points[0]), y(np.clip(points[1], up.low, up.high)), f"curve {one.who}"))
    parts.append(line(x.start, floor, x.stop, floor, "floor"))
    if across.said:
        parts.append(text((x.start + x.stop) / 2, floor + 31, across.said, "aside", "middle"))
    if aside:
        parts.append(text(x.start, height + 9, aside, "aside"))
    data = {"data-from": x.start / width, "data-to": x.stop / width} if tips else {}
    written = {"data-tips": json.dumps(list(tips), ensure_ascii=False)} if tips else {}
    return draw(width, height + (14 if aside else 0), label, parts, **data, **written)


def number_axis(low: float, high: float, said: str = "", most: int = 5) -> Axis:
    """Return an axis from one number to another with round ticks."""
    if not high > low:
        low, high = low - (abs(low) or 1.0) * 0.5, high + (abs(high) or 1.0) * 0.5
    return Axis(low, high, *find_ticks(low, high, most), said)


def fit_axis(real: Sequence[Floats], synthetic: Sequence[Floats], margin: float = 0.05) -> Axis:
    """Return the axis that holds all real values, and synthetic ones up to half the real ones' height beyond."""
    ends = [_find_ends(values) for values in (real, synthetic)]
    (low, high), (least, most) = ends[0] or ends[1] or (0.0, 1.0), ends[1] or ends[0] or (0.0, 1.0)
    reach = MOST_BEYOND * (high - low) if high > low else np.inf
    low, high = min(low, max(least, low - reach)), max(high, min(most, high + reach))
    room = margin * (high - low) or abs(high) * margin or 1.0
    return number_axis(low - room, high + room, most=4)


def share_beyond(values: Floats, axis: Axis) -> float:
    """Return which share of the values that are there lies outside an axis."""
    present = values[np.isfinite(values)]
    return float(((present < axis.low) | (present > axis.high)).mean()) if len(present) else 0.0


def _find_ends(values: Sequence[Floats]) -> tuple[float, float] | None:
    present = np.concatenate([np.ravel(part) for part in values]) if values else np.empty(0)
    present = present[np.isfinite(present)]
    return (float(present.min()), float(present.max())) if len(present) else None


def _draw_ticks_up(axis: Axis, y: Scale, x: Scale) -> list[Markup]:
    parts = []
    for tick, written in zip(axis.ticks, axis.written, strict=True):
        place = float(y(tick))
        parts.append(line(x.start, place, x.stop, place, "grid"))
        shown = shorten(written, x.start - 8, SMALL)
        content = [shown] if shown == written else [tag("title", written), shown]
        parts.append(tag("text", *content, x=x.start - 6, y=place + 4, class_="tick-number", text_anchor="end"))
    return parts


def _draw_ticks_across(axis: Axis, x: Scale, floor: float, width: float) -> list[Markup]:
    """Ticks, and as many of their labels as do not run into each other."""
    parts, free = [], 0.0
    for tick, written in zip(axis.ticks, axis.written, strict=True):
        place, half = float(x(tick)), text_width(written, SMALL) / 2
        parts.append(line(place, floor, place, floor + 4, "tick"))
        middle = min(place, width - half)
        if middle - half >= free:
            parts.append(text(middle, floor + 16, written, "tick-number", "middle"))
            free = middle + half + 4
    return parts


def _draw_band(band: Band, x: Scale, y: Scale, up: Axis) -> Markup:
    """One path: along the upper line, and back along the lower one."""
    there = np.isfinite(band.low) & np.isfinite(band.high)
    if not there.any():
        return rect(x.start, y.stop, 0, 0, "band")
    across = np.concatenate([band.x[there], band.x[there][::-1]])
    upright = np.concatenate([band.high[there], band.low[there][::-1]])
    upright = np.clip(upright, up.low, up.high)
    points = "L".join(f"{a:.2f} {b:.2f}" for a, b in zip(x(across), y(upright), strict=True))
    return tag("path", class_="band", d=f"M{points}Z")
