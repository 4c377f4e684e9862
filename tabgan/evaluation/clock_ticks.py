"""Times of a day, and how long things took, on axes and in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tabgan.schema.column import Floats

STEPS = (1, 5, 15, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
"""Seconds between ticks; more are multiples of a day."""


def find_time_ticks(low: float, high: float, most: int = 5) -> tuple[Floats, list[str]]:
    """Return round times between two numbers of seconds, as such numbers and as text.

    Examples
    --------
    >>> find_time_ticks(7 * 3600, 20 * 3600)
    (array([32400., 43200., 54000., 64800.]), ['09:00', '12:00', '15:00', '18:00'])
    >>> find_time_ticks(0, 100)[1], find_time_ticks(0, 0.5, 3)[1]
    (['00:00:00', '00:00:30', '00:01:00', '00:01:30'], ['00:00:00', '00:00:00.2', '00:00:00.4'])
    """
    rough = (high - low) / most
    step: float = next((step for step in STEPS if step >= rough), STEPS[-1] * math.ceil(rough / STEPS[-1]))
    if 0 < rough < 0.5:
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    numbers = np.arange(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    ticks: Floats = np.asarray(numbers * step, np.float64)
    return ticks, write_times(ticks.tolist())


def write_times(seconds: Sequence[float]) -> list[str]:
    """Write times alike: in minutes, or in seconds where some are not whole minutes, with fractions if some have these.

    Examples
    --------
    >>> write_times([34_200, 93_600]), write_times([0.25, 60])
    (['09:30', '26:00'], ['00:00:00.25', '00:01:00'])
    """
    micros = [round(one * 1e6) for one in seconds]
    whole = all(one % 60_000_000 == 0 for one in micros)
    return [_write(one).removesuffix(":00" if whole else "") for one in micros]


def _write(micros: int) -> str:
    minutes, rest = divmod(abs(micros), 60_000_000)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{rest % 10**6:06}".rstrip("0").rstrip(".")
    return f"{'-' * (micros < 0)}{hours:02}:{minutes:02}:{rest // 10**6:02}{fraction}"
