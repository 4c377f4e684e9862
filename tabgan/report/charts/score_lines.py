"""Scores on axes, the synthetic rows above them, other real rows and the baselines below; bars for parts of scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from tabgan.evaluation.scores import Score
from tabgan.palette import SMALL
from tabgan.report.svg import Scale, draw, line, name_text, rect, tag, text, text_width
from tabgan.report.ticks import find_step, find_ticks, write_score
from tabgan.report.words import Words
from tabgan.schema.column import Floats

SHORT = {
    "synthetic": "synthetic rows",
    "real": "other real rows",
    "copies": "copies",
    "smote": "SMOTE",
    "noisy": "noisy copies",
    "copula": "copula",
    "shuffled": "shuffled",
}
"""What contestants are called where room is short."""

SHORT_OF_SERIES = {
    "synthetic": "synthetic series",
    "real": "other real blocks",
    "noisy": "noisy copies",
    "bootstrap": "bootstrap",
    "var": "VAR",
    "apart": "channels apart",
    "shuffled": "shuffled",
}

MARKS = {
    "synthetic": "M-7 0L0 -7L7 0L0 7Z",
    "real": "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0Z",
    "copies": "M-1.8 -5.5H1.8V-1.8H5.5V1.8H1.8V5.5H-1.8V1.8H-5.5V-1.8H-1.8Z",
    "smote": "M0 -5.5L5.5 4.5H-5.5Z",
    "noisy": "M-4.5 -4.5H4.5V4.5H-4.5Z",
    "copula": "M0 5.5L5.5 -4.5H-5.5Z",
    "shuffled": "M-4.5 -4.5L4.5 4.5M-4.5 4.5L4.5 -4.5",
    "bootstrap": "M0 -5.5L5.5 4.5H-5.5Z",
    "var": "M0 5.5L5.5 -4.5H-5.5Z",
    "apart": "M-6 -4.5H-1.5V4.5H-6ZM1.5 -4.5H6V4.5H1.5Z",
}
"""A shape of its own for each contestant, around the origin."""

MARGIN, LINE, LANE, GAP = 14.0, 46.0, 17.0, 6.0
BAR_WIDTH, NAME_ROOM, ROW = 440.0, 150.0, 22.0
LEAST_SHARE = 0.1  # of a range is shown, so that trifles look like these
BOLD = 1.2  # times as wide


def draw_mark(who: str, x: float, y: float) -> Markup:
    """Return the shape that stands for a contestant."""
    return tag("path", class_=f"mark {who}", d=MARKS[who], transform=f"translate({x:.1f} {y:.1f})")


def draw_score(score: Score, words: Words, width: float, called: Mapping[str, str] = SHORT) -> Markup:
    """Return the axis of a score that the synthetic rows or series have; `called` is what contestants are called."""
    low, high = find_window(score)
    scale = Scale(low, high, MARGIN, width - MARGIN)
    others = {who: value for who, value in score.baselines.items() if math.isfinite(value)}
    labels = {who: f"{words(called[who])} {write_score(value)}" for who, value in others.items()}
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
    said = "; ".join([f"{words(called['synthetic'])} {write_score(score.value)}", *labels.values()])
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
    if score.spec.has_ceiling and math.isfinite(ceiling):
        ends = sorted([float(scale(ceiling)), scale.stop if score.direction == "higher" else scale.start])
        parts.append(rect(ends[0], LINE - 3, ends[1] - ends[0], 6, "as-real", rx=3))
    return parts


def _draw_numbers(score: Score, scale: Scale) -> list[Markup]:
    """Numbers over the axis, but for those that would be under the synthetic rows' leader."""
    parts = []
    for tick, written in zip(*find_ticks(scale.low, scale.high), strict=True):
        x = float(scale(tick))
        half = text_width(written, SMALL) / 2
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


class Place(NamedTuple):
    """Where a label stands: its lane from the line on, its left end, and which end of it is at its leader."""

    lane: int
    left: float
    anchor: str


