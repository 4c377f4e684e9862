"""Columns of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from tabgan.errors import InputError
from tabgan.schema.dtypes import is_number, parse_dtype

MOST_DECIMALS = 10
LARGEST_WHOLE = 2**53  # above it a double does not tell every whole number from the next


def count_decimals(values: np.ndarray) -> int | None:
    """Return the fewest decimals that write every value, or None when more than 10 are needed.

    A value is written when rounding gives back the very same number, in the precision of `values`.

    Examples
    --------
    >>> count_decimals(np.array([1.25, 3.0])), count_decimals(np.array([4.0])), count_decimals(np.array([1 / 3]))
    (2, 0, None)
    """
    wide = values.astype(np.float64)
    for decimals in range(MOST_DECIMALS + 1):
        with np.errstate(over="ignore", invalid="ignore"):  # 1e300 * 1e10 overflows, and so is not given back
            if np.array_equal(np.round(wide, decimals).astype(values.dtype), values):
                return decimals
    return None


def as_numbers(series: pd.Series) -> pd.Series:
    """Return a column of a numeric dtype as it is, and one of text that spells numbers as these.

    Raises
    ------
    InputError
        A value spells no number.
    """
    if is_number(series.dtype):
        return series
    numbers = pd.to_numeric(series.astype(object), errors="coerce")
    failed = np.flatnonzero((numbers.isna() & series.notna()).to_numpy())
    if len(failed):
        raise InputError(
            f"column {str(series.name)!r} must hold numbers, but has {str(series.iloc[failed[0]])!r} in row "
            f"{failed[0] + 1}; mend it, or leave out or change the kind of the column"
        )
    return numbers


def to_floats(numbers: pd.Series) -> np.ndarray:
    """Return the numbers as float64, NaN where one is missing.

    Raises
    ------
    InputError
        Infinite values, or whole numbers that a double does not hold.
    """
    if isinstance(numbers.dtype, np.dtype):
        values = numbers.to_numpy(np.float64)
    else:
        values = numbers.to_numpy(np.float64, na_value=np.nan)
    limit, rule = np.inf, "finite values"
    if pd.api.types.is_integer_dtype(numbers.dtype):
        limit, rule = LARGEST_WHOLE, "whole numbers below 2^53, above which they are not exact"
    bad = np.flatnonzero(np.abs(values) >= limit)
    if len(bad):
        infinite = limit == np.inf
        remedy = "drop the row, or put in a finite value" if infinite else "leave it out or subtract a constant"
        count = f"{len(bad)} are infinite (inf), the first" if infinite else str(numbers.iloc[bad[0]])
        raise InputError(f"column {str(numbers.name)!r} must hold {rule}, but {count} in row {bad[0] + 1}; {remedy}")
    return values


def present_values(series: pd.Series) -> np.ndarray:
    """Return the numbers of a column as float64, without its gaps."""
    values = to_floats(as_numbers(series))
    return values[~np.isnan(values)]


def decimals_of(numbers: pd.Series) -> int | None:
    """Return `count_decimals` of a column's own precision; gaps do not count."""
    dtype = getattr(numbers.dtype, "numpy_dtype", numbers.dtype)
    dtype = dtype if isinstance(dtype, np.dtype) and dtype.kind in "iuf" else np.dtype(np.float64)
    return count_decimals(numbers.dropna().to_numpy(dtype))


def restore_numbers(values: np.ndarray, dtype: str) -> Any:
    """Return float64 values as a column of the dtype; NaN becomes its own marker of a gap."""
    if dtype == "float64":
        return values
    parsed = parse_dtype(dtype)
    if isinstance(parsed, np.dtype):
        return values.astype(parsed)
    if isinstance(parsed, pd.ArrowDtype):
        return pd.arrays.ArrowExtensionArray(pa.array(values, from_pandas=True).cast(parsed.pyarrow_dtype))
    return pd.Series(values).astype(parsed)
