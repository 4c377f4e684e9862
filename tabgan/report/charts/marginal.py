"""The distribution of one column: real rows filled, synthetic rows over them."""

from __future__ import annotations

import json

import numpy as np
from markupsafe import Markup

from tabgan.evaluation.bins import Bins, find_bins
from tabgan.evaluation.features import Feature
from tabgan.palette import SMALL
from tabgan.report.svg import Scale, draw, line, name_text, rect, shorten, steps, text, text_width
from tabgan.report.value_ticks import find_value_ticks, write_values
from tabgan.report.words import Words
from tabgan.schema.column import Floats
from tabgan.text import tell_apart

WIDTH, HEIGHT = 320.0, 150.0
LEFT, FLOOR = 6.0, 128.0
BINS = 36
MOST_LEVELS = 12
BAR, NAME_ROOM = 19.0, 108.0
SINGLE = "{level}: real {real:.1%}, synthetic {synthetic:.1%}"
SEVERAL = "{low} to {high}: real {real:.1%}, synthetic {synthetic:.1%}"
MOST_BEYOND = 0.02  # is left out in silence


def draw_marginal(feature: Feature, real: Floats, synthetic: Floats, words: Words) -> Markup:
    """Return bars for levels; of numbers and dates the shares of rows by bin, over the middle 99% of both."""
    if feature.levels is not None:
        return _draw_levels(feature.levels, real, synthetic, words)
    real, synthetic = (values[~np.isnan(values)] for values in (real, synthetic))
    bins = find_bins(real, synthetic, BINS, decimals=feature.decimals, dates=feature.is_date or feature.is_clock)
    edges, shares = bins.edges, [bins.share(values) for values in (real, synthetic)]
    across = Scale(edges[0], edges[-1], LEFT, WIDTH - LEFT)
    up = Scale(0.0, max(share.max() for share in shares) or 1.0, FLOOR, 10.0)
    places = np.asarray(across(edges))
    parts = [
        steps(places, up(shares[0]), FLOOR, "area real"),
        steps(places, up(shares[0]), FLOOR, "outline real"),
        steps(places, up(shares[1]), FLOOR, "outline synthetic"),
        line(LEFT, FLOOR, WIDTH - LEFT, FLOOR, "floor"),
        *_draw_ticks(feature, across),
    ]
    ends = _write_ends(bins, feature)
    tips = [
        words(SINGLE if low == high else SEVERAL, level=low, low=low, high=high, real=a, synthetic=b)
        for (low, high), a, b in zip(ends, *shares, strict=True)
    ]
    height = HEIGHT
    beyond = [1 - share.sum() if len(values) else 0.0 for share, values in zip(shares, (real, synthetic), strict=True)]
    if max(beyond) >= MOST_BEYOND:
        template = "beyond this window: real {real:.1%}, synthetic {synthetic:.1%}"
        parts.append(text(LEFT, HEIGHT + 11, words(template, real=beyond[0], synthetic=beyond[1]), "aside"))
        height = HEIGHT + 16
    label = words("Distribution of {name}, real and synthetic", name=words.called(feature.name))
    span = {"data-tips": json.dumps(tips, ensure_ascii=False), "data-from": LEFT / WIDTH, "data-to": 1 - LEFT / WIDTH}
    return draw(WIDTH, height, label, parts, **span)


def _write_ends(bins: Bins, feature: Feature) -> list[tuple[str, str]]:
    """Return the first and last value of each bin as text."""
    firsts, lasts = (values.tolist() for values in bins.ends)
    written = write_values([*firsts, *lasts], feature, float(bins.edges[-1] - bins.edges[0]))
    return list(zip(written[: len(firsts)], written[len(firsts) :], strict=True))


def _draw_ticks(feature: Feature, across: Scale) -> list[Markup]:
    ticks, written = find_value_ticks(feature, across.low, across.high)
    parts = []
    for tick, label in zip(ticks, written, strict=True):
        x, half = float(across(tick)), text_width(label, SMALL) / 2
        parts.append(line(x, FLOOR, x, FLOOR + 4, "tick"))
        if half <= x <= WIDTH - half:
            parts.append(text(x, FLOOR + 16, label, "tick-number", "middle"))
    return parts


def _draw_levels(levels: tuple[str, ...], real: Floats, synthetic: Floats, words: Words) -> Markup:
    """A pair of bars for each level, the rest of many in one."""
    shares = np.stack(
        [np.bincount(values.astype(int), minlength=len(levels)) / len(values) for values in (real, synthetic)]
    )
    order = np.arange(len(levels)) if _are_numbers(levels) else np.argsort(-shares[0], kind="stable")
    if len(levels) > MOST_LEVELS:
        order = np.argsort(-shares[0], kind="stable")[: MOST_LEVELS - 1]
    rows = [(levels[i], *shares[:, i].tolist()) for i in order]
    if len(levels) > len(order):
        others = words("{count:,} other levels", count=len(levels) - len(order))
        rows.append((others, *(1 - shares[:, order].sum(axis=1)).clip(0).tolist()))
    across = Scale(0.0, max(max(row[1:]) for row in rows), LEFT + NAME_ROOM + 6, WIDTH - 46)
    names = tell_apart([row[0] for row in rows], lambda name: shorten(name, NAME_ROOM))
    parts: list[Markup] = []
    for number, (level, a, b) in enumerate(rows):
        y = 6 + BAR * number
        tip = words(SINGLE, level=level, real=a, synthetic=b)
        end = max(float(across(a)), float(across(b)))
        parts += [
            name_text(LEFT + NAME_ROOM, y + 12, level, NAME_ROOM, "end", names[number]),
            rect(across.start, y + 1, float(across(a)) - across.start, BAR - 4, "bar real", data_tip=tip),
            rect(across.start, y + 5, float(across(b)) - across.start, BAR - 12, "bar synthetic", data_tip=tip),
            text(end + 5, y + 12, f"{b:.1%}", "tick-number"),
        ]
    height = 6 + BAR * len(rows)
    parts.append(line(across.start, 4, across.start, height, "floor"))
    return draw(WIDTH, height + 4, words("Shares of levels, real and synthetic"), parts)


def _are_numbers(levels: tuple[str, ...]) -> bool:
    return all(level.lstrip("-").replace(".", "", 1).isdigit() or level.startswith("(") for level in levels)
