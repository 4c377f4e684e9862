"""What is wrong with series that are to be learned, or were made: refused, or said in a warning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import BundleError, InputError, warn
from tabgan.schema import Schema
from tabgan.schema.moments import Moments
from tabgan.series.counters import find_rises
from tabgan.series.segments import Roles, Segment, name_entities
from tabgan.spelling import renamed_options, spell


def run_finite(run: Callable[..., NDArray[np.float64]], *given: Any) -> NDArray[np.float64]:
    """Return the steps that a model makes; BundleError if they are no numbers, as edited ones lead to."""
    with np.errstate(over="ignore", invalid="ignore"):
        steps = run(*given)
    if not np.isfinite(steps).all():
        raise BundleError("steps of a series must be finite numbers, but those of this model are not; fit again")
    return steps


def check_segments(segments: Sequence[Segment], roles: Roles, schema: Schema, gaps: str) -> None:
    """Raise InputError if static columns vary, what is known has gaps, or there are gaps in time where none may be."""
    if gaps == "refuse" and len(segments) > len({s.entity for s in segments}):
        raise InputError(
            f"a series must have no gaps in time, but falls into {len(segments)} stretches; fill them in, or learn "
            f"the stretches with {spell('gaps', 'split')}"
        )
    for column in roles.beside:
        name = str(schema.names[column])
        if any(np.isnan(s.rows[:, column]).any() for s in segments):
            raise InputError(f"what is known of a step must be there, but column {name!r} has gaps; fill them in")
    for column in roles.static:
        seen: dict[int, float] = {}
        for s in segments:
            if (s.rows[:, column] != seen.setdefault(s.entity, s.rows[0, column])).any():
                of = ""
                if roles.entity is not None:
                    of = f" of {name_entities(np.array([float(s.entity)]), schema.columns[roles.entity])[s.entity]!r}"
                raise InputError(
                    f"a static column must not change within a series, but {str(schema.names[column])!r}{of} does; "
                    f"leave it out of {spell('static')}"
                )


def say_what_counts(segments: Sequence[Segment], roles: Roles, schema: Schema) -> None:
    """Warn of channels of numbers that only rise: a chain cannot go beyond what it has seen, but differences can."""
    categorical = set(schema.categorical)
    for column in roles.channels:
        change = np.concatenate([np.diff(s.rows[:, column]) for s in segments])
        change = change[~np.isnan(change)]
        if column in categorical or not len(change) or not find_rises(change)[-1]:
            continue
        name = schema.names[column]
        if isinstance(schema.columns[column].type, Moments):
            words = f"column {str(name)!r} has dates beside the time, which are not made to agree with it"
            warn(f"{words}; leave it out with {spell('drop', name)}")
            continue
        if change.min() == change.max():
            words = f"column {str(name)!r} rises by {change[0]:g} in each row, as a number of rows or a time does"
            how = f" with {spell('drop', name)}" if isinstance(name, str) else ""
            other = f", or name it with {spell('time', name)}" if roles.time is None and isinstance(name, str) else ""
            warn(f"{words}; leave it out{how}{other}")
            continue
        of = "" if roles.entity is None else f".groupby({schema.names[roles.entity]!r})"
        if renamed_options() is not None:  # no option makes them
            how = "a table with its differences, each value less the one before, in its place"
        else:
            how = f"X{of}[{name!r}].diff()" if isinstance(name, str) else "its differences, as numpy.diff makes them"
        words = f"column {str(name)!r} only rises, and no series goes beyond its range; learn {how}"
        warn(words)
