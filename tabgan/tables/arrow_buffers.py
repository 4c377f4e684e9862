"""What the batches of an Arrow file say they unpack to: a buffer begins with its length, which pyarrow takes at once.

Offsets of fields are those of https://github.com/apache/arrow/tree/main/format, in files of
https://flatbuffers.dev/internals.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from struct import calcsize, iter_unpack, unpack_from
from typing import BinaryIO

from tabgan.tables.bounds import EACH

_END = b"ARROW1"
_BLOCK, _NODE, _BUFFER = "<qi4xq", "<qq", "<qq"
_LONG = -1  # how long a message is stands after this, or, in files of before 2019, in its place
_OLD = b"ARROW:experimental_compression"


def measure_batches(path: Path) -> tuple[int, list[int]]:
    """Return the bytes of all dictionaries, and those of each batch; a value counts as `EACH` at least."""
    with path.open("rb") as file:
        file.seek(-len(_END) - 4, 2)
        end = file.tell()
        (length,) = unpack_from("<i", file.read(4))
        file.seek(end - length)
        footer = file.read(length)
        root = unpack_from("<I", footer)[0]
        dictionaries, batches = (_read_structs(footer, root, place, _BLOCK) for place in (2, 3))
        return sum(_measure(file, *block) for block in dictionaries), [_measure(file, *block) for block in batches]


def _measure(file: BinaryIO, start: int, length: int, _: int) -> int:
    """Return what a batch takes."""
    file.seek(start)
    message = file.read(length)
    (found,) = unpack_from("<i", message)
    message = message[8 if found == _LONG else 4 :]
    root = unpack_from("<I", message)[0]
    batch = _follow(message, _find(message, root, 2))
    if message[_find(message, root, 1)] == 2:  # a dictionary has its values in a batch
        batch = _follow(message, _find(message, batch, 1))
    n_values = sum(n for n, _ in _read_structs(message, batch, 1, _NODE))
    buffers = list(_read_structs(message, batch, 2, _BUFFER))
    packed = bool(_find(message, batch, 3)) or _OLD in message
    n_bytes = 0
    for place, size in buffers:
        file.seek(start + length + place)
        stored = file.read(8) if packed and size else b""
        n_bytes += max(size, *unpack_from("<q", stored) if len(stored) == 8 else (0,))
    return max(n_bytes, EACH * n_values)


def _find(data: bytes, table: int, place: int) -> int:
    """Return where a field of a table is; 0 where it has none."""
    fields = table - unpack_from("<i", data, table)[0]
    offset = 4 + 2 * place
    found = unpack_from("<H", data, fields + offset)[0] if offset < unpack_from("<H", data, fields)[0] else 0
    return table + found if found else 0


def _follow(data: bytes, place: int) -> int:
    return place + unpack_from("<I", data, place)[0]


def _read_structs(data: bytes, table: int, place: int, form: str) -> Iterator[tuple[int, ...]]:
    """Yield the elements of a vector of structs."""
    if found := _find(data, table, place):
        start = _follow(data, found)
        (length,) = unpack_from("<I", data, start)
        yield from iter_unpack(form, data[start + 4 : start + 4 + length * calcsize(form)])
