"""The columns of a table: any DataFrame to a matrix of float64, and back."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.schema.cells import NUMBER_FORMATS, as_cells
from tabgan.schema.column import KINDS, Column
from tabgan.schema.infer import learn_column

Container = Literal["frame", "array"]


@dataclass(frozen=True)
class Schema:
    """The columns of a table, and whether it was a DataFrame or an array."""

    columns: tuple[Column, ...]
    container: Container

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def categorical(self) -> list[int]:
        """Positions of the columns whose values in a matrix stand for levels."""
        return [i for i, column in enumerate(self) if column.levels is not None]

    @property
    def names(self) -> list[Hashable]:
        return [c.name for c in self.columns]

    @classmethod
    def learn(
        cls, frame: pd.DataFrame, container: Container = "frame", kinds: Mapping[Any, str] | None = None
    ) -> Schema:
        """Read the schema off a table.

        Parameters
        ----------
        frame : DataFrame of shape (n_samples, n_columns)
            With distinct names and at least one row.
        container : {"frame", "array"}
            What `restore` gives back.
        kinds : mapping of name to kind, optional
            Kinds of columns, in place of those found out.

        Raises
        ------
        InputError
            A column that cannot be learned, or not as the kind asked for; unknown names or kinds.

        Examples
        --------
        >>> days = ["2024-01-31", "2024-02-02", "2024-02-01"]
        >>> schema = Schema.learn(pd.DataFrame({"size": ["S", "L", None], "day": days}))
        >>> [(c.name, c.kind) for c in schema]
        [('size', 'categorical'), ('day', 'datetime')]
        >>> schema.to_matrix(pd.DataFrame({"size": ["L", None], "day": ["2024-02-01", "2024-02-02"]}))
        array([[ 0.,  1.],
               [nan,  2.]])
        """
        asked = check_kinds(kinds, list(frame.columns))
        columns, problems = [], []
        for i, name in enumerate(frame.columns):
            try:
                columns.append(learn_column(frame.iloc[:, i], asked.get(name)))
            except InputError as error:
                problems.append(str(error))
        if problems:
            more = f" (and {len(problems) - 1} more columns; `tabgan schema` lists them)" if problems[1:] else ""
            raise InputError(problems[0] + more)
        return cls(tuple(columns), container)

    def without_ends(self) -> Schema:
        """Return the schema with numbers that may lie outside the range that was seen."""
        opened = [replace(c, open_ended=c.kind in ("continuous", "integer")) for c in self.columns]
        return Schema(tuple(opened), self.container)

    def for_cells(self) -> Schema:
        """Return the schema that restores dates as Excel keeps them, also those that came as text; see `as_cells`."""
        return Schema(tuple(map(as_cells, self.columns)), self.container)

    def to_matrix(self, table: pd.DataFrame | np.ndarray) -> np.ndarray:
        """Turn rows into float64 of shape (n_samples, n_columns), in the order of the schema.

        Numbers stay as they are; moments are whole units since the column's earliest; labels are the places of their
        levels; constants are 0. A missing value is NaN in any column.

        Raises
        ------
        InputError
            A column is not there, or has a value that the schema does not know.
        """
        frame = table if isinstance(table, pd.DataFrame) else pd.DataFrame(np.asarray(table), columns=self.names)
        if absent := [str(name) for name in self.names if name not in frame.columns]:
            raise InputError(
                f"a table must have all columns that were learned, but lacks {', '.join(absent)}; add them"
            )
        matrix = np.empty((len(frame), len(self)))
        for i, column in enumerate(self):
            matrix[:, i] = column.encode(frame[column.name])
        return matrix

    def round(self, matrix: np.ndarray) -> np.ndarray:
        """Return such a matrix with the numbers, units and codes that `restore` gives back the values of."""
        columns = zip(self.columns, matrix.T, strict=True)
        return np.stack([v if c.minimum is None else c.round(v) for c, v in columns]).T

    def restore(self, matrix: np.ndarray) -> pd.DataFrame | np.ndarray:
        """Turn such a matrix into the container, dtypes, labels and decimals of the training table.

        Numbers and moments are rounded and held in the range that was seen. ``restore(to_matrix(table))`` is `table`.
        Number formats are in `attrs` of a DataFrame, under `tabgan.schema.cells.NUMBER_FORMATS`.
        """
        values = [c.decode(v) for c, v in zip(self.columns, matrix.T, strict=True)]
        if self.container == "array":
            return np.column_stack(values).astype(self.columns[0].dtype)
        table = pd.DataFrame(dict(enumerate(values)), copy=False).set_axis(pd.Index(self.names), axis=1)
        if formats := {column.name: column.number_format for column in self if column.number_format}:
            table.attrs[NUMBER_FORMATS] = formats
        return table

    def to_dict(self) -> dict[str, Any]:
        return {"container": self.container, "columns": [c.to_dict() for c in self.columns]}

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Schema:
        return cls(tuple(Column.from_dict(c) for c in state["columns"]), state["container"])


def check_kinds(kinds: Mapping[Any, str] | None, names: list[Hashable]) -> dict[Hashable, str]:
    """Return `kinds` as a dict, or raise InputError unless it maps names of columns to kinds."""
    if kinds is None:
        return {}
    if not isinstance(kinds, Mapping):
        raise InputError(f"kinds must map names of columns to kinds, but is {kinds!r}; write {{'name': 'categorical'}}")
    if strange := [name for name in kinds if name not in names]:
        raise InputError(
            f"kinds must be of columns of the table, but there is no column {str(strange[0])!r}; "
            f"its columns are {', '.join(map(str, names))}"
        )
    for name, kind in kinds.items():
        if kind not in KINDS:
            raise InputError(
                f"a kind must be one of {', '.join(KINDS)}, but that of {str(name)!r} is {kind!r}; choose one"
            )
    return dict(kinds)
