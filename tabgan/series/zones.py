"""Offsets from UTC that texts end with, and the zone whose clocks have them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
from numpy.typing import NDArray

_OFFSET = re.compile(
    r"[T ]\d{1,2}(?::?\d{2}){0,2}(?:[.,]\d+)?(?: ?[AP]M)? ?(?:Z|UTC|GMT|([+-])(\d{2})(?::?(\d{2}))?)$", re.IGNORECASE
)
USUAL = (
    "Europe/Berlin",
    "Europe/London",
    "Europe/Athens",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Australia/Sydney",
)
"""Asked first, so that of zones that are alike a well-known one is named."""


def read_offset(text: str) -> int | None:
    """Return how many seconds ahead of UTC the zone is that a text ends with; None if it names none.

    Examples
    --------
    >>> read_offset("2024-01-31T10:00:00+02:00"), read_offset("2024-01-31 10:00Z"), read_offset("31-01-2024")
    (7200, 0, None)
    """
    found = _OFFSET.search(text.rstrip())
    if found is None:
        return None
    seconds = int(found[2] or 0) * 3600 + int(found[3] or 0) * 60
    return -seconds if found[1] == "-" else seconds


def name_offset(offset: int) -> str:
    """Return the name of the zone that is always so many seconds ahead of UTC.

    Examples
    --------
    >>> name_offset(7200), name_offset(0)
    ('UTC+02:00', 'UTC')
    """
    return str(timezone(timedelta(seconds=offset)))


def find_zone(seconds: NDArray[np.int64], offsets: NDArray[np.int64]) -> str | None:
    """Return a zone whose clocks were so many seconds ahead at moments, seconds since 1970; None if none was.

    Examples
    --------
    >>> find_zone(np.array([1672531200, 1688169600]), np.array([3600, 7200]))
    'Europe/Berlin'
    """
    order = np.argsort(seconds, kind="stable")
    seconds, offsets = seconds[order], offsets[order]
    changes = np.flatnonzero(np.diff(offsets))
    told = np.unique(np.r_[0, changes, changes + 1, len(offsets) - 1])  # only there can zones differ
    pairs = list(zip(seconds[told].tolist(), offsets[told].tolist(), strict=True))
    return next((name for name in _zones() if _has(ZoneInfo(name), pairs)), None)


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    found = available_timezones()
    named = sorted(name for name in found if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/")))
    return (*(name for name in USUAL if name in found), *named)


def _has(zone: tzinfo, pairs: Iterable[tuple[int, int]]) -> bool:
    return all(datetime.fromtimestamp(moment, zone).utcoffset() == timedelta(seconds=off) for moment, off in pairs)
