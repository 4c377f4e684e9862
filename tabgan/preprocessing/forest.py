"""Boosted trees as plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

DEPTH = 6


class Forest:
    """Trees of equal depth, side by side, whose leaves are added up.

    Node i of a tree has the children 2i + 1, where the feature is at most the threshold, and 2i + 2.

    Attributes
    ----------
    features, thresholds : ndarray of shape (n_trees, 2**DEPTH - 1)
    leaves : ndarray of shape (n_trees, 2**DEPTH)
    baseline : float
        What the leaves are added to.
    """

    def __init__(
        self,
        features: NDArray[Any],
        thresholds: NDArray[Any],
        leaves: NDArray[Any],
        baseline: float,
    ) -> None:
        self.features, self.thresholds, self.leaves, self.baseline = features, thresholds, leaves, baseline

    @classmethod
    def of(cls, model: HistGradientBoostingClassifier) -> Forest:
        """Copy the trees of a fitted classifier of two classes, none deeper than DEPTH, without categories."""
        nodes = [stage[0].nodes for stage in model._predictors]
        trees = [_complete(tree) for tree in nodes]
        features, thresholds, leaves = (np.stack(part) for part in zip(*trees, strict=True))
        return cls(features, thresholds, leaves, float(model._baseline_prediction.item()))

    def __add__(self, other: Forest) -> Forest:
        features, thresholds, leaves = (
            np.concatenate([getattr(self, name), getattr(other, name)]) for name in ("features", "thresholds", "leaves")
        )
        return Forest(features, thresholds, leaves, self.baseline + other.baseline)

    @classmethod
    def empty(cls) -> Forest:
        """Return a forest without trees."""
        inner, leaves = 2**DEPTH - 1, 2**DEPTH
        return cls(np.zeros((0, inner), np.int16), np.zeros((0, inner)), np.zeros((0, leaves)), 0.0)

    def score(self, X: NDArray[Any]) -> NDArray[Any]:
        """Return the sums of rows `X`, of shape (n_samples, n_features): log-odds of the second class."""
        columns = np.ascontiguousarray(X.T)
        total, rows = np.full(len(X), self.baseline), np.arange(len(X))
        for features, thresholds, leaves in zip(self.features, self.thresholds, self.leaves, strict=True):
            node = np.zeros(len(X), dtype=np.intp)
            for _ in range(DEPTH):
                node = 2 * node + 1 + (columns[features[node], rows] > thresholds[node])
            total += leaves[node - len(features)]
        return total

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values."""
        return dict(vars(self))


def _complete(nodes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return features, thresholds and leaves of a tree, its early leaves handed down to the last level."""
    features, thresholds = np.zeros(2**DEPTH - 1, np.int16), np.zeros(2**DEPTH - 1)
    place = np.zeros(1, dtype=np.intp)  # which node of the tree stands at each place of this level
    for level in range(DEPTH):
        here, node = slice(2**level - 1, 2 ** (level + 1) - 1), nodes[place]
        leaf = node["is_leaf"].astype(bool)
        features[here] = np.where(leaf, 0, node["feature_idx"])
        thresholds[here] = np.where(leaf, np.inf, node["num_threshold"])
        children = np.where(leaf, place, node["left"]), np.where(leaf, place, node["right"])
        place = np.stack(children, axis=1).ravel().astype(np.intp)
    return features, thresholds, nodes[place]["value"].copy()
