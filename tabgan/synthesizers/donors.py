"""Gaps of rows, filled with values of generated rows that are like them in what is known.

Generated rows are the donors of a hot deck. For each pattern of gaps the columns to fill are predicted, by a linear
regression on the normal scores of the known ones that all donors give, for rows and donors alike: predictive mean
matching (Little 1988, J. Bus. Econ. Stat. 6, 287), with as many donors as one likes. Of those that come closest, in
predictions and in known values, one is drawn, and gives all that the row lacks, so that what is filled in belongs
together.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tabgan.preprocessing.completion import complete

if TYPE_CHECKING:
    from tabgan.preprocessing.constraints import Constraints
    from tabgan.schema import Column, Schema

DONORS_NEAR = 10  # of which one is drawn for each row
MOST_LEVELS = 30  # of a column, the most frequent ones, that are told apart
RIDGE = 0.01
KNOWN_WEIGHT = 1.0  # of the mean square of differences in known columns, beside those in predictions
LEAST_SPREAD = 0.05  # of what predictions leave, of a column's own
MOST_CELLS = 1 << 23  # of distances at once
_GRID = np.linspace(0.001, 0.999, 999)
_NORMAL = np.array([NormalDist().inv_cdf(float(p)) for p in _GRID])

Floats = NDArray[np.float64]


class _Scores:
    """Features of one column with a spread of about 1: normal scores of numbers, levels one-hot; 0 for a gap."""

    def __init__(self, values: Floats, column: Column) -> None:
        seen, counts = np.unique(values[~np.isnan(values)], return_counts=True)
        if column.levels:
            self.values = seen[np.argsort(-counts, kind="stable")[:MOST_LEVELS]]
            shares = np.sort(counts)[::-1][:MOST_LEVELS] / max(counts.sum(), 1)
            self.mean, self.scale = shares, max(np.sqrt((shares * (1 - shares)).sum()), 1e-9)
        else:
            self.values, self.mean = seen, None
            self.normal = np.interp((np.cumsum(counts) - counts / 2) / max(counts.sum(), 1), _GRID, _NORMAL)

    def __call__(self, values: Floats) -> Floats:
        """Return features of shape (n_rows, n_features)."""
        if self.mean is not None:
            made = ((values[:, None] == self.values) - self.mean) / self.scale
        else:
            made = np.interp(values, self.values, self.normal)[:, None] if len(self.values) else values[:, None] * 0
        made[np.isnan(values)] = 0.0
        return made


class Donors:
    """Generated rows, of shape (n_donors, n_columns) and as they come back, that give others what these lack."""

    def __init__(self, rows: Floats, schema: Schema, constraints: Constraints) -> None:
        self.rows, self.constraints = rows, constraints
        self.scores = [_Scores(rows[:, i], column) for i, column in enumerate(schema)]
        parts = [scores(rows[:, i]) for i, scores in enumerate(self.scores)]
        self.owner = np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])
        self.features = np.concatenate(parts, axis=1)
        there = (~np.isnan(rows)).astype(float)
        together = (there.T @ there)[np.ix_(self.owner, self.owner)]
        self.covariance = self.features.T @ self.features / np.maximum(together, 1)

    def fill(self, rows: Floats, n: int, rng: np.random.Generator) -> Iterator[Floats]:
        """Yield the rows `n` times with their gaps filled, each time by other donors."""
        gaps = np.isnan(rows)
        chosen = np.zeros((len(rows), n), int)
        patterns, members = np.unique(gaps, axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns):
            own = np.flatnonzero(members.ravel() == number)
            if pattern.any():
                chosen[own] = self._choose(rows[own], pattern, n, rng)
        for i in range(n):
            donors = self.rows[chosen[:, i]]
            filled = np.where(gaps, donors, rows)
            yield complete(filled, donors, gaps, self.constraints) if self.constraints else filled

    def _choose(self, rows: Floats, pattern: NDArray[np.bool_], n: int, rng: np.random.Generator) -> NDArray[np.intp]:
        """Return which donors fill rows with one pattern of gaps, of shape (n_rows, n)."""
        able = np.flatnonzero(~np.isnan(self.rows[:, pattern]).any(axis=1))
        if pattern.all() or not len(able):
            return (
                rng.integers(len(self.rows), size=(len(rows), n)) if not len(able) else rng.choice(able, (len(rows), n))
            )
        features = np.concatenate([scores(rows[:, i]) for i, scores in enumerate(self.scores)], axis=1)
        matching = self._matching(pattern)
        theirs, ours = self.features[able] @ matching, features @ matching
        near = min(DONORS_NEAR, len(able))
        found = np.empty((len(rows), n), int)
        step = max(1, MOST_CELLS // len(able))
        for start in range(0, len(rows), step):
            part = slice(start, start + step)
            far = (ours[part] ** 2).sum(1)[:, None] + (theirs**2).sum(1) - 2 * ours[part] @ theirs.T
            far += rng.random(far.shape, np.float32) * 1e-3  # so that equal ones take turns
            places = np.argpartition(far, near - 1, axis=1)[:, :near]
            found[part] = self._draw(rows[part], pattern, able[places], n, rng)
        return found

    def _matching(self, pattern: NDArray[np.bool_]) -> Floats:
        """Return what features are multiplied by, so that rows that match are close."""
        lacks = pattern[self.owner]
        known, asked = np.flatnonzero(~lacks), np.flatnonzero(lacks)
        within = self.covariance[np.ix_(known, known)]
        across = self.covariance[np.ix_(known, asked)]
        values, vectors = np.linalg.eigh(within + RIDGE * np.eye(len(known)))
        slopes = vectors @ ((vectors.T @ across) / np.maximum(values, RIDGE)[:, None])
        own = np.diag(self.covariance)[asked]
        left = np.sqrt(np.maximum(own - (slopes * across).sum(axis=0), LEAST_SPREAD**2 * own) + 1e-12)
        share = np.sqrt(np.bincount(self.owner, minlength=len(pattern))[self.owner[asked]])
        matching = np.zeros((len(self.owner), len(asked) + len(known)))
        matching[known, : len(asked)] = slopes / (left * share)
        matching[known, len(asked) + np.arange(len(known))] = np.sqrt(KNOWN_WEIGHT / (~pattern).sum())
        return matching

    def _draw(
        self, rows: Floats, pattern: NDArray[np.bool_], near: NDArray[np.intp], n: int, rng: np.random.Generator
    ) -> NDArray[np.intp]:
        """Return one of the nearest donors of each row, n times: of those with which it keeps the constraints."""
        chances = rng.random((n, *near.shape))
        if self.constraints:
            filled = np.where(pattern, self.rows[near], rows[:, None, :])
            kept = self.constraints.holds(filled.reshape(-1, rows.shape[1])).reshape(near.shape)
            chances += ~kept
        return np.take_along_axis(near, chances.argmin(axis=2).T, axis=1)
