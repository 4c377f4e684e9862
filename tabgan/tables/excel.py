"""New Excel workbooks. Needs openpyxl, the extra `excel`."""

from __future__ import annotations

import datetime
import re
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd

from tabgan.columns import column_letters
from tabgan.errors import InputError
from tabgan.schema.column import NUMBER_FORMATS
from tabgan.tables.formats import has_names
from tabgan.tables.workbook import import_openpyxl

MOST_ROWS = 1_048_576
MEASURED = 200
"""Rows that widths of columns are taken from."""
NARROWEST, WIDEST = 9, 50
"""Widths in characters."""
ILLEGAL = re.compile(r"[\000-\010\013\014\016-\037]")


class ExcelWriter:
    """Writes blocks of rows to the one sheet of a new workbook, with the number formats in `attrs` of the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        openpyxl = import_openpyxl()
        self.cell = openpyxl.cell.WriteOnlyCell
        self.book = openpyxl.Workbook(write_only=True)
        self.sheet = self.book.create_sheet("rows")
        self.styled: list[Any] = []  # a cell for each column that has a number format; it takes one value after another
        self.count = 0

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        if not self.styled:
            self._start(block)
        for row in zip(*(column for _, column in block.items()), strict=True):
            self._append([self._cell(value, styled) for value, styled in zip(row, self.styled, strict=True)])

    def _start(self, block: pd.DataFrame) -> None:
        """Settle formats and widths, which a sheet begins with, and write the header."""
        named = has_names(block.columns)
        for i, name in enumerate(block.columns):
            number_format = block.attrs.get(NUMBER_FORMATS, {}).get(name)
            self.styled.append(number_format and self.cell(self.sheet))
            if number_format:
                self.styled[i].number_format = number_format
            texts = [str(name)] if named else []
            texts += [_shown(value, number_format) for value in block.iloc[:MEASURED, i].dropna()]
            width = max(map(_width, texts), default=0) + 2
            self.sheet.column_dimensions[column_letters(i + 1)].width = min(max(width, NARROWEST), WIDEST)
        if named:
            self._append([self._cell(name) for name in block.columns])

    def _cell(self, value: Any, styled: Any = None) -> Any:
        """What a cell can hold: nothing for a gap, times with a zone as text, and no formulas."""
        if pd.isna(value):
            return None
        if isinstance(value, datetime.datetime) and value.tzinfo:
            return value.isoformat(sep=" ")
        if isinstance(value, str):
            return self._text(value)
        if styled is None:
            return value
        styled.value = value
        return styled

    def _text(self, value: str) -> Any:
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


def _shown(value: Any, number_format: str | None) -> str:
    """Write a value about as long as Excel shows it."""
    if isinstance(value, str):
        return value.split("\n")[0]
    if isinstance(value, (datetime.date, datetime.timedelta)):
        return (number_format or "yyyy-mm-dd hh:mm:ss").split(";")[0]
    return f"{value:.6g}" if number_format is None else f"{value:,.2f}{number_format[-1:]}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
