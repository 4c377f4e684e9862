"""Edits of bytes, drawn by a seed: of a file, or of what it packs, so that they get past its checksums."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

MAGIC = [
    *(bytes([n]) for n in (0, 1, 0x7F, 0x80, 0xFF)),
    *(struct.pack(form, n) for form in ("<H", ">H") for n in (0, 0x7FFF, 0xFFFF)),
    *(struct.pack(form, n) for form in ("<I", ">I") for n in (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)),
    *(struct.pack("<Q", n) for n in (0, 1 << 31, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)),
    *(
        text.encode()
        for text in ("-1", "99999999999", "1e309", "nan", "=1+1", '"', ",", "\r", "\n", "\ufeff", "\x1b[2J")
    ),
    *(text.encode() for text in ("../../etc/passwd", "%s%n", "]]>", "<!DOCTYPE x>", "A1:XFD1048576", "流量", "\u202e")),
]
"""What programs stumble over: the ends of whole numbers, marks, and words of the formats."""

Edit = Callable[[bytearray, random.Random], None]


def _flip(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 8))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data)) :]


def _remove(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data))
    del data[start : start + rng.choice((1, 4, 8, 64, len(data) // 4))]


def _repeat(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data))
    part = bytes(data[start : start + rng.choice((1, 4, 8, 64, 512))])
    data[start:start] = part * rng.choice((1, 1, 10, 1000))


def _put(data: bytearray, rng: random.Random) -> None:
    magic, start = rng.choice(MAGIC), rng.randrange(len(data))
    data[start : start + rng.choice((0, len(magic)))] = magic


def _swap(data: bytearray, rng: random.Random) -> None:
    size = rng.choice((1, 2, 4, 8, 16))
    if len(data) >= 2 * size:
        first, second = sorted(rng.sample(range(len(data) - size + 1), 2))
        if second >= first + size:
            data[first : first + size], data[second : second + size] = (
                data[second : second + size],
                data[first : first + size],
            )


EDITS: tuple[Edit, ...] = (_flip, _flip, _put, _put, _put, _cut, _remove, _repeat, _swap)


def edit(data: bytes, rng: random.Random) -> bytes:
    """Return bytes with one to three edits."""
    edited = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        if edited:
            rng.choice(EDITS)(edited, rng)
    return bytes(edited)


def edit_zip(data: bytes, rng: random.Random) -> bytes:
    """Return an archive of which a member is edited, and packed anew."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    chosen = rng.choice([name for name, content in members.items() if content])
    members[chosen] = edit(members[chosen], rng)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def edit_gzip(data: bytes, rng: random.Random) -> bytes:
    """Return a gzipped file of which the content is edited."""
    return gzip.compress(edit(gzip.decompress(data), rng))


def edit_footer(data: bytes, rng: random.Random) -> bytes:
    """Return a Parquet or Feather file of which the footer is edited, and its length is right."""
    tail = 8 if data.endswith(b"PAR1") else 10  # length and mark
    (length,) = struct.unpack_from("<I", data, len(data) - tail)
    footer = edit(data[-tail - length : -tail], rng)
    return data[: -tail - length] + footer + struct.pack("<I", len(footer)) + data[4 - tail :]


def edit_elements(data: bytes, rng: random.Random) -> bytes:
    """Return a MATLAB file of version 7 of which a variable is edited, and packed anew."""
    (length,) = struct.unpack_from("<I", data, 132)
    packed = zlib.compress(edit(zlib.decompress(data[136 : 136 + length]), rng))
    return data[:132] + struct.pack("<I", len(packed)) + packed + data[136 + length :]
