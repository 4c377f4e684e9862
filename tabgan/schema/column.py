"""One column of the training table, to float64 and back."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from tabgan.schema.dates import (
    TICKS,
    UNITS,
    Moments,
    describe_moment,
    in_ticks,
    read_moments,
    restore_moments,
    to_counts,
    to_units,
)
from tabgan.schema.dtypes import parse_dtype
from tabgan.schema.labels import Label, encode_labels, restore_categories, restore_labels
from tabgan.schema.numbers import as_numbers, restore_numbers, to_floats

KINDS = ("continuous", "integer", "datetime", "categorical", "boolean", "constant")
GAPS = {"None": None, "NaN": np.nan, "NaT": pd.NaT, "NA": pd.NA}
"""What marks a missing value in a column of Python objects."""


@dataclass(frozen=True)
class Column:
    """One column of the training table.

    Attributes
    ----------
    name : str or int
        Its label; a number, counted from 1, when the table came without names.
    dtype : str
        Its numpy or pandas dtype, by a name that `tabgan.schema.dtypes.parse_dtype` knows.
    kind : {"continuous", "integer", "datetime", "categorical", "boolean", "constant"}
        How it is learned.
    decimals : int or None
        Decimals that write every training number; None: as many as a float has.
    minimum, maximum : float or None
        The range of the training values in the units of the matrix; None for labels.
    levels : tuple of (str, int, float or bool), or None
        The labels of a categorical or boolean column: its value i in the matrix stands for ``levels[i]``.
    missing : bool
        Whether training values were missing.
    distinct : int
        How many distinct values there were, missing ones left out.
    value : str, int, float, bool or None
        The label of a constant column of labels.
    categories : tuple or None
        All categories of dtype `category`, also those that no row had; `ordered` says whether they have an order, and
        `categories_dtype` what holds them.
    gap : str or None
        What marks a missing value in a column of Python objects, a key of `GAPS`.
    unit : str or None
        The unit of a datetime column in the matrix, a key of `tabgan.schema.dates.UNITS`, counted from `origin`.
    origin : int or None
        The earliest moment, counted in `tick`, a key of `TICKS` there, since 1970 in UTC.
    open_ended : bool
        Whether numbers may lie outside the range that was seen; but not below zero, if all were above.
    form : str or None
        How moments are given back that came as text or Python's dates; see `Moments` there.
    number_format : str or None
        How Excel shows the values, such as "0.0%", if they came from a workbook.
    """

    name: Hashable
    dtype: str
    kind: str
    decimals: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    levels: tuple[Label, ...] | None = None
    missing: bool = False
    distinct: int = 0
    value: Label | None = None
    categories: tuple[Label, ...] | None = None
    categories_dtype: str | None = None
    ordered: bool = False
    gap: str | None = None
    unit: str | None = None
    origin: int | None = None
    tick: str | None = None
    form: str | None = None
    open_ended: bool = False
    number_format: str | None = None

    @property
    def constant(self) -> bool:
        return self.kind == "constant"

    def encode(self, series: pd.Series) -> np.ndarray:
        """Turn values of the column into float64 of shape (n_samples,): numbers, units or codes; NaN where missing.

        Raises
        ------
        InputError
            A value that the column cannot hold, such as an unknown level.
        """
        if self.constant:
            return np.zeros(len(series))
        if self.levels is not None:
            return encode_labels(series, self.levels)
        if self.tick is not None:
            moments = read_moments(series)
            counts = in_ticks(moments.counts, moments.tick, self.tick)
            values = to_units(counts, self.origin or 0, self._step)
            values[moments.gaps] = np.nan
            return values
        return to_floats(as_numbers(series))

    def decode(self, values: np.ndarray) -> Any:
        """Turn float64 of shape (n_samples,) into values of the column: rounded, in range, of its dtype."""
        if self.constant:
            values = np.full(len(values), 0.0 if self.minimum is None else self.minimum)
        known = self.levels if self.value is None else (self.value,)
        gap = GAPS[self.gap or "NaN"]
        if known is not None:
            if self.categories is not None:
                return restore_categories(values, known, self._category)
            return restore_labels(values, known, self.dtype, gap)
        if self.tick is not None:
            counts, gaps = to_counts(values, self.origin or 0, self._step, self.maximum or 0.0)
            return restore_moments(Moments(counts, gaps, self.tick, self.form), self.dtype, gap)
        if self.minimum is None:  # every value was missing
            dtype = self._category if self.categories is not None else parse_dtype(self.dtype)
            return pd.Series([gap if self.dtype == "object" else None] * len(values), dtype=dtype)
        return restore_numbers(self.round(values), self.dtype)

    def round(self, values: np.ndarray) -> np.ndarray:
        """Round numbers to the column's decimals, moments to whole units, and hold them in its range."""
        decimals = self.decimals if self.tick is None else 0
        rounded = values if decimals is None else np.round(values, decimals)
        return np.clip(rounded, *self.ends) + 0.0  # -0.0 becomes 0.0

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """The least and the greatest value that comes back, in the units of the matrix; None for labels."""
        if self.open_ended:
            return 0.0 if self.minimum is not None and self.minimum >= 0 else -np.inf, np.inf
        return self.minimum, self.maximum

    def describe(self) -> dict[str, Any]:
        """Return what people want to know of the column, as JSON values; moments as text."""
        about = {"name": self.name, "kind": self.kind, "dtype": self.dtype, "distinct": self.distinct}
        about["missing"] = self.missing
        if self.number_format is not None:
            about["number_format"] = self.number_format
        if self.levels is not None:
            return {**about, "levels": list(self.levels)}
        if self.value is not None:
            return {**about, "value": self.value}
        if self.minimum is None or self.maximum is None:
            return about
        ends: list[Any] = [self.minimum, self.maximum]
        if self.tick is not None:
            counts, _ = to_counts(np.array(ends), self.origin or 0, self._step, self.maximum)
            ends = [describe_moment(count, self.tick, self.dtype, self.form) for count in counts.tolist()]
            about["unit"] = self.unit
        return {**about, "range": ends}

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, as JSON values."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Column:
        """Make the column that `to_dict` described."""
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in state.items()}
        return cls(**fields)

    @property
    def _step(self) -> int:
        return UNITS[self.unit or "day"] // TICKS[self.tick or "D"]

    @property
    def _category(self) -> pd.CategoricalDtype:
        held = parse_dtype(self.categories_dtype or "object")
        return pd.CategoricalDtype(pd.Index(list(self.categories or ()), dtype=held), self.ordered)
