"""The course of a training run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from tabgan.palette import SMALL
from tabgan.report.svg import Scale, draw, line, polyline, rect, text, text_width
from tabgan.report.ticks import find_ticks

WIDTH, HEIGHT = 440.0, 230.0
LEFT, RIGHT, TOP, FLOOR = 52.0, 428.0, 10.0, 188.0
MOST_POINTS = 300

Curve = tuple[NDArray[np.float64], NDArray[np.float64], str]


def draw_curves(
    curves: Sequence[Curve], band: tuple[float, float] | None, at: float | None, below: str, label: str
) -> Markup:
    """Return curves over iterations: a tinted band between two values, a mark at one, a text below, what is shown."""
    low, high = _find_limits([y for _, y, _ in curves], band)
    across = Scale(0.0, max(float(x[-1]) for x, _, _ in curves), LEFT, RIGHT)
    up = Scale(low, high, FLOOR, TOP)
    parts = []
    for tick, written in zip(*find_ticks(low, high, 4), strict=True):
        y = float(up(tick))
        parts += [line(LEFT, y, RIGHT, y, "grid"), text(LEFT - 6, y + 4, written, "tick-number", "end")]
    for tick, written in zip(*find_ticks(0.0, across.high, 4), strict=True):
        x = float(across(tick))
        parts.append(line(x, FLOOR, x, FLOOR + 4, "tick"))
        middle = min(x, WIDTH - text_width(written, SMALL) / 2)
        parts.append(text(middle, FLOOR + 16, written, "tick-number", "middle"))
    if band is not None:
        ends = up(np.clip(band, low, high))
        parts.append(rect(LEFT, float(ends[1]), RIGHT - LEFT, float(ends[0] - ends[1]), "band"))
    parts += [polyline(across(x), up(np.clip(y, low, high)), f"curve {class_}") for x, y, class_ in curves]
    if at is not None:
        parts.append(line(float(across(at)), TOP, float(across(at)), FLOOR, "marker"))
    parts += [line(LEFT, FLOOR, RIGHT, FLOOR, "floor"), text((LEFT + RIGHT) / 2, HEIGHT - 8, below, "aside", "middle")]
    return draw(WIDTH, HEIGHT, label, parts)


def thin(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return at most 300 means of neighbours, and the iterations, counted from 1, that they are in the middle of."""
    groups = np.array_split(np.arange(len(values)), min(MOST_POINTS, len(values)))
    x = np.array([group.mean() + 1 for group in groups])
    return x, np.array([values[group].mean() for group in groups])


def _find_limits(curves: Sequence[NDArray[np.float64]], band: tuple[float, float] | None) -> tuple[float, float]:
    """Limits that hold all but the most extreme 1% of finite values."""
    values = np.concatenate(curves)
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [0.005, 0.995]).tolist() if len(values) else (0.0, 1.0)
    if band is not None:
        low, high = min(low, band[0]), max(high, band[1])
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin
