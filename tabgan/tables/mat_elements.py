"""The elements of MATLAB files of version 5 to 7: what they say of their sizes is looked at before anything is made.

An element is a tag (its type and length), and as many bytes; an array is an element of elements: flags with its class,
its dimensions, its name, then what it holds. scipy believes what they say, and makes room for it.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from tabgan.tables.bounds import PACKED

MATRIX, COMPRESSED = 14, 15  # types of elements
CELL, STRUCT, OBJECT = 1, 2, 3  # classes of arrays
HEADER = 128  # bytes
CHUNK = 1 << 20
DEEPEST = 100


def check_elements(path: Path) -> None:
    """Raise InputError if a file unpacks to too much, ValueError if it promises more than is there."""
    if path.stat().st_size <= HEADER:
        return
    with path.open("rb") as file:
        content = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
    order = ">" if content[126:HEADER] == b"MI" else "<"
    n_bytes = 0
    for kind, part in _elements(content[HEADER:], order, padded=False):
        if kind != COMPRESSED:
            _check_element(kind, part, order)
            continue
        unpacked = b"".join(_unpack(part, path, n_bytes))
        n_bytes += len(unpacked)
        for inner, found in _elements(memoryview(unpacked), order):
            _check_element(inner, found, order)


def _unpack(packed: Any, path: Path, before: int) -> Iterator[bytes]:
    unpack = zlib.decompressobj()
    while packed and not unpack.eof:
        yield (part := unpack.decompress(packed, CHUNK))
        packed, before = unpack.unconsumed_tail, before + len(part)
        PACKED.check(before, path, "save it anew, with '-v6'")


def _elements(data: memoryview, order: str, padded: bool = True) -> Iterator[tuple[int, memoryview]]:
    """Yield the type and content of each element; short ones have both in their tag."""
    place = 0
    while place + 8 <= len(data):
        kind, length = struct.unpack_from(f"{order}II", data, place)
        if kind >> 16:
            kind, length, start = kind & 0xFFFF, kind >> 16, place + 4
            place += 8
        else:
            start = place + 8
            place = start + length + (-length % 8 if padded else 0)
        yield kind, data[start : start + length]


def _check_element(kind: int, content: memoryview, order: str, depth: int = 0) -> None:
    """Raise ValueError if an array of cells or structs has not as many elements as it says."""
    if kind != MATRIX or len(content) < 16:
        return
    if depth > DEEPEST:
        raise ValueError("cells are nested too deep")
    elements = _elements(content, order)
    flags, sizes = next(elements)[1], next(elements, (0, memoryview(b"")))[1]
    kind = struct.unpack_from(f"{order}I", flags)[0] & 0xFF if len(flags) >= 4 else 0
    if kind not in (CELL, STRUCT, OBJECT):
        return
    shape = struct.unpack(f"{order}{len(sizes) // 4}i", sizes[: len(sizes) // 4 * 4])
    count = math.prod(shape)
    if count < 0 or count * 8 > len(content):
        raise ValueError(f"an array of {'x'.join(map(str, shape))} has only {len(content):,} bytes")
    for inner, part in elements:
        _check_element(inner, part, order, depth + 1)
