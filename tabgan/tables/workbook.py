"""The cells of one sheet of an Excel workbook. Needs openpyxl, the extra `excel`."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import iterparse

from tabgan.columns import column_letters, letters_to_place
from tabgan.errors import InputError
from tabgan.spelling import spell

CHUNK = 1 << 20
FORMATTED_ROWS = 1000  # in which the number format of a column is looked for

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # what .xls files and encrypted workbooks begin with
_RANGE = re.compile(r"(?:(.*)[:!])?([A-Za-z]{1,3})([1-9]\d{0,6}):([A-Za-z]{1,3})([1-9]\d{0,6})?", re.ASCII)
_SCANNED = re.compile(rb"<(?:\w+:)?(?:f|mergeCell)[ >/]")
MOST_APART, MOST_TIMES = 10_000_000, 1000
"""Cells of a sheet, filled or not, beyond which one of so many must be filled."""


class Area(NamedTuple):
    """A block of cells, counted from 1, both ends included."""

    left: int
    top: int
    right: int = 16_384
    bottom: int = 1_048_576

    def __str__(self) -> str:
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"

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
        book = import_openpyxl().load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # which some programs write wrong
            yield book
        finally:
            book.close()


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
    top = next((i for i, row in enumerate(rows) if not _is_blank(row)), len(rows))
    while len(rows) > top and _is_blank(rows[-1]):
        rows.pop()
    del rows[:top]
    if not rows:
        raise InputError(
            f"a table needs a header and rows, but sheet {sheet.title!r} of {path} is empty"
            f"{'' if area == Area(1, 1) else f' in {area}'}; name a file or sheet with data"
        )
    filled = [any(value is not None for value in column) for column in zip(*rows, strict=True)]
    first, last = filled.index(True), len(filled) - filled[::-1].index(True)
    left, above = area.left + first, area.top + top
    area = Area(left, above, left + last - first - 1, above + len(rows) - 1)
    return Cells(
        sheet=sheet.title,
        others=others,
        area=area,
        rows=[row[first:last] for row in rows],
        formats=formats[first:last],
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
        filled = [sheet for sheet in shown if not all(map(_is_blank, sheet.iter_rows(values_only=True)))] or shown
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


def _is_blank(row: Iterable[Any]) -> bool:
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in row)


def _take(sheet: Any, area: Area) -> tuple[list[list[Any]], list[str | None], Counter[str]]:
    """Return rows of one length, the formats of their columns, and how many errors they hold."""
    rows: list[list[Any]] = []
    found: list[Counter[str]] = []
    errors: Counter[str] = Counter()
    for number, row in enumerate(sheet.rows, 1):
        if number > area.bottom:
            break
        if number >= area.top:
            cells = row[area.left - 1 : area.right]
            rows.append([_value(cell, errors) for cell in cells])
            if len(rows) <= FORMATTED_ROWS:
                found += [Counter() for _ in cells[len(found) :]]
                for counter, cell in zip(found, cells, strict=False):
                    if cell.value is not None and cell.data_type in "nd":
                        counter[cell.number_format] += 1
    width = max(map(len, rows), default=0)
    _check_together(sheet, rows, width)
    for values in rows:
        values += [None] * (width - len(values))
    common = [counter.most_common(1)[0][0] if counter else "General" for counter in found]
    common += ["General"] * (width - len(common))
    return rows, [None if name in ("General", "@") else name for name in common], errors


def _check_together(sheet: Any, rows: list[list[Any]], width: int) -> None:
    """Raise InputError, before memory is taken, where a few cells stand far from each other."""
    if width * len(rows) <= MOST_APART:
        return
    filled = sum(value is not None for values in rows for value in values)
    if width * len(rows) > MOST_TIMES * filled:
        last = max((i for i, values in enumerate(rows, 1) if not _is_blank(values)), default=0)
        raise InputError(
            f"the cells of a table stand together, but sheet {sheet.title!r} has {filled:,} filled ones in {last:,} "
            f"rows and {width:,} columns; clear those far away, or name a range with {spell('sheet')}, such as "
            f"{sheet.title}:A1:I500"
        )


def _value(cell: Any, errors: Counter[str]) -> Any:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
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
