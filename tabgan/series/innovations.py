"""What the past does not say of the next step, by a ridge regression: uncorrelated normal numbers, and back."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.series.whiten import NormalScores, Whiten

Floats = NDArray[np.float64]

RIDGE = 1e-4
SPREAD_RIDGE = 1e-2
SPREAD_REACH = (0.005, 0.995)  # quantiles in which a spread is kept
SWEEPS = 3
LEAST_OPEN = 1e-9  # of a variance, that no other channels say
LEAST_SEEN = 50  # moves of a channel, to fill in those that were not seen


class Innovations:
    """Changes less their regression, over their spread, whitened across channels and brought to normal scores."""

    def learn(
        self, X: Floats, change: Floats, moves: NDArray[np.bool_], with_spread: bool, rng: np.random.Generator
    ) -> Floats:
        """Learn from regressors (n, n_regressors) and changes (n, n_channels); return the scores of all, (n, n_scores).

        Only `moves`, a mask of the shape of the changes, have an innovation that was seen; others are filled in from
        those of the other channels.
        """
        self.coefficients = np.stack([solve(X[m], change[m, j], RIDGE) for j, m in enumerate(moves.T)], 1)
        rest = change - X @ self.coefficients
        self.spreads = np.zeros_like(self.coefficients)
        if with_spread:
            for j in np.flatnonzero(moves.any(0)):
                m = moves[:, j]
                size = np.abs(rest[m, j])
                self.spreads[:, j] = solve(X[m], np.log(size + 0.1 * np.median(size) + 1e-9), SPREAD_RIDGE)
        self.span = np.quantile(X @ self.spreads, SPREAD_REACH, axis=0)
        rest = fill(rest / self.spread(X), moves, rng)
        self.white = Whiten.learn(rest, 1e-10)
        white = self.white.forward(rest)
        self.margins = NormalScores.learn(white)
        return self.margins.forward(white)

    @property
    def n_scores(self) -> int:
        return len(self.margins.values)

    def spread(self, X: Floats) -> Floats:
        """Return by how much innovations are to be multiplied."""
        return np.exp(np.clip(X @ self.spreads, *self.span))

    @cached_property
    def factor(self) -> Floats:
        """The Cholesky factor of the innovations' covariance, of shape (n_channels, n_channels)."""
        covariance = self.white.back.T @ self.white.back
        open_ended = covariance + LEAST_OPEN * np.diag(np.diag(covariance)) + 1e-300
        return np.asarray(np.linalg.cholesky(open_ended), np.float64)

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays."""
        arrays = {name: getattr(self, name) for name in ("coefficients", "spreads", "span")}
        return {**arrays, "white": self.white.get_state(), "margins": self.margins.get_state()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Innovations:
        """Make the innovations that `get_state` described."""
        made = cls()
        made.__dict__.update({name: state[name] for name in ("coefficients", "spreads", "span")})
        made.white, made.margins = Whiten(**state["white"]), NormalScores(**state["margins"])
        return made


def solve(X: Floats, Y: Floats, ridge: float) -> Floats:
    """Return ridge regression's coefficients, the last column of `X` being constant; more ridge where rows are few."""
    n, width = X.shape
    if not n:
        return np.zeros((width, *Y.shape[1:]))
    ridge = ridge * n * max(1.0, 10 * width / n) ** 2
    penalty = ridge * np.diag(np.r_[np.ones(width - 1), 1e-9])
    return np.asarray(np.linalg.solve(X.T @ X + penalty, X.T @ Y), np.float64)


def fill(rest: Floats, seen: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Return innovations with those not seen in turn from the other channels', with residuals drawn from the seen."""
    rest = np.array(rest)
    for j, m in enumerate(seen.T):
        rest[~m, j] = rng.choice(rest[m, j], (~m).sum()) if m.any() else rng.normal(size=len(rest))
    for _ in range(SWEEPS):
        for j, m in enumerate(seen.T):
            if m.all() or m.sum() < LEAST_SEEN or rest.shape[1] == 1:
                continue
            X = np.c_[np.delete(rest, j, 1), np.ones(len(rest))]
            b = np.linalg.solve(X[m].T @ X[m] + 1e-2 * m.sum() * np.diag(X.var(0) + 1e-12), X[m].T @ rest[m, j])
            rest[~m, j] = X[~m] @ b + rng.choice(rest[m, j] - X[m] @ b, (~m).sum())
    return rest
