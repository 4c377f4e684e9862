"""Columns of numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.errors import InputError, warn
from tabgan.schema.column import Column, ColumnType, Floats, Measure
from tabgan.schema.dtypes import Contents, is_number, is_text, limits, number_dtype, spelt_numbers
from tabgan.schema.noise import EPS, is_single, meant_decimals, settle
from tabgan.schema.row_numbers import numbers_rows
from tabgan.schema.steps import find_step
from tabgan.schema.texts.numbertext import read_numerals
from tabgan.schema.texts.numerals import plain_spelling
from tabgan.schema.texts.reading import DIALECT, Reading
from tabgan.schema.texts.spellings import Spelling
from tabgan.spelling import spell
from tabgan.text import shorten

MOST_DECIMALS = 10
LAST_BITS = 16  # units of the last place that sums are off by, and a few more
LARGEST_WHOLE = 2**53  # above it a double does not tell every whole number from the next


@dataclass(frozen=True)
class Numbers(ColumnType):
    """Numbers as they are."""

    kinds = ("continuous", "integer")

    kind: str = "continuous"
    decimals: int | None = None
    minimum: float = 0.0  # of the training values
    maximum: float = 0.0
    step: int = 1  # from one value to the next, in units of the last decimal, counted from the minimum
    single: bool = False  # whether doubles are ones that single precision holds, of more than ten decimals

    @property
    def range(self) -> tuple[float, float]:
        return self.minimum, self.maximum

    @property
    def continuous(self) -> bool:
        return self.kind == "continuous"

    @property
    def measure(self) -> Measure:
        return Measure("number")

    @classmethod
    def takes(cls, contents: Contents) -> bool:
        spelt = bool(contents.texts) and not np.isnan(contents.spelt).any()
        return contents.holds == "number" or (spelt and not contents.has_codes)

    @classmethod
    def learn(cls, series: pd.Series, asked: str | None) -> Column:
        found, spelling = (series, None) if is_number(series.dtype) else _read(series)
        decimals = decimals_of(found) if asked == "continuous" else _learn_decimals(found)
        values = cls(decimals=decimals).encode(found)
        present = values[~np.isnan(values)]
        if asked == "integer" and decimals != 0:
            row = int(np.flatnonzero(~np.isnan(values) & (values != np.round(values)))[0])
            raise InputError(
                f"an integer column must hold whole numbers, but {str(series.name)!r} has {found.iloc[row]} in row "
                f"{row + 1}; take it with {spell('kinds', {series.name: 'continuous'})}, or round it"
            )
        single = decimals is None and number_dtype(found.dtype) == np.float64 and is_single(np.unique(present))
        if asked == "continuous" and decimals == 0 and not pd.api.types.is_integer_dtype(found.dtype):
            decimals = None  # between the whole numbers too
        distinct = np.unique(present)
        kind = asked if asked in cls.kinds else "integer" if decimals == 0 else "continuous"
        if asked is None and numbers_rows(series.name, values):
            warn(
                f"column {str(series.name)!r} seems to be one that numbers the rows; if so, leave it out with "
                f"{spell('drop', series.name)}, or let new rows go on with {spell('kinds', {series.name: 'id'})}"
            )
        learned = cls(kind, decimals, distinct[0].item(), distinct[-1].item(), find_step(present, decimals), single)
        if is_text(series.dtype) or (series.dtype == object and isinstance(series.dropna().iloc[0], (str, Decimal))):
            return replace(Column.of(series, learned, len(distinct)), spelling=spelling)
        return Column.of(found, learned, len(distinct))

    def encode(self, series: pd.Series) -> Floats:
        """As float64; narrower floats, and what is off by rounding, as the decimals that they stand for."""
        numbers = as_numbers(series)
        values = to_floats(numbers)
        if self.decimals is None or number_dtype(numbers.dtype).kind != "f":
            return values
        return np.round(values, self.decimals) if _narrow(numbers.dtype) else settle(values, self.decimals)

    def decode(self, values: Floats, column: Column) -> Any:
        held = column.held
        if held.kind == "O" and column.spelling is None:
            return [column.gap_value if np.isnan(value) else self._to_decimal(value) for value in values.tolist()]
        if is_text(held) or held.kind == "O":
            texts = Spelling.from_text(column.spelling).write(values).to_pandas()
            return texts.where(texts.notna(), column.gap_value).astype(held)
        if isinstance(held, np.dtype):
            return values.astype(held, copy=False)
        if isinstance(held, pd.ArrowDtype):
            return pd.arrays.ArrowExtensionArray(pa.array(values, from_pandas=True).cast(held.pyarrow_dtype))
        return pd.Series(values).astype(held)

    def _to_decimal(self, value: float) -> Decimal:
        return Decimal(repr(value) if self.decimals is None else f"{value:.{self.decimals}f}")

    def ends(self, column: Column) -> tuple[float, float]:
        """The range that was seen, or if the column is open, what its dtype, and a double, can hold."""
        if not column.open_ended:
            return self.range
        low, high = limits(column.held)
        if self.decimals == 0:
            low, high = max(low, 1.0 - LARGEST_WHOLE), min(high, LARGEST_WHOLE - 1.0)
        low = 0.0 if self.minimum >= 0 else low
        if self.grid is not None and self.step > 1:
            low, high = float(self.grid.least_from(low)), float(self.grid.greatest_to(high))
        return min(low, self.minimum), max(high, self.maximum)

    def round(self, values: Floats, column: Column) -> Floats:
        rounded = super().round(values, column)
        narrow = np.dtype(np.float32) if self.single else self.decimals is None and _narrow(column.held)
        return rounded.astype(narrow).astype(np.float64) if narrow else rounded

    def find(self, value: Any, text: str, column: Column) -> float:
        try:
            return float(value)
        except ValueError:
            numerals = read_numerals([value]) if isinstance(value, str) else None
            mark = Spelling.from_text(column.spelling).decimal
            if numerals is None or mark not in numerals.marks:
                raise
            return float(numerals.read(mark)[0][0])

    @classmethod
    def compared(cls, series: pd.Series) -> Floats:
        """As float64; narrower floats as the decimals they are written with, so that 0.1 is 0.1 in all tables."""
        numbers = as_numbers(series)
        values, narrow = to_floats(numbers), _narrow(numbers.dtype)
        return values.astype(narrow).astype(str).astype(np.float64) if narrow else values

    def describe(self, column: Column) -> dict[str, Any]:
        about: dict[str, Any] = {"range": [self.minimum, self.maximum]}
        return about if self.step == 1 else about | {"step": self.step / 10.0 ** (self.decimals or 0)}


def _narrow(dtype: Any) -> np.dtype[Any] | None:
    """Return numpy's dtype of a column of floats that are narrower than a double."""
    found = number_dtype(dtype)
    return found if found.kind == "f" and found.itemsize < 8 else None


