"""Columns of clock times and of durations."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.schema.column import Column, ColumnType, Floats, Measure
from tabgan.schema.dates.date_template import write_dates
from tabgan.schema.dates.datetext import read_dates
from tabgan.schema.dates.duration_text import read_durations, write_durations
from tabgan.schema.dates.ticks import Ticks
from tabgan.schema.dates.units import TICKS, UNITS, Counts, count_in, find_unit, tick_of, to_units
from tabgan.schema.dtypes import Contents
from tabgan.schema.moments import Moments
from tabgan.schema.steps import find_step
from tabgan.text import shorten

SECOND = UNITS["second"]


@dataclass(frozen=True)
class ClockTimes(ColumnType):
    """Times of a day: in the matrix whole units since the earliest."""

    kinds = ("time",)
    decimals = 0
    like = ("clock times", "14:30")

    maximum: float  # the latest, in units
    unit: str  # a key of `UNITS`
    origin: int  # the earliest, in ticks since midnight
    tick: str  # a key of `TICKS`
    form: str | None = None  # a template, or "object": as Python's objects; None: as numpy's durations
    step: int = 1  # from one to the next, in units, counted from the earliest

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, self.maximum

    @property
    def measure(self) -> Measure:
        return Measure("moment", UNITS[self.unit], self.origin * TICKS[self.tick])

    @classmethod
    def takes(cls, contents: Contents) -> bool:
        return contents.holds == cls.kinds[0] or (bool(contents.texts) and cls._read(contents.texts) is not None)

    @classmethod
    def learn(cls, series: pd.Series, asked: str | None) -> Column:
        if pd.api.types.is_timedelta64_dtype(series.dtype):
            return Moments.learn(series, asked)
        found = cls.read(series)
        counts = found.counts[~found.gaps]
        unit, origin = find_unit(counts, found.tick), int(counts.min())
        units = to_units(counts, origin, UNITS[unit] // TICKS[found.tick])
        learned = cls(float(units.max()), unit, origin, found.tick, found.form, find_step(units, 0))
        return Column.of(series, learned, len(np.unique(units)))

    def encode(self, series: pd.Series) -> Floats:
        found = self.read(series)
        values = to_units(count_in(found.counts, found.tick, self.tick), self.origin, self._step)
        return np.where(found.gaps, np.nan, values)

    def decode(self, values: Floats, column: Column) -> Any:
        gaps = np.isnan(values)
        counts = self.origin + np.where(gaps, 0, values).astype(np.int64) * self._step
        if self.form is None:
            spans = counts.view(f"timedelta64[{self.tick}]")
            spans[gaps] = np.array("NaT", spans.dtype)
            return spans
        distinct, places = np.unique(counts, return_inverse=True)
        shelf = np.empty(len(distinct), dtype=object)
        per_second = SECOND // TICKS[self.tick]
        seconds, nanos = distinct // per_second, distinct % per_second * TICKS[self.tick]
        shelf[:] = self._objects(seconds, nanos) if self.form == "object" else self._texts(seconds, nanos)
        written = shelf[places]
        written[gaps] = column.gap_value
        return pd.Series(written, dtype=object).astype(column.held)

    def find(self, value: Any, text: str, column: Column) -> float:
        """Return the units since the earliest, with a fraction."""
        try:
            found = self.read(pd.Series([value if self._is_object(value) else str(value)], dtype=object))
        except InputError as error:  # which speaks of a row
            raise ValueError(value) from error
        return (int(found.counts[0]) * TICKS[found.tick] - self.origin * TICKS[self.tick]) / UNITS[self.unit]

    @classmethod
    def compared(cls, series: pd.Series) -> Floats:
        """As seconds."""
        found = cls.read(series)
        return np.where(found.gaps, np.nan, found.counts * (TICKS[found.tick] / SECOND))

    def describe(self, column: Column) -> dict[str, Any]:
        ends = pd.Series(self.decode(np.array(self.range), column))
        about: dict[str, Any] = {"unit": self.unit, "range": [str(end) for end in ends]}
        return about if self.step == 1 else about | {"step": f"{self.step} {self.unit}s"}

    def say_grid(self, column: Column) -> str:
        first = pd.Series(self.decode(np.zeros(1), column)).iloc[0]
        return f"{self.like[0]} in steps of {self.step} {self.unit}s from {first} on"

    @property
    def _step(self) -> int:
        return UNITS[self.unit] // TICKS[self.tick]

    @classmethod
    def read(cls, series: pd.Series) -> Ticks:
        """Read a column of such texts or objects; InputError if a value is none."""
        gaps = series.isna().to_numpy()
        codes, found = pd.factorize(series)
        values = list(found)
        if values and not isinstance(values[0], str) and all(map(cls._is_object, values)):
            return Ticks(np.append(cls._micros(values), 0)[codes], gaps, "us", "object")
        strange = next((i for i, value in enumerate(values) if not isinstance(value, str)), None)
        read = cls._read(values) if strange is None else None
        if read is None:
            place = cls._strange(values) if strange is None else strange
            raise InputError(
                f"column {str(series.name)!r} must hold {cls.like[0]} in one form, but has "
                f"{shorten(str(values[place]))!r} in row {int(np.argmax(codes == place)) + 1}; mend it, or write it as "
                f"{cls.like[1]}"
            )
        seconds, nanos, digits, form = read
        tick = tick_of(digits)
        counts = seconds * (SECOND // TICKS[tick]) + nanos // TICKS[tick]
        return Ticks(np.append(counts, 0)[codes], gaps, tick, form)

    # What differs between clock times and durations.

    @classmethod
    def _read(cls, texts: list[str]) -> tuple[Counts, Counts, int, str] | None:
        read = read_dates(texts, what="clock")
        return None if isinstance(read, int) else (read.seconds, read.nanos, read.digits, read.template)

    @classmethod
    def _strange(cls, texts: list[str]) -> int:
        read = read_dates(texts, what="clock")
        return read if isinstance(read, int) else 0

    @staticmethod
    def _is_object(value: Any) -> bool:
        return isinstance(value, datetime.time) and value.tzinfo is None

    @staticmethod
    def _micros(values: list[Any]) -> Counts:
        day = datetime.date(1970, 1, 1)
        moments = [datetime.datetime.combine(day, value) for value in values]
        return np.array(moments, dtype="datetime64[us]").view(np.int64)

    @staticmethod
    def _objects(seconds: Counts, nanos: Counts) -> list[Any]:
        micros = (seconds * 10**6 + nanos // 1000).view("datetime64[us]")
        return [moment.time() for moment in micros.tolist()]

    def _texts(self, seconds: Counts, nanos: Counts) -> list[str]:
        return write_dates(seconds, nanos, self.form or "")


@dataclass(frozen=True)
class Durations(ClockTimes):
    """Durations: in the matrix whole units since the shortest."""

    kinds = ("duration",)
    like = ("durations", "1:30:00")

    @classmethod
    def _read(cls, texts: list[str]) -> tuple[Counts, Counts, int, str] | None:
        read = read_durations(texts)
        return None if isinstance(read, int) else tuple(read)  # type: ignore[return-value]

    @classmethod
    def _strange(cls, texts: list[str]) -> int:
        read = read_durations(texts)
        return read if isinstance(read, int) else 0

    @staticmethod
    def _is_object(value: Any) -> bool:
        return isinstance(value, datetime.timedelta) or ClockTimes._is_object(value)

    @staticmethod
    def _micros(values: list[Any]) -> Counts:
        midnight = datetime.datetime.min
        spans = [
            datetime.datetime.combine(midnight, value) - midnight if isinstance(value, datetime.time) else value
            for value in values
        ]
        return np.array(spans, dtype="timedelta64[us]").view(np.int64)

    @staticmethod
    def _objects(seconds: Counts, nanos: Counts) -> list[Any]:
        micros = (seconds * 10**6 + nanos // 1000).view("timedelta64[us]")
        return list(micros.tolist())

    def _texts(self, seconds: Counts, nanos: Counts) -> list[str]:
        return write_durations(seconds, nanos, self.form or "")
