"""A table of which one column is to be predicted: classes or numbers, and whether it can be."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.augmentation.augmenter import AugmentedRows
from tabgan.augmentation.checks import MOST_CLASSES
from tabgan.augmentation.words import name_learner
from tabgan.errors import InputError, warn
from tabgan.schema import Schema
from tabgan.schema.dtypes import Contents
from tabgan.schema.infer import check_cells
from tabgan.schema.moments import Moments
from tabgan.spelling import spell

LARGEST = 1e100  # of a number to be predicted, and one divided by it the smallest


@dataclass(frozen=True, eq=False)
class Supervised:
    """Features and a target.

    Attributes
    ----------
    table : DataFrame
        Both, in the order in which they came.
    target : column's name
    n_classes : int
        0 for numbers.
    kinds : dict
        Kinds of features that were asked for.
    """

    table: pd.DataFrame
    target: Hashable
    n_classes: int
    kinds: Mapping[Any, str]

    @property
    def X(self) -> pd.DataFrame:  # noqa: N802
        """The features."""
        return self.table.drop(columns=[self.target])

    @property
    def y(self) -> NDArray[Any]:
        """The target: classes as they are, or numbers."""
        column = self.table[self.target]
        return np.asarray(column.to_numpy()) if self.n_classes else column.to_numpy(np.float64)

    def describe(self) -> str:
        """Return what is to be predicted, in words."""
        named = f"target {name_learner(str(self.target))}"  # on one line
        if not self.n_classes:
            return f"{named}: numbers"
        sizes = self.table[self.target].value_counts()
        return f"{named}: {self.n_classes} classes of {sizes.min():,} to {sizes.max():,} rows"

    def add(self, augmented: AugmentedRows) -> pd.DataFrame:
        """Return the table with generated rows below the real ones, each column as it was."""
        n = len(self.table)
        made = augmented.rows.iloc[n:].copy()
        targets = augmented.targets[n:]
        if not self.n_classes:  # as many decimals as real ones have, and the same dtype
            targets = Schema.learn(self.table[[self.target]]).restore(targets[:, None])[self.target].to_numpy()
        made[self.target] = targets
        made = made[self.table.columns].astype(self.table.dtypes)
        joined = pd.concat([self.table, made], ignore_index=True)
        joined.attrs = dict(self.table.attrs)
        return joined


def make_supervised(
    table: pd.DataFrame, target: Hashable, task: str | None = None, kinds: Mapping[Any, str] | None = None
) -> Supervised:
    """Find out what the target of a table is, and check that it can be predicted; warn of what makes that doubtful.

    Raises
    ------
    InputError
        There is no other column; the target is missing, infinite, the same or another text in every row, a date, has
        too many classes, or may be either: 3 to 100 whole numbers.

    Examples
    --------
    >>> table = pd.DataFrame({"size": [1.5, 2.5, 3.5, 1.0, 4.5] * 2, "fault": ["no"] * 5 + ["yes"] * 5})
    >>> make_supervised(table, "fault").describe()
    'target fault: 2 classes of 5 to 5 rows'
    """
    kinds = dict(kinds or {})
    column, what = table[target], f"the target {str(target)!r}"
    if table.shape[1] < 2:
        raise InputError(f"{what} must have other columns to be predicted from, but is the only one; use more columns")
    check_cells(column)
    if column.isna().any():
        row = int(np.flatnonzero(column.isna())[0]) + 1
        raise InputError(
            f"{what} must be known in all rows, but {int(column.isna().sum()):,} of them lack it, the first is row "
            f"{row}; fill it in, or leave these rows out"
        )
    if pd.api.types.is_float_dtype(column.dtype) and np.isinf(column.to_numpy(np.float64)).any():
        raise InputError(f"{what} must be finite, but holds {column.max()} or {column.min()}; leave such rows out")
    if column.nunique() < 2:
        raise InputError(f"{what} must vary, but is {str(column.iloc[0])!r} in all rows; name another")
    n_classes = column.nunique() if _find_task(column, what, task, kinds.pop(target, None)) == "classes" else 0
    if n_classes:
        _check_classes(column, what)
    _warn_of_time(table.drop(columns=[target]), kinds)
    return Supervised(table, target, n_classes, kinds)


def _find_task(column: pd.Series, what: str, task: str | None, kind: str | None) -> str:
    asked = task or {"categorical": "classes", "continuous": "numbers", "integer": "numbers"}.get(kind or "")
    if not asked and Moments.takes(Contents(column)):
        raise InputError(f"{what} must be classes or numbers, but holds dates or times; name another")
    is_number = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    if asked == "numbers" and not is_number:
        raise InputError(f"{what} must be numbers for {spell('task', 'numbers')}, but holds {column.iloc[0]!r}")
    if asked or not is_number:
        if asked == "numbers":
            _check_size(column.to_numpy(np.float64), what)
        return asked or "classes"
    values = column.dropna().unique().astype(np.float64)
    if len(values) == 2:
        return "classes"
    _check_size(values, what)
    if len(values) <= min(MOST_CLASSES, len(column) - 1) and (values == values.round()).all():
        raise InputError(
            f"{what} holds {len(values)} whole numbers, which may be classes or numbers; say "
            f"{spell('task', 'classes')} or {spell('task', 'numbers')}"
        )
    return "numbers"


def _check_size(values: NDArray[np.float64], what: str) -> None:
    """Raise InputError for numbers whose squares are none."""
    largest = np.abs(values).max()
    if not 1 / LARGEST < largest < LARGEST:
        raise InputError(
            f"{what} must have values whose squares can be written, but the largest is {largest:g}; use another unit"
        )


def _check_classes(column: pd.Series, what: str) -> None:
    counts = column.value_counts()
    if len(counts) == len(column):
        raise InputError(f"{what} must have classes of several rows, but is different in every row; name another")
    if len(counts) > MOST_CLASSES:
        raise InputError(
            f"{what} must have at most {MOST_CLASSES} classes, but has {len(counts):,}; say {spell('task', 'numbers')} "
            "if it is a number, or name another"
        )


def _warn_of_time(features: pd.DataFrame, kinds: Mapping[Any, str]) -> None:
    if dates := [str(column.name) for column in Schema.learn(features, kinds=kinds) if column.kind == "datetime"]:
        text = (
            f"column {dates[0]} holds dates: if rows near in time are alike, folds at random promise too much; name "
            f"what such rows have in common with {spell('groups')}"
        )
        warn(text)
