"""The elements of MATLAB files of version 5 to 7: what they say of their sizes is looked at before anything is made.

An element is a tag (its type and length), and as many bytes; an array is an element of elements: flags with its class,
its dimensions, its name, then what it holds. scipy believes what they say: it makes room for it, and a type that does
not fit ends the process.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Collection, Iterator
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, TypeAlias

from tabgan.tables.bounds import PACKED

MATRIX, COMPRESSED = 14, 15  # types of elements
BYTES, SIZES, FLAGS = {1, 2, 16}, {5, 6}, {6}
NUMBERS = {1, 2, 3, 4, 5, 6, 7, 9, 12, 13}
TEXTS = {1, 2, 3, 4, 16, 17, 18}
CELL, STRUCT, OBJECT, CHAR, SPARSE, FUNCTION, OPAQUE = 1, 2, 3, 4, 5, 16, 17  # classes of arrays
VALUES_OF = {
    CHAR: 1,
    SPARSE: 3,
    **dict.fromkeys(range(6, 16), 1),
}  # elements, but imaginary ones
COMPLEX = 1 << 11
HEADER = 128  # bytes
CHUNK = 1 << 20
DEEPEST = 100

Elements: TypeAlias = Iterator[tuple[int, memoryview]]


def check_elements(path: Path) -> None:
    """Raise InputError if a file unpacks to too much, ValueError if it promises more than is there."""
    if path.stat().st_size <= HEADER:
        return
    with path.open("rb") as file:
        content = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
    order = ">" if bytes(content[126:HEADER]) == b"MI" else "<"
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


def _elements(data: memoryview, order: str, padded: bool = True) -> Elements:
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
        if start + length > len(data):
            raise ValueError(f"an element of {length:,} bytes has only {len(data) - start:,}")
        yield kind, data[start : start + length]


def _check_element(kind: int, content: memoryview, order: str, depth: int = 0) -> None:
    """Raise ValueError if an array does not have what its class and size ask for, each of a type that it may have."""
    if kind != MATRIX:
        raise ValueError(f"an element of type {kind} stands where an array is wanted")
    if not content:
        return
    if depth > DEEPEST:
        raise ValueError("cells are nested too deep")
    elements = _elements(content, order)
    n_values, letters, n_arrays = _read_head(elements, order, len(content))
    for _ in range(n_values):
        _take(elements, TEXTS if letters else NUMBERS)
    for inner, part in islice(elements, n_arrays):
        _check_element(inner, part, order, depth + 1)
        n_arrays -= 1
    if n_arrays or next(elements, None) is not None:
        raise ValueError("an array has other elements than it says")


def _read_head(elements: Elements, order: str, length: int) -> tuple[int, bool, int]:
    """Read what an array begins with; return how many values follow, whether these are letters, and how many arrays."""
    flags = struct.unpack(f"{order}II", _take(elements, FLAGS))[0]
    kind = flags & 0xFF
    if kind == OPAQUE:
        for _ in range(3):
            _take(elements, BYTES)
        return 0, False, 1
    sizes = _take(elements, SIZES)
    count = math.prod(struct.unpack(f"{order}{len(sizes) // 4}i", sizes))
    _take(elements, BYTES)
    if kind in VALUES_OF:
        return VALUES_OF[kind] + bool(flags & COMPLEX), kind == CHAR, 0
    if kind == FUNCTION:
        return 0, False, 1
    if kind not in (CELL, STRUCT, OBJECT) or count * 8 > length:
        raise ValueError(f"an array of class {kind} and {count:,} elements has only {length:,} bytes")
    if kind == OBJECT:
        _take(elements, BYTES)
    if kind != CELL:
        (width,) = struct.unpack(f"{order}I", _take(elements, SIZES))
        count *= len(_take(elements, BYTES)) // max(width, 1)
    return 0, False, count


def _take(elements: Elements, kinds: Collection[int]) -> memoryview:
    """Return the content of the next element, which is of one of some types."""
    kind, content = next(elements, (0, memoryview(b"")))
    if kind not in kinds:
        raise ValueError(f"an element of type {kind} stands where one of {sorted(kinds)} is wanted")
    return content
