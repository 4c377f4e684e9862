"""Words in dates: names of months and days, halves of the day, zones."""

from __future__ import annotations

import re
from collections.abc import Iterable

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HALVES = {
    name: (before, after)
    for name, before, after in (
        ("p", "AM", "PM"),
        ("pl", "am", "pm"),
        ("pd", "a.m.", "p.m."),
        ("pu", "A.M.", "P.M."),
        ("pz", "上午", "下午"),
    )
}
"""How a template calls a way to write the halves of a day, and the two words."""
ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180}
ZONES |= {"MSK": 180, "JST": 540, "EST": -300, "EDT": -240, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420}
"""Minutes ahead of UTC; names that stand for several zones, such as CST, are no zones here."""

BLANK = r"[ \t\u00a0\u202f\u3000]"
HALF = r"(?:[AaPp][Mm]|[AaPp]\.[Mm]\.|上午|下午)"
ZONE = rf"{BLANK}*(?:{'|'.join(sorted(ZONES, key=len, reverse=True))}|(?:UTC|GMT)?[+\-−]\d{{1,2}}(?::?\d{{2}})?)"
_ZONE = re.compile(rf"{BLANK}*(?:(UTC|GMT)?([+\-−])(\d{{1,2}})(?::?(\d{{2}}))?|([A-Z]+))")


def find_word(words: tuple[str, ...], text: str) -> int:
    """Return the place of a name, or of one that a text shortens, in any case; -1 if there is none.

    Examples
    --------
    >>> find_word(MONTHS, "sept"), find_word(MONTHS, "DEC"), find_word(MONTHS, "Decem")
    (8, 11, -1)
    """
    low = text.lower()
    for place, word in enumerate(words):
        full = word.lower()
        if low == full or low == full[:3] or (len(low) == 4 and low == full[:4] and low in ("sept", "thur", "tues")):
            return place
    return -1


def name_style(key: str, texts: Iterable[str]) -> str:
    """Return what a template calls names written like some: a key, in capitals if in full, then their case.

    Examples
    --------
    >>> name_style("b", ["May", "Dec"]), name_style("b", ["MAY", "DECEMBER"]), name_style("a", ["mon"])
    ('b', 'Bu', 'al')
    """
    found = list(texts)
    key = key.upper() if max(map(len, found)) > 4 or "June" in found or "July" in found else key
    return key + ("u" if all(map(str.isupper, found)) else "l" if all(map(str.islower, found)) else "")


def names_of(style: str) -> list[str] | None:
    """Return the names of all months or days in a style that `name_style` returned; None if it is none."""
    if style[:1].lower() not in ("a", "b") or style[1:] not in ("", "u", "l"):
        return None
    words = MONTHS if style[0] in "bB" else DAYS
    written = [word if style[0].isupper() else word[:3] for word in words]
    return [word.upper() if style[1:] == "u" else word.lower() if style[1:] == "l" else word for word in written]


def half_style(texts: Iterable[str]) -> str:
    """Return what a template calls halves of the day written as the first of some texts."""
    first = next(iter(texts))
    return next(key for key, words in HALVES.items() if first in words)


def minutes_ahead(zone: str) -> int:
    """Return by how many minutes a zone is ahead of UTC; ValueError if there is no such zone.

    Examples
    --------
    >>> minutes_ahead("Z"), minutes_ahead("+08"), minutes_ahead(" -0330"), minutes_ahead("UTC+8")
    (0, 480, -210, 480)
    """
    match = _ZONE.fullmatch(zone)
    if match is None or (match[5] and match[5] not in ZONES):
        raise ValueError(zone)
    if match[5]:
        return ZONES[match[5]]
    hours, minutes = int(match[3]), int(match[4] or 0)
    if hours > 18 or minutes > 59:
        raise ValueError(zone)
    return (60 * hours + minutes) * (1 if match[2] == "+" else -1)
