"""Which columns tell rows of the same time apart: series of their own, or the hours of a date."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from tabgan.errors import InputError, TabganWarning
from tabgan.forecasting.times import tell
from tabgan.series.hours import Hours
from tabgan.series.time_columns import TimeColumns
from tabgan.spelling import spell

FEWEST_HOURS = 12
"""So many distinct ones at least are the hours of a day."""
MOST_PAIRED = 10
"""Of so many columns pairs are tried."""


def say_what_tells(
    frame: pd.DataFrame,
    keys: pd.Index,
    told: TimeColumns | None,
    used: Sequence[Hashable],
    entity: Sequence[Hashable],
    fill: bool,
) -> None:
    """Refuse rows with the same time, and `entity`, if a column tells them apart; warn if they are to be averaged."""
    if not keys.has_duplicates:
        return
    words = find_telling(frame, keys, told.names if told else (), used, entity)
    if not words:
        return
    if fill:
        warnings.warn(TabganWarning(f"rows with the same time are averaged, but {words}"), stacklevel=4)
        return
    repeated = keys[keys.duplicated()].unique()
    stamps = repeated.get_level_values(0) if isinstance(repeated, pd.MultiIndex) else repeated
    raise InputError(
        f"each time must be there once, but {len(repeated):,} are repeated ({tell(told, stamps)}); {words}"
    )


def find_telling(
    frame: pd.DataFrame,
    keys: pd.Index,
    time: Sequence[Hashable],
    used: Sequence[Hashable],
    entity: Sequence[Hashable] = (),
) -> str:
    """Return in words which column, or two, tell rows of the same key apart, and the option; "" if none do.

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
    for one, other in combinations(few, 2) if not single else ():
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
