"""May the rows be used? What the families of scores say, together."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Level, Score, find_families
from tabgan.spelling import spell


class Compared(Protocol):
    """What was compared, as far as a verdict asks: tables or series."""

    @property
    def names(self) -> Sequence[Hashable]:
        """The names of columns."""

    @property
    def has_holdout(self) -> bool:
        """Whether they were compared with real ones that were not learned."""


@dataclass(frozen=True)
class Sentences:
    """What is said of what was made, by kind; all but the first and last are templates."""

    kind: str  # of the families, as they are registered
    poor: str
    fair: str
    unjudged: str
    doubtful: str
    good: str
    untested: str
    unknown: str
    how_to: str


ROWS = Sentences(
    "score",
    "Do not use these rows in place of real ones: they are far from them in {families}.",
    "Usable with care: the rows fall short of real ones in {families}.",
    "What was scored is about what other real rows get, but not judged: {families}.",
    "Cannot tell whether the rows may stand in for real ones: there are too few to judge {families}.",
    "The rows may stand in for real ones: no score falls far short of what other real rows get.",
    "Whether the rows may stand in for real ones cannot be told.",
    "Not enough scores were computed to say whether the rows may be used.",
    "Not tested on rows that were not learned: keep some aside before the fit (`tabgan split` "
    "makes the two files) and give them as {option}.",
)
SERIES = Sentences(
    "series score",
    "Do not use these series in place of real ones: they are far from them in {families}.",
    "Usable with care: the series fall short of real ones in {families}.",
    "What was scored is about what other real series get, but not judged: {families}.",
    "Cannot tell whether the series may stand in for real ones: there are too few to judge {families}.",
    "The series may stand in for real ones: no score falls far short of what other real series get.",
    "Whether the series may stand in for real ones cannot be told.",
    "Not enough scores were computed to say whether the series may be used.",
    "Not tested on series that were not learned: keep some aside before the fit, of a long one its end, and give them "
    "as {option}.",
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
    Nothing is good that was compared with learned rows only, or of which chance decides whether it is.
    """
    families = find_families(say.kind)
    computed = [family for family in families.values() if not scores.keys().isdisjoint(family.specs)]
    findings = [finding for f in computed if f.judge and (finding := f.judge(scores, compared))]
    if not compared.has_holdout:
        findings = [_not_tested(finding) for finding in findings]
    judged = {finding.family for finding in findings}
    required = [f for f in families.values() if f.required_from and f.required_from <= len(compared.names)]
    missing = [family for family in required if family.name not in judged]
    level, summary = _summarise(findings, families, missing, compared.has_holdout, say)
    more = [finding.so for finding in findings if finding.level == "unknown" and finding.so]
    if findings and not compared.has_holdout:
        more.append(Phrase(say.how_to, option=spell("holdout")))
    for sentence in more:
        summary = Phrase("{summary} {more}", summary=summary, more=sentence)
    return Verdict(level, summary, tuple(findings))


def _summarise(
    findings: Sequence[Finding], families: Mapping[str, Family], missing: list[Family], tested: bool, say: Sentences
) -> tuple[Level, str]:
    """What weighs most: what is poor, fair, not tested, left to chance or missing; only without these it is good."""

    def name(some: Sequence[Finding]) -> Phrase:
        return _list([families[finding.family] for finding in some])

    poor, fair, good = ([f for f in findings if f.level == level] for level in ("poor", "fair", "good"))
    if poor:
        said = [finding.so for finding in poor if finding.so]
        return "poor", said[-1] if said else Phrase(say.poor, families=name(poor))
    if fair:
        return "fair", Phrase(say.fair, families=name(fair))
    if findings and not tested:
        return "unknown", Phrase(say.untested)
    if doubtful := [finding for finding in findings if finding.doubt]:
        return "unknown", Phrase(say.doubtful, families=name(doubtful))
    if good and missing:
        return "unknown", Phrase(say.unjudged, families=_list(missing))
    return ("good", Phrase(say.good)) if good else ("unknown", Phrase(say.unknown))


def _not_tested(finding: Finding) -> Finding:
    """Without a holdout nothing is good: the generator has seen every row that its own are compared with."""
    if finding.level != "good":
        return finding
    text = Phrase("{text} Not tested on rows that were not learned.", text=finding.text)
    return replace(finding, level="unknown", text=text)


def _list(families: list[Family]) -> Phrase:
    first, *rest = (Phrase(family.said or family.name) for family in families)
    for said in rest:
        first = Phrase("{first}, {rest}", first=first, rest=said)
    return first
