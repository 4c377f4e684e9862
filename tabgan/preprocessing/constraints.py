"""Rules that every row must keep: learned in a form in which they hold, or else rows that break them are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.rules import find_name, read_comparison, refused
from tabgan.schema import Column, Schema
from tabgan.schema.column import Floats
from tabgan.schema.constant import Constant
from tabgan.schema.numbers import Numbers

EPS = float(np.finfo(np.float64).eps)

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
    operator: str  # <, <=, == or !=
    constant: float

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
            equal = np.abs(excess) <= (np.maximum(1e-9, 4 * EPS * size) if fixed else 1e-9 * size)
            kept = equal if self.operator == "==" else ~equal
        return np.asarray(kept | np.isnan(excess))

    def bound(self, X: Floats, target: int) -> Floats:
        """Return what the column `target` (its place in the rule) is compared with, given the other ones in `X`."""
        rest = np.full(len(X), self.constant)
        for place, (position, weight) in enumerate(zip(self.positions, self.weights, strict=True)):
            if place != target:
                rest -= weight * X[:, position]
        return rest / self.weights[target] + 0.0


@dataclass(frozen=True)
class Solved:
    """A rule solved for one of its columns, which is learned as its share of the room that the others leave it.

    Of an equation there is no room: the column follows from the others. It is learned only where these have gaps.
    """

    rule: Linear
    target: int  # place in the rule

    @property
    def column(self) -> Column:
        return self.rule.columns[self.target]

    @property
    def position(self) -> int:
        return self.rule.positions[self.target]

    @property
    def equation(self) -> bool:
        return self.rule.operator == "=="

    @property
    def dropped(self) -> bool:
        return self.equation and not any(column.missing for column in self.rule.columns)

    def reduce(self, X: Floats) -> Floats:
        """Return what is learned in place of the column."""
        values = X[:, self.position]
        if self.equation:
            return np.zeros(len(X)) if self.dropped else values
        near, far = self._room(X)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.clip((values - near) / (far - near), 0, 1)
        return np.where((near == far) & ~np.isnan(values), 0.0, share)

    def restore(self, X: Floats, learned: Floats) -> Floats:
        """Return the column as it comes back, from what was learned and the other columns of `X`, restored before."""
        if self.equation:
            bound = self.rule.bound(X, self.target)
            values = np.where(np.isnan(bound) | np.isnan(learned), learned, bound)
        else:
            near, far = self._room(X)
            values = near + np.clip(learned, 0, 1) * (far - near)
        return self.column.round(values)

    def _room(self, X: Floats) -> tuple[Floats, Floats]:
        """Return the ends of the room for the column: beside the bound, where the share is 0, and at its own range."""
        bound = self.rule.bound(X, self.target)
        low, high = self.column.type.range
        strict = self.rule.operator == "<"
        if self.rule.weights[self.target] > 0:  # at most the bound
            near = np.fmin(self.column.greatest_to(bound, strict), high)
            return near, np.full(len(X), low)
        near = np.fmax(self.column.least_from(bound, strict), low)
        return near, np.full(len(X), high)


class Constraints:
    """Rules between the columns of a table.

    A rule is solved for one of its columns where that can be done: an inequality makes it a share of the room between
    the bound and the column's range, so that every share keeps the rule, also after rounding; of an equation it
    follows from the others. What is left (``!=``, circles, sums that fall out of a column's range) is for `holds` to
    find: such rows are left out, never repaired.
    """

    def __init__(self, rules: Sequence[Linear], schema: Schema) -> None:
        self.rules = tuple(rules)
        self.solved = _solve(self.rules)  # those that `restore` puts in force, in its order
        self._schema = schema

    @classmethod
    def parse(cls, texts: str | Sequence[str], schema: Schema) -> Constraints:
        """Read rules, whose grammar is `tabgan.rules.CONSTRAINTS`; InputError if one names no columns of numbers."""
        listed = [texts] if isinstance(texts, str) else list(texts or ())
        if odd := [text for text in listed if not isinstance(text, str)]:
            raise InputError(f"constraints are texts such as 'a <= b', but one is {odd[0]!r}; write it as text")
        return cls([parse_linear(text, schema) for text in listed], schema)

    def __bool__(self) -> bool:
        return bool(self.rules)

    @property
    def learned(self) -> Schema:
        """That of what `reduce` gives: shares are numbers in [0, 1], columns that follow from others are 0."""
        columns = list(self._schema.columns)
        for solved in self.solved:
            if solved.dropped or not solved.equation:
                old = solved.column
                share = Constant(Numbers()) if solved.dropped else Numbers(maximum=1.0)
                columns[solved.position] = Column(old.name, "float64", share, old.missing, old.distinct)
        return Schema(tuple(columns), self._schema.container)

    @property
    def kept(self) -> list[int]:
        """The columns that do not follow from others."""
        dropped = {solved.position for solved in self.solved if solved.dropped}
        return [position for position in range(len(self._schema)) if position not in dropped]

    def check(self, X: Floats) -> None:
        """Raise InputError unless all rows of `X`, of shape (n_samples, n_columns), keep the rules; gaps break none."""
        rows = self._schema.round(X) if self else X
        for rule in self.rules:
            broken = np.flatnonzero(~rule.holds(rows))
            if len(broken):
                raise InputError(
                    f"the training rows must keep every constraint, but {len(broken):,} of {len(X):,} break "
                    f"{rule.text!r}, the first in row {broken[0] + 1}; mend or drop them, or leave the constraint out"
                )

    def reduce(self, X: Floats) -> Floats:
        """Return rows that keep the rules in the form in which they are learned, of the same shape."""
        Y = X.copy(order="K")
        for solved in self.solved:
            Y[:, solved.position] = solved.reduce(X)
        return Y

    @property
    def shared(self) -> list[int]:
        """The columns that are learned as their share of a room."""
        return [solved.position for solved in self.solved if not solved.equation]

    @property
    def schema(self) -> Schema:
        """That of the table."""
        return self._schema

    def restore(self, Y: Floats) -> Floats:
        """Return rows of the table, rounded as they come back, of what was learned in the form that `reduce` gives."""
        shares = [solved.position for solved in self.solved]
        columns = zip(self._schema, Y.T, strict=True)
        X = np.stack([v if i in shares else c.round(v) for i, (c, v) in enumerate(columns)]).T
        for solved in self.solved:
            X[:, solved.position] = solved.restore(X, Y[:, solved.position])
        return X

    def holds(self, X: Floats) -> NDArray[np.bool_]:
        """Return which rows of `X`, rounded as they come back, keep all rules, as a mask of shape (n_samples,)."""
        kept = np.ones(len(X), dtype=bool)
        for rule in self.rules:
            kept &= rule.holds(X)
        return kept

    def get_state(self) -> dict[str, Any]:
        """Return the rules as JSON values."""
        return {"rules": [rule.text for rule in self.rules]}

    @classmethod
    def from_state(cls, state: dict[str, Any], schema: Schema) -> Constraints:
        """Make the constraints that `get_state` described."""
        return cls.parse(state["rules"], schema)


def _solve(rules: Sequence[Linear]) -> list[Solved]:
    """Solve each rule for a column of its own, if there is one that leads into no circle; in the order to restore."""
    solved: dict[int, Solved] = {}
    needs: dict[int, set[int]] = {}
    for rule in rules:
        if rule.operator == "!=" or len(rule.positions) == 1:  # the range of one column holds anyway
            continue
        for target, position in enumerate(rule.positions):
            if position not in solved and not rule.columns[target].constant:
                wanted = {**needs, position: set(rule.positions) - {position}}
                try:
                    TopologicalSorter(wanted).prepare()
                except CycleError:
                    continue
                solved[position], needs = Solved(rule, target), wanted
                break
    return [solved[position] for position in TopologicalSorter(needs).static_order() if position in solved]


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
    for side, turn in ((right, -sign), (left, sign)):
        for weight, name in side:
            if name is None:
                constant -= turn * weight
                continue
            position = find_name(name, schema.names, f"the constraint {text!r}")
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
    dated = {p: c.type.measure for p, c in columns.items() if c.type.measure and c.type.measure.what == "moment"}
    if dated:
        if len(dated) != len(weights) or sorted(weights.values()) != [-1.0, 1.0] or constant:
            raise refused(text, "columns of dates are compared two at a time, without numbers, as in start <= end")
        scale = min(measure.step for measure in dated.values())
        # Whole numbers until they are divided.
        constant = -sum(int(weights[p]) * measure.start for p, measure in dated.items()) / scale
        weights = {p: weights[p] * (measure.step / scale) for p, measure in dated.items()}
    else:
        for position in [p for p in weights if columns[p].constant]:
            constant -= weights.pop(position) * columns[position].ends[0]
    if not weights:
        raise refused(text, "it names no column that varies")
    if not np.isfinite([*weights.values(), constant]).all():
        raise refused(text, "its numbers must be finite")
    return Linear(text, tuple(columns[p] for p in weights), tuple(weights), tuple(weights.values()), operator, constant)
