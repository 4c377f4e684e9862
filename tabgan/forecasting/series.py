"""A table as a regular series: which column tells the time, no gaps, no repeats, in the order of time."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, TabganWarning
from tabgan.persistence import State
from tabgan.rules import find_name, suggest
from tabgan.schema.moments import TICKS, read_moments
from tabgan.spelling import spell

STEPS = {"day": pd.Timedelta(days=1), "hour": pd.Timedelta(hours=1)}
DATE_FORMATS = {"day": "%Y-%m-%d", "hour": "%Y-%m-%d %H:%M"}
MOST_LISTED = 5


class Series(NamedTuple):
    """A target and its factors at equal steps of time.

    The last `n_ahead` of the `times` are those of rows whose target is not there yet: `values`, of shape (n,), is
    shorter. `lagged`, of shape (n, n_lagged), are factors that are known when their day is over; `known`, of shape (n +
    n_ahead, n_known), those known in advance; `filled` are rows in which something was interpolated; `step` is "day" or
    "hour".
    """

    times: pd.DatetimeIndex
    values: NDArray[np.float64]
    lagged: NDArray[np.float64]
    known: NDArray[np.float64]
    filled: NDArray[np.bool_]
    step: str

    def head(self, n: int) -> Series:
        """Return the first n rows as a series that ends there."""
        return Series(self.times[:n], self.values[:n], self.lagged[:n], self.known[:n], self.filled[:n], self.step)

    def get_state(self) -> State:
        """Return the series as a dict of arrays and JSON values."""
        state = self._asdict()
        times = state.pop("times")
        return {**state, "begin": times[0].isoformat(), "n_times": len(times)}

    @classmethod
    def from_state(cls, state: State) -> Series:
        """Make the series that `get_state` described."""
        times = pd.date_range(state["begin"], periods=state["n_times"], freq=STEPS[state["step"]])
        return cls(times, *(state[name] for name in ("values", "lagged", "known", "filled", "step")))


def read_series(
    frame: pd.DataFrame,
    target: Hashable,
    factors: Sequence[Hashable] = (),
    known_future: Sequence[Hashable] = (),
    date: Hashable | None = None,
    fill: bool = False,
) -> Series:
    """Take a series out of a table.

    Parameters
    ----------
    frame : DataFrame
        One row a day or an hour. Rows out of order are sorted, which a warning says. Rows at the end without a target
        are the future, of which some factors may be known.
    target : column's name
    factors : sequence of column's names
    known_future : sequence of column's names
        Those factors that are known in advance, such as holidays or, if its forecast were perfect, the weather. The
        others are used from the day before on.
    date : column's name, optional
        The column of dates; when left out, a DatetimeIndex, else the first other column that reads as dates.
    fill : bool, default False
        Whether to interpolate gaps linearly, and take the mean of rows with the same time.

    Raises
    ------
    InputError
        A column is missing, twice or no number; dates are no days or hours, have gaps or repeats, or values are missing
        and `fill` is not set; or the target is constant.
    """
    _check_names(frame, target, factors, known_future)
    names = [target, *factors]
    times = _find_times(frame, date, names)
    table = pd.DataFrame({name: _numbers(frame[name]) for name in names}).set_axis(times)
    if not table.index.is_monotonic_increasing:
        warnings.warn("rows are not in the order of time; they were sorted", TabganWarning, 3)
        table = table.sort_index(kind="stable")
    if not table[target].notna().any():
        raise InputError(f"the target must hold numbers, but {target!r} is empty; name another column")
    table, step, made = _make_regular(table, fill)
    lagged, known = [name for name in factors if name not in known_future], list(known_future)
    n = int(np.flatnonzero(table[target].notna())[-1]) + 1
    past, ahead = table[[target, *lagged]].iloc[:n], table[known]
    if not fill:
        _refuse_missing(past)
        _refuse_missing(ahead)
    gaps = made[:n] | past.isna().any(axis=1).to_numpy() | ahead[:n].isna().any(axis=1).to_numpy()
    past, ahead = (part.interpolate(limit_direction="both") for part in (past, ahead))
    values = past[target].to_numpy()
    if values.min() == values.max():
        raise InputError(f"the target must vary, but all {len(values):,} values of {target!r} are {values[0]:g}")
    return Series(table.index, values, past[lagged].to_numpy(), ahead.to_numpy(), gaps, step)


def _check_names(
    frame: pd.DataFrame, target: Hashable, factors: Sequence[Hashable], known_future: Sequence[Hashable]
) -> None:
    labels = [str(name) for name in frame.columns]
    for name in (target, *factors):
        if name not in frame.columns:
            raise InputError(f"there is no column {name!r}; {suggest(str(name), labels, 'columns')}")
    if target in factors:
        raise InputError(
            f"the target cannot be a factor of itself, but {target!r} is both; its past is used anyway, leave it out"
        )
    if repeated := [name for name in factors if list(factors).count(name) > 1]:
        raise InputError(f"a factor may be named once, but {repeated[0]!r} is named twice; leave one out")
    if strange := [name for name in known_future if name not in factors]:
        raise InputError(
            f"what is known in advance must be a factor, but {strange[0]!r} is none; add it to the factors"
        )


def _numbers(column: pd.Series) -> NDArray[np.float64]:
    """A column as float64; infinite values are refused."""
    try:
        values: NDArray[np.float64] = pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError):
        raise InputError(
            f"target and factors must hold numbers, but column {str(column.name)!r} does not; leave it out, "
            "or write its labels as numbers"
        ) from None
    if (bad := np.isinf(values)).any():
        raise InputError(
            f"target and factors must be finite, but column {str(column.name)!r} has {values[bad][0]} in row "
            f"{int(bad.argmax()) + 1}; mend it"
        )
    return values


def _find_times(frame: pd.DataFrame, date: Hashable | None, names: Sequence[Hashable]) -> pd.DatetimeIndex:
    """Return the times of the rows: of the named column, the index, or the first column that reads as dates."""
    if date is not None:
        return _read_times(frame.iloc[:, find_name(str(date), list(frame.columns), "date")])
    if isinstance(frame.index, pd.DatetimeIndex):
        return frame.index.tz_localize(None)
    for name in frame.columns:
        if name not in names and not pd.api.types.is_numeric_dtype(frame[name].dtype):
            try:
                return _read_times(frame[name])
            except InputError:
                continue
    raise InputError(
        f"a series needs a column of dates, but no column reads as such; name it with {spell('date', 'COLUMN')}"
    )


def _read_times(column: pd.Series) -> pd.DatetimeIndex:
    moments = read_moments(column)
    if moments.gaps.any():
        row = int(moments.gaps.argmax()) + 1
        raise InputError(f"every row needs its date, but column {str(column.name)!r} has none in row {row}; mend it")
    return pd.DatetimeIndex((moments.counts * TICKS[moments.tick]).view("datetime64[ns]"))


def _make_regular(table: pd.DataFrame, fill: bool) -> tuple[pd.DataFrame, str, NDArray[np.float64]]:
    """Return one row for each step of time, the step, and which rows were made."""
    index = table.index
    apart = index.unique().to_series().diff().dropna()
    steps = {name for name, step in STEPS.items() if len(apart) and apart.mode()[0] == step}
    if not steps:
        found = f"{apart.mode()[0]}" if len(apart) else "the same"
        raise InputError(f"rows must be a day or an hour apart, but most are {found} apart; take the means of days")
    step = steps.pop()
    whole = pd.date_range(index[0], index[-1], freq=STEPS[step])
    if len(strange := index.unique().difference(whole)):
        raise InputError(f"rows must be whole {step}s apart, but these are not: {_list(strange, step)}; mend them")
    repeats, gaps = index[index.duplicated()].unique(), whole.difference(index)
    faults = [
        f"{len(places):,} {what} ({_list(places, step)})"
        for what, places in (("missing", gaps), ("repeated", repeats))
        if len(places)
    ]
    if faults and not fill:
        raise InputError(
            f"each {step} must be there once, but there are {' and '.join(faults)}; mend them, or interpolate gaps and "
            f"average repeats with {spell('fill', True)}"
        )
    table = table.groupby(level=0).mean().reindex(whole)
    return table, step, whole.isin(gaps.union(repeats))


def _refuse_missing(table: pd.DataFrame) -> None:
    for name in table:
        missing = table.index[table[name].isna()]
        if len(missing):
            first = f"{missing[0]:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
            raise InputError(
                f"target and factors must have no gaps, but column {str(name)!r} has {len(missing):,}, the first on "
                f"{first}; mend them, or interpolate with {spell('fill', True)}"
            )


def _list(times: pd.DatetimeIndex, step: str) -> str:
    """The first times as text."""
    more = f" and {len(times) - MOST_LISTED:,} more" if len(times) > MOST_LISTED else ""
    return ", ".join(times[:MOST_LISTED].strftime(DATE_FORMATS[step])) + more
