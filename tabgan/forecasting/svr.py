"""Support vector regression as a rival: scikit-learn's, kept as the arrays that its forecast needs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVR

from tabgan.persistence import State

PENALTY = 10.0


class SupportVectors:
    """SVR with a radial basis function and C = 10 on all inputs, flattened: vectors (n_support, n_inputs), dual
    coefficients.
    """

    def __init__(
        self, vectors: NDArray[np.float64], weights: NDArray[np.float64], intercept: float, gamma: float
    ) -> None:
        self.vectors, self.weights, self.intercept, self.gamma = vectors, weights, intercept, gamma

    @classmethod
    def fit(cls, streams: Sequence[NDArray[np.float64]], target: NDArray[np.float64]) -> SupportVectors:
        """Learn from streams of shape (m, window, width) and targets of shape (m,)."""
        X = _flatten(streams)
        gamma = 1 / (X.shape[1] * X.var())  # scikit-learn's gamma="scale", kept as a number
        svr = SVR(C=PENALTY, gamma=gamma).fit(X, target)
        return cls(svr.support_vectors_, svr.dual_coef_[0], float(svr.intercept_[0]), float(gamma))

    def predict(self, streams: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the forecasts of shape (m,): sum over the support vectors of weight times kernel, plus intercept."""
        return rbf_kernel(_flatten(streams), self.vectors, self.gamma) @ self.weights + self.intercept

    def get_state(self) -> State:
        """Return all that was learned as a dict of arrays and JSON values."""
        return {"vectors": self.vectors, "weights": self.weights, "intercept": self.intercept, "gamma": self.gamma}

    @classmethod
    def from_state(cls, state: State) -> SupportVectors:
        """Make the regression that `get_state` described."""
        return cls(state["vectors"], state["weights"], state["intercept"], state["gamma"])


def _flatten(streams: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([stream.reshape(len(stream), -1) for stream in streams], axis=1)
