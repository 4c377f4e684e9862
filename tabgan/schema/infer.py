"""What a column is: found out from its values, or as asked for, also by a file; and what cannot be learned."""

from __future__ import annotations

import datetime
import os
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tabgan.errors import InputError, warn
from tabgan.files import parse_json
from tabgan.schema.column import NUMBER_FORMATS, Column, ColumnType, column_types, find_kind, kinds
from tabgan.schema.constant import Constant
from tabgan.schema.dates.doubts import find_spoiler, say_what_may_be_dates, spoiled
from tabgan.schema.dtypes import Contents, spelt_numbers
from tabgan.schema.known import count_gaps, iter_columns
from tabgan.schema.texts.reading import MARKERS, SPELLINGS
from tabgan.spelling import spell
from tabgan.text import shorten

MOST_GAPS = 3
"""Texts among dates that a message lists to be taken for gaps."""
DROP = "drop"
"""What stands for a kind in a schema file where a column is not to be learned."""


def learn_column(series: pd.Series, asked: str | None = None) -> Column:
    """Return what is to be known of a column, named as its series, of a kind that is asked for or the one found out.

    InputError for values that the kind does not have, identifiers, mixed types, more than 1,000 labels or infinite
    values. The series' `attrs` may hold `tabgan.schema.column.NUMBER_FORMATS`, and the keys of
    `tabgan.schema.texts.reading`.

    Examples
    --------
    >>> learn_column(pd.Series(["b", "a", None, "a"])).levels
    ('a', 'b')
    >>> learn_column(pd.Series([1, 2, 1]), "categorical").kind
    'categorical'
    """
    if series.isna().all():
        warn(
            f"column {str(series.name)!r} has no values, and new rows will have none; "
            f"leave it out with {spell('drop', series.name)}"
        )
        return Column.of(series, Constant(), 0)
    if asked and asked not in Constant.kinds:
        found = find_kind(asked)
    else:
        contents = Contents(series)
        found = next((known for known in column_types() if known.takes(contents)), None)
    if found is None:
        raise _mixed(series)
    column = found.learn(series, asked) if asked or not contents.texts else _learn_text(found, contents)
    if asked is None and column.type.measure and column.type.measure.what == "number":
        say_what_may_be_dates(series, *column.type.range)
    written = {key: series.attrs.get(key, {}).get(series.name) for key in (NUMBER_FORMATS, SPELLINGS, MARKERS)}
    markers = tuple((text, share) for text, share in written[MARKERS] or ()) or column.markers
    column = replace(
        column, number_format=written[NUMBER_FORMATS], spelling=written[SPELLINGS] or column.spelling, markers=markers
    )
    if column.distinct == 1 and not column.missing and not column.constant:
        return replace(column, type=Constant(column.type))
    if asked in Constant.kinds:
        values = series.drop_duplicates().iloc[:2].tolist()
        raise InputError(
            f"a constant column has one value in all rows, but column {str(series.name)!r} has {shorten(values[0])} "
            f"and {shorten(values[1])}; choose another kind"
        )
    return column


def check_cells(series: pd.Series) -> None:
    """Raise InputError if a cell holds several values, as a list or an object of JSON does."""
    if series.dtype == object and any(isinstance(value, (list, dict, np.ndarray)) for value in series):
        raise _mixed(series)


def _learn_text(found: type[ColumnType], contents: Contents) -> Column:
    """Learn a column of text; dates that one cell spoils are said, if they are labels now, or why they cannot be."""
    spoiler = find_spoiler(contents.texts) if found.kinds[0] == "categorical" else None
    if spoiler is None:
        return found.learn(contents.series, None)
    words = spoiled(contents.series, spoiler)
    try:
        column = found.learn(contents.series, None)
    except InputError as error:
        raise InputError(words) from error
    warn(words)
    return column


def _mixed(series: pd.Series) -> InputError:
    """The error that shows the first value that is of another type than the first."""
    present = series.dropna()
    types = [_type_of(value) for value in present]
    other = next((i for i, found in enumerate(types) if found != types[0]), None)
    rows = np.flatnonzero(series.notna()) + 1
    name = str(series.name)
    if other is None:
        return InputError(
            f"a column must hold numbers, dates, truth values or text, but {name!r} has {shorten(present.iloc[0])!r} "
            f"({type(present.iloc[0]).__name__}) in row {rows[0]}; convert it, or leave it out with "
            f"{spell('drop', series.name)}"
        )
    return InputError(
        f"a column must hold values of one type, but {name!r} has {types[0]} ({shorten(present.iloc[0])!r} in row "
        f"{rows[0]}) and {types[other]} ({shorten(present.iloc[other])!r} in row {rows[other]}); mend these values, or "
        f"{_way_out(present, set(types))}"
    )


