"""What a table that was read may be otherwise: names that are a row, rows of totals, cells that were merged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

import numpy as np
import pandas as pd

from tabgan.schema.row_numbers import numbers_rows
from tabgan.spelling import spell
from tabgan.tables.merged import find_merged
from tabgan.tables.subtotals import find_subtotals
from tabgan.text import shorten

MOST_LISTED = 100  # rows that an option names
LEAST_ROWS = 5  # with the last one, of which one is looked at whether it is a sum
_TOTAL = re.compile(
    r"(grand )?total.*|(sub|sub-)total.*|sums?|summe.*|gesamt.*|insgesamt|zusammen|totale?s?|somme|suma|общ.*|итого|"
    r"合计.*|总计.*|小计.*|共计|总和|mean|average|avg\.?|mittelwert|mittel|durchschnitt|moyenne|media|平均.*|均值|"
    r"zwischensumme.*|max(imum|\.)?|min(imum|\.)?|median|std\.?|std(ev|\. ?dev\.?)|standard.?deviation|"
    r"standardabweichung|最大.*|最小.*|标准差|中位数",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_DECIMAL = re.compile(r"[-+]?\d*[.,]\d+([eE][-+]?\d+)?", re.ASCII)


def find_doubts(table: pd.DataFrame, where: str, header: bool, whole: bool = True) -> Iterable[str]:
    """Yield what should be said of a table, a line each.

    `header` says that its names come from a line of the file, and `whole` that no rows were left out between others.
    """
    again = _find_headers(table) if header and whole else []
    if again:
        yield f"the names of the columns of {where} stand again in row {again[0] + 1:,}; {_leave_out(again)}"
    elif header and (name := _find_value(table)) is not None:
        yield (
            f"the first line of {where} is taken for column names, of which {shorten(repr(name))} looks like a value; "
            f"if it is data, use {spell('header', False)}"
        )
    subtotals, first = find_subtotals(table) if whole else ([], "")
    if subtotals:
        yield (
            f"{len(subtotals):,} rows of {where} seem to be totals of those above them, {shorten(repr(first))} in row "
            f"{subtotals[0] + 1:,} the first; if they are none of the data, {_leave_out(subtotals)}"
        )
    if subtotals[-1:] != [len(table) - 1]:
        yield from _find_last(table.drop(index=table.index[subtotals]) if subtotals else table, where)
    for column in find_merged(table) if whole else ():
        yield (
            f"column {shorten(repr(str(column)))} of {where} has a value in the first row of each group alone, as "
            "merged cells leave it, and gaps below; write the value into each row first"
        )


def _find_last(table: pd.DataFrame, where: str) -> Iterable[str]:
    """Yield what should be said of the last rows."""
    if (words := _words_of_totals(table)) and len(words) > 1:
        rows = ",".join(str(-i) for i in range(1, len(words) + 1))
        yield (
            f"the last {len(words)} rows of {where} seem to be no rows like the others, with {', '.join(words)}; if "
            f"they are none of the data, leave them out with {spell('drop_rows', rows)}"
        )
    elif (what := _find_total(table, next(iter(words), None))) is not None:
        yield f"the last row of {where} {what}; if it is none of the data, leave it out with {spell('drop_rows', '-1')}"


def _leave_out(rows: list[int]) -> str:
    if len(rows) > MOST_LISTED:
        return "leave such rows out of the file"
    return f"leave such rows out with {spell('drop_rows', ','.join(str(row + 1) for row in rows))}"


def _find_headers(table: pd.DataFrame) -> list[int]:
    """Return the rows that hold the names of all columns, as in files that were put one below the other."""
    if any(dtype.kind in "iufbmM" for dtype in table.dtypes):
        return []
    rows = np.flatnonzero(table.iloc[:, 0] == table.columns[0])
    return [row for row in rows.tolist() if table.iloc[row].tolist() == table.columns.tolist()]


def _find_value(table: pd.DataFrame) -> str | None:
    """Return a name that is a number, or that stands in its column, too."""
    names = list(map(str, table.columns))
    if all(map(_NUMBER.fullmatch, names)):
        return names[0]
    numeric = [dtype.kind in "iuf" for dtype in table.dtypes]
    for i, name in enumerate(names):
        if numeric[i] and _DECIMAL.fullmatch(name):
            return name
        if not numeric[i] and table.dtypes.iloc[i].kind not in "mMb" and bool((table.iloc[:, i] == name).any()):
            return name
    counts = [name for name, number in zip(names, numeric, strict=True) if number]
    if len(counts) > 1 and all(map(str.isdecimal, counts)) and len(counts) < len(names):
        steps = set(np.diff([int(name) for name in counts]))
        return None if len(steps) == 1 and min(steps) > 0 else counts[0]  # such as years
    return None


def _find_total(table: pd.DataFrame, word: str | None) -> str | None:
    """Return what the last row is, if it is the sum or the mean of all others, or says so with a word."""
    if len(table) < LEAST_ROWS:
        return None
    found: list[str] = []  # of which one that is "" is enough
    for i, dtype in enumerate(table.dtypes):
        if dtype.kind not in "iuf":
            continue
        if "" in found:
            break
        values = table.iloc[:, i].to_numpy(dtype=np.float64, na_value=np.nan)
        if not np.isnan(values[-1]) and not numbers_rows(table.columns[i], values):
            found.append(_compare(values[:-1][~np.isnan(values[:-1])], values[-1]))
    if found and "" not in found and (word or "sum" in found or len(found) > 1):
        return f"is the {' and '.join(sorted(set(found)))} of all others" + (f", {word}" if word else "")
    return f"seems to be no row like the others, with {word}" if word else None


def _words_of_totals(table: pd.DataFrame) -> list[str]:
    """Return the last texts of a column that say that these are rows of totals, which no other row does."""
    texts = [i for i, dtype in enumerate(table.dtypes) if dtype.kind not in "iufbmM"]
    for i in texts if len(table) >= LEAST_ROWS else ():
        column = table.iloc[:, i]
        last: list[Any] = [column.iloc[-k] for k in range(1, LEAST_ROWS)]
        words = list(takewhile(lambda text: isinstance(text, str) and _TOTAL.fullmatch(text.strip(" :=")), last))
        if words and not bool(column.iloc[: -len(words)].isin(words).any()):
            return [shorten(repr(word)) for word in reversed(words)]
    return []


def _compare(others: np.ndarray[Any, Any], last: float) -> str:
    """Return whether the last number is the sum, which is greater than all, or the mean of the others."""
    if len(others) < LEAST_ROWS - 1 or others.min() == others.max() or not np.isfinite(others).all():
        return ""
    with np.errstate(over="ignore"):
        total = float(others.sum())
    if not np.isfinite(total):
        return ""
    if abs(last) > np.abs(others).max() and abs(last - total) <= 1e-9 * np.abs(others).sum():
        return "sum"
    decimals = len(repr(float(last)).partition(".")[2])
    return "mean" if abs(last - total / len(others)) <= 0.5000001 * 10.0**-decimals else ""
