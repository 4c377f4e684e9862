"""Values of a column as they will come back, while they are still numbers of the matrix."""

from __future__ import annotations

import numpy as np

from tabgan.schema import Column

SINGLE = ("float32", "Float32", "float[pyarrow]")
NOISE = 1e-6  # of a step between two values with so many decimals: what sums of decimals are off by


def settle(column: Column, values: np.ndarray) -> np.ndarray:
    """Return values as they come back: rounded, in range, of the column's precision; gaps stay NaN.

    Parameters
    ----------
    column : Column
    values : ndarray of shape (n_samples,)
        Numbers, units of time or codes of levels, as they stand in the matrix.

    Examples
    --------
    >>> settle(Column("age", "int64", 0, 17.0, 90.0), np.array([16.2, 60.4, np.nan]))
    array([17., 60., nan])
    """
    if column.constant:
        empty = column.minimum is None and column.value is None  # every value was missing
        return np.full(len(values), np.nan if empty else column.minimum or 0.0)
    if column.levels is not None:
        return np.clip(np.round(values), 0, len(column.levels) - 1)
    if column.tick is not None:
        return np.clip(np.round(values), 0, column.maximum)
    rounded = column.round(values)
    if column.decimals is None and column.dtype in SINGLE:
        return rounded.astype(np.float32).astype(np.float64)
    return rounded


def decimals_of(column: Column) -> int | None:
    """Return the decimals of a column in the matrix, where dates are whole units; None: as many as a float has."""
    return column.decimals if column.tick is None else 0


def least_from(column: Column, bound: np.ndarray | np.float64, strict: bool = False) -> np.ndarray:
    """Return the least values with the column's decimals that are at least `bound`, or above it when `strict`.

    Examples
    --------
    >>> price = Column("price", "float64", 2, 0.0, 10.0)
    >>> least_from(price, np.array([3.141, 2.0])), least_from(price, np.array([3.141, 2.0]), strict=True)
    (array([3.15, 2.  ]), array([3.15, 2.01]))
    """
    decimals = decimals_of(column)
    if decimals is None:
        return np.nextafter(bound, np.inf) if strict else np.asarray(bound)
    steps = bound * 10.0**decimals
    noise = NOISE + 4 * np.finfo(float).eps * np.abs(steps)
    return (
        np.round((np.floor(steps + noise) + 1 if strict else np.ceil(steps - noise)) / 10.0**decimals, decimals) + 0.0
    )


def greatest_to(column: Column, bound: np.ndarray | np.float64, strict: bool = False) -> np.ndarray:
    """Return the greatest values with the column's decimals that are at most `bound`, or below it when `strict`."""
    return 0.0 - least_from(column, -np.asarray(bound), strict)
