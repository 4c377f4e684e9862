"""What rows are asked for: how many, which conditions they meet, and which values each of them has."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, warn
from tabgan.preprocessing.constraints import Constraints
from tabgan.rules import find_name, misplaced, read_condition
from tabgan.schema import Column, Schema
from tabgan.schema.allowed import Allowed
from tabgan.seeds import Use, numpy_rng
from tabgan.setting_rules import MOST_ROWS
from tabgan.spelling import spell
from tabgan.synthesizers.blocks import BLOCK_ROWS, Candidates
from tabgan.synthesizers.wanted import Wanted
from tabgan.tables.intake import open_table


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
            try:
                allowed = column.type.allow(operator, value, text, column)
            except InputError as error:
                if isinstance(value, str) and value.startswith(("<", ">")) and operator == "==":
                    raise misplaced(value[0], text) from error
                raise
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
    texts = list(conditions) if isinstance(conditions, Iterable) and not isinstance(conditions, str) else [conditions]
    if odd := [text for text in texts if not isinstance(text, str)]:
        raise InputError(
            f"conditions are a dict, several dicts, or texts such as 'age>=60', but one is {odd[0]!r}; write all as "
            "dicts, or all as texts"
        )
    return [(*read_condition(text, schema.names), text) for text in texts]


class Request:
    """Rows to generate, and which candidates may become which of them; the parameters are those of `sample`.

    Attributes
    ----------
    n_samples : int
        Rows asked for.
    groups : ndarray of shape (n_samples,) or None
        For each row the group of equal known values that it is of; None when all rows are alike.
    index : Index or None
        The index of the rows that come back.

    Raises
    ------
    InputError
        What is asked for cannot be given, or contradicts itself.
    """

    def __init__(
        self,
        schema: Schema,
        constraints: Constraints,
        label: Hashable,
        n_samples: Any,
        seed: int,
        conditions: Any = None,
        known: Any = None,
        balance: Any = False,
    ) -> None:
        if not isinstance(n_samples, (int, np.integer)) or isinstance(n_samples, bool) or n_samples < 0:
            raise InputError(
                f"{spell('n_samples')} must be a whole number of at least 0, but is {n_samples!r}; "
                "give how many rows you want"
            )
        if n_samples > MOST_ROWS:
            raise InputError(f"{spell('n_samples')} must be at most {MOST_ROWS:,}, but is {n_samples:,}; give fewer")
        known = _read_known(known, n_samples, balance)
        if balance is True and label is None:
            raise InputError(
                f"{spell('balance', True)} needs a model with a label, but this one has none; name a column"
            )
        self.schema, self.constraints = schema, constraints
        several = conditions if is_several(conditions) else []
        self.conditions = Conditions(None if several else conditions, schema)
        self.alternatives = [Conditions(one, schema) for one in several]
        self.n_samples = int(n_samples) if known is None else len(known)
        self.groups: NDArray[np.intp] | None = None
        self.index = None if known is None else known.index
        self._label = None if label is None else schema.names.index(label)
        self._known: list[int] = []
        self._balanced: tuple[int, NDArray[np.intp]] | None = None
        if self.alternatives:
            if known is not None or balance is not False:
                raise InputError("a list of dicts says which rows there are; leave it, known rows or balance out")
            self.groups = np.arange(self.n_samples) % len(self.alternatives)
            if 0 < self.n_samples < (count := len(self.alternatives)):
                warn(
                    f"{count} dicts are given, but {spell('n_samples', self.n_samples)}: the last "
                    f"{count - self.n_samples} get no row; ask for {count} rows"
                )
        if known is not None:
            self._know(known)
        if balance is not False:
            self._balance(label if balance is True else balance, seed)

    def list_rules(self) -> str:
        """Return the first rules that rows must keep, of those on columns that conditions or known values name."""
        named = set(chain(self._known, self.conditions.columns, *(one.columns for one in self.alternatives)))
        return ", ".join(self.constraints.naming(named))

    def _know(self, known: pd.DataFrame) -> None:
        """Give each row its known values."""
        names = [str(name) for name in known.columns]
        if not names or len(set(names)) < len(names):
            raise InputError(f"known rows must have columns, each once, but they have {', '.join(names) or 'none'}")
        positions = [find_name(name, self.schema.names, "known rows") for name in names]
        values = [self._encode(position, known.iloc[:, i]) for i, position in enumerate(positions)]
        self._set_groups(positions, np.column_stack(values))

    def _encode(self, position: int, series: pd.Series) -> NDArray[np.float64]:
        column = self.schema.columns[position]
        what = f"column {str(column.name)!r} of the known rows"
        if column.kind == "id":
            raise InputError(f"new rows have new identifiers, so {what} cannot be known; leave the column out")
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

    def _balance(self, name: Hashable, seed: int) -> None:
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

    def _in_turn(self, start: int, stop: int) -> NDArray[np.float64]:
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
        codes_in_turn: NDArray[np.float64] = np.concatenate([*stretches, np.empty(0)])
        return codes_in_turn[start - first * length : stop - first * length]

    def _set_groups(self, positions: list[int], values: NDArray[np.float64]) -> None:
        self._known, self._values, keys = positions, values, _as_keys(values)
        self._distinct = keys.unique()
        self.groups = self._distinct.get_indexer(keys)
        self._of_group = values[np.unique(self.groups, return_index=True)[1]]

    def wanted(self, are_open: NDArray[np.bool_] | None) -> Wanted:
        """Return the levels, by column of labels, that candidates must have for a row of the open groups to wait."""
        found = {}
        alternatives = [
            one for i, one in enumerate(self.alternatives) if are_open is None or i >= len(are_open) or are_open[i]
        ]
        for position in self.schema.categorical:
            codes = np.append(np.arange(len(self.schema.columns[position].levels), dtype=float), np.nan)
            every = len(codes)
            if position in self.conditions.columns:
                codes = codes[self.conditions.columns[position].holds(codes)]
            if alternatives:
                allowed = [one.columns.get(position, Allowed()).holds(codes) for one in alternatives]
                codes = codes[np.any(allowed, axis=0)]
            if position in self._known and are_open is not None:
                waited = self._of_group[are_open, self._known.index(position)]
                codes = codes[np.isin(codes, waited) | (np.isnan(codes) & np.isnan(waited).any())]
            if len(codes) < every:
                found[position] = codes
        return found

    def given(self, block: int) -> NDArray[np.int64] | None:
        """Return the codes of the label that the candidates of a block are to have, of shape (BLOCK_ROWS,), or None.

        They depend on the block alone, so that blocks can be made side by side.
        """
        if self._label is None:
            return None
        rows = np.arange(block * BLOCK_ROWS, (block + 1) * BLOCK_ROWS)
        if self.alternatives:
            asked = [one.codes(self._label) for one in self.alternatives]
            if any(
                self._label not in one.columns or len(own) != 1
                for one, own in zip(self.alternatives, asked, strict=True)
            ):
                return None
            return np.concatenate(asked)[rows % len(asked)].astype(int)
        if self._label in self._known:
            if self._balanced:
                return self._in_turn(rows[0], rows[-1] + 1).astype(int)
            codes = self._values[rows % self.n_samples, self._known.index(self._label)]
        elif self._label in self.conditions.columns and len(codes := self.conditions.codes(self._label)) == 1:
            codes = np.resize(codes, BLOCK_ROWS)
        else:
            return None
        return None if np.isnan(codes).any() else codes.astype(int)

    def choose(self, X: NDArray[np.float64]) -> Candidates:
        """Return which candidates, of shape (n_candidates, n_columns) and as they come back, are accepted."""
        if self.constraints or self.conditions:
            kept = self.constraints.holds(X) & self.conditions.holds(X)
            X = np.compress(kept, X.T, axis=1).T  # a column's values stay side by side
        if self.alternatives:
            chosen = self._find_alternatives(X)
            return Candidates(np.compress(chosen >= 0, X.T, axis=1).T, chosen[chosen >= 0], int((chosen >= 0).sum()))
        if self.groups is None:
            return Candidates(X[: self.n_samples], None, len(X))
        groups = self._distinct.get_indexer(_as_keys(X[:, self._known]))
        return Candidates(np.compress(groups >= 0, X.T, axis=1).T, groups[groups >= 0], int((groups >= 0).sum()))

    def _find_alternatives(self, X: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return which dict each candidate meets, -1 if none; those that meet several take turns."""
        met = np.stack([one.holds(X) for one in self.alternatives], axis=1)
        counts = met.sum(axis=1)
        turn = np.arange(len(X)) % np.maximum(counts, 1)
        return np.where(counts > 0, (met.cumsum(axis=1) > turn[:, None]).argmax(axis=1), -1)


def _read_known(known: Any, n_samples: Any, balance: Any) -> pd.DataFrame | None:
    """Return known rows, of which there are as many as rows are asked for, as a frame."""
    if known is None:
        return None
    known, _ = open_table(known)
    if not isinstance(known, pd.DataFrame):
        raise InputError(f"known must be a DataFrame with the columns that are known, but is {type(known)}")
    if n_samples not in (1, len(known)):
        raise InputError(
            f"there is a row for each of the {len(known)} known ones, but {spell('n_samples')} is {n_samples}; "
            "leave it out"
        )
    if balance is not False:
        raise InputError("known rows cannot be balanced; give known or balance")
    return known


def is_several(conditions: Any) -> bool:
    """Whether conditions are a list of dicts, which rows meet by turns."""
    return (
        isinstance(conditions, (list, tuple)) and bool(conditions) and all(isinstance(c, Mapping) for c in conditions)
    )


def _as_keys(values: NDArray[np.float64]) -> pd.MultiIndex:
    """Return rows as keys, with gaps as infinite, which equals itself."""
    return pd.MultiIndex.from_arrays(list(np.where(np.isnan(values), np.inf, values).T))
