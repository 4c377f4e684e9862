"""Tables in Excel workbooks: the cells of a sheet as a table, or why they are none; and new workbooks.

Needs openpyxl, the extra `excel`.
"""

from __future__ import annotations

import datetime
import json
import math
import re
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from tabgan.columns import BEFORE, column_letters
from tabgan.errors import InputError, warn
from tabgan.schema.column import NUMBER_FORMATS
from tabgan.schema.texts.markers import Turns, are_gaps, to_number
from tabgan.schema.texts.reading import MARKERS
from tabgan.spelling import spell
from tabgan.tables.cell_looks import MISSING, MISSING_NUMBERS
from tabgan.tables.formats import ABOUT, has_names, parsing
from tabgan.tables.sheet_rows import find_rows
from tabgan.tables.spelled import as_texts
from tabgan.tables.undated import save_book
from tabgan.tables.workbook import import_openpyxl, read_cells

MOST_ROWS = 1_048_576
MEASURED = 200  # rows that widths of columns are taken from
NARROWEST, WIDEST = 9, 50  # characters
ILLEGAL = re.compile(r"[\000-\010\013\014\016-\037]")


def read_excel(
    path: Path,
    *,
    header: bool = True,
    sheet: str | None = None,
    skip_rows: int | None = None,
    drop_rows: str | None = None,
) -> pd.DataFrame:
    """Read a sheet: that of the name or number `sheet`, of which a range can be asked for, as in "Data:A3:I500".

    Empty rows, and empty columns beside the table, are left out, as are titles and units, which is said. The number
    formats of its columns are in `attrs`, and so is how many columns of the sheet are left of it. A header of two rows,
    merged cells and formulas without values are refused.
    """
    import_openpyxl()
    with parsing(path, "Excel workbook"):
        cells = read_cells(path, sheet)
    where = f"sheet {cells.sheet!r} of {path}"
    if cells.others:
        others = ", ".join(map(repr, cells.others))
        _tell(f"{where} is read; it also has {others}; choose with {spell('sheet', cells.others[0])}")
    found = find_rows(cells, path, header, skip_rows, drop_rows)
    for note in found.notes:
        _tell(note)
    if cells.errors:
        counts = ", ".join(f"{count:,} x {error}" for error, count in cells.errors.most_common())
        _tell(f"cells with an error are taken for gaps: {where} has {counts}")
    names: list[Any] = list(range(1, len(cells.formats) + 1))
    if found.header is not None:
        # pandas would rename columns of one name; we say so instead, which the caller does when names repeat.
        first = enumerate(cells.rows[found.header])
        names = [f"Unnamed: {i}" if _is_gap(name) else " ".join(str(name).split()) for i, name in first]
    columns = [_column([cells.rows[place][i] for place in found.places]) for i in range(len(names))]
    table = pd.DataFrame({i: _mark_gaps(column, names[i]) for i, column in enumerate(columns)})
    table.attrs = {BEFORE: cells.area.left - 1} if cells.area.left > 1 else {}
    if formats := {name: form for name, form in zip(names, cells.formats, strict=True) if form}:
        table.attrs[NUMBER_FORMATS] = formats
    return table.set_axis(names, axis=1)


def _tell(message: str) -> None:
    warn(message)


def _is_gap(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value in MISSING)


def _column(values: list[Any]) -> pd.Series:
    """Return a column of the dtype that its values have."""
    values = [math.nan if _is_gap(value) else value for value in values]
    column = _infer(values)
    if column.dtype.kind != "O":
        return column
    marked = [math.nan if isinstance(value, str) and value in MISSING_NUMBERS else value for value in values]
    numbers = _infer(marked)
    if numbers.dtype.kind in "iuf" and numbers.notna().any():
        return numbers
    return column


def _mark_gaps(column: pd.Series, name: Any) -> pd.Series:
    """Take texts such as "-" for gaps if all else is dates or times, which no text can stand beside."""
    texts = sorted({value for value in column if isinstance(value, str)}) if column.dtype.kind == "O" else []
    moments = any(isinstance(value, (datetime.date, datetime.time, datetime.timedelta)) for value in column[:MEASURED])
    if not texts or not moments or not are_gaps(pa.array(texts)).all():
        return column
    count, shown = int(column.isin(texts).sum()), ", ".join(map(repr, texts))
    cells = f"{count:,} cell{'s' * (count > 1)}"
    if len(texts) > 1:
        warn(f"{shown} in column {str(name)!r} ({cells}) stand for gaps among dates or times, and are left empty")
    else:
        warn(f"{shown} in column {str(name)!r} ({cells}) stands for a gap among dates or times, and is left empty")
    return _infer([math.nan if isinstance(value, str) else value for value in column])


