"""What is said of dates that can be read in more than one way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from tabgan.errors import warn
from tabgan.schema.dates.date_forms import What, find_form
from tabgan.schema.dates.datetext import read_dates
from tabgan.schema.dates.numbered import seem_serial
from tabgan.schema.dates.ticks import Ticks
from tabgan.schema.dates.units import TICKS
from tabgan.spelling import spell
from tabgan.text import shorten

_DIGITS = re.compile(r"(\{\w:0\dd\}){3,}")  # nothing stands between
SAMPLE, MOST = 50, 0.8  # how many distinct texts are looked at, and of how many what they are counts
MOST_OF: tuple[What, ...] = ("date", "clock")


def say_doubts(series: pd.Series, found: Ticks, asked: str | None) -> None:
    """Warn of what no cell of a column decides, in one line, and of numbers that are taken for dates unasked."""
    name = str(series.name)
    if _DIGITS.fullmatch(found.form or "") and asked is None:
        row = int(np.argmin(found.gaps))
        _say(
            f"column {name!r} is read as dates, such as {int(series.iloc[row])} as {_day(found, row)}; "
            f"{spell('kinds', {series.name: 'integer'})} takes it for numbers"
        )
    if not found.open:
        return
    row = int(np.flatnonzero((series == found.example).to_numpy(bool, na_value=False))[0])
    read = f"{shorten(found.example)!r} as {_day(found, row)}"
    both = f"{spell('dayfirst', True)} or {spell('dayfirst', False)}"
    if found.open == "day":
        first = "day" if (found.form or "").find("{d") < (found.form or "").find("{m") else "month"
        _say(f"column {name!r} is read with the {first} first, {read}, but all its cells fit both ways; say {both}")
    elif found.open == "year":
        _say(
            f"column {name!r} is read as dates, {read}, but the year may also be at the other end; say {both} if it is "
            "the last, or write it with four digits"
        )
    else:
        _say(f"column {name!r} has years of two digits, and is read with {read}; write four if they are others")


def say_what_may_be_dates(series: pd.Series, low: float, high: float) -> None:
    """Warn of a column of numbers from `low` to `high` if it may count days as MATLAB or Excel does."""
    if system := seem_serial(series, low, high):
        called = {"matlab": "MATLAB", "excel": "Excel"}[system]
        example: Any = series.dropna().iloc[0]
        _say(
            f"column {str(series.name)!r} is read as numbers, such as {example:.15g}, but may hold dates as {called} "
            f"counts them; if so, say {spell('kinds', {series.name: 'datetime'})} and {spell('serial', system)}"
        )


def find_spoiler(texts: Sequence[str]) -> str | None:
    """Return the text for which texts, of which most are dates or clock times, are none; None if there is no such one.

    Examples
    --------
    >>> find_spoiler(["2024-01-31", "2024-02-01", "2024-02-02", "2024-02-03", "soon"]), find_spoiler(["A1", "B2"])
    ('soon', None)
    """
    sample = texts[:SAMPLE]
    for what in MOST_OF:
        if sum(find_form(text, what) is not None for text in sample) < MOST * len(sample):
            continue
        if sum(not isinstance(read_dates([text], what=what), int) for text in sample) >= MOST * len(sample):
            place = read_dates(texts, what=what)
            return texts[place] if isinstance(place, int) else None
    return None


def spoiled(series: pd.Series, text: str) -> str:
    """Return in words that a text among dates is none."""
    row = int(np.argmax((series == text).to_numpy(bool, na_value=False))) + 1
    name = str(series.name)
    gap = f", take it for a gap with {spell('missing', text)}" if shorten(text) == text else ""
    return (
        f"column {name!r} is no column of dates or times, because {shorten(text)!r} in row {row} is not written as the "
        f"others are; mend it{gap}, or take all for labels with {spell('kinds', {series.name: 'categorical'})}"
    )


def _day(found: Ticks, row: int) -> str:
    moment = (int(found.counts[row]) * TICKS[found.tick]) // 10**9
    text = str(np.datetime64(moment, "s")).replace("T", " ")
    return text.removesuffix(" 00:00:00").removesuffix(":00")


def _say(words: str) -> None:
    warn(words)
