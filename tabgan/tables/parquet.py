"""Tables in Parquet files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.parquet

from tabgan.tables.formats import parsing


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a table from a Parquet file."""
    with parsing(path, "Parquet file"):
        return pyarrow.parquet.read_table(path).to_pandas()


class ParquetWriter:
    """Writes blocks of rows as row groups; the first block settles the types."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: pyarrow.parquet.ParquetWriter | None = None

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        table = pyarrow.Table.from_pandas(block.rename(columns=str), preserve_index=False)
        if self.file is None:
            self.file = pyarrow.parquet.ParquetWriter(self.path, table.schema)
        self.file.write_table(table)

    def close(self, complete: bool) -> None:
        """Finish the file."""
        if self.file is not None:
            self.file.close()
