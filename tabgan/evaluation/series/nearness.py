"""How near windows come to learned ones, and which runs of steps were copied."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tabgan.schema.column import Floats

RUN = 8
"""Steps of a run that is looked for in what was learned."""

GRAIN = 1e-6
"""Of a channel's range; what is closer is the same."""

CHUNK = 500


def to_points(windows: Floats, learned: Floats) -> Floats:
    """Return windows as points, each channel in standard deviations of the learned windows."""
    scale = learned.std(axis=(0, 1)) + 1e-12
    return (windows / scale).reshape(len(windows), -1)


def find_nearest(points: Floats, among: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Return the distances from points to the nearest of others, and the places of these."""
    squares = (among**2).sum(axis=1)
    distances, places = np.empty(len(points)), np.empty(len(points), np.intp)
    for begin in range(0, len(points), CHUNK):
        part = points[begin : begin + CHUNK]
        found = squares - 2 * part @ among.T  # less the squares of the points themselves
        nearest = found.argmin(axis=1)
        places[begin : begin + CHUNK] = nearest
        distances[begin : begin + CHUNK] = np.sqrt(((part - among[nearest]) ** 2).sum(axis=1))
    return distances, places


def share_of_copied_runs(stretches: Sequence[Floats], learned: Sequence[Floats]) -> float:
    """Return the share of runs of 8 steps that occur in learned series, to a millionth; values are about 0 to 1.

    Examples
    --------
    >>> learned = np.random.default_rng(0).normal(size=(30, 2))
    >>> share_of_copied_runs([learned[3:14]], [learned]), share_of_copied_runs([learned[::-1]], [learned])
    (1.0, 0.0)
    """
    known, runs = (np.concatenate([_to_keys(part) for part in parts]) for parts in (learned, stretches))
    return float(np.isin(runs, known).mean()) if len(runs) else np.nan


def _to_keys(values: Floats) -> NDArray[np.uint64]:
    """A number for each run of steps, the same for the same run: products with odd numbers, which wrap around."""
    if len(values) < RUN:
        return np.empty(0, np.uint64)
    odd = np.random.default_rng(0).integers(2**63, size=(RUN, values.shape[1]), dtype=np.uint64) * 2 + 1
    grains = np.round(values / GRAIN).astype(np.int64).astype(np.uint64)
    keys = np.zeros(len(values) - RUN + 1, np.uint64)
    for step in range(RUN):
        keys += (grains[step : step + len(keys)] * odd[step]).sum(axis=1, dtype=np.uint64)
    return keys
