"""What `tabgan evaluate --fail-under` asks of scores."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tabgan.errors import InputError
from tabgan.rules import suggest

if TYPE_CHECKING:
    from tabgan.evaluation.scored import ScoredResult

OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_REQUIREMENT = re.compile(r"\s*(\w+)\s*(<=|>=|<|>)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*")


class Requirement(NamedTuple):
    """What a score must be: its name, one of <, <=, > and >=, and a number."""

    score: str
    operator: str
    limit: float

    def __str__(self) -> str:
        return f"{self.score}{self.operator}{self.limit:g}"

    def failure(self, result: ScoredResult) -> str | None:
        """Say why a result does not meet it; None when it does. A score that was not computed does not."""
        if self.score not in result.scores or math.isnan(value := result.scores[self.score].value):
            return f"{self} is required, but {self.score} was not computed"
        met = OPERATORS[self.operator](value, self.limit)
        return None if met else f"{self} is required, but {self.score} is {value:.4g}"


def read_requirements(text: str, known: Sequence[str]) -> list[Requirement]:
    """Cut requirements on known scores, such as "detection<0.7, shape>0.95", at their commas.

    Raises
    ------
    InputError
        One is no comparison of a score with a number, or there is no such score.
    """
    requirements = []
    for part in text.split(","):
        match = _REQUIREMENT.fullmatch(part)
        if match is None:
            raise InputError(
                f"a requirement is a score, one of < <= > >= and a number, such as shape>0.95, but one is {part!r}; "
                "write it so, several with commas between"
            )
        if match[1] not in known:
            raise InputError(
                f"a requirement names a score, but there is no {match[1]!r}; {suggest(match[1], known, 'scores', 99)}"
            )
        requirements.append(Requirement(match[1], match[2], float(match[3])))
    return requirements