def count_decimals(values: NDArray[Any]) -> int | None:
    """Return the fewest decimals that write every value, or None when more than 10 are needed.

    A value is written when rounding gives back the very same number, in the precision of `values`.

    Examples
    --------
    >>> count_decimals(np.array([1.25, 3.0])), count_decimals(np.array([4.0])), count_decimals(np.array([1 / 3]))
    (2, 0, None)
    """
    wide = values.astype(np.float64)
    for decimals in range(MOST_DECIMALS + 1):
        with np.errstate(over="ignore", invalid="ignore"):  # 1e300 * 1e10 overflows, and so is not given back
            if np.array_equal(np.round(wide, decimals).astype(values.dtype), values):
                return decimals
    return None


def as_numbers(series: pd.Series) -> pd.Series:
    """Return a column of a numeric dtype as it is, one of text as the numbers it spells; InputError if one does not."""
    return series if is_number(series.dtype) else _read(series)[0]


def _read(series: pd.Series) -> tuple[pd.Series, str | None]:
    """Return a column of text as the numbers it spells, and how it spells them."""
    codes, found = pd.factorize(series.astype(object))
    distinct = spelt_numbers(found)
    texts = pa.array(found, pa.string()) if all(isinstance(text, str) for text in found) else None
    spelling = None if texts is None or distinct.isna().any() else plain_spelling(pc.utf8_trim_whitespace(texts))
    if distinct.isna().any() and texts is not None and (numerals := read_numerals(texts)):
        numbers, look, _ = numerals.read(numerals.first(Reading.of(series).decimal))
        distinct, spelling = pd.Series(numbers), look.to_text()
    if distinct.isna().any():
        place = int(np.argmax(distinct.isna()))
        raise InputError(
            f"column {str(series.name)!r} must hold numbers, but has {shorten(found[place])!r} in row "
            f"{int(np.argmax(codes == place)) + 1}; mend it, or leave out or change the kind of the column"
        )
    numbers = distinct.to_numpy()[codes] if (codes >= 0).all() else np.append(distinct.to_numpy(float), np.nan)[codes]
    _check_finite(numbers, series.name, found[np.isinf(distinct)])
    return pd.Series(numbers, series.index, name=series.name), spelling


