"""What all rows of a part, or of several, show of a column: mergeable, so that no order of reading matters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.dates.units import TICKS, UNITS
from tabgan.tables.scan.exactness import Digits

MOST_COUNTED = 10_000
"""Distinct values that are counted; of columns with more their ends and digits are known."""
ENDS = 8  # least and greatest values that are kept: a few may stand for gaps
MOST_SHAPES = 200  # of texts, of each of which the first is kept
EACH = 10  # times a value is there at most where that is all that matters
TRUTH, NUMBER, MOMENT, TEXT, OTHER = "truth value", "number", "moment", "text", "other value"
_CALENDAR = 31 + 7  # days of a month and of a week

Positions = NDArray[np.int64]


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
        self.digits = Digits()
        self.first: dict[Any, tuple[int, Any]] = {}  # of each class, such as a day of the week, where, and the value

    def add(self, column: pa.Array, start: int) -> None:
        """Take in a batch whose first row stands at a position."""
        column = _plain(column)
        self.gaps += column.null_count
        there = np.arange(start, start + len(column))
        if column.null_count:
            there, column = there[column.is_valid().to_numpy(zero_copy_only=False)], column.drop_null()
        if not len(column) or self.family == OTHER:
            return
        if self.family in (TRUTH, TEXT):
            self._add_labels(column, there)
            return
        values = column.to_numpy(zero_copy_only=False)
        if values.dtype.kind == "f":
            missing = np.isnan(values)
            if missing.any():
                self.gaps += int(missing.sum())
                values, there = values[~missing], there[~missing]
            if self.counts is not None:
                values = values + values.dtype.type(0)  # no -0
                column = pa.array(values)
        elif values.dtype == np.uint64:
            values = values.astype(np.int64)  # those that it cannot hold are refused by their ends
        self._count(column)
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
        return sorted({_as_python(value) for value in (*self.low, *self.high, *kept)})

    def repeats(self) -> list[int]:
        """Return how often each of all distinct values is to be there, for a schema to be as that of all rows."""
        return [min(self.counts[value], EACH) for value in sorted(self.counts)] if self.counts else []

    def to_json(self) -> list[Any]:
        """Return all of it, for a digest."""
        counts = None if self.counts is None else sorted((repr(value), count) for value, count in self.counts.items())
        firsts = sorted((str(key), position, repr(_as_python(v))) for key, (position, v) in self.first.items())
        digits = [(position, repr(_as_python(value))) for position, value in self.digits.first]
        return [self.family, self.gaps, counts, list(map(repr, self.low)), list(map(repr, self.high)), digits, firsts]

    def _count(self, column: pa.Array) -> None:
        if self.counts is None:
            return
        found = column.value_counts()
        if len(found) > MOST_COUNTED:
            self.counts = None
        else:
            self._add_counts(zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True))

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
            distinct = np.unique(values[beyond])
            some = distinct if len(distinct) <= 2 * ENDS else np.concatenate([distinct[:ENDS], distinct[-ENDS:]])
            self._set_ends([*self.low, *self.high, *map(_as_python, some)])

    def _set_ends(self, values: list[Any]) -> None:
        distinct = sorted(set(values))
        self.low, self.high = distinct[:ENDS], distinct[::-1][:ENDS]

    def _keep(self, key: Any, position: int, value: Any) -> None:
        if key not in self.first and (self.family != TEXT or len(self.first) < MOST_SHAPES):
            self.first[key] = position, value

    def _add_labels(self, column: pa.Array, there: Positions) -> None:
        """Count labels; keep the ends of texts by their order, and the first text of each shape."""
        coded = column.dictionary_encode()
        places = coded.indices.to_numpy()
        labels = coded.dictionary.to_pylist()
        new: NDArray[np.intp] = np.arange(len(labels))
        if self.counts is not None:
            new = np.array([i for i, label in enumerate(labels) if label not in self.counts], np.intp)
            self._add_counts(zip(labels, np.bincount(places).tolist(), strict=True))
        if self.family != TEXT or not len(new):
            return
        self._set_ends([*self.low, *self.high, *pc.min_max(coded.dictionary).as_py().values()])
        if len(self.first) >= MOST_SHAPES:
            return
        first = np.empty(len(labels), np.intp)
        first[places[::-1]] = np.arange(len(places))[::-1]
        shapes = pc.replace_substring_regex(coded.dictionary.take(pa.array(new)), r"[0-9]", "0").to_pylist()
        for i, shape in zip(new.tolist(), shapes, strict=True):
            self._keep(shape, int(there[first[i]]), labels[i])

    def _add_days(self, values: NDArray[Any], there: Positions) -> None:
        """Keep the first moment of each day of the week and of the month."""
        if len(self.first) >= _CALENDAR or self.per_day == 0:
            return
        days = values // self.per_day
        months = days.astype("datetime64[D]").astype("datetime64[M]")
        of_month = (days - months.astype("datetime64[D]").astype(np.int64)).astype(np.int64)
        for classes in ((days + 3) % 7, 7 + of_month):
            found, first = np.unique(classes, return_index=True)
            for key, i in zip(found.tolist(), first.tolist(), strict=True):
                self._keep(key, int(there[i]), int(values[i]))


def make_facts(found: pa.DataType) -> Facts:
    """Return facts of no row yet of a column of a type."""
    types, family = pa.types, find_family(found)
    if types.is_date(found):
        return Facts(family, 1 if types.is_date32(found) else 86_400_000)
    return Facts(family, UNITS["day"] // TICKS[found.unit] if types.is_timestamp(found) else 0)


def _plain(column: pa.Array) -> pa.Array:
    """Return labels without their dictionary, moments as whole numbers, and numbers as numpy has them."""
    types = pa.types
    if types.is_dictionary(column.type):
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
