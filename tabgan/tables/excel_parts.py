"""The rows of a sheet in two workbooks, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.tables.excel import MEASURED, set_width, show_value
from tabgan.tables.formats import parsing
from tabgan.tables.sheet_rows import find_rows
from tabgan.tables.undated import save_book
from tabgan.tables.workbook import Cells, import_openpyxl, open_book, read_cells


def split_excel(
    path: Path,
    *,
    test: NDArray[np.bool_],
    parts: tuple[Path, Path],
    header: bool = True,
    sheet: str | None = None,
    skip_rows: int | None = None,
    drop_rows: str | None = None,
) -> None:
    """Write the rows of a table to two workbooks: texts as texts, numbers with their formats; each has the header.

    Formulas become their values, and what stands around the table is left out.
    """
    books = [import_openpyxl().Workbook(write_only=True) for _ in parts]
    with parsing(path, "Excel workbook"):
        found = read_cells(path, sheet)
        rows = find_rows(found, path, header, skip_rows, drop_rows)
        sheets = [_new_sheet(book, found) for book in books]
        chosen = dict(zip(rows.places, test, strict=True))
        left, top, right, bottom = found.area
        with open_book(path) as book:
            for place, row in enumerate(book[found.sheet].iter_rows(top, bottom, left, right)):
                if place == rows.header:
                    for new in sheets:
                        new.append([_copy(cell, new) for cell in row])
                elif place in chosen:
                    new = sheets[int(chosen[place])]
                    new.append([_copy(cell, new) for cell in row])
    for part, book in zip(parts, books, strict=True):
        save_book(book, part)


def _new_sheet(book: Any, found: Cells) -> Any:
    """A sheet of the same name, whose columns are as wide as their values."""
    sheet = book.create_sheet(found.sheet)
    for i, number_format in enumerate(found.formats):
        values = (row[i] for row in found.rows[:MEASURED])
        set_width(sheet, i + 1, [show_value(value, number_format) for value in values if value is not None])
    return sheet


def _copy(cell: Any, sheet: Any) -> Any:
    """The cell in another sheet; texts that look like a formula or a number stay texts."""
    if cell.value is None:
        return None
    new = import_openpyxl().cell.WriteOnlyCell(sheet, cell.value)
    if isinstance(cell.value, str):
        new.data_type = cell.data_type
    new.number_format = cell.number_format  # after the value, for which openpyxl sets one
    return new
