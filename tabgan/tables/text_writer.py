"""Text files of rows, written as the numbers, the gaps and the file that they were learned from."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from tabgan.errors import InputError, warn
from tabgan.schema.column import NUMBER_FORMATS
from tabgan.schema.dtypes import is_number
from tabgan.schema.texts.markers import Turns
from tabgan.schema.texts.reading import DIALECT, MARKERS, SPELLINGS
from tabgan.schema.texts.spellings import Spelling
from tabgan.spelling import spell
from tabgan.tables.encodings import pack
from tabgan.tables.formats import has_names
from tabgan.tables.formulas import protect
from tabgan.tables.spelled import as_texts

PLAIN = {"float32", "float64"} | {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
_NAMES = {"\t": "tabs", " ": "blanks"}


@dataclass(frozen=True)
class Dialect:
    """How a text file is written.

    Attributes
    ----------
    delimiter, encoding, newline : str
        What stands between fields; Python's name of the encoding; what ends a line.
    mark, sep_line : bool
        Whether the file begins with a byte order mark; whether its first line names the delimiter.
    """

    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"
    mark: bool = False
    sep_line: bool = False

    @classmethod
    def of(cls, learned: dict[str, Any], delimiter: str | None, encoding: str | None) -> Dialect:
        """Return the dialect that was learned, as far as nothing else is asked for; InputError for no encoding."""
        found = cls(**{name: value for name, value in learned.items() if name in cls.__dataclass_fields__})
        asked = found.encoding if encoding is None else encoding
        try:
            name = codecs.lookup(asked).name
            "".encode(name)
        except LookupError:
            raise InputError(
                f"{spell('encoding')} must be one that Python knows, such as utf-8, utf-8-sig or gbk, but is "
                f"{asked!r}; give such a one"
            ) from None
        marked = found.mark if encoding is None else name in ("utf-8-sig", "utf-16", "utf-32")
        name = name.removesuffix("-sig")
        name += "-le" if name in ("utf-16", "utf-32") else ""
        return cls(found.delimiter if delimiter is None else delimiter, name, found.newline, marked, found.sep_line)

    def describe(self) -> str:
        """Return in words what is not as in a plain csv; "" if nothing is."""
        parts = []
        if self.delimiter != ",":
            parts.append(f"{_NAMES.get(self.delimiter, repr(self.delimiter))} between fields")
        if self.encoding != "utf-8" or self.mark:
            parts.append(self.encoding + (" with a byte order mark" if self.mark else ""))
        return " and ".join(parts)


class TextWriter:
    """Writes blocks of rows as text; the header with the first, unless columns have no names.

    How is in `attrs` of the blocks, under `SPELLINGS`, `MARKERS` and `DIALECT`, as far as it is not asked for.
    """

    def __init__(
        self,
        path: Path,
        delimiter: str | None = None,
        encoding: str | None = None,
        escape_formulas: bool = False,
        *,
        usual: str = ",",
    ) -> None:
        self.escapes = escape_formulas
        self.usual = {"delimiter": usual}  # unless another was learned
        self.asked = (delimiter, encoding)
        Dialect.of({}, *self.asked)
        self.raw = path.open("wb")
        self.file: IO[bytes] = pack(self.raw, path)
        self.dialect: Dialect | None = None
        self.turns = Turns()
        self.timed: set[int] = set()

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        if self.dialect is None:
            self.dialect = self._start(block)
        if not len(block):
            return
        plain = (
            self.dialect == Dialect(self.dialect.delimiter) and self.dialect.delimiter.isascii() and not _spelt(block)
        )
        if plain and {str(dtype).lower() for dtype in block.dtypes} <= PLAIN and not block.isna().any(axis=None):
            self.file.write(_write_plain(block, self.dialect.delimiter))
        else:
            self._write_spelt(as_texts(block, pd.PeriodDtype), self.dialect)

    def _start(self, block: pd.DataFrame) -> Dialect:
        """Find out how to write, say so if it is not as csv is written in general, and write what stands above."""
        learned = block.attrs.get(DIALECT, {})
        dialect = Dialect.of(self.usual | learned, *self.asked)
        if dialect.describe() not in ("", Dialect.of(self.usual, *self.asked).describe()):
            comma, plain = spell("delimiter", ",", written=True), spell("encoding", "utf-8", written=True)
            warn(
                f"rows are written with {dialect.describe()}, as those that were learned; {comma} and {plain} write "
                "plain csv"
            )
        head = "\ufeff" if dialect.mark else ""
        if dialect.sep_line:
            head += f"sep={dialect.delimiter}{dialect.newline}"
        if has_names(block.columns):
            line = io.StringIO()
            names = list(map(str, block.columns))
            names = protect(pa.array(names)).to_pylist() if self.escapes else names
            csv.writer(line, delimiter=dialect.delimiter, lineterminator=dialect.newline).writerow(names)
            head += line.getvalue()
        self._encode(head, dialect, block)
        return dialect

    def _write_spelt(self, block: pd.DataFrame, dialect: Dialect) -> None:
        columns = [self._texts(block, place) for place in range(block.shape[1])]
        special = (
            "[" + "".join(f"\\{c}" if c in "|.^$*+?()[]{}-" else c for c in (dialect.delimiter, '"', "\r", "\n")) + "]"
        )
        texts = [_quote(column, special, alone=block.shape[1] == 1) for column in columns]
        end = pa.scalar(dialect.newline)
        texts[-1] = pc.binary_join_element_wise(texts[-1], end, "")
        lines = pc.binary_join_element_wise(*texts, dialect.delimiter) if texts[1:] else texts[0]
        if dialect.encoding == "utf-8":
            self.file.write(_join(lines))
        else:
            self._encode(_join(lines).decode(), dialect, block)

    def _texts(self, block: pd.DataFrame, place: int) -> pa.Array:
        """Return the cells of a column, "" or a marker where there is none."""
        column, name = block.iloc[:, place], block.columns[place]
        spelling = _find_spelling(block, name)
        if is_number(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
            texts = _write_numbers(column, spelling)
        else:
            texts = self._write_others(column, place)
            texts = protect(texts) if self.escapes else texts
        if not texts.null_count:
            return texts
        missing = texts.is_null()
        markers = block.attrs.get(MARKERS, {}).get(name)
        if not markers:
            return texts.fill_null("")
        marked = self.turns.take(name, texts.null_count, markers)
        marked = pa.array(marked, pa.string())
        return pc.replace_with_mask(texts, missing, protect(marked) if self.escapes else marked)

    def _write_others(self, column: pd.Series, place: int) -> pa.Array:
        """Write what is no number as pandas does; dates of one column all with a time, once one had one."""
        if isinstance(column.dtype, np.dtype) and column.dtype.kind == "M":
            if (column.dropna() != column.dropna().dt.normalize()).any():
                self.timed.add(place)
            elif place in self.timed:
                column = column.dt.strftime("%Y-%m-%d %H:%M:%S")
        codes, found = pd.factorize(column.astype(object) if column.dtype.kind not in "Mm" else column)
        distinct = pa.array([str(value) for value in pd.Series(found).astype(str)], pa.string())
        return distinct.take(pa.array(codes, mask=codes < 0))

    def _encode(self, text: str, dialect: Dialect, block: pd.DataFrame) -> None:
        try:
            self.file.write(text.encode(dialect.encoding))
        except UnicodeEncodeError as error:
            raise _unwritable(text[error.start], dialect.encoding, block) from None

    def close(self, complete: bool) -> None:
        """Finish the file."""
        self.file.close()
        self.raw.close()


def write_tabs(path: Path, delimiter: str = "\t", encoding: str | None = None, **options: Any) -> TextWriter:
    """Return a writer of text with tabs between fields, whatever stood between those that were learned."""
    return TextWriter(path, delimiter, encoding, usual="\t", **options)


def write_text(path: Path, **options: Any) -> TextWriter:
    """Return a writer of text with tabs between fields, unless something else stood between those that were learned."""
    return TextWriter(path, usual="\t", **options)


def _find_spelling(block: pd.DataFrame, name: Hashable) -> Spelling:
    if text := block.attrs.get(SPELLINGS, {}).get(name):
        return Spelling.from_text(text)
    return Spelling.of_format(block.attrs.get(NUMBER_FORMATS, {}).get(name))


def _spelt(block: pd.DataFrame) -> bool:
    """Whether any column has a way to be written."""
    return any(_find_spelling(block, name) != Spelling() for name in block.columns)


def _write_numbers(column: pd.Series, spelling: Spelling) -> pa.Array:
    if spelling == Spelling():
        texts = pa.array(column, from_pandas=True).cast(pa.string())
        return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return spelling.write(column.to_numpy(dtype=np.float64, na_value=np.nan))


def _write_plain(block: pd.DataFrame, delimiter: str) -> Any:
    """Much faster than cell by cell; each number in the fewest digits that give it back."""
    table = pa.Table.from_pandas(block.set_axis(range(block.shape[1]), axis=1), preserve_index=False)
    options = pyarrow.csv.WriteOptions(include_header=False, delimiter=delimiter)
    pyarrow.csv.write_csv(table, sink := pa.BufferOutputStream(), options)
    return sink.getvalue()


def _quote(texts: pa.Array, special: str, alone: bool) -> pa.Array:
    """Put cells with special characters into quotes; and an empty one that is alone, which would be no row."""
    wanted = pc.match_substring_regex(texts, special)
    if alone:
        wanted = pc.or_(wanted, pc.equal(texts, ""))
    if not pc.any(wanted).as_py():
        return texts
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(texts, '"', '""'), '"', "")
    return pc.if_else(wanted, quoted, texts)


def _join(lines: pa.Array) -> bytes:
    """Return lines as bytes, one after another, as they lie in memory."""
    if isinstance(lines, pa.ChunkedArray):
        return b"".join(map(_join, lines.chunks))
    ends = np.frombuffer(lines.buffers()[1], dtype=np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(lines.buffers()[2])[ends[0] : ends[-1]].tobytes()


def _unwritable(letter: str, encoding: str, block: pd.DataFrame) -> InputError:
    """Return the error that an encoding does not have a letter of a cell or a name."""
    for name, column in block.items():
        cells = [str(name), *column.astype(str)]
        for row, cell in enumerate(cells):
            if letter in cell:
                where = f"row {row} of column {str(name)!r}" if row else "the name of a column"
                return InputError(
                    f"{encoding} has no character {letter!r}, but it is in {cell[:40]!r}, {where}; "
                    f"write with {spell('encoding', 'utf-8')}"
                )
    return InputError(f"{encoding} has no character {letter!r}; write with {spell('encoding', 'utf-8')}")
