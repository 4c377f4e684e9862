"""What a table must be: finite numbers, enough rows, distinct names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_array

from tabgan.columns import format_columns
from tabgan.errors import InputError

LEAST_ROWS = 2
LARGEST_WHOLE = 2**53  # above it a double does not tell every whole number from the next

Container = Literal["frame", "array"]


def check_training_table(X: Any, positions: Sequence[int] | None = None) -> tuple[pd.DataFrame, Container]:
    """Return a table to learn as `check_table` does; a column must vary, or there is nothing to learn."""
    table, container = check_table(X, "the training table", positions)
    if (table.nunique() == 1).all():
        raise InputError(
            "the training table must have a column that varies, but all of its rows are equal; "
            "there is nothing to learn from them"
        )
    return table, container


def check_table(
    X: Any, what: str = "the table", positions: Sequence[int] | None = None
) -> tuple[pd.DataFrame, Container]:
    """Return `X` as a DataFrame of finite numbers, and what it was.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_columns)
        The columns of an array are named 1, 2, and so on.
    what : str
        What the messages call it.
    positions : sequence of int, optional
        Where its columns stand in the file they come from, counted from 0; for advice.

    Raises
    ------
    InputError
        Text, missing or infinite values, whole numbers beyond 2^53, fewer than two rows, no column, or names that
        repeat or are neither text nor whole numbers.
    """
    container: Container = "frame"
    if not isinstance(X, pd.DataFrame):
        container = "array"
        if isinstance(X, np.ma.MaskedArray):
            X = np.ma.filled(X.astype(np.float64), np.nan)  # a masked value is a missing one
        X = check_array(X, ensure_all_finite=False, ensure_min_samples=0, ensure_min_features=0)
        X = pd.DataFrame(X, columns=range(1, X.shape[1] + 1))
    _check_names(X, what)
    if X.shape[1] == 0:
        raise InputError(
            f"{what} must have a column, but there are 0 feature(s) (shape={X.shape}) while a minimum of 1 is "
            "required; select some"
        )
    if len(X) < LEAST_ROWS:
        raise InputError(f"{what} must have at least {LEAST_ROWS} rows, but has n_samples = {len(X)}; collect more")
    numbers = _as_numbers(X, what, range(X.shape[1]) if positions is None else positions)
    _check_values(numbers, what)
    return numbers, container


def _check_names(table: pd.DataFrame, what: str) -> None:
    if not table.columns.is_unique:
        repeated = table.columns[table.columns.duplicated()][0]
        raise InputError(
            f"{what} must have distinct column names, but {str(repeated)!r} is there more than once; rename one"
        )
    kinds = {"text" if isinstance(name, str) else "number" if _is_whole(name) else "other" for name in table.columns}
    if kinds not in ({"text"}, {"number"}, set()):
        raise InputError(
            f"{what} must have column names that are all text or all whole numbers, but they are "
            f"{', '.join(repr(name) for name in table.columns[:5])}; set plain names in DataFrame.columns"
        )


def _is_whole(name: object) -> bool:
    return isinstance(name, (int, np.integer))


def _as_numbers(table: pd.DataFrame, what: str, positions: Sequence[int]) -> pd.DataFrame:
    """Return the table with text that spells numbers as numbers, or say where there is a value that is none."""
    numbers = table.copy(deep=False)
    numeric = [pd.api.types.is_numeric_dtype(dtype) and dtype.kind != "c" for dtype in table.dtypes]
    for name in table.columns[~np.array(numeric)]:
        column = table[name]
        spelt = column.dtype == object or isinstance(column.dtype, (pd.StringDtype, pd.CategoricalDtype))
        numbers[name] = pd.to_numeric(column.astype(object), errors="coerce") if spelt else np.nan
        failed = np.flatnonzero(numbers[name].isna() & column.notna())
        if len(failed):
            good = format_columns([position for position, is_good in zip(positions, numeric, strict=True) if is_good])
            remedy = (
                f"select columns of numbers, such as --cols {good}" if good else "none of its columns holds numbers"
            )
            raise InputError(
                f"{what} must hold numbers, but column {str(name)!r} has {str(column.iloc[failed[0]])!r} in row "
                f"{failed[0] + 1}; {remedy}"
            )
    return numbers


def _check_values(table: pd.DataFrame, what: str) -> None:
    values = table.to_numpy(dtype=np.float64, na_value=np.nan)
    whole = [pd.api.types.is_integer_dtype(dtype) for dtype in table.dtypes]
    if len(large := np.argwhere((np.abs(values) >= LARGEST_WHOLE) & whole)):
        row, column = large[0]
        raise InputError(
            f"{what} must hold whole numbers below 2^53, above which they are not exact, but column "
            f"{str(table.columns[column])!r} has {table.iat[row, column]} in row {row + 1}; "
            "leave it out or subtract a constant"
        )
    bad = ~np.isfinite(values)
    if not bad.any():
        return
    row, column = np.argwhere(bad)[0]
    counts = ", ".join(
        f"{str(name)!r} {count}" for name, count in zip(table.columns, bad.sum(axis=0), strict=True) if count
    )
    raise InputError(
        f"{what} must hold finite values, but {bad.sum()} are missing (NaN) or infinite (inf), the first in row "
        f"{row + 1} of column {str(table.columns[column])!r} (per column: {counts}); "
        f"drop the {bad.any(axis=1).sum()} rows that have one, or those columns, or fill them in"
    )
