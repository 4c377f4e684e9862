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
    blocks: list[list[np.ndarray]] = [[] for _ in tables]
    for place, feature in enumerate(features):
        if feature.levels is None:
            mean, std = _mean_and_std(scale_from[:, place])
            for block, table in zip(blocks, tables, strict=True):
                block.append(np.nan_to_num((table[:, place, None] - mean) / std))
        else:
            corners = np.eye(len(feature.levels)) / np.sqrt(2)
            for block, table in zip(blocks, tables, strict=True):
                block.append(corners[table[:, place].astype(int)])
    return [np.hstack(block) for block in blocks]


def _mean_and_std(values: np.ndarray) -> tuple[float, float]:
    present = values[~np.isnan(values)]
    std = present.std(ddof=1) if len(present) > 1 else 0.0
    return (present.mean() if len(present) else 0.0), std or 1.0
