"""Templates of dates: what a form looks like, such as "{d:02d}.{m:02d}.{Y:04d} {H:02d}:{M:02d}", and texts of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import Formatter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tabgan.schema.dates.date_forms import Piece
from tabgan.schema.dates.date_words import HALVES, minutes_ahead, names_of

Counts = NDArray[np.int64]

DAY = 86_400  # seconds
_CENTURY = re.compile(r"\{y(\d{4}):02d\}")
_ORDER = re.compile(r"\{([dm])[^}]*\}([-/. ]+)\{([dm])[^}]*\}\2\{[Yy]")


class Known(NamedTuple):
    """What a template says that texts may leave open."""

    day_first: bool | None = None
    sign: str = ""
    century: int | None = None


def known_of(template: str | None) -> Known:
    """Return what is known from a template; "dayfirst" and "monthfirst" say so of any sign.

    Examples
    --------
    >>> known_of("{m}/{d}/{y1950:02d}"), known_of("dayfirst")
    (Known(day_first=False, sign='/', century=1950), Known(day_first=True, sign='', century=None))
    """
    if template in ("dayfirst", "monthfirst"):
        return Known(template == "dayfirst")
    order, century = _ORDER.search(template or ""), _CENTURY.search(template or "")
    first = order and order[1] == "d"
    return Known(first, order[2] if order else "", int(century[1]) if century else None)


def field_of(piece: Piece, keys: dict[str, str], short: bool, digits: int) -> str:
    """Return a field as it stands in a template; `short` writes numbers below 10 with one digit.

    Examples
    --------
    >>> field_of(Piece(".", "n2", "01"), {"n2": "m"}, False, 0), field_of(Piece(".", "f", "25"), {}, False, 3)
    ('{m:02d}', '{f:03d}')
    """
    key = keys.get(piece.field, piece.field)
    if not key:
        return ""
    if piece.field == "z":
        return key if "z" in keys else "{z}"
    if key in ("m", "d", "H", "I", "K"):
        return f"{{{key}}}" if short else f"{{{key}:02d}}"
    if key == "f":
        return f"{{f:0{digits}d}}"
    if key in ("M", "S"):
        return f"{{{key}:02d}}"
    return "{Y:04d}" if key == "Y" else f"{{{key}:02d}}" if key[0] == "y" else f"{{{key}}}"


def write_dates(seconds: Any, nanos: Any, template: str, zones: Any = None) -> list[str]:
    """Write moments in the form of a template, those of several zones with the zone of each.

    Examples
    --------
    >>> write_dates([0], [250_000_000], "{d:02d}.{m:02d}.{Y:04d} {H}:{M:02d}:{S:02d}.{f:03d}")
    ['01.01.1970 0:00:00.250']
    >>> write_dates([0, 3600], [0, 0], "{d}.{m}.{Y:04d}[ {H}:{M:02d}]")
    ['1.1.1970', '1.1.1970 1:00']
    >>> write_dates([0, 3600], [0, 0], "{d} {b} {Y:04d} {I}:{M:02d} {pl}{z}", ["Z", "+01"])
    ['1 Jan 1970 12:00 amZ', '1 Jan 1970 2:00 am+01']
    """
    seconds, nanos = np.asarray(seconds, np.int64), np.asarray(nanos, np.int64)
    if "[" in template:
        return _write_short(seconds, nanos, template, zones)
    shown: list[Any] = [] if zones is None else list(zones)
    if zones is not None:
        words, codes = np.unique(np.asarray(zones, dtype=str), return_inverse=True)
        seconds = seconds + np.array([60 * minutes_ahead(word) for word in words.tolist()])[codes]
    else:
        seconds = seconds + 60 * fixed_zone(template)
    fields = [field for _, field, _, _ in Formatter().parse(template) if field]
    if "K" in fields:
        seconds = np.where(seconds % DAY == 0, seconds - 1, seconds)  # the last second, whose 24:00 it is
    split = _Split(seconds, nanos, template)
    columns = [shown if field == "z" else split.column(field) for field in fields]
    if not columns:
        return [template] * len(seconds)
    positional = re.sub(r"\{\w+", "{", template)
    return list(map(positional.format, *columns))


def _write_short(seconds: Counts, nanos: Counts, template: str, zones: Any) -> list[str]:
    """Write moments without the part of a template that is in brackets where this would write zeros."""
    start, end = template.index("["), template.rindex("]")
    inner = template[start + 1 : end]
    field = next(name for _, name, _, _ in Formatter().parse(inner) if name)
    local = seconds + 60 * fixed_zone(fullest(template))
    period = {"S": 60, "f": 1}.get(field, DAY)
    zero = (local % period == 0) & (nanos == 0)
    texts = np.empty(len(seconds), dtype=object)
    for rows, form in (
        (zero, template[:start] + template[end + 1 :]),
        (~zero, template[:start] + inner + template[end + 1 :]),
    ):
        own = None if zones is None else np.asarray(zones, dtype=object)[rows]
        texts[rows] = write_dates(seconds[rows], nanos[rows], form, own)
    return list(texts)


def fullest(template: str) -> str:
    """Return a template that leaves nothing out."""
    return template.replace("[", "").replace("]", "")


def fixed_zone(template: str) -> int:
    """Return how many minutes a template's own zone is ahead of UTC; 0 if it has none.

    Examples
    --------
    >>> fixed_zone("{Y:04d}-{m:02d}-{d:02d} {H:02d}:{M:02d} +02:00"), fixed_zone("{Y:04d}-{m:02d}")
    (120, 0)
    """
    timed = False
    for text, field, _, _ in Formatter().parse(fullest(template)):
        if timed and text:
            try:
                return minutes_ahead(text.rstrip())
            except ValueError:
                pass
        timed = timed or field in ("M", "H", "I", "K")
    return 0


class _Split:
    """The fields of moments, each made when it is asked for."""

    def __init__(self, seconds: Counts, nanos: Counts, template: str) -> None:
        self.ends_day = (seconds % DAY == DAY - 1) if "{K" in template else np.zeros(len(seconds), bool)
        self.seconds, self.nanos = seconds, nanos
        digits = re.search(r"\{f:0(\d)d\}", template)
        self.unit = 10 ** (9 - int(digits[1])) if digits else 1
        self.days = np.floor_divide(seconds, DAY).view("datetime64[D]")
        self.months = self.days.astype("datetime64[M]")

    def column(self, field: str) -> list[Any]:
        if field[0] == "y":
            return (self._year() % 100).tolist()
        if (names := names_of(field)) is not None:
            places = self._month() - 1 if field[0] in "bB" else (self.days.view(np.int64) + 3) % 7
            return np.array(names, dtype=object)[places].tolist()
        if field in HALVES:
            return np.array(HALVES[field], dtype=object)[self._hour() // 12].tolist()
        if field == "o":
            return list(map(_ordinal, self._day().tolist()))
        made: dict[str, Callable[[], Counts]] = {
            "Y": self._year,
            "m": self._month,
            "d": self._day,
            "H": self._hour,
            "I": lambda: (self._hour() - 1) % 12 + 1,
            "K": lambda: np.where(self.ends_day, 24, self._hour()),
            "M": lambda: np.where(self.ends_day, 0, self.seconds // 60 % 60),
            "S": lambda: np.where(self.ends_day, 0, self.seconds % 60),
            "f": lambda: self.nanos // self.unit,
        }
        return made[field]().tolist()

    def _year(self) -> Counts:
        return self.months.astype("datetime64[Y]").view(np.int64) + 1970

    def _month(self) -> Counts:
        return self.months.view(np.int64) % 12 + 1

    def _day(self) -> Counts:
        return (self.days - self.months.astype("datetime64[D]")).astype(np.int64) + 1

    def _hour(self) -> Counts:
        return self.seconds % DAY // 3600


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
