"""Tables in Excel workbooks: the first sheet. Needs openpyxl, the extra `excel`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tabgan.errors import InputError
from tabgan.tables.formats import MISSING, MISSING_NUMBERS, fill_marked, has_names, parsing

MOST_ROWS = 1_048_576
ILLEGAL = re.compile(r"[\000-\010\013\014\016-\037]")


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
    table = fill_marked(_read(path, header, MISSING), lambda: _read(path, header, (*MISSING, *MISSING_NUMBERS)))
    if table.shape[1] == 0:
        raise InputError(
            f"a table needs a header and rows, but the first sheet of {path} is empty; name a file with data"
        )
    return table


def _read(path: Path, header: bool, missing: Sequence[str]) -> pd.DataFrame:
    with parsing(path, "Excel workbook"):
        options = {"na_values": list(missing), "keep_default_na": False, "engine": "openpyxl"}
        cells = pd.read_excel(path, header=None, dtype=object, **options)
    if cells.empty or not header:
        return cells.infer_objects()
    # pandas would rename columns of one name; we say so instead, which the caller does when names repeat.
    names = [str(name) if pd.notna(name) else f"Unnamed: {i}" for i, name in enumerate(cells.iloc[0])]
    return cells.iloc[1:].set_axis(names, axis=1).reset_index(drop=True).infer_objects()


class ExcelWriter:
    """Writes blocks of rows to the one sheet of a new workbook."""

    def __init__(self, path: Path) -> None:
        self.path = path
        openpyxl = _openpyxl()
        self.cell = openpyxl.cell.WriteOnlyCell
        self.book = openpyxl.Workbook(write_only=True)
        self.sheet = self.book.create_sheet("rows")
        self.count = 0

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        if self.count == 0 and has_names(block.columns):
            self._append(list(block.columns))
        cells = [[self._cell(value) for value in column] for _, column in block.items()]
        for row in zip(*cells, strict=True):
            self._append(row)

    def _cell(self, value: Any) -> Any:
        """What a cell can hold: nothing for a gap, times with a zone as text, and no formulas."""
        if pd.isna(value):
            return None
        if isinstance(value, datetime.datetime) and value.tzinfo:
            return value.isoformat(sep=" ")
        if not isinstance(value, str):
            return value
        if ILLEGAL.search(value):
            raise InputError(
                f"an Excel cell cannot hold control characters, but a text is {value!r}; write csv or parquet"
            )
        if not value.startswith("="):
            return value
        cell = self.cell(self.sheet, value)
        cell.data_type = "s"
        return cell

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
