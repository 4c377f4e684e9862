"""How columns go together, two by two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tabgan.evaluation.column_scores import overlap
from tabgan.evaluation.features import Feature
from tabgan.schema.column import Floats

BINS = 10
SMALLEST = 1e-10
"""Variances in a pair's common rows that are smaller, in those of the whole columns, are rounding."""


def pearson(rows: Floats) -> Floats:
    """Return Pearson's correlation of every two columns in the rows that have both, of shape (n_columns, n_columns).

    NaN where a column is constant in these rows, or they are fewer than two.

    Examples
    --------
    >>> pearson(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 0.0], [4.0, np.nan]])).round(2)
    array([[ 1. , -0.5],
           [-0.5,  1. ]])
    """
    gaps = np.isnan(rows)
    counts = np.maximum((~gaps).sum(axis=0), 1)
    centred = rows - rows[gaps.argmin(axis=0), np.arange(rows.shape[1])]  # of a constant column exact zeros are left
    centred[gaps] = 0
    centred -= centred.sum(axis=0) / counts
    centred[gaps] = 0
    scale = np.maximum(centred.max(axis=0), -centred.min(axis=0))
    centred /= np.where(scale > 0, scale, np.nan)  # first, so that no square overflows
    centred /= np.sqrt(np.einsum("ij,ij->j", centred, centred) / counts)
    if not gaps.any():
        return np.asarray(np.clip(centred.T @ centred / len(rows), -1, 1))
    present = (~gaps).astype(np.float64)
    common = np.maximum(present.T @ present, 1)
    means = centred.T @ present / common  # of column i where j is present
    variances = (centred**2).T @ present / common - means**2
    variances = np.where(variances > SMALLEST, variances, np.nan)
    covariances = centred.T @ centred / common - means * means.T
    return np.asarray(np.clip(covariances / np.sqrt(variances * variances.T), -1, 1))


def ranks(rows: Floats) -> Floats:
    """Return the mean rank of each value among those of its column, NaN for gaps: Pearson's of these are Spearman's.

    Examples
    --------
    >>> ranks(np.array([[5.0], [1.0], [5.0], [np.nan]])).T
    array([[2.5, 1. , 2.5, nan]])
    """
    found = np.full(rows.shape, np.nan)
    for column, place in zip(rows.T, found.T, strict=True):
        present = ~np.isnan(column)
        _, codes, counts = np.unique(column[present], return_inverse=True, return_counts=True)
        place[present] = (np.cumsum(counts) - (counts - 1) / 2)[codes]
    return found


def distance_correlation(rows: Floats) -> Floats:
    """Return the distance correlation (Székely, Rizzo and Bakirov 2007, definition 5) of every two columns, in [0, 1].

    It is zero only for independent columns, whatever the form of the dependence; NaN where a column is constant. Its
    square is Pearson's correlation of the columns' centred distance matrices. Takes memory for `n_samples` squared
    numbers per column.

    Examples
    --------
    >>> x = np.arange(-2.0, 3.0)
    >>> distance_correlation(np.column_stack([x, 2 * x, x**2])).round(2)
    array([[1.  , 1.  , 0.52],
           [1.  , 1.  , 0.52],
           [0.52, 0.52, 1.  ]])
    """
    matrices = np.column_stack([_centred_distances(column).ravel() for column in rows.T])
    return np.asarray(np.sqrt(np.maximum(pearson(matrices), 0)))


def _centred_distances(values: Floats) -> Floats:
    """Distances between values less the means of their row and column; NaN for gaps."""
    present = ~np.isnan(values)
    distances = np.abs(values[present, None] - values[None, present])
    means = distances.sum(axis=0) / max(len(distances), 1)
    centred = np.full((len(values), len(values)), np.nan)
    centred[np.ix_(present, present)] = distances - means - means[:, None] + means.sum() / max(len(means), 1)
    return centred


