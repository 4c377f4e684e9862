"""Which columns tell the time of rows: read as stamps, and written as they were."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, TabganWarning, warn
from tabgan.rules import find_name
from tabgan.schema.column import Column
from tabgan.schema.dates.excel_dates import as_cells
from tabgan.schema.dates.units import TICKS, UNITS
from tabgan.schema.dtypes import is_number, is_text
from tabgan.schema.infer import check_cells, learn_column
from tabgan.schema.moments import Moments
from tabgan.schema.numbers import Numbers
from tabgan.series.day_order import find_day_order, with_day_order
from tabgan.series.hours import DAY, Hours
from tabgan.series.zones import find_zone, name_offset, read_offset
from tabgan.spelling import spell

Time = Hashable | Sequence[Hashable]
"""The name of a column, or of one of dates and one of hours."""
_OF_OTHERS = (
    ".*(seems to be one that numbers the rows|numbers are taken for rounded|is read as dates, such as \\d+ as )"
)
"""What need not be said of a column that is named as the time."""


@dataclass(frozen=True)
class TimeColumns:
    """The time of rows: a column of dates or numbers, or one of dates and one of hours.

    Attributes
    ----------
    names : tuple of Hashable
        Of the columns.
    column : Column
        What the first holds.
    hours : Hours or None
        What the second holds.
    zone : str or None
        Where the dates are told.
    spelt : dict of int to Column
        Of text that ends with offsets: the column of the rows of each offset, in seconds.

    Examples
    --------
    >>> days = pd.DataFrame({"day": ["31/01/2024", "01/02/2024"], "hour": [23, 0]})
    >>> time = TimeColumns.learn(days, ["day", "hour"])
    >>> stamps = time.read(days) + pd.Timedelta(hours=1)
    >>> time.write(stamps).to_dict("list")
    {'day': ['01/02/2024', '01/02/2024'], 'hour': [0, 1]}
    """

    names: tuple[Hashable, ...]
    column: Column
    hours: Hours | None = None
    zone: str | None = None
    spelt: Mapping[int, Column] = field(default_factory=dict)

    @classmethod
    def learn(cls, frame: pd.DataFrame, time: Time) -> TimeColumns:
        """Find out how columns of a table tell the time.

        Raises
        ------
        InputError
            There is no such column, or it holds neither dates nor numbers, or no hours.
        """
        names = find_names(frame, time)
        for name in names:
            check_cells(frame[name])
        series = with_day_order(frame[names[0]], find_day_order(frame[names[0]]))
        column = _learn(series, len(names) > 1)
        hours = Hours.learn(frame[names[1]]) if len(names) > 1 else None
        of_text = is_text(series.dtype) or series.dtype == object
        offsets = _offsets(series) if of_text and _dates(column) is not None else None
        if offsets is None:
            zone = getattr(column.held, "tz", None)
            found = cls(names, column, hours, None if zone is None else str(zone))
        else:
            found = cls._of_offsets(names, series, offsets, hours)
        if hours is not None and (found._read_first(series).as_unit("ns").asi8 % (DAY * 10**9)).any():
            raise InputError(
                f"dates that an hour is added to must have no times, but column {str(names[0])!r} has; give "
                f"{spell('time', names[0])} alone"
            )
        return found

    @classmethod
    def _of_offsets(
        cls, names: tuple[Hashable, ...], series: pd.Series, offsets: NDArray[np.int64], hours: Hours | None
    ) -> TimeColumns:
        """Find the zone of dates with offsets, which a warning names if these change; else it is the last offset."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TabganWarning)
            spelt = {int(one): _learn(series[offsets == one], True) for one in np.unique(offsets)}
        column = next(iter(spelt.values()))
        if len(spelt) == 1:
            return cls(names, column, hours, name_offset(next(iter(spelt))), spelt)
        seconds = np.empty(len(series), np.int64)
        for one, of_one in spelt.items():
            seconds[offsets == one] = _nanoseconds(of_one, series[offsets == one]) // 10**9
        zone = find_zone(seconds, offsets)
        last = int(offsets[seconds.argmax()])
        kept = f"the clocks of {zone}, and so do those that follow" if zone else "no zone's clocks; the last one stays"
        low, high = (name_offset(one).removeprefix("UTC") or "+00:00" for one in (min(spelt), max(spelt)))
        example = series.iloc[int((offsets != last).argmax())]
        warn(
            f"offsets of column {str(names[0])!r} go from {low} to {high}, such as in {str(example)!r}: "
            f"they follow {kept}"
        )
        return cls(names, column, hours, zone or name_offset(last), spelt)

    def read(self, frame: pd.DataFrame) -> Any:
        """Return the stamps of a table's rows: a DatetimeIndex, in its zone if there is one, or an Index of numbers."""
        stamps = self._read_first(frame[self.names[0]])
        if self.hours is None:
            return stamps
        return stamps + pd.to_timedelta(self.hours.read(frame[self.names[1]]), "s")

    def write(self, stamps: Any, cells: bool = False) -> pd.DataFrame:
        """Return the columns of stamps, as they were; as `cells`, dates as Excel keeps them, with number formats."""
        column = as_cells(self.column) if cells and not self.spelt else self.column
        dates = _dates(column)
        table = pd.DataFrame(index=pd.RangeIndex(len(stamps)))
        table.attrs.update(written(column))
        if dates is None:
            table[self.names[0]] = _as_held(np.asarray(stamps, np.float64), column)
        elif self.hours is None:
            table[self.names[0]] = self._write_dates(stamps, column, dates)
        else:
            days = stamps.normalize()
            hours, earlier = self.hours.write((stamps - days).total_seconds().to_numpy().astype(np.int64))
            days = days - pd.to_timedelta(earlier, "D")
            table[self.names[0]] = self._write_dates(days, column, dates)
            table[self.names[1]] = hours
        return table

    def tell(self, stamps: Any) -> list[str]:
        """Return stamps as text, as they are in the table, for messages."""
        rows = self.write(stamps).astype(str).to_numpy().tolist()
        return [" ".join(row) for row in rows]

    def get_state(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        spelt = {str(offset): column.to_dict() for offset, column in self.spelt.items()}
        hours = None if self.hours is None else vars(self.hours)
        column = self.column.to_dict()
        return {"names": list(self.names), "column": column, "hours": hours, "zone": self.zone, "spelt": spelt}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> TimeColumns:
        """Make the columns that `get_state` described."""
        spelt = {int(offset): Column.from_dict(column) for offset, column in state["spelt"].items()}
        hours = Hours(**state["hours"]) if state["hours"] else None
        return cls(tuple(state["names"]), Column.from_dict(state["column"]), hours, state["zone"], spelt)

    def _read_first(self, series: pd.Series) -> Any:
        _refuse_gaps(series)
        if _dates(self.column) is None:
            values = self.column.encode(series)
            return pd.Index(values.astype(np.int64) if self.column.decimals == 0 else values)
        if not self.spelt:
            stamps = pd.DatetimeIndex(_nanoseconds(self.column, series).view("M8[ns]"))
            return stamps.tz_localize("UTC").tz_convert(self.zone) if self.zone else stamps
        offsets = _offsets(series)
        counts = np.empty(len(series), np.int64)
        for one in np.unique(offsets) if offsets is not None else ():
            of_one = self.spelt.get(int(one), self.column)
            counts[offsets == one] = _nanoseconds(of_one, series[offsets == one])
        return pd.DatetimeIndex(counts.view("M8[ns]")).tz_localize("UTC").tz_convert(self.zone)

    def _write_dates(self, stamps: pd.DatetimeIndex, column: Column, dates: Moments) -> Any:
        plain = stamps.tz_convert("UTC").tz_localize(None) if stamps.tz is not None else stamps
        counts = plain.as_unit("ns").asi8
        if not self.spelt:
            return _decode(counts, column, dates)
        ahead = (stamps.tz_localize(None) - plain).total_seconds().to_numpy().astype(np.int64)
        texts = np.empty(len(stamps), object)
        for one in np.unique(ahead):
            of_one = self.spelt.get(int(one), column)
            found = _dates(of_one)
            assert found is not None
            texts[ahead == one] = _decode(counts[ahead == one], of_one, found)
        return texts


def find_names(frame: pd.DataFrame, time: Time) -> tuple[Hashable, ...]:
    """Return the names of one or two columns, as the table has them."""
    names = list(time) if isinstance(time, (list, tuple)) and time not in list(frame.columns) else [time]
    if not 1 <= len(names) <= 2:
        raise InputError(
            f"{spell('time')} is one column, or one of dates and one of hours, but {len(names)} are named; name these"
        )
    places = [find_name(str(name), list(frame.columns), spell("time")) for name in names]
    if len(set(places)) < len(places):
        raise InputError(f"dates and hours are two columns, but {spell('time')} names {str(names[0])!r} twice")
    return tuple(frame.columns[place] for place in places)


def written(column: Column) -> dict[str, Any]:
    """Return the `attrs` that say how a column is written."""
    from tabgan.schema.table import ATTRIBUTES

    told = {key: getattr(column, attribute) for key, attribute in ATTRIBUTES.items()}
    return {key: {column.name: value} for key, value in told.items() if value}


def _learn(series: pd.Series, dates: bool) -> Column:
    """Return what a column of time holds: dates if these are asked for, or it is text; else dates or numbers."""
    _refuse_gaps(series)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", _OF_OTHERS, TabganWarning)
        asked = "datetime" if not is_number(series.dtype) else None
        column = learn_column(series, asked)
    if _dates(column) is None and (dates or not isinstance(getattr(column.type, "of", column.type), Numbers)):
        raise InputError(
            f"a column of time must hold dates, or numbers that count, but {str(series.name)!r} is {column.kind}; name "
            "another"
        )
    return column


def _refuse_gaps(series: pd.Series) -> None:
    if series.isna().any():
        row = int(series.isna().to_numpy().argmax()) + 1
        raise InputError(f"every row needs its date, but column {str(series.name)!r} has none in row {row}; mend it")


def _dates(column: Column) -> Moments | None:
    found = getattr(column.type, "of", column.type)  # of a constant
    return found if isinstance(found, Moments) else None


def _nanoseconds(column: Column, series: pd.Series) -> NDArray[np.int64]:
    """Return dates as nanoseconds since 1970, in UTC if they have a zone."""
    dates = _dates(column)
    assert dates is not None
    return dates.nanoseconds(dates.encode(series))


def _decode(counts: NDArray[np.int64], column: Column, dates: Moments) -> Any:
    """Return nanoseconds since 1970 as the values of a column; they may be between the units that it learned."""
    unit = "minute" if dates.unit in ("day", "hour") else dates.unit
    finer = replace(dates, unit=unit) if UNITS[unit] >= TICKS[dates.tick] else dates
    return finer.decode((counts - dates.start) / UNITS[finer.unit], column)


def _as_held(values: NDArray[np.float64], column: Column) -> Any:
    numbers = getattr(column.type, "of", column.type)
    return numbers.decode(values, column)


def _offsets(series: pd.Series) -> NDArray[np.int64] | None:
    """Return the offsets that texts end with, in seconds; None if one has none."""
    codes, texts = pd.factorize(series)
    found = [read_offset(text) if isinstance(text, str) else None for text in texts]
    return None if None in found else np.array(found, np.int64)[codes]


def has_several_offsets(series: pd.Series) -> bool:
    """Whether a column holds texts that end with different offsets from UTC."""
    found = _offsets(series) if is_text(series.dtype) or series.dtype == object else None
    return found is not None and len(np.unique(found)) > 1
