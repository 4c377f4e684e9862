"""A detector that chooses: which of some windows, or of some ways to go on, look most like what was learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from tabgan.preprocessing.forest import DEPTH, Forest
from tabgan.series.window_features import window_features

Floats = NDArray[np.float64]

TREES, RATE = 80, 0.1
GOES_ALL = 0.95  # quantile of the density ratio from which on a window is always let through
MOST_ODDS = 9.0  # natural logarithm


@dataclass
class Guide:
    """Trees that tell generated windows from real ones: how many times more frequent real ones like them are.

    Attributes
    ----------
    forest : Forest
    bound : float
        The logarithm of the odds from which on a window is always let through.
    auc : float
        How well the trees tell windows that they have not learned.
    """

    forest: Forest
    bound: float
    auc: float

    @classmethod
    def learn(cls, real: Floats, is_test: NDArray[np.bool_], made: Floats, seed: int) -> Guide:
        """Learn from equally many windows of shape (n, length, n_channels), but for those that are for the test.

        `is_test`, of shape (n,), is to be true for parts of the series, so that no window for the test shares a step
        with one that is learned.
        """
        n = len(real)
        X = window_features(np.concatenate([real, made[:n]]))
        is_real, is_test = np.repeat([True, False], n), np.tile(is_test, 2)
        model = HistGradientBoostingClassifier(
            max_iter=TREES, learning_rate=RATE, max_depth=DEPTH, early_stopping=False, random_state=seed
        )
        with threadpool_limits(1):
            model.fit(X[~is_test], is_real[~is_test])
        forest = Forest.of(model)
        odds = forest.sums(X[is_test]).clip(-MOST_ODDS, MOST_ODDS)
        auc = float(roc_auc_score(is_real[is_test], odds))
        return cls(forest, float(np.quantile(odds[~is_real[is_test]], GOES_ALL)), auc)

    def odds(self, windows: Floats) -> Floats:
        """Return the logarithms of how much more frequent windows are in reality, none above the bound."""
        return np.minimum(self.forest.sums(window_features(windows)).clip(-MOST_ODDS, MOST_ODDS), self.bound)

    def accept(self, windows: Floats, rng: np.random.Generator) -> NDArray[np.bool_]:
        """Return which windows are let through, so that what is left is as frequent as in reality."""
        return rng.random(len(windows)) < np.exp(self.odds(windows) - self.bound)

    def choose(self, windows: Floats, rng: np.random.Generator) -> NDArray[np.intp]:
        """Return which of the candidates of each series, of shape (m, n_candidates, length, n_channels), is taken."""
        m, n_candidates = windows.shape[:2]
        odds = self.odds(windows.reshape(m * n_candidates, *windows.shape[2:])).reshape(m, n_candidates)
        weight = np.exp(odds - odds.max(1, keepdims=True)).cumsum(1)
        return (weight < rng.random((m, 1)) * weight[:, -1:]).sum(1)

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values."""
        return {"forest": self.forest.get_state(), "bound": self.bound, "auc": self.auc}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Guide:
        """Make the guide that `get_state` described."""
        return cls(Forest(**state["forest"]), state["bound"], state["auc"])
