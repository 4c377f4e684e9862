"""Tables in files of Arrow (.feather)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.feather
from numpy.typing import NDArray

from tabgan.tables.arrow_buffers import measure_batches
from tabgan.tables.arrow_texts import as_text, is_uuid, plain_text
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
        dictionaries, sizes = measure_batches(path)
        check_values(dictionaries + sum(sizes), path)
        return checked(without_views(stored.read_all(), path), path)


def without_views(table: pyarrow.Table, path: Path) -> pyarrow.Table:
    """Return a table whose texts each have a place of their own; of views many may show the same. UUIDs are texts."""
    n_bytes = 0
    for i, field in enumerate(table.schema):
        coded = pyarrow.types.is_dictionary(field.type)
        held = field.type.value_type if coded else field.type
        if (plain := plain_text(held)) == held:
            continue
        chunks = []
        for chunk in table.column(i).chunks:
            views = chunk.dictionary if coded else chunk
            if len(views) and not is_uuid(held):
                n_bytes += int(np.frombuffer(views.buffers()[1], np.uint32)[::4].sum(dtype=np.int64))
                check_values(n_bytes, path)
            texts = as_text(views, plain)
            chunks.append(_coded(chunk, texts) if coded else texts)
        kind = pyarrow.dictionary(field.type.index_type, plain, field.type.ordered) if coded else plain
        table = table.set_column(i, field.with_type(kind), pyarrow.chunked_array(chunks, kind))
    return table


def _coded(chunk: pyarrow.DictionaryArray, texts: pyarrow.Array) -> pyarrow.DictionaryArray:
    return pyarrow.DictionaryArray.from_arrays(chunk.indices, texts, ordered=chunk.type.ordered)


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
