"""What a column is: found out from its values, or as asked for; and what cannot be learned."""

from __future__ import annotations

import re
import warnings
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from tabgan.errors import InputError, TabganWarning
from tabgan.schema.cells import NUMBER_FORMATS
from tabgan.schema.column import GAPS, Column
from tabgan.schema.dates import TICKS, UNITS, find_unit, read_moments, to_units
from tabgan.schema.datetext import read_dates
from tabgan.schema.dtypes import dtype_name, is_moment, is_number, is_text
from tabgan.schema.labels import find_levels, list_levels, plain_categories
from tabgan.schema.numbers import as_numbers, decimals_of, to_floats
from tabgan.spelling import spell

MOST_LEVELS = 1000
FEW_ROWS = 20
"""In as few rows as this, texts that are all distinct may be labels; in more they are taken for identifiers."""

_NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal")
_CODE = re.compile(r"\s*(0\d|\d{16})")  # 001, or the number of a card: text whose digits would be lost
_MOMENTS = ("date", "datetime", "datetime64")
_FORMS = {"continuous": "number", "integer": "number", "datetime": "moment", "categorical": "label", "boolean": "label"}


def learn_column(series: pd.Series, asked: str | None = None) -> Column:
    """Return what is to be known of a column.

    Parameters
    ----------
    series : Series of shape (n_samples,)
        The values, named as the column; `attrs` may hold `tabgan.schema.cells.NUMBER_FORMATS`.
    asked : str or None
        A kind, one of `tabgan.schema.column.KINDS`, in place of the one that is found out.

    Raises
    ------
    InputError
        Values that the kind does not have; identifiers, mixed types, more than 1,000 labels, infinite values.

    Examples
    --------
    >>> learn_column(pd.Series(["b", "a", None, "a"])).levels
    ('a', 'b')
    >>> learn_column(pd.Series([1, 2, 1]), "categorical").kind
    'categorical'
    """
    about = _about(series)
    if series.isna().all():
        warnings.warn(
            TabganWarning(
                f"column {str(series.name)!r} has no values, and new rows will have none; {_drop(series.name)}"
            ),
            stacklevel=2,
        )
        return Column(kind="constant", **about)
    form = _FORMS.get(asked or "") or _find_form(series)
    learn = {"number": _learn_numbers, "moment": _learn_moments, "label": _learn_labels}[form]
    number_format = series.attrs.get(NUMBER_FORMATS, {}).get(series.name)
    column = replace(learn(series, asked, about), number_format=number_format)
    if column.distinct == 1 and not column.missing:
        value = column.levels[0] if column.levels else None
        return replace(column, kind="constant", levels=None, value=value)
    if asked == "constant":
        found = series.drop_duplicates().iloc[:2].tolist()
        raise InputError(
            f"a constant column has one value in all rows, but column {str(series.name)!r} has {found[0]} and "
            f"{found[1]}; choose another kind"
        )
    return column


def _about(series: pd.Series) -> dict[str, Any]:
    """What all columns have."""
    name = int(series.name) if isinstance(series.name, np.integer) else series.name  # as JSON keeps it
    missing = bool(series.isna().any())
    about = {"name": name, "dtype": dtype_name(series.dtype, name), "missing": missing}
    if isinstance(series.dtype, pd.CategoricalDtype):
        about["categories"] = plain_categories(series.dtype, name)
        about["categories_dtype"] = dtype_name(series.dtype.categories.dtype, name)
        about["ordered"] = bool(series.dtype.ordered)
    elif about["dtype"] == "object" and missing:
        gap = series[series.isna()].iloc[0]
        about["gap"] = next((mark for mark, value in GAPS.items() if value is gap), "NaN")
    return about


def _find_form(series: pd.Series) -> str:
    """Return "number", "moment" or "label"."""
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype) or pd.api.types.is_bool_dtype(dtype):
        return "label"
    if is_number(dtype):
        return "number"
    if is_moment(dtype):
        return "moment"
    found = "string" if is_text(dtype) else pd.api.types.infer_dtype(series.dropna()) if str(dtype) == "object" else ""
    if found == "string":
        return _find_form_of_text(series)
    if found in _MOMENTS:
        return "moment"
    if found in _NUMBERS or found == "boolean":
        return "label" if found == "boolean" else "number"
    raise _mixed(series)


def _find_form_of_text(series: pd.Series) -> str:
    texts = series.dropna().unique().tolist()
    spelt = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
    if spelt.notna().all():
        return "label" if any(_CODE.match(text) for text in texts) else "number"
    if not isinstance(read_dates(texts), int):
        return "moment"
    share = np.isfinite(spelt).mean()
    if share == 0 or (share < 0.5 and _all_distinct(series, len(texts))):
        return "label"
    raise _mixed(series)


