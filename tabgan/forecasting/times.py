"""Which columns of a table tell the time, and what is wrong with times: repeats, gaps, hours that clocks leave out."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, TabganWarning, warn
from tabgan.schema.dtypes import is_moment, is_number
from tabgan.schema.infer import learn_column
from tabgan.schema.moments import Moments
from tabgan.series.apart import DAY
from tabgan.series.clock import Clock
from tabgan.series.telling import find_telling
from tabgan.series.time_columns import Time, TimeColumns
from tabgan.spelling import spell

MOST_LISTED = 5
FREE = (("date", "day", "stamp", "when"), ("hour", "time", "clock", "at"))
"""What dates, and hours, are called whose own names a forecast has."""
CHANGES = (3, 4, 9, 10, 11)
"""Months in which clocks are changed, on a Sunday before four."""


def learn_time(frame: pd.DataFrame, time: Time | None, used: Sequence[Hashable]) -> TimeColumns | None:
    """Return how the time is told; None if by the index.

    When no column is named it is the index, if that has dates, else the first column that has, and is not `used`.
    """
    if time is None and isinstance(frame.index, pd.DatetimeIndex):
        return None
    return TimeColumns.learn(frame, _first_of_dates(frame, used) if time is None else time)


def _first_of_dates(frame: pd.DataFrame, used: Sequence[Hashable]) -> Hashable:
    counting = None
    for name in frame.columns:
        column = frame[name]
        if name in used or isinstance(column, pd.DataFrame):
            continue
        if _holds_dates(column):
            return name
        if is_number(column.dtype) and counting is None and _counts(column):
            counting = name
    if counting is None:
        remedy = f"name it with {spell('time', 'COLUMN')}"
    else:
        remedy = f"if {str(counting)!r} counts the steps, say {spell('time', counting)}"
    raise InputError(f"a series needs a column of dates, but no column reads as such; {remedy}")


def _holds_dates(column: pd.Series) -> bool:
    if is_moment(column.dtype):
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)  # that is said when it is taken
        try:
            found = learn_column(column)
        except InputError:
            return False
    return isinstance(getattr(found.type, "of", found.type), Moments)


def _counts(column: pd.Series) -> bool:
    values = column.to_numpy(np.float64, na_value=np.nan)
    return bool(len(values) > 1 and (np.diff(values) > 0).all())


def tell(columns: TimeColumns | None, stamps: Any) -> str:
    """Return the first stamps as text, as they are in the table."""
    first = stamps.take(np.arange(min(MOST_LISTED, len(stamps))))
    told = write_times(first) if columns is None or _as_ours(columns) else columns.tell(first)
    return ", ".join(told) + (f" and {len(stamps) - MOST_LISTED:,} more" if len(stamps) > MOST_LISTED else "")


def _as_ours(columns: TimeColumns) -> bool:
    """Whether times are told in no form of their own."""
    return columns.hours is None and is_moment(columns.column.held)


def write_times(times: Any) -> list[str]:
    """Return times as text, without hours where none has any; periods as they are called.

    Examples
    --------
    >>> write_times(pd.DatetimeIndex(["2026-01-01", "2026-01-02"]))
    ['2026-01-01', '2026-01-02']
    """
    if isinstance(getattr(times, "dtype", None), pd.PeriodDtype):
        return list(map(str, times))
    index = pd.DatetimeIndex(times)
    form = "%Y-%m-%d"
    if (index != index.normalize()).any():
        form += " %H:%M:%S" if index.second.any() else " %H:%M"
    texts = index.strftime(form)
    if index.tz is None:
        return list(texts)
    return [f"{text}{offset[:3]}:{offset[3:]}" for text, offset in zip(texts, index.strftime("%z"), strict=True)]


def spell_parts(table: pd.DataFrame, columns: Sequence[TimeColumns | None], cells: bool, stamps: bool) -> pd.DataFrame:
    """Return a table of parts of one length, one below the other, each spelt by its own `columns`."""
    each = len(table) // len(columns)
    rows = [table.iloc[i * each : (i + 1) * each] for i in range(len(columns))]
    spelt = [spell_times(part, own, cells, stamps) for part, own in zip(rows, columns, strict=True)]
    for old, new in name_apart(columns[0], table.columns).items():
        warn(f"the column of time {str(old)!r} is called {new!r} in the forecast, which has one of its name")
    told = pd.concat(spelt, ignore_index=True)
    told.attrs = spelt[0].attrs
    return told


def spell_times(table: pd.DataFrame, columns: TimeColumns | None, cells: bool, stamps: bool) -> pd.DataFrame:
    """Return a table whose ``date`` is told as it was read, by its own name, in one or two columns in the same place.

    What was read as stamps is text where neither `cells` nor `stamps` are wanted. Names are those of `name_apart` where
    the table has such a column beside it.
    """
    table = table.reset_index(drop=True)
    if columns is None:
        kept = stamps or (cells and table["date"].dt.tz is None)
        return table if kept else table.assign(date=write_times(table["date"]))
    told = columns.write(pd.Index(table["date"].tolist()), cells)
    name = columns.names[0]
    if columns.hours is None and is_moment(told[name].dtype) and not cells and not stamps:
        told[name] = write_times(told[name])
    if renamed := name_apart(columns, table.columns):
        told = told.rename(columns=renamed)
        for written in told.attrs.values():
            written.update({renamed[old]: written.pop(old) for old in renamed if old in written})
    place = int(table.columns.get_indexer(["date"])[0])
    spelt = pd.concat([table.iloc[:, :place], told, table.iloc[:, place + 1 :]], axis=1)
    spelt.attrs = {**table.attrs, **told.attrs}
    return spelt


def name_apart(columns: TimeColumns | None, names: Collection[Hashable]) -> dict[Hashable, str]:
    """Return what those columns of time are called that have the name of a column beside them."""
    told = () if columns is None else columns.names
    taken = ({*names} - {"date"}) | {*told}
    return {
        name: next(free for free in FREE[place] if free not in taken)
        for place, name in enumerate(told)
        if name in names and name != "date"
    }


def name_time(told: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what `TimeColumns.get_state` says of the column of time, or of both; nothing if the index told it."""
    names = told["names"] if told else []
    return {"time": names if len(names) > 1 else names[0]} if names else {}


