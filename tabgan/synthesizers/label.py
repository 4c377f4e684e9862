"""The label: a column of classes that the generator is given, so that rows of any class can be asked for."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_array, column_or_1d

from tabgan.errors import InputError
from tabgan.schema import Schema
from tabgan.spelling import spell

MOST_NUMBERS = 20  # distinct numbers that are taken for classes when nothing else is said


def join_label(X: Any, y: Any, label: Hashable | None) -> Any:
    """Return a table with `y` as its last column: `X` as it is when there is no `y`.

    Raises
    ------
    InputError
        As many labels as rows are needed, of a name of their own; those of an array are numbers.
    """
    if y is None:
        return X
    values = column_or_1d(y if hasattr(y, "dtype") else np.asarray(y))
    framed = isinstance(X, pd.DataFrame)
    if not framed:
        X = check_array(X, ensure_all_finite=False)
    if len(values) != len(X):
        raise InputError(f"y must have a label for each row, but has {len(values)} for {len(X)} rows; make them equal")
    if not framed and values.dtype.kind not in "iufb":
        raise InputError(
            f"Unknown label type {values.dtype}: the labels of an array must be numbers; "
            "give X as a DataFrame to learn text"
        )
    if not framed:
        return np.column_stack([X, values])
    name = label if label is not None else getattr(y, "name", None) or "label"
    if name in X.columns:
        raise InputError(
            f"y must have a name of its own, but X has a column {str(name)!r}, too; drop it there, or give label"
        )
    joined = X.copy(deep=False)
    joined[name] = pd.Series(y).set_axis(X.index)
    return joined


def ask_for_classes(
    table: pd.DataFrame, name: Hashable | None, kinds: Mapping[Any, str] | None, certain: bool
) -> Mapping[Any, str] | None:
    """Return the kinds asked for, with the label's column as a category: if it is `certain`, or has few values."""
    if name is None:
        return kinds
    if name not in table.columns:
        raise InputError(
            f"{spell('label')} must be a column of the table, but is {str(name)!r}; "
            f"its columns are {', '.join(map(str, table.columns))}"
        )
    numeric = pd.api.types.is_numeric_dtype(table[name]) and not pd.api.types.is_bool_dtype(table[name])
    if not numeric or not (certain or table[name].nunique() <= MOST_NUMBERS):
        return kinds
    return {name: "categorical", **(kinds or {})}


def find_label(schema: Schema, table: pd.DataFrame, name: Hashable | None) -> Hashable | None:
    """Return the label's name if it has classes to choose from, else None.

    Raises
    ------
    InputError
        A label that is missing, or a class of a single row.
    """
    column = next((c for c in schema if c.name == name and c.levels and not c.constant), None)
    if name is None or column is None:
        return None
    if column.missing:
        raise InputError(
            f"every row must have a label, but {table[name].isna().sum()} have none in column {str(name)!r}; "
            "drop these rows or fill them in"
        )
    counts = table[name].value_counts()
    if (counts == 1).any():
        lone = counts.index[counts == 1]
        raise InputError(
            f"each class of a label needs at least 2 rows, but {str(lone[0])!r} has 1 in column {str(name)!r} "
            f"({len(lone)} such classes); drop or merge them, or leave label out"
        )
    return column.name