def similarities(
    features: Sequence[Feature],
    reference: Floats,
    rows: Floats,
    pairs: NDArray[np.intp],
    draws: Sequence[NDArray[np.intp] | slice] = (slice(None),),
) -> Floats:
    """Return 1 - total variation between the joint distributions of pairs of columns, in draws of places in the rows.

    Numbers are put in 10 bins of equal widths between the smallest and the largest of the reference, the outer ones
    without an end, as in SDMetrics' ContingencySimilarity. Rows with a gap in a number are left out of its pairs.
    Pairs are places of columns, of shape (n_pairs, 2); the result, of shape (n_draws, n_pairs), is 0 where no row has
    both values, and NaN where none of the reference has.

    Examples
    --------
    >>> features = [Feature("colour", ("blue", "red")), Feature("size", ("S", "L"))]
    >>> real, rows = np.array([[0.0, 0], [1, 1]]), np.array([[0.0, 0], [1, 0]])
    >>> similarities(features, real, rows, np.array([[0, 1]]))
    array([[0.5]])
    """
    codes = [_to_codes(features, reference, table) for table in (reference, rows)]
    whole = [np.arange(BINS + 1) < BINS if f.levels is None else np.full(len(f.levels), True) for f in features]
    found = np.empty((len(draws), len(pairs)))
    for pair, (i, j) in enumerate(pairs):
        known, own = (code[i] * len(whole[j]) + code[j] for code in codes)
        kept: NDArray[np.bool_] = np.outer(whole[i], whole[j]).ravel()
        if len(kept) > len(rows):  # of the million cells of two columns of 1,000 levels few occur: number these only
            taken = np.zeros(len(kept), dtype=bool)
            taken[known] = taken[own] = True
            numbers = np.cumsum(taken) - 1
            known, own, kept = numbers[known], numbers[own], kept[taken]
        cells = (known, *(own[places] for places in draws))
        real, *others = (np.bincount(drawn, minlength=len(kept))[kept] for drawn in cells)
        found[:, pair] = [overlap(real, counts) if real.any() else np.nan for counts in others]
    return found


def _to_codes(features: Sequence[Feature], reference: Floats, rows: Floats) -> NDArray[np.intp]:
    """Codes of shape (n_columns, n_samples): levels, or bins of numbers with an eleventh for gaps."""
    codes = np.empty(rows.shape[::-1], dtype=np.intp)
    for place, feature in enumerate(features):
        values = rows[:, place]
        if feature.levels is None:
            known = reference[:, place]
            edges = np.histogram_bin_edges(known[~np.isnan(known)], BINS)[1:-1]
            values = np.where(np.isnan(values), BINS, np.searchsorted(edges, values, "right"))
        codes[place] = values
    return codes


def associate(rows: Floats, features: Sequence[Feature]) -> Floats:
    """Return the association of each pair of columns, of shape (n_columns, n_columns).

    Spearman's rank correlation of two columns of numbers, in [-1, 1]; the correlation ratio eta of ranks and labels,
    and Cramér's V of two columns of labels, in [0, 1]. Pairs with a gap do not count; NaN where a column is constant.

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


def _explain(ranks: Floats, codes: Floats) -> float:
    """The correlation ratio: the root of the share of the ranks' variance that lies between levels."""
    ranks = ranks - ranks.mean()
    total = np.dot(ranks, ranks)
    counts = np.bincount(codes.astype(int))
    sums = np.bincount(codes.astype(int), ranks)[counts > 0]
    return float(np.sqrt(min(np.sum(sums**2 / counts[counts > 0]) / total, 1.0))) if total > 0 else np.nan


def _contingency(a: Floats, b: Floats) -> float:
    """Cramér's V."""
    (levels_a, codes_a), (levels_b, codes_b) = (np.unique(codes, return_inverse=True) for codes in (a, b))
    shape = len(levels_a), len(levels_b)
    if min(shape) < 2:
        return np.nan
    counts = np.bincount(codes_a * shape[1] + codes_b, minlength=shape[0] * shape[1]).reshape(shape)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / len(a)
    return float(np.sqrt(np.sum((counts - expected) ** 2 / expected) / (len(a) * (min(shape) - 1))))
