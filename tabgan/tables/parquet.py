"""Tables in Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.dtypes import is_number
from tabgan.tables.formats import parsing


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a table from a Parquet file."""
    with parsing(path, "Parquet file"):
        return to_frame(pyarrow.parquet.read_table(path))


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
        table = pyarrow.parquet.read_table(path)
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
            self.schema = pyarrow.schema(fields, table.schema.metadata)
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