def place_labels(marks: Sequence[float], widths: Sequence[float], room: float) -> list[Place]:
    """Return places for labels of such widths on a line of length `room`, each beside the leader down from its mark.

    Labels are placed in turn, to the right or left of their leaders, each in the lane nearest to the line in which it
    meets no label and no leader that is there already. Of several orders, the best is taken.

    Examples
    --------
    >>> [(place.lane, place.anchor) for place in place_labels([10, 30, 95], [50, 40, 40], 100)]
    [(2, 'start'), (1, 'start'), (0, 'end')]
    """
    across = sorted(range(len(marks)), key=lambda i: marks[i])
    outward = sorted(across, key=lambda i: abs(marks[i] - room / 2))
    orders = [across, across[::-1], outward, outward[::-1]]
    tries = [_place_in_order(order, first, marks, widths, room) for order in orders for first in ("start", "end")]
    return min(tries, key=_cost)[1]


def _cost(found: tuple[int, list[Place]]) -> tuple[int, int, int]:
    crossings, places = found
    return crossings, max((place.lane for place in places), default=0), sum(place.lane for place in places)


def _place_in_order(
    order: Sequence[int], preferred: str, marks: Sequence[float], widths: Sequence[float], room: float
) -> tuple[int, list[Place]]:
    """Return how often labels meet others and leaders, and the places in the order of the marks."""
    done: dict[int, Place] = {}
    crossed = 0
    for i in order:
        sides = {"start": marks[i] + 4.0, "end": marks[i] - 4.0 - widths[i]}
        fitting = {anchor: x for anchor, x in sides.items() if 0 <= x <= room - widths[i]}
        tries = [
            (_meet(Place(lane, x, anchor), i, done, marks, widths), lane, anchor != preferred, Place(lane, x, anchor))
            for lane in range(len(marks))
            for anchor, x in (fitting or {"start": sides["start"]}).items()
        ]
        meets, _, _, done[i] = min(tries)
        crossed += meets
    return crossed, [done[i] for i in range(len(marks))]


def _meet(place: Place, i: int, done: dict[int, Place], marks: Sequence[float], widths: Sequence[float]) -> int:
    """Count the leaders that a label in a place would meet, and ten times the labels."""
    meets = 0
    for j, other in done.items():
        apart = place.left > other.left + widths[j] + GAP or other.left > place.left + widths[i] + GAP
        meets += 10 * (place.lane == other.lane and not apart)
        meets += other.lane > place.lane and place.left - 2 < marks[j] < place.left + widths[i] + 2
        meets += place.lane > other.lane and other.left - 2 < marks[i] < other.left + widths[j] + 2
    return meets


def draw_bars(names: Sequence[object], values: Floats, label: str) -> Markup:
    """Return one bar for each name, negative values as none."""
    across = Scale(0.0, max(float(values.max()), 1e-9), NAME_ROOM + 8, BAR_WIDTH - 54)
    parts = [line(across.start, 0, across.start, ROW * len(names) + 4, "floor")]
    for number, (name, value) in enumerate(zip(names, values.tolist(), strict=True)):
        y = 4 + ROW * number
        end = float(across(max(value, 0.0)))
        parts += [
            name_text(NAME_ROOM, y + 13, name, NAME_ROOM, "end"),
            rect(across.start, y + 2, end - across.start, ROW - 7, "bar synthetic"),
            text(end + 6, y + 13, f"{value:.2g}", "tick-number"),
        ]
    return draw(BAR_WIDTH, ROW * len(names) + 8, label, parts, class_="bars")


def draw_dumbbells(names: Sequence[object], real: Floats, synthetic: Floats, label: str) -> Markup:
    """Return two marks on a line from 0 to 1 for each name."""
    across = Scale(0.0, 1.0, NAME_ROOM + 14, BAR_WIDTH - 14)
    floor = ROW * len(names) + 6
    parts = []
    for tick, written in zip(*find_ticks(0, 1, 4), strict=True):
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
    return draw(BAR_WIDTH, floor + 20, label, parts, class_="bars")
