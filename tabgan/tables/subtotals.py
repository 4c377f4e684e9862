"""Rows inside a table that hold the total, or another figure, of the rows above them, as pivot tables export them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST_ROWS = 100_000  # of a table that people made, or a pivot table
LEAST_EACH = 2  # rows of a group, on the average
_WORD = (
    r"(?:sub-?)?totals?|sums?|summe|teilsumme|zwischensumme|ergebnis|gesamt|insgesamt|totale|somme|suma|subtotale|итог[о]?|"
    r"小计|合计|总计|汇总|共计|average|avg|mean|count|max|min|mittelwert|anzahl|moyenne|平均值?|计数|最大值?|最小值?"
)
_NAMED = re.compile(rf"(?P<before>.+?)[\s:_-]*(?:{_WORD})|(?:{_WORD})[\s:_-]*(?P<after>.+)", re.IGNORECASE)
_ALONE = re.compile(rf"(?:{_WORD})[\s:]*", re.IGNORECASE)


def find_subtotals(table: pd.DataFrame) -> tuple[list[int], str]:
    """Return which rows, counted from 0, seem to be of totals of the rows above them, and what the first says.

    Their label is that of the rows above with a word such as Total before or behind it, each there once; or one such
    word alone, in rows of which a number is the sum of those since the last one. One row alone is none.

    Examples
    --------
    >>> find_subtotals(pd.DataFrame({"site": ["A", "A", "A Total", "B", "B", "B Total"], "n": [1, 2, 3, 4, 5, 9]}))
    ([2, 5], 'A Total')
    """
    for i, dtype in enumerate(table.dtypes):
        if dtype.kind in "iufbmM" or len(table) > MOST_ROWS:
            continue
        column = table.iloc[:, i]
        try:
            codes, labels = pd.factorize(column)
        except TypeError:  # lists and the like
            continue
        if not all(isinstance(label, str) for label in labels):
            continue
        for found in (_find_named(codes, list(labels)), _find_alone(table, codes, list(labels))):
            if len(found) > 1 and found[-1] + 1 >= (1 + LEAST_EACH) * len(found):
                return found.tolist(), str(column.iloc[int(found[0])])
    return [], ""


def _find_named(codes: NDArray[np.intp], labels: list[str]) -> NDArray[np.intp]:
    """Return the rows whose label names the one above them, if such labels are there once each."""
    places = {label.strip().casefold(): code for code, label in enumerate(labels)}
    groups = np.full(len(labels) + 1, -2)
    for code, label in enumerate(labels):
        if match := _NAMED.fullmatch(label.strip()):
            groups[code] = places.get((match["before"] or match["after"]).strip().casefold(), -2)
    rows = np.flatnonzero(groups[codes] >= 0)
    filled = np.maximum.accumulate(np.where(codes >= 0, np.arange(len(codes)), 0))  # the last row with a label
    above = codes[filled[np.maximum(rows - 1, 0)]]
    fits = len(np.unique(codes[rows])) == len(rows) and bool((above == groups[codes[rows]]).all())
    return rows if fits else rows[:0]


def _find_alone(table: pd.DataFrame, codes: NDArray[np.intp], labels: list[str]) -> NDArray[np.intp]:
    """Return the rows of one label that is such a word, if a number in each is the sum of the rows between."""
    for code, label in enumerate(labels):
        rows = np.flatnonzero(codes == code) if _ALONE.fullmatch(label.strip()) else np.empty(0, np.intp)
        if len(rows) > 1 and any(_are_sums(table.iloc[:, i], rows) for i in range(table.shape[1])):
            return rows
    return np.empty(0, np.intp)


def _are_sums(column: pd.Series, rows: NDArray[Any]) -> bool:
    if column.dtype.kind not in "iuf":
        return False
    values = np.nan_to_num(column.to_numpy(np.float64, na_value=np.nan), posinf=0.0, neginf=0.0)
    sums, told = np.cumsum(np.where(np.isin(np.arange(len(values)), rows), 0.0, values))[rows], values[rows]
    sizes = np.cumsum(np.abs(values))[rows]
    between = np.diff(sums, prepend=0.0)
    return bool((told != 0).any() and (np.abs(told - between) <= 1e-9 * sizes).all())
