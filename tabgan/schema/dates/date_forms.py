"""The forms in which dates are written: which number, name and sign of a text is what.

A text tells the form of its column: which parts are fields (a year, a name of a month), and what is between. From this
a pattern is made that reads all texts of the column at once, in which seconds, or the whole time, may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from tabgan.schema.dates.date_words import BLANK, DAYS, HALF, MONTHS, ZONE, find_word

What = Literal["date", "digits", "clock"]
"""A date, perhaps with a time; the digits of one without any sign between; or a time of a day."""

_WEEKDAY = rf"(?:(?P<a>[A-Za-z]{{3,9}})\.?,?{BLANK}+)?"
_NAME = r"(?P<b>[A-Za-z]{3,9})"
_DAY = r"(?P<d>\d{1,2})(?P<o>st|nd|rd|th)?"
_BESIDE = rf"(?:\.?,?{BLANK}+|[-/.]|)"
_DATES = (
    rf"(?P<n1>\d{{4}}|\d{{1,2}})(?P<sign>[-/.]{BLANK}?)(?P<n2>\d{{1,2}})(?P=sign)(?P<n3>\d{{4}}|\d{{1,2}})",
    rf"(?P<Y>\d{{4}}){BLANK}?年{BLANK}?(?P<m>\d{{1,2}}){BLANK}?月{BLANK}?(?P<d>\d{{1,2}})[日号]",
    rf"{_WEEKDAY}{_DAY}{_BESIDE}{_NAME}{_BESIDE}(?P<Y>\d{{4}}|\d{{2}})",
    rf"{_WEEKDAY}{_NAME}{_BESIDE}{_DAY}(?:,?{BLANK}+|[-/])(?P<Y>\d{{4}})",
    rf"(?P<Y>\d{{4}}){_BESIDE}{_NAME}{_BESIDE}(?P<d>\d{{1,2}})",
)
_COMPACT = r"(?P<Y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
_MONTHS = (
    r"(?P<Y>\d{4})[-/](?P<m>\d{2})",
    r"(?P<m>\d{2})/(?P<Y>\d{4})",
    rf"(?P<Y>\d{{4}}){BLANK}?年{BLANK}?(?P<m>\d{{1,2}}){BLANK}?月",
    rf"{_NAME}(?:,?{BLANK}+|[-/])(?P<Y>\d{{4}})",
)
_FRACTION = r"(?:[.,](?P<f>\d{1,9}))?"
_TIME = rf"(?P<H>\d{{1,2}})(?P<mark>[:.h])(?P<M>\d{{2}})(?:(?P=mark)(?P<S>\d{{2}}){_FRACTION})?"
_ALONE = _TIME.replace("[:.h]", "[:h]")  # without a date, 07.50 is rather a number
_CLOCKS = (
    rf"{_TIME}(?:{BLANK}*(?P<p>{HALF}))?(?P<z>{ZONE})?",
    rf"(?P<p>上午|下午){BLANK}*{_TIME}",
    r"(?P<p>上午|下午)?(?P<H>\d{1,2})[时時点](?P<M>\d{1,2})分(?:(?P<S>\d{1,2})秒)?",
    rf"(?P<H>\d{{1,2}}){BLANK}*(?P<p>{HALF})",
    r"(?P<H>\d{2})",
)
_NUMBERS, _CHINESE, *_NAMED = _DATES
_TIMED = {_NUMBERS: rf"(?:,?{BLANK}+|T)", _CHINESE: rf"{BLANK}*"} | dict.fromkeys(_NAMED, rf"(?:,?{BLANK}+|T|:)")
"""What may stand between a date and its time."""
_SHORT_TIME = rf"(?P<H>\d{{2}})(?P<M>\d{{2}})(?:(?P<S>\d{{2}}){_FRACTION})?(?P<z>{ZONE})?"
_DAY_OF_WEEK = rf"(?P<a>[A-Za-z]{{3}}){BLANK}+{_NAME}{BLANK}+(?P<d>\d{{1,2}})"
_LINE = rf"{_DAY_OF_WEEK}{BLANK}+{_TIME}(?P<z>{ZONE})?{BLANK}+(?P<Y>\d{{4}})"

_DIGITS = (_COMPACT, rf"{_COMPACT}(?P<H>\d{{2}})(?:(?P<M>\d{{2}})(?P<S>\d{{2}})?)?")
_TEXTS: dict[What, tuple[str, ...]] = {
    "date": (
        *_DATES,
        *_MONTHS,
        *(f"{date}{between}{clock}" for date, between in _TIMED.items() for clock in _CLOCKS),
        *(rf"{_COMPACT}(?:[T_-]|{BLANK}+){clock}" for clock in (_SHORT_TIME, _CLOCKS[0])),
        _LINE,
    ),
    "digits": _DIGITS,
    "clock": (rf"{_ALONE}(?:{BLANK}*(?P<p>{HALF}))?", rf"(?P<p>上午|下午){BLANK}*{_ALONE}", *_CLOCKS[2:4]),
}
DIGITS = (8, 10, 12, 14)
"""How many digits dates have that are written without signs between: to the day, hour, minute or second."""
_FIELDS = ("n1", "n2", "n3", "Y", "m", "d", "b", "a", "o", "H", "M", "S", "f", "p", "z")


@cache
def _compile(what: What) -> list[re.Pattern[str]]:
    return [re.compile(text, re.ASCII) for text in _TEXTS[what]]


class Piece(NamedTuple):
    """A field of a form, and what stands before it."""

    before: str
    field: str  # one of `_FIELDS`; "" at the end, where only the text before it counts
    text: str  # as the example has it


class Form(NamedTuple):
    """How the texts of a column write dates, as an example shows."""

    pieces: tuple[Piece, ...]

    def has(self, field: str) -> bool:
        return any(piece.field == field for piece in self.pieces)

    def text(self, field: str) -> str:
        return next((piece.text for piece in self.pieces if piece.field == field), "")

    def pattern(self) -> str:
        """Return the regular expression, of RE2, that all texts of the form match; blanks of any width are groups."""
        places = {piece.field: i for i, piece in enumerate(self.pieces)}
        timed, year = places.get("H"), max(places.get(field, -1) for field in ("Y", "n3"))
        start = None if timed is None or timed < year else timed - (self.pieces[timed - 1].field == "p")
        found = []
        for i, piece in enumerate(self.pieces):
            before = _literal(piece.before, i)
            field = f"{before}(?P<{piece.field}>{_shape(self.pieces, i)})" if piece.field else before
            opens = "(?:" if i == start else ""
            if piece.field == "S" and piece.before in (":", "."):
                opens, field = opens + "(?:", field + ("" if self.has("f") else ")?")
            elif piece.field == "f":
                field = f"(?:{field})?)?" if self.pieces[i - 1].before in (":", ".") else f"(?:{field})?"
            found.append(opens + field)
        return f"^{''.join(found)}{')?' if start is not None else ''}$"


def find_form(text: str, what: What = "date") -> Form | None:
    """Return the form of a text that is a date, if it is one, or something else that is asked for.

    Examples
    --------
    >>> [(piece.before, piece.field) for piece in find_form("13-Apr-2022 12:00").pieces]
    [('', 'd'), ('-', 'b'), ('-', 'Y'), (' ', 'H'), (':', 'M'), ('', '')]
    >>> find_form("soon") is None
    True
    """
    if not isinstance(text, str) or len(text) > 64:
        return None
    for form in _compile(what):
        match = form.fullmatch(text)
        if match and _is_date(match.groupdict()):
            return Form(tuple(_cut(match)))
    return None


def _is_date(parts: dict[str, str | None]) -> bool:
    """Whether names are those of months and days, and one number can be the year."""
    if (month := parts.get("b")) and find_word(MONTHS, month) < 0:
        return False
    if (day := parts.get("a")) and find_word(DAYS, day) < 0:
        return False
    first, last = parts.get("n1"), parts.get("n3")
    return first is None or last is None or len(first) < 4 or len(last) < 4


def _cut(match: re.Match[str]) -> Iterator[Piece]:
    spans = sorted((match.start(name), match.end(name), name) for name in _FIELDS if match.groupdict().get(name))
    at = 0
    for start, end, name in spans:
        yield Piece(match.string[at:start], name, match.string[start:end])
        at = end
    yield Piece(match.string[at:], "", "")


def _literal(text: str, place: int) -> str:
    """Text between fields as a pattern, in which blanks may be more or less wide."""
    parts = re.split(f"({BLANK}+)", text)
    if len(parts) == 1:
        return re.escape(text)
    inner = "".join(re2(BLANK) + "+" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return f"(?P<l{place}>{inner})"


def re2(pattern: str) -> str:
    """Return a pattern of Python as RE2 has it, which writes characters by their numbers otherwise."""
    return re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", pattern)


def _shape(pieces: tuple[Piece, ...], place: int) -> str:
    """What a field's text may be."""
    field, text = pieces[place].field, pieces[place].text
    if field in ("b", "a"):
        return "[A-Za-z]{3,9}"
    if field == "o":
        return "st|nd|rd|th"
    if field in ("p", "z"):
        return re2(HALF if field == "p" else ZONE)
    if field == "f":
        return r"\d{1,9}"
    joined = any(
        0 <= other < len(pieces) and pieces[other].text.isdecimal() and not pieces[max(other, place)].before
        for other in (place - 1, place + 1)
    )
    fixed = len(text) == 4 or (field in ("M", "S") and len(text) == 2 and not _chinese(pieces)) or field == "Y"
    return rf"\d{{{len(text)}}}" if fixed or joined else r"\d{1,2}"


def _chinese(pieces: tuple[Piece, ...]) -> bool:
    return any(mark in piece.before for piece in pieces for mark in "时時点分")
