"""The cells of one sheet of an Excel workbook. Needs openpyxl, the extra `excel`."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import iterparse

from tabgan.columns import column_letters, letters_to_place
from tabgan.errors import InputError
from tabgan.spelling import spell
from tabgan.tables.bounds import MARKUP, are_apart

CHUNK = 1 << 20
FORMATTED_ROWS = 1000  # in which the number format of a column is looked for

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # what .xls files and encrypted workbooks begin with
_RANGE = re.compile(r"(?:(.*)[:!])?([A-Za-z]{1,3})([1-9]\d{0,6}):([A-Za-z]{1,3})([1-9]\d{0,6})?", re.ASCII)
_SCANNED = re.compile(rb"<(?:\w+:)?(?:f|mergeCell)[ >/]")


class Area(NamedTuple):
    """A block of cells, counted from 1, both ends included."""

    left: int
    top: int
    right: int = 16_384
    bottom: int = 1_048_576

    def __str__(self) -> str:
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"

    @property
    def columns(self) -> range:
        """Its columns, counted from 1."""
        return range(self.left, self.right + 1)

    def meets(self, other: Area) -> bool:
        """Whether a cell is in both."""
        apart = self.right < other.left or other.right < self.left or self.bottom < other.top or other.bottom < self.top
        return not apart


@dataclass
class Cells:
    """What a sheet holds in an area, without empty rows and columns around it.

    `others` are other sheets that hold something, if none was asked for; `rows` the values, None where a cell holds
    nothing or an error; `formats` for each column the number format that most of its numbers and dates have; `errors`
    how many cells hold each error, such as #DIV/0!; `merged` the merged cells among these; `chosen` whether a range was
    asked for.
    """

    sheet: str
    others: list[str]
    area: Area
    rows: list[list[Any]]
    formats: list[str | None]
    errors: Counter[str]
    merged: list[Area]
    chosen: bool


def import_openpyxl() -> Any:
    """Return openpyxl, or raise InputError."""
    try:
        import openpyxl
    except ImportError:
        raise InputError(
            "Excel files need openpyxl, which is not installed; pip install 'tabgan-wgangp[excel]', or use csv"
        ) from None
    return openpyxl


def read_cells(path: Path, asked: str | None) -> Cells:
    """Read a sheet by its name or number, all of it or a range, as in "Data", "2", "Data:A3:I500" or "A3:I"."""
    with path.open("rb") as file:
        if file.read(8) == _OLE:
            raise InputError(
                f"{path} is encrypted, or an old .xls under another name; open it in Excel and save it as .xlsx "
                "without a password"
            )
    with open_book(path) as book:
        return _read(path, book, asked)


@contextmanager
def open_book(path: Path) -> Iterator[Any]:
    """Yield openpyxl's workbook, whose sheets are read row by row, with formulas as their values."""
    with warnings.catch_warnings():  # openpyxl's, of what it leaves out and of dates that there are not
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(path) as archive:
            n_bytes = sum(part.file_size for part in archive.infolist())
        MARKUP.check(n_bytes, path, "save the sheet as .csv")
        book = _load(path)
        try:
            yield book
        finally:
            book.close()


