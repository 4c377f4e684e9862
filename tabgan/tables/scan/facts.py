"""What all rows of a part, or of several, show of a column: mergeable, so that no order of reading matters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.dates.units import TICKS, UNITS
from tabgan.tables.scan.exactness import Digits, Places
from tabgan.tables.scan.text_orders import Ends, find_ends, find_shapes, merge_ends

MOST_COUNTED = 10_000
"""Distinct values that are counted; of columns with more their ends and digits are known."""
ENDS = 8  # least and greatest values that are kept: a few may stand for gaps
MOST_SHAPES = 200  # of texts, of each of which the first is kept
EACH = 10  # times a value is there at most where that is all that matters
TRUTH, NUMBER, MOMENT, TEXT, OTHER = "truth value", "number", "moment", "text", "other value"
_CALENDAR = 31 + 7  # days of a month and of a week


def find_family(found: pa.DataType) -> str:
    """Return what a column of a type of Arrow holds."""
    types = pa.types
    if types.is_dictionary(found):
        return find_family(found.value_type)
    if types.is_boolean(found):
        return TRUTH
    if types.is_integer(found) or types.is_floating(found):
        return NUMBER
    if types.is_temporal(found) and not types.is_interval(found):
        return MOMENT
    if types.is_string(found) or types.is_large_string(found) or str(found) == "string_view":
        return TEXT
    return OTHER


class Facts:
    """Of one column: how many rows have no value, how often there is each, or the ends and digits of too many.

    Batches are added in the order of their rows, with gaps between them that other `Facts` fill; those are merged in
    any order. Moments are whole numbers, by the type's own count.
    """

    def __init__(self, family: str, per_day: int = 0) -> None:
        self.family = family
        self.per_day = per_day  # counts of a moment's type in a day; 0 of what has no days
        self.gaps = 0
        self.counts: dict[Any, int] | None = None if family == OTHER else {}  # None: too many
        self.low: list[Any] = []
        self.high: list[Any] = []  # the greatest first
        self.ends: Ends = {}  # of texts
        self.digits = Digits()
        self.first: dict[Any, tuple[int, Any]] = {}  # of each class, such as a day of the week, where, and the value

    def add(self, column: pa.Array, start: int) -> None:
        """Take in a batch whose first row stands at a position."""
        column = _plain(column)
        self.gaps += column.null_count
        if self.family == OTHER or column.null_count == len(column):
            return
        there = Places(start)
        if column.null_count:
            there = there.where(column.is_valid().to_numpy(zero_copy_only=False))
            column = column.drop_null()
        if self.family in (TRUTH, TEXT):
            self._add_labels(column, there)
            return
        values = column.to_numpy(zero_copy_only=False)
        if values.dtype.kind == "f":
            missing = np.isnan(values)
            if missing.any():
                self.gaps += int(missing.sum())
                values, there = values[~missing], there.where(~missing)
                column = pa.array(values)
        elif values.dtype == np.uint64:
            values = values.astype(np.int64)  # those that it cannot hold are refused by their ends
        if self._has_counted(column):
            return
        self._add_ends(column, values)
        self.digits.add(values, there)
        if self.family == MOMENT:
            self._add_days(values, there)

    def merge(self, other: Facts) -> Facts:
        """Return those of both."""
        merged = Facts(self.family, self.per_day)
        merged.gaps = self.gaps + other.gaps
        merged.counts = None
        if self.counts is not None and other.counts is not None:
            merged.counts = dict(self.counts)
            merged._add_counts(other.counts.items())
        merged._set_ends([*self.low, *self.high, *other.low, *other.high])
        merged.ends = merge_ends(self.ends, other.ends)
        merged.digits = self.digits.merge(other.digits)
        both = [*self.first.items(), *other.first.items()]
        for key, (position, value) in sorted(both, key=lambda item: item[1][0]):
            merged._keep(key, position, value)
        return merged

    def witnesses(self) -> list[Any]:
        """Return the values from which a schema follows: all distinct ones, or what tells it beside other rows."""
        if self.counts is not None:
            return sorted(self.counts)
        kept = [value for _, value in [*self.digits.first, *self.first.values()]]
        texts = [text for ends in self.ends.values() for text in ends[1::2]]
        return sorted({_as_python(value) for value in (*self.low, *self.high, *texts, *kept)})

    def repeats(self) -> list[int]:
        """Return how often each of all distinct values is to be there, for a schema to be as that of all rows."""
        return [min(self.counts[value], EACH) for value in sorted(self.counts)] if self.counts else []

    def to_json(self) -> list[Any]:
        """Return all of it, for a digest."""
        counts = None if self.counts is None else sorted((repr(value), count) for value, count in self.counts.items())
        firsts = sorted((str(key), position, repr(_as_python(v))) for key, (position, v) in self.first.items())
        digits = [(position, repr(_as_python(value))) for position, value in self.digits.first]
        ends = [repr(self.low), repr(self.high), repr(sorted(self.ends.items()))]
        return [self.family, self.gaps, counts, ends, digits, firsts]

    def _has_counted(self, column: pa.Array) -> bool:
        """Count values, as long as these are few; return whether all of them were there before."""
        if self.counts is None:
            return False
        found = column.value_counts()
        if len(found) > MOST_COUNTED:
            self.counts = None
            return False
        values = found.field("values").to_pylist()
        if pa.types.is_floating(column.type):
            values = [value + 0.0 for value in values]  # no -0
        old = all(value in self.counts for value in values)
        self._add_counts(zip(values, found.field("counts").to_pylist(), strict=True))
        return old

    def _add_counts(self, counts: Iterable[tuple[Any, int]]) -> None:
        assert self.counts is not None
        for value, count in counts:
            self.counts[value] = self.counts.get(value, 0) + count
        if len(self.counts) > MOST_COUNTED:
            self.counts = None

    def _add_ends(self, column: pa.Array, values: NDArray[Any]) -> None:
        if column.type == pa.uint64() and self.family == NUMBER:
            self._set_ends([*self.low, *self.high, *pc.min_max(column).as_py().values()])
            return
        full = len(self.low) == ENDS
        beyond = (values < self.low[-1]) | (values > self.high[-1]) if full else np.ones(len(values), bool)
        if beyond.any():
            distinct = np.unique(values[beyond] + values.dtype.type(0))  # no -0
            some = distinct if len(distinct) <= 2 * ENDS else np.concatenate([distinct[:ENDS], distinct[-ENDS:]])
            self._set_ends([*self.low, *self.high, *map(_as_python, some)])

    def _set_ends(self, values: list[Any]) -> None:
        distinct = sorted(set(values))
        self.low, self.high = distinct[:ENDS], distinct[::-1][:ENDS]

    def _keep(self, key: Any, position: int, value: Any) -> None:
        if key not in self.first and (self.family != TEXT or len(self.first) < MOST_SHAPES):
            self.first[key] = position, value

    def _add_labels(self, column: pa.Array, there: Places) -> None:
        """Count labels; keep the ends of texts, and the first text of each shape."""
        coded = column if pa.types.is_dictionary(column.type) else None
        if self.counts is not None:
            coded = coded or column.dictionary_encode()
            labels, places = coded.dictionary.to_pylist(), coded.indices.to_numpy()
            counts = np.bincount(places, minlength=len(labels))
            old = all(labels[i] in self.counts for i in np.flatnonzero(counts))
            self._add_counts((labels[i], int(counts[i])) for i in np.flatnonzero(counts))
            if old:
                return
        if self.family == TEXT:
            self._add_texts(column if coded is None else coded.dictionary_decode(), there)

    def _add_texts(self, texts: pa.Array, there: Places) -> None:
        found = find_shapes(texts)
        self.ends = merge_ends(self.ends, find_ends(texts, found))
        if len(self.first) < MOST_SHAPES:
            first = np.empty(len(found.shapes), np.intp)
            first[found.places[::-1]] = np.arange(len(texts))[::-1]
            shapes = found.shapes[:MOST_SHAPES].to_pylist()
            for place, shape in zip(first.tolist(), shapes, strict=False):  # in the order in which they come
                self._keep(shape, there[place], texts[place].as_py())

    def _add_days(self, values: NDArray[Any], there: Places) -> None:
        """Keep the first moment of each day of the week and of the month."""
        if len(self.first) >= _CALENDAR or self.per_day == 0:
            return
        days = values // self.per_day
        distinct = pd.unique(days)  # in the order in which they come
        dates = distinct.astype("datetime64[D]")
        of_month = (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
        for classes in ((distinct + 3) % 7, 7 + of_month):
            found, first = np.unique(classes, return_index=True)
            for key, day in zip(found.tolist(), first.tolist(), strict=True):
                if key not in self.first:
                    i = int(np.argmax(days == distinct[day]))
                    self._keep(key, there[i], int(values[i]))


def make_facts(found: pa.DataType) -> Facts:
    """Return facts of no row yet of a column of a type."""
    types, family = pa.types, find_family(found)
    if types.is_date(found):
        return Facts(family, 1 if types.is_date32(found) else 86_400_000)
    return Facts(family, UNITS["day"] // TICKS[found.unit] if types.is_timestamp(found) else 0)


def _plain(column: pa.Array) -> pa.Array:
    """Return labels of other than text without their dictionary, moments as whole numbers, numbers as numpy has."""
    types = pa.types
    if types.is_dictionary(column.type):
        if find_family(column.type) == TEXT and not column.dictionary.null_count:
            return column
        column = column.dictionary_decode()
    if types.is_date32(column.type) or types.is_time32(column.type):
        column = column.cast(pa.int32())
    if types.is_temporal(column.type) and not types.is_interval(column.type):
        column = column.cast(pa.int64())
    return column.cast(pa.float32()) if types.is_float16(column.type) else column


def as_array(values: list[Any], found: pa.DataType) -> pa.Array:
    """Return witnesses as a column of a type."""
    types = pa.types
    if types.is_dictionary(found):
        return as_array(values, found.value_type).dictionary_encode().cast(found)
    if find_family(found) != MOMENT:
        return pa.array(values, found)
    whole = pa.array(values, pa.int64())
    return (whole.cast(pa.int32()) if types.is_date32(found) or types.is_time32(found) else whole).cast(found)


def _as_python(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
