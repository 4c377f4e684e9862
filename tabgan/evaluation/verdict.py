"""May the rows be used? The scores in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Score
from tabgan.evaluation.tables import Tables

LEVELS = ("good", "fair", "poor")


@dataclass(frozen=True)
class Finding:
    """What one family of scores says.

    Attributes
    ----------
    family : str
    level : {"good", "fair", "poor"}
    text : Phrase
    """

    family: str
    level: str
    text: Phrase


@dataclass(frozen=True)
class Verdict:
    """What all scores say together.

    Attributes
    ----------
    level : {"good", "fair", "poor"}
        That of the worst finding.
    summary : Phrase
        One sentence.
    findings : tuple of Finding
        One for each family that was computed, in the order of families.
    """

    level: str
    summary: Phrase
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return "\n".join([self.summary, *(f"- {finding.text}" for finding in self.findings)])

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        findings = [{"family": f.family, "level": f.level, "text": str(f.text)} for f in self.findings]
        return {"level": self.level, "summary": str(self.summary), "findings": findings}


def reach_verdict(scores: Mapping[str, Score], skipped: Mapping[str, str], tables: Tables) -> Verdict:
    """Return what the scores of every family say."""
    return Verdict("fair", Phrase("not judged yet"), ())
