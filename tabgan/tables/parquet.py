"""Tables in Parquet files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.compute as pc
import pyarrow.parquet
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.containers import as_series
from tabgan.schema.dtypes import is_number
from tabgan.tables.arrow_texts import as_text, is_view, plain_schema
from tabgan.tables.bounds import EACH, VALUES
from tabgan.tables.formats import ABOUT, parsing
from tabgan.tables.parquet_pages import Pages, measure_pages


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a table from a Parquet file."""
    with parsing(path, "Parquet file"):
        return to_frame(_load(path))


def _load(path: Path) -> pyarrow.Table:
    """Return what a file holds, as long as it is no more than it may be."""
    with pyarrow.parquet.ParquetFile(path) as file:
        schema = plain_schema(file)
    _check_inner(schema, path)
    pages = measure_pages(path, schema)
    check_values(EACH * max(pages.n_rows * len(schema), pages.n_values), path)
    check_values(pages.total, path)
    batches: list[pyarrow.RecordBatch] = []
    n_bytes = 0
    for batch in _read_batches(path, pages.n_rows, None, schema, pages):
        batches.append(batch)
        n_bytes += batch.nbytes
        check_values(n_bytes, path)
    return checked(pyarrow.Table.from_batches(batches, schema), path)


def iter_batches(path: Path, n_rows: int, names: list[str]) -> Iterator[pyarrow.RecordBatch]:
    """Yield so many rows of some columns at a time, or fewer."""
    with pyarrow.parquet.ParquetFile(path) as file:
        schema = plain_schema(file)
    yield from _read_batches(path, n_rows, names, schema, measure_pages(path, schema))


