"""The text of a file, decoded as it is read, so that no more than a part of it is in memory."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from tabgan.errors import InputError
from tabgan.spelling import spell
from tabgan.tables.encodings import CHUNK, find_encoding, open_bytes

HEAD = 1 << 16  # characters that are looked at first,
HEAD_LINES = 20  # and as many more as have this many lines,
MOST_HEAD = 1 << 28  # or as these


class Record(NamedTuple):
    """A row of a text file: its lines as they stand, its fields, and the number of its first line, from 1."""

    text: str
    fields: list[str]
    line: int

    @property
    def is_blank(self) -> bool:
        return not any(field.strip(" ") for field in self.fields)


class _Stream(io.RawIOBase):
    """Chunks of bytes as a file to read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


class TextSource:
    """A text file and how it is encoded; what is read of it raises InputError where it is no such text."""

    def __init__(self, path: Path, asked: str | None = None) -> None:
        self.path = path
        self.asked = asked
        with unpacking(path):
            self.encoding = find_encoding(path, asked)

    def chunks(self) -> Iterator[bytes]:
        """Yield the text in UTF-8, without the mark; UnicodeDecodeError if it is encoded otherwise."""
        plain = self.encoding.name == "utf-8"
        decoder = codecs.getincrementaldecoder(self.encoding.name)()
        with unpacking(self.path), open_bytes(self.path) as file:
            file.read(len(self.encoding.mark))
            while chunk := file.read(CHUNK):
                chunk = chunk if plain else decoder.decode(chunk).encode()
                if b"\0" in chunk:
                    raise InputError(f"a text table has no NUL characters, but {self.path} has; save it as CSV UTF-8")
                yield chunk
        if not plain:
            decoder.decode(b"", final=True)

    def open(self, offset: int) -> pa.NativeFile:
        """Return the text from an offset in UTF-8 on, as a file that pyarrow reads without Python."""
        if self.encoding.name != "utf-8" or self.path.suffix.lower() == ".gz":
            return pa.BufferReader(b"".join(skip_bytes(self.chunks(), offset)))
        file = pa.OSFile(str(self.path))
        file.seek(len(self.encoding.mark) + offset)
        return file

    @contextmanager
    def lines(self) -> Iterator[Iterable[str]]:
        """Yield the lines, each with its end."""
        with io.TextIOWrapper(io.BufferedReader(_Stream(self.chunks()), CHUNK), "utf-8", newline="") as lines:
            yield lines

    def head(self) -> tuple[str, bool]:
        """Return the first lines, whole ones, and whether they are all; none of the lines that hold the table's names
        is cut, however long it is."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        parts: list[str] = []
        size = lines = 0
        for chunk in self.chunks():
            parts.append(decoder.decode(chunk))
            size += len(parts[-1])
            lines += parts[-1].count("\n") or parts[-1].count("\r")
            if size > MOST_HEAD or (size > HEAD and lines > HEAD_LINES):
                text = "".join(parts)
                cut = 1 + max(text.rfind("\n"), text.rfind("\r"))
                return text[: cut or len(text)], False
        return "".join(parts) + decoder.decode(b"", final=True), True

    def again(self, error: UnicodeDecodeError | None = None) -> None:
        """Find another encoding, by all of the file, as the one that was found fits its first lines only.

        InputError, which names the line, if none does.
        """
        old = self.encoding
        if self.asked is None and not old.mark and not old.guessed:
            with unpacking(self.path):
                self.encoding = find_encoding(self.path, all_of_it=True)
        if self.encoding.name == old.name:
            raise self.undecodable() from error

    def undecodable(self) -> InputError:
        """Return the error that names the first line that is not of the encoding."""
        name, line = self.encoding.name, 1
        decoder = codecs.getincrementaldecoder(name)()
        with unpacking(self.path), open_bytes(self.path) as file:
            file.read(len(self.encoding.mark))
            while chunk := file.read(CHUNK):
                try:
                    line += decoder.decode(chunk).count("\n")
                except UnicodeDecodeError as error:
                    whole = codecs.getincrementaldecoder(name)().decode(error.object[: error.start])
                    line += whole.count("\n")
                    break
        asked = f"as {spell('encoding', name)} says" if self.asked else f"as {name}, which its first lines are"
        return InputError(
            f"line {line:,} of {self.path} cannot be read {asked}; mend it, save the file as CSV UTF-8, or give "
            f"another {spell('encoding')}"
        )


def skip_bytes(chunks: Iterator[bytes], count: int) -> Iterator[bytes]:
    """Leave out the first bytes of chunks."""
    for chunk in chunks:
        if count >= len(chunk):
            count -= len(chunk)
        else:
            yield chunk[count:] if count else chunk
            count = 0


@contextmanager
def unpacking(path: Path) -> Iterator[None]:
    """Turn what gzip says of a harmed file into an InputError."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{path} is not a whole gzip file ({error}); copy it again or unpack it") from error


@contextmanager
def long_fields() -> Iterator[None]:
    """Let the csv module read fields of any length."""
    limit = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def iter_records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """Yield the rows of a text file, empty lines too; blanks before a field do not count.

    Blanks as delimiters stand several together, and at the ends of lines.

    Examples
    --------
    >>> [(record.text, record.fields) for record in iter_records(["a, b\\n", '"1\\n', '2",3'], ",")]
    [('a, b\\n', ['a', 'b']), ('"1\\n2",3', ['1\\n2', '3'])]
    """
    read: list[str] = []
    spaced: Callable[[str], str] = (lambda line: line.replace("\t", " ")) if delimiter == " " else str

    def remember() -> Iterator[str]:
        for line in lines:
            read.append(line)
            yield spaced(line)

    line = 1
    for fields in csv.reader(remember(), delimiter=delimiter, skipinitialspace=True):
        text = "".join(read)
        if delimiter == " " and len(fields) > 1 and not fields[-1]:
            fields.pop()
        yield Record(text, fields, line)
        line += len(read)
        read.clear()
