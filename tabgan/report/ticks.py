"""Round numbers and dates for axes, and numbers as text."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tabgan.text import shorten, tell_apart

DAY = 86_400
MOST_LETTERS = 8  # of a tick that is cut
SPANS = (
    ("s", 1, (1, 5, 15, 30)),
    ("m", 60, (1, 5, 15, 30)),
    ("h", 3600, (1, 3, 6, 12)),
    ("D", DAY, (1, 2, 7, 14)),
    ("M", 30 * DAY, (1, 3, 6)),
    ("Y", 365 * DAY, (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)
"""Units of time, their seconds, and how many of them lie between ticks."""


def find_step(low: float, high: float, most: int) -> float:
    """Return 1, 2 or 5 times a power of ten, such that at most so many fit between two numbers.

    Examples
    --------
    >>> find_step(0, 1, 5), find_step(17, 90, 4)
    (0.2, 20.0)
    """
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10, 20) if power * factor >= rough * (1 - 1e-9))


def find_ticks(low: float, high: float, most: int = 5) -> tuple[NDArray[np.float64], list[str]]:
    """Return the multiples of a round step between two numbers, and as text that tells them apart.

    Examples
    --------
    >>> find_ticks(17, 90, 4)
    (array([20., 40., 60., 80.]), ['20', '40', '60', '80'])
    >>> find_ticks(0, 0.5, 2)[1], find_ticks(0, 20_000, 1)[1], find_ticks(0, 2e7, 1)[1]
    (['0', '0.5'], ['0', '20,000'], ['0', '2e7'])
    >>> find_ticks(1e15, 1e15 + 20_000, 2)[1]
    ['…000,000', '…010,000', '…020,000']
    """
    ticks = np.array([low])
    if high > low:
        step = find_step(low, high, most)
        ticks = np.arange(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1) * step
        ticks += 0.0  # no minus before a zero
    largest = np.abs(ticks).max(initial=0.0)
    if largest >= 1e6 or 0 < largest < 1e-3:
        written = [f"{tick:.4g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-") for tick in ticks]
        if largest < 1 or len(set(written)) == len(ticks):
            return ticks, written
    return ticks, tell_apart([f"{tick:,.6f}".rstrip("0").rstrip(".") for tick in ticks], _cut)


def _cut(number: str) -> str:
    """Return what a number of many digits is cut to where its last ones tell ticks apart."""
    return shorten(number, MOST_LETTERS)


def find_date_ticks(low: float, high: float, most: int = 4) -> tuple[NDArray[np.float64], list[str]]:
    """Return round moments between two numbers of seconds since 1970, as such numbers and as text.

    Examples
    --------
    >>> find_date_ticks(0, 400 * 86_400)[1]
    ['1970-01', '1970-07', '1971-01']
    """
    steps = ((unit, seconds, count) for unit, seconds, counts in SPANS for count in counts)
    fitting = ((unit, count) for unit, seconds, count in steps if (high - low) / (seconds * count) <= most)
    unit, count = next(fitting, ("Y", 5000))
    ends = np.array([low, high]).astype("datetime64[s]").astype(f"datetime64[{unit}]").astype(int)
    numbers = np.arange(-(-ends[0] // count) * count, ends[1] + 1, count)
    moments = numbers.astype(f"datetime64[{unit}]")
    seconds = moments.astype("datetime64[s]").astype(float)
    shown = (seconds >= low) & (seconds <= high)
    return seconds[shown], [_write_moment(moment, unit) for moment in moments[shown]]


def _write_moment(moment: np.datetime64, unit: str) -> str:
    written = str(moment)
    if unit == "h":
        written += ":00"
    return written.replace("T", " ")[5:] if unit in ("h", "m") else written.replace("T", " ")


def write_date(seconds: float, span: float) -> str:
    """Write a moment as a date, with the time when the span it is part of is under a week.

    Examples
    --------
    >>> write_date(90_000, 1e9), write_date(90_000, 1e4)
    ('1970-01-02', '1970-01-02 01:00:00')
    """
    if not math.isfinite(seconds):
        return "–"
    moment = str(np.datetime64(round(seconds), "s"))
    return moment.replace("T", " ") if span < 7 * DAY else moment.split("T")[0]


def write_number(value: float, digits: int = 4) -> str:
    """Write a number with four significant digits, or more, thousands set apart.

    Examples
    --------
    >>> write_number(0.0178404), write_number(452600.0)
    ('0.01784', '452,600')
    """
    if not math.isfinite(value):
        return "–"
    if 1000 <= abs(value) < (1e7 if digits == 4 else 1e17):
        return f"{value:,.{max(digits - len(f'{abs(value):.0f}'), 0)}f}"
    return f"{value:.{digits}g}"


def write_score(value: float) -> str:
    """Write a score with three decimals, or three significant digits from 10 on.

    Examples
    --------
    >>> write_score(0.97146), write_score(134.2)
    ('0.971', '134')
    """
    if not math.isfinite(value):
        return "–"
    if abs(value) < 10:
        return f"{round(value, 3) + 0.0:.3f}"  # no minus before a zero
    return f"{value:.1f}" if abs(value) < 100 else f"{value:,.0f}"
