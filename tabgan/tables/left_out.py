"""Rows of a table that a user leaves out."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.spelling import spell

_ITEM = re.compile(r"\s*(-?[1-9]\d{0,8})(?:\s*-\s*([1-9]\d{0,8})?)?\s*", re.ASCII)


def leave_out(table: pd.DataFrame, rows: str) -> pd.DataFrame:
    """Return a table without some rows, which are counted from 1, or from -1, the last one.

    Examples
    --------
    >>> leave_out(pd.DataFrame({"t": [1, 2, 3, 4, 5]}), "1-2,-1")["t"].tolist()
    [3, 4]
    """
    return table[kept_rows(len(table), rows)].reset_index(drop=True)


def kept_rows(count: int, rows: str) -> NDArray[np.bool_]:
    """Return which of so many rows stay, of shape (count,); see `leave_out`."""
    kept = np.ones(count, dtype=bool)
    for item in rows.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise InputError(
                f"rows to leave out are counted from 1, or from -1, the last, but {spell('drop_rows')} has {item!r}; "
                "write 1, 3-5, 200- or -1"
            )
        first = int(match[1])
        last = int(match[2] or count) if "-" in item.strip()[1:] else first
        if max(abs(first), last) > count or (first > 0 and last < first):
            raise InputError(
                f"rows to leave out are counted from 1 to {count:,} here, but {spell('drop_rows')} asks for "
                f"{item.strip()}; choose among them"
            )
        kept[slice(first - 1, last) if first > 0 else first] = False
    return kept
