"""Write a table to a file of any known format, block by block."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pandas as pd

from tabgan.files import replacing
from tabgan.tables.formats import table_format


class TableWriter(Protocol):
    """Takes rows in blocks."""

    def write(self, block: pd.DataFrame) -> None:
        """Append rows; at least one block, which may be empty."""
        ...

    def close(self, complete: bool) -> None:
        """Finish the file; an incomplete one is removed afterwards."""
        ...


@contextmanager
def open_writer(path: str | os.PathLike, overwrite: bool = False) -> Iterator[TableWriter]:
    """Yield a writer for the format that the suffix says. The file appears, whole, when the block ends well.

    Text and Parquet are written as they come; Excel and MATLAB files are collected in memory first. Columns labelled by
    numbers, as those of a table without names are, get no header.

    Raises
    ------
    InputError
        The suffix is unknown, the file exists and `overwrite` is not set, or it cannot be written.
    """
    kind = table_format(path)
    with replacing(path, overwrite) as beside:
        writer = _writer(kind, beside)
        try:
            yield writer
        except BaseException:
            writer.close(complete=False)
            raise
        writer.close(complete=True)


def write_table(table: pd.DataFrame, path: str | os.PathLike, overwrite: bool = False) -> None:
    """Write a whole table; see `open_writer`."""
    with open_writer(path, overwrite) as writer:
        writer.write(table)


def _writer(kind: str, path: Path) -> TableWriter:
    if kind == "parquet":
        from tabgan.tables.parquet import ParquetWriter

        return ParquetWriter(path)
    if kind == "xlsx":
        from tabgan.tables.excel import ExcelWriter

        return ExcelWriter(path)
    if kind == "mat":
        from tabgan.tables.mat_write import MatWriter

        return MatWriter(path)
    from tabgan.tables.text import TextWriter

    return TextWriter(path, "\t" if kind == "tsv" else ",")
