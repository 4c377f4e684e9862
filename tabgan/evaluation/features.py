"""Tables of any origin as equal matrices: numbers as they are, dates as seconds, labels as the codes of levels."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.evaluation.phrase import Phrase
from tabgan.schema.column import ColumnType, Floats, column_types
from tabgan.schema.dates.days_agreed import agree_on_days
from tabgan.schema.dates.spans import read_spans
from tabgan.schema.dtypes import FEW_ROWS, Contents, is_number, spelt_numbers
from tabgan.schema.infer import check_cells
from tabgan.schema.labels import Labels
from tabgan.schema.moments import Moments
from tabgan.schema.numbers import Numbers, as_numbers, decimals_of
from tabgan.schema.times import ClockTimes
from tabgan.text import shorten

MOST_WHOLE_LEVELS = 12
MOST_LEVELS = 1000
TRUTH = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}
GAP = "(missing)"
UNSEEN = "(not in the real table)"


@dataclass(frozen=True)
class Feature:
    """A column as it is scored. Gaps of labels are a level of their own, and so are all that no real row has."""

    name: Hashable
    levels: tuple[str, ...] | None = None  # what the codes 0, 1, ... of a categorical column are; None for numbers
    known: int = 0  # how many levels there are in real rows; they come first
    decimals: int | None = None  # the most in real rows; None for more than 10, and for labels and dates
    is_date: bool = False  # its numbers are seconds since 1970, or, of numpy's durations, seconds
    is_clock: bool = False  # its numbers are seconds of a day, or of what took so long


Aligned = tuple[Feature | None, dict[str, Floats], list[Phrase]]
"""A column of all tables, and notes; no feature when it is left out, which a note says."""


def say_name(name: Hashable, most: int | None = None) -> str:
    """Return what a column is called: its name, of at most so many letters, or its number from 1 if it has none.

    Examples
    --------
    >>> say_name("age"), say_name(6)
    ('age', 'column 6')
    """
    if isinstance(name, (int, np.integer)):
        return Phrase("column {number}", number=int(name))
    return str(name) if most is None else shorten(name, most)


def round_as_real(rows: Floats, features: Sequence[Feature]) -> Floats:
    """Return rows with no more decimals in each column than real rows have."""
    rounded = rows.copy()
    for place, feature in enumerate(features):
        if feature.decimals is not None:
            rounded[:, place] = np.round(rows[:, place], feature.decimals)
    return rounded


def align(
    frames: Mapping[str, pd.DataFrame],
    categorical: Collection[Hashable] = (),
    continuous: Collection[Hashable] = (),
    ids: Collection[Hashable] = (),
) -> tuple[tuple[Feature, ...], dict[str, Floats], list[Phrase]]:
    """Make matrices of tables with equal columns, by what messages call them, and notes on what was done to columns.

    The last table holds the rows to be judged, the others hold real rows, and the first one's columns lead. A column is
    categorical when it holds labels, at most 2 distinct values, or at most 12 distinct whole numbers, unless its kind
    is told. Text that spells numbers or dates counts as these. Columns `ids`, and labels that are different in every
    real row, are left out. Numbers in a categorical column are moved to the nearest real level. Columns that cannot be
    scored are left out.

    Raises
    ------
    InputError
        Different columns, values of another kind than in the first table, infinite values, nothing to score.
    """
    first, *_, last = frames
    for what, frame in frames.items():
        _check_columns(frames[first], frame, first, what)
    unknown = [str(name) for name in (*categorical, *continuous) if name not in frames[first].columns]
    if unknown:
        raise InputError(
            f"kinds must be told of columns, but there is none named {', '.join(unknown)}; "
            f"the columns are {', '.join(map(str, frames[first].columns))}"
        )
    features, columns, notes = [], [], []
    for name in frames[first].columns:
        if name in ids:
            template = "column {name} is left out: it tells rows apart, and new rows have new identifiers"
            notes.append(Phrase(template, name=str(name)))
            continue
        series = {what: frame[name] for what, frame in frames.items()}
        told = "label" if name in categorical else "number" if name in continuous else None
        feature, values, said = _align_column(series, told, last)
        notes += said
        if feature:
            features.append(feature)
            columns.append(values)
    if not features:
        raise InputError(f"{first} must have a column that can be scored, but: {'; '.join(notes)}; give another table")
    matrices = {what: np.column_stack([values[what] for values in columns]) for what in frames}
    return tuple(features), matrices, notes


def _check_columns(first: pd.DataFrame, frame: pd.DataFrame, first_name: str, what: str) -> None:
    """Raise InputError with a diff unless both have the same columns in any order."""
    lacking = [f"- {name}" for name in first.columns if name not in frame.columns]
    extra = [f"+ {name}" for name in frame.columns if name not in first.columns]
    if lacking or extra:
        raise InputError(
            f"{what} must have the columns of {first_name}, but differs in these (- it lacks, + it has besides): "
            f"{', '.join([*lacking, *extra])}; select the same columns of both, or rename them"
        )


def _align_column(series: Mapping[str, pd.Series], told: str | None, last: str) -> Aligned:
    for column in series.values():
        check_cells(column)
    series = _match_spans(_match_truth(series))
    real = pd.concat([column for what, column in series.items() if what != last], ignore_index=True)
    name = real.name
    if real.isna().all():
        return None, {}, [Phrase("column {name} is left out: it has no values in the real table", name=str(name))]
    found = {"label": Labels, "number": Numbers}.get(told or "") or _find_type(real, series[last])
    series = agree_on_days(series) if found is Moments else series
    values = {w: v for w, column in series.items() if (v := _compare(found, column, w)) is not None}
    if len(values) < len(series):
        return _align_labels(series, real, last, told is not None)
    levels = np.unique(np.concatenate([v[~np.isnan(v)] for what, v in values.items() if what != last]))
    few = len(levels) <= 2 or (len(levels) <= MOST_WHOLE_LEVELS and np.allclose(levels, np.round(levels)))
    if told is None and found is not Moments and few:
        return _snap(name, values, levels, last)
    decimals = decimals_of(as_numbers(real)) if found is Numbers else None
    is_clock = issubclass(found, ClockTimes) or pd.api.types.is_timedelta64_dtype(real.dtype)
    return Feature(name, decimals=decimals, is_date=found is Moments, is_clock=is_clock), values, []


def _match_truth(series: Mapping[str, pd.Series]) -> Mapping[str, pd.Series]:
    """Columns of True and False in some tables and of 1 and 0, or such words, in others, as True and False in all."""
    texts = set()
    for value in (value for column in series.values() for value in column.dropna().unique()):
        texts.add(text := str(value).strip().lower())
        if text not in TRUTH:
            return series
    if not texts & {"true", "false"}:
        return series
    return {  # as objects, since pandas 2.2 ignores no gaps of numbers with gaps of their own
        what: column.astype(object)
        .map(lambda value: TRUTH[str(value).strip().lower()], na_action="ignore")
        .astype(object)
        for what, column in series.items()
    }


def _match_spans(series: Mapping[str, pd.Series]) -> Mapping[str, pd.Series]:
    """Durations that are texts in some tables, as files without such a type have them, as durations in all."""
    spans = {what for what, column in series.items() if pd.api.types.is_timedelta64_dtype(column.dtype)}
    if len(spans) in (0, len(series)):
        return series
    made = {}
    for what, column in series.items():
        found = column if what in spans else read_spans(column)
        if found is None:
            return series  # another says what is no duration
        made[what] = found
    return made


def _find_type(real: pd.Series, other: pd.Series) -> type[ColumnType]:
    """Return the type that takes a column; values of several types are judged as text, and that by what it spells.

    Digits of dates beside numbers that are none are numbers.
    """
    contents = Contents(real)
    if not contents.holds:
        contents = Contents(real.map(str, na_action="ignore"))
    if contents.texts and not np.isnan(contents.spelt).any() and not Moments.takes(contents):
        return Numbers
    if contents.holds == "number" and is_number(other.dtype) and not Moments.takes(Contents(other)):
        return Numbers
    return next((found for found in column_types() if found.takes(contents)), Labels)


def _compare(found: type[ColumnType], series: pd.Series, what: str) -> Floats | None:
    """Return the values of a column of one table as they are compared; None: as labels."""
    if series.isna().all():
        return np.full(len(series), np.nan)
    try:
        return found.compared(series)
    except InputError as error:
        raise InputError(f"{what} cannot be scored: {error}") from error


def _snap(name: Hashable, values: Mapping[str, Floats], levels: Floats, last: str) -> Aligned:
    """Numbers of few values as the codes of the nearest real ones, and one more for gaps."""
    gaps = {what: np.isnan(v) for what, v in values.items()}
    middles = (levels[1:] + levels[:-1]) / 2
    codes = {
        what: np.where(gaps[what], len(levels), np.searchsorted(middles, v)).astype(np.float64)
        for what, v in values.items()
    }
    present = ~gaps[last]
    moved = ~np.isclose(levels[codes[last][present].astype(int)], values[last][present])
    notes = []
    if moved.any():
        template = (
            "column {name}: {share:.1%} of the synthetic values are no value of the real table, and were moved to the "
            "nearest one"
        )
        notes = [Phrase(template, name=str(name), share=float(moved.mean()))]
    texts = [_write(level) for level in levels.tolist()]
    known = len(texts) + any(gap.any() for what, gap in gaps.items() if what != last)
    return Feature(name, (*texts, *[GAP] * any(gap.any() for gap in gaps.values())), known), codes, notes


def _align_labels(series: Mapping[str, pd.Series], real: pd.Series, last: str, told: bool) -> Aligned:
    """Labels as codes: the real ones in order, a level for gaps and one for all that no real row has."""
    name = str(real.name)
    levels = sorted({_write(value) for value in real.dropna().unique()})
    if len(levels) > MOST_LEVELS:
        template = "column {name} is left out: it has {count:,} levels in the real table, more than {most:,}"
        return None, {}, [Phrase(template, name=name, count=len(levels), most=MOST_LEVELS)]
    if not told and len(levels) == int(real.notna().sum()) and _are_names(levels):
        template = "column {name} is left out: it has another text in every row of the real table, and tells rows apart"
        return None, {}, [Phrase(template, name=name)]
    codes = {text: float(code) for code, text in enumerate(levels)}
    levels += [GAP] * any(column.isna().any() for column in series.values())
    known = len(codes) + bool(real.isna().any())
    values = {}
    for what, column in series.items():
        places, found = pd.factorize(column)
        code = [codes.get(_write(value), len(levels)) for value in found]
        values[what] = np.array([*code, len(codes)], np.float64)[places]  # the place of a gap is -1, the last
    unseen = float(np.mean(values[last] == len(levels)))
    if not unseen:
        return Feature(real.name, tuple(levels), known), values, []
    template = "column {name}: {share:.2%} of the synthetic rows have a level that no real row has"
    return Feature(real.name, (*levels, UNSEEN), known), values, [Phrase(template, name=name, share=unseen)]


def _are_names(levels: Sequence[str]) -> bool:
    """Whether enough texts that differ are no numbers, or at most half of them are."""
    spelt = spelt_numbers(levels).notna().mean()
    return len(levels) > FEW_ROWS and bool(spelt <= 0.5)


def _write(value: object) -> str:
    """A label as text; whole numbers without decimals, whatever their dtype."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()