def _mixed(series: pd.Series) -> InputError:
    """The error that shows the first value that is of another type than the first."""
    present = series.dropna()
    kinds = [_kind_of(value) for value in present]
    other = next((i for i, kind in enumerate(kinds) if kind != kinds[0]), None)
    rows = np.flatnonzero(series.notna()) + 1
    name = str(series.name)
    if other is None:
        return InputError(
            f"a column must hold numbers, dates, truth values or text, but {name!r} has {str(present.iloc[0])!r} "
            f"({type(present.iloc[0]).__name__}) in row {rows[0]}; convert it, or {_drop(series.name)}"
        )
    return InputError(
        f"a column must hold values of one type, but {name!r} has {kinds[0]} ({str(present.iloc[0])!r} in row "
        f"{rows[0]}) and {kinds[other]} ({str(present.iloc[other])!r} in row {rows[other]}); mend these values, or "
        f"take all for labels with {spell('kinds', {series.name: 'categorical'})}"
    )


def _kind_of(value: Any) -> str:
    if isinstance(value, str):
        return "numbers" if np.isfinite(pd.to_numeric(value, errors="coerce")) else "text"
    if isinstance(value, (bool, np.bool_)):
        return "truth values"
    return "numbers" if isinstance(value, (int, float, np.number)) else type(value).__name__


def _learn_numbers(series: pd.Series, asked: str | None, about: dict[str, Any]) -> Column:
    found = as_numbers(series)
    values = to_floats(found)
    present = values[~np.isnan(values)]
    decimals = decimals_of(found)
    if asked == "integer" and decimals != 0:
        row = int(np.flatnonzero(~np.isnan(values) & (values != np.round(values)))[0])
        raise InputError(
            f"an integer column must hold whole numbers, but {str(series.name)!r} has {found.iloc[row]} in row "
            f"{row + 1}; take it with {spell('kinds', {series.name: 'continuous'})}, or round it"
        )
    if asked == "continuous" and decimals == 0 and not pd.api.types.is_integer_dtype(found.dtype):
        decimals = None  # between the whole numbers too
    distinct = len(np.unique(present))
    kind = asked if asked in ("integer", "continuous") else "integer" if decimals == 0 else "continuous"
    if asked is None and _counts_rows(values, distinct):
        warnings.warn(
            TabganWarning(f"column {str(series.name)!r} seems to number the rows; if so, {_drop(series.name)}"),
            stacklevel=4,
        )
    about |= {"dtype": dtype_name(found.dtype, series.name)}  # text that spells numbers comes back as these
    if found.dtype != series.dtype:
        about = {key: about[key] for key in ("name", "dtype", "missing")}
    return Column(
        kind=kind,
        decimals=decimals,
        minimum=float(present.min()),
        maximum=float(present.max()),
        distinct=distinct,
        **about,
    )


def _counts_rows(values: np.ndarray, distinct: int) -> bool:
    return distinct == len(values) > FEW_ROWS and values[0] in (0, 1) and bool((np.diff(values) == 1).all())


def _learn_moments(series: pd.Series, asked: str | None, about: dict[str, Any]) -> Column:
    moments = read_moments(series)
    counts = moments.counts[~moments.gaps]
    unit = find_unit(counts, moments.tick)
    origin = int(counts.min())
    units = to_units(counts, origin, UNITS[unit] // TICKS[moments.tick])
    if isinstance(series.dtype, pd.CategoricalDtype):  # texts that come back as such
        about = {"name": about["name"], "dtype": "object", "missing": about["missing"]}
    return Column(
        kind="datetime",
        minimum=0.0,
        maximum=float(units.max()),
        distinct=len(np.unique(units)),
        unit=unit,
        origin=origin,
        tick=moments.tick,
        form=moments.form,
        **about,
    )


def _learn_labels(series: pd.Series, asked: str | None, about: dict[str, Any]) -> Column:
    name = str(series.name)
    levels = find_levels(series)
    if asked is None and _all_distinct(series, len(levels)):
        raise InputError(
            f"text that is different in every row cannot be learned, but column {name!r} has {len(levels):,} distinct "
            f"texts in as many rows, such as {str(levels[0])!r}; {_drop(series.name)}"
        )
    if len(levels) > MOST_LEVELS:
        raise InputError(
            f"a column may have at most {MOST_LEVELS:,} labels, but {name!r} has {len(levels):,}, such as "
            f"{str(levels[0])!r}; {_drop(series.name)}, group rare labels, or, if it holds dates or numbers, see what "
            f"{spell('kinds', {series.name: 'datetime'})} or {spell('kinds', {series.name: 'integer'})} says"
        )
    if asked == "boolean" and len(levels) > 2:
        raise InputError(
            f"a boolean column has at most two values, but {name!r} has {list_levels(levels)}; "
            f"take it with {spell('kinds', {series.name: 'categorical'})}"
        )
    truth = all(isinstance(level, bool) for level in levels) and not isinstance(series.dtype, pd.CategoricalDtype)
    kind = asked if asked in ("categorical", "boolean") else "boolean" if truth else "categorical"
    return Column(kind=kind, levels=levels, distinct=len(levels), **about)


def _all_distinct(series: pd.Series, count: int) -> bool:
    """Whether a column with `count` distinct values identifies its rows."""
    return count > FEW_ROWS and count == int(series.notna().sum())


def _drop(name: Hashable) -> str:
    return f"leave it out with {spell('drop', name)}"
