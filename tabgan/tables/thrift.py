"""Structs in Thrift's compact protocol, which heads the pages of a Parquet file and ends it.

https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, BinaryIO

INT32, INT64, LIST, STRUCT = 5, 6, 9, 12
_TRUTHS, _BYTE, _DOUBLE, _BYTES, _SET = (1, 2), 3, 7, 8, 10
_WIDTHS = {4: 16, INT32: 32, INT64: 64}
_LONGEST = 10  # bytes of a number


class Struct(dict[tuple[int, int], Any]):
    """Fields of a struct by their number and type: one of another type is another field."""

    def __missing__(self, field: tuple[int, int]) -> Any:
        raise ValueError(f"a header has no field {field[0]} of type {field[1]}")


def read_struct(file: BinaryIO) -> Struct:
    """Return a struct; raise ValueError or IndexError if the bytes are none."""
    found = Struct()
    for field in _iter_fields(file):
        kind = field[1]
        found[field] = kind == 1 if kind in _TRUTHS else _read_value(file, kind)
    return found


def iter_list(file: BinaryIO, number: int) -> Iterator[Any]:
    """Yield what a list holds that is a field of a struct, for it may be too much to keep."""
    for field in _iter_fields(file):
        if field == (number, LIST):
            for kind in _iter_kinds(file):
                yield _read_value(file, kind)
        elif field[1] not in _TRUTHS:
            _read_value(file, field[1])


def _iter_fields(file: BinaryIO) -> Iterator[tuple[int, int]]:
    place = 0
    while head := file.read(1)[0]:
        place = place + (head >> 4) if head >> 4 else _read_number(file, 16)
        yield place, head & 15


def _iter_kinds(file: BinaryIO) -> Iterator[int]:
    head = file.read(1)[0]
    length = head >> 4 if head >> 4 < 15 else _read_varint(file)
    return itertools.repeat(head & 15, length)


def _read_value(file: BinaryIO, kind: int) -> Any:
    if kind in _WIDTHS:
        return _read_number(file, _WIDTHS[kind])
    if kind == STRUCT:
        return read_struct(file)
    if kind in (LIST, _SET):
        return [_read_value(file, each) for each in _iter_kinds(file)]
    if kind == _BYTES:
        return file.seek(_read_varint(file), 1)
    if kind == _DOUBLE:
        return file.read(8)
    if kind == _BYTE or kind in _TRUTHS:  # which are a byte in a list
        return file.read(1)[0]
    raise ValueError(f"a header has a field of type {kind}")


def _read_number(file: BinaryIO, width: int) -> int:
    number = _read_varint(file)
    if number >> width:  # which others cut off
        raise ValueError(f"a number of {width} bits in a header is too long")
    return (number >> 1) ^ -(number & 1)


def _read_varint(file: BinaryIO) -> int:
    number = shift = 0
    for _ in range(_LONGEST):
        byte = file.read(1)[0]
        if byte < 128:
            return number | byte << shift
        number |= (byte & 127) << shift
        shift += 7
    raise ValueError("a number in a header is too long")