def _check_finite(values: Floats, name: Hashable, texts: Iterable[str] | None = None) -> None:
    """Raise InputError if a number is infinite; `texts` are those that spell such numbers."""
    bad = np.flatnonzero(np.isinf(values))
    if not len(bad):
        return
    spelt = list(dict.fromkeys(map(str, values[bad].tolist() if texts is None else texts)))
    raise InputError(
        f"column {str(name)!r} must hold finite values, but {len(bad)} are infinite (inf), the first in row "
        f"{bad[0] + 1}; drop the row, put in a finite value, or make gaps of such cells with {spell('missing', spelt)}"
    )


def to_floats(numbers: pd.Series) -> Floats:
    """Return the numbers as float64, NaN where one is missing; InputError if one is infinite, or not exact as that."""
    missing = {} if isinstance(numbers.dtype, np.dtype) else {"na_value": np.nan}
    values: Floats = numbers.to_numpy(np.float64, **missing)
    if not pd.api.types.is_integer_dtype(numbers.dtype):
        _check_finite(values, numbers.name)
        return values
    bad = np.flatnonzero(np.abs(values) >= LARGEST_WHOLE)
    if len(bad):
        raise InputError(
            f"column {str(numbers.name)!r} must hold whole numbers below 2^53, above which they are not exact, but "
            f"{numbers.iloc[bad[0]]} in row {bad[0] + 1}; say {spell('kinds', {numbers.name: 'id'})} if they tell rows "
            "apart, leave it out or subtract a constant"
        )
    return values


def decimals_of(numbers: pd.Series) -> int | None:
    """Return `count_decimals` of a column's own precision; gaps do not count."""
    return count_decimals(numbers.dropna().to_numpy(number_dtype(numbers.dtype)))


def _learn_decimals(numbers: pd.Series) -> int | None:
    """Return the decimals that a column's numbers mean; what is off by rounding counts for none, which is said."""
    held = number_dtype(numbers.dtype)
    if held != np.float64:
        return decimals_of(numbers)
    values = to_floats(numbers)
    decimals = meant_decimals(np.unique(values[~np.isnan(values)]))
    if decimals is None:
        return None
    settled = settle(values, decimals)
    # Of sums in memory nobody sees the last bits; what a file shows, or is off by more, is said.
    seen = 0.0 if DIALECT in numbers.attrs else LAST_BITS * EPS * np.nanmax(np.abs(values), initial=0.0)
    off = np.flatnonzero(np.abs(settled - values) > seen)
    if len(off) and pd.api.types.is_float_dtype(numbers.dtype):  # what Arrow's decimals become is off, too
        first, name = off[0], str(numbers.name)
        warn(
            f"column {name!r}: {len(off):,} of {len(values):,} numbers are taken for rounded ones that are off in "
            f"their last bits, such as {values[first].item()!r} in row {first + 1} for {settled[first].item()!r}; "
            f"to take them as they are, write {spell('kinds', {numbers.name: 'continuous'})}"
        )
    return decimals
