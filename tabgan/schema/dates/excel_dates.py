"""Columns of dates as Excel keeps them."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter
from typing import Any

from tabgan.schema.column import Column
from tabgan.schema.constant import Constant
from tabgan.schema.dates.date_template import fullest
from tabgan.schema.dates.numbered import SERIAL_DAYS
from tabgan.schema.dates.units import UNITS
from tabgan.schema.dtypes import is_number
from tabgan.schema.moments import Moments
from tabgan.schema.times import ClockTimes, Durations

_FIRST = -25508 * UNITS["day"]  # 1900-03-01: Excel counts a day before it that there never was
_PARTS = {"Y": "y", "m": "m", "d": "d", "H": "h", "I": "h", "M": "m", "S": "s", "f": "0"}
_WORDS = {"b": "mmm", "B": "mmmm", "a": "ddd", "A": "dddd", "p": "AM/PM"}
_PLAIN = re.compile(r"[-/. :]*")  # what needs no quotes in a number format


def as_cells(column: Column) -> Column:
    """Return a column of dates as Excel keeps them, with a number format; any other column as it is.

    Dates that came as text become dates, in the same form, unless they have a time zone, more than three digits after
    the second, words that Excel does not write, or begin before March 1900.

    Examples
    --------
    >>> import pandas as pd
    >>> column = as_cells(Moments.learn(pd.Series(["31.1.2024 9:05", "1.2.2024 10:30"], name="day"), None))
    >>> column.dtype, column.number_format
    ('datetime64[s]', 'd.m.yyyy h:mm')
    """
    found = getattr(column.type, "of", column.type)
    if isinstance(found, ClockTimes):
        return _as_times(column, found)
    if not isinstance(found, Moments) or column.number_format or found.start < _FIRST:
        return column
    form = found.form or ""
    if form in ("", "date", "datetime"):
        whole = found.unit == "day" and found.start % UNITS["day"] == 0
        plain = column.dtype.startswith("datetime64") and "," not in column.dtype
        return replace(column, number_format="yyyy-mm-dd") if whole and plain else column
    spelt = None if form in SERIAL_DAYS or found.offsets or is_number(column.held) else number_format(form)
    if spelt is None:
        return column
    return _in_cells(column, found, f"datetime64[{found.tick}]", spelt)


def _as_times(column: Column, found: ClockTimes) -> Column:
    """Clock times and durations as Excel has them, which are not below 0."""
    form = found.form or ""
    spelt = None if form == "object" or found.origin < 0 or "{days" in form else number_format(form)
    if column.number_format or not spelt:
        return column
    spelt = re.sub("^h+|^m+", r"[\g<0>]", spelt) if isinstance(found, Durations) else spelt
    return _in_cells(column, found, f"timedelta64[{found.tick}]", spelt)


def _in_cells(column: Column, found: Any, dtype: str, spelt: str) -> Column:
    own = replace(found, form=None)
    own = replace(column.type, of=own) if isinstance(column.type, Constant) else own
    return replace(column, type=own, dtype=dtype, gap=None, number_format=spelt)


def number_format(template: str) -> str | None:
    """Return the number format of Excel that writes as a template does; None if there is none.

    Examples
    --------
    >>> number_format("{d:02d}-{b}-{Y:04d} {I}:{M:02d} {p}"), number_format("{Y:04d}年{m}月"), number_format("{d}{o}")
    ('dd-mmm-yyyy h:mm AM/PM', 'yyyy"年"m"月"', None)
    """
    spelt = ""
    for text, field, spec, _ in Formatter().parse(fullest(template)):
        spelt += text if _PLAIN.fullmatch(text) else f'"{text}"'
        if field is None:
            break
        width = int(spec[1]) if spec else 1
        if field in _WORDS:
            spelt += _WORDS[field]
        elif field[0] == "y":
            spelt += "yy"
        elif field not in _PARTS or (field == "f" and width > 3):
            return None
        else:
            spelt += _PARTS[field] * width
    return None if re.search(r"\d$|[A-Z]+[\"']?$", template) else spelt
