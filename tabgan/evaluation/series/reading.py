"""Long frames and arrays as series: which rows belong together, when they were, and channels as numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.evaluation.phrase import Phrase
from tabgan.schema.column import Floats
from tabgan.schema.dates.numbered import are_digits
from tabgan.schema.dates.ticks import read_moments
from tabgan.schema.dates.units import TICKS, to_nanoseconds
from tabgan.schema.dtypes import Contents, spelt_numbers
from tabgan.schema.moments import Moments
from tabgan.spelling import spell
from tabgan.tables.intake import open_table

SERIES = "series"
"""The column that tells generated series apart."""


@dataclass(frozen=True, eq=False)
class Read:
    """One series as it stands in a table: the entity it is of, its channels, and its times as they are."""

    series: Hashable
    channels: pd.DataFrame
    times: NDArray[Any] | None


def read_long(X: Any, what: str, time: Hashable | None, entity: Hashable | None) -> list[Read]:
    """Return the series of a long frame, or of an array of shape (T, D) or (n, T, D), whose channels are 1 to D.

    Rows of a frame belong together that agree in `entity` and, where there is such a column, in "series".
    """
    X, _ = open_table(X)
    if isinstance(X, pd.DataFrame):
        return _read_frame(X, what, time, entity)
    try:
        array = np.asarray(X, np.float64)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise InputError(
            f"{what} must be a long table, or numbers of shape (steps, channels) or (series, steps, channels), but has "
            f"shape {array.shape}; give one of these"
        )
    names = range(1, array.shape[-1] + 1)
    several = array if array.ndim == 3 else array[None]
    return [Read(number, pd.DataFrame(one, columns=names), None) for number, one in enumerate(several)]


def _read_frame(X: pd.DataFrame, what: str, time: Hashable | None, entity: Hashable | None) -> list[Read]:
    for parameter, name in (("time", time), ("entity", entity)):
        if name is not None and name not in X.columns and not (what.endswith("synthetic series") and SERIES in X):
            raise InputError(
                f"{spell(parameter)} must name a column of {what}, but there is no {name!r} among "
                f"{', '.join(map(str, X.columns))}; name one of these"
            )
    if not X.columns.is_unique:
        repeated = X.columns[X.columns.duplicated()][0]
        raise InputError(f"{what} must have distinct columns, but {str(repeated)!r} is there twice; rename one")
    if time is None and (dates := [name for name in X if name != entity and Moments.takes(Contents(X[name]))]):
        raise InputError(
            f"{what} has dates in {str(dates[0])!r}, which are no channel; say {spell('time', dates[0])}, or leave "
            "it out"
        )
    keys = [name for name in (entity, SERIES) if name is not None and name in X.columns]
    if X.empty:
        raise InputError(f"{what} must have rows, but is empty; give another table")
    times = None if time is None or time not in X else read_times(X[time], what)
    channels = X.drop(columns=[name for name in (time, *keys) if name in X])
    if not keys:
        return [Read(None, channels, times)]
    groups = X.groupby(keys if len(keys) > 1 else keys[0], sort=False, dropna=False).indices
    return [
        Read(key, channels.iloc[places], None if times is None else times[places]) for key, places in groups.items()
    ]


def read_times(column: pd.Series, what: str) -> NDArray[Any]:
    """Return times as datetime64 in UTC, or as numbers where these are given, unless they are the digits of dates."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column) and not are_digits(column):
        times = column.to_numpy(np.float64, na_value=np.nan)
        missing = np.isnan(times)
    else:
        try:
            moments = read_moments(_plain(column))
        except (ValueError, TypeError) as error:
            raise InputError(f"{spell('time')} must hold dates or numbers in {what}, but: {error}") from error
        missing = moments.gaps
        counts = to_nanoseconds(np.where(missing, 0, moments.counts), TICKS[moments.tick])
        times = counts.view("datetime64[ns]")
    if missing.any():
        raise InputError(
            f"{spell('time')} must be known in every row of {what}, but {missing.sum():,} are missing; leave these out"
        )
    return np.asarray(times)


def check_order(reads: Sequence[Read], what: str) -> None:
    """Raise InputError unless the times of each series increase."""
    for read in reads:
        if read.times is None or len(read.times) < 2:
            continue
        steps = np.diff(read.times)
        if (wrong := np.flatnonzero(steps <= np.zeros((), steps.dtype))).size:
            place = int(wrong[0]) + 1
            whose = "" if read.series is None else f" of {read.series!r}"
            fault = "is there twice" if read.times[place] == read.times[place - 1] else "goes back"
            more = "" if read.series is not None else f", or say {spell('entity')} if these are several series"
            raise InputError(
                f"times of {what} must increase{whose}, but {read.times[place]} {fault} (row {place + 1} of these); "
                f"sort the rows and leave repeats out{more}"
            )


