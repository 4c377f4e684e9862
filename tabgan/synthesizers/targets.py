"""Which column is the target, what may be one, and what a model says of it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tabgan.errors import InputError
from tabgan.preprocessing.constraints import Constraints
from tabgan.schema import Schema
from tabgan.schema.numbers import Numbers
from tabgan.spelling import spell
from tabgan.teaching.target import load_target
from tabgan.text import shorten

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MOST_CLASSES = 100
LEAST_ROWS = 10  # that have a target
Y = "y"  # what is said of the `y` that a fit is given


def find_target(target: Hashable, label: Hashable, table: pd.DataFrame, y_is_last: bool) -> Hashable | None:
    """Return the name of the target in a table, if there is one; InputError if it is another than the label."""
    if target is None:
        return None
    if y_is_last and target == Y and Y not in table.columns:
        target = table.columns[-1]
    if target not in table.columns:
        raise InputError(
            f"{spell('target')} must be a column of the table, but is {str(target)!r}; "
            f"its columns are {', '.join(map(str, table.columns))}"
        )
    if label is not None and label != target:
        raise _differ(label, target)
    name: Hashable = table.columns[list(table.columns).index(target)]
    return name


def _differ(label: Hashable, target: Hashable) -> InputError:
    return InputError(
        f"label and target must be one column, but are {str(label)!r} and {str(target)!r}; leave one of the two out"
    )


def check_target(
    name: Hashable, schema: Schema, label: Hashable | None, rows: NDArray[np.float64], constraints: Constraints
) -> Hashable:
    """Return the name of the target if it can be one in rows of shape (n_samples, n_columns); InputError if not."""
    place = schema.names.index(name)
    column, what = schema.columns[place], f"a target must be numbers or classes, but {str(name)!r}"
    if column.kind == "id":
        raise InputError(f"{what} holds identifiers; give another column, or leave {spell('kinds', {name: 'id'})} out")
    if column.constant:
        raise InputError(f"{what} has one value in all rows; give another column")
    if not (column.levels or isinstance(column.type, Numbers)):
        raise InputError(
            f"{what} is {column.kind}; give another column, or write it as numbers, such as days since a day"
        )
    if len(column.levels) > MOST_CLASSES:
        raise InputError(
            f"a target has at most {MOST_CLASSES} classes, but {str(name)!r} has {len(column.levels):,}; "
            f"merge some, or leave {spell('target')} out"
        )
    if label is not None and label != name:
        raise _differ(label, name)
    if all(other.constant for i, other in enumerate(schema) if i != place):
        raise InputError(f"a target follows from other columns, but beside {str(name)!r} there is none; keep another")
    known = int((~np.isnan(rows[:, place])).sum())
    if known < LEAST_ROWS:
        raise InputError(
            f"a target needs at least {LEAST_ROWS} rows that have it, but {str(name)!r} has {known}; give more rows, "
            f"or leave {spell('target')} out"
        )
    for rule in () if column.levels else constraints.rules:
        if rule.equation and place in rule.positions and len(rule.positions) > 1:
            others = ", ".join(str(one.name) for i, one in zip(rule.positions, rule.columns, strict=True) if i != place)
            raise InputError(
                f"a target may follow from no rule, but {str(name)!r} is bound to {others} by "
                f"{shorten(rule.text)!r}; leave the rule or {spell('target')} out"
            )
    return name


def describe_target(
    name: Hashable | None, state: Mapping[str, Any] | None, columns: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """Return what was learned of the target by its state in a model file, as JSON values; None if nothing was."""
    if state is None:
        return None
    about = {"column": name, **load_target(state).describe()}
    if levels := columns[state["column"]].get("levels"):
        about |= {name: dict(zip(map(str, levels), about[name], strict=True)) for name in ("confirmed", "accepted")}
    return about
