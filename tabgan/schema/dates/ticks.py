"""A column of moments, in whatever way it holds them, as whole ticks since 1970; and back to texts and numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.dates.date_template import write_dates
from tabgan.schema.dates.datetext import EXAMPLES, Texts, read_dates
from tabgan.schema.dates.numbered import SERIAL_DAYS, are_digits, read_digits, read_serial, write_serial
from tabgan.schema.dates.offsets import Offsets
from tabgan.schema.dates.units import TICKS, UNITS, Counts, tick_of
from tabgan.schema.dtypes import is_moment, is_number, is_text
from tabgan.schema.texts.reading import Reading
from tabgan.spelling import spell
from tabgan.text import shorten


class Ticks(NamedTuple):
    """A column as whole ticks since 1970, in UTC; those of gaps mean nothing."""

    counts: Counts
    gaps: NDArray[np.bool_]
    tick: str  # a key of `TICKS`
    form: str | None  # how they come back if not by their dtype: "date" or "datetime", of Python, "excel" or "matlab",
    # as days since its first one, else a template
    zones: NDArray[np.object_] | None = None  # of each row, as written, where there are several
    open: str = ""  # what no cell decides, see `tabgan.schema.dates.datetext.Texts`
    example: str = ""  # a cell that decides it, or else one that may be read otherwise


def read_moments(series: pd.Series, known: str | None = None) -> Ticks:
    """Read a column of moments, durations, periods, Python's dates, or text or numbers that write dates.

    What cells leave open, such as whether the day comes first, is as in the form `known`, else as a user said
    (`tabgan.schema.texts.reading.Reading` in `attrs`). InputError if a value is no moment.
    """
    gaps = series.isna().to_numpy()
    if isinstance(series.dtype, pd.ArrowDtype) and is_moment(series.dtype):
        stored = pa.array(series)
        counts = stored.cast(pa.int32() if pa.types.is_date32(stored.type) else pa.int64()).cast(pa.int64())
        return Ticks(counts.fill_null(0).to_numpy(), gaps, getattr(stored.type, "unit", "D"), None)
    if isinstance(series.dtype, pd.PeriodDtype):
        series = _begin(series)
    if is_moment(series.dtype):
        plain = series.dt.tz_convert(None) if isinstance(series.dtype, pd.DatetimeTZDtype) else series
        values = plain.to_numpy()
        return Ticks(values.view(np.int64), gaps, np.datetime_data(values.dtype)[0], None)
    codes, found = pd.factorize(series)
    found = np.asarray(found, object) if series.dtype == object else found  # pandas before 2.3 makes stamps of them
    if not len(found):
        return Ticks(np.zeros(len(series), np.int64), gaps, "s", None)
    kind = "text" if is_text(series.dtype) else pd.api.types.infer_dtype(found, skipna=True)
    if kind in ("text", "string", "categorical") and all(isinstance(value, str) for value in found):
        return _read_texts(series, codes, list(found), gaps, known)
    if is_number(series.dtype) or kind in ("integer", "floating", "mixed-integer-float"):
        return _read_numbers(series, codes, np.asarray(found, np.float64), gaps, known)
    if kind in ("date", "datetime") and not any(getattr(value, "tzinfo", None) for value in found):
        counts = np.array(found, dtype="datetime64[us]").view(np.int64)
        return Ticks(np.append(counts, 0)[codes], gaps, "us", kind)
    row = int(np.argmax(codes == 0)) + 1
    if kind == "datetime":
        raise InputError(
            f"column {str(series.name)!r} must hold dates of one zone, but has objects of several, such as "
            f"{str(found[0])!r} in row {row}; convert it with pandas.to_datetime(..., utc=True)"
        )
    raise _no_date(series, str(found[0]), row)


def _begin(series: pd.Series) -> pd.Series:
    """Return when periods begin."""
    try:
        return series.dt.to_timestamp()
    except pd.errors.OutOfBoundsDatetime as error:
        raise InputError(
            f"periods must begin where dates of pandas can lie, but column {str(series.name)!r} goes from "
            f"{series.min()} to {series.max()}; turn it into numbers, such as years"
        ) from error


def _no_date(series: pd.Series, value: str, row: int) -> InputError:
    return InputError(
        f"column {str(series.name)!r} must hold dates, but has {shorten(value)!r} in row {row}; "
        f"write dates as in {EXAMPLES}, convert it with pandas.to_datetime, or change the kind of the column"
    )


def said_of_days(series: pd.Series) -> str | None:
    """Return what a user says of the order of day and month, as `tabgan.schema.dates.date_template.known_of` has it."""
    said = Reading.of(series).dayfirst
    return None if said is None else "dayfirst" if said else "monthfirst"


def _read_texts(
    series: pd.Series, codes: NDArray[np.intp], found: list[str], gaps: NDArray[np.bool_], known: str | None
) -> Ticks:
    texts = read_dates(found, known or said_of_days(series), "digits" if found and found[0].isdecimal() else "date")
    if isinstance(texts, int):
        raise InputError(
            f"column {str(series.name)!r} must hold dates in one form, but has {shorten(found[texts])!r} in row "
            f"{int(np.argmax(codes == texts)) + 1}; mend it, or write dates as in {EXAMPLES}"
        )
    return _of_texts(texts, codes, gaps, found)


def _of_texts(texts: Texts, codes: NDArray[np.intp], gaps: NDArray[np.bool_], found: list[str]) -> Ticks:
    """What was read of the distinct texts, for each row."""
    tick = tick_of(texts.digits)
    counts = texts.seconds * (UNITS["second"] // TICKS[tick]) + texts.nanos // TICKS[tick]
    zones = None if texts.zones is None else np.append(texts.zones, texts.zones[:1])[codes]
    example = found[texts.example] if found else ""
    return Ticks(np.append(counts, 0)[codes], gaps, tick, texts.template, zones, texts.open, example)


def _read_numbers(
    series: pd.Series, codes: NDArray[np.intp], found: NDArray[np.float64], gaps: NDArray[np.bool_], known: str | None
) -> Ticks:
    """Numbers as days since a system's first one, if that is known, or said of numbers that are no digits of dates."""
    system = known if known in SERIAL_DAYS else None if known or are_digits(series) else Reading.of(series).serial
    if system:
        days = read_serial(found, system)
        if not isinstance(days, int):
            return Ticks(np.append(days[0], 0)[codes], gaps, days[1], system)
        wrong = days
    else:
        texts = read_digits(found)
        if not isinstance(texts, int):
            return _of_texts(texts, codes, gaps, [])
        wrong = texts
    row = int(np.argmax(codes == wrong)) + 1
    raise InputError(
        f"column {str(series.name)!r} must hold dates, but has {found[wrong]:.15g} in row {row}; numbers are read as "
        f"20240131 or 202401311030, and as days since 1900 or since the year 0 with {spell('serial', 'excel')} or "
        f"{spell('serial', 'matlab')}"
    )


