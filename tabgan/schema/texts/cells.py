"""Columns of text cells that write numbers, as columns of numbers; and cells that stand for gaps."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.schema.column import NUMBER_FORMATS
from tabgan.schema.dtypes import is_number, is_text
from tabgan.schema.texts.cell_notes import Example, Notes, show
from tabgan.schema.texts.cell_study import Study, study_cells
from tabgan.schema.texts.markers import find_far, to_number, to_shares
from tabgan.schema.texts.numbertext import Numerals
from tabgan.schema.texts.reading import DIALECT, MARKERS, READING, SPELLINGS, Reading, Told
from tabgan.schema.texts.spellings import PLAIN, Spelling

_FEW = 1000
_OTHER = {".": ",", ",": "."}


class Usual(NamedTuple):
    """Which decimal mark the other columns have, or the file suggests, and why; None if nothing tells."""

    decimal: str | None
    why: str


@dataclass
class Read:
    """A column as it was read, and how it was written: its numbers, and the gaps, each text with its count."""

    column: pd.Series
    spelling: str | None
    known: list[list[Any]]  # gaps that were found before, each text with its share
    gaps: dict[str, int] = field(default_factory=dict)
    number_format: str | None = None

    def add_gaps(self, counts: dict[str, int]) -> None:
        """Count gaps by what they are written as; those that were found before have become empty."""
        blank = counts.pop("", 0)
        shares = self.known or [["", 1.0]]
        self.gaps = (self.gaps or {text: round(share * blank) for text, share in shares}) | counts


def read_columns(table: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Read the cells of a table: text that writes numbers becomes these, and what stands for a gap becomes one.

    How the cells were written is noted in `attrs`, under `SPELLINGS`, `MARKERS` and `NUMBER_FORMATS`, and what may be
    meant otherwise is said. The decimal mark of a column is found from all of its cells; where both marks fit, it is
    that of the other columns.
    """
    attrs, table.attrs = table.attrs, {}  # which each column would get a copy of
    spellings = attrs.get(SPELLINGS, {})
    marked = attrs.get(MARKERS, {})
    found = [Read(table.iloc[:, i], spellings.get(name), marked.get(name, [])) for i, name in enumerate(table.columns)]
    cut = DIALECT in attrs  # into fields of text
    studies = [study_cells(r.column, reading, cut) if _holds_text(r.column) else None for r in found]
    usual, notes = _find_usual(found, studies, attrs.get(DIALECT, {})), Notes()
    for place, (read, study) in enumerate(zip(found, studies, strict=True)):
        before = read.column
        if study is not None:
            _read_cells(read, study, reading, usual, notes)
        if is_number(read.column.dtype) and not pd.api.types.is_bool_dtype(read.column.dtype):
            _leave_out_far(read, reading, notes)
        if read.column is not before:
            table.isetitem(place, read.column)
            if study and not study.mixed and not cut and is_number(read.column.dtype):
                read.spelling = read.spelling or PLAIN  # text among cells with types, which it is to be again
    table.attrs = attrs | ({READING: reading.to_dict()} if reading != Reading() else {})
    _note(table, SPELLINGS, [read.spelling for read in found])
    _note(table, MARKERS, [to_shares(read.gaps) for read in found])
    _note(table, NUMBER_FORMATS, [read.number_format for read in found])
    notes.say()
    return table


def read_cells(series: pd.Series, reading: Reading) -> pd.Series:
    """Read the cells of one column, as `read_columns` does; how they were written is in `attrs`."""
    return read_columns(series.to_frame(), reading).iloc[:, 0]


def _note(table: pd.DataFrame, key: str, told: list[Any]) -> None:
    """Keep what was found of how columns are written."""
    if new := {name: value for name, value in zip(table.columns, told, strict=True) if value}:
        table.attrs[key] = Told(table.attrs.get(key, {}) | new)


def _holds_text(column: pd.Series) -> bool:
    return column.dtype == object or is_text(column.dtype)


def _find_usual(found: list[Read], studies: list[Study | None], dialect: dict[str, Any]) -> Usual:
    """Find the decimal mark of the columns in which there is no doubt."""
    marks: dict[str, Hashable] = {}
    for read, study in zip(found, studies, strict=True):
        column = read.column
        if study is None and column.dtype == np.float64:
            if "." not in marks and (column != np.floor(column))[column.notna()].any():
                marks["."] = column.name
        elif study is not None and study.numerals and study.numerals.shows_mark and not study.numerals.doubtful:
            marks.setdefault(study.numerals.first(), column.name)
    delimiter = dialect.get("delimiter", ",")
    if len(marks) == 2 and delimiter == ";":
        del marks["."]  # numbers of versions and the like, beside decimal commas
    if len(marks) == 1:
        ((decimal, name),) = marks.items()
        return Usual(decimal, f"as {show(str(name))} has a decimal {'point' if decimal == '.' else 'comma'}")
    alone = Usual(None, "though nothing else in the table tells")
    return alone._replace(decimal=".") if not marks and delimiter == "," else alone


