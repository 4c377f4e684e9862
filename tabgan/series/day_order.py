"""Whether days or months come first in a column of time whose cells fit both ways: only one makes equal steps."""

from __future__ import annotations

import warnings

import pandas as pd

from tabgan.errors import InputError, warn
from tabgan.schema.column import Column
from tabgan.schema.dtypes import is_text
from tabgan.schema.infer import learn_column
from tabgan.schema.moments import Moments
from tabgan.schema.texts.reading import READING, Reading
from tabgan.series.clock import Clock
from tabgan.spelling import spell

LOOKED_AT = 200
"""So many distinct cells are read first."""
CLEARLY = 1.5
"""So many times as many of the steps of one order must be there as of the other."""


def find_day_order(series: pd.Series) -> bool | None:
    """Return whether days come first, as equal steps tell, which a warning says; None if they do not tell it.

    Examples
    --------
    >>> halves = pd.Series(["01/02/2026 00:00", "01/02/2026 12:00", "02/02/2026 00:00", "02/02/2026 12:00"], name="t")
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")  # that says so
    ...     first = find_day_order(halves)
    >>> first
    True
    """
    if not (is_text(series.dtype) or series.dtype == object) or Reading.of(series).dayfirst is not None:
        return None
    attrs, name = series.attrs, series.name
    distinct = series.dropna().drop_duplicates()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not _read_both(distinct.head(LOOKED_AT), attrs):
            return None
        both = _read_both(distinct, attrs)
    if not both:
        return None
    found = [_regularity(stamps) for stamps in both]
    if max(found) < CLEARLY * min(found) or max(found) == 0:
        return None
    first = found[0] > found[1]
    differ = (both[0] != both[1]).argmax()
    told = str(both[0 if first else 1][differ]).removesuffix(" 00:00:00")
    warn(
        f"column {str(name)!r} is read with the {'day' if first else 'month'} first, {distinct.iloc[differ]!r} as "
        f"{told}: only so are its steps equal; {spell('dayfirst', not first)} reads it otherwise"
    )
    return first


def with_day_order(series: pd.Series, first: bool | None) -> pd.Series:
    """Return a column that says of its cells that days come first, or months; as it is if that is None."""
    if first is None:
        return series
    told = series.copy(deep=False)
    told.attrs = {**series.attrs, READING: {**series.attrs.get(READING, {}), "dayfirst": first}}
    return told


def _read_both(distinct: pd.Series, attrs: dict[str, object]) -> list[pd.DatetimeIndex]:
    """Return texts read with the day first, and with the month; nothing if they are no dates, or the same ones."""
    distinct.attrs = dict(attrs)
    both = []
    for told in (with_day_order(distinct, True), with_day_order(distinct, False)):
        try:
            both.append(_stamps(learn_column(told, "datetime"), told))
        except InputError:
            return []
    first, second = both
    return [] if first is None or second is None or first.equals(second) else [first, second]


def _stamps(column: Column, series: pd.Series) -> pd.DatetimeIndex | None:
    dates = column.type
    if not isinstance(dates, Moments):
        return None
    return pd.DatetimeIndex(dates.nanoseconds(dates.encode(series)).view("M8[ns]"))


def _regularity(stamps: pd.DatetimeIndex) -> float:
    """Return which share of the steps from the first to the last stamp is there; 0 if there are no equal steps."""
    ordered = stamps.sort_values()
    try:
        numbers = Clock.learn(ordered).number(ordered)
    except InputError:
        return 0.0
    return len(ordered) / (int(numbers[-1]) + 1)
