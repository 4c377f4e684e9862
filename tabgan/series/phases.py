"""Phases of the clock at which channels turn, as those do that are read once an hour and filled in between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tabgan.series.ties import UNIT

Floats = NDArray[np.float64]

LONGEST = 26  # steps
SHARE = 0.3  # of the variance of turning, that a period must explain
NEARLY = 0.9  # of what the best explains: the shortest such period is taken


def find_phases(series: Sequence[Floats], starts: Sequence[int], at: NDArray[np.intp]) -> list[int]:
    """Return periods by whose phase channels turn, as those read once an hour and filled in between."""
    turns = [np.abs(np.diff(y[:, at], 2, axis=0)) > 2 * UNIT for y in series]
    time = np.concatenate([start + 2 + np.arange(len(t)) for t, start in zip(turns, starts, strict=True)])
    found: set[int] = set()
    for turn in np.concatenate(turns).astype(np.float64).T:
        if turn.var() < 1e-3:
            continue
        known = []
        for p in range(2, LONGEST + 1):
            mean = np.bincount(time % p, turn, p) / np.maximum(np.bincount(time % p, minlength=p), 1)
            known.append(mean[time % p].var() / turn.var())
        if max(known) > SHARE:
            found.add(2 + int(np.argmax(np.array(known) > NEARLY * max(known))))
    return sorted(found)
