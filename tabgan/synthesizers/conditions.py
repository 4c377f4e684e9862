"""Conditions that rows must meet, as they come back: rounded, and in the range that was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.rules import find_name, read_condition
from tabgan.schema import Column, Schema
from tabgan.schema.column import Allowed


class Conditions:
    """What rows must be, column by column.

    Parameters
    ----------
    conditions : dict, str, sequence of str, or None
        A dict has the value that each column must have; texts follow the grammar of `tabgan.rules`.
    schema : Schema

    Raises
    ------
    InputError
        An unknown column or level, a value outside the range that was seen, or conditions that no row can meet.

    Examples
    --------
    >>> import pandas as pd
    >>> schema = Schema.learn(pd.DataFrame({"age": [17, 60, 90], "price": [1.5, 2.5, 9.5]}))
    >>> conditions = Conditions(["age>=60", "price!=2.5"], schema)
    >>> conditions.holds(np.array([[59.0, 1.5], [60.0, 2.5], [60.0, 1.5]]))
    array([False, False,  True])
    """

    def __init__(self, conditions: Mapping[Any, Any] | str | Sequence[str] | None, schema: Schema) -> None:
        self._schema = schema
        self.columns: dict[int, Allowed] = {}
        texts: dict[int, list[str]] = {}
        for position, operator, value, text in _read(conditions, schema):
            column = schema.columns[position]
            allowed = column.type.allow(operator, value, text, column)
            self.columns[position] = self.columns.get(position, Allowed()) & allowed
            texts.setdefault(position, []).append(text)
        for position, allowed in self.columns.items():
            if not _possible(allowed, schema.columns[position]):
                raise InputError(
                    f"some row must be able to meet all conditions, but no value of column "
                    f"{str(schema.names[position])!r} meets {', '.join(map(repr, texts[position]))}; leave one out"
                )

    def __bool__(self) -> bool:
        return bool(self.columns)

    def holds(self, X: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which rows of `X`, of shape (n_samples, n_columns) and rounded as they come back, meet all of them."""
        kept = np.ones(len(X), dtype=bool)
        for position, allowed in self.columns.items():
            kept &= allowed.holds(X[:, position])
        return kept

    def codes(self, position: int) -> NDArray[np.intp]:
        """Return the codes of the levels that a column of labels may have."""
        every = np.arange(len(self._schema.columns[position].levels))
        return every[self.columns.get(position, Allowed()).holds(every.astype(float))]


def _possible(allowed: Allowed, column: Column) -> bool:
    """Whether some value of a column, or a gap, is allowed."""
    if allowed.gaps and column.missing:
        return True
    if column.levels:
        return bool(allowed.holds(np.arange(len(column.levels), dtype=float)).any())
    low, high = max(allowed.low, column.ends[0]), min(allowed.high, column.ends[1])
    return low < high or (low == high and low not in allowed.without)


def _read(conditions: Any, schema: Schema) -> list[tuple[int, str, Any, str]]:
    """Return the position, operator, value and text of each condition."""
    if conditions is None:
        return []
    if isinstance(conditions, Mapping):
        return [
            (find_name(str(name), schema.names, "conditions"), "==", value, f"{name}={value}")
            for name, value in conditions.items()
        ]
    texts = [conditions] if isinstance(conditions, str) else list(conditions)
    if odd := [text for text in texts if not isinstance(text, str)]:
        raise InputError(f"conditions are a dict, or texts such as 'age>=60', but one is {odd[0]!r}; write it as text")
    return [(*read_condition(text, schema.names), text) for text in texts]
