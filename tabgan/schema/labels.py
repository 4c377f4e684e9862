"""Columns of labels: text, truth values, categories, and numbers that are names."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, warn
from tabgan.rules import suggest
from tabgan.schema.column import Column, ColumnType, Floats, Measure
from tabgan.schema.dtypes import FEW_ROWS, Contents, Label, as_index, is_text, plain_label
from tabgan.spelling import spell
from tabgan.text import shorten

MOST_LEVELS = 1000
MOST_DISTINCT = 0.5
"""Texts of a row each, above which they rather tell rows apart than groups of them."""


@dataclass(frozen=True)
class Labels(ColumnType):
    """Labels as codes: value i in the matrix stands for ``levels[i]``."""

    kinds = ("categorical", "boolean")
    decimals, ordered = 0, False
    like = ("labels", "one of its levels")

    kind: str = "categorical"
    levels: tuple[Label, ...] = ()  # in the order of the dtype's categories when it has such, else sorted

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, len(self.levels) - 1.0

    @property
    def measure(self) -> Measure | None:
        """Truth values count as 0 and 1."""
        truth = len(self.levels) == 2 and all(isinstance(level, bool) for level in self.levels)
        return Measure("number") if truth and self.kind == "boolean" else None

    @classmethod
    def takes(cls, contents: Contents) -> bool:
        """Labels, and text that is neither numbers nor dates; codes such as 001 are, also among other text."""
        if contents.holds != "text":
            return contents.holds == "label"
        share = np.isfinite(contents.spelt).mean()
        return bool(share == 0 or (share < 0.5 and contents.all_distinct) or contents.has_codes)

    @classmethod
    def learn(cls, series: pd.Series, asked: str | None) -> Column:
        name = str(series.name)
        levels, present = _find_levels(series), int(series.notna().sum())
        drop, new = spell("drop", series.name), spell("kinds", {series.name: "id"})
        if asked is None and len(levels) > FEW_ROWS and len(levels) == present:
            raise InputError(
                f"text that is different in every row cannot be learned, but column {name!r} has {len(levels):,} "
                f"distinct texts in as many rows, such as {shorten(levels[0])!r}; leave it out with {drop}, or let new "
                f"rows have new ones with {new}"
            )
        if len(levels) > MOST_LEVELS:
            raise InputError(
                f"a column may have at most {MOST_LEVELS:,} labels, but {name!r} has {len(levels):,}, such as "
                f"{shorten(levels[0])!r}; leave it out with {drop}, let new rows have new ones with {new}, group rare "
                f"labels, or, if it holds dates or numbers, see what {spell('kinds', {series.name: 'datetime'})} or "
                f"{spell('kinds', {series.name: 'integer'})} says"
            )
        if asked == "boolean" and len(levels) > 2:
            raise InputError(
                f"a boolean column has at most two values, but {name!r} has {', '.join(map(shorten, levels[:9]))}; "
                f"take it with {spell('kinds', {series.name: 'categorical'})}"
            )
        texts = is_text(series.dtype) or series.dtype == object
        if asked is None and texts and len(levels) > FEW_ROWS and len(levels) > MOST_DISTINCT * present:
            warn(
                f"column {name!r} has {len(levels):,} different texts in {present:,} rows, such as "
                f"{shorten(levels[0])!r}, and new rows repeat them word for word; leave it out with {drop}, let new "
                f"rows have new ones with {new}, or keep it with {spell('kinds', {series.name: 'categorical'})}"
            )
        truth = all(isinstance(level, bool) for level in levels) and not isinstance(series.dtype, pd.CategoricalDtype)
        kind = asked if asked in cls.kinds else "boolean" if truth else "categorical"
        return Column.of(series, cls(kind, levels), len(levels))

    def encode(self, series: pd.Series) -> Floats:
        places = {level: place for place, level in enumerate(self.levels)}
        codes, found = _factorize(series)
        known = [places.get(plain_label(value, series.name), -1) for value in found]
        if -1 in known:
            strange = known.index(-1)
            row = int(np.argmax(codes == strange)) + 1
            raise InputError(
                f"column {str(series.name)!r} must hold one of its levels, but has {shorten(found[strange])!r} in row "
                f"{row}; {suggest(str(found[strange]), list(map(str, self.levels)), 'levels')}"
            )
        return np.array([*known, np.nan])[codes]  # the code of a gap is -1, the last

    def decode(self, values: Floats, column: Column) -> Any:
        codes, held = np.where(np.isnan(values), -1, values).astype(np.intp), column.held
        if isinstance(held, pd.CategoricalDtype):
            found = held.categories.get_indexer(as_index(self.levels, held.categories.dtype))
            return pd.Categorical.from_codes(np.append(found, -1)[codes], dtype=held)
        if not isinstance(held, np.dtype):
            return as_index(self.levels, held).array.take(codes, allow_fill=True)
        if held.kind == "O":
            shelf = np.empty(len(self.levels) + 1, dtype=object)
            shelf[:] = [*self.levels, column.gap_value]
            return pd.Series(shelf[codes], dtype=object)
        if held.kind == "f":
            return np.array([*self.levels, np.nan], dtype=held)[codes]
        if (codes < 0).any():
            raise ValueError(f"a column of {column.dtype} cannot hold gaps")
        return np.array(self.levels, dtype=held)[codes]

    def find(self, value: Any, text: str, column: Column) -> float:
        """Return the code of a label: one that is equal, is written so, or is a number that is written otherwise."""
        value = value.item() if isinstance(value, np.generic) else value
        written = str(value)
        tests: list[Callable[[Label], bool]] = [
            lambda level: type(level) is type(value) and level == value,
            lambda level: written.lower() == str(level).lower() if isinstance(level, bool) else written == str(level),
            lambda level: not isinstance(level, str) and float(level) == float(value),
            lambda level: written.lower() == str(level).lower(),  # true for TRUE, if there is no level true
        ]
        for test in tests:
            for code, level in enumerate(self.levels):
                try:
                    if test(level):
                        return code
                except (TypeError, ValueError):
                    continue
        known = [str(level) for level in self.levels]
        raise InputError(
            f"column {str(column.name)!r} must have one of its {len(known):,} levels, but the condition "
            f"{shorten(text)!r} names another; {suggest(written, known, 'levels')}"
        )

    def describe(self, column: Column) -> dict[str, Any]:
        return {"levels": list(self.levels)}


def _find_levels(series: pd.Series) -> tuple[Label, ...]:
    _, found = _factorize(series)
    levels = [plain_label(value, series.name) for value in found]
    if isinstance(series.dtype, pd.CategoricalDtype):
        return tuple(levels[i] for i in np.argsort(found.codes, kind="stable"))
    return tuple(sorted(levels, key=lambda level: (isinstance(level, str), level)))


def _factorize(series: pd.Series) -> tuple[NDArray[np.intp], Any]:
    try:
        codes, found = pd.factorize(series)
    except TypeError:  # values without a hash
        strange = next(value for value in series if not isinstance(value, Hashable))
        plain_label(strange, series.name)  # which says so
        raise
    return codes, found
