"""Which column of a table of series is for what, and its rows as contiguous segments: a gap in time ends one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, warn
from tabgan.schema import Schema
from tabgan.schema.column import Column
from tabgan.series.clock import JITTER, Clock
from tabgan.spelling import spell

Floats = NDArray[np.float64]

MOST_LISTED = 3


@dataclass(frozen=True)
class Roles:
    """What each column of a series is for, by its place in the schema."""

    time: int | None
    entity: int | None
    label: int | None
    static: tuple[int, ...]
    known: tuple[int, ...]
    channels: tuple[int, ...]

    @classmethod
    def find(
        cls,
        schema: Schema,
        time: Hashable | None = None,
        entity: Hashable | None = None,
        static: Sequence[Hashable] = (),
        known: Sequence[Hashable] = (),
        label: Hashable | None = None,
    ) -> Roles:
        """Find the columns by name; all others are channels.

        Raises
        ------
        InputError
            A column is not there, or is for two things; or none is left that varies.
        """
        names = list(schema.names)
        for role, several in (("static", static), ("known_future", known)):
            if isinstance(several, str):
                raise InputError(f"{spell(role)} must be a list of columns, but is {several!r}; write [{several!r}]")
        asked = [("time", time), ("entity", entity), ("label", label)]
        asked += [("static", name) for name in static] + [("known_future", name) for name in known]
        found: dict[int, str] = {}
        for role, name in asked:
            if name is None:
                continue
            if name not in names:
                raise InputError(
                    f"{spell(role)} must name a column, but there is no {str(name)!r}; the columns are "
                    f"{', '.join(map(str, names))}"
                )
            place = names.index(name)
            if schema.columns[place].kind == "id":
                raise InputError(
                    f"{spell(role)} must name a column that is learned, but {str(name)!r} is "
                    f"{spell('kinds', {name: 'id'})}; leave one of the two out"
                )
            if place in found:
                raise InputError(
                    f"a column is for one thing, but {str(name)!r} is given as {spell(found[place])} and "
                    f"{spell(role)}; leave one out"
                )
            found[place] = role
        place_of = {role: place for place, role in found.items()}
        places = {role: tuple(p for p, r in found.items() if r == role) for role in ("static", "known_future")}
        channels = tuple(p for p, column in enumerate(schema) if p not in found and not column.constant)
        if not channels:
            raise InputError("a series needs a column that changes with time, but none is left; name fewer, or others")
        time_at, entity_at, label_at = (place_of.get(role) for role in ("time", "entity", "label"))
        return cls(time_at, entity_at, label_at, places["static"], places["known_future"], channels)

    @property
    def beside(self) -> tuple[int, ...]:
        """What is known of a step beside the channels: known, static and the label's columns."""
        return (*self.known, *self.static, *(() if self.label is None else (self.label,)))

    def describe(self, schema: Schema) -> dict[str, Any]:
        """Return the names of the columns by what they are for."""
        names = [str(name) for name in schema.names]
        one = {role: getattr(self, role) for role in ("time", "entity", "label")}
        several = {"static": self.static, "known_future": self.known, "channels": self.channels}
        return {role: None if place is None else names[place] for role, place in one.items()} | {
            role: [names[place] for place in places] for role, places in several.items()
        }

    def get_state(self) -> dict[str, Any]:
        """Return the places as JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Roles:
        """Make the roles that `get_state` described."""
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in state.items()}
        return cls(**values)


class Segment(NamedTuple):
    """Contiguous rows of one entity: a matrix of shape (n_steps, n_columns), and the number of its first step."""

    rows: Floats
    start: int
    entity: int


def name_entities(codes: Floats, column: Column) -> dict[int, str]:
    """Return what entities are called, by the numbers that the schema makes of them.

    Raises
    ------
    InputError
        A row has no entity, or one that is no whole number.
    """
    name = str(column.name)
    if np.isnan(codes).any():
        row = int(np.flatnonzero(np.isnan(codes))[0]) + 1
        raise InputError(f"every row needs its entity, but column {name!r} has none in row {row}; fill it in")
    if (codes % 1).any():
        raise InputError(
            f"an entity must be a name or a whole number, but column {name!r} has {codes[codes % 1 > 0][0]:g}; "
            f"take it for labels with {spell('kinds', {column.name: 'categorical'})}"
        )
    found = np.unique(codes).astype(np.int64).tolist()
    return {code: str(column.levels[code]) if column.levels else str(code) for code in found}


def cut(
    rows: Floats,
    roles: Roles,
    times: Any,
    step: str,
    names: Mapping[int, str],
    clock: Clock | None = None,
) -> tuple[list[Segment], Clock | None]:
    """Return the segments of a table's rows, and the clock of its stamps, which is learned unless it is given.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        As the schema makes them; entities are codes.
    times : DatetimeIndex, or Index of numbers, of length n_rows, or None
        None: rows are equal steps.
    names : mapping of int to str
        What entities are called, by their codes; empty where there are none.

    Raises
    ------
    InputError
        A time is repeated within an entity, an entity has one row, or steps are not equal.
    """
    entities = rows[:, roles.entity].astype(np.int64) if roles.entity is not None else np.zeros(len(rows), np.int64)
    places = [np.flatnonzero(entities == entity) for entity in np.unique(entities)]
    if lone := [names[int(entities[p[0]])] for p in places if len(p) < 2 and names]:
        raise InputError(
            f"a series needs at least two rows, but {lone[0]!r} has one ({len(lone)} such); drop these, or give more"
        )
    if times is None:
        segments = [Segment(rows[p], 0, int(entities[p[0]])) for p in places]
        return segments, None
    places = [_in_order(p, times, names[int(entities[p[0]])] if names else "") for p in places]
    stamps = [times[p] for p in places]
    jitter = 0.0 if step == "auto" else JITTER
    clock = clock or Clock.learn(stamps, step)
    segments = []
    for p, one in zip(places, stamps, strict=True):
        numbers = clock.number(one, jitter)
        apart = np.diff(numbers)
        if (apart < 1).any():
            at = int(np.flatnonzero(apart < 1)[0])
            raise InputError(f"a step can have one row, but {one[at]} and {one[at + 1]} are in one; average them")
        for part in np.split(np.arange(len(p)), np.flatnonzero(apart > 1) + 1):
            segments.append(Segment(rows[p[part]], int(numbers[part[0]]), int(entities[p[0]])))
    return segments, clock


def _in_order(places: NDArray[np.intp], times: pd.Index, name: str) -> NDArray[np.intp]:
    """Return the places of an entity's rows in the order of time, which a warning says if it was another."""
    own = times[places]
    of = f" of {name!r}" if name else ""
    if own.dtype.kind in "iuf" and own.has_duplicates and not own.is_monotonic_increasing:
        raise InputError(
            f"the column of time must hold dates, or numbers that count, but its numbers{of} go up and down; "
            "name another"
        )
    if (repeated := own[own.duplicated()].unique()).size:
        listed = ", ".join(map(str, repeated[:MOST_LISTED]))
        many = "1 time is" if len(repeated) == 1 else f"{len(repeated):,} times are"
        raise InputError(
            f"a series{of} has one row at a time, but {many} repeated ({listed}); drop or average "
            f"these rows, name the column that tells series apart with {spell('entity', 'COLUMN')}, or, where clocks "
            "were put back, give times with their zone"
        )
    if own.is_monotonic_increasing:
        return places
    warn(f"rows{of} are not in the order of time; they were sorted")
    return places[np.argsort(own.to_numpy() if own.dtype.kind in "iuf" else own.asi8, kind="stable")]
