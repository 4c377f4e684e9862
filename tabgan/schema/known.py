"""What all rows of a table show of its columns, where only some of the rows are there to be learned."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

KNOWN = "known_of_all_rows"
"""Key of `DataFrame.attrs`: the `Known` of a table of which rows were drawn."""


@dataclass(frozen=True)
class Witnesses:
    """Values of a column from which the rest follows that a schema says of all its rows.

    Attributes
    ----------
    values : Series
        As the column's own are held.
    whole : bool
        Whether these are all distinct values, each as often as matters; else they are added to those of the rows drawn.
    gaps : int
        How many rows of all have none.
    """

    values: pd.Series
    whole: bool
    gaps: int


@dataclass(frozen=True, eq=False)
class Known:
    """How many rows in how many parts there are, where, how many were drawn, and the witnesses by a column's name."""

    where: str
    rows: int
    parts: int
    drawn: int
    columns: Mapping[Hashable, Witnesses]

    def __deepcopy__(self, memo: Any) -> Known:
        """Return itself, as pandas copies `attrs` whenever a frame is taken apart."""
        return self

    def complete(self, series: pd.Series) -> pd.Series:
        """Return a column as a schema is to be learned from it: of the values drawn and the witnesses."""
        witnesses = self.columns.get(series.name)
        if witnesses is None:
            return series
        values, attrs = witnesses.values, series.attrs
        if not witnesses.whole:
            if isinstance(series.dtype, pd.CategoricalDtype):
                values = values.astype(series.dtype)
            plain = (part.set_axis(range(len(part))) for part in (series, values))
            values = pd.concat([_without_attrs(part) for part in plain], ignore_index=True)
        values = values.rename(series.name)
        values.attrs = attrs
        return values

    def describe(self) -> str:
        """Return in words what was drawn of what."""
        parts = "1 part" if self.parts == 1 else f"{self.parts:,} parts"
        return f"{self.where}: {self.rows:,} rows in {parts}; {self.drawn:,} of them"


def _without_attrs(series: pd.Series) -> pd.Series:
    series = series.copy(deep=False)
    series.attrs = {}
    return series


def iter_columns(frame: pd.DataFrame) -> Iterator[pd.Series]:
    """Yield the columns of a table as a schema is to be learned from them."""
    known = frame.attrs.get(KNOWN)
    for place in range(frame.shape[1]):
        series = frame.iloc[:, place]
        yield series if known is None else known.complete(series)


def say_rows(frame: pd.DataFrame) -> str:
    """Return how many rows a table has, and of how many they were drawn."""
    known = frame.attrs.get(KNOWN)
    return f"{len(frame):,} rows" if known is None else f"{known.drawn:,} of {known.rows:,} rows"


def count_gaps(frame: pd.DataFrame, series: pd.Series) -> int:
    """Return how many rows of a table, of all of them, have no value in a column."""
    known = frame.attrs.get(KNOWN)
    witnesses = None if known is None else known.columns.get(series.name)
    return int(series.isna().sum()) if witnesses is None else witnesses.gaps


def say_counted(frame: pd.DataFrame) -> str:
    """Return what a message that names a row adds: among which rows it is counted, if not among all."""
    known = frame.attrs.get(KNOWN)
    if known is None:
        return ""
    return f" (counted among the {known.drawn:,} rows drawn of {known.rows:,}, and values that tell the rest)"
