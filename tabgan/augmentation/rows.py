"""Rows of any container as a table that a synthesizer learns, and new ones put below them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from tabgan.schema.dtypes import is_text


def as_table(X: Any) -> tuple[pd.DataFrame, Hashable]:
    """Return rows as a table that a synthesizer takes, and a name that none of its columns has.

    Names that are texts, or whole numbers, are kept; for others the columns are numbered from 1, as those of arrays.

    Examples
    --------
    >>> as_table(pd.DataFrame({"class": [1.5]}))[1], as_table(np.zeros((1, 2)))[1]
    ('class_', 3)
    """
    if isinstance(X, pd.DataFrame):
        table = X.reset_index(drop=True)
        thin = [name for name, dtype in X.dtypes.items() if isinstance(dtype, pd.SparseDtype)]
        table = table.astype({name: X.dtypes[name].subtype for name in thin})
    else:
        values = X.toarray() if sparse.issparse(X) else X
        plain = pd.DataFrame(values, dtype=values.dtype)
        table = plain.infer_objects()
        for name in table.columns[[is_text(dtype) for dtype in table.dtypes]]:  # pandas 3, in which None would be NaN
            table[name] = plain[name]
        table.columns = range(1, table.shape[1] + 1)
    if all(isinstance(name, str) for name in table.columns):
        label = "class"
        while label in table.columns:
            label += "_"
        return table, label
    if not all(isinstance(name, (int, np.integer)) for name in table.columns):
        table.columns = range(1, table.shape[1] + 1)
    return table, int(max(table.columns)) + 1


def put_below(X: Any, new: pd.DataFrame) -> Any:
    """Return rows with new ones below, in what they came."""
    if isinstance(X, pd.DataFrame):
        return pd.concat([X, new.set_axis(X.columns, axis=1).astype(X.dtypes)], ignore_index=True)
    values = new.to_numpy(X.dtype)
    if sparse.issparse(X):
        return type(X)(sparse.vstack([X, type(X)(values)], format=X.format))  # scipy 1.11 makes matrices of arrays
    return np.concatenate([X, values])


def learn_twice(table: pd.DataFrame, codes: NDArray[Any]) -> pd.DataFrame:
    """Return a table in which classes of one row have it twice: no synthesizer learns a level from one."""
    counts = np.bincount(codes)
    twice = np.repeat(np.arange(len(codes)), np.where(counts[codes] == 1, 2, 1))
    return table.iloc[twice].reset_index(drop=True)
