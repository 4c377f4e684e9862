"""Several series in one table: which rows are whose, and messages that say whose series they are about."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd

from tabgan.errors import InputError, TabganWarning
from tabgan.forecasting.times import learn_time, say_what_tells
from tabgan.rules import find_name
from tabgan.series.time_columns import Time, TimeColumns
from tabgan.spelling import spell

Entity = Hashable | Sequence[Hashable]
"""The name of a column, or of several that tell series apart together."""
Label = str | int | tuple[str | int, ...]
"""Whose a series is: a value, or one of each column."""
RESULTS = ("date", "forecast", "lower", "upper", "model", "ahead", "observed")
"""What tables of forecasts, and of how good they are, have."""


def split_entities(frame: pd.DataFrame, entity: Entity, used: Sequence[Any]) -> list[tuple[Label, pd.DataFrame]]:
    """Return the label and the rows of each entity, in the order of their first rows.

    Raises
    ------
    InputError
        There is no such column, it is one of those `used`, or rows have no entity.

    Examples
    --------
    >>> table = pd.DataFrame({"pump": ["b", "a", "b"], "flow": [1.0, 2.0, 3.0]})
    >>> [(label, rows["flow"].tolist()) for label, rows in split_entities(table, "pump", ["flow"])]
    [('b', [1.0, 3.0]), ('a', [2.0])]
    """
    names = name_entities(frame, entity)
    taken = [name for one in used for name in (one if isinstance(one, (list, tuple)) else [one])]
    for name in names:
        if name in taken:
            raise InputError(
                f"{spell('entity')} says whose a row is, so cannot be target, factor or time, but is {name!r}; "
                "name another column"
            )
        if (gaps := frame[name].isna()).any():
            row = int(gaps.to_numpy().argmax()) + 1
            raise InputError(f"every row needs its entity, but column {str(name)!r} has none in row {row}; mend it")
    whole = [pd.api.types.is_integer_dtype(frame[name].dtype) for name in names]
    rest = frame.drop(columns=names)
    groups = rest.groupby([frame[name].to_numpy() for name in names], sort=False)
    found = []
    for values, rows in groups:
        values = values if isinstance(values, tuple) else (values,)
        label = tuple(int(value) if i else str(value) for value, i in zip(values, whole, strict=True))
        found.append((label if len(label) > 1 else label[0], rows))
    return found


def read_entities(
    frame: pd.DataFrame, entity: Entity, time: Time | None, used: Sequence[Hashable], fill: bool
) -> Iterator[tuple[Label, pd.DataFrame, TimeColumns | None]]:
    """Yield the label, the rows and how the time is told of each entity; all of them tell it alike, but for zones.

    Raises
    ------
    InputError
        As of `split_entities`; or there is no column of time, or entities need one more column to be told apart.
    """
    names = name_entities(frame, entity)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "offsets of column", TabganWarning)  # that is said of each entity
        told = learn_time(frame, time, [*used, *names])
    parts = split_entities(frame, names, [*used, *(told.names if told else ())])
    stamps = frame.index if told is None else told.read(frame)
    keys = pd.MultiIndex.from_arrays([stamps, *(frame[name] for name in names)])
    say_what_tells(frame, keys, told, [*used, *names], names, fill)
    for label, rows in parts:
        yield label, rows, (told if told is None or len(told.spelt) < 2 else TimeColumns.learn(rows, told.names))


@contextmanager
def said_once() -> Iterator[None]:
    """Let what is said of several entities alike be said once."""
    caught: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
    finally:
        for category, text in dict.fromkeys((one.category, str(one.message)) for one in caught):
            warnings.warn(text, category, stacklevel=3)


def name_entities(frame: pd.DataFrame, entity: Entity) -> list[Hashable]:
    """Return the names of the columns that tell series apart, as the table has them."""
    asked = list(entity) if isinstance(entity, (list, tuple)) and entity not in list(frame.columns) else [entity]
    names = [frame.columns[find_name(str(name), list(frame.columns), spell("entity"))] for name in asked]
    if taken := [name for name in names if name in RESULTS]:
        raise InputError(
            f"a column beside forecasts cannot be called {', '.join(RESULTS)}, as theirs are, but {taken[0]!r} is to "
            "say whose a row is; rename it"
        )
    return names


def add_label(table: pd.DataFrame, names: Sequence[Hashable], label: Label) -> pd.DataFrame:
    """Return a table with the columns that say whose it is before all others."""
    values = label if isinstance(label, tuple) else (label,)
    return table.assign(**dict(zip(map(str, names), values, strict=True)))[[*map(str, names), *table]]


def say_label(label: Label) -> str:
    """Return whose a series is in words."""
    return ", ".join(map(str, label)) if isinstance(label, tuple) else str(label)


@contextmanager
def naming(entity: Label) -> Iterator[None]:
    """Let errors say whose series they are about."""
    try:
        yield
    except InputError as error:
        raise InputError(f"entity {entity!r}: {error}") from None
