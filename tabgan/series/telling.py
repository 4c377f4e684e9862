"""Which columns tell rows of the same time apart: series of their own, or the hours of a date."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.series.hours import Hours
from tabgan.spelling import spell

FEWEST_HOURS = 12
"""So many distinct ones at least are the hours of a day."""
MOST_PAIRED = 10
"""Of so many columns pairs are tried."""


def find_telling(
    frame: pd.DataFrame,
    keys: pd.Index,
    time: Sequence[Hashable],
    used: Sequence[Hashable | None],
    entity: Sequence[Hashable] = (),
    several: bool = True,
) -> str:
    """Return in words which column tells rows of the same key apart, and the option; "" if none does.

    Two columns together may, if `several` may be named. Columns of `time` and those `used` do not count.

    Examples
    --------
    >>> table = pd.DataFrame({"day": ["1", "1", "2", "2"], "shop": ["a", "b", "a", "b"]})
    >>> find_telling(table, pd.Index(table["day"]), ["day"], [])
    "column 'shop' tells 2 series apart: entity='shop' takes each by itself"
    """
    codes = pd.factorize(keys)[0].astype(np.int64)
    columns = {}
    for name in frame.columns:
        column = frame[name]
        if name in (*time, *used) or isinstance(column, pd.DataFrame) or column.isna().any():
            continue
        own, distinct = pd.factorize(column)
        if 2 <= len(distinct) <= len(frame) // 2 and (column.dtype.kind != "f" or _are_hours(column)):
            columns[name] = own.astype(np.int64), len(distinct)
    single = [name for name, (own, n) in columns.items() if not pd.Series(codes * n + own).duplicated().any()]
    hours = [name for name in single if len(time) == 1 and not entity and _are_hours(frame[name])]
    if hours:
        return f"column {str(hours[0])!r} tells the hour of a date: name both with {spell('time', [time[0], hours[0]])}"
    chosen: list[Hashable] = [min(single, key=lambda name: columns[name][1])] if single else []
    few = sorted(columns, key=lambda name: columns[name][1])[:MOST_PAIRED]
    for one, other in combinations(few, 2) if several and not single else ():
        (a, _), (b, n) = columns[one], columns[other]
        if not pd.Series(codes * (columns[one][1] * n) + a * n + b).duplicated().any():
            chosen = [name for name in frame.columns if name in (one, other)]
            break
    if not chosen:
        return ""
    n_series = len(frame[[*entity, *chosen]].drop_duplicates())
    listed = " and ".join(repr(str(name)) for name in chosen)
    what = f"column {listed} tells" if len(chosen) == 1 else f"columns {listed} tell"
    whose = [*entity, *chosen]
    option = spell("entity", whose if len(whose) > 1 else whose[0])
    return f"{what} {n_series:,} series apart: {option} takes each by itself"


def _are_hours(column: pd.Series) -> bool:
    """Whether a column holds the hours of days, by its values."""
    n = column.nunique()
    if n < FEWEST_HOURS:
        return False
    try:
        hours = Hours.learn(column)
    except InputError:
        return False
    return hours.parts <= 0 or n >= hours.parts // 2
