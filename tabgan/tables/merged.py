"""Columns that have a value in the first row of each group alone, as merged cells and pivot tables leave them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.schema.dtypes import is_number

LEAST_GROUPS = 3
MOST_FILLED = 0.5  # of the rows
SOME = 1000  # rows that show as a rule that a column does not count


def find_merged(table: pd.DataFrame) -> list[Hashable]:
    """Return the names of columns of labels, dates or whole numbers that only the first row of each group has.

    What tells groups is a column that rises within each and begins anew with most of the next; or they have all as many
    rows, and the next another label. A column of groups of groups is one, too.

    Examples
    --------
    >>> find_merged(pd.DataFrame({"site": ["A", None, None, "B", None, None, "C", None, None], "hour": [1, 2, 3] * 3}))
    ['site']
    """
    columns = [table.iloc[:, i] for i in range(table.shape[1])]
    starts = {i: found for i, column in enumerate(columns) if (found := _starts(column)) is not None}
    merged = [i for i, found in starts.items() if _are_even(columns[i], found) or _are_counted(columns, found)]
    inner = [starts[i] for i in merged]
    outer = [i for i, found in starts.items() if any((within | ~found).all() for within in inner)]
    return [table.columns[i] for i in outer]


def _starts(column: pd.Series) -> NDArray[np.bool_] | None:
    """Return which rows have a value, if these may be the first of groups."""
    filled = column.notna().to_numpy()
    count = int(filled.sum())
    if not filled[:1].all() or not LEAST_GROUPS <= count <= MOST_FILLED * len(filled):
        return None
    if is_number(column.dtype):
        values = column[filled].to_numpy(np.float64)
        return filled if np.array_equal(values, np.rint(values)) else None
    return filled


def _are_even(column: pd.Series, starts: NDArray[np.bool_]) -> bool:
    """Whether all groups of labels but the last have as many rows, and each is another than the one before."""
    rows = np.flatnonzero(starts)
    sizes, labels = np.diff(rows), column[starts].tolist()
    even = len(set(sizes.tolist())) == 1 and len(column) - rows[-1] <= sizes[0]
    texts = all(isinstance(label, str) for label in labels)
    return len(rows) > LEAST_GROUPS and even and texts and all(map(str.__ne__, labels, labels[1:]))


def _are_counted(columns: Sequence[pd.Series], starts: NDArray[np.bool_]) -> bool:
    return any(_counts(column[:SOME], starts[1:SOME]) and _counts(column, starts[1:]) for column in columns)


def _counts(column: pd.Series, first: NDArray[np.bool_]) -> bool:
    """Whether a column without gaps rises from each row to the next of a group, and falls where most groups begin."""
    if column.isna().any():
        return False
    values: NDArray[Any] = column.to_numpy()
    try:
        rises, falls = values[1:] > values[:-1], values[1:] < values[:-1]
    except TypeError:  # values of several types
        return False
    return bool(rises[~first].all() and 2 * falls[first].sum() >= first.sum())
