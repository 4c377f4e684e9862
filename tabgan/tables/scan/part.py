"""A part of a table: something of which batches of rows are read, in order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from tabgan.errors import InputError
from tabgan.schema.containers import FRAME
from tabgan.spelling import spell
from tabgan.tables.arrow_texts import as_text, plain_text

BATCH = 1 << 16  # rows that are looked at together


class Part(ABC):
    """Rows that are read in batches, of the columns and types of a schema."""

    name: str
    names: list[Any]  # of all of its columns; numbers, from 1 on, if they have none
    schema: pa.Schema  # the same ones, by these names as texts

    @abstractmethod
    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, with the columns of a schema."""

    def check(self, rows: int) -> None:  # noqa: B027 - one that is in memory stays as it is
        """Raise InputError if a part of which so many rows were read is not what it was."""


class FilePart(Part):
    """A part that is a file, which is to be the same from the beginning to the end."""

    rows: int | None = None  # that it says it has
    dialect: Mapping[str, Any] = MappingProxyType({})  # how it is written, if it holds cells of text

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, str(path)
        self._state = self._look()

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, with the columns of a schema."""
        self._check_same()
        try:
            for batch in self._read(schema):
                yield as_batch(batch, schema, self.name)
        except InputError:
            self._check_same()  # what has changed meanwhile is no whole file
            raise

    def notes(self) -> list[str]:
        """Return what should be said of how it is read, a line each."""
        return []

    def check(self, rows: int) -> None:
        """Raise InputError if the file has changed since it was first looked at."""
        self._check_same()
        if self.rows is not None and rows != self.rows:
            raise self._changed()

    @abstractmethod
    def _read(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield batches that have the columns of a schema, by their names."""

    def _look(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except OSError as error:
            raise InputError(f"cannot read {self.path}: {error.strerror}; check its name and place") from error
        return found.st_size, found.st_mtime_ns

    def _check_same(self) -> None:
        try:
            same = self._look() == self._state
        except InputError as error:
            raise InputError(f"{self.path} was there when reading began, and is gone now; begin again") from error
        if not same:
            raise self._changed()

    def _changed(self) -> InputError:
        return InputError(f"{self.path} was changed while it was read; begin again when nothing writes to it")


@dataclass(frozen=True)
class Parts:
    """The parts of a table, in the order that tells which rows are drawn.

    Attributes
    ----------
    where : str
        What people know them by.
    parts : sequence of Part, or iterable
        If they can be read once only, in their order, it is what yields them.
    names : list
        What the columns are called; numbers, from 1 on, if they have no names.
    schema : pyarrow.Schema
        Those of the first part, by the same names as texts.
    container : str
        What rows are given back in, as in `tabgan.schema.containers`.
    dialect : dict
        How text files are written; of their cells what they hold is still to be found out.
    filed : bool
        Whether they are files, of which `read_columns` reads texts, and of which doubts are said.
    """

    where: str
    parts: Sequence[Part] | Iterable[Part]
    names: list[Hashable]
    schema: pa.Schema
    container: str = FRAME
    dialect: dict[str, Any] = field(default_factory=dict)
    filed: bool = False

    def of(self, names: Sequence[Hashable]) -> pa.Schema:
        """Return the schema of some columns, with types that hold those of all parts; InputError if these differ."""
        fields = [self.schema.field(self.names.index(name)) for name in names]
        schema = pa.schema([pa.field(one.name, plain_type(one.type)) for one in fields], self.schema.metadata)
        if isinstance(self.parts, Sequence):
            for part in self.parts[1:]:
                schema = unify(schema, self.parts[0].name, part, len(names) == len(self.names))
        return schema


def as_batch(batch: pa.RecordBatch, schema: pa.Schema, name: str) -> pa.RecordBatch:
    """Return the columns of a schema in its order and with its types."""
    columns = []
    for wanted in schema:
        column = batch.column(batch.schema.get_field_index(wanted.name))
        try:
            columns.append(column if column.type == wanted.type else as_text(column, wanted.type))
        except pa.ArrowException as error:
            raise InputError(
                f"column {wanted.name!r} of {name} holds {column.type}, which does not fit {wanted.type} as in other "
                "parts; make them alike"
            ) from error
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def unify(schema: pa.Schema, name: str, part: Part, all_of_it: bool) -> pa.Schema:
    """Return a schema with types that hold those of a part, too; InputError if it has other columns.

    `name` is that of the part that the schema is of; `all_of_it` says whether it has all columns.
    """
    lacking = [column for column in schema.names if column not in part.schema.names]
    more = [column for column in part.schema.names if column not in schema.names] if all_of_it else []
    if lacking or more:
        differs = f"has no {lacking[0]!r}, which {name} has" if lacking else f"has {more[0]!r}, which {name} has not"
        raise InputError(
            f"all parts of a table must have the same columns, but {part.name} {differs}; make them alike"
            + ("" if lacking else f", or name the columns with {spell('cols')}")
        )
    fields = []
    for one in schema:
        theirs = part.schema.field(one.name).type
        fields.append(one.with_type(_unify(one.name, one.type, name, theirs, part.name)))
    return pa.schema(fields, schema.metadata)


def _unify(column: str, mine: pa.DataType, name: str, theirs: pa.DataType, its_name: str) -> pa.DataType:
    """Return a type that holds values of both."""
    theirs = plain_type(theirs)
    if mine == theirs:
        return mine
    try:
        both = [pa.schema([pa.field("", found)]) for found in (mine, theirs)]
        found = pa.unify_schemas(both, promote_options="permissive").field(0).type
    except pa.ArrowException as error:
        raise InputError(
            f"all parts of a table must have columns of the same types, but {column!r} is {mine} in {name} and "
            f"{theirs} in {its_name}; make them alike, or leave it out"
        ) from error
    return found


def plain_type(found: pa.DataType) -> pa.DataType:
    """Return a type of labels with indices of 32 bits, and of texts that are no views; others as they are."""
    if pa.types.is_dictionary(found):
        return pa.dictionary(pa.int32(), plain_type(found.value_type), found.ordered)
    return plain_text(found)
