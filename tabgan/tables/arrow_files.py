"""Tables in files of Arrow (.feather)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.feather
from numpy.typing import NDArray

from tabgan.tables.bounds import EACH
from tabgan.tables.formats import parsing
from tabgan.tables.parquet import GroupWriter, check_values, checked, to_frame


def read_feather(path: Path) -> pd.DataFrame:
    """Read a table from a Feather file, of the first version or the second, which is a file of Arrow."""
    with parsing(path, "Feather file"):
        return to_frame(_load(path))


def _load(path: Path) -> pyarrow.Table:
    """Return what a file holds, batch by batch, as long as it is no more than it may be."""
    with path.open("rb") as file:
        if file.read(4) == b"FEA1":
            return checked(pyarrow.feather.read_table(path, memory_map=False), path)
    with pyarrow.OSFile(str(path)) as file, pyarrow.ipc.open_file(file) as stored:
        batches: list[pyarrow.RecordBatch] = []
        n_bytes = 0
        for i in range(stored.num_record_batches):
            batches.append(stored.get_batch(i))
            n_bytes += max(batches[-1].nbytes, EACH * batches[-1].num_rows * batches[-1].num_columns)
            check_values(n_bytes, path)
        return checked(pyarrow.Table.from_batches(batches, stored.schema), path)


def split_feather(path: Path, *, test: NDArray[np.bool_], parts: tuple[Path, Path]) -> None:
    """Write the rows of a Feather file to two, with its types and metadata."""
    with parsing(path, "Feather file"):
        table = _load(path)
    for part, chosen in zip(parts, (~test, test), strict=True):
        pyarrow.feather.write_feather(table.filter(pyarrow.array(chosen)), str(part))


class FeatherWriter(GroupWriter):
    """Writes blocks of rows as batches; the first block settles the types."""

    what = "Feather"

    def open(self, schema: pyarrow.Schema) -> pyarrow.ipc.RecordBatchFileWriter:
        """Return the file that batches go to, compressed as Feather is."""
        packed = pyarrow.ipc.IpcWriteOptions(compression="lz4" if pyarrow.Codec.is_available("lz4") else None)
        return pyarrow.ipc.new_file(str(self.path), schema, options=packed)
