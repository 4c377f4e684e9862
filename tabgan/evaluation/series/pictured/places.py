"""Stretches beside each other, and how far values are from learned ones by where they stand."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tabgan.evaluation.series.pictured.rhythms import Curves
from tabgan.evaluation.series.pictured.sides import Sides, Stretches, cut_windows, find_worst
from tabgan.evaluation.series.statistics import ks_distance
from tabgan.schema.column import Floats

LONGEST, LEAST_PARTS, MOST_PARTS, MOST_OTHERS = 240, 12, 48, 200


class Beside(NamedTuple):
    """One channel over time, real and synthetic, the ends of nearly all real values, and what codes stand for.

    NaN stands between windows that do not follow each other.
    """

    name: str
    real: Floats
    synthetic: Floats
    ends: tuple[float, float]
    levels: tuple[str, ...] | None


def find_stretches(sides: Sides, most: int = 4) -> list[Beside]:
    """Return a stretch of each side, at most 240 steps, of the channels whose changes differ most."""
    real, own = _join_alike(sides.stretches["reference"], sides.stretches["synthetic"], sides.window)
    changes = [
        [np.concatenate([np.diff(s[:, i]) for s in sides.stretches[who]]) for who in ("reference", "synthetic")]
        for i in range(len(sides.names))
    ]
    together = np.concatenate(sides.stretches["reference"])
    found = []
    for i in find_worst([ks_distance(*pair) for pair in changes], most):
        low, high = np.quantile(together[:, i], [0.005, 0.995]).tolist()
        found.append(Beside(sides.names[i], real[:, i], own[:, i], (low, high), sides.levels.get(int(i))))
    return found


def find_drift(sides: Sides, most: int = 6) -> list[Curves]:
    """Return the KS distance of values at each part of the longest synthetic stretches to what was learned.

    The line of real stretches is the median, and the band holds nine in ten, of parts of other real stretches that
    are as long, or as long as there are.
    """
    length = max(map(len, sides.stretches["synthetic"]))
    longest = [stretch for stretch in sides.stretches["synthetic"] if len(stretch) == length]
    reach = max(map(len, sides.stretches["reference"]))
    n_parts = min(max(LEAST_PARTS, -(-length // reach)), MOST_PARTS, length)
    edges = np.linspace(0, length, n_parts + 1).astype(int)
    parts = [np.concatenate([s[a:b] for s in longest]) for a, b in pairwise(edges)]
    others = _find_others(sides, min(max(length // n_parts, 1), reach), len(longest))
    learned = np.concatenate(sides.stretches["train"])
    found = []
    for i, name in enumerate(sides.names):
        own = np.array([ks_distance(part[:, i], learned[:, i]) for part in parts])
        real = np.array([ks_distance(part[:, i], learned[:, i]) for part in others])
        middle, low, high = np.quantile(real, [0.5, 0.05, 0.95]) if len(real) else [np.nan] * 3
        level = np.ones(len(own))
        found.append(Curves(name, (edges[:-1] + edges[1:] - 1) / 2, middle * level, own, low * level, high * level))
    return [found[i] for i in find_worst([float(np.mean(c.synthetic - c.high)) + 1 for c in found], most)]


def _find_others(sides: Sides, size: int, count: int) -> list[Floats]:
    """Other real values by groups of as many parts, of as many steps, as a part of the synthetic stretches is of."""
    cuts = cut_windows(sides.stretches["reference"], size, size, MOST_OTHERS * count)
    groups = min(max(len(cuts) // count, 1), MOST_OTHERS)
    return [cuts[i::groups].reshape(-1, len(sides.names)) for i in range(groups)] if len(cuts) else []


def _join_alike(real: Stretches, own: Stretches, window: int) -> tuple[Floats, Floats]:
    """The middle of the longest stretch of each side; where one is short, pieces of both with gaps between them."""
    length = min(max(map(len, real)), max(map(len, own)), LONGEST)
    count = 1 if length >= min(LONGEST, 4 * window) else max(LONGEST // (length + 1), 1)
    return _join(real, length, count), _join(own, length, count)


def _join(stretches: Stretches, length: int, count: int) -> Floats:
    if count == 1:
        longest = max(stretches, key=len)
        start = (len(longest) - length) // 2
        return longest[start : start + length]
    pieces = cut_windows(stretches, length, length, count)
    gap = np.full((1, pieces.shape[2]), np.nan)
    return np.concatenate([part for piece in pieces for part in (piece, gap)])[:-1]
