"""Columns of labels: text, truth values, categories, and numbers that are names."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.schema.dtypes import parse_dtype

Label = str | int | float | bool


def find_levels(series: pd.Series) -> tuple[Label, ...]:
    """Return the labels that a column has: in the order of its categories when it has such, else sorted.

    Raises
    ------
    InputError
        A value that is neither text nor a number nor a truth value.
    """
    _, found = _factorize(series)
    levels = [_plain(value, series.name) for value in found]
    if isinstance(series.dtype, pd.CategoricalDtype):
        return tuple(levels[i] for i in np.argsort(found.codes, kind="stable"))
    return tuple(sorted(levels, key=lambda level: (isinstance(level, str), level)))


def plain_categories(dtype: pd.CategoricalDtype, column: Hashable) -> tuple[Label, ...]:
    """Return all categories of a dtype, seen or not."""
    return tuple(_plain(value, column) for value in dtype.categories)


def encode_labels(series: pd.Series, levels: Sequence[Label]) -> np.ndarray:
    """Return the place of each label among the levels as float64; NaN where it is missing.

    Raises
    ------
    InputError
        A label that is not among the levels.
    """
    places = {level: place for place, level in enumerate(levels)}
    codes, found = _factorize(series)
    known = [places.get(_plain(value, series.name), -1) for value in found]
    if -1 in known:
        strange = known.index(-1)
        row = int(np.argmax(codes == strange)) + 1
        raise InputError(
            f"column {str(series.name)!r} must hold one of its levels, {list_levels(levels)}, but has "
            f"{str(found[strange])!r} in row {row}; write one of these"
        )
    return np.array([*known, np.nan])[codes]  # the code of a gap is -1, the last


def restore_labels(values: np.ndarray, levels: Sequence[Label], dtype: str, gap: Any) -> Any:
    """Return labels of the dtype by their places; NaN becomes `gap`, or the dtype's own marker."""
    codes = _to_codes(values, len(levels))
    parsed = parse_dtype(dtype)
    if not isinstance(parsed, np.dtype):
        return pd.array(list(levels), dtype=parsed).take(codes, allow_fill=True)
    if parsed.kind == "O":
        shelf = np.empty(len(levels) + 1, dtype=object)
        shelf[:] = [*levels, gap]
        return pd.Series(shelf[codes], dtype=object)
    if parsed.kind == "f":
        return np.array([*levels, np.nan], dtype=parsed)[codes]
    if (codes < 0).any():
        raise ValueError(f"a column of {dtype} cannot hold gaps")
    return np.array(levels, dtype=parsed)[codes]


def restore_categories(values: np.ndarray, levels: Sequence[Label], dtype: pd.CategoricalDtype) -> pd.Categorical:
    """Return labels by their places as a column of categories."""
    places = np.append(dtype.categories.get_indexer(pd.Index(levels, dtype=dtype.categories.dtype)), -1)
    return pd.Categorical.from_codes(places[_to_codes(values, len(levels))], dtype=dtype)


def list_levels(levels: Sequence[Label], most: int = 10) -> str:
    """Write the first levels for a message.

    Examples
    --------
    >>> list_levels(["a", "b"]), list_levels(range(12), most=2)
    ('a, b', '0, 1 and 10 more')
    """
    rest = len(levels) - most
    return ", ".join(map(str, levels[:most])) + (f" and {rest} more" if rest > 0 else "")


def _factorize(series: pd.Series) -> tuple[np.ndarray, Any]:
    try:
        return pd.factorize(series)
    except TypeError:  # values without a hash
        strange = next(value for value in series if not isinstance(value, Hashable))
        raise _no_label(strange, series.name) from None


def _to_codes(values: np.ndarray, count: int) -> np.ndarray:
    """Return rounded places, held among the levels; -1 for NaN."""
    with np.errstate(invalid="ignore"):
        codes = np.clip(np.round(values), 0, count - 1)
    return np.where(np.isnan(codes), -1, codes).astype(np.intp)


def _plain(value: Any, column: Hashable) -> Label:
    """Return a label as JSON has it."""
    value = value.item() if isinstance(value, np.generic) else value
    if type(value) in (str, int, float, bool):
        return value
    raise _no_label(value, column)


def _no_label(value: Any, column: Hashable) -> InputError:
    return InputError(
        f"a label must be text, a number or a truth value, but column {str(column)!r} has {str(value)!r} "
        f"({type(value).__name__}); turn the column into text, or leave it out"
    )
