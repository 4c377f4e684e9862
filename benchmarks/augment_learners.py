"""Six learners and their scores on rows that nobody has learned: a judge that owes nothing to the package."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import metrics
from sklearn.base import clone
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.svm import SVC, SVR
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import has_fit_parameter

LEARNERS = ("boosting", "forest", "linear", "svm", "mlp", "knn")
Scores = dict[str, float]


def make_learners(n_classes: int) -> dict[str, Any]:
    """Return unfitted learners of classes, or of numbers (0)."""
    if not n_classes:
        return {
            "boosting": HistGradientBoostingRegressor(early_stopping=False, random_state=0),
            "forest": RandomForestRegressor(60, random_state=0),
            "linear": RidgeCV(np.logspace(-3, 3, 13)),
            "svm": SVR(C=10),
            "mlp": MLPRegressor(hidden_layer_sizes=(32,), solver="lbfgs", max_iter=300, alpha=1e-2, random_state=0),
            "knn": KNeighborsRegressor(5),
        }
    rounds: dict[str, Any] = {"max_iter": 100} if n_classes == 2 else {"max_iter": 40, "learning_rate": 0.2}
    return {
        "boosting": HistGradientBoostingClassifier(**rounds, early_stopping=False, random_state=0),
        "forest": RandomForestClassifier(60, random_state=0),
        "linear": LogisticRegression(max_iter=500),
        "svm": SVC(),
        "mlp": MLPClassifier(hidden_layer_sizes=(32,), solver="lbfgs", max_iter=150, alpha=1e-2, random_state=0),
        "knn": KNeighborsClassifier(5),
    }


def weighs(learner: Any) -> bool:
    return has_fit_parameter(learner, "sample_weight")


def learn(learner: Any, X: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> Any:
    """Return a fitted clone."""
    more = {} if weights is None or (weights == 1).all() else {"sample_weight": weights}
    return clone(learner).fit(X, y, **more)


def learn_balanced(learner: Any, X: np.ndarray, y: np.ndarray) -> Any:
    """Return a fitted clone to which each class weighs the same."""
    return learn(learner, X, y, compute_sample_weight("balanced", y))


def score_model(model: Any, X: np.ndarray, y: np.ndarray, n_classes: int) -> Scores:
    """Return R2, or balanced accuracy, AUC (the mean over classes, each against all others) and log loss."""
    if not n_classes:
        return {"R2": float(metrics.r2_score(y, model.predict(X)))}
    if hasattr(model, "predict_proba"):
        return score_chances(chances_of(model, X, n_classes), y)
    scores = model.decision_function(X)
    scores = scores if scores.ndim > 1 else np.column_stack([-scores, scores])
    every = np.full((len(X), n_classes), scores.min() - 1)
    every[:, model.classes_] = scores
    return {"bacc": float(metrics.balanced_accuracy_score(y, model.predict(X))), "AUC": mean_auc(every, y)}


def chances_of(model: Any, X: np.ndarray, n_classes: int) -> np.ndarray:
    chances = np.zeros((len(X), n_classes))
    chances[:, model.classes_] = model.predict_proba(X)
    return chances


def score_chances(chances: np.ndarray, y: np.ndarray) -> Scores:
    clipped = np.clip(chances, 1e-6, 1)
    return {
        "bacc": float(metrics.balanced_accuracy_score(y, chances.argmax(axis=1))),
        "AUC": mean_auc(chances, y),
        "log loss": float(-np.log((clipped / clipped.sum(axis=1, keepdims=True))[np.arange(len(y)), y]).mean()),
    }


def mean_auc(scores: np.ndarray, y: np.ndarray) -> float:
    codes = [1] if scores.shape[1] == 2 else np.unique(y)
    return float(np.mean([metrics.roc_auc_score(y == code, scores[:, code]) for code in codes]))


def move_threshold(chances: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return chances as they would be were the classes of `y` equally frequent."""
    counts = np.bincount(y, minlength=chances.shape[1])
    weighed = np.divide(chances, counts, out=np.zeros_like(chances), where=counts > 0)
    return weighed / weighed.sum(axis=1, keepdims=True)
