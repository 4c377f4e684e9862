"""Parts in files of Parquet and of Arrow, and those of a dataset of pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

from tabgan.tables.arrow_buffers import measure_batches
from tabgan.tables.arrow_files import without_views
from tabgan.tables.arrow_texts import plain_schema
from tabgan.tables.bounds import VALUES
from tabgan.tables.formats import parsing
from tabgan.tables.parquet import iter_batches
from tabgan.tables.scan.named import names_of
from tabgan.tables.scan.part import BATCH, FilePart, Part, as_batch


class ParquetPart(FilePart):
    """A Parquet file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with parsing(path, "Parquet file"), pyarrow.parquet.ParquetFile(path) as file:
            self.names, self.schema = names_of(plain_schema(file))
            self.rows = file.metadata.num_rows

    def _read(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        with parsing(self.path, "Parquet file"):
            yield from iter_batches(self.path, BATCH, schema.names)


class FeatherPart(FilePart):
    """A Feather file; one of the first version is read as a whole."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with path.open("rb") as file:
            self._is_first = file.read(4) == b"FEA1"
        with parsing(path, "Feather file"):
            self._stored = self._table().schema if self._is_first else self._open(None).schema
            self.names, self.schema = names_of(self._stored)

    def _read(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        with parsing(self.path, "Feather file"):
            if self._is_first:
                yield from self._table(schema.names).to_batches(BATCH)
                return
            stored = self._open(sorted(self._stored.get_field_index(name) for name in schema.names))
            dictionaries, sizes = measure_batches(self.path)
            VALUES.check(dictionaries + max(sizes, default=0), self.path, "write it anew, in smaller batches")
            for i in range(stored.num_record_batches):
                yield from without_views(pa.Table.from_batches([stored.get_batch(i)]), self.path).to_batches(BATCH)

    def _open(self, places: list[int] | None) -> pa.RecordBatchFileReader:
        return pa.ipc.open_file(pa.OSFile(str(self.path)), options=pa.ipc.IpcReadOptions(included_fields=places))

    def _table(self, names: list[str] | None = None) -> pa.Table:
        return pyarrow.feather.read_table(self.path, columns=names, memory_map=False)


class FragmentPart(Part):
    """A fragment of a dataset, such as one of its files."""

    def __init__(self, fragment: Any, schema: pa.Schema, place: int) -> None:
        self.name = getattr(fragment, "path", "") or f"part {place + 1:,}"
        self.names, self.schema = names_of(schema)
        self._whole = schema
        self._fragment = fragment

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, with the columns of a schema."""
        with parsing(Path(self.name), "part of a dataset"):
            found = self._fragment.to_batches(
                schema=self._whole, columns=schema.names, batch_size=BATCH, use_threads=False
            )
            for batch in found:
                yield as_batch(batch, schema, self.name)
