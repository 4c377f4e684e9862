"""What the cells of an Excel sheet need to know of a column: the number format that shows its values."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tabgan.schema.dates import TICKS, UNITS

if TYPE_CHECKING:
    from tabgan.schema.column import Column

NUMBER_FORMATS = "number_formats"
"""Key of `DataFrame.attrs`: Excel's number formats of columns, by their names."""

_PARTS = {"Y": "y", "m": "m", "d": "d", "H": "h", "M": "m", "S": "s", "f": "0"}
_FIRST = -25508 * UNITS["day"]  # 1900-03-01: Excel counts a day before it that there never was


def as_cells(column: Column) -> Column:
    """Return a column of dates as Excel keeps them, with a number format; any other column as it is.

    Dates that came as text become dates, in the same form, unless they have a time zone, more than three digits after
    the second, or begin before March 1900.

    Examples
    --------
    >>> import pandas as pd
    >>> from tabgan.schema.infer import learn_column
    >>> column = as_cells(learn_column(pd.Series(["31.1.2024 9:05", "1.2.2024 10:30"], name="day")))
    >>> column.dtype, column.number_format
    ('datetime64[s]', 'd.m.yyyy h:mm')
    """
    if column.tick is None or column.number_format or (column.origin or 0) * TICKS[column.tick] < _FIRST:
        return column
    form = column.form or ""
    if form in ("", "date", "datetime"):
        whole = column.unit == "day" and (column.origin or 0) * TICKS[column.tick] % UNITS["day"] == 0
        plain = column.dtype.startswith("datetime64") and "," not in column.dtype
        return replace(column, number_format="yyyy-mm-dd") if whole and plain else column
    if not re.fullmatch(r"(\{\w(:0[1-4]d)?\}|[-/. T:])+", form) or re.search(r"\{f:0[4-9]d\}", form):
        return column
    spelt = re.sub(r"\{(\w)(?::0(\d)d)?\}", lambda m: _PARTS[m[1]] * int(m[2] or 1), form)
    return replace(
        column, dtype=f"datetime64[{column.tick}]", form=None, gap=None, number_format=spelt.replace("T", '"T"')
    )
