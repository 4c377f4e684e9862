"""The columns of a table: any DataFrame to a matrix of float64, and back."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.column import NUMBER_FORMATS, Column, find_kind
from tabgan.schema.column import kinds as all_kinds
from tabgan.schema.containers import ARRAY, CONTAINERS, FRAME, TYPES, give, open_frame
from tabgan.schema.dates.excel_dates import as_cells
from tabgan.schema.identifiers import Fresh, Identifier
from tabgan.schema.infer import learn_column
from tabgan.schema.known import iter_columns, say_counted
from tabgan.schema.stored import check_stored
from tabgan.schema.texts.reading import DIALECT, MARKERS, SPELLINGS, Told
from tabgan.seeds import Use, whole_seed

Fill = Callable[[Any], Any]
ATTRIBUTES = {NUMBER_FORMATS: "number_format", SPELLINGS: "spelling", MARKERS: "markers"}
"""Keys of `DataFrame.attrs`, and which attribute of a `Column` stands there by the column's name."""


@dataclass(frozen=True)
class Schema:
    """The columns of a table, and what it came in."""

    columns: tuple[Column, ...]
    container: str  # one of `tabgan.schema.containers.CONTAINERS`
    dialect: dict[str, Any] = field(default_factory=dict)  # of the text file that it came from
    types: str = ""  # of the Arrow table that it came from, as `tabgan.schema.containers.TYPES` has them

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def categorical(self) -> list[int]:
        """Positions of the columns whose values in a matrix stand for levels."""
        return [i for i, column in enumerate(self) if column.levels and not column.constant]

    @property
    def names(self) -> list[Hashable]:
        return [c.name for c in self.columns]

    @classmethod
    def learn(cls, frame: Any, container: str | None = None, kinds: Mapping[Any, str] | None = None) -> Schema:
        """Read the schema off a table with distinct names and at least one row; kinds may be asked for by name.

        The table is a frame of pandas, polars or Arrow, a dict of lists, or a list of dicts, and rows are restored to
        what it is, unless another `container` is named. Where rows were drawn, the schema is that of all.

        InputError if a column cannot be learned, or not as the kind asked for; or if a name or kind is unknown.

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
        frame, found = open_frame(frame)
        asked = check_kinds(kinds, list(frame.columns))
        columns, problems = [], []
        for series in iter_columns(frame):
            try:
                columns.append(learn_column(series, asked.get(series.name)))
            except InputError as error:
                problems.append(str(error) + say_counted(frame))
        if problems:
            more = f" (and {len(problems) - 1} more columns; `tabgan schema` lists them)" if problems[1:] else ""
            raise InputError(problems[0] + more)
        return cls(tuple(columns), container or found, frame.attrs.get(DIALECT, {}), frame.attrs.get(TYPES, ""))

    def without_ends(self) -> Schema:
        """Return the schema with numbers that may lie outside the range that was seen."""
        return replace(self, columns=tuple(replace(column, open_ended=True) for column in self))

    def in_frames(self) -> Schema:
        """Return the schema that restores frames of pandas, unless it is that of an array."""
        return self if self.container == ARRAY else replace(self, container=FRAME)

    def for_cells(self) -> Schema:
        """Return the schema that restores dates as Excel keeps them, also those that came as text; see `as_cells`."""
        return replace(self, columns=tuple(map(as_cells, self.columns)))

    def to_matrix(self, table: Any) -> NDArray[np.float64]:
        """Turn rows into float64 of shape (n_samples, n_columns), in the order of the schema.

        Numbers stay as they are; moments are whole units since the column's earliest; labels are the places of their
        levels; constants are one number. A missing value is NaN in any other column. InputError if a column is not
        there, or has a value that the schema does not know.
        """
        frame = open_frame(table)[0]
        if not isinstance(frame, pd.DataFrame):
            frame = pd.DataFrame(np.asarray(frame), columns=self.names)
        if absent := [str(name) for name in self.names if name not in frame.columns]:
            raise InputError(
                f"a table must have all columns that were learned, but lacks {', '.join(absent)}; add them"
            )
        matrix = np.empty((len(frame), len(self)))
        for i, column in enumerate(self):
            matrix[:, i] = column.encode(frame[column.name])
        return matrix

    def round(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return such a matrix as it comes back, still in numbers, units and codes; see `ColumnType.round`."""
        rounded = np.empty(matrix.shape[::-1])  # column by column: of a large table each copy counts
        for out, column, values in zip(rounded, self.columns, matrix.T, strict=True):
            out[:] = column.round(values)
        return rounded.T

    def decode(self, matrix: NDArray[np.float64]) -> pd.DataFrame | NDArray[Any]:
        """Turn such a matrix, as `round` returns it, into the dtypes and labels of the training table: an array, or a
        DataFrame, for `give` to turn into the container.

        How values are written is in `attrs` of a DataFrame, under the keys of `ATTRIBUTES` and `DIALECT`.
        """
        return self._assemble([c.decode(v) for c, v in zip(self.columns, matrix.T, strict=True)])

    def give(self, table: pd.DataFrame | NDArray[Any]) -> Any:
        """Return decoded rows in what the training table came in."""
        return give(table, self.container, self.types) if isinstance(table, pd.DataFrame) else table

    def restore(self, matrix: NDArray[np.float64]) -> Any:
        """Round a matrix, decode it, and put it into the container. ``restore(to_matrix(table))`` is `table`."""
        return self.give(self._assemble([c.decode(c.round(v)) for c, v in zip(self.columns, matrix.T, strict=True)]))

    def _assemble(self, values: list[Any]) -> pd.DataFrame | NDArray[Any]:
        if self.container == ARRAY:
            return np.column_stack(values).astype(self.columns[0].dtype)
        table = pd.DataFrame(dict(enumerate(values)), copy=False).set_axis(pd.Index(self.names), axis=1)
        for key, attribute in ATTRIBUTES.items():
            if told := {column.name: getattr(column, attribute) for column in self if getattr(column, attribute)}:
                table.attrs[key] = Told(told)
        if self.dialect:
            table.attrs[DIALECT] = self.dialect
        return table

    def fresh(self, seed: int) -> Fill | None:
        """Return what gives blocks of new rows, in their order, new identifiers; None if no column holds any."""
        found = {i: c.type for i, c in enumerate(self) if isinstance(c.type, Identifier)}
        if not found:
            return None
        return partial(
            self._fill, {i: of.fresh(self.columns[i], whole_seed(seed, Use.IDENTIFIERS, i)) for i, of in found.items()}
        )

    def _fill(self, fresh: Mapping[int, Fresh], table: Any) -> Any:
        """Return a block with the next identifiers."""
        table = table.copy(deep=False) if isinstance(table, pd.DataFrame) else table.copy()
        for i, ids in fresh.items():
            values = ids.take(len(table))
            if isinstance(table, pd.DataFrame):
                table.isetitem(i, pd.Series(values, table.index).astype(self.columns[i].held))
            else:
                table[:, i] = values
        return table

    def to_dict(self) -> dict[str, Any]:
        state = {"container": self.container, "columns": [c.to_dict() for c in self.columns]}
        state |= {"types": self.types} if self.types else {}
        return state | ({"dialect": self.dialect} if self.dialect else {})

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Schema:
        columns = tuple(check_stored(Column.from_dict(c)) for c in state["columns"])
        container = state["container"] if state["container"] in CONTAINERS else FRAME
        return cls(columns, container, state.get("dialect", {}), state.get("types", ""))


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
        if find_kind(kind) is None:
            raise InputError(
                f"a kind must be one of {', '.join(all_kinds())}, but that of {str(name)!r} is {kind!r}; choose one"
            )
    return dict(kinds)
