"""Moments that are written as numbers: 20240131, 202401311030, or days since a day long ago."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.schema.dates.date_forms import DIGITS
from tabgan.schema.dates.datetext import Texts, read_dates
from tabgan.schema.dates.units import UNITS, Counts

YEARS = (1900, 2100)  # which digits are taken for, if nobody says that they are dates
SERIAL_DAYS = {"excel": -25_569, "matlab": -719_529}
"""What 0 is in the numbers of Excel and of MATLAB, in days since 1970."""
PLAUSIBLE = {"excel": (36_526, 54_789), "matlab": (712_224, 748_750)}
"""Numbers of days from 2000 to 2050, and from 1950 to 2052."""
MOST_DAYS = 5_000_000  # beyond year 9999 in either way to count
_MILLIS = UNITS["day"] // 1_000_000


def read_digits(numbers: Any, years: tuple[int, int] = (1, 9999)) -> Texts | int:
    """Read distinct whole numbers as dates, or return the place of the first that is none.

    Examples
    --------
    >>> read_digits(np.array([20240131, 20240201])).template
    '{Y:04d}{m:02d}{d:02d}'
    >>> read_digits(np.array([20240131, 20240230]))
    1
    """
    values = np.asarray(numbers, np.float64)
    digits = len(str(int(values[0]))) if len(values) and 0 < values[0] < 1e14 else 0
    if digits not in DIGITS:
        return 0
    rest = 10 ** (digits - 4)
    wrong = (values != np.floor(values)) | ~((values >= years[0] * rest) & (values < (years[1] + 1) * rest))
    if wrong.any():
        return int(np.argmax(wrong))
    return read_dates([f"{value:0{digits}d}" for value in values.astype(np.int64).tolist()], what="digits")


def are_digits(series: pd.Series) -> bool:
    """Whether all numbers of a column are the digits of dates of our time."""
    if not pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_bool_dtype(series.dtype):
        return False
    present = series.dropna()
    low, high = (float(present.min()), float(present.max())) if len(present) else (0, 0)
    if not low >= YEARS[0] * 10_000 or not high < (YEARS[1] + 1) * 10**10:
        return False
    return not isinstance(read_digits(present.unique(), YEARS), int)


def read_serial(values: NDArray[np.float64], system: str) -> tuple[Counts, str] | int:
    """Return days since a system's first one as counts of a tick, or the place of the first that are too many.

    Examples
    --------
    >>> read_serial(np.array([45000.5]), "excel")[0].astype("datetime64[ms]").astype(str).tolist()
    ['2023-03-15T12:00:00.000']
    """
    wrong = ~(np.abs(values) < MOST_DAYS)
    if wrong.any():
        return int(np.argmax(wrong))
    days = np.floor(values)
    since = days.astype(np.int64) + SERIAL_DAYS[system]
    if (values == days).all():
        return since * 86_400, "s"
    return since * _MILLIS + np.round((values - days) * _MILLIS).astype(np.int64), "ms"


def write_serial(counts: Counts, tick: str, system: str) -> NDArray[np.float64]:
    """Return counts of a tick as days since a system's first one."""
    per_day = _MILLIS if tick == "ms" else 86_400
    return (counts // per_day - SERIAL_DAYS[system]) + (counts % per_day) / per_day


def seem_serial(series: pd.Series, low: float, high: float) -> str | None:
    """Return which system's days numbers from `low` to `high` may be: MATLAB's, or Excel's in a column called so."""
    if PLAUSIBLE["matlab"][0] <= low < high < PLAUSIBLE["matlab"][1]:
        return "matlab"
    called = any(word in str(series.name).lower() for word in ("date", "time", "datum", "日期", "时间"))
    return "excel" if called and PLAUSIBLE["excel"][0] <= low < high < PLAUSIBLE["excel"][1] else None
