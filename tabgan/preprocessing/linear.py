"""Comparisons of sums of columns."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tabgan.rules import find_name, read_comparison, refused
from tabgan.schema import Column, Schema
from tabgan.schema.column import Floats
from tabgan.schema.dates.units import UNITS
from tabgan.text import shorten

EPS, LARGEST = float(np.finfo(np.float64).eps), float(np.finfo(np.float64).max)

_TURNED = {">": "<", ">=": "<="}


@dataclass(frozen=True)
class Linear:
    """``weights @ values  operator  constant``, for the values of some columns in the matrix.

    Columns come first that the rule is best solved for: alone on a side, and the greater one of two.
    """

    text: str  # as it was written
    columns: tuple[Column, ...]
    positions: tuple[int, ...]  # in the schema
    weights: tuple[float, ...]
    operator: str  # <, <=, ==, ~= or !=
    constant: float
    tolerance: float = 0.0  # of ~=: what rounding its first column explains

    @property
    def targets(self) -> tuple[int, ...]:
        """The places of the columns that it can be solved for, the best one first."""
        return () if self.operator == "!=" else (0,) if self.operator == "~=" else tuple(range(len(self.positions)))

    @property
    def equation(self) -> bool:
        return self.operator in ("==", "~=")

    def holds(self, X: Floats) -> NDArray[np.bool_]:
        """Return which rows of `X`, of shape (n_samples, n_columns) and rounded as they come back, keep the rule.

        A row with a gap in one of the columns keeps it. Sums are compared up to what rounding to doubles adds: 1e-9,
        relatively so where a column has no fixed number of decimals; inequalities up to the rounding of the sum itself.
        """
        terms = X[:, self.positions].T * np.array(self.weights)[:, None]
        excess = terms.sum(axis=0) - self.constant
        size = np.abs(terms).sum(axis=0) + abs(self.constant)
        if self.operator in ("<", "<="):
            # Of one number that is compared with another the sign is free of rounding.
            exact = len(self.weights) + (self.constant != 0) <= 2 and all(abs(w) == 1 for w in self.weights)
            slack = 0.0 if exact else 4 * EPS * size
            kept = excess < -slack if self.operator == "<" else excess <= slack
        else:
            fixed = all(column.decimals is not None for column in self.columns)
            noise = np.maximum(1e-9, 4 * EPS * size) if fixed else 1e-9 * size
            equal = np.abs(excess) <= self.tolerance + noise
            kept = ~equal if self.operator == "!=" else equal
        return np.asarray(kept | np.isnan(excess))

    def bound(self, X: Floats, target: int) -> Floats:
        """Return what the column `target` (its place in the rule) is compared with, given the other ones in `X`."""
        rest = np.full(len(X), self.constant)
        for place, (position, weight) in enumerate(zip(self.positions, self.weights, strict=True)):
            if place != target:
                rest -= weight * X[:, position]
        return rest / self.weights[target] + 0.0


def parse_linear(text: str, schema: Schema) -> Linear:
    """Read a rule between the columns of a schema.

    InputError if it is no comparison of two sums, or names an unknown column or one that holds no numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"a": [1, 2], "net weight": [2.5, 3.5]})
    >>> rule = parse_linear("2*a > `net weight` - 1", Schema.learn(table))
    >>> rule.positions, rule.weights, rule.operator, rule.constant
    ((0, 1), (-2.0, 1.0), '<', 1.0)
    """
    left, operator, right = read_comparison(text)
    sign = -1.0 if operator in _TURNED else 1.0
    weights: dict[int, float] = {}
    constant = 0.0
    alone = set()
    if operator == "~=":
        if [(weight, name is None) for weight, name in left] != [(1.0, False)]:
            raise refused(text, "what is rounded stands alone on the left of ~=")
        right = [*right, (0.0, None)]  # so that no column is alone there
    for side, turn in ((right, -sign), (left, sign)):
        for weight, name in side:
            if name is None:
                constant -= turn * weight
                continue
            position = find_name(name, schema.names, f"the constraint {shorten(text)!r}")
            weights[position] = weights.get(position, 0.0) + turn * weight
            if len(side) == 1:
                alone.add(position)
    order = sorted(weights, key=lambda p: (p not in alone, weights[p] > 0, -p))
    weights = {p: weights[p] for p in order if weights[p]}
    return _resolve(text, schema, weights, _TURNED.get(operator, operator), constant)


def _resolve(text: str, schema: Schema, weights: dict[int, float], operator: str, constant: float) -> Linear:
    """Return the rule in the units of the matrix, where constant columns are no variables and dates have their own."""
    columns = {position: schema.columns[position] for position in weights}
    for column in columns.values():
        if column.type.measure is None:
            raise refused(text, f"column {str(column.name)!r} ({column.kind}) holds no numbers")
    if not np.isfinite([*weights.values(), constant]).all():
        raise refused(text, "its numbers must be finite")
    dated = {p: c.type.measure for p, c in columns.items() if c.type.measure and c.type.measure.what == "moment"}
    if sum(map(Fraction, (weights[p] for p in dated))):
        raise refused(text, "dates are compared with dates, and between two are so many days, as in end - start <= 30")
    for position in [p for p in weights if columns[p].constant and p not in dated]:
        constant -= weights.pop(position) * columns[position].ends[0]
    if dated:
        alone = len(dated) == len(weights) and not constant
        scale = min(measure.step for measure in dated.values()) if alone else UNITS["day"]
        # Whole numbers until they are divided.
        starts = sum((Fraction(weights[p]) * measure.start for p, measure in dated.items()), Fraction(0)) / scale
        if abs(starts) > LARGEST:
            raise refused(text, "its numbers must be finite")
        constant -= float(starts)
        weights |= {p: weights[p] * (measure.step / scale) for p, measure in dated.items()}
        if operator == "==":  # how long it is between two dates is learned, and one of them follows, if they meet
            rough = {p: columns[p].decimals is not None for p in weights}
            weights = {p: weights[p] for p in sorted(weights, key=lambda p: (rough[p], p not in dated, -p))}
    if not weights:
        raise refused(text, "it names no column that varies")
    first = next(iter(weights))
    rounded = operator == "~=" and columns[first].decimals is not None
    tolerance = 0.5 * 10.0 ** -(columns[first].decimals or 0) * abs(weights[first]) if rounded else 0.0
    own = tuple(columns[p] for p in weights), tuple(weights), tuple(weights.values())
    return Linear(text, *own, operator, constant, tolerance)