def to_numbers(
    sides: Mapping[str, Sequence[Read]], judged: str
) -> tuple[list[Hashable], dict[str, list[Floats]], dict[int, tuple[str, ...]], list[Phrase]]:
    """Return the names of channels, each side's series as matrices, levels by place, and notes.

    Labels and truth values become the codes of levels, those that no real series has one more. Gaps are filled along
    lines. Channels that have no real values, or only one, are left out. The side `judged` leads in which columns there
    are, but all real ones must have them.
    """
    first = next(iter(sides))
    for what, reads in sides.items():
        _check_columns(sides[first][0].channels, reads[0].channels, first, what)
    frames = {what: pd.concat([read.channels for read in reads]) for what, reads in sides.items()}
    names: list[Hashable] = []
    notes: list[Phrase] = []
    levels: dict[int, tuple[str, ...]] = {}
    found: dict[str, list[Floats]] = {what: [] for what in sides}
    for name in frames[first].columns:
        real = pd.concat([frame[name] for what, frame in frames.items() if what != judged])
        if real.nunique() < 2:
            template = "channel {name} is left out: it has no two values in the real series"
            notes.append(Phrase(template, name=str(name)))
            continue
        known = _find_levels(real)
        if known is not None:
            levels[len(names)] = known
        names.append(name)
        for what, frame in frames.items():
            found[what].append(_to_column(frame[name], known, what, str(name)))
    if not names:
        raise InputError(f"{first} must have a channel that varies, but has none; give another table")
    matrices = {}
    for what, reads in sides.items():
        ends = np.cumsum([len(read.channels) for read in reads])[:-1]
        matrices[what] = _fill(np.split(np.column_stack(found[what]), ends), what, notes)
    return names, matrices, levels, notes


def _check_columns(first: pd.DataFrame, frame: pd.DataFrame, first_name: str, what: str) -> None:
    lacking = [f"- {name}" for name in first.columns if name not in frame.columns]
    extra = [f"+ {name}" for name in frame.columns if name not in first.columns]
    if lacking or extra:
        raise InputError(
            f"{what} must have the channels of {first_name}, but differs in these (- it lacks, + it has besides): "
            f"{', '.join([*lacking, *extra])}; select the same columns of both, or rename them"
        )


def _find_levels(real: pd.Series) -> tuple[str, ...] | None:
    """Return the levels of labels and truth values; None for numbers, also those that are spelt."""
    numbers = pd.api.types.is_numeric_dtype(real) or spelt_numbers(real.dropna()).notna().all()
    if numbers and not pd.api.types.is_bool_dtype(real):
        return None
    return tuple(sorted(map(str, real.dropna().unique())))


def _to_column(column: pd.Series, known: tuple[str, ...] | None, what: str, name: str) -> Floats:
    if known is not None:
        codes = {level: float(code) for code, level in enumerate(known)}
        return column.map(lambda value: np.nan if pd.isna(value) else codes.get(str(value), len(known))).to_numpy(float)
    numbers = spelt_numbers(column)
    if numbers.isna().sum() > column.isna().sum():
        odd = column[numbers.isna() & column.notna()].iloc[0]
        raise InputError(
            f"channel {name} holds numbers in the real series, but {odd!r} in {what}; give numbers, or nothing"
        )
    values = numbers.to_numpy(np.float64, na_value=np.nan)
    if infinite := np.isinf(values).sum():
        raise InputError(
            f"channel {name} of {what} must be finite, but {infinite:,} values are infinite; leave gaps there"
        )
    return np.asarray(values)


def _fill(series: list[Floats], what: str, notes: list[Phrase]) -> list[Floats]:
    missing = sum(int(np.isnan(values).sum()) for values in series)
    if not missing:
        return series
    share = missing / sum(values.size for values in series)
    template = "{share:.1%} of the values of {what} are missing and were filled along lines"
    notes.append(Phrase(template, share=share, what=Phrase(what)))
    middle = np.nan_to_num(np.nanmedian(np.concatenate(series), axis=0))
    filled = [pd.DataFrame(values).interpolate(limit_direction="both").to_numpy() for values in series]
    return [np.where(np.isnan(values), middle, values) for values in filled]


def _plain(column: pd.Series) -> pd.Series:
    """Objects of several zones as moments in UTC; other columns as they are."""
    several = str(column.dtype) == "object" and Contents(column).holds == "moment"
    return pd.to_datetime(column, utc=True) if several else column
