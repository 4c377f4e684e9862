"""How far apart stamps are that follow each other, as whole numbers: the commonest step, and round ones near it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError

DAY = 86_400_000_000_000  # nanoseconds
TIME = (DAY, DAY // 24, DAY // 1440, DAY // 86_400, DAY // 86_400_000)
"""Days, hours, minutes, seconds and milliseconds, of which round steps are."""
NUMBER = tuple(10**k for k in range(18, -1, -1))


def find_apart(stamps: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return the differences of stamps that follow each other."""
    apart = np.concatenate([np.diff(one) for one in stamps]) if stamps else np.empty(0, np.int64)
    if not len(apart):
        raise InputError("a series needs at least two stamps to have a step, but has one or none; give more rows")
    return apart


def find_commonest(apart: NDArray[np.int64]) -> int:
    """Return the difference that there is most often."""
    values, counts = np.unique(apart[apart > 0], return_counts=True)
    if not len(values):
        raise InputError("times must increase, but all stamps are the same; name another column")
    return int(values[counts.argmax()])


def has_hour_more(apart: NDArray[np.int64]) -> bool:
    """Whether some difference is an hour more or less than the commonest, as where clocks are changed."""
    hour, common = DAY // 24, find_commonest(apart)
    return any(abs(a - b) == hour for a, b in pairwise([common, *np.unique(apart)[:3].tolist()]))


def round_sizes(middle: float, units: Sequence[int]) -> Iterator[int]:
    """Yield the whole numbers of units that are nearest to a difference, from the roundest on.

    Examples
    --------
    >>> list(round_sizes(3507, (86400, 3600, 60, 1)))
    [3600, 3480, 3507]
    """
    sizes = (round(middle / unit) * unit for unit in units)
    yield from (size for size in dict.fromkeys(sizes) if size)
