"""Tables in Parquet files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.compute as pc
import pyarrow.parquet
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.dtypes import is_number
from tabgan.tables.bounds import EACH, VALUES
from tabgan.tables.formats import ABOUT, parsing


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a table from a Parquet file."""
    with parsing(path, "Parquet file"):
        return to_frame(_load(path))


def _load(path: Path) -> pyarrow.Table:
    """Return what a file holds, once it is known that it is no more than it may be."""
    short = VALUES.times * path.stat().st_size <= VALUES.least
    with pyarrow.parquet.ParquetFile(path) as file:
        found, schema = file.metadata, file.schema_arrow
        groups = [found.row_group(i) for i in range(found.num_row_groups)]
        n_bytes = sum(group.total_byte_size for group in groups)  # columns of their own may end the process
        n_rows = sum(group.num_rows for group in groups)
    check_values(max(n_bytes, EACH * n_rows * len(schema)), path)
    # Equal texts lie there once, so that a short file may hold very many long ones.
    texts = [field.name for field in schema if short and _is_text(field.type)]
    with pyarrow.parquet.ParquetFile(path, read_dictionary=texts) as file:
        table = file.read(use_threads=not short)
    lengths = [
        pc.sum(pc.binary_length(chunk.dictionary).take(chunk.indices)).as_py() or 0
        for name in texts
        for chunk in table.column(name).chunks
    ]
    check_values(sum(lengths), path)
    return checked(table.cast(schema), path)


def _is_text(found: pyarrow.DataType) -> bool:
    kinds = (pyarrow.types.is_string, pyarrow.types.is_large_string, pyarrow.types.is_binary)
    return any(kind(found) for kind in kinds)


def checked(table: pyarrow.Table, path: Path) -> pyarrow.Table:
    """Return a table of which all is as its types say, and no more than a file may hold."""
    check_values(max(table.nbytes, EACH * len(table) * table.num_columns), path)
    table.validate(full=True)
    return table


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
    frame = table.to_pandas()
    if isinstance(frame.index, pd.RangeIndex):
        return frame.reset_index(drop=True)
    index = frame.index.to_frame(index=False)
    told = [
        name is not None or not is_number(dtype) for name, dtype in zip(frame.index.names, index.dtypes, strict=True)
    ]
    return pd.concat([index.loc[:, told].rename(columns=str), frame.reset_index(drop=True)], axis=1)


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
