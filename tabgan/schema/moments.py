"""Columns of dates, times and durations: whole units since the earliest."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.column import Column, ColumnType, Floats, Measure
from tabgan.schema.dates.date_template import fixed_zone, known_of
from tabgan.schema.dates.datetext import read_dates
from tabgan.schema.dates.days import Days, find_days
from tabgan.schema.dates.doubts import say_doubts
from tabgan.schema.dates.numbered import are_digits
from tabgan.schema.dates.offsets import Offsets
from tabgan.schema.dates.spans import are_spans, read_spans
from tabgan.schema.dates.ticks import Ticks, read_moments, said_of_days, write_moments, write_numbers
from tabgan.schema.dates.units import TICKS, UNITS, Counts, count_in, find_unit, to_nanoseconds, to_units
from tabgan.schema.dtypes import Contents, is_number
from tabgan.schema.steps import find_step
from tabgan.spelling import spell
from tabgan.text import shorten

_YEAR_FIRST = re.compile(r"\d{4}([-/.]\d|$)")


@dataclass(frozen=True)
class Moments(ColumnType):
    """Dates, times of a date and durations: in the matrix whole units since the earliest."""

    kinds = ("datetime",)
    decimals = 0
    like = ("dates", "2024-01-31 or 2024-01-31 10:00")

    maximum: float  # the latest, in units
    unit: str  # a key of `UNITS`
    origin: int  # the earliest, in ticks since 1970 in UTC
    tick: str  # a key of `TICKS`
    form: str | None = None  # of moments that came as text, numbers or Python's dates; see `Ticks`
    minimum: float = 0.0
    offsets: Offsets | None = None  # of texts with several
    step: int = 1  # from one moment to the next, in units, counted from the earliest
    weekdays: tuple[int, ...] = ()  # see `Days`
    month_days: tuple[int, ...] = ()
    months: int = 1

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, self.maximum

    @property
    def measure(self) -> Measure:
        return Measure("moment", UNITS[self.unit], self.start)

    @property
    def start(self) -> int:
        """The earliest, in nanoseconds since 1970."""
        return self.origin * TICKS[self.tick]

    def nanoseconds(self, units: NDArray[np.float64]) -> Counts:
        """Return what `encode` made, without NaN, as nanoseconds since 1970; InputError where int64 has no room."""
        return to_nanoseconds(units.astype(np.int64), UNITS[self.unit], self.start)

    @classmethod
    def takes(cls, contents: Contents) -> bool:
        """Moments, text that writes dates, and numbers that are the digits of dates of our time."""
        if contents.holds == "number":
            return are_digits(contents.series)
        if contents.texts and contents.texts[0].isdecimal():
            return not np.isnan(contents.spelt).any() and are_digits(pd.Series(contents.spelt))
        text = bool(contents.texts) and not isinstance(read_dates(contents.texts, said_of_days(contents.series)), int)
        return contents.holds == "moment" or text

    @classmethod
    def learn(cls, series: pd.Series, asked: str | None) -> Column:
        series = series.astype(object) if isinstance(series.dtype, pd.CategoricalDtype) else series
        found = read_moments(series)
        counts = found.counts[~found.gaps]
        unit, origin = find_unit(counts, found.tick), int(counts.min())
        units = to_units(counts, origin, UNITS[unit] // TICKS[found.tick])
        offsets = None if found.zones is None else Offsets.learn(counts, found.zones[~found.gaps], found.tick)
        learned = cls(float(units.max()), unit, origin, found.tick, found.form, offsets=offsets)
        learned = learned._with_steps(units, days=offsets is None and not _has_zone(series, found.form))
        say_doubts(series, found, asked)
        return Column.of(series, learned, len(np.unique(units)))

    def _with_steps(self, units: Floats, days: bool) -> Moments:
        """Return the type that holds the steps in which all moments come, and the days if these count as written."""
        found = find_days(np.unique(self._split(units)[0])) if days else Days()
        step, per_day = find_step(units, 0), UNITS["day"] // UNITS[self.unit]
        if found.weekdays and step % (7 * per_day) == 0:
            found = Days()
        if found != Days() and per_day % step:
            step = 1
        return replace(self, step=step, **found._asdict())

    @property
    def days(self) -> Days:
        """Which days of the calendar there are."""
        return Days(self.weekdays, self.month_days, self.months)

    def _split(self, units: Floats) -> tuple[Counts, Counts]:
        """Return the days since 1970 that units since the earliest are in, and the units since these began."""
        per_day = UNITS["day"] // UNITS[self.unit]
        since = units.astype(np.int64) + self.start // UNITS[self.unit]
        return since // per_day, since % per_day

    def round(self, values: Floats, column: Column) -> Floats:
        return self._on_grid(super().round(values, column))

    def _on_grid(self, units: Floats) -> Floats:
        """Return units at the nearest days that there are, or at the nearest time that clocks on the wall show."""
        if self.offsets is None or not self.offsets.step:
            return self._on_days(units)
        gaps = np.isnan(units)
        counts = self.origin + np.where(gaps, 0, units).astype(np.int64) * self._step
        moved = to_units(self.offsets.round(counts, self.tick), self.origin, self._step)
        return np.where(gaps, np.nan, np.clip(moved, *self.range))

    def _on_days(self, units: Floats) -> Floats:
        """Return units at the nearest days that there are, at the same time of day; gaps stay NaN."""
        gaps = np.isnan(units)
        if self.days == Days() or gaps.all():
            return units
        days, _ = self._split(np.where(gaps, 0, units))
        first, last = self._split(np.array(self.range))[0].tolist()
        moved = (self.days.nearest(days, first, last) - days) * (UNITS["day"] // UNITS[self.unit])
        return np.clip(np.where(gaps, np.nan, units + moved), *self.range)

    def holds(self, values: Floats) -> NDArray[np.bool_]:
        units = np.floor(values)
        return np.asarray(super().holds(values) & (np.isnan(values) | (self._on_grid(units) == units)))

    def say_grid(self, column: Column) -> str:
        said = [] if self.days == Days() else [f"only days that are {self.days.say()}"]
        first = pd.Series(self.decode(np.zeros(1), column)).iloc[0]
        plain = self.step == 1 and said
        what = "durations" if are_spans(column.dtype) else "moments"
        return " and ".join([*said, *([] if plain else [f"{what} in steps of {self._say_step()} from {first} on"])])

    def _say_step(self) -> str:
        return self.unit if self.step == 1 else f"{self.step} {self.unit}s"

    def encode(self, series: pd.Series) -> Floats:
        found = self._read(series)
        values = to_units(count_in(found.counts, found.tick, self.tick), self.origin, self._step)
        values[found.gaps] = np.nan
        return values

    def decode(self, values: Floats, column: Column) -> Any:
        gaps = np.isnan(values)
        counts = self.origin + np.where(gaps, 0, values).astype(np.int64) * self._step
        if self.form is not None:
            if is_number(column.held) and not isinstance(column.held, pd.CategoricalDtype):
                return write_numbers(counts, gaps, self.tick, self.form, column.held)
            objects = write_moments(counts, gaps, self.tick, self.form, column.gap_value, self.offsets)
            return pd.Series(objects, dtype=object).astype(column.held)
        if isinstance(column.held, pd.ArrowDtype):
            stored = pa.array(counts, mask=gaps)
            stored = stored.cast(pa.int32()) if self.tick == "D" else stored
            return pd.arrays.ArrowExtensionArray(stored.cast(column.held.pyarrow_dtype))
        kind = "m" if are_spans(column.dtype) else "M"
        moments = counts.view(f"{kind}8[{self.tick}]")
        moments[gaps] = "NaT"
        if isinstance(column.held, pd.PeriodDtype):
            return pd.DatetimeIndex(moments).to_period(column.held.freq)
        if isinstance(column.held, pd.DatetimeTZDtype):
            return pd.Series(moments).dt.tz_localize("UTC").dt.tz_convert(column.held.tz)
        return moments

    def find(self, value: Any, text: str, column: Column) -> float:
        """Return the units since the earliest, with a fraction."""
        if are_spans(column.dtype):
            return self._find_span(value, text, column)
        if self.form and not _YEAR_FIRST.match(str(value)):  # as the column writes them
            cell = value if is_number(column.held) else str(value)
            found = self._read(pd.Series([cell], name=column.name))
            return (int(found.counts[0]) * TICKS[found.tick] - self.start) / UNITS[self.unit]
        if isinstance(value, str) and not _YEAR_FIRST.match(value):
            return np.nan
        value = value.start_time if isinstance(value, pd.Period) else value
        moment = pd.Timestamp(str(value) if self.form else value)
        zone = re.search(r", (?:tz=)?([^\],]+)\]", column.dtype)
        if zone and moment.tzinfo is None:
            moment = moment.tz_localize(zone[1])
        ahead = fixed_zone(self.form) if self.form and moment.tzinfo is None else 0
        return float(moment.as_unit("ns").value - ahead * UNITS["minute"] - self.start) / UNITS[self.unit]

    def _find_span(self, value: Any, text: str, column: Column) -> float:
        spans = read_spans(pd.Series([value], dtype=object))
        if spans is None:
            raise InputError(
                f"column {str(column.name)!r} holds durations, but the condition {shorten(text)!r} compares it with "
                f"{shorten(value)!r}; write the value as 1:30:00"
            )
        return float(spans[0].value - self.start) / UNITS[self.unit]

    @classmethod
    def compared(cls, series: pd.Series) -> Floats:
        """As seconds since 1970."""
        found = read_moments(series)
        return np.where(found.gaps, np.nan, found.counts * (TICKS[found.tick] / 1e9))

    def describe(self, column: Column) -> dict[str, Any]:
        ends = pd.Series(self.decode(np.array(self.range), column))
        about: dict[str, Any] = {
            "unit": self.unit,
            "range": [f"{end:.15g}" if isinstance(end, float) else str(end) for end in ends],
        }
        if self.step > 1:
            about["step"] = self._say_step()
        return about if self.days == Days() else about | {"days": self.days.say()}

    def _read(self, series: pd.Series) -> Ticks:
        """Read a column as the learned one was; InputError if its cells decide that day and month stand otherwise."""
        found = read_moments(series, self.form)
        own, other = known_of(self.form), known_of(found.form)
        if own.sign and own.sign == other.sign and own.day_first != other.day_first:
            first, cell = "day" if own.day_first else "month", shorten(found.example)
            raise InputError(
                f"column {str(series.name)!r} was learned with the {first} first, but has cells such as {cell!r}; "
                f"write them so, or learn it with {spell('dayfirst', not own.day_first)}"
            )
        return found

    def to_dict(self) -> dict[str, Any]:
        return super().to_dict() | ({"offsets": self.offsets.to_dict()} if self.offsets else {})

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Moments:
        offsets = state.get("offsets")
        return super().from_dict({**state, "offsets": offsets and Offsets.from_dict(offsets)})

    @property
    def _step(self) -> int:
        return UNITS[self.unit] // TICKS[self.tick]


def _has_zone(series: pd.Series, form: str | None) -> bool:
    """Whether days do not count as they are written, but in UTC; or are durations."""
    zoned = isinstance(series.dtype, pd.DatetimeTZDtype) or ", tz=" in str(series.dtype)
    return zoned or are_spans(str(series.dtype)) or bool(fixed_zone(form or ""))