def say_what_tells(
    frame: pd.DataFrame,
    keys: pd.Index,
    told: TimeColumns | None,
    used: Sequence[Hashable],
    entity: Sequence[Hashable],
    fill: bool,
) -> None:
    """Refuse rows with the same time, and `entity`, if a column tells them apart; warn if they are to be averaged."""
    if not keys.has_duplicates:
        return
    words = find_telling(frame, keys, told.names if told else (), used, entity)
    if not words:
        return
    if fill:
        warn(f"rows with the same time are averaged, but {words}")
        return
    repeated = keys[keys.duplicated()].unique()
    stamps = repeated.get_level_values(0) if isinstance(repeated, pd.MultiIndex) else repeated
    raise InputError(
        f"each time must be there once, but {len(repeated):,} are repeated ({tell(told, stamps)}); {words}"
    )


def check_steps(counts: NDArray[np.intp], clock: Clock, columns: TimeColumns | None) -> None:
    """Refuse steps that are missing or repeated, of which there are so many each."""
    faults = []
    changed = False
    for what, places in (("missing", np.flatnonzero(counts == 0)), ("repeated", np.flatnonzero(counts > 1))):
        if len(places):
            stamps = clock.stamps(places)
            at_change = _are_changes(stamps, clock)
            changed |= at_change
            where = f", where clocks are put {'forward' if what == 'missing' else 'back'}" if at_change else ""
            faults.append(f"{len(places):,} {what} ({tell(columns, stamps)}{where})")
    if not faults:
        return
    remedy = f"mend them, or interpolate gaps and average repeats with {spell('fill', True)}"
    if changed:
        remedy += ", or give times with their offsets from UTC"
    raise InputError(f"each step of {clock.step} must be there once, but there are {' and '.join(faults)}; {remedy}")


def _are_changes(stamps: Any, clock: Clock) -> bool:
    """Whether all stamps, without a zone, are in hours in which clocks are changed."""
    if clock.unit != "ns" or clock.size >= DAY or clock.zone:
        return False
    sundays = (stamps.day_of_week == 6) & (stamps.hour < 4) & np.isin(stamps.month, CHANGES)
    return bool(sundays.all())
