"""Equalities, ratios, orders and sums of columns that hold in every real row, and not by chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from tabgan.evaluation.features import GAP, UNSEEN, Feature
from tabgan.schema.column import Floats

LEAST_ROWS = 50
"""Real rows in which a rule must be seen, all its columns without gaps."""

MOST_BY_CHANCE, MOST_EQUAL_BY_CHANCE = 0.95, 0.5
"""Rows that keep a rule when their columns are shuffled; what more of them keep, an order or else, is no rule."""

MOST_SUMMED = 30
"""Columns among which sums are looked for."""

MOST_RULES = 200
FIRST_ROWS = 40
"""Rows that most candidates are refused by, before all rows are looked at."""

ROUNDING = 1e-9
"""Differences that are errors of floating point, in the largest numbers of a rule."""


@dataclass(frozen=True)
class Rule:
    """A left side, the sum of `factor` times some columns, that is equal to a column, or at most as large."""

    left: tuple[int, ...]
    right: int
    factor: float = 1.0
    at_most: bool = False
    tolerance: float = 0.0

    def excess(self, values: Floats) -> Floats:
        """Return the left side less the right side, NaN where a column has a gap."""
        return np.asarray(self.factor * values[:, self.left].sum(axis=1) - values[:, self.right])

    def kept(self, values: Floats) -> NDArray[np.bool_]:
        """Return which rows keep the rule; those that lack a value cannot break it."""
        excess = self.excess(values)
        return np.asarray(~((excess if self.at_most else np.abs(excess)) > self.tolerance))

    def describe(self, names: Sequence[str]) -> str:
        """Return the rule as it is written, names shortened."""
        left, right = " + ".join(names[place] for place in self.left), names[self.right]
        factor = "" if self.factor == 1 else f"{self.factor:.6g} "
        return f"{factor}{left} {'≤' if self.at_most else '='} {right}"


def to_values(rows: Floats, features: Sequence[Feature]) -> Floats:
    """Return rows with the numbers that levels stand for; NaN for labels."""
    values = rows.copy()
    for place, feature in enumerate(features):
        if feature.levels is not None:
            levels = np.array([_to_number(level) for level in feature.levels])
            numbers = levels if not np.isnan(levels[: feature.known]).all() else np.full(len(levels), np.nan)
            values[:, place] = numbers[rows[:, place].astype(int)]
    return values


def _to_number(level: str) -> float:
    try:
        return np.nan if level in (GAP, UNSEEN) else float(level)
    except ValueError:
        return np.nan


def find_rules(values: Floats, features: Sequence[Feature], rng: np.random.Generator) -> list[Rule]:
    """Return the rules that all rows keep, of shape (n_rows, n_columns), and that shuffled columns would break.

    Equalities a = b, ratios f a = b and orders a <= b of all pairs of columns of numbers or of dates, and sums
    a + b = c of at most 30 columns of numbers. A rule may be missed by as much as rounding its columns explains, and is
    held to what real rows miss it by. Of equal columns the first stands for all; of orders those that follow from
    others are left out.
    """
    search = _Search(values, np.array([_step(feature) for feature in features]), rng)
    varied = search.lowest < search.highest
    dates = np.array([feature.is_date for feature in features])
    found: list[Rule] = []
    for kind in (False, True):
        places = np.flatnonzero(varied & (dates == kind)).tolist()
        exact = list(_equalities(search, places, ratios=not kind))
        followers = {rule.right for rule in exact}
        single = [place for place in places if place not in followers]
        if not kind and len(single) <= MOST_SUMMED:
            exact += _sums(search, single)
        implied = {pair for rule in exact for a in rule.left for pair in ((a, rule.right), (rule.right, a))}
        same = {rule.right for rule in exact if len(rule.left) == 1 and rule.factor == 1}
        orders = _orders(search, [place for place in places if place not in same])
        found += exact + _shortest([rule for rule in orders if (rule.left[0], rule.right) not in implied])
    return found[:MOST_RULES]


def _step(feature: Feature) -> float:
    """Half the last decimal, by which rounding may move a number."""
    return 0.0 if feature.decimals is None or feature.levels is not None else 0.5 * 10.0**-feature.decimals


class _Search:
    """Real rows, the same with shuffled columns, and by how much rounding moves their numbers."""

    def __init__(self, values: Floats, steps: Floats, rng: np.random.Generator) -> None:
        self.values, self.steps = values, steps
        self.shuffled = rng.permuted(values, axis=0)
        self.first = values[:FIRST_ROWS]
        self.sizes = np.nan_to_num(np.abs(values)).max(axis=0)
        self.lowest = np.nanmin(values, axis=0, initial=np.inf)
        self.highest = np.nanmax(values, axis=0, initial=-np.inf)

    def allowance(self, rule: Rule) -> float:
        """Return how far rounding can put the two sides of a rule apart."""
        least = ROUNDING * self.sizes[[*rule.left, rule.right]].max()
        moved = abs(rule.factor) * self.steps[list(rule.left)].sum() + self.steps[rule.right]
        return float(least if rule.at_most else moved + least)

    def holds(self, rule: Rule) -> bool:
        """Return whether all rows keep a rule, and enough shuffled ones break it."""
        present, shuffled = (~np.isnan(rule.excess(rows)) for rows in (self.values, self.shuffled))
        if present.sum() < LEAST_ROWS or not shuffled.any() or not rule.kept(self.values).all():
            return False
        most = MOST_BY_CHANCE if rule.at_most else MOST_EQUAL_BY_CHANCE
        return bool(rule.kept(self.shuffled[shuffled]).mean() <= most)

    def held_to_rows(self, rule: Rule) -> Rule | None:
        """Return the rule with the tolerance that real rows need, if rounding explains it and it is one."""
        missed = float(np.nanmax(np.abs(rule.excess(self.values)), initial=0.0))
        if missed > self.allowance(rule):
            return None
        least = ROUNDING * self.sizes[[*rule.left, rule.right]].max()
        held = Rule(rule.left, rule.right, rule.factor, tolerance=float(missed + least))
        return held if self.holds(held) else None


def _equalities(search: _Search, places: list[int], ratios: bool) -> Iterator[Rule]:
    """Columns that are equal to, or a multiple of, one before them that is no multiple itself."""
    followers: set[int] = set()
    for a, b in combinations(places, 2):
        if a in followers or b in followers:
            continue
        candidates = [Rule((a,), b)]
        if ratios and (factor := _ratio(search.values[:, a], search.values[:, b])):
            candidates.append(Rule((a,), b, factor))
        rule = next((held for rule in candidates if (held := search.held_to_rows(rule))), None)
        if rule:
            followers.add(b)
            yield rule


def _ratio(a: Floats, b: Floats) -> float | None:
    """The factor by least squares between two columns, where there is one."""
    both = ~np.isnan(a) & ~np.isnan(b)
    total = float(np.dot(a[both], a[both]))
    factor = float(np.dot(a[both], b[both])) / total if total else 0.0
    return float(f"{factor:.12g}") or None


def _orders(search: _Search, places: list[int]) -> Iterator[Rule]:
    for a, b in permutations(places, 2):
        rule = Rule((a,), b, at_most=True, tolerance=search.allowance(Rule((a,), b, at_most=True)))
        if search.highest[a] > search.lowest[b] and rule.kept(search.first).all() and search.holds(rule):
            yield rule


def _shortest(orders: list[Rule]) -> list[Rule]:
    """Orders without those that follow from two others."""
    pairs = {(rule.left[0], rule.right) for rule in orders}
    above: dict[int, set[int]] = {}
    for low, high in pairs:
        above.setdefault(low, set()).add(high)
    followed = {(low, high) for low, middle in pairs for high in above.get(middle, ())}
    return [rule for rule in orders if (rule.left[0], rule.right) not in followed]


def _sums(search: _Search, places: list[int]) -> Iterator[Rule]:
    for c in places:
        others = np.array([place for place in places if place != c])
        if len(others) < 2:
            return
        left = search.first[:, others]
        missed = np.nanmax(np.abs(left[:, :, None] + left[:, None, :] - search.first[:, [c], None]), axis=0, initial=0)
        most = search.steps[others][:, None] + search.steps[others] + search.steps[c]
        sizes = np.maximum(np.maximum(search.sizes[others][:, None], search.sizes[others]), search.sizes[c])
        for i, j in np.argwhere(np.triu(missed <= most + ROUNDING * sizes, 1)):
            if held := search.held_to_rows(Rule((int(others[i]), int(others[j])), c)):
                yield held
