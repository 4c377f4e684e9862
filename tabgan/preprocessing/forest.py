"""Boosted trees as plain arrays, which a model file can hold."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

DEPTH = 6  # of a tree
AT_ONCE = 8192  # rows, a multiple of 64: what some trees make of them stays in the processor's cache
SIDE_BY_SIDE = 8  # trees
FEW_SPLITS = 32  # at once, for the same reason


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
        columns, total = np.ascontiguousarray(X.T), np.full(len(X), self.baseline)
        at_once = min(AT_ONCE, -(-len(X) // 64) * 64)
        scratch = _Scratch(len(self._splits.features), at_once // 64)
        for start in range(0, len(X) if len(self.leaves) else 0, AT_ONCE):
            here = slice(start, start + at_once)
            holds = self._splits.hold(columns[:, here], scratch)
            for first in range(0, len(self.leaves), SIDE_BY_SIDE):
                few = slice(first, first + SIDE_BY_SIDE)
                reached = _find_leaves(holds, [level[:, few] for level in self._levels], scratch)
                for leaves, found in zip(self.leaves[few], reached, strict=True):
                    total[here] += leaves.take(found[: len(total[here])], mode="clip")
        return total

    @cached_property
    def _distinct(self) -> tuple[_Splits, list[NDArray[np.intp]]]:
        pairs = np.stack([self.features.ravel().astype(np.float64), self.thresholds.ravel()], axis=1)
        distinct, inverse = np.unique(pairs, axis=0, return_inverse=True)
        of_node = inverse.reshape(self.features.shape)
        levels = [of_node[:, 2**level - 1 + _in_turns(level)].T.astype(np.intp) for level in range(DEPTH)]
        return _Splits(distinct[:, 0].astype(np.intp), distinct[:, 1]), levels

    @property
    def _splits(self) -> _Splits:
        return self._distinct[0]

    @property
    def _levels(self) -> list[NDArray[np.intp]]:
        """By level which of the splits each of its nodes has, of shape (2**level, n_trees)."""
        return self._distinct[1]

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class _Scratch:
    """Memory that is used again and again, which is faster than new memory."""

    def __init__(self, n_splits: int, words: int) -> None:
        self.holds = np.empty((n_splits, words), np.uint64)
        self.reached = np.empty((2**DEPTH, SIDE_BY_SIDE, words), np.uint64)
        self.split = np.empty((2 ** (DEPTH - 1), SIDE_BY_SIDE, words), np.uint64)
        self.above = np.empty((DEPTH, SIDE_BY_SIDE, words), np.uint64)


class _Splits(NamedTuple):
    """The distinct splits of a forest, by feature."""

    features: NDArray[np.intp]
    thresholds: NDArray[np.float64]

    def hold(self, columns: NDArray[Any], scratch: _Scratch) -> NDArray[np.uint64]:
        """Return for which rows each feature is above the threshold, a bit for each: (n_splits, n_words)."""
        holds = scratch.holds.view(np.uint8)
        ends = np.searchsorted(self.features, np.arange(len(columns) + 1))
        n_bytes = -(-columns.shape[1] // 8)
        for column, begin, end in zip(columns, ends, ends[1:], strict=False):
            for first in range(begin, end, FEW_SPLITS):
                few = slice(first, min(first + FEW_SPLITS, end))
                above = column > self.thresholds[few, None]
                holds[few, :n_bytes] = np.packbits(above, axis=1, bitorder="little")
        return scratch.holds


def _in_turns(level: int) -> NDArray[np.intp]:
    """Return the nodes of a level in the order in which `_find_leaves` comes by them: left ones first, then the rest.

    Examples
    --------
    >>> _in_turns(2)
    array([0, 2, 1, 3])
    """
    order: NDArray[np.intp] = np.zeros(1, np.intp)
    for _ in range(level):
        order = np.concatenate([2 * order, 2 * order + 1])
    return order


def _find_leaves(holds: NDArray[np.uint64], levels: list[NDArray[np.intp]], scratch: _Scratch) -> NDArray[np.intp]:
    """Return the leaf that each row reaches in each of some trees, of shape (n_trees, 64 * n_words).

    Where rows stand is a set of bits for each node, which a split parts in two; the places of leaves are put together
    from the bits of whether rows went above the threshold.
    """
    n_trees = levels[0].shape[1]
    reached, split, above = (of[:, :n_trees] for of in (scratch.reached, scratch.split, scratch.above))
    reached[0] = ~np.uint64(0)
    for level, nodes in enumerate(levels):
        n = 2**level
        here, beyond = reached[:n], reached[n : 2 * n]
        split[:n] = holds[nodes]
        np.bitwise_and(here, split[:n], out=beyond)
        here ^= beyond
        np.bitwise_or.reduce(beyond, axis=0, out=above[level])
    bits = np.unpackbits(np.ascontiguousarray(above).view(np.uint8), axis=-1, bitorder="little").view(np.uint64)
    places = bits[0]
    for more in bits[1:]:  # eight rows in a word: a bit that is 0 or 1 stays in its byte
        places <<= np.uint64(1)
        places |= more
    return places.view(np.uint8).astype(np.intp)


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
