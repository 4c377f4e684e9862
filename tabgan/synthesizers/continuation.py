"""What must be as it was for trained networks to go on with other rows, and what is learned anew of these."""

from __future__ import annotations

from typing import Any

import numpy as np

from tabgan.errors import InputError, warn
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.schema import Column, Schema
from tabgan.text import format_value, shorten

MOST_NAMED = 5  # columns, in a sentence


def check_same_columns(earlier: Schema, schema: Schema) -> None:
    """Raise InputError unless columns have the names, kinds and levels that networks were trained with."""
    then, now = ({str(column.name): column for column in of} for of in (earlier, schema))
    for name in (*then, *now):
        if name not in now or name not in then:
            lacks = "was learned, but is not there" if name not in now else "is there, but was not learned"
            raise _differs(name, lacks)
    for name in then:
        if reason := _compare(then[name], now[name]):
            raise _differs(name, reason)
    if moved := [name for name, other in zip(now, then, strict=True) if name != other]:
        raise _differs(moved[0], f"stands where {list(then)[list(now).index(moved[0])]!r} did")


def _compare(then: Column, now: Column) -> str:
    """Return how a column differs from what it was, nothing if it does not."""
    if then.kind != now.kind:
        return f"was {then.kind}, and is {now.kind}"
    if new := [level for level in now.levels if level not in then.levels]:
        return f"has a level {shorten(str(new[0]))!r}, which was not learned"
    if lost := [level for level in then.levels if level not in now.levels]:
        return f"has no row of the level {shorten(str(lost[0]))!r}, which was learned"
    return "" if then.levels == now.levels else "has its levels in another order"


def sees_the_same(earlier: TableEncoder, encoder: TableEncoder, schema: Schema) -> bool:
    """Return whether a critic sees rows as before; InputError unless each column has the outputs that it had.

    It does not where other values of numbers repeat, which a warning says.
    """
    then, now = ({group.column: group for group in of.groups_} for of in (earlier, encoder))
    for place, column in enumerate(schema):
        if (place in earlier.numbers_) != (place in encoder.numbers_):
            raise _differs(str(column.name), "varies only in one of both tables")
        before, after = then.get(place), now.get(place)
        if (before is None) != (after is None):
            raise _differs(str(column.name), "has gaps, or values that repeat, only in one of both tables")
        if before is not None and after is not None:
            same = np.array_equal(before.values, after.values, equal_nan=True) and before.rest == after.rest
            if not same:
                raise _differs(str(column.name), "has other values that are frequent enough for an output each")
    then_steps, now_steps = (encoder.numbers_[encoder.steps_.column] for encoder in (earlier, encoder))
    if np.array_equal(then_steps, now_steps):
        return True
    counts = [np.bincount(steps, minlength=len(schema)) for steps in (then_steps, now_steps)]
    names = [str(schema.names[place]) for place in np.flatnonzero(counts[0] != counts[1])]
    text = f"other values of {', '.join(names[:MOST_NAMED])} repeat than before, so that the critic begins anew"
    warn(text)
    return False


def _differs(name: str, reason: str) -> InputError:
    return InputError(
        f"networks go on with the columns that they learned, but {name!r} {reason}; change the table, or fit anew, "
        "without what was learned before"
    )


def describe_continuation(earlier: Any, schema: Schema, n_rows: int) -> list[str]:
    """Return in sentences what of an earlier model stays, and what is learned anew of so many rows."""
    said = [
        f"goes on from {len(earlier.history_):,} iterations on {earlier.n_samples_:,} rows: networks, kinds and levels "
        f"stay; ranges, decimals, scaling, calibration and the sieve are learned anew of {n_rows:,} rows"
    ]
    then = {column.name: column.describe() for column in earlier.schema_}
    wider = []
    for column in schema:
        (low, high), (least, most) = (about.get("range", (0, 0)) for about in (column.describe(), then[column.name]))
        if low < least or high > most:
            ends = [format_value(end) for end in (low, high, least, most)]
            wider.append("{} ({} to {}, and was {} to {})".format(shorten(str(column.name)), *ends))
    if wider:
        more = f" and {len(wider) - MOST_NAMED} more" if len(wider) > MOST_NAMED else ""
        said.append(f"wider than before: {'; '.join(wider[:MOST_NAMED])}{more}")
    return said
