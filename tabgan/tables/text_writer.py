"""New tables in text files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.csv

from tabgan.tables.encodings import pack
from tabgan.tables.formats import has_names

PLAIN = {"float32", "float64"}
PLAIN |= {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}


class TextWriter:
    """Writes blocks of rows as text; the header with the first, unless columns have no names."""

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        self.delimiter = delimiter
        self.raw = path.open("wb")
        self.file = pack(self.raw, path)
        self.started = False
        self.timed: set[int] = set()

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        if not self.started and has_names(block.columns):
            self._write_any(block[:0], header=True)
        self.started = True
        if all(str(dtype).lower() in PLAIN for dtype in block.dtypes) and not block.isna().any(axis=None):
            self._write_plain(block)
        else:
            self._write_any(self._spell(block), header=False)

    def _spell(self, block: pd.DataFrame) -> pd.DataFrame:
        """Return the block with text for what pandas would write otherwise from block to block, or than `_write_plain`.

        These are floats, which lose the ".0" of whole numbers, and dates whose times are all midnight.
        """
        block = block.copy(deep=False)
        for i, dtype in enumerate(block.dtypes):
            column = block.iloc[:, i]
            if dtype.kind == "f":
                spelt = pyarrow.array(column, from_pandas=True).cast(pyarrow.string())
                block.isetitem(i, pd.Series(spelt.to_numpy(zero_copy_only=False), index=block.index, dtype=object))
            elif isinstance(dtype, np.dtype) and dtype.kind == "M":
                if (column.dropna() != column.dropna().dt.normalize()).any():
                    self.timed.add(i)
                elif i in self.timed:
                    block.isetitem(i, column.dt.strftime("%Y-%m-%d %H:%M:%S"))
        return block

    def _write_plain(self, block: pd.DataFrame) -> None:
        """Much faster than pandas; each number in the fewest digits that give it back."""
        table = pyarrow.Table.from_pandas(block.set_axis(range(block.shape[1]), axis=1), preserve_index=False)
        options = pyarrow.csv.WriteOptions(include_header=False, delimiter=self.delimiter)
        pyarrow.csv.write_csv(table, sink := pyarrow.BufferOutputStream(), options)
        self.file.write(sink.getvalue())

    def _write_any(self, block: pd.DataFrame, header: bool) -> None:
        text = block.to_csv(sep=self.delimiter, header=header, index=False, lineterminator="\n")
        self.file.write(text.encode())

    def close(self, complete: bool) -> None:
        """Finish the file."""
        self.file.close()
        self.raw.close()
