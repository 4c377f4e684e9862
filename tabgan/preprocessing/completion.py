"""Values that fill gaps, moved to where the rules between columns hold with what is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.follows import Follows
from tabgan.preprocessing.linear import Linear
from tabgan.schema import Column
from tabgan.schema.column import Floats

Ends = tuple[Floats, Floats]
"""The least and the greatest that values may be."""


@np.errstate(all="ignore")  # near the largest double, and where a donor's room has no width
def complete(filled: Floats, donors: Floats, gaps: NDArray[np.bool_], constraints: Constraints) -> Floats:
    """Return filled rows in which fewer rules are broken, where moving what was filled in can do that.

    Of rows that break one, a value stays that the rules let be beside what is known and what was moved before; another
    one is what an equation says, or stands in the room that inequalities leave as the donor's own does in the donor's.
    The room is narrowed by each rule in turn (bounds propagation), so that chains of orders are kept. All are of shape
    (n_rows, n_columns).

    Examples
    --------
    >>> import pandas as pd
    >>> from tabgan.schema import Schema
    >>> table = pd.DataFrame({"net": [1.0, 8.0], "tax": [0.5, 2.0], "gross": [1.5, 10.0]})
    >>> schema = Schema.learn(table)
    >>> rules = Constraints.parse("net + tax == gross", schema)
    >>> complete(np.array([[2.0, 2.0, 9.0]]), schema.to_matrix(table)[1:], np.array([[False, False, True]]), rules)
    array([[2., 2., 4.]])
    """
    broken = np.flatnonzero(~constraints.holds(filled))
    if not len(broken):
        return filled
    part, theirs, lacks = filled[broken], donors[broken], gaps[broken]
    moved = _move(part, theirs, lacks, constraints)
    better = _count_broken(moved, constraints) < _count_broken(part, constraints)
    rows = filled.copy()
    rows[broken[better]] = moved[better]
    return rows


def _count_broken(rows: Floats, constraints: Constraints) -> NDArray[np.int64]:
    return np.sum([~rule.holds(rows) for rule in constraints.rules], axis=0)


def _move(rows: Floats, donors: Floats, gaps: NDArray[np.bool_], constraints: Constraints) -> Floats:
    ranges = np.array([column.type.range for column in constraints.schema], float)
    low, high = (np.where(gaps, ranges[:, end], rows) for end in (0, 1))
    moved, solved = rows.copy(), [one.position for one in constraints.solved]
    named = {position for rule in constraints.rules for position in rule.positions}
    for position in [*sorted(named - set(solved)), *solved]:
        column = constraints.schema.columns[position]
        _narrow(low, high, gaps, constraints)
        least, most, value = low[:, position], high[:, position], moved[:, position]
        other = column.round(least + _share(donors, position, constraints) * (most - least))
        moves = gaps[:, position] & ((value < least) | (value > most)) & np.isfinite(other)
        moved[moves, position] = other[moves]
        placed = ~np.isnan(moved[:, position])
        low[placed, position] = high[placed, position] = moved[placed, position]
    return moved


def _share(donors: Floats, position: int, constraints: Constraints) -> Floats:
    """Return where the donors' own values of a column stand between the ends that their other ones leave, 0 to 1."""
    own = np.zeros(donors.shape, bool)
    own[:, position] = True
    column = constraints.schema.columns[position]
    low, high = (np.where(own, end, donors) for end in column.type.range)
    _narrow(low, high, own, constraints)
    least, most = low[:, position], high[:, position]
    share = (donors[:, position] - least) / (most - least)
    return np.where(np.isnan(share), 0.5, np.clip(share, 0, 1))


def _narrow(low: Floats, high: Floats, gaps: NDArray[np.bool_], constraints: Constraints) -> None:
    """Narrow, in place, the ends of what was filled in by all rules, until nothing changes."""
    columns = constraints.schema.columns
    for _ in constraints.rules:
        changed = False
        for rule in constraints.rules:
            for position, (least, most) in _told(rule, low, high, columns):
                asked = gaps[:, position]
                up, down = asked & (least > low[:, position]), asked & (most < high[:, position])
                low[up, position], high[down, position] = least[up], most[down]
                changed |= bool(up.any() or down.any())
        if not changed:
            return


def _told(rule: Linear | Follows, low: Floats, high: Floats, columns: tuple[Column, ...]) -> Iterator[tuple[int, Ends]]:
    """Yield what a rule says of the ends of each of its columns, by those of the others."""
    if isinstance(rule, Follows):
        source = rule.positions[1]
        bound = np.where(low[:, source] == high[:, source], rule.bound(low), np.nan)
        yield rule.positions[0], (bound, bound)
        return
    for position, own in zip(rule.positions, rule.weights, strict=True) if rule.operator != "!=" else ():
        least: Floats = np.full(len(low), rule.constant)
        most = least
        for place, weight in zip(rule.positions, rule.weights, strict=True):
            if place != position:  # the greater that is, the less is left where weights have one sign
                first, last = (high, low) if weight * own > 0 else (low, high)
                least, most = least - weight * first[:, place], most - weight * last[:, place]
        least, most = least / own, most / own
        if not rule.equation:
            strict, none = rule.operator == "<", np.full(len(low), np.nan)
            if own > 0:
                least, most = none, columns[position].greatest_to(most, strict)
            else:
                least, most = columns[position].least_from(least, strict), none
        yield position, (least, most)
