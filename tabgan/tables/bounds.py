"""How much a file may hold, beside its length: a small one that unpacks to gigabytes is made to fill the memory."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tabgan.errors import InputError


class Bound(NamedTuple):
    """What files of a kind may unpack to: `least` bytes in any case, and `times` as much as they are long."""

    least: int
    times: int

    def most(self, path: Path) -> int:
        """Return how many bytes a file may unpack to."""
        return max(self.least, self.times * path.stat().st_size)

    def check(self, n_bytes: int, path: Path, remedy: str, what: str = "") -> None:
        """Raise InputError if a file, or something in it, has more bytes; a remedy says how to read it."""
        if n_bytes > self.most(path):
            raise InputError(
                f"a file may unpack to {self.least >> 20:,} MiB, or {self.times} times its length, but "
                f"{what and what + ' in '}{path} holds {n_bytes:,} bytes or more; {remedy}"
            )


PACKED = Bound(1 << 26, 20)
"""Of gzip and the like: of each byte of text it takes about twenty to make a table."""
VALUES = Bound(1 << 28, 100)
"""Of values, each of which counts as eight bytes, or more if it is longer."""
MARKUP = Bound(1 << 23, 40)
"""Of workbooks: of each byte it takes some microseconds."""
EACH = 8
"""Bytes that a value takes, at least."""

MOST_APART, MOST_TIMES = 10_000_000, 20
"""Cells of a table, filled or not, beyond which one of so many must be filled."""


def are_apart(n_rows: int, n_columns: int, n_filled: int) -> bool:
    """Whether a few filled cells stand so far from each other that the table of them would fill the memory.

    Examples
    --------
    >>> are_apart(1_048_576, 16_384, 2), are_apart(1000, 1000, 2), are_apart(100_000, 200, 10_000_000)
    (True, False, False)
    """
    return n_rows * n_columns > max(MOST_APART, MOST_TIMES * n_filled)


MOST_COLUMNS = 32_768
"""Of a table in a file: it takes about a millisecond to find out what each is."""
MOST_LEARNED = 16_384
"""Columns to learn, and numbers and levels of an encoded row, of which 16,384 are made at a time: 2 GiB, some times."""


def check_columns(count: int, place: str) -> None:
    """Raise InputError if a table has more columns than can be read in a reasonable time."""
    if count > MOST_COLUMNS:
        raise InputError(
            f"a table may have at most {MOST_COLUMNS:,} columns, but {place} has {count:,}; keep those that matter in "
            "a file of their own"
        )
