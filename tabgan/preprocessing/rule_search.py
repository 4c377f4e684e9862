"""Whether a rule holds in all real rows, up to what rounding explains, and not by chance."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from tabgan.preprocessing.sum_rule import Rule
from tabgan.schema.column import Floats

LEAST_ROWS = 50
"""Real rows in which a rule must be seen, all its columns without gaps."""

MOST_BY_CHANCE, MOST_EQUAL_BY_CHANCE = 0.95, 0.5
"""Rows that keep a rule when their columns are shuffled; what more of them keep, an order or else, is no rule."""

LEAST_BROKEN = 20
"""Rows that would break an order if the difference of its columns were normal; fewer may keep it by chance."""

CLEARLY_BROKEN = 0.2
"""Of shuffled rows break an order that holds whatever the difference is like."""

LEAST_NEAR = 10
"""Rows in which two columns differ by the least that they do, for no row to be equal by no chance."""

WIDE = 10
"""Times as far as rounding explains must a column spread that follows from others by rounding alone."""

FIRST_ROWS = 40
"""Rows that most candidates are refused by, before all rows are looked at."""

EPS = float(np.finfo(np.float64).eps)
ROUNDING = 1e-9
"""Differences that are errors of floating point, in the largest numbers of a rule."""


class Search:
    """Real rows, the same with shuffled columns, and by how much rounding moves their numbers."""

    def __init__(self, values: Floats, steps: Floats, rng: np.random.Generator) -> None:
        self.values, self.steps = values, steps
        self.shuffled = rng.permuted(values, axis=0)
        self.first = values[:FIRST_ROWS]
        self.sizes = np.nan_to_num(np.abs(values)).max(axis=0, initial=0.0)
        self.lowest = np.nanmin(values, axis=0, initial=np.inf)
        self.highest = np.nanmax(values, axis=0, initial=-np.inf)

    def rounding(self, rule: Rule) -> float:
        """Return what errors of floating point can be in the numbers of a rule, few where all have few decimals."""
        if (self.steps[list(rule.columns)] > 0).all():
            weighed = np.abs(rule.weights) @ self.sizes[list(rule.left)] + abs(rule.number)
            return 4 * EPS * float(weighed + (0.0 if rule.right is None else self.sizes[rule.right]))
        return ROUNDING * float(self.sizes[list(rule.columns)].max())

    def allowance(self, rule: Rule) -> float:
        """Return how far rounding can put the two sides of a rule apart."""
        if rule.at_most:
            return self.rounding(rule)
        moved = float(np.abs(rule.weights) @ self.steps[list(rule.left)])
        return moved + (0.0 if rule.right is None else float(self.steps[rule.right])) + self.rounding(rule)

    def holds(self, rule: Rule) -> bool:
        """Return whether all rows keep a rule, and enough shuffled ones break it."""
        present, shuffled = (~np.isnan(rule.excess(rows)) for rows in (self.values, self.shuffled))
        if present.sum() < LEAST_ROWS or not shuffled.any() or not rule.kept(self.values).all():
            return False
        broken = 1 - float(rule.kept(self.shuffled[shuffled]).mean())
        if rule.at_most:
            return broken >= CLEARLY_BROKEN or (broken >= 1 - MOST_BY_CHANCE and self._stops(rule))
        return broken >= 1 - MOST_EQUAL_BY_CHANCE or (rule.right is None and broken * present.sum() >= LEAST_ROWS)

    def is_exact(self, rule: Rule) -> bool:
        """Whether a rule that is held to rows needs nothing but errors of floating point."""
        return rule.tolerance <= 2 * self.rounding(rule)

    def as_less(self, rule: Rule) -> Rule:
        """Return an order as a < b if no row is equal, though many are as near to it as any."""
        excess = rule.excess(self.values)
        nearest = float(np.nanmax(excess))
        near = np.count_nonzero(excess >= nearest * (1 + ROUNDING))
        return replace(rule, tolerance=nearest / 2) if nearest < -rule.tolerance and near >= LEAST_NEAR else rule

    def _stops(self, rule: Rule) -> bool:
        """Whether the difference of two columns ends at an order, where that of columns that go together would not."""
        excess = rule.excess(self.values)
        excess = excess[~np.isnan(excess)]
        spread = float(excess.std())
        return spread > 0 and len(excess) * math.erfc(-excess.mean() / spread / math.sqrt(2)) / 2 >= LEAST_BROKEN

    def held_to_rows(self, rule: Rule) -> Rule | None:
        """Return the rule with the tolerance that real rows need, if rounding explains it and it is one."""
        missed = float(np.nanmax(np.abs(rule.excess(self.values)), initial=0.0))
        if missed > self.allowance(rule):
            return None
        least = self.rounding(rule)
        held = replace(rule, tolerance=float(missed + least))
        wide = rule.right is None or self.highest[rule.right] - self.lowest[rule.right] >= WIDE * missed
        return held if (missed <= least or wide) and self.holds(held) else None