def _read_batches(
    path: Path, n_rows: int, names: list[str] | None, schema: pyarrow.Schema, pages: Pages
) -> Iterator[pyarrow.RecordBatch]:
    """Yield fewer rows at a time than asked for where texts of which many are the same would fill the memory."""
    most = VALUES.most(path)
    VALUES.check(pages.largest, path, "write it anew, with smaller pages")
    rows = max(1, min(n_rows, most // (4 * pages.prefixed))) if pages.prefixed else max(1, n_rows)
    coded = pages.texts if pages.unfolded > most else []
    with pyarrow.parquet.ParquetFile(path, read_dictionary=coded) as file:
        for batch in file.iter_batches(rows, columns=names, use_threads=False):
            yield _plain(batch, schema, path)


def _plain(batch: pyarrow.RecordBatch, schema: pyarrow.Schema, path: Path) -> pyarrow.RecordBatch:
    """Return a batch as a schema has it, unless texts that lie there once are too many."""
    whole = batch.schema.names == schema.names
    fields = list(schema) if whole else [schema.field(name) for name in batch.schema.names]
    pairs = list(zip(batch.columns, (field.type for field in fields), strict=True))
    lengths = [
        pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py() or 0
        for column, kind in pairs
        if column.type != kind and pyarrow.types.is_dictionary(column.type)
    ]
    check_values(sum(lengths), path)
    columns = [column if column.type == kind else as_text(column, kind) for column, kind in pairs]
    return pyarrow.RecordBatch.from_arrays(columns, schema=pyarrow.schema(fields, batch.schema.metadata))


def checked(table: pyarrow.Table, path: Path) -> pyarrow.Table:
    """Return a table of which all is as its types say, and no more than a file may hold."""
    _check_inner(table.schema, path)
    check_values(max(table.nbytes, EACH * len(table) * table.num_columns), path)
    table.validate(full=True)
    return table


def _check_inner(schema: pyarrow.Schema, path: Path) -> None:
    """Raise InputError if lists or structs hold what pandas would write out."""
    for field in schema:
        if _has_shared(field.type):
            raise InputError(
                f"values of a list or a struct are read as they are, but those of column {field.name} of {path} are of "
                f"type {field.type}; write it anew, without dictionaries and views in it"
            )


def _has_shared(kind: pyarrow.DataType) -> bool:
    inner = [kind.field(i).type for i in range(kind.num_fields)]
    return any(pyarrow.types.is_dictionary(one) or is_view(one) or _has_shared(one) for one in inner)


def check_values(n_bytes: int, path: Path) -> None:
    """Raise InputError if a file holds more than is read of it at once."""
    remedy = f"read it piece by piece, by a pattern such as '{path.stem}*{path.suffix}'"
    VALUES.check(n_bytes, path, remedy)


def to_frame(table: pyarrow.Table) -> pd.DataFrame:
    """Return a table of Arrow as a frame; an index of pandas that it holds is a column, unless it numbers rows only.

    Examples
    --------
    >>> frame = pd.DataFrame({"v": [1, 2]}, index=pd.Index(["a", "b"], name="site"))
    >>> to_frame(pyarrow.Table.from_pandas(frame)).columns.tolist()
    ['site', 'v']
    """
    _check_zones(table.schema)
    table = table.cast(pyarrow.schema(map(_signed, table.schema), _flat_names(table.schema)))
    frame = table.to_pandas()
    for place, name in enumerate(frame.columns):  # whole numbers beside gaps, of which Arrow makes floats
        found = table.schema.get_field_index(str(name))
        if frame.dtypes.iloc[place].kind == "f" and found >= 0 and pyarrow.types.is_integer(table.schema.types[found]):
            frame.isetitem(place, as_series(table.column(found)).array)
    if isinstance(frame.index, pd.RangeIndex):
        return frame.reset_index(drop=True)
    index = frame.index.to_frame(index=False)
    told = [
        name is not None or not is_number(dtype) for name, dtype in zip(frame.index.names, index.dtypes, strict=True)
    ]
    return pd.concat([index.loc[:, told].rename(columns=str), frame.reset_index(drop=True)], axis=1)


def _check_zones(schema: pyarrow.Schema) -> None:
    """Raise InputError if times have a zone that there is not."""
    for field in schema:
        if pyarrow.types.is_timestamp(field.type) and field.type.tz:
            try:
                pyarrow.scalar(0, field.type).as_py()
            except (KeyError, ValueError) as error:
                raise InputError(
                    "times have a zone that is known, such as Europe/Berlin or +01:00, but those of column "
                    f"{field.name!r} have {field.type.tz!r}; write them in UTC"
                ) from error


def _flat_names(schema: pyarrow.Schema) -> dict[bytes, bytes] | None:
    """Return what is said of a table, but for the levels that names of columns have in pandas: "('A', 'x')" is one."""
    told = schema.pandas_metadata
    if told is None or len(told.get("column_indexes", [])) < 2:
        return schema.metadata
    return {**schema.metadata, b"pandas": json.dumps({**told, "column_indexes": []}).encode()}


def _signed(field: pyarrow.Field) -> pyarrow.Field:
    """Return a field whose codes of a dictionary are signed numbers, as pandas has them; those of Polars are not."""
    kind = field.type
    if not pyarrow.types.is_dictionary(kind) or not pyarrow.types.is_unsigned_integer(kind.index_type):
        return field
    return field.with_type(pyarrow.dictionary(pyarrow.int64(), kind.value_type, kind.ordered))


def split_parquet(path: Path, *, test: NDArray[np.bool_], parts: tuple[Path, Path]) -> None:
    """Write the rows of a Parquet file to two, with its types and metadata."""
    with parsing(path, "Parquet file"):
        table = _load(path)
    for part, chosen in zip(parts, (~test, test), strict=True):
        pyarrow.parquet.write_table(table.filter(pyarrow.array(chosen)), part)


class GroupWriter:
    """Writes blocks of rows of which the first settles the types."""

    what = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: Any = None
        self.schema: pyarrow.Schema | None = None

    def open(self, schema: pyarrow.Schema) -> Any:
        """Return the file that groups of rows go to."""
        raise NotImplementedError

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        block = block.rename(columns=str)
        about = block.attrs.pop(ABOUT, None)  # else it came back with the rows, and went on with what is made of them
        try:
            table = pyarrow.Table.from_pandas(block, self.schema, preserve_index=False)
        except pyarrow.ArrowException as error:
            reason = " ".join(str(error).split())
            raise InputError(
                f"a {self.what} column holds values of one type, but: {reason}; write csv instead"
            ) from error
        if self.schema is None:
            # A column of which the first block has no values may hold text in a later one.
            fields = [f.with_type(pyarrow.string()) if pyarrow.types.is_null(f.type) else f for f in table.schema]
            told = {"tabgan": json.dumps(about)} if about else {}
            self.schema = pyarrow.schema(fields, {**(table.schema.metadata or {}), **told})
            table = table.cast(self.schema)
            self.file = self.open(self.schema)
        self.file.write_table(table)

    def close(self, complete: bool) -> None:
        """Finish the file."""
        if self.file is not None:
            self.file.close()


class ParquetWriter(GroupWriter):
    """Writes blocks of rows as row groups."""

    what = "Parquet"

    def open(self, schema: pyarrow.Schema) -> pyarrow.parquet.ParquetWriter:
        """Return the file that row groups go to."""
        return pyarrow.parquet.ParquetWriter(self.path, schema)
