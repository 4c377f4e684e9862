"""Boosted trees as plain arrays, which a model file can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEPTH = 6  # of a tree


@dataclass
class Forest:
    """Trees of equal depth, side by side, whose leaves are added up to a baseline.

    Node i of a tree has the children 2i + 1, where the feature is at most the threshold, and 2i + 2.
    """

    features: NDArray[Any]  # of shape (n_trees, 2**DEPTH - 1), as thresholds
    thresholds: NDArray[Any]
    leaves: NDArray[Any]  # of shape (n_trees, 2**DEPTH)
    baseline: float

    @classmethod
    def of(cls, model: Any, output: int = 0) -> Forest:
        """Copy the trees of a fitted HistGradientBoosting model, none deeper than DEPTH, without categories.

        A model of more than two classes has trees for each, of which `output` chooses.
        """
        trees = [_complete(stage[output].nodes) for stage in model._predictors]
        features, thresholds, leaves = (np.stack(part) for part in zip(*trees, strict=True))
        return cls(features, thresholds, leaves, float(model._baseline_prediction.ravel()[output]))

    def __add__(self, other: Forest) -> Forest:
        features, thresholds, leaves = (
            np.concatenate([getattr(self, name), getattr(other, name)]) for name in ("features", "thresholds", "leaves")
        )
        return Forest(features, thresholds, leaves, self.baseline + other.baseline)

    def first(self, n_trees: int) -> Forest:
        """Return a forest of the first trees, with the same baseline."""
        return Forest(self.features[:n_trees], self.thresholds[:n_trees], self.leaves[:n_trees], self.baseline)

    @classmethod
    def empty(cls) -> Forest:
        """Return a forest without trees."""
        inner, leaves = 2**DEPTH - 1, 2**DEPTH
        return cls(np.zeros((0, inner), np.int16), np.zeros((0, inner)), np.zeros((0, leaves)), 0.0)

    def sums(self, X: NDArray[Any]) -> NDArray[Any]:
        """Return what trees add up to for rows `X`, of shape (n_samples, n_features).

        Of a regressor's trees that is its prediction, of a classifier's the log-odds of the second class, of one of
        several classes the score that is highest for the likeliest.
        """
        values = X.T.ravel()  # column by column, where that of a row begins at the feature times the rows
        total, rows = np.full(len(X), self.baseline), np.arange(len(X))
        starts = self.features.astype(np.intp) * len(X)
        for start, thresholds, leaves in zip(starts, self.thresholds, self.leaves, strict=True):
            node = np.zeros(len(X), dtype=np.intp)
            for _ in range(DEPTH):
                above = values.take(start.take(node) + rows) > thresholds.take(node)
                node += node + 1
                node += above
            total += leaves.take(node - len(thresholds))
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


def without_gaps(rows: NDArray[Any]) -> NDArray[Any]:
    """Return rows in which a missing value is a number of its own, below all others."""
    return np.where(np.isnan(rows), -1e30, rows)
