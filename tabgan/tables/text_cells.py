"""Columns of text fields as what all their cells write: whole numbers, doubles, truth values; else they stay text."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tabgan.tables.cell_looks import MISSING

MOST_EXACT = 2**53
_TRUTH = {"True": True, "False": False}
_MARKERS = pa.array([marker for marker in MISSING if marker])


class Typed(NamedTuple):
    """A column, and what stood for its gaps, as pairs of a text and its share, if that is not always nothing."""

    values: pd.Series
    markers: list[list[Any]]


def type_columns(columns: Sequence[pa.ChunkedArray]) -> list[Typed]:
    """Return columns of strings, null where a field is empty, by what they write.

    A number that would lose its spelling, such as 01067, leaves a column text, and so do numbers of more digits than
    a number has.
    """
    if sum(map(len, columns)) < 100_000:
        return list(map(type_column, columns))
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        return list(pool.map(type_column, columns))


def type_column(strings: pa.ChunkedArray) -> Typed:
    """Return a column of strings by what all of its cells write.

    Examples
    --------
    >>> [type_column(pa.chunked_array([cells])).values.tolist() for cells in (["1", "20"], ["01", "20"], ["5.", " NA"])]
    [[1, 20], ['01', '20'], [5.0, nan]]
    """
    if strings.null_count == len(strings):
        return Typed(pd.Series(np.full(len(strings), np.nan)), [])
    numbers = _numbers(strings)
    if numbers is not None:
        return Typed(_as_series(numbers), [])
    trimmed = pc.utf8_trim_whitespace(strings)
    gaps = pc.or_kleene(pc.is_in(trimmed, _MARKERS), pc.equal(trimmed, ""))
    markers: list[list[Any]] = []
    if pc.any(gaps).as_py():
        markers = _count_markers(trimmed, gaps)
        blank = pa.scalar(None, pa.string())
        strings, trimmed = pc.if_else(gaps, blank, strings), pc.if_else(gaps, blank, trimmed)
    if strings.null_count == len(strings):
        return Typed(pd.Series(np.full(len(strings), np.nan)), markers)
    numbers = _numbers(trimmed)
    return Typed(_as_series(numbers) if numbers is not None else _as_text(strings), markers)


def _numbers(strings: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return the numbers that all strings write and would be written back as, or None."""
    whole = _cast(strings, pa.int64())
    if whole is not None:
        # Anything that begins with 0 and is longer, which may be of base 16, too.
        return None if _any_between(strings, "0\0", "1") or _any_between(strings, "-0\0", "-1") else whole
    numbers = _cast(strings, pa.float64())
    if numbers is None or _any_between(strings, "00", "0:") or _any_between(strings, "-00", "-0:"):
        return None
    if pc.all(pc.match_substring_regex(strings, r"^[-+]?[0-9]+$")).as_py():
        return _cast(strings, pa.uint64())  # or text, as a double would lose digits
    return numbers


def _cast(strings: pa.ChunkedArray, to: pa.DataType) -> pa.ChunkedArray | None:
    try:
        return strings.cast(to)
    except pa.ArrowInvalid:
        return None


def _any_between(strings: pa.ChunkedArray, low: str, high: str) -> bool:
    """Whether a string is `low` or more, and less than `high`, in the order of dictionaries."""
    return bool(pc.any(pc.and_(pc.greater_equal(strings, low), pc.less(strings, high))).as_py())


def _count_markers(trimmed: pa.ChunkedArray, gaps: pa.ChunkedArray) -> list[list[Any]]:
    counts = {count["values"]: count["counts"] for count in pc.value_counts(pc.filter(trimmed, gaps)).to_pylist()}
    counts[""] = counts.get("", 0) + trimmed.null_count
    total = sum(counts.values())
    return [[text, count / total] for text, count in sorted(counts.items()) if count]


def _as_series(numbers: pa.ChunkedArray) -> pd.Series:
    """Return numbers as numpy has them; whole ones with gaps as doubles, unless these would lose digits."""
    if numbers.null_count and pa.types.is_integer(numbers.type):
        ends = pc.min_max(numbers).as_py()
        if max(-ends["min"], ends["max"]) > MOST_EXACT:
            return pd.Series(pd.array(numbers.to_pylist(), dtype="UInt64" if ends["max"] >= 2**63 else "Int64"))
    return numbers.to_pandas()


def _as_text(strings: pa.ChunkedArray) -> pd.Series:
    """Return text, or truth values as Python writes them; blanks before them do not count."""
    if pc.any(pc.starts_with(strings, " ")).as_py():
        strings = pc.utf8_ltrim(strings, " ")
    coded = strings.dictionary_encode().unify_dictionaries().combine_chunks()
    values: list[Any] = coded.dictionary.to_pylist() if isinstance(coded, pa.DictionaryArray) else []
    if values and set(values) <= _TRUTH.keys():
        values = [_TRUTH[value] for value in values]
        if not strings.null_count:
            return pd.Series(np.array(values)[coded.indices.to_numpy()])
    shelf = np.empty(len(values) + 1, dtype=object)
    shelf[:] = [*values, np.nan]
    places = coded.indices.fill_null(len(values)).to_numpy()
    return pd.Series(shelf[places]) if values else strings.to_pandas()
