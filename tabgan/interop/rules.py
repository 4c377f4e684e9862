"""Rules between columns, as arrays: what puts them in force after the rest of a row is made."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tabgan.preprocessing.constraints import Constraints, Solved


class Rules(NamedTuple):
    """Lists with an array for each rule, in the order in which they are put in force.

    Attributes
    ----------
    columns : list of ndarray of int
        The column that the rule is solved for, from 0, then the others that it names.
    weights : list of ndarray
        Of these others: the bound is ``constant - weights @ others``.
    ends : list of ndarray of shape (5,)
        Constant; side; whether the bound itself is left out; cap; far end. A side of 0 is an equation: the column is
        its bound, if that and what was learned are no gaps. Else what was learned is the share, in [0, 1], of the room
        from the bound to the far end, which begins at the cap if that is closer. Side 1 is above the bound, -1 below.
    """

    columns: list[np.ndarray]
    weights: list[np.ndarray]
    ends: list[np.ndarray]


def describe_rules(constraints: Constraints) -> Rules:
    """Return what `Constraints.restore` does."""
    rules = Rules([], [], [])
    for solved in constraints.solved:
        rule, weight = solved.rule, solved.rule.weights[solved.target]
        others = [place for place in range(len(rule.positions)) if place != solved.target]
        rules.columns.append(np.array([solved.position, *(rule.positions[place] for place in others)]))
        rules.weights.append(np.array([rule.weights[place] / weight for place in others]))
        rules.ends.append(np.array([rule.constant / weight, *_room(solved)]))
    return rules


def _room(solved: Solved) -> tuple[float, float, float, float]:
    """Return side, strictness, cap and far end."""
    if solved.equation:
        return 0.0, 0.0, 0.0, 0.0
    low, high = solved.column.type.range
    strict = float(solved.rule.operator == "<")
    return (-1.0, strict, high, low) if solved.rule.weights[solved.target] > 0 else (1.0, strict, low, high)