def _load(path: Path) -> Any:
    """Return the workbook, unless many sheets have one part, of which each would be read."""
    import_openpyxl()
    from openpyxl.reader.excel import ExcelReader

    reader = ExcelReader(path, read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_workbook()
    parts = [part.target for _, part in reader.parser.find_sheets()]
    if len(set(parts)) < len(parts):
        raise InputError(
            f"each sheet of a workbook has a part of its own, but {path} has {len(parts):,} sheets in "
            f"{len(set(parts)):,} parts; save the sheet as .csv"
        )
    reader.read()
    return reader.wb


def _read(path: Path, book: Any, asked: str | None) -> Cells:
    name, area = _split(asked, book)
    sheet, others = _choose(path, book, name)
    merged, uncomputed = _scan(path, sheet)
    bad = next((cell for cell in uncomputed if cell.meets(area)), None)
    if bad:
        raise InputError(
            f"a formula is read by its value, but that in {column_letters(bad.left)}{bad.top} of sheet "
            f"{sheet.title!r} in {path} was never computed; open the file in Excel and save it"
        )
    rows, formats, errors = _take(sheet, area)
    if not rows:
        raise InputError(
            f"a table needs a header and rows, but sheet {sheet.title!r} of {path} is empty"
            f"{'' if area == Area(1, 1) else f' in {area}'}; name a file or sheet with data"
        )
    columns = set().union(*rows.values())
    area = Area(min(columns), min(rows), max(columns), max(rows))
    _check_together(sheet, rows, area)
    return Cells(
        sheet=sheet.title,
        others=others,
        area=area,
        rows=[[rows.get(number, {}).get(i) for i in area.columns] for number in range(area.top, area.bottom + 1)],
        formats=[formats.get(i) for i in area.columns],
        errors=errors,
        merged=[cells for cells in merged if cells.meets(area)],
        chosen=asked is not None and asked != name,
    )


def _split(asked: str | None, book: Any) -> tuple[str | None, Area]:
    """Cut a range of cells off a sheet's name, which cannot hold a colon."""
    match = None if asked is None or asked in book.sheetnames else _RANGE.fullmatch(asked)
    if match is None:
        return asked, Area(1, 1)
    name, left, top, right, bottom = match.groups()
    area = Area(letters_to_place(left), int(top), letters_to_place(right), int(bottom or Area(1, 1).bottom))
    if area.right < area.left or area.bottom < area.top:
        raise InputError(f"a range of cells runs from the upper left to the lower right, but {asked} does not")
    return name or None, area


def _choose(path: Path, book: Any, name: str | None) -> tuple[Any, list[str]]:
    """Return the sheet that is asked for, or the first visible one that holds something, and others that do."""
    sheets = book.worksheets
    if name is None:
        shown = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
        filled = [sheet for sheet in shown if _holds_something(sheet)] or shown
        return filled[0], [sheet.title for sheet in filled[1:]]
    for matches in (lambda sheet: sheet.title == name, lambda sheet: sheet.title.casefold() == name.casefold()):
        if found := next(filter(matches, sheets), None):
            return found, []
    if re.fullmatch(r"[1-9]\d{0,5}", name, re.ASCII) and int(name) <= len(sheets):
        return sheets[int(name) - 1], []
    titles = [sheet.title for sheet in sheets]
    titles.sort(key=lambda title: -SequenceMatcher(None, title.casefold(), name.casefold()).ratio())
    raise InputError(
        f"there is no sheet {name} in {path}, whose sheets are {', '.join(titles)}; give the name or number of one"
    )


def _iter_stored(sheet: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield the rows that a sheet stores, in order, by their numbers: where there are none, none is made up.

    openpyxl itself yields as many rows and cells as the last ones say there are.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    book, last = sheet.parent, 0
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=book.data_only,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            if number > last:
                yield number, cells
                last = number


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _holds_something(sheet: Any) -> bool:
    return any(not _is_blank(cell["value"]) for _, cells in _iter_stored(sheet) for cell in cells)


def _take(sheet: Any, area: Area) -> tuple[dict[int, dict[int, Any]], dict[int, str | None], Counter[str]]:
    """Return the values of an area by row and column, the formats of columns, and how many errors they hold."""
    from openpyxl.cell.read_only import ReadOnlyCell

    rows: dict[int, dict[int, Any]] = {}
    found: dict[int, Counter[str]] = {}
    errors: Counter[str] = Counter()
    for number, cells in _iter_stored(sheet):
        if number > area.bottom:
            break
        chosen = [cell for cell in cells if number >= area.top and area.left <= cell["column"] <= area.right]
        values = {cell["column"]: value for cell in chosen if (value := _value(cell, errors)) is not None}
        if not values:
            continue
        rows[number] = values
        if len(rows) <= FORMATTED_ROWS:
            for cell in chosen:
                if cell["value"] is not None and cell["data_type"] in "nd":
                    style = ReadOnlyCell(sheet, **cell).number_format
                    found.setdefault(cell["column"], Counter())[style] += 1
    common = {column: counter.most_common(1)[0][0] for column, counter in found.items()}
    return rows, {i: None if style in ("General", "@") else style for i, style in common.items()}, errors


def _check_together(sheet: Any, rows: dict[int, dict[int, Any]], area: Area) -> None:
    """Raise InputError, before memory is taken, where a few cells stand far from each other."""
    width, height = len(area.columns), area.bottom - area.top + 1
    filled = sum(map(len, rows.values()))
    if are_apart(height, width, filled):
        raise InputError(
            f"the cells of a table stand together, but sheet {sheet.title!r} has {filled:,} filled ones in {height:,} "
            f"rows and {width:,} columns; clear those far away, or name a range with {spell('sheet')}, such as "
            f"{sheet.title}:A1:I500"
        )


def _value(cell: dict[str, Any], errors: Counter[str]) -> Any:
    value = cell["value"]
    if value is None:
        return None
    if cell["data_type"] == "e":
        errors[value] += 1
        return None
    if isinstance(value, str):
        return value if value.strip() else None
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _scan(path: Path, sheet: Any) -> tuple[list[Area], Sequence[Area]]:
    """Return merged cells, and formulas without a value, neither of which openpyxl tells while it streams."""
    with zipfile.ZipFile(path) as archive:
        part = sheet._worksheet_path
        with archive.open(part) as file:
            before = b""
            while (chunk := file.read(CHUNK)) and not _SCANNED.search(before + chunk):
                before = chunk[-64:]
        if not chunk:
            return [], []
        merged, uncomputed = [], []
        with archive.open(part) as file:
            for _, element in iterparse(file):
                tag = element.tag.rpartition("}")[2]
                if tag == "mergeCell":
                    merged.append(_area(element.get("ref", "")))
                elif tag == "c" and _is_uncomputed(element):
                    uncomputed.append(_area(element.get("r", "")))
                if tag in ("mergeCell", "row"):
                    element.clear()
        return merged, uncomputed


def _is_uncomputed(cell: Any) -> bool:
    """Whether a cell has a formula but no value; an empty text is one, and is marked as text."""
    parts = {part.tag.rpartition("}")[2]: part.text for part in cell}
    return "f" in parts and not parts.get("v") and cell.get("t", "n") != "str"


def _area(reference: str) -> Area:
    first, _, last = reference.partition(":")
    (left, top), (right, bottom) = (re.findall("[A-Z]+|[0-9]+", corner) for corner in (first, last or first))
    return Area(letters_to_place(left), int(top), letters_to_place(right), int(bottom))
