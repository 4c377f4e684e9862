"""What all contestants of an evaluation need is made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from tabgan.evaluation.tables import Tables

Made = TypeVar("Made")


def once_per_tables(make: Callable[[Tables, int], Made]) -> Callable[[Tables, int], Made]:
    """Remember what a function of tables and a seed returned for as long as the tables exist.

    Examples
    --------
    >>> import numpy as np
    >>> @once_per_tables
    ... def first_row(tables, seed):
    ...     print("made")
    ...     return tables.train[0]
    >>> tables = Tables((), np.zeros((2, 1)), np.zeros((2, 1)), {}, None, True)
    >>> first_row(tables, 0), first_row(tables, 0)
    made
    (array([0.]), array([0.]))
    """
    kept: WeakKeyDictionary[Tables, dict[int, Made]] = WeakKeyDictionary()

    @wraps(make)
    def remembered(tables: Tables, seed: int) -> Made:
        made = kept.setdefault(tables, {})
        if seed not in made:
            made[seed] = make(tables, seed)
        return made[seed]

    return remembered
