"""What a table must be before its columns are looked at: enough rows, distinct names, something to learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, InputTypeError
from tabgan.schema.containers import ARRAY
from tabgan.tables.bounds import MOST_LEARNED
from tabgan.tables.intake import open_table

LEAST_ROWS = 2


def check_training_table(X: Any) -> tuple[pd.DataFrame, str]:
    """Return a table to learn as `check_table` does; a column must vary, or there is nothing to learn.

    What its columns may hold is for `Schema.learn` to say.
    """
    table, container = check_table(X, "the training table")
    if not any(_varies(table.iloc[:, i]) for i in range(table.shape[1])):
        raise InputError(
            "the training table must have a column that varies, but all of its rows are equal; "
            "there is nothing to learn from them"
        )
    return table, container


def check_table(X: Any, what: str = "the table") -> tuple[pd.DataFrame, str]:
    """Return `X` as a DataFrame, and what it was (see `open_table`); an array's columns are named 1, 2, and so on.

    It needs two rows, a column, and distinct names that are all text or all whole numbers; else it is an InputError.
    """
    X, container = open_table(X)
    if container == ARRAY:
        if isinstance(X, np.ma.MaskedArray):
            X = np.ma.filled(X.astype(np.float64), np.nan)  # a masked value is a missing one
        X = check_matrix(X, what)
        X = pd.DataFrame(X, columns=range(1, X.shape[1] + 1))
    check_names(X, what)
    X = _in_native_order(X)
    if X.shape[1] == 0:
        raise InputError(
            f"{what} must have a column, but there are 0 feature(s) (shape={X.shape}) while a minimum of 1 is "
            "required; select some"
        )
    if X.shape[1] > MOST_LEARNED:
        raise InputError(
            f"{what} may have at most {MOST_LEARNED:,} columns to learn, but there are {X.shape[1]:,}; select some"
        )
    if len(X) < LEAST_ROWS:
        raise InputError(f"{what} must have at least {LEAST_ROWS} rows, but has n_samples = {len(X)}; collect more")
    return X, container


def _in_native_order(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers in this machine's order of bytes, which pandas asks for."""
    numpys = {name: dtype for name, dtype in table.dtypes.items() if isinstance(dtype, np.dtype)}
    other = {name: dtype.newbyteorder("=") for name, dtype in numpys.items() if not dtype.isnative}
    return table.astype(other) if other else table


def check_matrix(X: Any, what: str, least_columns: int = 0) -> NDArray[Any]:
    """Return what is no other table as a matrix of numbers, by scikit-learn's rules."""
    from sklearn.utils.validation import check_array  # for which frames need not wait

    try:
        least = dict(ensure_min_samples=0, ensure_min_features=least_columns)
        matrix: NDArray[Any] = check_array(X, ensure_all_finite=False, **least)
    except (TypeError, ValueError) as error:
        kind = InputTypeError if isinstance(error, TypeError) else InputError
        if "got 1D array instead" in str(error):
            raise kind(
                f"{what} must be a frame, the path of a file or a matrix of numbers, but is a vector; give "
                "X.reshape(-1, 1) if it is one column"
            ) from error
        more = "" if X is None or np.isscalar(X) else f" ({' '.join(str(error).split())})"
        raise kind(
            f"{what} must be a frame, the path of a file or a matrix of numbers, but is {type(X).__name__}{more}; "
            "give one of these"
        ) from error
    return matrix


def _varies(column: pd.Series) -> bool:
    try:
        return bool(column.nunique(dropna=False) > 1)
    except TypeError:  # lists and the like, of which the schema says what is wrong
        return True


def check_names(table: pd.DataFrame, what: str) -> None:
    """Raise InputError unless names are distinct, and all text or all whole numbers."""
    if not table.columns.is_unique:
        repeated = table.columns[table.columns.duplicated()][0]
        raise InputError(
            f"{what} must have distinct column names, but {str(repeated)!r} is there more than once; rename one"
        )
    if not any(all(isinstance(name, kind) for name in table.columns) for kind in (str, (int, np.integer))):
        raise InputError(
            f"{what} must have column names that are all text or all whole numbers, but they are "
            f"{', '.join(repr(name) for name in table.columns[:5])}; set plain names in DataFrame.columns"
        )
