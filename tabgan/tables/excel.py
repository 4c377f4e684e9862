"""Tables in Excel workbooks: the first sheet. Needs openpyxl, the extra `excel`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from tabgan.errors import InputError
from tabgan.tables.formats import has_names, parsing

MOST_ROWS = 1_048_576


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise InputError(
            "Excel files need openpyxl, which is not installed; pip install 'tabgan-wgangp[excel]', or use csv"
        ) from None
    return openpyxl


def read_excel(path: Path, header: bool) -> pd.DataFrame:
    """Read the first sheet of a workbook."""
    _openpyxl()
    with parsing(path, "Excel workbook"):
        cells = pd.read_excel(path, header=None, dtype=object, engine="openpyxl")
    if cells.empty:
        raise InputError(
            f"a table needs a header and rows, but the first sheet of {path} is empty; name a file with data"
        )
    if not header:
        return cells.infer_objects()
    # pandas would rename columns of one name; we say so instead, which the caller does when names repeat.
    names = [str(name) if pd.notna(name) else f"Unnamed: {i}" for i, name in enumerate(cells.iloc[0])]
    return cells.iloc[1:].set_axis(names, axis=1).reset_index(drop=True).infer_objects()


class ExcelWriter:
    """Writes blocks of rows to the one sheet of a new workbook."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = _openpyxl().Workbook(write_only=True)
        self.sheet = self.book.create_sheet("rows")
        self.count = 0

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        if self.count == 0 and has_names(block.columns):
            self._append(list(block.columns))
        for row in block.astype(object).itertuples(index=False, name=None):
            self._append(row)

    def _append(self, row: Any) -> None:
        self.count += 1
        if self.count > MOST_ROWS:
            raise InputError(
                f"an Excel sheet holds at most {MOST_ROWS:,} rows, header included; "
                "generate fewer rows, or use csv or parquet"
            )
        self.sheet.append(row)

    def close(self, complete: bool) -> None:
        """Write the file if it is complete."""
        if complete:
            self.book.save(self.path)
        else:
            self.sheet.close()
