"""One column of the training table, and what every type of column must say of itself."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from typing_extensions import Self

from tabgan.errors import BundleError, InputError
from tabgan.registry import registered
from tabgan.schema.allowed import ONLY_GAPS, Allowed
from tabgan.schema.dates.spans import are_spans, to_spans
from tabgan.schema.dtypes import Contents, Label, as_index, dtype_name, is_moment, parse_dtype, plain_label
from tabgan.schema.steps import Grid
from tabgan.schema.texts.reading import spelt_as
from tabgan.text import shorten

Floats = NDArray[np.float64]

GAPS = {"None": None, "NaN": np.nan, "NaT": pd.NaT, "NA": pd.NA}
"""What marks a missing value in a column of Python objects."""
NUMBER_FORMATS = "number_formats"
"""Key of `DataFrame.attrs`: Excel's number formats of columns, by their names."""
MOST_EXACT = 10_000
"""A continuous column of more values than this is hardly ever met at one of them."""


class Measure(NamedTuple):
    """What values of the matrix count: numbers themselves, or moments in steps of nanoseconds from a start."""

    what: Literal["number", "moment"]
    step: int = 1
    start: int = 0


class ColumnType:
    """What the values of a column are: how they become float64 and come back, and what may be asked of them.

    A type is a frozen dataclass, whose fields are JSON values and stand in a model file beside those of the column; it
    is made known by ``tabgan.registry.register("column type", Angle)``. It must have `learn`, `encode` and `decode`.

    Attributes
    ----------
    kinds : tuple of str
        What users call such columns; `kind`, the first, is what this one is called.
    range : (float, float)
        The least and the greatest training value, in the units of the matrix.
    decimals : int or None
        Decimals that write every value in the matrix; None: as many as a float has.
    step : int
        From one value to the next, in units of the last decimal, counted from the least value.
    levels : tuple
        What the values 0, 1, ... in the matrix stand for; () unless they are labels.
    ordered : bool
        Whether conditions may ask for less or more.
    continuous : bool
        Whether values hardly ever come twice; such columns can be smoothed, and are asked for by ranges.
    measure : Measure or None
        What constraints take the values for, if for anything.
    like : (str, str)
        What it holds and how a value is written, for messages.
    """

    kinds: tuple[str, ...] = ()
    decimals: int | None = None
    step: int = 1
    levels: tuple[Label, ...] = ()
    ordered, constant = True, False
    like = ("numbers", "2.5")

    @property
    def kind(self) -> str:
        return self.kinds[0]

    @property
    def range(self) -> tuple[float, float]:
        return -np.inf, np.inf

    @property
    def grid(self) -> Grid | None:
        """The numbers of the matrix that values can have; None: as good as any."""
        return None if self.decimals is None else Grid(self.decimals, self.step, self.range[0] if self.step > 1 else 0)

    @property
    def continuous(self) -> bool:
        return False

    @property
    def measure(self) -> Measure | None:
        return None

    @classmethod
    def takes(cls, contents: Contents) -> bool:
        """Whether a column is of this type when no kind is asked for; what was registered last is asked first."""
        return False

    @classmethod
    def learn(cls, series: pd.Series, asked: str | None) -> Column:
        """Return ``Column.of(series, cls(...))``; InputError if the values, of which some are there, are not of it."""
        raise NotImplementedError

    def encode(self, series: pd.Series) -> Floats:
        """Return the values in the units of the matrix, NaN where one is missing; InputError if one is not of it."""
        raise NotImplementedError

    def decode(self, values: Floats, column: Column) -> Any:
        """Return values that were rounded as an array or Series of the column's dtype."""
        raise NotImplementedError

    def ends(self, column: Column) -> tuple[float, float]:
        """Return the least and the greatest value that comes back, in the units of the matrix."""
        return self.range

    def round(self, values: Floats, column: Column) -> Floats:
        """Return values of the matrix as they come back, still in its units; gaps stay NaN."""
        rounded = self.grid.round(values) if self.grid else values
        return np.clip(rounded, *self.ends(column)) + 0.0  # -0.0 becomes 0.0

    def holds(self, values: Floats) -> NDArray[np.bool_]:
        """Return which values of the matrix, within the range, stand on a step that the column has; gaps do."""
        return np.broadcast_to(not self.grid or self.step == 1 or self.grid.holds(values), values.shape)

    def say_grid(self, column: Column) -> str:
        """Return which values the column has, in words that follow "has"."""
        if self.step == 1:
            return f"at most {self.decimals} decimals"
        first = pd.Series(self.decode(np.array([self.range[0]]), column)).iloc[0]
        return f"values in steps of {self.step / 10.0 ** (self.decimals or 0):g} from {first} on"

    def find(self, value: Any, text: str, column: Column) -> float:
        """Return what the value of a condition, which is `text`, is in the matrix; ValueError when it is nothing."""
        return float(self.encode(pd.Series([value], name=column.name))[0])

    def _find_number(self, value: Any, text: str, column: Column, what: str) -> float:
        try:
            number = self.find(value, text, column)
        except (TypeError, ValueError, OverflowError) as error:
            if isinstance(error, InputError):
                raise
            number = np.nan
        if not np.isfinite(number):
            raise InputError(
                f"column {str(column.name)!r} holds {self.like[0]}, but {what} compares it with {shorten(value)!r}; "
                f"write the value as {self.like[1]}"
            )
        return number

    def allow(self, operator: str, value: Any, text: str, column: Column) -> Allowed:
        """Return which values meet a condition; InputError if none can, or if it makes no sense."""
        if operator in ("==", "!=") and is_gap(value):
            return ONLY_GAPS if operator == "==" else Allowed(gaps=False)
        name, what = str(column.name), f"the condition {shorten(text)!r}"
        if operator not in ("==", "!=") and not self.ordered:
            raise InputError(
                f"{self.like[0]} have no order, but {what} asks for one; compare column {name!r} with = or !="
            )
        if is_gap(value):
            raise InputError(f"{what} needs a value after {operator}; a gap is only compared with = or !=")
        number = self._find_number(value, text, column, what)
        if operator == "!=":
            return Allowed(without=frozenset([number]))
        least = column.least_from(number, operator == ">") if operator in (">", ">=", "==") else -np.inf
        most = column.greatest_to(number, operator == "<") if operator in ("<", "<=", "==") else np.inf
        low, high = column.ends
        if least > high or most < low:
            raise column.outside(what)
        if least > most:
            raise column.between(what)
        if operator == "==":
            column.check(np.array([number]), what)
        return Allowed(float(least), float(most), gaps=False)

    @classmethod
    def compared(cls, series: pd.Series) -> Floats | None:
        """Return values as they are compared when tables are evaluated, equal in all tables; None: as labels."""
        return None

    def describe(self, column: Column) -> dict[str, Any]:
        """Return what people want to know, as JSON values: "range" with its two ends, or "levels"."""
        return {}

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, as JSON values."""
        return {name: value for name, value in vars(self).items() if value is not None}

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Self:
        """Make the type that `to_dict` described; other keys do not matter."""
        names = [field.name for field in fields(cls)]  # type: ignore[arg-type]
        return cls(**{name: state[name] for name in names if name in state})


@dataclass(frozen=True)
class Column:
    """One column of the training table."""

    name: Hashable  # text, or a number, counted from 1, when the table came without names
    dtype: str  # numpy's or pandas', by a name that `tabgan.schema.dtypes.parse_dtype` knows
    type: ColumnType
    missing: bool = False  # whether training values were
    distinct: int = 0  # how many distinct values there were, missing ones left out
    open_ended: bool = False  # whether numbers may lie outside the range seen; but not below 0, if all were above
    gap: str | None = None  # what marks a missing value in a column of Python objects, a key of `GAPS`
    categories: tuple[Label, ...] | None = None  # of dtype `category`, also those that no row had,
    categories_dtype: str | None = None  # what holds them,
    ordered: bool = False  # and whether they have an order
    number_format: str | None = None  # how Excel shows the values, such as "0.0%", if they came from a workbook
    spelling: str | None = None  # how the numbers are written in text, if that is not as we would
    markers: tuple[tuple[str, float], ...] | None = None  # what gaps were written as in text, with their shares

    @classmethod
    def of(cls, series: pd.Series, of: ColumnType, distinct: int | None = None) -> Column:
        """Return the column that gives back values of a type as the series holds them."""
        name = int(series.name) if isinstance(series.name, np.integer) else series.name  # as JSON keeps it
        missing = bool(series.isna().any())
        about: dict[str, Any] = {"dtype": dtype_name(series.dtype, name), "missing": missing}
        if isinstance(series.dtype, pd.CategoricalDtype):
            about["categories"] = tuple(plain_label(value, name) for value in series.dtype.categories)
            about["categories_dtype"] = dtype_name(series.dtype.categories.dtype, name)
            about["ordered"] = bool(series.dtype.ordered)
        elif about["dtype"] == "object" and missing:
            gap = series[series.isna()].iloc[0]
            about["gap"] = next((mark for mark, value in GAPS.items() if value is gap), "NaN")
        return cls(name, type=of, distinct=series.nunique() if distinct is None else distinct, **about)

    @property
    def kind(self) -> str:
        return self.type.kind

    @property
    def constant(self) -> bool:
        return self.type.constant

    @property
    def levels(self) -> tuple[Label, ...]:
        return self.type.levels

    @property
    def decimals(self) -> int | None:
        return self.type.decimals

    @property
    def ends(self) -> tuple[float, float]:
        return self.type.ends(self)

    def least_from(self, bound: Any, strict: bool = False) -> Any:
        """Return the least values the column can have that are at least `bound`, or above it when `strict`.

        Examples
        --------
        >>> from tabgan.schema.numbers import Numbers
        >>> price = Column("price", "float64", Numbers("continuous", decimals=2, minimum=0.0, maximum=10.0))
        >>> price.least_from(np.array([3.141, 2.0])), price.least_from(np.array([3.141, 2.0]), strict=True)
        (array([3.15, 2.  ]), array([3.15, 2.01]))
        """
        if self.type.grid is None:
            return np.nextafter(bound, np.inf) if strict else np.asarray(bound)
        return self.type.grid.least_from(bound, strict)

    def greatest_to(self, bound: Any, strict: bool = False) -> Any:
        """Return the greatest values the column can have that are at most `bound`, or below it when `strict`."""
        if self.type.grid is None:
            return np.nextafter(bound, -np.inf) if strict else np.asarray(bound)
        return self.type.grid.greatest_to(bound, strict)

    @property
    def held(self) -> Any:
        """The numpy or pandas dtype."""
        if self.categories is None:
            return parse_dtype(self.dtype)
        held = as_index(self.categories, parse_dtype(self.categories_dtype or "object"))
        return pd.CategoricalDtype(held, self.ordered)

    @property
    def gap_value(self) -> Any:
        return GAPS[self.gap or "NaN"]

    def encode(self, series: pd.Series) -> Floats:
        """Turn values of the column into float64 of shape (n_samples,); see `ColumnType`, also for what follows."""
        if are_spans(self.dtype) and not is_moment(series.dtype):
            series = to_spans(series)
        return self.type.encode(spelt_as(series, self.spelling))

    def decode(self, values: Floats) -> Any:
        """Turn float64 that `round` returned into values of the column's dtype."""
        return self.type.decode(values, self)

    def round(self, values: Floats) -> Floats:
        """Return float64 as it comes back: rounded, in range, of the column's precision."""
        return self.type.round(values, self)

    def check(self, values: Floats, what: str) -> None:
        """Raise InputError unless values, in the units of the matrix, can be asked for one by one; gaps can."""
        low, high = self.ends
        if ((values < low) | (values > high)).any():
            raise self.outside(what)
        if (off := ~self.type.holds(values)).any():
            raise self.between(f"{what} ({pd.Series(self.decode(values[off][:1])).iloc[0]})")
        low, high = self.type.range
        count = np.inf if self.decimals is None else (high - low) * 10.0**self.decimals / self.type.step + 1
        inner = values[(values != low) & (values != high) & ~np.isnan(values)]
        if self.type.continuous and count > MOST_EXACT and len(inner):
            raise InputError(
                f"{what} will hardly ever be met: column {str(self.name)!r} is continuous, and new rows seldom have "
                f"exactly {inner[0]:g}; give a range, such as the conditions '{self.name}>=...' and '{self.name}<=...'"
            )

    def outside(self, what: str) -> InputError:
        """Return the error that something lies beyond the ends."""
        low, high = pd.Series(self.decode(np.array(self.ends))).tolist()
        return InputError(
            f"{what} lies outside the range that was seen: column {str(self.name)!r} goes from {low} to {high}; "
            "choose within it"
        )

    def between(self, what: str) -> InputError:
        """Return the error that something lies between the values that the column can have."""
        has = f"column {str(self.name)!r} has {self.type.say_grid(self)}"
        return InputError(f"{what} cannot be met: {has}; give such a value, or a range")

    def describe(self) -> dict[str, Any]:
        """Return what people want to know of the column, as JSON values; moments as text."""
        about = {"name": self.name, "kind": self.kind, "dtype": self.dtype, "distinct": self.distinct}
        about["missing"] = self.missing
        if self.number_format is not None:
            about["number_format"] = self.number_format
        return about | self.type.describe(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, those of the type among them, as JSON values."""
        own = {name: value for name, value in vars(self).items() if name != "type" and value is not None}
        return own | self.type.to_dict() | {"kind": self.kind}

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Column:
        """Make the column that `to_dict` described; BundleError if no type that is registered has its kind."""
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in state.items()}
        found = find_kind(values["kind"])
        if found is None:
            raise BundleError(
                f"a column's kind must be one of {', '.join(kinds())}, but that of {str(values['name'])!r} is "
                f"{values['kind']!r}; import or install what brings it"
            )
        own = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        return cls(**own, type=found.from_dict(values))


def column_types() -> list[type[ColumnType]]:
    """Return all types that are registered, the last one first."""
    return list(registered("column type").values())[::-1]


def kinds() -> list[str]:
    """Return the kinds of all types."""
    return [kind for found in column_types() for kind in found.kinds]


def find_kind(kind: str) -> type[ColumnType] | None:
    """Return the type that a kind is of."""
    return next((found for found in column_types() if kind in found.kinds), None)


def is_gap(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))
