"""Conditions that rows must meet, as they come back: rounded, and in the range that was seen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.preprocessing.values import decimals_of, greatest_to, least_from, settle
from tabgan.rules import find_name, read_condition, suggest
from tabgan.schema import Column, Schema

_YEAR_FIRST = re.compile(r"\d{4}[-/.]\d")
MOST_EXACT = 10_000
"""A continuous column of more values than this is hardly ever met at one of them."""


@dataclass
class _Labels:
    """Which labels of a column are allowed; the last place is that of gaps."""

    column: Column
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.allowed = np.ones(len(levels_of(self.column)) + 1, dtype=bool)

    def add(self, operator: str, value: Any, text: str) -> None:
        if operator not in ("==", "!="):
            raise InputError(
                f"labels have no order, but the condition {text!r} asks for one; compare column "
                f"{str(self.column.name)!r} with = or !="
            )
        self.texts.append(text)
        place = -1 if _is_gap(value) else _find_level(self.column, value, text)
        named = np.zeros_like(self.allowed)
        named[place] = True
        self.allowed &= named if operator == "==" else ~named

    @property
    def possible(self) -> bool:
        return bool(self.allowed[:-1].any() or (self.allowed[-1] and self.column.missing))

    def holds(self, values: np.ndarray) -> np.ndarray:
        return self.allowed[np.where(np.isnan(values), -1, values).astype(int)]


@dataclass
class _Numbers:
    """Which numbers of a column are allowed: a range that includes its ends, without some, with or without gaps."""

    column: Column
    texts: list[str] = field(default_factory=list)
    gap: bool = True
    number: bool = True
    excluded: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.low, self.high = self.column.minimum or 0.0, self.column.maximum or 0.0

    def add(self, operator: str, value: Any, text: str) -> None:
        self.texts.append(text)
        if _is_gap(value) and operator in ("==", "!="):
            self.number, self.gap = (False, self.gap) if operator == "==" else (self.number, False)
            return
        number = _to_number(self.column, value, text)
        if operator == "!=":
            self.excluded.append(number)
            return
        self.gap = False
        low = least_from(self.column, np.float64(number), operator == ">") if operator in (">", ">=", "==") else -np.inf
        high = (
            greatest_to(self.column, np.float64(number), operator == "<") if operator in ("<", "<=", "==") else np.inf
        )
        if low > (self.column.maximum or 0.0) or high < (self.column.minimum or 0.0):
            raise _outside(self.column, f"the condition {text!r}")
        if low > high:
            raise InputError(
                f"the condition {text!r} cannot be met: column {str(self.column.name)!r} has at most "
                f"{decimals_of(self.column)} decimals; give such a value, or a range"
            )
        if operator == "==":
            check_exact(self.column, number, f"the condition {text!r}")
        self.low, self.high = max(self.low, float(low)), min(self.high, float(high))

    @property
    def possible(self) -> bool:
        number = self.number and self.low <= self.high and not (self.low == self.high and self.low in self.excluded)
        return number or (self.gap and self.column.missing)

    def holds(self, values: np.ndarray) -> np.ndarray:
        if not self.number:
            return np.isnan(values)
        kept = (values >= self.low) & (values <= self.high) & ~np.isin(values, self.excluded)
        return kept | np.isnan(values) if self.gap else kept


class Conditions:
    """What rows must be, column by column.

    Parameters
    ----------
    conditions : dict, str, sequence of str, or None
        A dict has the value that each column must have; texts follow the grammar of `tabgan.rules`.
    schema : Schema

    Raises
    ------
    InputError
        An unknown column or level, a value outside the range that was seen, or conditions that no row can meet.

    Examples
    --------
    >>> schema = Schema.learn(pd.DataFrame({"age": [17, 60, 90], "price": [1.5, 2.5, 9.5]}))
    >>> conditions = Conditions(["age>=60", "price!=2.5"], schema)
    >>> conditions.holds(np.array([[59.6, 1.5], [60.0, 2.51], [59.4, 1.5]]))
    array([ True, False, False])
    """

    def __init__(self, conditions: Mapping[Any, Any] | str | Sequence[str] | None, schema: Schema) -> None:
        self._schema = schema
        self.columns: dict[int, _Labels | _Numbers] = {}
        for position, operator, value, text in _read(conditions, schema):
            column = schema.columns[position]
            if position not in self.columns:
                self.columns[position] = (_Labels if levels_of(column) else _Numbers)(column)
            self.columns[position].add(operator, value, text)
        for allowed in self.columns.values():
            if not allowed.possible:
                listed = ", ".join(repr(text) for text in allowed.texts)
                raise InputError(
                    f"some row must be able to meet all conditions, but no value of column "
                    f"{str(allowed.column.name)!r} meets {listed}; leave one out"
                )

    def __bool__(self) -> bool:
        return bool(self.columns)

    def holds(self, X: np.ndarray) -> np.ndarray:
        """Return which rows of `X`, of shape (n_samples, n_columns), meet all conditions as they come back."""
        kept = np.ones(len(X), dtype=bool)
        for position, allowed in self.columns.items():
            kept &= allowed.holds(settle(allowed.column, X[:, position]))
        return kept

    def codes(self, position: int) -> np.ndarray:
        """Return the codes of the levels that a column of labels may have."""
        if allowed := self.columns.get(position):
            return np.flatnonzero(allowed.allowed[:-1])  # type: ignore[union-attr]
        return np.arange(len(levels_of(self._schema.columns[position])))


def levels_of(column: Column) -> tuple:
    """Return the labels of a column; those of numbers and dates are ()."""
    return (column.value,) if column.value is not None else column.levels or ()


def check_exact(column: Column, number: float, what: str) -> None:
    """Raise InputError when generated values of a continuous column will hardly ever be this number."""
    decimals, low, high = decimals_of(column), column.minimum or 0.0, column.maximum or 0.0
    count = np.inf if decimals is None else (high - low) * 10.0**decimals + 1
    if column.kind == "continuous" and count > MOST_EXACT and number not in (low, high):
        raise InputError(
            f"{what} will hardly ever be met: column {str(column.name)!r} is continuous, and new rows seldom have "
            f"exactly {number:g}; give a range, such as the conditions '{column.name}>=...' and '{column.name}<=...'"
        )


def check_range(column: Column, values: np.ndarray, what: str) -> None:
    """Raise InputError unless all values lie in the range that was seen; gaps do."""
    if ((values < (column.minimum or 0.0)) | (values > (column.maximum or 0.0))).any():
        raise _outside(column, what)


def _outside(column: Column, what: str) -> InputError:
    low, high = pd.Series(column.decode(np.array([column.minimum or 0.0, column.maximum or 0.0]))).tolist()
    return InputError(
        f"{what} lies outside the range that was seen: column {str(column.name)!r} goes from {low} to {high}; "
        "choose within it"
    )


def _read(conditions: Any, schema: Schema) -> list[tuple[int, str, Any, str]]:
    """Return the position, operator, value and text of each condition."""
    if conditions is None:
        return []
    if isinstance(conditions, Mapping):
        return [
            (find_name(str(name), schema.names, "conditions"), "==", value, f"{name}={value}")
            for name, value in conditions.items()
        ]
    texts = [conditions] if isinstance(conditions, str) else list(conditions)
    if odd := [text for text in texts if not isinstance(text, str)]:
        raise InputError(f"conditions are a dict, or texts such as 'age>=60', but one is {odd[0]!r}; write it as text")
    return [(*read_condition(text, schema.names), text) for text in texts]


def _is_gap(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _find_level(column: Column, value: Any, text: str) -> int:
    """Return the code of a label: one that is equal, is written so, or is a number that is written otherwise."""
    levels = levels_of(column)
    value = value.item() if isinstance(value, np.generic) else value
    tests = [
        lambda level: type(level) is type(value) and level == value,
        lambda level: str(level).lower() == str(value).lower() if isinstance(level, bool) else str(level) == str(value),
        lambda level: not isinstance(level, str) and float(level) == float(value),
    ]
    for test in tests:
        for code, level in enumerate(levels):
            try:
                if test(level):
                    return code
            except (TypeError, ValueError):
                continue
    known = [str(level) for level in levels]
    raise InputError(
        f"column {str(column.name)!r} must have one of its {len(levels):,} levels, but the condition {text!r} names "
        f"another; {suggest(str(value), known, 'levels')}"
    )


def _to_number(column: Column, value: Any, text: str) -> float:
    """Return a value as the matrix has it; dates as units since the column's first, with a fraction."""
    try:
        number = float(value) if column.tick is None else _to_units(column, value)
    except (TypeError, ValueError, OverflowError):
        number = np.nan
    if not np.isfinite(number):
        kind, like = ("dates", "2024-01-31 or 2024-01-31 10:00") if column.tick is not None else ("numbers", "2.5")
        raise InputError(
            f"column {str(column.name)!r} holds {kind}, but the condition {text!r} compares it with {value!r}; "
            f"write the value as {like}"
        )
    return number


def _to_units(column: Column, value: Any) -> float:
    step = pd.Timedelta(1, column.unit or "ns").value
    origin = (column.origin or 0) * pd.Timedelta(1, column.tick).value
    if column.dtype.startswith(("timedelta", "duration")):
        return (pd.Timedelta(value).value - origin) / step
    if isinstance(value, str) and not _YEAR_FIRST.match(value):
        return np.nan
    moment = pd.Timestamp(value)
    zone = re.search(r", (?:tz=)?([^\],]+)\]", column.dtype)
    if zone and moment.tzinfo is None:
        moment = moment.tz_localize(zone[1])
    return (moment.as_unit("ns").value - origin) / step
