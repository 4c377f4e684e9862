"""Columns of dates, times and durations: whole units since the earliest."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.column import Column, ColumnType, Floats, Measure
from tabgan.schema.datetext import EXAMPLES, read_dates, write_dates
from tabgan.schema.dtypes import Contents, is_moment, is_text
from tabgan.schema.numbers import LARGEST_WHOLE
from tabgan.text import shorten

Counts = NDArray[np.int64]

UNITS = {
    "day": 86_400_000_000_000,
    "hour": 3_600_000_000_000,
    "minute": 60_000_000_000,
    "second": 1_000_000_000,
    "millisecond": 1_000_000,
    "microsecond": 1_000,
    "nanosecond": 1,
}
"""In nanoseconds."""
TICKS = {"D": UNITS["day"], "s": UNITS["second"], "ms": 1_000_000, "us": 1_000, "ns": 1}
"""What a dtype counts in, in nanoseconds."""

_YEAR_FIRST = re.compile(r"\d{4}[-/.]\d")
_PARTS = {"Y": "y", "m": "m", "d": "d", "H": "h", "M": "m", "S": "s", "f": "0"}
_FIRST = -25508 * UNITS["day"]  # 1900-03-01: Excel counts a day before it that there never was


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
    form: str | None = None  # of moments that came as text or Python's dates; see `Ticks`
    minimum: float = 0.0

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

    @classmethod
    def takes(cls, contents: Contents) -> bool:
        text = bool(contents.texts) and not isinstance(read_dates(contents.texts), int)
        return contents.holds == "moment" or text

    @classmethod
    def learn(cls, series: pd.Series, asked: str | None) -> Column:
        series = series.astype(object) if isinstance(series.dtype, pd.CategoricalDtype) else series
        found = read_moments(series)
        counts = found.counts[~found.gaps]
        unit, origin = find_unit(counts, found.tick), int(counts.min())
        units = to_units(counts, origin, UNITS[unit] // TICKS[found.tick])
        learned = cls(float(units.max()), unit, origin, found.tick, found.form)
        return Column.of(series, learned, len(np.unique(units)))

    def encode(self, series: pd.Series) -> Floats:
        found = read_moments(series)
        finer, coarser = TICKS[self.tick], TICKS[found.tick]
        counts = found.counts * (coarser // finer) if coarser >= finer else found.counts // (finer // coarser)
        values = to_units(counts, self.origin, self._step)
        values[found.gaps] = np.nan
        return values

    def decode(self, values: Floats, column: Column) -> Any:
        gaps = np.isnan(values)
        counts = self.origin + np.where(gaps, 0, values).astype(np.int64) * self._step
        if self.form is not None:
            objects = _as_objects(counts, gaps, self.tick, self.form, column.gap_value)
            return pd.Series(objects, dtype=object).astype(column.held)
        if isinstance(column.held, pd.ArrowDtype):
            stored = pa.array(counts, mask=gaps)
            stored = stored.cast(pa.int32()) if self.tick == "D" else stored
            return pd.arrays.ArrowExtensionArray(stored.cast(column.held.pyarrow_dtype))
        moments = counts.view(f"{column.held.kind}8[{self.tick}]")
        moments[gaps] = "NaT"
        if isinstance(column.held, pd.DatetimeTZDtype):
            return pd.Series(moments).dt.tz_localize("UTC").dt.tz_convert(column.held.tz)
        return moments

    def find(self, value: Any, text: str, column: Column) -> float:
        """Return the units since the earliest, with a fraction."""
        if column.dtype.startswith(("timedelta", "duration")):
            return float(pd.Timedelta(value).value - self.start) / UNITS[self.unit]
        if isinstance(value, str) and not _YEAR_FIRST.match(value):
            return np.nan
        moment = pd.Timestamp(value)
        zone = re.search(r", (?:tz=)?([^\],]+)\]", column.dtype)
        if zone and moment.tzinfo is None:
            moment = moment.tz_localize(zone[1])
        return float(moment.as_unit("ns").value - self.start) / UNITS[self.unit]

    @classmethod
    def compared(cls, series: pd.Series) -> Floats:
        """As seconds since 1970."""
        found = read_moments(series)
        return np.where(found.gaps, np.nan, found.counts * (TICKS[found.tick] / 1e9))

    def describe(self, column: Column) -> dict[str, Any]:
        ends = pd.Series(self.decode(np.array(self.range), column))
        return {"unit": self.unit, "range": [str(end) for end in ends]}

    @property
    def _step(self) -> int:
        return UNITS[self.unit] // TICKS[self.tick]


class Ticks(NamedTuple):
    """A column as whole ticks since 1970, in UTC; those of gaps mean nothing."""

    counts: Counts
    gaps: NDArray[np.bool_]
    tick: str  # a key of `TICKS`
    form: str | None  # how they come back if not by their dtype: "date" or "datetime", of Python, else a template


def read_moments(series: pd.Series) -> Ticks:
    """Read a column of moments, durations, Python's dates or text that writes dates; InputError if one is none."""
    gaps = series.isna().to_numpy()
    if isinstance(series.dtype, pd.ArrowDtype) and is_moment(series.dtype):
        stored = pa.array(series)
        counts = stored.cast(pa.int32() if pa.types.is_date32(stored.type) else pa.int64()).cast(pa.int64())
        return Ticks(counts.fill_null(0).to_numpy(), gaps, getattr(stored.type, "unit", "D"), None)
    if is_moment(series.dtype):
        plain = series.dt.tz_convert(None) if isinstance(series.dtype, pd.DatetimeTZDtype) else series
        values = plain.to_numpy()
        return Ticks(values.view(np.int64), gaps, np.datetime_data(values.dtype)[0], None)
    codes, found = pd.factorize(series)
    kind = "text" if is_text(series.dtype) else pd.api.types.infer_dtype(found, skipna=True)
    if kind in ("text", "string", "categorical") and all(isinstance(value, str) for value in found):
        return _read_texts(series, codes, list(found), gaps)
    if kind in ("date", "datetime") and not any(getattr(value, "tzinfo", None) for value in found):
        counts = np.array(found, dtype="datetime64[us]").view(np.int64)
        return Ticks(np.append(counts, 0)[codes], gaps, "us", kind)
    row = int(np.argmax(codes == 0)) + 1
    if kind == "datetime":
        raise InputError(
            f"column {str(series.name)!r} must hold dates of one zone, but has objects of several, such as "
            f"{shorten(found[0])!r} in row {row}; convert it with pandas.to_datetime(..., utc=True)"
        )
    raise InputError(
        f"column {str(series.name)!r} must hold dates, but has {shorten(found[0])!r} in row {row}; "
        f"write dates as in {EXAMPLES}, convert it with pandas.to_datetime, or change the kind of the column"
    )


