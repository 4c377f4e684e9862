"""MATLAB files of version 4, which old tables have: what they say of their sizes is looked at before scipy believes it.

A variable is five integers - type, rows, columns, whether it is complex, and the length of its name - then its name and
its values. The type has four digits: the machine's numbers, 0, the type of the values, and whether they are a text or
sparse.
"""

from __future__ import annotations

import struct
from pathlib import Path

HEAD = 20  # bytes
LARGEST = 5000  # of the types; a larger one is written in the other order of bytes
IEEE = 2000  # types from here on are of machines that had other numbers
BYTES = (8, 4, 4, 2, 2, 1)  # of a value, by the third digit


def is_version_4(head: bytes) -> bool:
    """Whether a file that begins with these four bytes is of version 4; others begin with text."""
    return len(head) == 4 and 0 in head


def check_version_4(path: Path) -> None:
    """Raise ValueError if a file promises more than is there."""
    size, place = path.stat().st_size, 0
    with path.open("rb") as file:
        order = "<" if int.from_bytes(file.read(4), "little") <= LARGEST else ">"
        while place < size:
            file.seek(place)
            head = file.read(HEAD)
            if len(head) < HEAD:
                raise ValueError(f"a variable of {len(head)} bytes has no head of {HEAD}")
            kind, rows, columns, imaginary, name = struct.unpack(f"{order}5i", head)
            width = kind // 10 % 10
            if not (
                0 <= kind < IEEE and kind // 100 % 10 == 0 and width < len(BYTES) and min(rows, columns, name) >= 0
            ):
                raise ValueError(f"a variable has the head {kind}, {rows} x {columns}, {name}")
            place += HEAD + name + rows * columns * BYTES[width] * (1 + (imaginary == 1))
            if place > size:
                raise ValueError(f"a variable of {rows:,} x {columns:,} values has only {size:,} bytes")
