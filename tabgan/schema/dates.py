"""Columns of dates, times and durations: whole units since the earliest."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from tabgan.errors import InputError
from tabgan.schema.datetext import EXAMPLES, read_dates, write_dates
from tabgan.schema.dtypes import is_moment, is_text, parse_dtype
from tabgan.schema.numbers import LARGEST_WHOLE

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


class Moments(NamedTuple):
    """A column as whole ticks since 1970, in UTC; those of gaps mean nothing.

    Attributes
    ----------
    counts : ndarray of int64
    gaps : ndarray of bool
    tick : str
        A key of `TICKS`.
    form : str or None
        How they are given back if not by their dtype: "date" or "datetime" for Python's objects, else a template.
    """

    counts: np.ndarray
    gaps: np.ndarray
    tick: str
    form: str | None


def read_moments(series: pd.Series) -> Moments:
    """Read a column of moments, durations, Python's dates or text that writes dates.

    Raises
    ------
    InputError
        A value is none of these.
    """
    gaps = series.isna().to_numpy()
    if isinstance(series.dtype, pd.ArrowDtype) and is_moment(series.dtype):
        stored = pa.array(series)
        counts = stored.cast(pa.int32() if pa.types.is_date32(stored.type) else pa.int64()).cast(pa.int64())
        return Moments(counts.fill_null(0).to_numpy(), gaps, getattr(stored.type, "unit", "D"), None)
    if is_moment(series.dtype):
        plain = series.dt.tz_convert(None) if isinstance(series.dtype, pd.DatetimeTZDtype) else series
        values = plain.to_numpy()
        return Moments(values.view(np.int64), gaps, np.datetime_data(values.dtype)[0], None)
    codes, found = pd.factorize(series)
    kind = "text" if is_text(series.dtype) else pd.api.types.infer_dtype(found, skipna=True)
    if kind in ("text", "string", "categorical") and all(isinstance(value, str) for value in found):
        return _read_texts(series, codes, list(found), gaps)
    if kind in ("date", "datetime") and not any(getattr(value, "tzinfo", None) for value in found):
        counts = np.array(found, dtype="datetime64[us]").view(np.int64)
        return Moments(np.append(counts, 0)[codes], gaps, "us", kind)
    row = int(np.argmax(codes == 0)) + 1
    raise InputError(
        f"column {str(series.name)!r} must hold dates, but has {str(found[0])!r} in row {row}; "
        f"write dates as in {EXAMPLES}, convert it with pandas.to_datetime, or change the kind of the column"
    )


def _read_texts(series: pd.Series, codes: np.ndarray, found: list[str], gaps: np.ndarray) -> Moments:
    texts = read_dates(found)
    if isinstance(texts, int):
        raise InputError(
            f"column {str(series.name)!r} must hold dates in one form, but has {found[texts]!r} in row "
            f"{int(np.argmax(codes == texts)) + 1}; mend it, or write dates as in {EXAMPLES}"
        )
    tick = "s" if not texts.digits else "ms" if texts.digits <= 3 else "us" if texts.digits <= 6 else "ns"
    counts = np.array(texts.seconds) * (UNITS["second"] // TICKS[tick]) + np.array(texts.nanos) // TICKS[tick]
    return Moments(np.append(counts, 0)[codes], gaps, tick, texts.template)


def find_unit(counts: np.ndarray, tick: str) -> str:
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


def in_ticks(counts: np.ndarray, tick: str, target: str) -> np.ndarray:
    """Return counts of one tick in another, rounded down where that is coarser."""
    if TICKS[tick] >= TICKS[target]:
        return counts * (TICKS[tick] // TICKS[target])
    return counts // (TICKS[target] // TICKS[tick])


def to_units(counts: np.ndarray, origin: int, step: int) -> np.ndarray:
    """Return ``(counts - origin) // step`` without an overflow, as float64."""
    return (counts // step - origin // step - (counts % step < origin % step)).astype(np.float64)


def to_counts(values: np.ndarray, origin: int, step: int, most: float) -> tuple[np.ndarray, np.ndarray]:
    """Return rounded units as counts, held between the first and the last, and which are gaps."""
    gaps = np.isnan(values)
    units = np.clip(np.round(np.where(gaps, 0, values)), 0, most).astype(np.int64)
    return origin + units * step, gaps


def restore_moments(moments: Moments, dtype: str, gap: Any) -> Any:
    """Return moments as a column of the dtype, or in their form; `gap` where there is none."""
    counts, gaps, tick, form = moments
    if form is not None:
        return pd.Series(_as_objects(counts, gaps, tick, form, gap), dtype=object).astype(parse_dtype(dtype))
    parsed = parse_dtype(dtype)
    if isinstance(parsed, pd.ArrowDtype):
        stored = pa.array(counts, mask=gaps)
        stored = stored.cast(pa.int32()) if tick == "D" else stored
        return pd.arrays.ArrowExtensionArray(stored.cast(parsed.pyarrow_dtype))
    values = counts.view(f"{parsed.kind}8[{tick}]").copy()
    values[gaps] = "NaT"
    if isinstance(parsed, pd.DatetimeTZDtype):
        return pd.Series(values).dt.tz_localize("UTC").dt.tz_convert(parsed.tz)
    return values


def describe_moment(count: int, tick: str, dtype: str, form: str | None) -> str:
    """Write one moment for people: as its text, or in ISO form."""
    value = restore_moments(Moments(np.array([count]), np.array([False]), tick, form), dtype, None)
    return str(pd.Series(value).iloc[0])


def _as_objects(counts: np.ndarray, gaps: np.ndarray, tick: str, form: str, gap: Any) -> np.ndarray:
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
