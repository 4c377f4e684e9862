"""Learners of a number or of classes from features that are standardised and have no gaps."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.svm import SVC, SVR

from tabgan.seeds import Use, numpy_rng

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Self

MOST_OF_PROCESS = 2000  # rows that a Gaussian process learns
SETTLED_ON = 200  # of these, its lengths


class GaussianProcess(RegressorMixin, BaseEstimator):
    """A Gaussian process with a length for each feature, settled on a few rows."""

    def __init__(self, random_state: int = 0) -> None:
        self.random_state = random_state

    def fit(self, X: NDArray[Any], y: NDArray[Any]) -> Self:
        """Learn numbers `y` from features of shape (n_samples, n_features)."""
        rows = numpy_rng(self.random_state, Use.PROCESS_ROWS).permutation(len(X))[:MOST_OF_PROCESS]
        few, lengths = rows[:SETTLED_ON], np.full(X.shape[1], 2.0)
        kernel = ConstantKernel(1.0) * Matern(lengths, (0.2, 50), nu=2.5) + WhiteKernel(0.1, (1e-3, 2))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound serves
            kernel = GaussianProcessRegressor(kernel).fit(X[few], y[few]).kernel_
        self.process_ = GaussianProcessRegressor(kernel, optimizer=None).fit(X[rows], y[rows])
        return self

    def predict(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """Return the mean of the process, shape (n_samples,)."""
        return np.asarray(self.process_.predict(X))


def number_learners() -> dict[str, Any]:
    """Return learners of a number, by name."""
    return {
        "boosting": HistGradientBoostingRegressor(early_stopping=False, random_state=0),
        "forest": RandomForestRegressor(60, random_state=0),
        "trees": ExtraTreesRegressor(100, random_state=0),
        "linear": RidgeCV(np.logspace(-3, 3, 13)),
        "svm": SVR(C=10),
        "mlp": MLPRegressor(hidden_layer_sizes=(32,), solver="lbfgs", max_iter=300, alpha=1e-2, random_state=0),
        "knn": KNeighborsRegressor(5),
        "process": GaussianProcess(),
    }


def class_learners(n_classes: int = 2) -> dict[str, Any]:
    """Return learners of classes, by name; all but "svm" say how likely each class is."""
    rounds: dict[str, Any] = dict(max_iter=100) if n_classes == 2 else dict(max_iter=40, learning_rate=0.2)
    return {
        "boosting": HistGradientBoostingClassifier(**rounds, early_stopping=False, random_state=0),
        "forest": RandomForestClassifier(60, random_state=0),
        "trees": ExtraTreesClassifier(100, random_state=0),
        "linear": LogisticRegression(max_iter=500),
        "svm": SVC(),
        "mlp": MLPClassifier(hidden_layer_sizes=(32,), solver="lbfgs", max_iter=150, alpha=1e-2, random_state=0),
        "knn": KNeighborsClassifier(5),
    }


LEARNERS = ("boosting", "forest", "linear", "svm", "knn", "mlp")
"""Those that a user may name, and that are tried beside a user's own."""
