"""Correlations of channels, at once and by lag."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tabgan.evaluation.series.pictured.sides import Sides, Stretches, find_worst
from tabgan.schema.column import Floats

MOST_SHIFT = 24


class Maps(NamedTuple):
    """Correlations: of shape (n_channels, n_channels) at once, and (n_pairs, n_lags) by lag.

    At a lag above 0, the second channel of a pair is that many steps later than the first.
    """

    names: tuple[str, ...]
    real: Floats
    synthetic: Floats
    pairs: tuple[tuple[str, str], ...]
    lags: Floats
    real_by_lag: Floats
    synthetic_by_lag: Floats


def find_correlations(sides: Sides, changes: bool = False, most_channels: int = 16, most_pairs: int = 8) -> Maps | None:
    """Return those of values, or of changes from step to step, that differ most; None for a single channel."""
    if len(sides.names) < 2:
        return None
    real, own = (
        [np.diff(s, axis=0) if changes else s for s in sides.stretches[who]] for who in ("reference", "synthetic")
    )
    reach = min(MOST_SHIFT, *(max(map(len, stretches)) // 2 for stretches in (real, own)))
    lags = np.arange(-reach, reach + 1)
    a, b = (correlate(stretches, lags) for stretches in (real, own))  # (n_lags, n_channels, n_channels)
    apart = np.nan_to_num(np.abs(a - b))
    chosen = np.sort(find_worst(apart[reach].max(axis=0), most_channels))
    pairs = list(combinations(range(len(sides.names)), 2))
    worst = [pairs[place] for place in find_worst([apart[:, i, j].max() for i, j in pairs], most_pairs)]
    at_once = np.ix_(chosen, chosen)
    return Maps(
        tuple(sides.names[i] for i in chosen),
        a[reach][at_once],
        b[reach][at_once],
        tuple((sides.names[i], sides.names[j]) for i, j in worst),
        lags.astype(float),
        *(np.array([of[:, i, j] for i, j in worst]) for of in (a, b)),
    )


def correlate(stretches: Stretches, lags: NDArray[np.intp]) -> Floats:
    """Return correlations of shape (n_lags, n_channels, n_channels): [l, i, j] of i with j, which is l steps later.

    Of all stretches together, one of which must be longer than that; NaN where a channel is constant.
    """
    together = np.concatenate(stretches)
    mean, scale = together.mean(axis=0), together.std(axis=0)
    centred = [(stretch - mean) / np.where(scale > 0, scale, np.nan) for stretch in stretches]
    found = []
    for lag in lags.tolist():
        pairs = [_shift(values, lag) for values in centred]
        products = [first.T @ second for first, second in pairs]
        found.append(np.sum(products, axis=0) / sum(len(first) for first, _ in pairs))
    return np.clip(np.array(found), -1, 1)


def _shift(values: Floats, lag: int) -> tuple[Floats, Floats]:
    """Steps, and those that many later."""
    if lag < 0:
        return values[-lag:], values[: max(len(values) + lag, 0)]
    return values[: max(len(values) - lag, 0)], values[lag:]
