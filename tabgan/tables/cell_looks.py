"""What a cell looks like: a number, a moment, a unit, a gap; whether it is text of a file or a value of a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

MISSING = (
    *("", "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NULL", "null", "NaN", "nan", "-NaN", "-nan"),
    *("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
"""Cells of text that stand for a missing value in any column."""

MISSING_NUMBERS = ("?", "None")
"""Cells that do so where all others are numbers; elsewhere they are labels."""

_NUMBER = re.compile(r"[-+−(]?\s?[¥$€£]?\s?(?:\d[\d.,'’\s]*|[.,]\d+)(?:[eEdD][-+]?\d+)?\s?[%)]?", re.ASCII)
_MOMENT = re.compile(r"\d{1,4}[-./:年]\s?\d{1,2}([-./:月]\s?\d{1,4})?.{0,24}")
_GAP = re.compile(
    r"[-–—.?*/\\]+|n\.?\s?a\.?|nd|n\.d\.|bad|none|null|nan|inf|missing|error|fail(ed)?|invalid|#\S+[!?]|k\.?\s?a\.?|无|缺失",
    re.IGNORECASE,
)
"""What is written for a missing value; such cells are no units."""
_UNIT = re.compile(
    r"""[\[(<{].{0,16}[\])>}]|[-–—%‰°℃℉1]|.{0,8}[°µμΩ²³/^%℃℉].{0,8}|
    (?:[kmcdhMGµnp]?(?:m|g|s|A|V|W|J|N|Pa|Hz|l|L|t|bar|Wh|VA|eV|mol|K|F|H|C|T|Ω|S|lx|B|b|bit|byte|cd|rad|Sv|Gy))|
    psi|atm|mmHg|inHg|rpm|ppm|ppb|dB|dBm|dBA|deg|degC|degF|grad|rad|min|sec|hrs?|hours?|days?|[dhay]|yr|years?|wk|weeks?|
    months?|ft|in|inch|yd|mi|miles?|mph|kmh|kph|kn|knots?|lb|lbs|oz|gal|hp|PS|Nm|VAr|kVAr|pH|NTU|Ah|mAh|pcs|pc|each|Stk|
    Stück|EUR|USD|CNY|RMB|GBP|JPY|CHF|€|\$|£|¥|元|万元|米|厘米|毫米|千米|公里|克|千克|吨|升|毫升|秒|分|分钟|小时|天|年|度|
    摄氏度|伏|安|瓦|千瓦|帕|兆帕|赫兹|转/分|个|人|次|percent|celsius|fahrenheit|kelvin|hPa|kPa|MPa|yyyy.*|dd.*|hh:mm.*|
    m\d|s\d|none|text|string|n/a|-""",
    re.VERBOSE,
)


def is_number(cell: Any) -> bool:
    """Whether a cell holds a number, or one is written in it, in any way.

    Examples
    --------
    >>> [is_number(cell) for cell in ("1.234,5", "-3", "12 %", "2e-3", 7, "m3", "")]
    [True, True, True, True, True, False, False]
    """
    return _NUMBER.fullmatch(cell.strip()) is not None if isinstance(cell, str) else cell is not None


def is_value(cell: Any) -> bool:
    """Whether a cell holds what names do not look like: a number, or a date or time."""
    return is_number(cell) or (isinstance(cell, str) and _MOMENT.fullmatch(cell.strip()) is not None)


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_unit(cell: Any) -> bool:
    """Whether a cell looks like a unit.

    Examples
    --------
    >>> [is_unit(cell) for cell in ("°C", "[bar]", "m3/h", "kPa", "pump", "12")]
    [True, True, True, True, False, False]
    """
    return isinstance(cell, str) and not is_value(cell) and _UNIT.fullmatch(cell.strip()) is not None


def is_gap(cell: Any) -> bool:
    """Whether a cell holds nothing, or what is written where a value is missing."""
    return is_blank(cell) or (isinstance(cell, str) and _GAP.fullmatch(cell.strip()) is not None)


def is_empty(row: Sequence[Any]) -> bool:
    return all(map(is_blank, row))
