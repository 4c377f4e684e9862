"""Which values a setting may have, how that is said, and how some are read."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from numbers import Integral, Real
from typing import Any, NamedTuple

from tabgan.registry import registered

AUTO = "auto"
MOST_ITERATIONS = 10**7  # there is memory for the losses of all from the start
MOST_WEIGHTS = 50_000_000  # of all layers, of which a fit holds a dozen copies
MOST_ROWS = 10**12  # that are asked for
MOST_TIMES = 10_000  # that one table is filled, all of which are held
MOST_STEPS = 10**9  # of one series, which is in memory


class Rule(NamedTuple):
    """Whether a value is allowed; what is, in words; and where these are a few texts, which."""

    holds: Callable[[Any], bool]
    words: str
    choices: tuple[str, ...] = ()


def number(holds: Callable[[Any], bool], words: str) -> Rule:
    """Return the rule that a setting is a finite number, and such a one."""
    return Rule(lambda v: isinstance(v, Real) and not isinstance(v, bool) and math.isfinite(v) and holds(v), words)


def whole(least: int, most: float, words: str) -> Rule:
    """Return the rule that a setting is a whole number of some size."""
    return Rule(lambda v: isinstance(v, Integral) and not isinstance(v, bool) and least <= int(v) <= most, words)


def up_to(most: int, least: int = 1) -> Rule:
    """Return the rule that a setting is a whole number in a range: what takes memory or processors has an end."""
    return whole(least, most, f"a whole number from {least} to {most:,}")


def several(each: Rule, lengths: range, words: str) -> Rule:
    """Return the rule that a setting is a tuple or list of so many values that keep a rule."""
    return Rule(lambda v: isinstance(v, (tuple, list)) and len(v) in lengths and all(map(each.holds, v)), words)


def one_of(*choices: str) -> Rule:
    """Return the rule that a setting is one of some texts."""
    return Rule(lambda v: isinstance(v, str) and v in choices, f"{', '.join(choices[:-1])} or {choices[-1]}", choices)


def is_marginal(name: Any) -> bool:
    """Whether a text is "minmax", or names a registered stage that makes marginals."""
    return isinstance(name, str) and (
        name == "minmax" or getattr(registered("stage").get(name), "place", "") == "marginal"
    )


def are_held(widths: Any) -> bool:
    """Whether layers of such widths can be held in memory."""
    return sum(a * b for a, b in pairwise(widths)) <= MOST_WEIGHTS


FLAG = Rule(lambda v: isinstance(v, bool), "True or False")
COUNT = whole(1, math.inf, "a whole number of at least 1")
STEPS = up_to(MOST_ITERATIONS)
BATCH = Rule(lambda v: COUNT.holds(v) or (isinstance(v, str) and v == AUTO), COUNT.words)
POSITIVE = number(lambda v: v > 0, "a positive finite number")
DECAY = number(lambda v: 0 <= v < 1, "a number in [0, 1)")
COMPONENTS = Rule(
    lambda v: COUNT.holds(v) or (DECAY.holds(v) and v > 0), f"{COUNT.words}, or a share of the variance in (0, 1)"
)
MARGINALS = Rule(is_marginal, "quantile or minmax, or the name of a registered marginal stage")
_LAYERS = several(up_to(10_000), range(1, 101), "")
WIDTHS = Rule(
    lambda v: _LAYERS.holds(v) and are_held(v),
    f"whole numbers from 1 to 10,000, such as 128,128, with at most {MOST_WEIGHTS:,} weights between them",
)
WAVES = several(up_to(10_000), range(101), "whole numbers from 1 to 10,000, such as 1,2,4, or none")
CONTEXT = up_to(10_000, 3)
SEASONS = several(number(lambda v: v >= 2, ""), range(100), "numbers of at least 2, such as 24,168, or none")
SMOOTH, DENOISE = (Rule(lambda v: isinstance(v, str), f"a text such as {text}") for text in ("3sigma", "db4:3"))
LEARN_ROWS = whole(2, math.inf, "a whole number of at least 2")


def read_counts(typed: str) -> tuple[int, ...]:
    """Return the numbers of a text such as 128,128."""
    return tuple(map(int, typed.split(",")))


def read_seasons(typed: str) -> tuple[float, ...]:
    """Return the numbers of a text such as 24,168."""
    return tuple(map(float, typed.split(",")))


def read_components(typed: str) -> float:
    """Return whole numbers as such, and any other number."""
    return int(typed) if typed.isdecimal() else float(typed)
