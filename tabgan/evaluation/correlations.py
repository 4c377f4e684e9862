"""How strongly columns of numbers go together, all pairs at once."""

from __future__ import annotations

import numpy as np

SMALLEST = 1e-10
"""Variances in a pair's common rows that are smaller, in those of the whole columns, are rounding."""


def pearson(rows: np.ndarray) -> np.ndarray:
    """Return Pearson's correlation of every two columns in the rows that have both.

    Parameters
    ----------
    rows : ndarray of shape (n_samples, n_columns)
        Numbers, NaN for gaps.

    Returns
    -------
    ndarray of shape (n_columns, n_columns)
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
        return np.clip(centred.T @ centred / len(rows), -1, 1)
    present = (~gaps).astype(np.float64)
    common = np.maximum(present.T @ present, 1)
    means = centred.T @ present / common  # of column i where j is present
    variances = (centred**2).T @ present / common - means**2
    variances = np.where(variances > SMALLEST, variances, np.nan)
    return np.clip((centred.T @ centred / common - means * means.T) / np.sqrt(variances * variances.T), -1, 1)


def ranks(rows: np.ndarray) -> np.ndarray:
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


def distance_correlation(rows: np.ndarray) -> np.ndarray:
    """Return the distance correlation (Székely, Rizzo and Bakirov 2007, definition 5) of every two columns, in [0, 1].

    It is zero only for independent columns, whatever the form of the dependence. Its square is Pearson's correlation of
    the columns' centred distance matrices. Takes memory for `n_samples` squared numbers per column.

    Parameters
    ----------
    rows : ndarray of shape (n_samples, n_columns)
        Numbers, NaN for gaps.

    Returns
    -------
    ndarray of shape (n_columns, n_columns)
        NaN where a column is constant.

    Examples
    --------
    >>> x = np.arange(-2.0, 3.0)
    >>> distance_correlation(np.column_stack([x, 2 * x, x**2])).round(2)
    array([[1.  , 1.  , 0.52],
           [1.  , 1.  , 0.52],
           [0.52, 0.52, 1.  ]])
    """
    matrices = np.column_stack([_centred_distances(column).ravel() for column in rows.T])
    return np.sqrt(np.maximum(pearson(matrices), 0))


def _centred_distances(values: np.ndarray) -> np.ndarray:
    """Distances between values less the means of their row and column; NaN for gaps."""
    present = ~np.isnan(values)
    distances = np.abs(values[present, None] - values[None, present])
    means = distances.sum(axis=0) / max(len(distances), 1)
    centred = np.full((len(values), len(values)), np.nan)
    centred[np.ix_(present, present)] = distances - means - means[:, None] + means.sum() / max(len(means), 1)
    return centred
