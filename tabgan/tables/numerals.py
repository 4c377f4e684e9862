"""Numbers that are written as text: 12.5%, 1,234.5, 1 234, ¥1,234, full-width digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

MOST_DIGITS = 15
"""Longer ones are identifiers, which a spreadsheet could not hold as a number."""

_PLAIN = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width forms
_PLAIN |= {"\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ", "\uffe5": "¥", "\u2212": "-"}
_TABLE = str.maketrans(_PLAIN)
_NUMERAL = re.compile(
    r"(?P<sign>[+-]?)(?P<currency>[¥$€£]?) ?(?P<whole>\d{1,3}(?P<between>[, ])\d{3}(?:(?P=between)\d{3})*|\d+)"
    r"(?P<decimals>\.\d+)? ?(?P<percent>%?)",
    re.ASCII,
)


class Numerals(NamedTuple):
    """A column of numbers that was written as text: its values with the numbers in place of the texts, the first of
    these and what it is, and the number format that looks like them, None for plain digits.
    """

    values: list[Any]
    example: str
    format: str | None


def read_numerals(values: Sequence[Any]) -> Numerals | None:
    """Read a column in which every text writes a number, NaN standing for no value, or return None.

    A percentage becomes a hundredth. Texts of plain digits alone stay text unless other cells hold numbers, and so does
    a column with codes such as 001 or with more than 15 digits. A column mixes neither currencies, nor percentages with
    other numbers.

    Examples
    --------
    >>> read_numerals(["12.5%", "3%"])
    Numerals(values=[0.125, 0.03], example="'12.5%' is 0.125", format='0.0%')
    >>> read_numerals(["001", "1,234"]) is None
    True
    """
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if not isinstance(value, str) and value == value]
    matches = {text: _NUMERAL.fullmatch(text.translate(_TABLE).strip()) for text in texts}
    found = [match for match in matches.values() if match and not _is_code(match)]
    if not texts or len(found) < len(matches) or any(type(value) not in (int, float) for value in numbers):
        return None
    percents, currencies = {m["percent"] for m in found}, {m["currency"] for m in found}
    marked = any(m["percent"] or m["currency"] or m["between"] or m[0] != text for text, m in matches.items() if m)
    if len(percents) > 1 or len(currencies) > 1 or not (marked or numbers) or (numbers and percents == {"%"}):
        return None
    read = {text: _number(match) for text, match in matches.items() if match}
    first = texts[0]
    return Numerals(
        values=[read[value] if isinstance(value, str) else value for value in values],
        example=f"{first!r} is {read[first]}",
        format=_format(found) if marked else None,
    )


def _is_code(match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", match["whole"])
    return (digits[0] == "0" and digits != "0") or len(digits) > MOST_DIGITS


def _number(match: re.Match[str]) -> int | float:
    whole = match["sign"] + re.sub(r"\D", "", match["whole"])
    if match["percent"]:
        return float(f"{whole}{match['decimals'] or ''}e-2")
    return float(whole + match["decimals"]) if match["decimals"] else int(whole)


def _format(matches: Sequence[re.Match[str]]) -> str:
    decimals = max(len(match["decimals"] or ".") - 1 for match in matches)
    currency = matches[0]["currency"]
    whole = "#,##0" if any(match["between"] for match in matches) else "0"
    return (
        (f'"{currency}"' if currency else "")
        + whole
        + ("." + decimals * "0" if decimals else "")
        + matches[0]["percent"]
    )