def _read_texts(series: pd.Series, codes: NDArray[np.intp], found: list[str], gaps: NDArray[np.bool_]) -> Ticks:
    texts = read_dates(found)
    if isinstance(texts, int):
        raise InputError(
            f"column {str(series.name)!r} must hold dates in one form, but has {shorten(found[texts])!r} in row "
            f"{int(np.argmax(codes == texts)) + 1}; mend it, or write dates as in {EXAMPLES}"
        )
    tick = "s" if not texts.digits else "ms" if texts.digits <= 3 else "us" if texts.digits <= 6 else "ns"
    counts = np.array(texts.seconds) * (UNITS["second"] // TICKS[tick]) + np.array(texts.nanos) // TICKS[tick]
    return Ticks(np.append(counts, 0)[codes], gaps, tick, texts.template)


def find_unit(counts: Counts, tick: str) -> str:
    """Return the coarsest unit that writes all counts from the first on, if a double holds so many; else one that does.

    Examples
    --------
    >>> find_unit(np.array([0, 7200, 86400]), "s")
    'hour'
    """
    unit = "day"
    for unit in (u for u in UNITS if UNITS[u] >= TICKS[tick]):
        step = UNITS[unit] // TICKS[tick]
        if (counts % step == counts[0] % step).all():
            break
    coarser = list(UNITS)[: list(UNITS).index(unit) + 1]
    low, high = int(counts.min()), int(counts.max())
    return next(u for u in reversed(coarser) if (high - low) * TICKS[tick] // UNITS[u] < LARGEST_WHOLE)


def to_units(counts: Counts, origin: int, step: int) -> Floats:
    """Return ``(counts - origin) // step`` without an overflow, as float64."""
    return (counts // step - origin // step - (counts % step < origin % step)).astype(np.float64)


def _as_objects(counts: Counts, gaps: NDArray[np.bool_], tick: str, form: str, gap: Any) -> NDArray[Any]:
    distinct, places = np.unique(counts, return_inverse=True)
    shelf = np.empty(len(distinct), dtype=object)
    if form in ("date", "datetime"):
        moments = distinct.view("datetime64[us]")
        shelf[:] = moments.astype("datetime64[D]").tolist() if form == "date" else moments.tolist()
    else:
        per_second = UNITS["second"] // TICKS[tick]
        nanos = distinct % per_second * TICKS[tick]
        shelf[:] = write_dates((distinct // per_second).tolist(), nanos.tolist(), form)
    values = shelf[places]
    values[gaps] = gap
    return values


def as_cells(column: Column) -> Column:
    """Return a column of dates as Excel keeps them, with a number format; any other column as it is.

    Dates that came as text become dates, in the same form, unless they have a time zone, more than three digits after
    the second, or begin before March 1900.

    Examples
    --------
    >>> column = as_cells(Moments.learn(pd.Series(["31.1.2024 9:05", "1.2.2024 10:30"], name="day"), None))
    >>> column.dtype, column.number_format
    ('datetime64[s]', 'd.m.yyyy h:mm')
    """
    found = getattr(column.type, "of", column.type)
    if not isinstance(found, Moments) or column.number_format or found.start < _FIRST:
        return column
    form = found.form or ""
    if form in ("", "date", "datetime"):
        whole = found.unit == "day" and found.start % UNITS["day"] == 0
        plain = column.dtype.startswith("datetime64") and "," not in column.dtype
        return replace(column, number_format="yyyy-mm-dd") if whole and plain else column
    if not re.fullmatch(r"(\{\w(:0[1-4]d)?\}|[-/. T:])+", form) or re.search(r"\{f:0[4-9]d\}", form):
        return column
    spelt = re.sub(r"\{(\w)(?::0(\d)d)?\}", lambda m: _PARTS[m[1]] * int(m[2] or 1), form).replace("T", '"T"')
    own: Any = replace(found, form=None)
    own = replace(column.type, of=own) if column.constant else own  # type: ignore[type-var]
    return replace(column, type=own, dtype=f"datetime64[{found.tick}]", gap=None, number_format=spelt)
