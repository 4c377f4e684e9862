"""The time of series that a column of stamps does not tell as it stands: a date and an hour, or offsets that change."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from tabgan.errors import InputError, warn
from tabgan.series.day_order import find_day_order, with_day_order
from tabgan.series.telling import find_telling
from tabgan.series.time_columns import Time, TimeColumns, has_several_offsets
from tabgan.synthesizers.series_rows import as_table
from tabgan.tables.intake import open_whole

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class Opened(NamedTuple):
    """Series as they were given: one table or array, in what they came, whether as windows, and how time is told."""

    table: Any
    container: str
    as_windows: bool
    time: Any  # the name of its column, if that is known
    told: TimeColumns | None


def open_series(X: Any, time: Time | None) -> Opened:
    """Return series of any kind as a table whose time is one column, also if it was the index."""
    X, container = open_whole(X)
    table, told = as_table(X), None
    of_index = isinstance(table, pd.DataFrame) and time is None and isinstance(table.index, pd.DatetimeIndex)
    if of_index:
        table = table.reset_index(names=[table.index.name or "time"])
    if isinstance(table, pd.DataFrame):
        table, told = join_time(table, time)
    name = table.columns[0] if of_index else time if told is None or time is None else told.names[0]
    return Opened(table, container, np.ndim(X) == 3, name, told)


def join_time(table: pd.DataFrame, time: Time | None) -> tuple[pd.DataFrame, TimeColumns | None]:
    """Return a table whose time is one column of stamps, called as its first was, and how it was told if otherwise.

    If `time` is None, the first column with offsets that change is told so.

    Examples
    --------
    >>> table = pd.DataFrame({"day": ["31/12/2025", "01/01/2026"], "hour": [23, 0], "load": [1.0, 2.0]})
    >>> joined, told = join_time(table, ["day", "hour"])
    >>> joined.columns.tolist(), str(joined["day"][1]), split_time(joined, told).equals(table)
    (['day', 'load'], '2026-01-01 00:00:00', True)
    """
    several = isinstance(time, (list, tuple)) and len(time) > 1
    table = table if several else _order_days(table, time)
    if time is None:
        time = next((name for name in table.columns if has_several_offsets(table[name])), None)
    elif not several and (time not in table.columns or not has_several_offsets(table[time])):
        return table, None
    if time is None:
        return table, None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        told = TimeColumns.learn(table, time)
    if not several and "/" not in str(told.zone):  # no one place's clock: each row keeps its offset
        return table, None
    for one in caught:
        warn(str(one.message))
    return join_like(table, told), told


def _order_days(table: pd.DataFrame, time: Time | None) -> pd.DataFrame:
    """Return the table that says whether days come first, if its time, or the first column of dates, tells it."""
    for name in table.columns if time is None else [time]:
        if name in table.columns and (first := find_day_order(table[name])) is not None:
            told = table.copy(deep=False)
            told.attrs = {**table.attrs, **with_day_order(table[name], first).attrs}
            return told
    return table


def join_like(table: pd.DataFrame, told: TimeColumns | None) -> pd.DataFrame:
    """Return another table with its time in one column, if it has those that tell it."""
    if told is None or not set(told.names) <= set(table.columns):
        return table
    joined = table.drop(columns=list(told.names[1:]))
    joined[told.names[0]] = pd.Series(told.read(table), index=table.index)
    return joined


def split_time(table: pd.DataFrame, told: TimeColumns | None) -> pd.DataFrame:
    """Return a table with its time told as it was: the inverse of `join_time`, up to the order of columns."""
    if told is None:
        return table
    written = told.write(pd.DatetimeIndex(table[told.names[0]]))
    split = table.copy(deep=False)
    split[told.names[0]] = written[told.names[0]].to_numpy()
    for name in told.names[1:]:
        split.insert(int(np.flatnonzero(split.columns == told.names[0])[0]) + 1, name, written[name].to_numpy())
    return split


def refuse_several(table: pd.DataFrame, stamps: pd.Index, time: Hashable, used: Sequence[Hashable | None]) -> None:
    """Raise InputError if times are repeated because a column tells several series apart, or the hours of dates."""
    if stamps.has_duplicates and (words := find_telling(table, stamps, [time], used, several=False)):
        repeated = stamps[stamps.duplicated()].unique()
        many = "1 time is" if len(repeated) == 1 else f"{len(repeated):,} times are"
        raise InputError(f"a series has one row at a time, but {many} repeated, such as {repeated[0]}; {words}")
