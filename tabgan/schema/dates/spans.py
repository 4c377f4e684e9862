"""Durations of files without a type for them, as text, in columns that hold them as such."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.schema.dates.duration_text import read_durations
from tabgan.schema.dates.units import UNITS, Counts
from tabgan.text import shorten

LONGEST = np.iinfo(np.int64).max // UNITS["second"] - 1
"""Seconds of which the nanoseconds can be counted."""


def are_spans(dtype: str) -> bool:
    """Whether a dtype, by its name, is that of durations."""
    return dtype.startswith(("timedelta", "duration"))


def read_spans(series: pd.Series) -> pd.Series | None:
    """Return durations that are texts, as tabgan or pandas write them, or Python's, as numpy's; None if one is none.

    Examples
    --------
    >>> read_spans(pd.Series(["24:00", None, "0:30"])).tolist()
    [Timedelta('1 days 00:00:00'), NaT, Timedelta('0 days 00:30:00')]
    >>> read_spans(pd.Series(["1 days", "06:30:00"])).max(), read_spans(pd.Series(["15"]))
    (Timedelta('1 days 00:00:00'), None)
    """
    codes, found = pd.factorize(series)
    values: list[Any] = list(found)
    counts = _count(values)
    if counts is None:
        return None
    spans = np.append(counts, np.iinfo(np.int64).min)[codes]  # which stands for a gap, whose code is -1
    return pd.Series(spans.view("timedelta64[ns]"), series.index, name=series.name)


def to_spans(series: pd.Series) -> pd.Series:
    """Return durations as `read_spans` does; InputError if a value is none."""
    if (spans := read_spans(series)) is not None:
        return spans
    codes, found = pd.factorize(series)
    alone = [read_spans(pd.Series([value], dtype=object)) is None for value in found]
    place = alone.index(True) if any(alone) else 0
    raise InputError(
        f"column {str(series.name)!r} must hold durations in one form, but has {shorten(str(found[place]))!r} in row "
        f"{int(np.argmax(codes == place)) + 1}; mend it, or write it as 1:30:00"
    )


def _count(values: list[Any]) -> Counts | None:
    """Return durations as nanoseconds; numbers without a unit are none."""
    if not all(isinstance(value, str) and (":" in value or any(map(str.isalpha, value))) for value in values):
        if not all(isinstance(value, datetime.timedelta) for value in values):
            return None
    elif not isinstance(read := read_durations([value.strip() for value in values]), int):
        long = len(values) and np.abs(read.seconds).max() > LONGEST
        return None if long else read.seconds * UNITS["second"] + read.nanos
    spans = pd.to_timedelta(pd.Series(values, dtype=object), errors="coerce").astype("timedelta64[ns]")
    return None if spans.isna().any() else spans.to_numpy().view(np.int64)
