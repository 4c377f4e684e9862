"""What the pages of a Parquet file say they unpack to. The sizes in its footer are not checked by anyone.

The footer is read here as well, since what pyarrow tells of a column ends the process where the footer is harmed:
https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow
import pyarrow.parquet

from tabgan.tables.bounds import EACH
from tabgan.tables.thrift import INT32, INT64, LIST, STRUCT, Struct, iter_list, read_struct

_UNPACKED, _PACKED, _COUNT = (2, INT32), (3, INT32), (1, INT32)  # fields of pages
_DATA, _DICTIONARY, _DATA_2 = (5, STRUCT), (7, STRUCT), (8, STRUCT)  # headers that say how many values there are
_GROUPS = 4  # field of the footer
_COLUMNS, _ROWS = (1, LIST), (3, INT64)  # of a group of rows
_ABOUT, _SECRET = (3, STRUCT), (8, STRUCT)  # of a column of one
_ENCODINGS, _VALUES, _STORED = (2, LIST), (5, INT64), (7, INT64)  # of what is said about it
_DATA_BEGIN, _DICTIONARY_BEGIN = (9, INT64), (11, INT64)
_PREFIXED = 7  # encoding: DELTA_BYTE_ARRAY
_END = 8  # bytes after the footer: its length, and a mark


class Pages(NamedTuple):
    """What pages take once they are unpacked."""

    n_rows: int
    n_values: int
    """Of all columns; those of lists are more than there are rows."""
    total: int
    """Bytes of all."""
    largest: int
    """Of the largest ones of all columns, which are unpacked at once."""
    texts: list[str]
    """Columns of texts that may stand in a dictionary, once for all rows."""
    unfolded: int
    """What these take if all rows have the longest text."""
    prefixed: int
    """What a row takes whose texts may say how much of the one before they begin with."""


def measure_pages(path: Path, schema: pyarrow.Schema) -> Pages:
    """Walk through the headers of all pages of a file, as pyarrow does when it reads them."""
    total = n_rows = n_values = n_columns = 0
    largest: Counter[int] = Counter()
    prefixed: Counter[int] = Counter()
    unfolded: Counter[int] = Counter()
    with path.open("rb") as file:
        for group in iter_list(_read_footer(file), _GROUPS):
            n_rows += _size(group, _ROWS)
            n_columns = max(n_columns, len(group[_COLUMNS]))
            for i, part in enumerate(group[_COLUMNS]):
                if _SECRET in part:
                    raise ValueError("a column of it is encrypted")
                column = part[_ABOUT]
                n_values += _size(column, _VALUES)
                for page in _walk(file, column):
                    total += page.size
                    largest[i] = max(largest[i], page.size)
                    if _PREFIXED in column[_ENCODINGS]:
                        prefixed[i] = max(prefixed[i], page.size)
                    elif page.is_dictionary:
                        unfolded[i] += column[_VALUES] * page.size
    flat = n_columns == len(schema)
    texts = [i for i, field in enumerate(schema) if flat and unfolded[i] and not prefixed[i] and _is_text(field.type)]
    unfolds = sum(unfolded[i] for i in texts)
    names = [schema.names[i] for i in texts]
    return Pages(n_rows, n_values, total, largest.total(), names, unfolds, prefixed.total())


def _read_footer(file: BinaryIO) -> BinaryIO:
    file.seek(-_END, 2)
    length = int.from_bytes(file.read(4), "little")
    file.seek(-_END - length, 2)
    return BytesIO(file.read(length))


def _size(header: Struct, field: tuple[int, int]) -> int:
    size: int = header[field]
    if size < 0:
        raise ValueError(f"a header has a negative size ({size})")
    return size


def _is_text(found: pyarrow.DataType) -> bool:
    kinds = (pyarrow.types.is_string, pyarrow.types.is_large_string, pyarrow.types.is_binary)
    return any(kind(found) for kind in (*kinds, pyarrow.types.is_large_binary))


class _Page(NamedTuple):
    size: int
    is_dictionary: bool


def _walk(file: BinaryIO, column: Struct) -> Iterator[_Page]:
    """Yield what the pages of a column of a group of rows take."""
    place = min(column[_DATA_BEGIN], column.get(_DICTIONARY_BEGIN) or column[_DATA_BEGIN])
    end, seen = place + column[_STORED], 0
    while place < end and seen < column[_VALUES]:
        file.seek(place)
        header = read_struct(file)
        data = header.get(_DATA) or header.get(_DATA_2)
        counted = data or header.get(_DICTIONARY)
        n_values = _size(counted, _COUNT) if counted else 0
        yield _Page(max(_size(header, _UNPACKED), EACH * n_values), not data)
        seen += n_values if data else 0
        place = file.tell() + _size(header, _PACKED)
