"""What is asked of a series: its length, its begin, what is known of its steps, its class; and rows to go on from.

A `model` is a fitted `SeriesSynthesizer` in all of this, whose parts are in those of it that end in "_".
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tabgan.errors import InputError, warn
from tabgan.schema.dates.units import FIRST_YEAR, LAST_YEAR
from tabgan.series.clock import Clock
from tabgan.series.segments import Segment
from tabgan.spelling import spell
from tabgan.synthesizers.series_rows import SERIES, as_table, stamps_of
from tabgan.synthesizers.series_time import join_like
from tabgan.tables.intake import open_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """Steps to make, the number of the first of them that counts, and values of columns beside the channels."""

    length: int
    begin: int | None = None
    plan: Floats | None = None  # (n_steps, n_known), of the steps that count
    label: float | None = None
    values: dict[int, float] = field(default_factory=dict)  # of columns beside, by their place among these

    @classmethod
    def read(
        cls,
        model: Any,
        length: int,
        start: Any,
        known_future: pd.DataFrame | None,
        static: Mapping[Hashable, Any] | None,
        label: Any,
        burn: int,
    ) -> Asked:
        """Turn what `sample_series` is given into numbers; `length` has `burn` steps that do not count.

        Without a start, what is known from its first stamp on says when it begins.
        """
        known_future = known_future if known_future is None else join_like(known_future, model.told_)
        time = None if model.roles_.time is None else model.schema_.names[model.roles_.time]
        if start is None and known_future is not None and time in known_future.columns and len(known_future):
            start = known_future[time].iloc[0]
        begin = None if start is None else find_start(model, start)
        plan = None if known_future is None else read_plan(model, known_future, begin, length - burn)
        roles, names = model.roles_, list(model.schema_.names)
        values: dict[int, float] = {}
        for name, value in (static or {}).items():
            if name not in [names[c] for c in roles.static]:
                raise InputError(
                    f"{spell('static')} must name static columns, but {str(name)!r} is none; these are "
                    f"{', '.join(str(names[c]) for c in roles.static) or 'none'}"
                )
            place = roles.beside.index(names.index(name))
            values[place] = read_learned(model, name, value, place)
        code = None
        if label is not None:
            if roles.label is None:
                raise InputError(f"the model was fitted without a label, but {label!r} is asked for; fit with label")
            place = len(roles.beside) - 1
            code = values[place] = read_learned(model, names[roles.label], label, place)
        return cls(length, begin, plan, code, values)

    def change(self, beside: Floats, burn: int) -> Floats:
        """Return columns beside, of shape (m, n_steps, n_columns), with what was asked in its place."""
        beside = beside.copy()
        for place, value in self.values.items():
            beside[:, :, place] = value
        if self.plan is not None:
            beside[:, burn:, : self.plan.shape[1]] = self.plan[: beside.shape[1] - burn]
        return beside

    def missing_plan(self, known: Sequence[str]) -> InputError:
        """Return the error that says what has to be known, where no learned stretch has so many steps."""
        return InputError(
            f"{', '.join(known)} must be known for each step, but no learned stretch goes on for {self.length}; give "
            f"{'it' if len(known) == 1 else 'them'} with {spell('known_future', 'plan.csv')}"
        )


def read_value(model: Any, name: Hashable, value: Any) -> float:
    """Return what the schema makes of one value of a column; a level that was not learned is an InputError."""
    column = next(c for c in model.schema_ if c.name == name)
    if column.levels and value not in column.levels and str(value) not in map(str, column.levels):
        raise InputError(
            f"column {str(name)!r} has the levels {', '.join(map(str, column.levels))}, but {value!r} is asked for; "
            "name one of these"
        )
    found = [level for level in column.levels if value == level or str(value) == str(level)]
    return float(column.encode(pd.Series([found[0] if found else value], name=name))[0])


def read_learned(model: Any, name: Hashable, value: Any, place: int) -> float:
    """Return what `read_value` does; levels that are only in stretches too short to be learned are an InputError."""
    code, column = read_value(model, name, value), next(c for c in model.schema_ if c.name == name)
    learned = np.unique(model.stretches_.beside[:, place])
    if column.levels and code not in learned:
        raise InputError(
            f"column {str(name)!r} is {str(value)!r} only in stretches that are too short to be learned; name another "
            f"({', '.join(str(column.levels[int(one)]) for one in learned)}), or fit with a smaller {spell('context')}"
        )
    if not column.levels and not learned.min() <= code <= learned.max():
        raise InputError(
            f"column {str(name)!r} is from {learned.min():g} to {learned.max():g}, but {value!r} is asked for; "
            "name one between these"
        )
    return code


def find_start(model: Any, start: Any) -> int:
    """Return the number of the step at a stamp; InputError between two steps, and where there is no clock."""
    if model.clock_ is None:
        raise InputError(
            f"{spell('start')} needs stamps, but the model was fitted to rows without time; leave it out, or fit with "
            f"{spell('time', 'COLUMN')}"
        )
    if model.clock_.unit == "number":
        return _find_number(model.clock_, start)
    try:
        stamp = pd.Timestamp(start)
    except (ValueError, TypeError):
        raise InputError(f"{spell('start')} must be a stamp such as 2027-01-01 00:00, but is {start!r}") from None
    if stamp is pd.NaT or not FIRST_YEAR <= stamp.year <= LAST_YEAR:
        raise InputError(
            f"{spell('start')} must be in the years {FIRST_YEAR} to {LAST_YEAR}, but is {str(start)!r}; give another"
        )
    if model.clock_.zone and stamp.tzinfo is None:
        plain = stamp
        stamp = plain.tz_localize(model.clock_.zone, ambiguous="NaT", nonexistent="NaT")
        if stamp is pd.NaT:
            offset = (plain - pd.Timedelta(1, "D")).tz_localize(model.clock_.zone)
            raise InputError(
                f"{spell('start')} must be one time, but clocks of {model.clock_.zone} are changed at {start}; give it "
                f"with its zone, such as {plain.isoformat()}{offset:%z}"
            )
    elif not model.clock_.zone and stamp.tzinfo is not None:
        raise InputError(f"the learned stamps have no zone, but {spell('start')} has one, {start!r}; leave it out")
    try:
        return int(model.clock_.number(pd.DatetimeIndex([stamp]))[0])
    except InputError as error:
        raise InputError(
            f"{spell('start')} is between two steps: {str(error).partition(';')[0]}; move it to one"
        ) from None


def _find_number(clock: Clock, start: Any) -> int:
    try:
        return int(clock.number(pd.Index([float(start)]))[0])
    except (ValueError, TypeError) as error:
        if isinstance(error, InputError):
            raise InputError(f"{spell('start')} is between two steps: {error}") from None
        raise InputError(f"the learned times are numbers, but {spell('start')} is {start!r}; give a number") from None


def read_plan(model: Any, plan: pd.DataFrame, begin: int | None, length: int) -> Floats:
    """Return the known columns of so many steps, (length, n_known), from a table that may be longer and have stamps."""
    roles, names, schema = model.roles_, list(model.schema_.names), model.schema_
    columns = [names[c] for c in roles.known]
    if not columns:
        raise InputError(f"the model has no known columns, but {spell('known_future')} is given; leave it out")
    plan, _ = open_whole(plan)
    if not isinstance(plan, pd.DataFrame):
        raise InputError(f"{spell('known_future')} must be a table, but is {type(plan).__name__}; give a DataFrame")
    plan = join_like(plan, model.told_)
    if absent := [str(name) for name in columns if name not in plan.columns]:
        raise InputError(
            f"{spell('known_future')} must have the columns {', '.join(map(str, columns))}, but lacks "
            f"{', '.join(absent)}; add them"
        )
    values = np.stack([schema.columns[c].encode(plan[names[c]]) for c in roles.known], 1)
    if begin is not None and roles.time is not None and names[roles.time] in plan.columns and model.clock_:
        column = schema.columns[roles.time]
        numbers = model.clock_.number(stamps_of(column.encode(plan[column.name]), column))
        place = {int(number): i for i, number in enumerate(numbers)}
        if len(place) < len(numbers):
            again = numbers[pd.Index(numbers).duplicated()][:1]
            raise InputError(
                f"{spell('known_future')} must have each time once, but has {model.clock_.stamps(again)[0]} twice; "
                "drop one of the two rows"
            )
        lacking = [number for number in range(begin, begin + length) if number not in place]
        if lacking:
            first = model.clock_.stamps(np.array(lacking[:1]))[0]
            raise InputError(
                f"{spell('known_future')} must cover all {length} steps, but lacks {len(lacking)}, the first at "
                f"{first}; add these"
            )
        values = values[[place[number] for number in range(begin, begin + length)]]
    if len(values) < length or np.isnan(values[:length]).any():
        raise InputError(
            f"{spell('known_future')} must have a value for each of {length} steps, but has {len(values)} rows, "
            f"{int(np.isnan(values).any(1).sum())} of them with gaps; give all of them"
        )
    return _in_range(model, values[:length])


def _in_range(model: Any, values: Floats) -> Floats:
    """Return what is known, kept in the range that was learned, which a warning says."""
    learned = model.stretches_.beside[:, : values.shape[1]]
    kept: Floats = np.clip(values, learned.min(0), learned.max(0))
    for j, c in enumerate(model.roles_.known):
        column, beyond = model.schema_.columns[c], int((kept[:, j] != values[:, j]).sum())
        if beyond and not column.levels:
            words = f"{beyond} of {len(values)} values of {str(column.name)!r} are beyond what was learned, "
            words += f"{learned[:, j].min():g} to {learned[:, j].max():g}, and are taken for the nearest of these"
            warn(words)
        elif column.levels:
            kept[:, j] = values[:, j]
    return kept


def read_last(model: Any, X: Any) -> Segment:
    """Return the last contiguous rows of a table like the one that was learned, at least as many as a step is given."""
    table = as_table(open_whole(X)[0])
    if isinstance(table, pd.DataFrame) and isinstance(table.index, pd.DatetimeIndex):
        name = model.schema_.names[model.roles_.time] if model.roles_.time is not None else None
        table = table if name in table.columns or name is None else table.reset_index(names=[name])
    elif isinstance(table, pd.DataFrame):
        table = join_like(table, model.told_)
    if not isinstance(table, pd.DataFrame):
        table = pd.DataFrame(np.asarray(table), columns=model.schema_.names[model.as_windows_ :])
    if model.as_windows_ and SERIES not in table.columns:
        table.insert(0, SERIES, model.schema_.columns[0].levels[0])
    segments, _ = model._cut(model.schema_.to_matrix(table), model.clock_)
    if len({s.entity for s in segments}) > 1:
        raise InputError("a series goes on from rows of one entity, but several are given; give the rows of one")
    given = len(segments[-1].rows) if segments else 0
    if given < model.context_:
        raise InputError(
            f"a step is given the {model.context_} before it, but the last stretch without gaps has {given} rows; "
            "give more"
        )
    return segments[-1]
