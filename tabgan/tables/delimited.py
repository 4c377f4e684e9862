"""Tables in text files, of any delimiter and encoding, plain or gzipped: found out, and said where it is a guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from tabgan.errors import InputError, warn
from tabgan.schema.texts.reading import DIALECT, MARKERS, SPELLINGS, Told
from tabgan.spelling import spell
from tabgan.tables.bounds import check_columns
from tabgan.tables.delimiters import BLANKS, find_delimiter
from tabgan.tables.formats import parsing
from tabgan.tables.layout import LOOKED_AT, Layout, Place, find_layout, show_cells
from tabgan.tables.left_out import kept_rows
from tabgan.tables.text_cells import type_columns
from tabgan.tables.text_rows import Rows
from tabgan.tables.text_source import Record, TextSource, iter_records, long_fields

_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # as Excel takes it in a first line
_NAMED = {BLANKS: "blanks", "\t": "tabs"}


@dataclass(frozen=True)
class TextTable:
    """A text file, of which everything is known but what its rows hold.

    Attributes
    ----------
    rows : Rows
    layout : Layout
    head : list of Record
        What stands before the rows.
    dialect : dict
        How the file is written: "encoding", "mark", "newline", and, if it has them, "delimiter" and "sep_line".
    notes : list of str
    """

    rows: Rows
    layout: Layout
    head: list[Record]
    dialect: dict[str, Any]
    notes: list[str]

    def header_text(self) -> str:
        """Return the line that says what the delimiter is, if there is one, and the header, as they stand."""
        texts = [record.text for record in self.head]
        said = self.dialect["sep_line"]
        header = "" if self.layout.header is None else texts[self.layout.header + said]
        return (texts[0] if said else "") + header


def read_text(
    path: Path,
    *,
    header: bool = True,
    delimiter: str | None = None,
    encoding: str | None = None,
    skip_rows: int | None = None,
    drop_rows: str | None = None,
) -> pd.DataFrame:
    """Read a table from a text file; see `read_table` for the options.

    Plain numbers are read; other columns stay text. How the file is written is in `attrs`, under `DIALECT`, how
    numbers are under `SPELLINGS`, and what stood for gaps under `MARKERS`.
    """
    source = TextSource(path, encoding)
    with parsing(path, "text table"), long_fields():
        while True:
            try:
                found = look_at(source, header, delimiter, skip_rows, bool(drop_rows))
                strings = found.rows.read()
                break
            except UnicodeDecodeError as error:
                source.again(error)
    if drop_rows:
        strings = strings.filter(pa.array(kept_rows(len(strings), drop_rows)))
    table, more = _assemble(strings, found)
    for note in [*found.notes, *found.layout.notes, *found.rows.notes(), *more]:
        warn(note)
    return table


def read_tabs(path: Path, *, delimiter: str = "\t", **options: Any) -> pd.DataFrame:
    """Read a table from a text file that has tabs between its fields."""
    return read_text(path, delimiter=delimiter, **options)


def look_at(
    source: TextSource, header: bool, delimiter: str | None, skip_rows: int | None, drops: bool = False
) -> TextTable:
    """Find out of the first lines of a file how it is written and where its rows begin."""
    text, complete = source.head()
    if not text.strip():
        raise InputError(f"a table needs a header and rows, but {source.path} is empty; name a file with data")
    said = _SEPARATOR.fullmatch(text[: text.find("\n") + 1] or text)
    above = len(said[0]) if said else 0
    asked = delimiter
    delimiter = delimiter or (said and said[1]) or find_delimiter(text[above:])
    records = list(islice(iter_records(StringIO(text, newline=""), delimiter or ","), LOOKED_AT + 1 + (skip_rows or 0)))
    if not complete and len(records) > 1:
        records = records[:-1] if "".join(record.text for record in records) == text else records
    check_columns(max((len(record.fields) for record in records), default=0), str(source.path))
    layout = find_layout(
        [record.fields for record in records[bool(said) :]],
        Place(str(source.path), first=1 + bool(said)),
        header=header,
        skip_rows=None if skip_rows is None else max(0, skip_rows - bool(said)),
        drops=drops,
        bare=delimiter == BLANKS,
    )
    head = records[: layout.start + bool(said)]
    if complete and layout.header is None and len(head) == len(records):
        raise InputError(f"a table needs a header and rows, but {source.path} holds no values; name a file with data")
    rows = Rows(
        source, delimiter or ",", layout.width, len(head), len("".join(record.text for record in head).encode())
    )
    if layout.names is not None:
        _check_names(layout.names, source.path)
    notes = _tell_guesses(source, delimiter if asked is None and not said else None)
    return TextTable(rows, layout, head, _describe(source, delimiter, said is not None, text), notes)


def _check_names(names: Sequence[str], path: Path) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1 and name]
    if repeated:
        raise InputError(
            f"column names must be distinct, but {show_cells(repeated[:1])} is there {names.count(repeated[0])} times "
            f"in {path}; rename one, or, if these are no names, use {spell('header', False)}"
        )


def _describe(source: TextSource, delimiter: str | None, said: bool, text: str) -> dict[str, Any]:
    end = re.search(r"\r\n|\n|\r", text)
    found: dict[str, Any] = {"encoding": source.encoding.name, "mark": bool(source.encoding.mark), "sep_line": said}
    found["newline"] = end[0] if end else "\n"
    return found if delimiter is None else found | {"delimiter": delimiter}


def _tell_guesses(source: TextSource, delimiter: str | None) -> list[str]:
    notes = []
    if source.encoding.guessed:
        name = source.encoding.name
        other = "gb18030" if name != "gb18030" else "big5"
        notes.append(
            f"{source.path} is not in UTF-8 and read as {name}, with {source.encoding.letters!r} in it; if that is "
            f"wrong, give {spell('encoding', other)}, or what it is"
        )
    if delimiter not in (None, *",;\t"):
        notes.append(
            f"the fields of {source.path} are taken to have {_NAMED.get(delimiter or '', repr(delimiter))} between "
            f"them; if they have others, give {spell('delimiter', ',')}"
        )
    return notes


def _assemble(strings: pa.Table, found: TextTable) -> tuple[pd.DataFrame, list[str]]:
    """Return the columns by what their cells write, under their names, without those that have neither."""
    layout, path = found.layout, found.rows.source.path
    names: list[Any] = list(range(1, layout.width + 1))
    notes = []
    if layout.names is not None:
        names = [*layout.names, *[""] * (layout.width - len(layout.names))]
        empty = [not name and strings.column(i).null_count == len(strings) for i, name in enumerate(names)]
        if not all(empty[len(layout.names) :]):
            found.rows.width = len(layout.names)
            list(found.rows.iter_kept())  # which says in which line there is more
        if count := sum(empty):
            strings = strings.select([i for i, left in enumerate(empty) if not left])
            columns = "column" if count == 1 else "columns"
            notes.append(f"{count:,} {columns} of {path} without a name or a value left out")
        names = [name or f"Unnamed: {i}" for i, name in enumerate(names) if not empty[i]]
    return type_table(strings, names, found.dialect), notes


def type_table(strings: pa.Table, names: Sequence[Any], dialect: dict[str, Any]) -> pd.DataFrame:
    """Return columns of strings by what their cells write, under names, with how that is in `attrs`."""
    typed = type_columns(strings.columns)
    table = pd.DataFrame(dict(enumerate(column.values for column in typed)), copy=False)
    table.columns = pd.Index(names)  # `set_axis` would copy it
    for key, attribute in ((SPELLINGS, "spelling"), (MARKERS, "markers")):
        told = {name: getattr(column, attribute) for name, column in zip(names, typed, strict=True)}
        if told := {name: value for name, value in told.items() if value}:
            table.attrs[key] = Told(told)
    table.attrs[DIALECT] = dialect
    return table
