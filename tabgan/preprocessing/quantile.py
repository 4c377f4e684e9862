"""Columns made normal by their ranks, so that heavy tails and repeated values become easy to learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri
from sklearn.base import OneToOneFeatureMixin

from tabgan.preprocessing.packing import Array
from tabgan.preprocessing.repeats import find_chance_ties
from tabgan.preprocessing.stages import Stage
from tabgan.preprocessing.ways_back import Curves, FromScores, to_curve
from tabgan.registry import register_own

MOST_KNOTS = 5000
MOST_IN_ALL, LEAST_KNOTS = 300_000, 250
LEAST_SINGLE = 3  # values, to say how far others are
BETWEEN = 1e-9  # share of what is drawn between a repeated value far from all others and the nearest of these
CHUNK = 65_536  # rows of a column that are looked up at once


class QuantileNormal(OneToOneFeatureMixin, Stage):
    """Map each column to a standard normal by its ranks, and back; NaN stays NaN.

    A value that stands once among N, or more often by the chance of rounding (`find_chance_ties`), is mapped to the
    middle of its step of the cumulative distribution, ``(rank - 1/2) / N``; another that repeats is spread uniformly
    over its whole step, so that what the networks see is continuous. Backwards, such a value is returned for the whole
    of its step, and between the others the distribution is interpolated, but not to a repeated value that is farther
    away than the single ones are from each other. ``transform`` followed by ``inverse_transform`` gives the training
    values back.

    Parameters
    ----------
    random_state : int or sequence of int, default 0
        Seed of the spreading; every call of `transform` starts from it.
    tails : {"observed", "extrapolate"}, default "observed"
        What stands beyond the outermost values on the way back: nothing, or exponential tails. Their scale is the mean
        excess of the outermost 5% of the values, and they begin where a value stands once.

    Attributes
    ----------
    steps_ : list of ndarray of shape (3, n_knots)
        For each column its values in order and where the step of each begins and ends, in [0, 1]. At most 5,000 are
        kept, or as many fewer as make 300,000 in all columns: those that repeat and hold the most rows, and of the
        others an even choice. Of 1,000 columns of 5,000 rows 300 are, 0.3% of the rows apart: half of what chance
        moves a share by.

    Notes
    -----
    The scores are those of Hazen; compare ``sklearn.preprocessing.QuantileTransformer``, which maps a repeated value to
    a single point.
    """

    name = "quantile"
    learned = ("steps_", "n_samples_")

    def __init__(self, random_state: Any = 0, tails: str = "observed") -> None:
        self.random_state = random_state
        self.tails = tails

    def fit(self, X: Any, y: Any = None) -> QuantileNormal:
        """Learn the steps of the columns of `X`, of shape (n_samples, n_columns); NaN has no rank."""
        X = self._read(X, reset=True)
        self.n_samples_ = len(X)
        most = min(max(MOST_IN_ALL // X.shape[1], LEAST_KNOTS), MOST_KNOTS)
        self.steps_ = [_steps(column[~np.isnan(column)], most) for column in X.T]
        return self

    def transform(self, X: Any) -> Array:
        """Return the normal scores of `X`, of shape (n_samples, n_columns)."""
        X = self._read(X)
        rng = np.random.default_rng(self.random_state)
        U, edge = np.empty(X.shape), 0.5 / self.n_samples_
        for made, x, steps in zip(U.T, X.T, self.steps_, strict=True):
            for begin in range(0, len(x), CHUNK):
                some = x[begin : begin + CHUNK]
                shares = _rise(some, steps, rng.random(len(some)))
                made[begin : begin + CHUNK] = ndtri(np.clip(shares, edge, 1 - edge))
        return U

    def inverse_transform(self, X: Any) -> Array:
        """Return the values whose normal scores are `X`: with observed tails, none outside those seen when fitted."""
        return FromScores(self.steps_, self.tails).inverse_transform(self._read(X))

    def describe_inverse(self) -> Curves:
        return FromScores(self.steps_, self.tails).describe_inverse()


def _steps(column: Array, most: int) -> Array:
    """Values in order, and where each one's step of the cumulative distribution begins and ends."""
    values, counts = np.unique(column, return_counts=True)
    high = np.cumsum(counts) / len(column)
    low = high - counts / len(column)
    alone = (counts == 1) | find_chance_ties(values, counts)
    low[alone] = high[alone] = (low + high)[alone] / 2
    single = np.flatnonzero(alone)
    if len(single) >= LEAST_SINGLE:  # a repeated value far from all these, such as 9999-12-31, has nothing between
        first, last = single[[0, -1]]
        half = values / 2  # as differences of the largest doubles overflow
        span = half[last] - half[first]
        if last + 1 < len(values) and half[last + 1] - half[last] > span:
            low[last + 1] = min(low[last + 1], high[last] + BETWEEN)
        if first and half[first] - half[first - 1] > span:
            high[first - 1] = max(high[first - 1], low[first] - BETWEEN)
    if len(values) > most:
        heavy = np.argsort(-counts, kind="stable")[: most // 2]
        heavy = heavy[~alone[heavy]]
        even = np.linspace(0, len(values) - 1, most - len(heavy)).astype(int)
        kept = np.union1d(heavy, even)
        values, low, high = values[kept], low[kept], high[kept]
    return np.stack([values, low, high])


def _rise(x: Array, steps: Array, share: Array) -> Array:
    """The cumulative distribution at `x`; on a step, its begin plus `share` of its height."""
    values, low, high = steps
    at = np.minimum(np.searchsorted(values, x), len(values) - 1)
    on_step = values[at] == x
    return np.where(on_step, low[at] + share * (high - low)[at], np.interp(x, *to_curve(steps)))


register_own("stage", QuantileNormal)
