"""A rule that weighted sums of columns keep, and how people write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabgan.schema.column import Floats


@dataclass(frozen=True)
class Rule:
    """The weighted sum of some columns is equal to, or at most, another column and a number; or the number alone."""

    left: tuple[int, ...]
    right: int | None
    weights: tuple[float, ...] = (1.0,)
    number: float = 0.0
    at_most: bool = False
    tolerance: float = 0.0  # negative where the left side is always less

    @property
    def is_less(self) -> bool:
        return self.at_most and self.tolerance < 0

    @property
    def columns(self) -> tuple[int, ...]:
        return self.left if self.right is None else (*self.left, self.right)

    def excess(self, values: Floats) -> Floats:
        """Return the left side less the right side, NaN where a column has a gap."""
        left = values[:, self.left] @ np.array(self.weights) - self.number
        return np.asarray(left if self.right is None else left - values[:, self.right])

    def kept(self, values: Floats) -> NDArray[np.bool_]:
        """Return which rows keep the rule; those that lack a value cannot break it."""
        excess = self.excess(values)
        return np.asarray(~((excess if self.at_most else np.abs(excess)) > self.tolerance))

    def describe(self, names: Sequence[str]) -> str:
        """Return the rule as people write it.

        Examples
        --------
        >>> Rule((0,), 1, (1.8,), -32.0).describe(["celsius", "fahrenheit"])
        '1.8 celsius + 32 = fahrenheit'
        >>> Rule((0, 1), None, (1.0, 1.0), 100.0).describe(["a", "b"])
        'a + b = 100'
        """
        sides = write_sides(self, names, " ")
        return f"{sides[0]} {'<' if self.is_less else '≤' if self.at_most else '='} {sides[1]}"


def write_sides(rule: Rule, names: Sequence[str], times: str) -> tuple[str, str]:
    """Return both sides of a rule, without negative weights, with a sign between a weight and its column."""
    terms = list(zip(rule.left, rule.weights, strict=True)) + ([] if rule.right is None else [(rule.right, -1.0)])
    left = [_write_term(weight, names[place], times) for place, weight in terms if weight > 0]
    right = [_write_term(-weight, names[place], times) for place, weight in terms if weight < 0]
    if rule.number:
        (right if rule.number > 0 or not left else left).append(f"{abs(rule.number):.12g}")
    return " + ".join(left) or "0", " + ".join(right) or "0"


def _write_term(weight: float, name: str, times: str) -> str:
    return name if weight == 1 else f"{weight:.12g}{times}{name}"
