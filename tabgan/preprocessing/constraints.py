"""Rules that every row must keep: learned in a form in which they hold, or else rows that break them are left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.preprocessing.follows import Follows, parse_follows
from tabgan.preprocessing.linear import Linear, parse_linear
from tabgan.preprocessing.packing import beside
from tabgan.rules import read_dependence, split_chain
from tabgan.schema import Column, Schema
from tabgan.schema.column import Floats
from tabgan.schema.constant import Constant
from tabgan.schema.numbers import Numbers
from tabgan.text import shorten

Rule = Linear | Follows
MOST_NAMED = 3


@dataclass(frozen=True)
class Solved:
    """A rule solved for one of its columns, which is learned as its share of the room that the others leave it.

    Of an equation there is no room: the column follows from the others. It is learned only where these have gaps.
    """

    rule: Rule
    target: int  # place in the rule

    @property
    def column(self) -> Column:
        return self.rule.columns[self.target]

    @property
    def position(self) -> int:
        return self.rule.positions[self.target]

    @property
    def equation(self) -> bool:
        return self.rule.equation

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
        assert isinstance(self.rule, Linear)
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

    def __init__(self, rules: Sequence[Rule], schema: Schema, given: int | None = None) -> None:
        self.rules = tuple(rules)
        self.solved = _solve(self.rules, given)  # those that `restore` puts in force, in its order
        self._schema = schema

    @classmethod
    def parse(
        cls,
        texts: str | Sequence[str],
        schema: Schema,
        X: Floats | None = None,
        *,
        given: int | None = None,
        tables: Mapping[str, Any] | None = None,
    ) -> Constraints:
        """Read rules such as ``low <= a <= high``; InputError if one names no columns of numbers.

        What follows from what is learned from rows `X`, or stands in `tables`, by the rules' texts. The column `given`
        is told to the generator, and follows from no other.
        """
        listed = [texts] if isinstance(texts, str) else list(texts or ())
        if odd := [text for text in listed if not isinstance(text, str)]:
            raise InputError(f"constraints are texts such as 'a <= b', but one is {odd[0]!r}; write it as text")
        rules: list[Rule] = []
        for text in chain.from_iterable(map(split_chain, listed)):
            names = read_dependence(text)
            table = (tables or {}).get(text)
            rules.append(parse_follows(text, names, schema, X, table) if names else parse_linear(text, schema))
        return cls(rules, schema, given)

    def naming(self, positions: Collection[int]) -> list[str]:
        """Return the texts of the first rules on columns at these positions, those that name most of them first."""
        counts = {rule.text: len({*positions}.intersection(rule.positions)) for rule in self.rules}
        found = sorted((text for text in counts if counts[text]), key=lambda text: -counts[text])
        return [shorten(text) for text in found[:MOST_NAMED]]

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
                    f"{shorten(rule.text)!r}, the first in row {broken[0] + 1}; mend or drop them, or leave the "
                    "constraint out"
                )

    def reduce(self, X: Floats) -> Floats:
        """Return rows that keep the rules in the form in which they are learned, of the same shape.

        They are `X` itself if there is nothing to solve.
        """
        Y = X.copy(order="K") if self.solved else X
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
        X = beside((v if i in shares else c.round(v) for i, (c, v) in enumerate(columns)), *Y.shape)
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
        """Return the rules as JSON values, and arrays of what follows from what."""
        tables = {
            str(i): {"edges": rule.edges, "values": rule.values}
            for i, rule in enumerate(self.rules)
            if isinstance(rule, Follows)
        }
        return {"rules": [rule.text for rule in self.rules]} | ({"tables": tables} if tables else {})

    @classmethod
    def from_state(cls, state: dict[str, Any], schema: Schema, given: int | None = None) -> Constraints:
        """Make the constraints that `get_state` described."""
        tables = {state["rules"][int(i)]: table for i, table in state.get("tables", {}).items()}
        return cls.parse(state["rules"], schema, given=given, tables=tables)


def _solve(rules: Sequence[Rule], given: int | None) -> list[Solved]:
    """Solve each rule for a column of its own, if there is one that leads into no circle; in the order to restore.

    No rule is solved for the column that is `given`.
    """
    solved: dict[int, Solved] = {}
    needs: dict[int, set[int]] = {}
    for rule in rules:
        for target in rule.targets if len(rule.positions) > 1 else ():  # the range of one column holds anyway
            position = rule.positions[target]
            if position not in (*solved, given) and not rule.columns[target].constant:
                wanted = {**needs, position: set(rule.positions) - {position}}
                try:
                    TopologicalSorter(wanted).prepare()
                except CycleError:
                    continue
                solved[position], needs = Solved(rule, target), wanted
                break
    return [solved[position] for position in TopologicalSorter(needs).static_order() if position in solved]
