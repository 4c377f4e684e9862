"""What holds in every row of a table, as the constraints that keep it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.exact_rules import find_rules
from tabgan.preprocessing.sum_rule import Rule, write_sides
from tabgan.schema import Schema
from tabgan.schema.column import Floats
from tabgan.schema.dates.units import UNITS
from tabgan.schema.moments import Moments
from tabgan.schema.times import ClockTimes
from tabgan.seeds import Use, numpy_rng
from tabgan.setting_rules import AUTO

MOST_ROWS = 10_000
"""Rows in which rules are found; they must hold in all."""

MOST_COLUMNS = 200
LEAST_BROKEN = 50
"""Rows that would break a rule if its columns knew nothing of each other."""

LEAST_EACH = 4
"""Rows for each entry of what goes with what."""

LEAST_GAIN = 20
"""Times as often a column would change beside a rising one that it does not follow from."""

MOST_DISTINCT = 1000
"""Values of a column that may follow from another."""

MOST_TAKEN = 100
"""Entries of a table that a column is learned by: of more, each would have too few rows to be learned well."""

_PLAIN = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


@dataclass(frozen=True)
class SeenRule:
    """What holds in all rows: in words, and as a constraint, if one can keep it; whether it is worth to be learned."""

    said: str
    constraint: str | None
    taken: bool = True

    def to_dict(self) -> dict[str, Any]:
        return {"rule": self.said, "constraint": self.constraint}


def find_seen_rules(schema: Schema, X: Floats, label: int | None = None) -> list[SeenRule]:
    """Return what holds in all rows of a matrix, and not by chance, the most telling first.

    Equations and fixed sums (also groups of 0 and 1 of which one is 1), columns that follow from one other, and orders.
    Of more than 200 columns the first ones are looked at. The column `label` follows from none.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> net, tax = rng.integers(1, 99, 200), rng.integers(1, 20, 200)
    >>> frame = pd.DataFrame({"net": net, "tax": tax, "gross": net + tax, "land": rng.choice(["at", "de", "ch"], 200)})
    >>> frame["code"] = frame["land"].map({"at": 43, "de": 49, "ch": 41})
    >>> schema = Schema.learn(frame)
    >>> [rule.constraint for rule in find_seen_rules(schema, schema.to_matrix(frame))]
    ['net + tax == gross', 'land -> code']
    """
    rng = numpy_rng(0, Use.SEEN_RULES)
    rows = schema.round(X)
    some = rows if len(X) <= MOST_ROWS else rows[np.sort(rng.choice(len(X), MOST_ROWS, replace=False))]
    finder = _Finder(schema, rows, label)
    values, steps, dates = finder.as_numbers(some)
    linear = find_rules(values, steps, dates, rng)
    exact = [rule for rule in linear if not rule.at_most]
    followers = {rule.right for rule in exact}
    pairs = {frozenset(rule.columns) for rule in exact}
    orders = sorted((rule for rule in linear if rule.at_most), key=lambda rule: not dates[rule.left[0]])
    n_dated = sum(bool(dates[rule.left[0]]) for rule in orders)
    found = [finder.say(rule) for rule in [*exact, *orders[:n_dated]]]
    found += finder.say_followers(
        [e for e in find_followers(schema, some) if e.y not in followers and {e.x, e.y} not in pairs]
    )
    found += [finder.say(rule) for rule in orders[n_dated:]]
    return [seen for seen in found if seen]


def find_clock_rules(schema: Schema, X: Floats) -> list[SeenRule]:
    """Return sums of clock times and durations that hold in all rows of a matrix, of which there are no constraints.

    Examples
    --------
    >>> import pandas as pd
    >>> start, minutes = np.random.default_rng(0).integers([[0], [5]], [[900], [300]], (2, 200))
    >>> columns = {"start": start, "took": minutes, "end": start + minutes}
    >>> frame = pd.DataFrame({k: [f"{m // 60:02}:{m % 60:02}" for m in v] for k, v in columns.items()})
    >>> schema = Schema.learn(frame, kinds={"took": "duration"})
    >>> [rule.said for rule in find_clock_rules(schema, schema.to_matrix(frame))]
    ['start + took = end']
    """
    clocks = [i for i, column in enumerate(schema) if isinstance(column.type, ClockTimes)][:MOST_COLUMNS]
    if len(clocks) < 3:
        return []
    measures = [schema.columns[i].type.measure for i in clocks]
    # Seconds, as `tabgan evaluate` counts them.
    seconds = np.column_stack([(m.start + X[:, i] * m.step) / 1e9 for i, m in zip(clocks, measures, strict=True) if m])
    rng, none = numpy_rng(0, Use.SEEN_RULES), np.zeros(len(clocks))
    some = seconds if len(X) <= MOST_ROWS else seconds[np.sort(rng.choice(len(X), MOST_ROWS, replace=False))]
    names = [str(schema.columns[i].name) for i in clocks]
    found = [one for one in find_rules(some, none, none > 0, rng) if len(one.columns) > 2 and not one.at_most]
    return [SeenRule(rule.describe(names), None, taken=False) for rule in found if rule.kept(seconds).all()]


def choose_constraints(schema: Schema, X: Floats, label: int | None = None) -> list[str]:
    """Return the constraints of seen rules that are learned; of orders those that what is learned cannot break."""
    taken = [seen.constraint for seen in find_seen_rules(schema, X, label) if seen.taken and seen.constraint]
    constraints = Constraints.parse(taken, schema, X, given=label)
    solved = [one.rule.text for one in constraints.solved]
    # An equation says nothing of rows with a gap, which may break the orders that follow from it.
    lax = [{*one.rule.positions} for one in constraints.solved if any(column.missing for column in one.rule.columns)]
    return [
        rule.text
        for rule in constraints.rules
        if rule.operator not in ("<", "<=") or rule.text in solved or any({*rule.positions} <= of for of in lax)
    ]


def learn_constraints(texts: str | Sequence[str], schema: Schema, X: Floats, label: int | None = None) -> Constraints:
    """Return the constraints of texts, of which "auto" stands for all that `choose_constraints` finds."""
    listed = [texts] if isinstance(texts, str) else list(texts or ())
    if AUTO in listed:
        own = [text for text in listed if text != AUTO]
        listed = [*own, *(text for text in choose_constraints(schema, X, label) if text not in own)]
    return Constraints.parse(listed, schema, X, given=label)


class Entries(NamedTuple):
    """Column `y` follows from `x` by a table of so many entries."""

    x: int
    y: int
    size: int


def find_followers(schema: Schema, rows: Floats) -> list[Entries]:
    """Return which columns of labels or few numbers follow from which others in all rows, and not by chance.

    Either values of `x` come again and `y` with them, or `y` changes far less often than it would as `x` rises. What
    numbers the rows says nothing.
    """
    found = []
    varied = [i for i, column in enumerate(schema) if not column.constant][:MOST_COLUMNS]
    ys = [
        i
        for i in varied
        if schema.columns[i].distinct <= MOST_DISTINCT and not isinstance(schema.columns[i].type, Moments)
    ]
    values = np.nan_to_num(rows, nan=np.inf)
    spread = {y: 1 - float(((np.unique(values[:, y], return_counts=True)[1] / len(rows)) ** 2).sum()) for y in ys}
    for x in varied:
        order = np.argsort(values[:, x], kind="stable")
        order = order[np.isfinite(values[order, x])]
        same = np.diff(values[order, x]) == 0
        if len(order) < LEAST_BROKEN or (np.diff(rows[:, x]) > 0).all() or not ys:
            continue
        beside = values[order][:, ys]
        changes = beside[1:] != beside[:-1]
        follows = ~(changes & same[:, None]).any(axis=0)
        for y, holds, count in zip(ys, follows, changes.sum(axis=0) + 1, strict=True):
            entries = int((~same).sum()) + 1 if schema.columns[x].levels else int(count)
            repeated = entries * LEAST_EACH <= len(order) and same.sum() * spread[y] >= LEAST_BROKEN
            steady = len(order) * spread[y] >= LEAST_GAIN * entries and not schema.columns[x].levels
            if holds and x != y and (repeated or steady):
                found.append(Entries(x, y, entries))
    return found


class _Finder:
    """Says rules as constraints that all rows keep."""

    def __init__(self, schema: Schema, rows: Floats, label: int | None) -> None:
        self.schema, self.rows, self.label = schema, rows, label
        self.names = [_quote(str(column.name)) for column in schema]

    def as_numbers(self, rows: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Return rows with dates in days, NaN for labels; half the last decimal of columns; and which are dates."""
        columns = self.schema.columns
        measures = [None if i >= MOST_COLUMNS or c.constant else c.type.measure for i, c in enumerate(columns)]
        dates = np.array([m is not None and m.what == "moment" for m in measures], bool)
        steps = np.array([0.0 if c.decimals is None else 0.5 * 10.0**-c.decimals for c in columns])
        first = min((m.start for m in measures if m is not None and m.what == "moment"), default=0)
        values = np.full(rows.shape, np.nan)
        for i, measure in enumerate(measures):
            if measure is not None and dates[i]:
                values[:, i] = (measure.start - first) / UNITS["day"] + rows[:, i] * (measure.step / UNITS["day"])
            elif measure is not None:
                values[:, i] = rows[:, i]
        return values, np.where(dates, 0.0, steps), dates

    def say(self, rule: Rule) -> SeenRule | None:
        left, right = write_sides(rule, self.names, "*")
        if rule.at_most:
            text = f"{left} {'<' if rule.is_less else '<='} {right}"
            return self._kept(text, text)
        if rule.right is None and rule.number == 1 and all(self._is_flag(place) for place in rule.left):
            return self._kept(f"{left} == {right}", f"exactly one of {left.replace(' +', ',')} is 1")
        if seen := self._kept(f"{left} == {right}", f"{left} = {right}".replace("*", " ")):
            return seen
        if rule.right is None:
            return None
        text = f"{self.names[rule.right]} ~= {_solved(rule, self.names)}"
        return self._kept(text, text.replace("~=", "=").replace("*", " ") + ", rounded")

    def say_followers(self, entries: Sequence[Entries]) -> list[SeenRule | None]:
        """Say which columns follow from one other, each once; of columns that stand for each other, the others from the
        first.
        """
        mutual = {(e.x, e.y) for e in entries} & {(e.y, e.x) for e in entries}
        later = {max(pair, key=lambda place: (place != self.label, place)) for pair in mutual}
        kept = [e for e in entries if e.x not in later and e.y != self.label]
        pairs = {(e.x, e.y) for e in kept}
        sources = {x for x, _ in pairs}
        direct = [e for e in kept if not any((e.x, m) in pairs and (m, e.y) in pairs for m in sources)]
        best = {e.y: e for e in sorted(direct, key=lambda e: (-e.size, -e.x))}
        said = []
        for e in sorted(best.values()):
            x, y = self.names[e.x], self.names[e.y]
            words = f"{x} and {y} stand for each other" if (e.x, e.y) in mutual else f"{y} follows from {x}"
            said.append(self._kept(f"{x} -> {y}", words, e.size <= MOST_TAKEN))
        return said

    def _kept(self, text: str, said: str, taken: bool = True) -> SeenRule | None:
        try:
            kept = Constraints.parse(text, self.schema, self.rows).holds(self.rows).all()
        except InputError:  # what follows in some of the rows, and in others does not
            return None
        return SeenRule(said, text, taken) if kept else None

    def _is_flag(self, place: int) -> bool:
        return bool(np.isin(self.rows[:, place], (0, 1)).all())


def _solved(rule: Rule, names: Sequence[str]) -> str:
    """Return what a rule says that its right column is."""
    weights = {1.0: ""}
    texts = [
        f"{'-' if w < 0 else '+'} {weights.get(abs(w), f'{abs(w):.12g}*')}{names[p]}"
        for p, w in zip(rule.left, rule.weights, strict=True)
    ]
    texts += [f"{'-' if rule.number > 0 else '+'} {abs(rule.number):.12g}"] if rule.number else []
    return " ".join(texts).removeprefix("+ ")


def _quote(name: str) -> str:
    """Return a name as the grammar of constraints has it."""
    return name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'
