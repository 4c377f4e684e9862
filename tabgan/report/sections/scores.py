"""Scores on their axes: those of all families at a glance, and all of one family."""

from __future__ import annotations

import math
from typing import Any

from tabgan.evaluation.families import FAMILIES
from tabgan.evaluation.result import EvaluationResult
from tabgan.evaluation.scores import CONTESTANTS, Score
from tabgan.evaluation.verdict import Finding
from tabgan.report.charts.score_axis import draw_mark, draw_score
from tabgan.report.sections.section import Section
from tabgan.report.svg import draw
from tabgan.report.ticks import write_score
from tabgan.report.words import Words

WIDE, NARROW = 660.0, 340.0

TITLES = {
    "marginals": "Columns one by one",
    "dependence": "Columns together",
    "detection": "Detection",
    "coverage": "Coverage",
    "utility": "Utility",
    "privacy": "Privacy",
}
"""Headings of the families' sections."""

WHO = {**CONTESTANTS, "real": "other real rows: what perfect rows would get"}


def make_scores(result: EvaluationResult, words: Words) -> Section:
    """Return the section that shows the headline scores of all families."""
    findings = {finding.family: finding for finding in result.verdict.findings}
    families = [
        {
            "id": name,
            "title": words(TITLES[name]),
            "question": words(family.question),
            "finding": show_finding(findings[name], words) if name in findings else None,
            "scores": [show_score(s, words) for s in result.family(name).values() if s.kind.headline],
            "reason": words(result.skipped[name]) if name in result.skipped else "",
        }
        for name, family in FAMILIES.items()
        if result.family(name) or name in result.skipped
    ]
    lead = words("Each score stands on its axis beside what real rows and trivial synthesizers get.")
    return Section("scores", words("Scores at a glance"), lead, {"families": families, "legend": make_legend(words)})


def make_legend(words: Words) -> list[dict[str, Any]]:
    """Return the shapes of all contestants with what they are."""
    return [
        {"mark": draw(16, 16, words(said), [draw_mark(who, 8, 8)], class_="legend-mark"), "said": words(said)}
        for who, said in WHO.items()
    ]


def show_finding(finding: Finding, words: Words) -> dict[str, str]:
    """Return what a template shows of a finding."""
    return {
        "family": finding.family,
        "title": words(TITLES[finding.family]),
        "level": finding.level,
        "text": words(finding.text),
    }


def show_score(score: Score, words: Words) -> dict[str, Any]:
    """Return what a template shows of a score: its axis twice, for wide and for narrow screens."""
    defined = math.isfinite(score.value)
    return {
        "title": words(score.kind.title),
        "meaning": words(score.kind.meaning),
        "direction": score.direction,
        "note": words(score.note) if score.note else "",
        "wide": draw_score(score, words, WIDE) if defined else None,
        "narrow": draw_score(score, words, NARROW) if defined else None,
    }


def show_family(result: EvaluationResult, family: str, words: Words) -> dict[str, Any]:
    """Return the axes of a family's headline scores and of its others, and all of its numbers."""
    scores = result.family(family).values()
    finding = next((f for f in result.verdict.findings if f.family == family), None)
    return {
        "finding": show_finding(finding, words) if finding else None,
        "headline": [show_score(score, words) for score in scores if score.kind.headline],
        "others": [show_score(score, words) for score in scores if not score.kind.headline],
        "table": [_show_numbers(score, words) for score in scores],
        "contestants": [words(said) for said in CONTESTANTS.values()],
    }


def _show_numbers(score: Score, words: Words) -> dict[str, Any]:
    spread = f" ± {write_score(score.spread)}" if math.isfinite(score.spread) else ""
    others = [write_score(score.baselines.get(who, math.nan)) for who in CONTESTANTS if who != "synthetic"]
    return {
        "title": words(score.kind.title),
        "direction": score.direction,
        "own": f"{write_score(score.value)}{spread}",
        "others": others,
    }
