"""Units of time, and counting in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError

Counts = NDArray[np.int64]

UNITS = {
    "day": 86_400_000_000_000,
    "hour": 3_600_000_000_000,
    "minute": 60_000_000_000,
    "second": 1_000_000_000,
    "millisecond": 1_000_000,
    "microsecond": 1_000,
    "nanosecond": 1,
}
"""In nanoseconds."""
TICKS = {"D": UNITS["day"], "s": UNITS["second"], "ms": 1_000_000, "us": 1_000, "ns": 1}
"""What a dtype counts in, in nanoseconds."""
FIRST_YEAR, LAST_YEAR = 1680, 2260  # of series, whose steps are counted in nanoseconds
MOST_UNITS = 2**53  # above it a double does not tell every whole number from the next


def find_unit(counts: Counts, tick: str) -> str:
    """Return the coarsest unit that writes all counts from the first on, if a double holds so many; else one that does.

    Examples
    --------
    >>> find_unit(np.array([0, 7200, 86400]), "s")
    'hour'
    """
    unit = "day"
    for unit in (u for u in UNITS if UNITS[u] >= TICKS[tick]):
        step = UNITS[unit] // TICKS[tick]
        if (counts % step == counts[0] % step).all():
            break
    coarser = list(UNITS)[: list(UNITS).index(unit) + 1]
    low, high = int(counts.min()), int(counts.max())
    return next(u for u in reversed(coarser) if (high - low) * TICKS[tick] // UNITS[u] < MOST_UNITS)


def to_units(counts: Counts, origin: int, step: int) -> NDArray[np.float64]:
    """Return ``(counts - origin) // step`` without an overflow, as float64."""
    return (counts // step - origin // step - (counts % step < origin % step)).astype(np.float64)


def to_nanoseconds(counts: Counts, size: int, start: int = 0) -> Counts:
    """Return `start` and counts of so many nanoseconds together, or raise InputError where int64 has no room for that.

    Examples
    --------
    >>> to_nanoseconds(np.array([0, 2]), UNITS["second"], 5)
    array([         5, 2000000005])
    """
    for count in (int(counts.min(initial=0)), int(counts.max(initial=0))):
        if abs(start + count * size) >= 2**63:
            year = np.datetime64((start + count * size) // UNITS["second"], "s").astype("M8[Y]")
            raise InputError(
                f"stamps of a series must be of the years {FIRST_YEAR} to {LAST_YEAR}, but one is of {year}; count "
                "steps, such as years, in a column of numbers, which may tell the time, too"
            )
    return start + counts * size


def tick_of(digits: int) -> str:
    """Return the coarsest tick that has some digits of a second."""
    return "s" if not digits else "ms" if digits <= 3 else "us" if digits <= 6 else "ns"


def count_in(counts: Counts, tick: str, other: str) -> Counts:
    """Return counts of a tick as whole ones of another.

    Examples
    --------
    >>> count_in(np.array([1500]), "ms", "s"), count_in(np.array([1]), "s", "ms")
    (array([1]), array([1000]))
    """
    size, wanted = TICKS[tick], TICKS[other]
    return counts * (size // wanted) if size >= wanted else counts // (wanted // size)
