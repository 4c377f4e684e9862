"""Give rows combinations of values that real rows have, in columns that are tied."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from tabgan.preprocessing.tied import Array, find_tied

FAR = 1e4  # apart are two values of a column that keeps its own
RARITY = 1e-12  # how much farther a combination is that is e times as rare; of squared distances


def find_distinct(rows: Array) -> tuple[Array, Array]:
    """Return the distinct ones of rows, gaps being equal, and which of them each row is: numpy's `unique`, unsorted.

    Examples
    --------
    >>> find_distinct(np.array([[2.0, np.nan], [1.0, 0.0], [2.0, np.nan]]))
    (array([[ 2., nan],
           [ 1.,  0.]]), array([0, 1, 0]))
    """
    key = np.zeros(len(rows), np.int64)
    for column in rows.T:  # of few values each, so that keys stay small
        codes, values = pd.factorize(column, use_na_sentinel=False)
        key = pd.factorize(key * len(values) + codes)[0]
    return rows[np.unique(key, return_index=True)[1]], key


@dataclass(frozen=True)
class Group:
    """Columns that are tied, which of them hold labels, and the real combinations with their numbers of rows."""

    columns: Array
    is_label: Array
    values: Array  # of shape (n_combinations, n_columns), NaN for a gap
    counts: Array

    @classmethod
    def of(cls, columns: Iterable[int], X: Array, categorical: Collection[int]) -> Group:
        """Count the combinations of some columns of rows `X`."""
        columns = np.array(list(columns))
        codes = np.zeros(len(X), np.int64)  # in the order of the combinations, gaps last
        for column in columns:
            values, code = np.unique(X[:, column], return_inverse=True)
            codes = np.unique(codes * len(values) + code, return_inverse=True)[1]
        _, rows, counts = np.unique(codes, return_index=True, return_counts=True)
        return cls(columns, np.isin(columns, list(categorical)), X[np.ix_(rows, columns)], counts)

    def nearest(self, rows: Array, kept: int | None) -> Array:
        """Return the nearest real combination to each row, of the more frequent of several; column `kept` stays."""
        from scipy.spatial import KDTree  # which most tables do not wait for

        rarity = np.sqrt(RARITY * np.log(self.counts.max() / self.counts))
        tree = KDTree(np.column_stack([self._place(self.values, kept), rarity]))
        distinct, inverse = find_distinct(rows)
        places = self._place(distinct, kept)
        distances, found = tree.query(np.column_stack([places, np.zeros(len(places))]))
        near = (distances < FAR)[:, None]
        return np.asarray(np.where(near, self.values[found], distinct)[inverse])

    def _place(self, rows: Array, kept: int | None) -> Array:
        """Return where rows lie: numbers at normal scores of their ranks, two labels, or a gap and a value, 1 apart."""
        places: list[Array] = []
        for column, is_label, x, known in zip(self.columns, self.is_label, rows.T, self.values.T, strict=True):
            levels, level = np.unique(known, return_inverse=True)
            gap = np.isnan(x)
            if column == kept:
                places.append(np.where(gap, -1, x) * FAR)
            elif is_label:
                places += [((x == one) | (gap & np.isnan(one))) / np.sqrt(2) for one in levels]
            else:
                counts = np.bincount(level, self.counts)[~np.isnan(levels)]
                scores = ndtri((counts.cumsum() - counts / 2) / counts.sum())
                places += [gap, np.where(gap, 0, np.interp(x, levels[~np.isnan(levels)], scores))]
        return np.column_stack(places).astype(np.float64)


class Combinations:
    """Turns what rows have in columns that are tied into the nearest combination that real rows have there.

    Designed experiments and catalogues have groups of columns with few combinations, and so have codes beside names;
    networks make each column by itself, and combinations that do not exist. `groups_` are found by `find_tied`.
    """

    def fit(
        self,
        X: Array,
        categorical: Collection[int],
        rng: np.random.Generator,
        apart: Collection[int] = (),
        related: Iterable[Collection[int]] = (),
    ) -> Combinations:
        """Learn from rows `X`, of shape (n_samples, n_columns), as they come back.

        Columns `apart` are in no group; of `related` ones, which a rule names, all are in the same one, or none is.
        """
        groups = [_complete(columns, related) for columns in find_tied(X, categorical, apart, rng)]
        self.groups_ = [Group.of(columns, X, categorical) for columns in groups if len(columns) > 1]
        return self

    def transform(self, X: Array, kept: int | None = None) -> Array:
        """Return rows with real combinations; the column `kept` stays as it is, and rows for which there is none."""
        X = X.copy(order="K")
        for group in self.groups_:
            X[:, group.columns] = group.nearest(X[:, group.columns], kept)
        return X

    def describe(self, names: Sequence[Hashable]) -> list[dict[str, Any]]:
        """Return which columns, so named, are tied, and how many combinations they have, as JSON values."""
        return [
            {"columns": [str(names[i]) for i in group.columns], "combinations": len(group.counts)}
            for group in self.groups_
        ]

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as nested dicts of arrays."""
        return {str(i): asdict(group) for i, group in enumerate(self.groups_)}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Combinations:
        """Make the combinations that `get_state` described."""
        combinations = cls()
        combinations.groups_ = [Group(**state[str(i)]) for i in range(len(state))]
        return combinations


def _complete(columns: Iterable[int], related: Iterable[Collection[int]]) -> list[int]:
    """Return the columns without those that are related to others outside."""
    left = set(columns)
    while broken := [rule for rule in map(set, related) if left & rule and not rule <= left]:
        left -= set().union(*broken)
    return sorted(left)
