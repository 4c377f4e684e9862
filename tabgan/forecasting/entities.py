"""Several series in one table: which rows are whose, and messages that say whose series they are about."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager

import pandas as pd

from tabgan.errors import InputError
from tabgan.rules import find_name
from tabgan.spelling import spell


def split_entities(
    frame: pd.DataFrame, entity: Hashable, used: Sequence[Hashable]
) -> list[tuple[str | int, pd.DataFrame]]:
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
    place = find_name(str(entity), list(frame.columns), spell("entity"))
    column = frame.iloc[:, place]
    if column.name in used:
        raise InputError(
            f"{spell('entity')} says whose a row is, so cannot be target, factor or time, but is {column.name!r}; "
            "name another column"
        )
    if column.isna().any():
        row = int(column.isna().to_numpy().argmax()) + 1
        raise InputError(f"every row needs its entity, but column {str(column.name)!r} has none in row {row}; mend it")
    whole = pd.api.types.is_integer_dtype(column.dtype)
    rest = frame.drop(columns=column.name)
    groups = rest.groupby(column.to_numpy(), sort=False)
    return [(int(label) if whole else str(label), rows) for label, rows in groups]


@contextmanager
def naming(entity: Hashable) -> Iterator[None]:
    """Let errors say whose series they are about."""
    try:
        yield
    except InputError as error:
        raise InputError(f"entity {entity!r}: {error}") from None