def _infer(values: list[Any]) -> pd.Series:
    return pd.Series(values, dtype=object).infer_objects()


class ExcelWriter:
    """Writes blocks of rows to the one sheet of a new workbook, with the number formats in `attrs` of the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        openpyxl = import_openpyxl()
        self.cell = openpyxl.cell.WriteOnlyCell
        self.book = openpyxl.Workbook(write_only=True)
        self.sheet = self.book.create_sheet("rows")
        self.styled: list[Any] = []  # a cell for each column that has a number format; it takes one value after another
        self.turns = Turns()
        self.count = 0

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        block = as_texts(block, pd.PeriodDtype)
        if not self.styled:
            self._start(block)
        for row in zip(*(self._mark(block, i) for i in range(block.shape[1])), strict=True):
            self._append([self._cell(value, styled) for value, styled in zip(row, self.styled, strict=True)])

    def _mark(self, block: pd.DataFrame, place: int) -> pd.Series:
        """Return a column with what marks its gaps: texts, and numbers such as -999."""
        column, name = block.iloc[:, place], block.columns[place]
        markers = block.attrs.get(MARKERS, {}).get(name)
        gaps = column.isna()
        if not markers or not gaps.any():
            return column
        marked = pd.Series(column.astype(object).to_numpy(), dtype=object)
        texts = self.turns.take(name, int(gaps.sum()), markers)
        numbers = [to_number(text) for text in texts]
        plain = [number is not None and math.isfinite(number) for number in numbers]  # as a cell's number is
        cells = [number if is_plain else text for text, number, is_plain in zip(texts, numbers, plain, strict=True)]
        marked[gaps.to_numpy()] = [cell if cell != "" else None for cell in cells]
        return marked

    def _start(self, block: pd.DataFrame) -> None:
        """Settle formats and widths, which a sheet begins with, and write the header."""
        if about := block.attrs.get(ABOUT):
            self.book.properties.creator, self.book.properties.description = "tabgan", json.dumps(about)
        named = has_names(block.columns)
        for i, name in enumerate(block.columns):
            number_format = block.attrs.get(NUMBER_FORMATS, {}).get(name)
            self.styled.append(number_format and self.cell(self.sheet))
            if number_format:
                self.styled[i].number_format = number_format
            texts = [str(name)] if named else []
            texts += [show_value(value, number_format) for value in block.iloc[:MEASURED, i].dropna()]
            set_width(self.sheet, i + 1, texts)
        if named:
            self._append([self._cell(name) for name in block.columns])

    def _cell(self, value: Any, styled: Any = None) -> Any:
        """What a cell can hold: nothing for a gap, times with a zone as text, and no formulas."""
        if pd.isna(value):
            return None
        if isinstance(value, datetime.datetime) and value.tzinfo:
            return value.isoformat(sep=" ")
        if isinstance(value, str):
            if ILLEGAL.search(value):
                raise InputError(
                    f"an Excel cell cannot hold control characters, but a text is {value!r}; write csv or parquet"
                )
            styled = self.cell(self.sheet) if value.startswith("=") else None
        if styled is None:
            return value
        styled.value = value
        if isinstance(value, str):
            styled.data_type = "s"
        return styled

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
            save_book(self.book, self.path)
        else:
            self.sheet.close()


def set_width(sheet: Any, place: int, texts: list[str]) -> None:
    """Let a column of a new sheet, counted from 1, be as wide as the texts ask for."""
    width = max(map(_width, texts), default=0) + 2
    sheet.column_dimensions[column_letters(place)].width = min(max(width, NARROWEST), WIDEST)


def show_value(value: Any, number_format: str | None) -> str:
    """Write a value about as long as Excel shows it."""
    if isinstance(value, str):
        return value.split("\n")[0]
    if isinstance(value, (datetime.date, datetime.timedelta)):
        return (number_format or "yyyy-mm-dd hh:mm:ss").split(";")[0]
    return f"{value:.6g}" if number_format is None else f"{value:,.2f}{number_format[-1:]}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
