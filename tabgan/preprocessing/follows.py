"""Rules `a -> b`: each value of a column goes with one value of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.rules import find_name
from tabgan.schema import Column, Schema
from tabgan.schema.column import Floats
from tabgan.text import shorten

MOST_ENTRIES = 5000
"""Stretches of values that go with one value each, so that a model stays small."""


@dataclass(frozen=True, eq=False)
class Follows:
    """The second column says what the first one is: ``values[i]`` up to ``edges[i]``, after that the next one.

    A number that no row had goes with what the nearest one does.
    """

    text: str  # as it was written
    columns: tuple[Column, Column]
    positions: tuple[int, int]
    edges: Floats  # of shape (n_values - 1,), between the values of the second column
    values: Floats
    operator: str = field(default="->", init=False)
    targets: tuple[int, ...] = field(default=(0,), init=False)
    equation: bool = field(default=True, init=False)

    def bound(self, X: Floats, target: int = 0) -> Floats:
        """Return what the first column must be, given the second one in `X`; NaN where that has a gap."""
        given = X[:, self.positions[1]]
        found = self.values[np.searchsorted(self.edges, np.nan_to_num(given))]
        return np.where(np.isnan(given), np.nan, found)

    def holds(self, X: Floats) -> NDArray[np.bool_]:
        """Return which rows of `X`, rounded as they come back, keep the rule; those with a gap do."""
        bound, values = self.bound(X), X[:, self.positions[0]]
        return np.asarray((bound == values) | np.isnan(bound) | np.isnan(values))


def parse_follows(
    text: str, names: tuple[str, str], schema: Schema, X: Floats | None, table: Mapping[str, Any] | None = None
) -> Follows:
    """Make the rule that a column follows from another, of rows that keep it, or of the table that a model has of it.

    InputError if a column is not there, or two rows with the same value of the one have two values of the other.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"age": [7, 12, 30, 41], "adult": [False, False, True, True]})
    >>> schema = Schema.learn(frame)
    >>> rule = parse_follows("age -> adult", ("age", "adult"), schema, schema.to_matrix(frame))
    >>> rule.edges, rule.values
    (array([21.]), array([0., 1.]))
    """
    x, y = (find_name(name, schema.names, f"the constraint {shorten(text)!r}") for name in names)
    if x == y:
        raise InputError(f"a column follows from another one, but {shorten(text)!r} names one twice; name two")
    columns = schema.columns[y], schema.columns[x]
    if table is not None:
        return Follows(text, columns, (y, x), table["edges"], table["values"])
    if X is None:
        raise InputError(f"rows must say what goes with what, but there are none for {shorten(text)!r}; fit it to rows")
    edges, values = _learn(text, columns[1].round(X[:, x]), columns[0].round(X[:, y]))
    return Follows(text, columns, (y, x), edges, values)


def _learn(text: str, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the edges between values that go with other ones, and these, of columns as they come back."""
    rows = np.flatnonzero(~np.isnan(x) & ~np.isnan(y))
    if not len(rows):
        raise InputError(f"some row must have both columns of {shorten(text)!r}, but none has; leave it out")
    order = rows[np.lexsort((y[rows], x[rows]))]
    same, other = np.diff(x[order]) == 0, np.diff(y[order]) != 0
    if (same & other).any():
        at = int(np.argmax(same & other))
        first, second = sorted((int(order[at]) + 1, int(order[at + 1]) + 1))
        raise InputError(
            f"the training rows must keep every constraint, but rows {first} and {second} break {shorten(text)!r}: "
            "equal on its left, they differ on its right; mend or drop them, or leave the constraint out"
        )
    ends = np.flatnonzero(other)
    if len(ends) >= MOST_ENTRIES:
        raise InputError(
            f"a column may follow from at most {MOST_ENTRIES:,} stretches of another, but of {shorten(text)!r} there "
            f"are {len(ends) + 1:,}; leave the constraint out"
        )
    return (x[order[ends]] + x[order[ends + 1]]) / 2, y[order[np.append(ends, len(order) - 1)]]
