"""How good a score is: the level of its whole 95% interval, or that this cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Finding, Level, Score

ERRORS = 1.96
"""Standard errors to either side in which 95% of normal numbers lie."""

ORDER: list[Level] = ["good", "unknown", "fair", "poor"]
"""Of what weighs more than what: a clear fault more than a doubt, and a doubt more than what is good."""


@dataclass(frozen=True)
class Grade:
    """A score beside the limits up to which it is good and fair, in its own units and direction."""

    score: Score
    good: float
    fair: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the score, within its range; without a standard error the value alone."""
        margin = ERRORS * float(np.nan_to_num(self.score.spread))
        low, high = self.score.range
        return max(self.score.value - margin, min(low, self.score.value)), min(
            self.score.value + margin, max(high, self.score.value)
        )

    @property
    def level(self) -> Level:
        """That of all values of the interval; unknown if these have several, or there is none."""
        ends = {self._find(value) for value in self.interval}
        return ends.pop() if len(ends) == 1 else "unknown"

    def _find(self, value: float) -> Level:
        if np.isnan(value):
            return "unknown"
        way = 1 if self.score.direction == "lower" else -1
        return "good" if way * value <= way * self.good else "fair" if way * value <= way * self.fair else "poor"

    def say_doubt(self) -> Phrase:
        """Return in words why the level is not known."""
        low, high = self.interval
        title = Phrase(self.score.spec.title)
        if np.isnan(self.score.value):
            return Phrase("Cannot tell: {title} is not defined for these rows.", title=title)
        if {self._find(low), self._find(high)} >= {"good"}:
            if self.score.direction == "lower":
                template = (
                    "Cannot tell whether that is good: {title} may be {low:.3f} to {high:.3f} (95% interval), and is "
                    "good up to {limit:.3f}."
                )
            else:
                template = (
                    "Cannot tell whether that is good: {title} may be {low:.3f} to {high:.3f} (95% interval), and is "
                    "good from {limit:.3f} on."
                )
            return Phrase(template, title=title, low=low, high=high, limit=self.good)
        template = (
            "Cannot tell whether that is fair or poor: {title} may be {low:.3f} to {high:.3f} (95% interval), and the "
            "limit is {limit:.3f}."
        )
        return Phrase(template, title=title, low=low, high=high, limit=self.fair)


def reach_finding(family: str, text: Phrase, grades: Sequence[Grade], so: Phrase | None = None) -> Finding:
    """Return what a family says, by the worst of its grades: a doubt in words behind its text, and `so` when poor."""
    worst = max(grades, key=lambda grade: ORDER.index(grade.level))
    if worst.level == "unknown":
        return Finding(family, "unknown", Phrase("{text} {doubt}", text=text, doubt=worst.say_doubt()), doubt=True)
    return Finding(family, worst.level, text, so if worst.level == "poor" else None)
