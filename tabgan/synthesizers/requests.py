"""What rows are asked for: how many, which conditions they meet, and which values each of them has."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.preprocessing.constraints import Constraints
from tabgan.rules import find_name
from tabgan.schema import Schema
from tabgan.seeds import Use, numpy_rng
from tabgan.spelling import spell
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.conditions import Conditions


class Request:
    """Rows to generate, and which candidates may become which of them.

    Parameters
    ----------
    schema : Schema
    constraints : Constraints
    n_samples : int
        Rows asked for.
    conditions : Conditions
        What each row meets.
    label : column's name or None
        The label of a conditional model, of which candidates can be generated as wished.

    Attributes
    ----------
    groups : ndarray of shape (n_samples,) or None
        For each row the group of equal known values that it is of; None when all rows are alike.
    index : Index or None
        The index of the rows that come back.
    """

    def __init__(
        self, schema: Schema, constraints: Constraints, n_samples: int, conditions: Conditions, label: Hashable
    ) -> None:
        self.schema, self.constraints, self.n_samples, self.conditions = schema, constraints, n_samples, conditions
        self._label = None if label is None else schema.names.index(label)
        self._known: list[int] = []
        self._balanced: tuple[int, np.ndarray] | None = None
        self.groups: np.ndarray | None = None
        self.index: pd.Index | None = None

    def know(self, known: pd.DataFrame) -> None:
        """Give each row its known values.

        Raises
        ------
        InputError
            A column or value that the model cannot give.
        """
        names = [str(name) for name in known.columns]
        if not names or len(set(names)) < len(names):
            raise InputError(f"known rows must have columns, each once, but they have {', '.join(names) or 'none'}")
        positions = [find_name(name, self.schema.names, "known rows") for name in names]
        values = [self._encode(position, known.iloc[:, i]) for i, position in enumerate(positions)]
        self._set_groups(positions, np.column_stack(values))
        self.index = known.index

    def _encode(self, position: int, series: pd.Series) -> np.ndarray:
        column = self.schema.columns[position]
        what = f"column {str(column.name)!r} of the known rows"
        values = column.encode(series)
        if column.constant:  # all that it can be, so that the matrix tells nothing of it
            learned = pd.Series(column.decode(values[:1]))
            if not series.isin(learned).all():
                raise InputError(f"{what} must be {learned[0]}, as in all learned rows; leave the column out")
            return values
        gaps = np.isnan(values)
        if gaps.any() and not column.missing:
            raise InputError(f"{what} has gaps, but the learned rows have none there; fill them in or drop the column")
        column.check(values, what)
        return column.round(values)

    def balance(self, name: Hashable, seed: int) -> None:
        """Let each level of a column that the conditions allow come equally often, in random order.

        Every stretch of as many rows as there are levels, counted from the first row, has each level once.
        """
        position = find_name(str(name), self.schema.names, "balance")
        if not self.schema.columns[position].levels:
            raise InputError(
                f"balance needs a column of labels, but {str(name)!r} is {self.schema.columns[position].kind}; "
                "give another column"
            )
        codes = self.conditions.codes(position)
        if not len(codes):
            raise InputError(f"balance needs a level to choose, but the conditions leave {str(name)!r} only gaps")
        self._balanced = seed, codes
        self._set_groups([position], self._in_turn(0, self.n_samples)[:, None])

    def _in_turn(self, start: int, stop: int) -> np.ndarray:
        """Return the balanced codes of rows `start` to `stop`; each stretch of a seed of its own."""
        assert self._balanced is not None
        seed, codes = self._balanced
        repeats = -(-BLOCK_ROWS // len(codes))
        length = repeats * len(codes)
        first = start // length
        stretches = [
            numpy_rng(seed, Use.BALANCE, i).permuted(np.tile(codes, (repeats, 1)), axis=1).ravel()
            for i in range(first, -(-stop // length))
        ]
        return np.concatenate([*stretches, np.empty(0)])[start - first * length : stop - first * length]

    def _set_groups(self, positions: list[int], values: np.ndarray) -> None:
        self._known = positions
        distinct = pd.MultiIndex.from_arrays(list(_without_gaps(values).T))
        self._distinct = distinct.unique()
        self.groups = self._distinct.get_indexer(distinct)
        self._values = values

    def given(self, block: int) -> np.ndarray | None:
        """Return the codes of the label that the candidates of a block are to have, of shape (BLOCK_ROWS,), or None.

        They depend on the block alone, so that blocks can be made side by side.
        """
        if self._label is None:
            return None
        rows = np.arange(block * BLOCK_ROWS, (block + 1) * BLOCK_ROWS)
        if self._label in self._known:
            if self._balanced:
                return self._in_turn(rows[0], rows[-1] + 1).astype(int)
            codes = self._values[rows % self.n_samples, self._known.index(self._label)]
        elif self._label in self.conditions.columns and len(codes := self.conditions.codes(self._label)) == 1:
            codes = np.resize(codes, BLOCK_ROWS)
        else:
            return None
        return None if np.isnan(codes).any() else codes.astype(int)

    def choose(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray | None, int]:
        """Return which candidates are accepted: their rows, at most `n_samples`, their groups, and how many they are.

        Parameters
        ----------
        X : ndarray of shape (n_candidates, n_columns)
            Rounded as they come back.
        """
        if self.constraints or self.conditions:
            kept = self.constraints.holds(X) & self.conditions.holds(X)
            X = np.compress(kept, X.T, axis=1).T  # a column's values stay side by side
        if self.groups is None:
            return X[: self.n_samples], None, len(X)
        known = _without_gaps(X[:, self._known])
        groups = self._distinct.get_indexer(pd.MultiIndex.from_arrays(list(known.T)))
        return np.compress(groups >= 0, X.T, axis=1).T, groups[groups >= 0], int((groups >= 0).sum())


def _without_gaps(values: np.ndarray) -> np.ndarray:
    """Gaps as infinite, which equals itself."""
    return np.where(np.isnan(values), np.inf, values)


def make_request(
    schema: Schema,
    constraints: Constraints,
    label: Hashable,
    n_samples: Any,
    seed: int,
    conditions: Any = None,
    known: Any = None,
    balance: Any = False,
) -> Request:
    """Check what `sample` was asked for.

    Raises
    ------
    InputError
        It cannot be given, or contradicts itself.
    """
    if not isinstance(n_samples, (int, np.integer)) or n_samples < 0:
        raise InputError(
            f"n_samples must be a whole number of at least 0, but is {n_samples!r}; give how many rows you want"
        )
    if known is not None:
        if not isinstance(known, pd.DataFrame):
            raise InputError(f"known must be a DataFrame with the columns that are known, but is {type(known)}")
        if n_samples not in (1, len(known)):
            raise InputError(f"there is a row for each of the {len(known)} known ones, but n_samples is {n_samples}")
        if balance is not False:
            raise InputError("known rows cannot be balanced; give known or balance")
        n_samples = len(known)
    request = Request(schema, constraints, int(n_samples), Conditions(conditions, schema), label)
    if known is not None:
        request.know(known)
    if balance is not False:
        if balance is True and label is None:
            raise InputError(
                f"{spell('balance', True)} needs a model with a label, but this one has none; name a column"
            )
        request.balance(label if balance is True else balance, seed)
    return request