def _way_out(present: pd.Series, types: set[str]) -> str:
    """What can be done with values of several types but mending them: a date or time can be no label."""
    texts = [value.strip() for value in present if isinstance(value, str) and _type_of(value) == "text"]
    gaps = list(dict.fromkeys(texts))
    few = 0 < len(gaps) <= MOST_GAPS and all(shorten(text) == text and "," not in text for text in gaps)
    missing = spell("missing", gaps) if few else ""
    if types <= {"numbers", "text", "truth values"}:
        labels = spell("kinds", {present.name: "categorical"})
        if few and len(texts) < len(present) / 2:
            return f"make gaps of the texts with {missing}, or take all for labels with {labels}"
        return f"take all for labels with {labels}"
    others = [value for value in present if not isinstance(value, str)]
    moments = len(set(map(type, others))) == 1 and isinstance(
        others[0], (datetime.date, datetime.time, datetime.timedelta)
    )
    if moments and few:
        return f"make gaps of the texts with {missing}"
    return f"leave it out with {spell('drop', present.name)}"


def _type_of(value: Any) -> str:
    if isinstance(value, str):
        return "numbers" if np.isfinite(spelt_numbers([value]).iloc[0]) else "text"
    if isinstance(value, (bool, np.bool_)):
        return "truth values"
    return "numbers" if isinstance(value, (int, float, np.number)) else type(value).__name__


def learn_columns(frame: pd.DataFrame, asked: Mapping[Hashable, str] | None = None) -> list[Column | InputError]:
    """Return what is to be known of each column of a table, or why it cannot be learned."""
    found: list[Column | InputError] = []
    for series in iter_columns(frame):
        try:
            found.append(learn_column(series, (asked or {}).get(series.name)))
        except InputError as error:
            found.append(error)
    return found


def survey(frame: pd.DataFrame, learned: Sequence[Column | InputError]) -> list[dict[str, Any]]:
    """Describe each column of a table: name, kind, dtype, counts of distinct and missing values, range or levels.

    A column that cannot be learned has the kind "drop", and says why.
    """
    columns = []
    for (name, series), column in zip(frame.items(), learned, strict=True):
        about = (
            {"name": name, "kind": DROP, "dtype": str(series.dtype), "why": str(column)}
            if isinstance(column, InputError)
            else column.describe()
        )
        columns.append(about | {"missing": count_gaps(frame, series)})
    return columns


def read_schema(path: str | os.PathLike[str], names: Sequence[Hashable]) -> dict[Hashable, str | None]:
    """Return the kinds of the columns that a schema file keeps, by name; None where it gives none.

    InputError if it cannot be read, is not such JSON, or names an unknown column or kind, or a column twice.
    """
    path = Path(path)
    try:
        columns = parse_json(path.read_text(encoding="utf-8-sig"))["columns"]
        pairs = [(column["name"], column.get("kind")) for column in columns]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; check its name and place") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f'a schema must be JSON such as {{"columns": [{{"name": "age", "kind": "integer"}}]}}, but {path} is not '
            f"({type(error).__name__}: {error}); write one with `tabgan schema`"
        ) from error
    known = {str(name): name for name in names}
    found: dict[Hashable, str | None] = {}
    for label, kind in pairs:
        name = known.get(str(label))
        if name is None:
            raise InputError(
                f"{path} names a column {str(label)!r} that is not in the table; its columns are {', '.join(known)}"
            )
        if name in found:
            raise InputError(f"{path} names column {str(label)!r} twice; leave one out")
        if kind not in (None, DROP, *kinds()):
            raise InputError(
                f"a kind must be one of {', '.join(kinds())} or {DROP}, but that of {str(label)!r} in {path} is "
                f"{kind!r}; choose one"
            )
        found[name] = kind
    return {name: kind for name, kind in found.items() if kind != DROP}
