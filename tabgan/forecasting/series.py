"""A table as a regular series: which column tells the time, no gaps, no repeats, in the order of time."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, warn
from tabgan.forecasting.times import check_steps, learn_time, say_what_tells, tell
from tabgan.persistence import State
from tabgan.rules import suggest
from tabgan.schema.dates.units import TICKS, to_nanoseconds
from tabgan.schema.dtypes import is_number, spelt_numbers
from tabgan.schema.texts.cells import read_columns
from tabgan.schema.texts.reading import Reading
from tabgan.series.apart import DAY
from tabgan.series.clock import JITTER, Clock
from tabgan.series.counters import find_rises
from tabgan.series.time_columns import Time, TimeColumns
from tabgan.spelling import spell

OLD_STEPS = {"day": DAY, "hour": DAY // 24}
"""What a step was called in models that know no clock."""


class Series(NamedTuple):
    """A target and its factors at equal steps of time.

    The `clock` says what a step is; row i is its step i. The last of the `times` are those of rows whose target is not
    there yet: `values`, of shape (n,), is shorter. `lagged`, of shape (n, n_lagged), are factors that are known when
    their step is over; `known`, of shape (n_times, n_known), those known in advance; `filled` are rows in which
    something was interpolated. `told` is how the table tells the time; None if its index does.
    """

    times: Any  # a DatetimeIndex, or an Index of numbers
    values: NDArray[np.float64]
    lagged: NDArray[np.float64]
    known: NDArray[np.float64]
    filled: NDArray[np.bool_]
    clock: Clock
    told: TimeColumns | None = None

    @property
    def step(self) -> str:
        """How long a step is, such as "D", "h", "15min", "month" or, of numbers, "1"."""
        return self.clock.step

    def head(self, n: int) -> Series:
        """Return the first n rows as a series that ends there."""
        known, filled = self.known[:n], self.filled[:n]
        return self._replace(
            times=self.times.take(np.arange(min(n, len(self.times)))),
            values=self.values[:n],
            lagged=self.lagged[:n],
            known=known,
            filled=filled,
        )

    def get_state(self) -> State:
        """Return the series as a dict of arrays and JSON values."""
        state = self._asdict()
        told = self.told and self.told.get_state()
        return {**state, "times": len(self.times), "clock": self.clock.get_state(), "told": told}

    @classmethod
    def from_state(cls, state: State) -> Series:
        """Make the series that `get_state` described, also in the first versions, which knew days and hours alone."""
        if "step" in state:
            clock, n = Clock(pd.Timestamp(state["begin"]), "ns", OLD_STEPS[state["step"]]), state["n_times"]
        else:
            clock, n = Clock.from_state(state["clock"]), state["times"]
        values, lagged, known, filled = (state[name] for name in ("values", "lagged", "known", "filled"))
        told = TimeColumns.from_state(state["told"]) if state.get("told") else None
        return cls(clock.stamps(np.arange(n)), values, lagged, known, filled, clock, told)


def choose_time(time: Time | None, date: Time | None) -> Time | None:
    """Return the column of time, or those of date and hour, which may be given by either name.

    Examples
    --------
    >>> choose_time("stamp", None), choose_time(None, "day"), choose_time("day", "day")
    ('stamp', 'day', 'day')
    """
    if time is not None and date is not None and time != date:
        raise InputError(
            f"{spell('time')} and {spell('date')} are two names of one thing, but are {time!r} and {date!r}; give one"
        )
    return date if time is None else time


def read_series(
    frame: pd.DataFrame,
    target: Hashable,
    factors: Sequence[Hashable] = (),
    known_future: Sequence[Hashable] = (),
    time: Time | TimeColumns | None = None,
    fill: bool = False,
    *,
    date: Time | None = None,
    step: str = "auto",
) -> Series:
    """Take a series out of a table.

    Parameters
    ----------
    frame : DataFrame
        One row a step of time: minutes, hours, days, business days, weeks, months, quarters, or numbers that count.
        Rows out of order are sorted, which a warning says. Rows at the end without a target are the future, of which
        some factors may be known.
    target : column's name
    factors : sequence of column's names
    known_future : sequence of column's names
        Those factors that are known in advance, such as holidays or, if its forecast were perfect, the weather. The
        others are used from the step before on.
    time : column's name, or those of two, or TimeColumns, optional
        The column of dates or times, or of numbers that count steps; or one of dates and one of hours, which may be 0
        to 23, 1 to 24, or as clocks show them. When left out, a DatetimeIndex, else the first other column of dates.
    fill : bool, default False
        Whether to interpolate gaps linearly, and take the mean of rows with the same time.
    date : column's name, optional
        Another name of `time`.
    step : str, default "auto"
        See `tabgan.series.clock.Clock.learn`: "auto" finds it; else such as "15min", "h", "B" or "MS", and times may
        be off by a quarter of it.

    Raises
    ------
    InputError
        A column is missing, twice or no number; times are not equal steps apart, have gaps or repeats, or values are
        missing and `fill` is not set; or the target is constant.
    """
    time = time if isinstance(time, TimeColumns) else choose_time(time, date)
    _check_names(frame, target, factors, known_future)
    names = [target, *factors]
    told = time if isinstance(time, TimeColumns) else learn_time(frame, time, names)
    times = frame.index if told is None else told.read(frame)
    table = pd.DataFrame({name: _numbers(frame, name) for name in names}).set_axis(times)
    if not table[target].notna().any():
        raise InputError(f"the target must hold numbers, but {target!r} is empty; name another column")
    if not isinstance(time, TimeColumns):
        say_what_tells(frame, times, told, names, (), fill)
    in_order = table.index.is_monotonic_increasing
    if told and not in_order and not isinstance(times, pd.DatetimeIndex) and times.has_duplicates:
        raise InputError(
            f"a column of time must hold dates, or numbers that count, but {str(told.names[0])!r} goes up and down, "
            f"and has {times[times.duplicated()][0]} twice; name another"
        )
    table = table if in_order else table.sort_index(kind="stable")
    table, clock, made = _make_regular(table, step, fill, told)
    if not in_order:
        warn("rows are not in the order of time; they were sorted")
    lagged, known = [name for name in factors if name not in known_future], list(known_future)
    n = int(np.flatnonzero(table[target].notna())[-1]) + 1
    past, ahead = table[[target, *lagged]].iloc[:n], table[known]
    if not fill:
        _refuse_missing(past, told)
        _refuse_missing(ahead, told)
    gaps = made[:n] | past.isna().any(axis=1).to_numpy() | ahead.iloc[:n].isna().any(axis=1).to_numpy()
    past, ahead = (part.interpolate(limit_direction="both") for part in (past, ahead))
    values = past[target].to_numpy()
    if values.min() == values.max():
        raise InputError(f"the target must vary, but all {len(values):,} values of {target!r} are {values[0]:g}")
    if find_rises(np.diff(values))[-1]:
        warn(
            f"column {str(target)!r} only rises, so no forecast is below its last value; to forecast what each step "
            "adds, forecast its differences"
        )
    return Series(table.index, values, past[lagged].to_numpy(), ahead.to_numpy(), gaps, clock, told)


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


def _numbers(frame: pd.DataFrame, name: Hashable) -> NDArray[np.float64]:
    """A column as float64; infinite values are refused."""
    column = frame[name]
    if not is_number(column.dtype):
        column = read_columns(frame[[name]], Reading.of(frame))[name]
    try:
        values: NDArray[np.float64] = spelt_numbers(column, "raise").to_numpy(dtype=np.float64, na_value=np.nan)
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


def _make_regular(
    table: pd.DataFrame, step: str, fill: bool, told: TimeColumns | None
) -> tuple[pd.DataFrame, Clock, NDArray[np.bool_]]:
    """Return one row for each step of time, the clock, and which rows were made."""
    clock = _find_clock(table.index.unique(), step, told)
    numbers = clock.number(table.index, 0 if step == "auto" else JITTER)
    counts = np.bincount(numbers)
    if not fill:
        check_steps(counts, clock, told)
    table = table.set_axis(numbers).groupby(level=0).mean().reindex(np.arange(len(counts)))
    return table.set_axis(clock.stamps(np.arange(len(counts)))), clock, counts != 1


def _find_clock(times: Any, step: str, told: TimeColumns | None) -> Clock:
    """Learn the clock; if steps are mixed, say which times are off the grid of the commonest one."""
    moments = isinstance(times, pd.DatetimeIndex)
    counts = to_nanoseconds(times.asi8, TICKS[times.unit]) if moments else times.to_numpy()
    try:
        return Clock.learn(times, step)
    except InputError as error:
        apart = np.diff(counts)
        if step != "auto" or not len(apart):
            raise
        common = pd.Series(apart).mode()[0]
        off = times[(counts - counts[0]) % common != 0]
        if len(off) > len(times) // 2:  # of which none is a step
            raise
        raise InputError(f"{error}; off the grid are {tell(told, off)}") from None


def _refuse_missing(table: pd.DataFrame, told: TimeColumns | None) -> None:
    for name in table:
        missing = table.index[table[name].isna()]
        if len(missing):
            first = tell(told, missing[:1])
            raise InputError(
                f"target and factors must have no gaps, but column {str(name)!r} has {len(missing):,}, the first on "
                f"{first}; mend them, or interpolate with {spell('fill', True)}"
            )
