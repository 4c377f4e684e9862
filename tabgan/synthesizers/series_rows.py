"""Series as tables and arrays: what `fit` is given, and what samplers give back."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, warn
from tabgan.schema import Schema
from tabgan.schema.column import Column
from tabgan.schema.dates.units import UNITS
from tabgan.schema.moments import Moments
from tabgan.schema.numbers import Numbers
from tabgan.series.clock import Clock
from tabgan.series.readings import Readings
from tabgan.series.segments import Roles
from tabgan.series.telling import find_telling
from tabgan.spelling import spell

Floats = NDArray[np.float64]

EVEN = 0.75
"""So many steps at least differ by half at most from the middle one where dates that are not in order tell the time."""
SERIES = "series"  # the column that tells series apart, of arrays of several and of what is generated


class Made(NamedTuple):
    """Series: values (m, n_steps, n_channels), numbers of first steps (m,), entities (m,), and columns beside."""

    values: Floats
    time: NDArray[np.int64]
    entity: NDArray[np.int64]
    beside: Floats  # (m, n_steps, n_columns)

    @classmethod
    def join(cls, parts: Sequence[Made], n: int) -> Made:
        """Return the first n series of some parts."""
        return cls(*(np.concatenate(arrays)[:n] for arrays in zip(*parts, strict=True)))


def as_table(X: Any) -> Any:
    """Return arrays of several series as a long table with a column "series"; others as they are."""
    if hasattr(X, "columns") or np.ndim(X) != 3:  # any frame has columns
        return X
    values = np.asarray(X)
    n, length, n_channels = values.shape
    if not n or not length or not n_channels:
        raise InputError(f"series must have steps and channels, but the array has shape {values.shape}; give more")
    table = pd.DataFrame(values.reshape(n * length, n_channels), columns=[str(j + 1) for j in range(n_channels)])
    table.insert(0, SERIES, pd.Categorical.from_codes(np.repeat(np.arange(n), length), [str(i) for i in range(n)]))
    return table


def find_time(
    rows: Floats,
    schema: Schema,
    entity: Hashable | None,
    but: Sequence[Hashable | None],
    table: pd.DataFrame | None = None,
) -> Hashable | None:
    """Return the first column of dates that always increases, within an entity if there are some, or None.

    Where none does, it is the first that never decreases: of two clocks that of UTC, not the one that is put back; or
    else the first whose steps are even once its rows are sorted.
    `but` has other tasks. A warning says which column is taken, or that none is; and if they are of the `table`, which
    column tells series apart whose dates are in order.
    """
    dates = [c for c in range(len(schema)) if isinstance(schema.columns[c].type, Moments)]
    dates = [c for c in dates if schema.names[c] not in (entity, *but)]
    of = rows[:, schema.names.index(entity)] if entity in schema.names else np.zeros(len(rows))
    order = np.argsort(of, kind="stable")
    rows, of = rows[order], of[order]
    goes_on = np.diff(of) == 0
    rises = {c: float(change[goes_on].min(initial=np.inf)) for c in dates for change in [np.diff(rows[:, c])]}
    ordered = [c for c in dates if rises[c] > 0] + [c for c in dates if rises[c] == 0]
    ordered += [] if ordered else [c for c in dates if _is_even(rows[:, c], of)]
    found = next((schema.names[c] for c in ordered), None)
    words = ""
    if found is not None:
        words = f"column {str(found)!r} is taken for the time of the rows; {spell('time', 'COLUMN')} names another"
    elif dates:
        first, name = dates[0], schema.names[dates[0]]
        telling = ""
        if table is not None and entity is None:
            telling = find_telling(table, pd.Index(rows[:, first]), [name], but, several=False)
        remedy = telling or f"say {spell('time', str(name))} to sort them"
        words = f"rows are taken for equal steps, because dates are not in order; {remedy}"
    if words:
        warn(words)
    return found


def _is_even(stamps: Floats, of: Floats) -> bool:
    """Whether stamps, with what they are `of`, have even steps, and no repeats, when they are sorted."""
    order = np.lexsort((stamps, of))
    apart = np.diff(stamps[order])[np.diff(of[order]) == 0]
    if not len(apart) or not (apart > 0).all():  # as with gaps
        return False
    return bool(np.mean(np.abs(apart / np.median(apart) - 1) <= 0.5) >= EVEN)


def stamps_of(values: Floats, column: Column) -> Any:
    """Return the stamps of a column of time, in its zone, or numbers, of the numbers that the schema makes of them."""
    if not isinstance(column.type, (Moments, Numbers)):
        raise InputError(
            f"the column of time must hold dates, but {str(column.name)!r} is {column.kind}; name another, or convert "
            "it with pandas.to_datetime"
        )
    if np.isnan(values).any():
        row = int(np.flatnonzero(np.isnan(values))[0]) + 1
        raise InputError(f"every row needs its time, but column {str(column.name)!r} has none in row {row}; mend it")
    if isinstance(column.type, Numbers):
        return pd.Index(values.astype(np.int64) if column.decimals == 0 else values)
    stamps = pd.DatetimeIndex(column.type.nanoseconds(values).view("M8[ns]"))
    zone = getattr(column.held, "tz", None)
    return stamps if zone is None else stamps.tz_localize("UTC").tz_convert(zone)


def in_minutes(schema: Schema, place: int) -> Schema:
    """Return the schema with a column of dates that counts minutes or less: days are not equal where clocks change."""
    column = schema.columns[place]
    of = column.type
    if not isinstance(of, Moments) or (times := UNITS[of.unit] // UNITS["minute"]) <= 1:
        return schema
    finer = replace(of, unit="minute", maximum=of.maximum * times, minimum=of.minimum * times)
    columns = (*schema.columns[:place], replace(column, type=finer), *schema.columns[place + 1 :])
    return replace(schema, columns=columns)


def as_matrix(made: Made, schema: Schema, roles: Roles, readings: Readings, clock: Clock | None) -> Floats:
    """Return series as rows of the schema, one below another, as they come back: (m * n_steps, n_columns)."""
    m, n_steps, n_channels = made.values.shape
    rows: Floats = np.zeros((m * n_steps, len(schema)))
    readings.backward(made.values.reshape(-1, n_channels), out=rows)
    rows[:, list(roles.beside)] = made.beside.reshape(m * n_steps, made.beside.shape[2])
    if roles.entity is not None:
        rows[:, roles.entity] = np.repeat(made.entity, n_steps)
    rows = schema.round(rows)
    readings.add_up(rows)  # of rounded ones
    rows = schema.round(rows)
    if roles.time is not None and clock is not None:
        numbers = (made.time[:, None] + np.arange(n_steps)).ravel()
        stamps = clock.stamps(numbers)
        column = schema.columns[roles.time].type
        if isinstance(column, Moments):
            plain = stamps.tz_convert("UTC").tz_localize(None) if stamps.tz is not None else stamps
            rows[:, roles.time] = (plain.as_unit("ns").asi8 - column.start) / UNITS[column.unit]
        else:
            rows[:, roles.time] = np.asarray(stamps, np.float64)
    return rows
