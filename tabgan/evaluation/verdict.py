"""May the rows be used? What the families of scores say, together."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, get_args

from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Level, Score, find_families


class Compared(Protocol):
    """What was compared, as far as a verdict asks: tables or series."""

    @property
    def names(self) -> Sequence[Hashable]:
        """The names of columns."""


@dataclass(frozen=True)
class Sentences:
    """What is said of what was made, by kind; all but the first and last are templates."""

    kind: str  # of the families, as they are registered
    poor: str
    fair: str
    unjudged: str
    good: str
    unknown: str


ROWS = Sentences(
    "score",
    "Do not use these rows in place of real ones: they are far from them in {families}.",
    "Usable with care: the rows fall short of real ones in {families}.",
    "What was scored is about what other real rows get, but not judged: {families}.",
    "The rows may stand in for real ones: no score falls far short of what other real rows get.",
    "Not enough scores were computed to say whether the rows may be used.",
)
SERIES = Sentences(
    "series score",
    "Do not use these series in place of real ones: they are far from them in {families}.",
    "Usable with care: the series fall short of real ones in {families}.",
    "What was scored is about what other real series get, but not judged: {families}.",
    "The series may stand in for real ones: no score falls far short of what other real series get.",
    "Not enough scores were computed to say whether the series may be used.",
)


@dataclass(frozen=True)
class Verdict:
    """What all scores say together.

    Attributes
    ----------
    level : {"good", "fair", "poor", "unknown"}
        That of the worst finding that is known.
    summary : str
        One sentence.
    findings : tuple of Finding
        One for each family that was computed, in the order of families.
    """

    level: Level
    summary: str
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return "\n".join([self.summary, *(f"- {finding.text}" for finding in self.findings)])

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        findings = [{"family": f.family, "level": f.level, "text": str(f.text)} for f in self.findings]
        return {"level": self.level, "summary": str(self.summary), "findings": findings}


def reach_verdict(scores: Mapping[str, Score], compared: Compared, say: Sentences = ROWS) -> Verdict:
    """Return what the scores of every family say.

    The limits are conventions, which docs/evaluation.md lists: a family is good when its headline score is about what
    other real rows get. What a poor family says of the whole is the summary; of several, what the last one says.
    """
    families = find_families(say.kind)
    computed = [family for family in families.values() if not scores.keys().isdisjoint(family.specs)]
    findings = [finding for f in computed if f.judge and (finding := f.judge(scores, compared))]
    good, fair, poor, unknown = ([f for f in findings if f.level == level] for level in get_args(Level))
    judged = {finding.family for finding in findings}
    required = [f for f in families.values() if f.required_from and f.required_from <= len(compared.names)]
    missing = [family for family in required if family.name not in judged]
    if said := [finding.so for finding in poor if finding.so]:
        summary = said[-1]
    elif poor:
        summary = Phrase(say.poor, families=_list([families[finding.family] for finding in poor]))
    elif fair:
        summary = Phrase(say.fair, families=_list([families[finding.family] for finding in fair]))
    elif good and missing:
        summary = Phrase(say.unjudged, families=_list(missing))
    elif good:
        summary = Phrase(say.good)
    else:
        summary = Phrase(say.unknown)
    level: Level = "poor" if poor else "fair" if fair else "good" if good and not missing else "unknown"
    for more in [finding.so for finding in unknown if finding.so]:
        summary = Phrase("{summary} {more}", summary=summary, more=more)
    return Verdict(level, summary, tuple(findings))


def _list(families: list[Family]) -> Phrase:
    first, *rest = (Phrase(family.said or family.name) for family in families)
    for said in rest:
        first = Phrase("{first}, {rest}", first=first, rest=said)
    return first
