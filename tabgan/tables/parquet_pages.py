"""What the pages of a Parquet file say they unpack to. The sizes in its footer are not checked by anyone.

A page begins with a header in Thrift's compact protocol:
https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pyarrow
import pyarrow.parquet

from tabgan.tables.bounds import EACH

_UNPACKED, _PACKED, _VALUES = 2, 3, 1  # places of fields
_DATA, _DICTIONARY, _DATA_2 = 5, 7, 8  # of the headers that say how many values there are
_LONGEST = 10  # bytes of a number


class Pages(NamedTuple):
    """What pages take once they are unpacked."""

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


def measure_pages(stored: pyarrow.parquet.ParquetFile, path: Path) -> Pages:
    """Walk through the headers of all pages of a file, as pyarrow does when it reads them."""
    metadata, schema = stored.metadata, stored.schema_arrow
    n_columns = metadata.num_columns
    total, largest, prefixed, unfolded = 0, [0] * n_columns, [0] * n_columns, [0] * n_columns
    flat = len(schema) == n_columns
    with path.open("rb") as file:
        for group in map(metadata.row_group, range(metadata.num_row_groups)):
            for i, column in enumerate(map(group.column, range(n_columns))):
                for page in _walk(file, column):
                    total += page.size
                    largest[i] = max(largest[i], page.size)
                    if "DELTA_BYTE_ARRAY" in column.encodings:
                        prefixed[i] = max(prefixed[i], page.size)
                    elif page.is_dictionary:
                        unfolded[i] += column.num_values * page.size
    texts = [i for i, field in enumerate(schema) if flat and unfolded[i] and not prefixed[i] and _is_text(field.type)]
    unfolds = sum(unfolded[i] for i in texts)
    return Pages(total, sum(largest), [schema.names[i] for i in texts], unfolds, sum(prefixed))


def _is_text(found: pyarrow.DataType) -> bool:
    kinds = (pyarrow.types.is_string, pyarrow.types.is_large_string, pyarrow.types.is_binary)
    return any(kind(found) for kind in (*kinds, pyarrow.types.is_large_binary))


class _Page(NamedTuple):
    size: int
    is_dictionary: bool


def _walk(file: BinaryIO, column: Any) -> Iterator[_Page]:
    """Yield what the pages of a column of a row group take."""
    place = min(column.data_page_offset, column.dictionary_page_offset or column.data_page_offset)
    end, seen = place + column.total_compressed_size, 0
    while place < end and seen < column.num_values:
        file.seek(place)
        header = _read_struct(file)
        data = header.get(_DATA) or header.get(_DATA_2) or {}
        n_values = (data or header.get(_DICTIONARY, {})).get(_VALUES, 0)
        if min(header[_UNPACKED], header[_PACKED], n_values) < 0:
            raise ValueError("a page has a negative size")
        yield _Page(max(header[_UNPACKED], EACH * n_values), not data)
        seen += data.get(_VALUES, 0)
        place = file.tell() + header[_PACKED]


def _read_struct(file: BinaryIO) -> dict[int, Any]:
    found, place = {}, 0
    while head := file.read(1)[0]:
        place = place + (head >> 4) if head >> 4 else _read_number(file)
        found[place] = head & 15 == 1 if head & 15 in (1, 2) else _read_value(file, head & 15)
    return found


def _read_value(file: BinaryIO, kind: int) -> Any:
    if kind in (1, 2, 3):  # a truth value in a list, or a byte
        return file.read(1)[0]
    if kind in (4, 5, 6):
        return _read_number(file)
    if kind == 7:
        return file.read(8)
    if kind == 8:
        return file.seek(_read_varint(file), 1)
    if kind in (9, 10):
        head = file.read(1)[0]
        length = head >> 4 if head >> 4 < 15 else _read_varint(file)
        return [_read_value(file, head & 15) for _ in range(length)]
    if kind == 12:
        return _read_struct(file)
    raise ValueError(f"the header of a page has a field of type {kind}")


def _read_number(file: BinaryIO) -> int:
    number = _read_varint(file)
    return (number >> 1) ^ -(number & 1)


def _read_varint(file: BinaryIO) -> int:
    number = 0
    for i in range(_LONGEST):
        byte = file.read(1)[0]
        number |= (byte & 127) << 7 * i
        if byte < 128:
            return number
    raise ValueError("a number in the header of a page is too long")