def write_moments(
    counts: Counts, gaps: NDArray[np.bool_], tick: str, form: str, gap: Any, offsets: Offsets | None = None
) -> NDArray[Any]:
    """Return counts of a tick as the objects of a form, a gap where there is one."""
    distinct, places = np.unique(counts, return_inverse=True)
    shelf = np.empty(len(distinct), dtype=object)
    if form in ("date", "datetime"):
        moments = distinct.view("datetime64[us]")
        shelf[:] = moments.astype("datetime64[D]").tolist() if form == "date" else moments.tolist()
    else:
        shelf[:] = _write_texts(distinct, tick, form, offsets)
    values = shelf[places]
    values[gaps] = gap
    return values


def write_numbers(counts: Counts, gaps: NDArray[np.bool_], tick: str, form: str, held: Any) -> pd.Series:
    """Return counts of a tick as numbers of a dtype."""
    if form in SERIAL_DAYS:
        days = write_serial(counts, tick, form)
        whole = bool((days == np.floor(days)).all())
        days[gaps] = np.nan
        numbers = pd.Series(days)
        return (numbers.astype("Int64") if whole else numbers).astype(held)
    distinct, places = np.unique(counts, return_inverse=True)
    digits = np.array(_write_texts(distinct, tick, form, None), dtype=object).astype(np.int64)
    return pd.Series(pd.arrays.IntegerArray(digits[places], gaps.copy())).astype(held)


def _write_texts(distinct: Counts, tick: str, form: str, offsets: Offsets | None) -> list[str]:
    per_second = UNITS["second"] // TICKS[tick]
    nanos = distinct % per_second * TICKS[tick]
    zones = None if offsets is None else offsets.of(distinct, tick).tolist()
    return write_dates(distinct // per_second, nanos, form, zones)