def _choose(numerals: Numerals, reading: Reading, usual: Usual) -> str:
    """Return the decimal mark by which a column is read."""
    if len(numerals.marks) == 1:
        return numerals.first()
    if mark := reading.decimal or usual.decimal:
        return mark
    if not numerals.shows_mark:
        return "."
    # Decimals that are always three are written for whole numbers, too; thousands are not marked where there are none.
    grouped = next((mark for mark, (group, _) in numerals.marks.items() if group), ".")
    return grouped if numerals.bare else _OTHER[grouped]


def _read_cells(read: Read, study: Study, reading: Reading, usual: Usual, notes: Notes) -> None:
    """Read a column of text, or of numbers that may have been read wrong."""
    name, counts = study.name, study.counts
    if not study.numbers:
        read.column = read.column.mask(np.append(study.gaps, False)[study.codes])
        if not all(isinstance(cell, str) for cell in study.cells):  # dates, beside which no text may stand again
            read.column = read.column.infer_objects()
            return
    elif study.numerals is None:
        values = study.values(np.empty(0, dtype=np.int64))
        read.column = pd.Series(values, read.column.index, name=name)
    else:
        _read_numbers(read, study, study.numerals, reading, usual, notes)
    read.add_gaps(study.count_gaps())
    if guessed := [(str(study.cells[i]), int(counts[i])) for i in np.flatnonzero(study.guessed)]:
        notes.add_gaps(name, guessed, "numbers" if study.numbers else "dates")
    if study.bounds.any():
        place, count = int(np.argmax(study.bounds)), int(counts[:-1][study.bounds].sum())
        notes.add_bounds(name, str(study.cells[place]), study.first_row(place), count)


def _read_numbers(read: Read, study: Study, numerals: Numerals, reading: Reading, usual: Usual, notes: Notes) -> None:
    decimal = _choose(numerals, reading, usual)
    numbers, spelling, places = numerals.read(decimal)
    shown = int(np.argmax(numerals.telling))
    place = int(np.flatnonzero(study.texts)[shown])
    example = Example(study.name, str(study.cells[place]), study.first_row(place), float(numbers[shown]))
    if numerals.doubtful and reading.decimal is None and not (study.plain and decimal == "." == usual.decimal):
        notes.add_doubt(example, decimal, float(numerals.read(_OTHER[decimal])[0][shown]), usual.why)
    elif not study.plain or study.mixed:
        notes.add_texts(example, decimal, (decimal, *vars(replace(spelling, decimals=0, whole=False)).values()))
    _tell_zeros(study, numbers, spelling, notes)
    read.column = pd.Series(study.values(numbers), read.column.index, name=study.name)
    read.spelling = spelling.to_text()
    read.number_format = None if study.plain and decimal == "." else spelling.to_format(places)


def _tell_zeros(study: Study, numbers: NDArray[Any], spelling: Spelling, notes: Notes) -> None:
    """Say which of a few numbers differ by zeros at their ends alone, as versions do: 1.1 and 1.10 are read as one."""
    if len(numbers) > _FEW:
        return
    seen: dict[str, str] = {}
    for place, number in zip(np.flatnonzero(study.texts), numbers, strict=True):
        cell = str(study.cells[place])
        if spelling.decimal not in cell or not cell[-1].isdigit():
            continue
        other = seen.setdefault(cell.rstrip("0"), cell)
        if other != cell:
            (written,) = spelling.write(np.array([number], dtype=np.float64)).to_pylist()
            notes.add_zeros(study.name, (other, cell), written)
            return


def _leave_out_far(read: Read, reading: Reading, notes: Notes) -> None:
    """Make gaps of numbers that stand for such, as is said, or as they lie far from all others."""
    column = read.column
    # Doubles are taken as they are, which copies nothing.
    values = column.to_numpy() if column.dtype == np.float64 else column.to_numpy(dtype=np.float64, na_value=np.nan)
    given = {number: text for text in reading.missing if (number := to_number(text)) is not None}
    far = [number for number in given if (values == number).any()] if reading.missing else find_far(values)
    if not far:
        return
    present = values[~np.isnan(values)]
    spelling = Spelling.from_text(read.spelling)
    texts = [given[number] if np.isinf(number) else spelling.write(np.array([number]))[0].as_py() for number in far]
    gaps = {text: int((present == number).sum()) for text, number in zip(texts, far, strict=True)}
    if not reading.missing:
        rest = present[~np.isin(present, far)]
        notes.add_far(column.name, texts, sum(gaps.values()), rest.min(), rest.max())
    read.column = column.mask(np.isin(values, far))
    if spelling.odd:
        read.spelling = replace(spelling, odd="").to_text()
    read.add_gaps({"": len(values) - len(present)} | gaps)
