"""Columns of text fields as what all their cells write: whole numbers, doubles, truth values; else they stay text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.texts.numerals import find_edges, find_spelling
from tabgan.tables.cell_looks import MISSING

MOST_EXACT = 2**53
FEW = 100
_SOME = 1000
_TRUTH = {"True": True, "False": False, None: None}
_WHOLE = r"^[-+]?[0-9]+$"
_THOUSANDS = r"^[-+]?(?:[1-9][0-9]{0,2}\.[0-9]{3}|0|[1-9][0-9]*)$"  # or three decimals
_MARKERS = pa.array(MISSING)

Strings: TypeAlias = Any  # pa.Array or pa.ChunkedArray, which have no types


class Typed(NamedTuple):
    """A column; how its numbers are written; and what stood for its gaps, as pairs of a text and its share.

    Nothing is said of what is written as we would, and of gaps that are all empty fields.
    """

    values: pd.Series
    spelling: str | None = None
    markers: Sequence[list[Any]] = ()


def type_columns(columns: Sequence[pa.ChunkedArray]) -> list[Typed]:
    """Return columns of strings, null where a field is empty, by what they write.

    A number that would lose its spelling, such as 01067, leaves a column text, and so do numbers of more digits than
    a number has. For `read_columns` to read are left those of three decimals each that may be thousands, such as 1.724,
    and a few that differ by zeros at the end alone, such as 1.1 and 1.10.
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
    if strings.null_count < len(strings) and (found := _numbers(strings)):
        return Typed(_as_series(found.values), found.spelling)
    coded = strings.dictionary_encode().unify_dictionaries()
    cells = coded.chunk(0).dictionary if coded.num_chunks else pa.array([], pa.string())
    places = pa.chunked_array([chunk.indices for chunk in coded.chunks], pa.int32())
    trimmed = pc.utf8_trim_whitespace(cells)
    gaps = pc.is_in(trimmed, _MARKERS)
    markers = _count_markers(trimmed.to_numpy(zero_copy_only=False), gaps, places) if pc.any(gaps).as_py() else []
    filled = pc.if_else(gaps, pa.scalar(None, pa.string()), trimmed)
    if filled.null_count == len(filled):
        return Typed(pd.Series(np.full(len(strings), np.nan)), None, markers)
    if found := _numbers(filled):
        return Typed(_as_series(found.values.take(places)), found.spelling, markers)
    texts = pc.if_else(gaps, pa.scalar(None, pa.string()), pc.utf8_ltrim(cells, " "))
    return Typed(_as_text(texts, places), None, markers)


class _Numbers(NamedTuple):
    values: Strings
    spelling: str | None


def _numbers(strings: Strings) -> _Numbers | None:
    """Return the numbers that all strings write and would be written back as, and how they are written, or None."""
    numbers = _cast(strings, pa.int64())
    if numbers is None:
        numbers = _cast(strings, pa.float64())
        if numbers is not None and _match(strings, _WHOLE):
            numbers = _cast(strings, pa.uint64())  # or text, as a double would lose digits
        elif numbers is not None and _match(strings, _THOUSANDS):
            return None  # to be told from thousands by what the other columns have
    if numbers is None or (edges := find_edges(strings)).coded:
        return None
    whole = pa.types.is_integer(numbers.type)
    if not whole and (not _all_finite(numbers) or (edges.filled and _differ_by_zeros(strings))):
        return None  # some are, or may be, gaps, which are to come back as written, or versions, of which that is said
    return _Numbers(numbers, find_spelling(strings, numbers, whole, edges).to_text())


def _all_finite(numbers: Strings) -> bool:
    return bool(pc.all(pc.is_finite(numbers), min_count=0).as_py())


def _differ_by_zeros(strings: Strings) -> bool:
    """Whether two of a few distinct numbers are the same but for zeros at the end: 1.1 and 1.10."""
    if len(pc.unique(strings[:_SOME])) > FEW:
        return False
    texts = pc.unique(strings).drop_null()
    texts = texts.filter(pc.match_substring_regex(texts, r"^[-+]?[0-9]+\.[0-9]+$"))
    return len(pc.unique(texts.cast(pa.float64()))) < len(texts)


def _match(strings: Strings, pattern: str) -> bool:
    """Whether all have a form; as a rule the first few show that they have not."""
    parts = (strings[:FEW], strings)
    return all(pc.all(pc.match_substring_regex(part, pattern), min_count=0).as_py() for part in parts)


def _cast(strings: Strings, to: pa.DataType) -> Strings | None:
    try:
        strings[:FEW].cast(to)  # as a rule the first few show it if not all are such
        return strings.cast(to)
    except pa.ArrowInvalid:
        return None


def _count_markers(texts: NDArray[Any], gaps: pa.Array, places: pa.ChunkedArray) -> list[list[Any]]:
    """Return what stood for gaps, with its share of them."""
    counts = np.bincount(places.drop_null().to_numpy(), minlength=len(texts))
    marked = gaps.to_numpy(zero_copy_only=False)
    found = Counter({"": places.null_count})
    for text, count in zip(texts[marked], counts[marked], strict=True):
        found[str(text)] += int(count)
    return [[text, count / found.total()] for text, count in sorted(found.items()) if count]


def _as_series(numbers: pa.ChunkedArray) -> pd.Series:
    """Return numbers as numpy has them; whole ones with gaps as doubles, unless these would lose digits."""
    if numbers.null_count and pa.types.is_integer(numbers.type):
        ends = pc.min_max(numbers).as_py()
        if max(-ends["min"], ends["max"]) > MOST_EXACT:
            return pd.Series(pd.array(numbers.to_pylist(), dtype="UInt64" if ends["max"] >= 2**63 else "Int64"))
    return numbers.to_pandas()


def _as_text(texts: pa.Array, places: pa.ChunkedArray) -> pd.Series:
    """Return texts, or truth values as Python writes them, as objects, of which there is one for all equal ones."""
    values = texts.to_pylist()
    if set(values) <= _TRUTH.keys():
        values = [_TRUTH[value] for value in values]
        if not places.null_count and None not in values:
            return pd.Series(np.array(values)[places.to_numpy()])
    shelf = np.empty(len(values) + 1, dtype=object)
    shelf[:] = [*(np.nan if value is None else value for value in values), np.nan]
    return pd.Series(shelf[places.fill_null(len(values)).to_numpy()])
