"""The rows of a text file as strings: all at once where they are plain, row by row where they are odd."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from tabgan.errors import InputError
from tabgan.spelling import spell
from tabgan.tables.encodings import CHUNK
from tabgan.tables.text_looks import count_letter, look_at_text
from tabgan.tables.text_source import Record, iter_records, skip_bytes

MOST_SHORT = 0.1  # of the rows, which may be left out
ALIKE = 3  # rows with as many fields as one with too many, which are of another table
BLOCKS = (1 << 20, 1 << 24, 1 << 28)  # bytes, of which one must hold the longest row
PLAIN = frozenset("\t;,|")  # delimiters that pyarrow takes


class Text(Protocol):
    """Text in UTF-8 that can be read several times; `path` is what it is called in messages."""

    path: Any

    def chunks(self) -> Iterator[bytes]: ...

    def open(self, offset: int) -> pa.NativeFile: ...

    def lines(self) -> AbstractContextManager[Iterable[str]]: ...


@dataclass
class Rows:
    """Where the rows of a file are, and how their fields are told apart.

    Attributes
    ----------
    source : Text
        Such as a `TextSource`.
    delimiter : str
    width : int
        How many fields a row has.
    start, offset : int
        How many records stand before the first row, and how many bytes, in UTF-8.
    line : int
        How many lines stand before these, where the text is the rest of a file.
    short, cut, empty : int
        How many rows with fewer fields were left out, how many ended with more delimiters, and how many without any
        value were left out, as far as rows were read.
    """

    source: Text
    delimiter: str
    width: int
    start: int
    offset: int
    line: int = 0
    short: int = field(default=0, init=False)
    cut: int = field(default=0, init=False)
    empty: int = field(default=0, init=False)
    first_short: str = field(default="", init=False)

    def read(self) -> pa.Table:
        """Return all rows as strings, null where a field is empty, in columns "0", "1", and so on."""
        table = self._read_plain() if self.delimiter in PLAIN else None
        if table is None:
            text = pa.py_buffer(b"".join(_as_lines(self.iter_kept())))
            table = self._parse(lambda: pa.BufferReader(text), ",")
        if self.width > 1 and len(table):
            table = self._without_empty(table)
        return table

    def count(self, other: Rows) -> None:
        """Add the rows that were left out of a block."""
        self.short, self.cut, self.empty = self.short + other.short, self.cut + other.cut, self.empty + other.empty
        self.first_short = self.first_short or other.first_short

    def notes(self) -> list[str]:
        """Return what should be said of rows that were left out, a line each."""
        path, lines = self.source.path, []
        if self.short:
            rows, are = ("1 row has", "is") if self.short == 1 else (f"{self.short:,} rows have", "are")
            lines.append(
                f"{rows} fewer fields than the {self.width} columns of {path} and {are} left out, the first "
                f"{self.first_short}; mend the file to keep such rows"
            )
        if self.cut:
            lines.append(f"{self.cut:,} rows of {path} end with delimiters behind the last column, which are left out")
        if self.empty:
            rows = "1 empty row" if self.empty == 1 else f"{self.empty:,} empty rows"
            lines.append(f"{rows} of {path} left out")
        return lines

    def iter_kept(self) -> Iterator[Record]:
        """Yield the rows that are kept, one by one; InputError if one has more fields than columns, or too many less.

        A last field without anything behind the last column is left out.
        """
        self.short = self.cut = self.empty = count = 0
        self.first_short = ""
        record = None
        with self.source.lines() as lines:
            records = islice(iter_records(lines, self.delimiter), self.start, None)
            for record in records:
                if record.is_blank and (self.width > 1 or not record.text.strip(" \r\n")):
                    self.empty += 1
                    continue
                count += 1
                if len(record.fields) < self.width:
                    self.short += 1
                    self.first_short = self.first_short or f"in line {self.line + record.line:,}"
                    continue
                if len(record.fields) > self.width:
                    if any(text.strip() for text in record.fields[self.width :]):
                        raise self._too_long(record, list(islice(records, ALIKE)))
                    self.cut += 1
                    del record.fields[self.width :]
                yield record
        if record is not None:
            _check_closed(record, self)
        if self.short > MOST_SHORT * count:
            raise InputError(
                f"rows must have as many fields as there are columns, {self.width}, but {self.short:,} of {count:,} of "
                f"{self.source.path} have fewer, the first {self.first_short}; mend them, or give the "
                f"{spell('delimiter')} or {spell('skip_rows')}"
            )

    def _read_plain(self) -> pa.Table | None:
        """Return the rows as pyarrow reads them, in threads if these are even; None if some are odd."""
        looks = look_at_text(skip_bytes(self.source.chunks(), self.offset), self.delimiter, self.width)
        try:
            # A field with quotes may hold an end of line, which costs time.
            table = self._parse(lambda: self.source.open(self.offset), self.delimiter, lines=False, even=looks.even)
            if looks.quotes and not self._are_lines(table):
                table = self._parse(lambda: self.source.open(self.offset), self.delimiter)
        except pa.ArrowInvalid:
            return None if looks.quotes else self._read_full()
        if self.width == 1 and looks.doubled:
            return None
        # One quote may be missing, or quotes stand behind blanks.
        blanks = looks.quotes and any(pc.any(pc.starts_with(column, " ")).as_py() for column in table.columns)
        return None if looks.quotes % 2 or blanks else table

    def _read_full(self) -> pa.Table | None:
        """Return the rows but for those with too few fields; there are no quotes. None if others are odd."""
        text = pa.py_buffer(b"".join(self._iter_full()))
        try:
            table = self._parse(lambda: pa.BufferReader(text), self.delimiter, lines=False)
        except pa.ArrowInvalid:
            return None
        return table if self.short <= MOST_SHORT * (self.short + len(table)) else None

    def _iter_full(self) -> Iterator[bytes]:
        """Yield the lines without those that have too few fields, in blocks, which are counted."""
        delimiter, number, rest = self.delimiter.encode(), self.line + self.start, b""
        for chunk in chain(skip_bytes(self.source.chunks(), self.offset), [b""]):
            block = rest + chunk
            cut = 1 + max(block.rfind(b"\n"), block.rfind(b"\r", 0, -1)) if chunk else len(block)  # not between the two
            block, rest = block[:cut], block[cut:]
            if b"\r" not in block and count_letter(block, delimiter) == count_letter(block, b"\n") * (self.width - 1):
                number += count_letter(block, b"\n")
                yield block
                continue
            for line in block.splitlines(keepends=True):
                number += 1
                if line.count(delimiter) >= self.width - 1 or not line.strip():
                    yield line
                else:
                    self.short += 1
                    self.first_short = self.first_short or f"in line {number:,}"

    def _are_lines(self, table: pa.Table) -> bool:
        """Whether there are as many rows as lines, with no end of a line in a field: then each row is a line."""
        count, end = 0, b""
        for chunk in skip_bytes(self.source.chunks(), self.offset):
            if b"\r" in chunk:
                return False  # as a rule; it is not found out
            count, end = count + count_letter(chunk, b"\n"), chunk[-1:]
        fields = (buffer for column in table.columns for part in column.chunks if (buffer := part.buffers()[2]))
        return count + (end != b"\n") == len(table) and not any(count_letter(text, b"\n") for text in fields)

    def _parse(
        self,
        text: Callable[[], pa.NativeFile],
        delimiter: str,
        *,
        lines: bool = True,
        even: bool = False,
    ) -> pa.Table:
        """Return the rows of text in UTF-8; `lines` says that fields may hold ends of lines.

        Only where no row can be wrong, as `even` says, are several threads used: after an error pyarrow may wait for
        them without end.
        """
        names = [str(i) for i in range(self.width)]
        for size in BLOCKS:
            try:
                return pyarrow.csv.read_csv(
                    text(),
                    pyarrow.csv.ReadOptions(column_names=names, block_size=size, use_threads=even),
                    pyarrow.csv.ParseOptions(
                        delimiter=delimiter,
                        newlines_in_values=lines,
                        ignore_empty_lines=self.width == 1,
                    ),
                    pyarrow.csv.ConvertOptions(
                        column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
                    ),
                )
            except pa.ArrowInvalid as error:
                if "Empty CSV" in str(error):
                    return pa.table({name: pa.array([], pa.string()) for name in names})
                if "UTF8" in str(error):
                    raise UnicodeDecodeError("utf-8", b"", 0, 1, "invalid") from error
                if "straddl" not in str(error):
                    raise
        raise InputError(
            f"a row may have at most {BLOCKS[-1] >> 20} MiB, but {self.source.path} has a longer one; look whether all "
            "quotes are closed"
        )

    def _without_empty(self, table: pa.Table) -> pa.Table:
        """Return the rows of which a field holds something."""
        places = np.arange(len(table))
        rest = table
        for name in sorted(table.column_names, key=lambda name: table.column(name).null_count):
            # Fewer and fewer rows are in doubt; as a rule the fullest column leaves none.
            cells = rest.column(name)
            doubtful = pc.or_(cells.is_null(), pc.fill_null(pc.starts_with(cells, " "), False))
            rest, places = rest.filter(doubtful), places[doubtful.to_numpy()]
            if not len(places):
                return table
        empty = [all(not cell or not cell.strip(" ") for cell in row.values()) for row in rest.to_pylist()]
        kept = np.ones(len(table), dtype=bool)
        kept[places[empty]] = False
        self.empty += sum(empty)
        return table.filter(pa.array(kept))

    def _too_long(self, record: Record, after: list[Record]) -> InputError:
        """The error of a row with more fields, which may be the names of a table if those after it have as many."""
        line, count = self.line + record.line, len(record.fields)
        remedy = f"mend that line, or give the {spell('delimiter')}"
        if [len(other.fields) for other in after] == ALIKE * [count]:
            skip = spell("skip_rows", line - 1)
            remedy = f"give the {spell('delimiter')}, or leave out what is above a table with {skip}"
        return InputError(
            f"every row of {self.source.path} must have as many fields as there are columns, {self.width}, but line "
            f"{line:,} has {count}; {remedy}"
        )


def _as_lines(records: Iterator[Record]) -> Iterator[bytes]:
    """Write fields as plain text with commas, in chunks."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for record in records:
        writer.writerow(record.fields)
        if text.tell() > CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    if text.tell():
        yield text.getvalue().encode()


def _check_closed(record: Record, rows: Rows) -> None:
    """Refuse a last row with a quote that nothing closes, which holds all that follows."""
    try:
        list(csv.reader([record.text], delimiter=rows.delimiter, skipinitialspace=True, strict=True))
    except csv.Error as error:
        if "end of data" in str(error):
            raise InputError(
                f"a quote is closed by another, but that in line {rows.line + record.line:,} of {rows.source.path} "
                "is not; mend it"
            ) from error
