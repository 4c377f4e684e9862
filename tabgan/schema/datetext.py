"""Dates as people write them: 2024-01-31, 2024/1/31 9:05, 31.01.2024, 2024-01-31T10:00:00.250+02:00."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

_DATE = r"(?P<a>\d{4}|\d{1,2})(?P<sign>[-/.])(?P<b>\d{1,2})(?P=sign)(?P<c>\d{4}|\d{1,2})"
_CLOCK = r"(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:\.(?P<f>\d{1,9}))?)?(?P<zone> ?(?:Z|[+-]\d{2}:?\d{2}))?"
_MOMENT = re.compile(rf"{_DATE}(?:(?P<between>[ T]){_CLOCK})?", re.ASCII)
_ZONE = re.compile(r"([+-])(\d{2}):?(\d{2})$")
_EPOCH = datetime(1970, 1, 1)
_SECOND = timedelta(seconds=1)
NANO_YEARS = range(1678, 2262)  # which 64 bits of nanoseconds hold

EXAMPLES = "2024-01-31, 2024/1/31 9:05, 31.01.2024 or 2024-01-31T10:00:00.250+02:00"


class Texts(NamedTuple):
    """Moments read from texts."""

    seconds: list[int]  # whole ones since 1970, in UTC where the texts have a zone
    nanos: list[int]  # the rest
    digits: int  # the most of a fraction of a second
    template: str  # the fullest form of the texts, for `write_dates`


def read_dates(texts: Sequence[str]) -> Texts | int:
    """Read texts that are all dates in one form, or return the place of the first that is none.

    The year comes first or last. Last, it follows day and month if some first number is above 12; if not, month and day
    where the sign is a slash. Times, seconds and fractions may be left out here and there. Where there are several
    zones, UTC is given back.

    Examples
    --------
    >>> read_dates(["2024-01-31 10:00", "2024-02-01 10:30:05"]).template
    '{Y:04d}-{m:02d}-{d:02d} {H:02d}:{M:02d}:{S:02d}'
    >>> read_dates(["2024-01-31", "soon"])
    1
    """
    matches: list[re.Match[str]] = []
    forms: dict[str, object] = {}
    for place, text in enumerate(texts):
        match = _MOMENT.fullmatch(text)
        if not match or (len(match["a"]) == 4) == (len(match["c"]) == 4):  # one year
            return place
        if any(forms.setdefault(part, form) != form for part, form in _forms(match)):
            return place
        matches.append(match)
    order = _order(matches)
    seconds, nanos = [], []
    for place, match in enumerate(matches):
        moment = _moment(match, order)
        if moment is None:
            return place
        seconds.append((moment - _EPOCH) // _SECOND)
        nanos.append(int((match["f"] or "0").ljust(9, "0")))
    return Texts(seconds, nanos, max((len(m["f"] or "") for m in matches), default=0), _template(matches, order))


def write_dates(seconds: Iterable[int], nanos: Iterable[int], template: str) -> list[str]:
    """Write moments in the form of a template.

    Examples
    --------
    >>> write_dates([0], [250_000_000], "{d:02d}.{m:02d}.{Y:04d} {H}:{M:02d}:{S:02d}.{f:03d}")
    ['01.01.1970 0:00:00.250']
    """
    ahead = _offset(template)
    digits = re.search(r"\{f:0(\d)d\}", template)
    unit = 10 ** (9 - int(digits[1])) if digits else 1
    texts = []
    for second, nano in zip(seconds, nanos, strict=True):
        t = _EPOCH + timedelta(seconds=second) + ahead
        texts.append(template.format(Y=t.year, m=t.month, d=t.day, H=t.hour, M=t.minute, S=t.second, f=nano // unit))
    return texts


def _forms(match: re.Match[str]) -> Iterable[tuple[str, object]]:
    """What must be alike in all texts of a column: signs, the place of the year, and whether there are zones."""
    yield "date", (match["sign"], len(match["a"]) == 4, match["zone"] is not None)
    if match["between"]:
        yield "between", match["between"]


def _order(matches: Sequence[re.Match[str]]) -> str:
    """Return which of year, month and day the three numbers are, such as "Ymd"."""
    if not matches or len(matches[0]["a"]) == 4:
        return "Ymd"
    if any(int(match["a"]) > 12 for match in matches):
        return "dmY"
    return "mdY" if matches[0]["sign"] == "/" or any(int(match["b"]) > 12 for match in matches) else "dmY"


def _moment(match: re.Match[str], order: str) -> datetime | None:
    """Return the moment in UTC, or as it is written when there is no zone; None if there is no such day or time."""
    date = dict(zip(order, match.group("a", "b", "c"), strict=True))
    clock: list[Any] = [int(part or 0) for part in match.group("H", "M", "S")]
    try:
        moment = datetime(int(date["Y"]), int(date["m"]), int(date["d"]), *clock)
        moment -= _offset(match["zone"] or "")
    except (ValueError, OverflowError):
        return None
    return None if len(match["f"] or "") > 6 and moment.year not in NANO_YEARS else moment


def _offset(text: str) -> timedelta:
    """Return how far the zone that a text ends with is ahead of UTC."""
    zone = _ZONE.search(text)
    if not zone:
        return timedelta(0)
    ahead = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
    return ahead if zone[1] == "+" else -ahead


def _template(matches: Sequence[re.Match[str]], order: str) -> str:
    short = any(len(m[part] or "00") == 1 for m in matches for part in ("a", "b", "c", "H"))
    two = "" if short else ":02d"
    parts = {"Y": "{Y:04d}", "m": f"{{m{two}}}", "d": f"{{d{two}}}"}
    template = matches[0]["sign"].join(parts[part] for part in order)
    timed = next((m for m in matches if m["between"]), None)
    if timed is None:
        return template
    template += timed["between"] + f"{{H{two}}}:{{M:02d}}"
    if any(m["S"] for m in matches):
        template += ":{S:02d}"
    if digits := max(len(m["f"] or "") for m in matches):
        template += f".{{f:0{digits}d}}"
    zones = {m["zone"] for m in matches if m["zone"]}
    common = zones.pop() if len(zones) == 1 else re.sub(r"[+-]\d\d(:?)\d\d", r"+00\g<1>00", min(zones, default=""))
    return template + common
