"""Equalities, ratios, orders and sums of columns that hold in every real row, and not by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations, product

import numpy as np
from numpy.typing import NDArray

from tabgan.preprocessing.rule_search import LEAST_ROWS, ROUNDING, Search
from tabgan.preprocessing.sum_rule import Rule
from tabgan.schema.column import Floats

MOST_SUMMED = 60
"""Columns among which sums are looked for."""

MOST_REGRESSED = 2000
"""Rows by which weights are found."""

MOST_TERMS = 30
MOST_DIGITS = 7
"""Of a weight."""

PER_DAY = (1, 24, 1440, 86_400)
MOST_RULES = 200
LEAST_RANGE = 1e-140  # of what is regressed, whose squares are to be numbers


def find_rules(values: Floats, steps: Floats, dates: NDArray[np.bool_], rng: np.random.Generator) -> list[Rule]:
    """Return the rules that all rows keep, of shape (n_rows, n_columns), and that shuffled columns would break.

    Between columns of numbers, or of dates, which are in days: equalities a = b, lines f a + d = b, sums a + b = c,
    others with weights, fixed sums, orders a <= b and a < b, and the days, hours, minutes or seconds from one date to
    another. A rule may be missed by as much as rounding its columns explains, which is `steps`, half the last decimal
    of each, and is held to what real rows miss it by. Of equal columns the first stands for all; of orders those that
    follow from others are left out.
    """
    search = Search(values, steps, rng)
    varied = search.lowest < search.highest
    found: list[Rule] = []
    single: dict[bool, list[int]] = {}
    for kind in (False, True):
        places = np.flatnonzero(varied & (dates == kind)).tolist()
        exact = list(_equalities(search, places, lines=not kind))
        if not kind:
            exact = _with_sums(search, places, exact)
        followers = {rule.right for rule in exact}
        single[kind] = [place for place in places if place not in followers]
        implied = {pair for rule in exact for a in rule.left for pair in ((a, rule.right), (rule.right, a))}
        same = {rule.right for rule in exact if len(rule.left) == 1 and rule.weights == (1.0,) and not rule.number}
        orders = _orders(search, [place for place in places if place not in same])
        found += exact + _shortest([rule for rule in orders if (rule.left[0], rule.right) not in implied])
    return [*_spans(search, single[True], single[False]), *found][:MOST_RULES]


def _equalities(search: Search, places: list[int], lines: bool) -> Iterator[Rule]:
    """Columns that are equal to, a multiple of, or a line of one before them that is no such column itself."""
    followers: set[int] = set()
    for a, b in combinations(places, 2):
        if a in followers or b in followers:
            continue
        candidates = [Rule((a,), b)]
        candidates += _lines(search, a, b) if lines else [_shifted(search, a, b)]
        rule = next((held for rule in candidates if (held := search.held_to_rows(_as_total(rule)))), None)
        if rule:
            followers.add(b)
            yield rule


def _shifted(search: Search, a: int, b: int) -> Rule:
    """A date that is so many days after another."""
    return Rule((a,), b, (1.0,), -float(f"{_middle(search.first[:, [b]] - search.first[:, [a]])[0]:.12g}"))


def _lines(search: Search, a: int, b: int) -> Iterator[Rule]:
    """The ratio and the line by least squares between two columns that go together, with few digits."""
    both = ~np.isnan(search.values[:, a]) & ~np.isnan(search.values[:, b])
    x, y = search.values[both, a], search.values[both, b]
    if len(x) < LEAST_ROWS or x.std() == 0:
        return
    if total := float(np.dot(x, x)):
        yield from _rounded(search, Rule((a,), b, (float(np.dot(x, y)) / total,)))
    slope = float(((x - x.mean()) * (y - y.mean())).mean() / x.var())
    line = Rule((a,), b, (slope,), slope * float(x.mean()) - float(y.mean()))
    if slope and np.abs(line.excess(search.first)).max(initial=0, where=~np.isnan(line.excess(search.first))) <= (
        2 * search.allowance(line)
    ):
        yield from _rounded(search, line)


def _rounded(search: Search, rule: Rule) -> Iterator[Rule]:
    """A rule with weights and a number of as few digits as miss rows no more, and as it is."""
    allowed = search.allowance(rule)
    if not np.nanmax(np.abs(rule.excess(search.first)), initial=0.0) <= 2 * allowed:
        return
    rounded = []
    for digits in range(1, MOST_DIGITS):
        weights = tuple(float(f"{weight:.{digits}g}") for weight in rule.weights)
        for tried in dict.fromkeys((float(f"{rule.number:.{digits}g}"), float(round(rule.number, digits)))):
            rounded.append(replace(rule, weights=weights, number=tried + 0.0))
    missed = [float(np.nanmax(np.abs(one.excess(search.values)), initial=0.0)) for one in rounded]
    own = 0.0 if rule.right is None else search.steps[rule.right]
    # What rounding the right column alone explains is best.
    yield from (one for one, off in zip(rounded, missed, strict=True) if off <= own + search.rounding(one))
    yield from (one for one, off in zip(rounded, missed, strict=True) if off <= search.allowance(one))
    yield replace(rule, weights=tuple(float(f"{weight:.12g}") for weight in rule.weights))


def _orders(search: Search, places: list[int]) -> Iterator[Rule]:
    for a, b in permutations(places, 2):
        rule = Rule((a,), b, at_most=True)
        rule = replace(rule, tolerance=search.allowance(rule))
        if search.highest[a] > search.lowest[b] and rule.kept(search.first).all() and search.holds(rule):
            yield search.as_less(rule)


def _shortest(orders: list[Rule]) -> list[Rule]:
    """Orders without those that follow from two others."""
    pairs = {(rule.left[0], rule.right) for rule in orders}
    above: dict[int | None, set[int | None]] = {}
    for low, high in pairs:
        above.setdefault(low, set()).add(high)
    followed = {(low, high) for low, middle in pairs for high in above.get(middle, ())}
    return [rule for rule in orders if (rule.left[0], rule.right) not in followed]


def _with_sums(search: Search, places: list[int], equal: list[Rule]) -> list[Rule]:
    """Return lines and sums: a sum that is exact is one rather than two lines that are rounded."""
    exact = {rule.right for rule in equal if search.is_exact(rule)}
    rounded = {rule.right for rule in equal} - exact
    single = [place for place in places if place not in exact]
    if len(single) > MOST_SUMMED:
        return equal
    sums = [rule for rule in _sums(search, single) if search.is_exact(rule) or not rounded.intersection(rule.columns)]
    followers = {rule.right for rule in sums}
    equal = [rule for rule in equal if rule.right not in followers]
    rest = {rule.right for rule in equal} | followers
    return [*equal, *sums, *_combined(search, [place for place in single if place not in rest])]


def _spans(search: Search, dated: list[int], numbers: list[int]) -> Iterator[Rule]:
    """Numbers that are the days, hours, minutes or seconds from one date to another, or so many more, each once."""
    told: set[int] = set()
    for (a, b), per_day in product(permutations(dated, 2), PER_DAY):
        between = per_day * (search.first[:, [b]] - search.first[:, [a]])
        beyond = search.first[:, numbers] - between
        more = np.rint(_middle(beyond)) + 0.0  # 1 where both days count
        missed = np.nanmax(np.abs(beyond - more), axis=0, initial=0)
        rounding = ROUNDING * np.maximum(search.sizes[numbers], max(search.sizes[a], search.sizes[b]))
        for i in np.flatnonzero(missed <= search.steps[numbers] + rounding).tolist():
            c = numbers[i]
            held = search.held_to_rows(Rule((b, a), c, (float(per_day), -float(per_day)), -float(more[i])))
            if held and c not in told:
                told.add(c)
                yield held


def _middle(values: Floats) -> Floats:
    """Return a value of the middle of each column; NaN of one that has none."""
    ranked = np.sort(values, axis=0)  # NaN last
    middle = (~np.isnan(values)).sum(axis=0) // 2
    return np.asarray(np.take_along_axis(ranked, middle[None, :].clip(max=len(values) - 1), axis=0)[0])


def _sums(search: Search, places: list[int]) -> Iterator[Rule]:
    """Columns that are two others added up; which of the three follows from the others is said once."""
    told: set[frozenset[int]] = set()
    for c in places:
        others = np.array([place for place in places if place != c])
        if len(others) < 2:
            return
        left = search.first[:, others]
        missed = np.nanmax(np.abs(left[:, :, None] + left[:, None, :] - search.first[:, [c], None]), axis=0, initial=0)
        most = search.steps[others][:, None] + search.steps[others] + search.steps[c]
        sizes = np.maximum(np.maximum(search.sizes[others][:, None], search.sizes[others]), search.sizes[c])
        for i, j in np.argwhere(np.triu(missed <= most + ROUNDING * sizes, 1)):
            three = frozenset((int(others[i]), int(others[j]), c))
            if three not in told and (
                held := search.held_to_rows(Rule((int(others[i]), int(others[j])), c, (1.0, 1.0)))
            ):
                told.add(three)
                yield held


def _combined(search: Search, places: list[int]) -> Iterator[Rule]:
    """Columns that are sums of others before them, with weights and a number; and fixed sums.

    Each column is regressed on those before it that do not follow from others, so that what it follows from is said in
    one way only.
    """
    rows = _whole_rows(search.values, places)
    rows = rows[:: -(-len(rows) // MOST_REGRESSED)]
    whole = [p for p in places if not np.isnan(rows[:, p]).any() and np.ptp(rows[:, p]) > LEAST_RANGE]
    if len(rows) < _least_rows(len(whole)):
        return
    basis: list[int] = []
    scaled: Floats = np.ones((len(rows), 1))
    for place in whole:
        y, rounding = rows[:, place], 1e-7 * search.sizes[place]
        # What only one odd row tells apart is told by one half alone.
        made = [scaled @ _solve(scaled[half::2], y[half::2]) for half in (0, 1)]
        missed = max(float(np.abs(one - y).max()) for one in made)
        follows = missed <= rounding
        rule = None
        if follows or missed <= search.steps[place]:
            rule = _as_rule(search, rows, basis, _solve(scaled, y), place)
        if rule:
            yield rule
        if follows or rule:
            continue
        basis.append(place)
        scaled = np.column_stack([scaled, (y - y.mean()) / y.std()])


def _whole_rows(values: Floats, places: list[int]) -> Floats:
    """Return the rows without gaps in as many columns as leave rows enough, those with few gaps first."""
    gaps = np.isnan(values)
    whole = np.ones(len(values), bool)
    for count, place in enumerate(sorted(places, key=lambda p: int(gaps[:, p].sum())), 1):
        if gaps[:, place].any() and (whole & ~gaps[:, place]).sum() < _least_rows(count):
            break
        whole &= ~gaps[:, place]
    return values[whole]


def _least_rows(n_columns: int) -> int:
    """Return of how many rows so many columns are regressed on each other."""
    return LEAST_ROWS + 5 * n_columns


def _solve(columns: Floats, y: Floats) -> Floats:
    """Return the weights by least squares."""
    return np.asarray(np.linalg.lstsq(columns, y, rcond=None)[0], np.float64)


def _as_rule(search: Search, rows: Floats, basis: list[int], weights: Floats, place: int) -> Rule | None:
    """Return the rule of a regression on columns that were standardised, if it is one of few, short weights."""
    means, own = rows[:, basis].mean(axis=0), weights[1:] / rows[:, basis].std(axis=0)
    missed = rows[:, place] - weights[0] - (rows[:, basis] - means) @ own
    used = np.abs(weights[1:]) > max(1e-6 * float(rows[:, place].std()), float(np.abs(missed).max()))
    number = float(weights[0] - own[used] @ means[used])
    if not 2 <= used.sum() <= MOST_TERMS:
        return None
    left = tuple(int(b) for b, use in zip(basis, used, strict=True) if use)
    rule = Rule(left, place, tuple(own[used].tolist()), -number)
    for digits in range(MOST_DIGITS):
        tried = tuple(round(weight, digits) for weight in rule.weights)
        one = replace(rule, weights=tried, number=round(rule.number, digits) + 0.0)
        if all(tried) and (held := search.held_to_rows(_as_total(one))):
            return held
    return None


def _as_total(rule: Rule) -> Rule:
    """Return a rule as a fixed sum where all of its columns have the weight 1 on one side."""
    if rule.right is not None and all(weight == -1 for weight in rule.weights):
        return replace(
            rule, left=(*rule.left, rule.right), right=None, weights=(1.0,) * (len(rule.left) + 1), number=-rule.number
        )
    return rule
