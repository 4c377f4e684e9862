"""Parts that are text files: read in blocks of whole rows, as strings, by what reads a whole file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from tabgan.errors import warn
from tabgan.tables.delimited import look_at
from tabgan.tables.formats import parsing
from tabgan.tables.scan.part import BATCH, FilePart
from tabgan.tables.text_rows import Rows
from tabgan.tables.text_source import TextSource, long_fields, skip_bytes

BLOCK = 1 << 24  # bytes that are read together
MOST_TRIED = 100  # ends of lines at which a block may end, if fields hold ends of lines


class TextPart(FilePart):
    """A text file. How it is written, and where its rows begin, is found out of its first lines; options say more."""

    def __init__(
        self,
        path: Path,
        *,
        header: bool = True,
        delimiter: str | None = None,
        encoding: str | None = None,
        skip_rows: int | None = None,
    ) -> None:
        super().__init__(path)
        self._source = TextSource(path, encoding)
        with parsing(path, "text table"), long_fields():
            while True:
                try:
                    self._found = look_at(self._source, header, delimiter, skip_rows)
                    break
                except UnicodeDecodeError as error:
                    self._source.again(error)
        layout = self._found.layout
        names = layout.names or [str(place) for place in range(1, layout.width + 1)]
        self._places = {name: place for place, name in enumerate(names) if name}
        self.names: list[Any] = list(self._places) if layout.names else list(range(1, layout.width + 1))
        self.schema = pa.schema([pa.field(name, pa.string()) for name in self._places])
        self.dialect = self._found.dialect

    def notes(self) -> list[str]:
        """Return what should be said of how it is read."""
        return [*self._found.notes, *self._found.layout.notes]

    def _read(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        found, said = self._found.rows, Rows(self._source, "", self._found.layout.width, 0, 0)
        line = sum(record.text.count("\n") or 1 for record in self._found.head)
        with parsing(self.path, "text table"), long_fields():
            try:
                for block in cut_blocks(skip_bytes(self._source.chunks(), found.offset)):
                    rows = Rows(_Block(block, self.path), found.delimiter, found.width, 0, 0, line)
                    strings = rows.read()
                    line += block.count(b"\n") or block.count(b"\r")
                    chosen = strings.select([self._places[name] for name in schema.names])
                    yield from chosen.rename_columns(schema.names).combine_chunks().to_batches(BATCH)
                    said.count(rows)
            except UnicodeDecodeError as error:
                raise self._source.undecodable() from error
        for note in said.notes():
            warn(note)


def open_tabs(path: Path, *, delimiter: str = "\t", **options: Any) -> TextPart:
    """Return a text file that has tabs between its fields."""
    return TextPart(path, delimiter=delimiter, **options)


class _Block:
    """Whole rows of a text file, in UTF-8, in the place of a file."""

    def __init__(self, text: bytes, path: Path) -> None:
        self._text, self.path = text, path

    def chunks(self) -> Iterator[bytes]:
        """Yield the text."""
        yield self._text

    def open(self, offset: int) -> pa.NativeFile:
        """Return the text as a file."""
        return pa.BufferReader(self._text[offset:])

    @contextmanager
    def lines(self) -> Iterator[Iterable[str]]:
        """Yield the lines, each with its end."""
        with io.TextIOWrapper(io.BytesIO(self._text), "utf-8", newline="") as lines:
            yield lines


def cut_blocks(chunks: Iterable[bytes], size: int = BLOCK) -> Iterator[bytes]:
    r"""Yield a text in blocks of at least so many bytes that end where a line does that is not within quotes.

    Examples
    --------
    >>> list(cut_blocks([b'1,"a', b'\nb"\n2', b",c\n"], 3))
    [b'1,"a\nb"\n', b'2,c\n']
    """
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        held.append(chunk)
        length += len(chunk)
        if length >= size and (cut := _find_end(block := b"".join(held))):
            yield block[:cut]
            held, length = [block[cut:]], len(block) - cut
    if length:
        yield b"".join(held)


def _find_end(block: bytes) -> int:
    """Return where the last line of a block ends of which all quotes are closed; 0 if there is none."""
    end = b"\n" if b"\n" in block else b"\r"
    last = cut = block.rfind(end) + 1
    quotes = block.count(b'"', 0, cut)
    for _ in range(MOST_TRIED if quotes % 2 else 0):
        before = block.rfind(end, 0, cut - 1) + 1
        quotes -= block.count(b'"', before, cut)
        cut = before
        if not cut or quotes % 2 == 0:
            break
    return cut if cut and quotes % 2 == 0 else last
