"""Uncorrelated numbers of variance 1, and normal ones by their ranks; both with a way back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]

MOST_KNOTS = 2001  # of a marginal's polyline


class Whiten(NamedTuple):
    """Principal components of variance 1; those without variance are left out, so linear rules between columns stay."""

    mean: Floats
    into: Floats  # (n_columns, n_components)
    back: Floats  # (n_components, n_columns)

    @classmethod
    def learn(cls, rows: Floats, least: float) -> Whiten:
        """Take those components of rows, (n_samples, n_columns), whose variance is over `least` of the largest."""
        mean = rows.mean(0)
        value, vector = np.linalg.eigh(np.atleast_2d(np.cov(rows - mean, rowvar=False)))
        value, vector = value[::-1], vector[:, ::-1]
        kept = value > max(least * value[0], 1e-300)
        vector = vector[:, kept] * np.where(vector[:, kept].sum(0) < 0, -1.0, 1.0)  # whatever sign LAPACK chose
        size = np.sqrt(value[kept])
        return cls(mean, np.ascontiguousarray(vector / size), np.ascontiguousarray((vector * size).T))

    def first(self, n: int) -> Whiten:
        """Return the first n components alone."""
        return Whiten(self.mean, np.ascontiguousarray(self.into[:, :n]), self.back[:n])

    def forward(self, rows: Floats) -> Floats:
        """Return the components, of shape (n_samples, n_components)."""
        return (rows - self.mean) @ self.into

    def backward(self, components: Floats) -> Floats:
        """Return the rows that have these components."""
        return components @ self.back + self.mean

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays."""
        return self._asdict()


class NormalScores(NamedTuple):
    """Columns as the normal numbers of equal rank, by polylines through at most 2,001 quantiles each."""

    values: Floats  # (n_columns, n_knots), each increasing
    scores: Floats  # (n_knots,)

    @classmethod
    def learn(cls, rows: Floats) -> NormalScores:
        """Learn the quantiles of rows, of shape (n_samples, n_columns)."""
        count = min(len(rows), MOST_KNOTS)
        share = (np.arange(count) + 0.5) / count
        if count == len(rows):
            return cls(np.sort(rows, axis=0).T.copy(), ndtri(share))
        ends = np.r_[0.5 / len(rows), share[1:-1], 1 - 0.5 / len(rows)]  # the outermost values have to come back
        return cls(np.quantile(rows, ends, axis=0, method="hazen").T.copy(), ndtri(ends))

    def forward(self, rows: Floats) -> Floats:
        """Return the scores, of the shape of the rows."""
        return np.stack([np.interp(x, v, self.scores) for x, v in zip(rows.T, self.values, strict=True)], 1)

    def backward(self, scores: Floats) -> Floats:
        """Return the values that have these scores."""
        return np.stack([np.interp(x, self.scores, v) for x, v in zip(scores.T, self.values, strict=True)], 1)

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays."""
        return self._asdict()
