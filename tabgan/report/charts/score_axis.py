"""A score on its axis: the synthetic rows above it, other real rows and the baselines below."""

from __future__ import annotations

import math

import numpy as np
from markupsafe import Markup

from tabgan.evaluation.scores import Score
from tabgan.report.charts.labels import place_labels
from tabgan.report.svg import Scale, draw, line, rect, tag, text, text_width
from tabgan.report.ticks import find_step, find_ticks, write_score, write_ticks
from tabgan.report.words import Words

SHORT = {
    "real": "other real rows",
    "smote": "SMOTE",
    "noisy": "noisy copies",
    "copula": "copula",
    "shuffled": "shuffled",
}
"""What contestants are called where room is short."""

MARKS = {
    "synthetic": "M-7 0L0 -7L7 0L0 7Z",
    "real": "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0Z",
    "smote": "M0 -5.5L5.5 4.5H-5.5Z",
    "noisy": "M-4.5 -4.5H4.5V4.5H-4.5Z",
    "copula": "M0 5.5L5.5 -4.5H-5.5Z",
    "shuffled": "M-4.5 -4.5L4.5 4.5M-4.5 4.5L4.5 -4.5",
}
"""A shape of its own for each contestant, around the origin."""

MARGIN, LINE, LANE = 14.0, 46.0, 17.0
LEAST_SHARE = 0.1  # of a range is shown, so that trifles look like these
BOLD = 1.2  # times as wide


def draw_mark(who: str, x: float, y: float) -> Markup:
    """Return the shape that stands for a contestant."""
    return tag("path", class_=f"mark {who}", d=MARKS[who], transform=f"translate({x:.1f} {y:.1f})")


def draw_score(score: Score, words: Words, width: float) -> Markup:
    """Return the axis of a score that the synthetic rows have."""
    low, high = find_window(score)
    scale = Scale(low, high, MARGIN, width - MARGIN)
    others = {who: value for who, value in score.baselines.items() if math.isfinite(value)}
    labels = {who: f"{words(SHORT[who])} {write_score(value)}" for who, value in others.items()}
    marks = [float(scale(value)) for value in others.values()]
    places = place_labels(
        marks, [text_width(label, 11.5 * (BOLD if who == "real" else 1)) for who, label in labels.items()], width
    )
    parts = [*_draw_line(score, scale), *_draw_numbers(score, scale)]
    for (who, label), x, place in zip(labels.items(), marks, places, strict=True):
        y = LINE + 26 + LANE * place.lane
        parts.append(line(x, LINE, x, y + 1, "leader"))
        at = x + 4 if place.anchor == "start" else x - 4
        parts.append(text(at, y, label, f"tick-label {who}", place.anchor))
    parts += [draw_mark(who, x, LINE) for who, x in reversed(list(zip(others, marks, strict=True)))]
    parts += _draw_synthetic(score, scale, width)
    deepest = max((place.lane for place in places), default=0)
    said = "; ".join([f"{words('synthetic rows')} {write_score(score.value)}", *labels.values()])
    return draw(width, LINE + 34 + LANE * deepest, f"{words(score.spec.title)}: {said}", parts, class_="axis")


def find_window(score: Score) -> tuple[float, float]:
    """Return the part of a score's range that is shown: all of it when values fill most of it, else what holds them.

    The best possible value is in when real rows come near it; where there is no largest, the least one when it is near.
    """
    spread = score.spread if math.isfinite(score.spread) else 0.0
    values = [value for value in score.baselines.values() if math.isfinite(value)]
    values += [score.value - spread, score.value + spread]
    least, most = score.range
    best = most if score.direction == "higher" else least
    low, high = min(values), max(values)
    size = most - least if math.isfinite(most - least) else 1.0
    if abs(best - score.baselines.get("real", math.nan)) < 0.4 * size:
        low, high = min(low, best), max(high, best)
    if high - low >= 0.7 * (most - least):
        return least, most
    if math.isinf(most) and low - least < 0.5 * (high - least):
        low = least
    lacking = max(LEAST_SHARE * size - (high - low), 0.0)
    high = min(high + lacking / 2, most)
    low = max(low - lacking / 2, least)
    step = find_step(low, high, 8)
    return max(step * math.floor(low / step + 1e-9), least), min(step * math.ceil(high / step - 1e-9), most)


def _draw_line(score: Score, scale: Scale) -> list[Markup]:
    """The axis, with the part that is as good as real rows or better in colour."""
    parts = [rect(scale.start, LINE - 3, scale.stop - scale.start, 6, "track", rx=3)]
    ceiling = score.baselines.get("real", math.nan)
    if math.isfinite(ceiling):
        ends = sorted([float(scale(ceiling)), scale.stop if score.direction == "higher" else scale.start])
        parts.append(rect(ends[0], LINE - 3, ends[1] - ends[0], 6, "as-real", rx=3))
    return parts


def _draw_numbers(score: Score, scale: Scale) -> list[Markup]:
    """Numbers over the axis, but for those that would be under the synthetic rows' leader."""
    ticks = find_ticks(scale.low, scale.high, 5)
    parts = []
    for tick, written in zip(ticks, write_ticks(ticks), strict=True):
        x = float(scale(tick))
        half = text_width(written, 11) / 2
        parts.append(line(x, LINE - 7, x, LINE - 3, "tick"))
        if abs(x - scale(score.value)) > half + 9:
            place = min(max(x, half), scale.stop + MARGIN - half)
            parts.append(text(place, LINE - 11, written, "tick-number", "middle"))
    return parts


def _draw_synthetic(score: Score, scale: Scale, width: float) -> list[Markup]:
    x = float(scale(score.value))
    label = write_score(score.value)
    parts = []
    if math.isfinite(score.spread):
        label += f" ± {write_score(score.spread)}"
        ends = np.clip([score.value - score.spread, score.value + score.spread], scale.low, scale.high)
        left, right = scale(ends).tolist()
        parts.append(rect(left, LINE - 3, right - left, 6, "spread"))
    half = text_width(label, BOLD * 13) / 2
    place = min(max(x, half), width - half)
    return [
        *parts,
        line(x, 18, x, LINE, "leader synthetic"),
        draw_mark("synthetic", x, LINE),
        text(place, 13, label, "tick-label synthetic", "middle"),
    ]
