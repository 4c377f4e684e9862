"""What numbers mean that are off by rounding: 0.30000000000000004, or 0.1 as single precision holds it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST_DECIMALS = 10
BITS = 4096  # units in the last place that sums and products are off by
LEAST_OFF = 1 / 16  # of these, for what should be 0; what is closer to it is a small number
ROOM = 1000  # times less than the last decimal is what numbers are off by, or it says nothing
SINGLE_ROOM = 50
LONG = 10  # digits, fewer than write what is off by rounding: a number of no more is meant
FIRST = 1000  # values that most decimals are refused by
LEAST_SINGLE = 8  # values that single precision holds, for a column to be of it

EPS, SINGLE_EPS = float(np.finfo(np.float64).eps), float(np.finfo(np.float32).eps)


def meant_decimals(values: Floats) -> int | None:
    """Return the fewest decimals that write every number as it is meant, or None when more than 10 are needed.

    A number is written when rounding gives it back, or when it is off by no more than sums of such numbers are, or as
    single precision holds it. What a few digits write is meant as it is, however small.

    Examples
    --------
    >>> meant_decimals(np.array([0.1 + 0.2, 1.25])), meant_decimals(np.array([0.1, 2.5], np.float32).astype(float))
    (2, 1)
    >>> meant_decimals(np.array([0.5, 1e-17])), meant_decimals(np.array([1 / 3, 0.5]))
    (None, None)
    """
    size = _usual_size(values)
    for decimals in range(MOST_DECIMALS + 1):
        parts = (values[:FIRST], values) if len(values) > FIRST else (values,)
        if all(_is_written(part, decimals, size) for part in parts):
            return decimals
    return None


def _usual_size(values: Floats) -> float:
    sizes = np.abs(values[values != 0])
    return float(np.median(sizes)) if len(sizes) else 0.0


def _is_written(values: Floats, decimals: int, size: float) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):  # 1e300 * 1e10 overflows, and so is not given back
        rounded = np.round(values, decimals)
    off = values != rounded
    if not off.any():
        return True
    if not _is_off(values[off], rounded[off], decimals, size).all():
        return False
    return all(len(np.format_float_scientific(x, trim="-").split("e")[0].strip("-")) > LONG for x in values[off])


def _is_off(values: Floats, rounded: Floats, decimals: int, size: float) -> Mask:
    """Return which values are rounded ones, but for the last bits."""
    last = 10.0**-decimals
    noise = BITS * EPS * np.maximum(np.abs(values), size)
    near = (np.abs(values - rounded) <= noise) & (ROOM * noise <= last)
    near &= (rounded != 0) | (np.abs(values) >= LEAST_OFF * EPS * size)
    with np.errstate(over="ignore"):
        single = rounded.astype(np.float32) == values
    return np.asarray(near | (single & (SINGLE_ROOM * SINGLE_EPS * np.abs(values) <= last)))


def settle(values: Floats, decimals: int) -> Floats:
    """Return values with so many decimals where that is what they mean; others, and gaps, as they are.

    Examples
    --------
    >>> settle(np.array([0.1 + 0.2, 0.123]), 2)
    array([0.3  , 0.123])
    """
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = np.round(values, decimals)
        off = (values != rounded) & np.isfinite(values)
        if not off.any():
            return values
        settled = values.copy()
        size = _usual_size(values[np.isfinite(values)])
        settled[off] = np.where(_is_off(values[off], rounded[off], decimals, size), rounded[off], values[off])
    return settled


def is_single(values: Floats) -> bool:
    """Whether distinct numbers are ones of single precision, all of them and not by chance."""
    with np.errstate(over="ignore"):
        return len(values) >= LEAST_SINGLE and bool((values.astype(np.float32) == values).all())
