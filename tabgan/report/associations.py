"""How strongly each two columns go together, whatever they hold, as one matrix to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabgan.evaluation.correlations import pearson, ranks
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
    values[:, ~labels] = ranks(rows[:, ~labels])
    found = pearson(values)
    for i, j in np.argwhere(np.triu(labels | labels[:, None])):
        both = ~np.isnan(values[:, i]) & ~np.isnan(values[:, j])
        first, second = values[both][:, [i, j] if labels[j] else [j, i]].T
        measure = _contingency if labels[i] and labels[j] else _explain
        found[i, j] = found[j, i] = measure(first, second) if both.any() else np.nan
    return found


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
