"""Columns with one value in all rows, and those without any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tabgan.schema.allowed import NOTHING, Allowed
from tabgan.schema.column import Column, ColumnType, Floats, Measure, find_kind, is_gap
from tabgan.schema.dtypes import Label

TOLD_BY = {"value": "categorical", "tick": "datetime", "minimum": "continuous"}
"""Keys of the dict of a constant column, and the kind of value that has them, where files do not say it."""


@dataclass(frozen=True)
class Constant(ColumnType):
    """One value, which new rows have, too; without `of`, whose range it is, gaps only. In all rows of a matrix it is
    the same.
    """

    kinds = ("constant",)
    constant = True

    of: ColumnType | None = None

    @property
    def range(self) -> tuple[float, float]:
        return self.of.range if self.of else (0.0, 0.0)

    @property
    def decimals(self) -> int | None:  # type: ignore[override]
        return self.of.decimals if self.of else None

    @property
    def levels(self) -> tuple[Label, ...]:  # type: ignore[override]
        return self.of.levels if self.of else ()

    @property
    def measure(self) -> Measure | None:
        return self.of.measure if self.of else None

    def encode(self, series: pd.Series) -> Floats:
        return np.full(len(series), self.range[0])

    def round(self, values: Floats, column: Column) -> Floats:
        return np.full(len(values), self.range[0])

    def decode(self, values: Floats, column: Column) -> Any:
        if self.of:
            return self.of.decode(values, column)
        gap = column.gap_value if column.dtype == "object" else None
        return pd.Series([gap] * len(values), dtype=column.held)

    def allow(self, operator: str, value: Any, text: str, column: Column) -> Allowed:
        if self.of:
            return self.of.allow(operator, value, text, column)
        return Allowed() if operator == "==" and is_gap(value) else NOTHING

    def describe(self, column: Column) -> dict[str, Any]:
        about = self.of.describe(column) if self.of else {}
        levels = about.pop("levels", None)
        return {**about, "value": levels[0]} if levels else about

    def to_dict(self) -> dict[str, Any]:
        if self.of is None:
            return {}
        state = self.of.to_dict()
        if levels := state.pop("levels", None):
            state["value"] = levels[0]
        return {**state, "of": self.of.kind}

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Constant:
        kind = state.get("of") or next((TOLD_BY[key] for key in TOLD_BY if key in state), None)
        found = kind and find_kind(kind)
        if not found:
            return cls()
        told = {"levels": (state["value"],)} if "value" in state else {}
        return cls(found.from_dict({**state, **told, "kind": kind}))
