"""How strongly each two columns go together, whatever they hold, as one matrix to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from tabgan.evaluation.features import Feature


def associate(rows: np.ndarray, features: Sequence[Feature]) -> np.ndarray:
    """Return the association of each pair of columns.

    Spearman's rank correlation of two columns of numbers, in [-1, 1]; the correlation ratio eta of ranks and labels,
    and Cramér's V of two columns of labels, in [0, 1].

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        Numbers, NaN for gaps, and codes of levels. Pairs with a gap do not count.
    features : sequence of Feature
        The columns.

    Returns
    -------
    ndarray of shape (n_columns, n_columns)
        NaN where a column is constant.

    Examples
    --------
    >>> rows = np.array([[1.0, 9.0, 0], [2.0, 4.0, 1], [3.0, 1.0, 1]])
    >>> associate(rows, [Feature("a"), Feature("b"), Feature("c", ("x", "y"))]).round(2)
    array([[ 1.  , -1.  ,  0.87],
           [-1.  ,  1.  ,  0.87],
           [ 0.87,  0.87,  1.  ]])
    """
    labels = np.array([feature.levels is not None for feature in features])
    values = np.where(labels, rows, np.nan)
    values[:, ~labels] = rankdata(rows[:, ~labels], axis=0, nan_policy="omit")
    found = np.full((len(features), len(features)), np.nan)
    measures = {(False, False): _correlate, (False, True): _explain, (True, True): _contingency}
    for i, j in zip(*np.triu_indices(len(features)), strict=True):
        first, second = (i, j) if labels[i] <= labels[j] else (j, i)
        both = ~np.isnan(values[:, first]) & ~np.isnan(values[:, second])
        measure = measures[bool(labels[first]), bool(labels[second])]
        found[i, j] = found[j, i] = measure(values[both, first], values[both, second]) if both.any() else np.nan
    return found


def _correlate(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt(np.dot(a, a) * np.dot(b, b))
    return float(np.dot(a, b) / size) if size > 0 else np.nan


def _explain(ranks: np.ndarray, codes: np.ndarray) -> float:
    """The correlation ratio: the root of the share of the ranks' variance that lies between levels."""
    ranks = ranks - ranks.mean()
    total = np.dot(ranks, ranks)
    counts = np.bincount(codes.astype(int))
    sums = np.bincount(codes.astype(int), ranks)[counts > 0]
    return float(np.sqrt(min(np.sum(sums**2 / counts[counts > 0]) / total, 1.0))) if total > 0 else np.nan


def _contingency(a: np.ndarray, b: np.ndarray) -> float:
    """Cramér's V."""
    (levels_a, a), (levels_b, b) = (np.unique(codes, return_inverse=True) for codes in (a, b))
    shape = len(levels_a), len(levels_b)
    if min(shape) < 2:
        return np.nan
    counts = np.bincount(a * shape[1] + b, minlength=shape[0] * shape[1]).reshape(shape)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / len(a)
    return float(np.sqrt(np.sum((counts - expected) ** 2 / expected) / (len(a) * (min(shape) - 1))))
