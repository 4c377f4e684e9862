"""Rows as points: numbers in standard deviations, levels as corners that are one unit apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabgan.evaluation.features import Feature


def to_points(tables: Sequence[np.ndarray], features: Sequence[Feature], scale_from: np.ndarray) -> list[np.ndarray]:
    """Return matrices in which distances between rows can be taken.

    Parameters
    ----------
    tables : sequence of ndarray of shape (n_samples, n_columns)
        Numbers and codes as in `Tables`.
    features : sequence of Feature
        The columns.
    scale_from : ndarray of shape (n_real, n_columns)
        Rows whose mean and standard deviation (n - 1 degrees of freedom) numbers are measured in.

    Returns
    -------
    list of ndarray of shape (n_samples, n_dimensions)
        A number is (x - mean) / std, or 0 when missing; a level is a one-hot block over the square root of 2, so that
        two rows of different levels are 1 apart.

    Examples
    --------
    >>> features = [Feature("size"), Feature("colour", ("blue", "red"))]
    >>> rows = np.array([[1.0, 0.0], [3.0, 1.0]])
    >>> to_points([rows], features, rows)[0].round(2)
    array([[-0.71,  0.71,  0.  ],
           [ 0.71,  0.  ,  0.71]])
    """
    points = [np.zeros((len(table), count_dimensions(features))) for table in tables]
    at = 0
    for place, feature in enumerate(features):
        mean, std = (0.0, 1.0) if feature.levels else _mean_and_std(scale_from[:, place])
        for made, table in zip(points, tables, strict=True):
            if feature.levels is None:
                made[:, at] = np.nan_to_num((table[:, place] - mean) / std)
            else:
                made[np.arange(len(table)), at + table[:, place].astype(int)] = 1 / np.sqrt(2)
        at += count_dimensions([feature])
    return points


def count_dimensions(features: Sequence[Feature]) -> int:
    """Return how many coordinates points have."""
    return sum(1 if feature.levels is None else len(feature.levels) for feature in features)


def _mean_and_std(values: np.ndarray) -> tuple[float, float]:
    present = values[~np.isnan(values)]
    if not len(present) or present.min() == present.max():  # the std of equal numbers may be rounding, not 0
        return (present[0] if len(present) else 0.0), 1.0
    return present.mean(), present.std(ddof=1)
