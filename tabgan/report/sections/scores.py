"""The scores of the families: all headlines at a glance, and a section for each family."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from tabgan.evaluation.result import EvaluationResult
from tabgan.evaluation.scored import ScoredResult
from tabgan.evaluation.scores import Finding, Score, find_families
from tabgan.report.charts.score_lines import SHORT, SHORT_OF_SERIES, draw_bars, draw_dumbbells, draw_mark, draw_score
from tabgan.report.svg import draw
from tabgan.report.ticks import write_score
from tabgan.report.words import Words

WIDE, NARROW = 660.0, 340.0
MOST_BARS, MOST_CLASSES = 12, 30
SIDES = ("synthetic", "real")
OWN_PAGES = ("marginals", "dependence")
"""Families whose sections show more than scores, in `columns.py`."""


class Manner(NamedTuple):
    """How scores of a kind are spoken of."""

    called: Mapping[str, str]
    lead: str
    ceiling: str
    as_good: str


MANNERS = {
    "score": Manner(
        SHORT,
        "Each score stands on its axis beside what real rows and trivial synthesizers get.",
        "other real rows: what perfect rows would get",
        "as good as other real rows, or better",
    ),
    "series score": Manner(
        SHORT_OF_SERIES,
        "Each score stands on its axis beside what other real blocks of time and trivial synthesizers get.",
        "other real blocks: what perfect series would get",
        "as good as other real blocks, or better",
    ),
}
"""By the kind of a result."""


class Section(NamedTuple):
    """A part of the page: what links to it name, its heading, what stands under that, and what its template shows."""

    id: str
    title: str
    lead: str
    view: dict[str, Any]
    template: str = ""  # that of the same name as the section when empty


def make_scores(result: ScoredResult, words: Words) -> Section:
    """Return the section that shows the headline scores of all families."""
    manner, kind = MANNERS[result.kind], result.kind
    findings = {finding.family: finding for finding in result.verdict.findings}
    families = [
        {
            "id": name,
            "title": words(family.title),
            "question": words(family.question),
            "finding": show_finding(findings[name], words, kind) if name in findings else None,
            "scores": [show_score(s, words, manner) for s in result.family(name).values() if s.spec.headline],
            "reason": words(result.skipped[name]) if name in result.skipped else "",
        }
        for name, family in find_families(kind).items()
        if result.family(name) or name in result.skipped
    ]
    view = {"families": families, "legend": make_legend(result, words), "as_good": words(manner.as_good)}
    return Section("scores", words("Scores at a glance"), words(manner.lead), view)


def make_legend(result: ScoredResult, words: Words) -> list[dict[str, Any]]:
    """Return the shapes of all contestants with what they are."""
    return [
        {"mark": draw(16, 16, words(said), [draw_mark(who, 8, 8)], class_="legend-mark"), "said": words(said)}
        for who, said in {**result.contestants, "real": MANNERS[result.kind].ceiling}.items()
    ]


def show_finding(finding: Finding, words: Words, kind: str = "score") -> dict[str, str]:
    """Return what a template shows of a finding."""
    return {
        "family": finding.family,
        "title": words(find_families(kind)[finding.family].title),
        "level": finding.level,
        "text": words(finding.text),
    }


def show_score(score: Score, words: Words, manner: Manner) -> dict[str, Any]:
    """Return what a template shows of a score: its axis twice, for wide and for narrow screens."""
    defined = math.isfinite(score.value)
    return {
        "title": words(score.spec.title),
        "meaning": words(score.spec.meaning),
        "direction": score.direction,
        "note": words(score.note) if score.note else "",
        "wide": draw_score(score, words, WIDE, manner.called) if defined else None,
        "narrow": draw_score(score, words, NARROW, manner.called) if defined else None,
    }


def show_family(result: ScoredResult, family: str, words: Words) -> dict[str, Any]:
    """Return the axes of a family's headline scores and of its others, and all of its numbers."""
    scores, manner = result.family(family).values(), MANNERS[result.kind]
    finding = next((f for f in result.verdict.findings if f.family == family), None)
    return {
        "finding": show_finding(finding, words, result.kind) if finding else None,
        "headline": [show_score(score, words, manner) for score in scores if score.spec.headline],
        "others": [show_score(score, words, manner) for score in scores if not score.spec.headline],
        "table": [_show_numbers(score, result, words) for score in scores],
        "contestants": [words(said) for said in result.contestants.values()],
    }


def _show_numbers(score: Score, result: ScoredResult, words: Words) -> dict[str, Any]:
    spread = f" ± {write_score(score.spread)}" if math.isfinite(score.spread) else ""
    others = [write_score(score.baselines.get(who, math.nan)) for who in result.contestants if who != "synthetic"]
    return {
        "title": words(score.spec.title),
        "direction": score.direction,
        "own": f"{write_score(score.value)}{spread}",
        "others": others,
    }


def make_families(result: ScoredResult, words: Words) -> list[Section]:
    """Return the sections of the families that were computed, but for those with pages of their own."""
    found = []
    for name, family in find_families(result.kind).items():
        if name not in OWN_PAGES and result.family(name):
            view: dict[str, Any] = dict.fromkeys(("tells", "target", "classes", "learned", "kept", "combined"))
            view |= {"family": show_family(result, name, words), "caution": family.caution and words(family.caution)}
            if isinstance(result, EvaluationResult) and name == "detection":
                view["tells"] = _draw_tells(result.scores.get("detection"), words)
            if isinstance(result, EvaluationResult) and name == "utility" and result.tables.target is not None:
                view["target"] = words.called(result.tables.names[result.tables.target])
                view["classes"] = _draw_classes(result, words)
            if name == "predictability":
                view["learned"] = _draw_learned(result.scores.get("predictability"), words)
            if name == "rules":
                view["kept"] = _draw_worst(result.scores.get("rules_kept"), words("Rows that keep each rule"))
            if name == "combinations":
                label = words("Rows with a combination that does not exist")
                view["combined"] = _draw_worst(result.scores.get("impossible_combinations"), label)
            found.append(Section(name, words(family.title), words(family.question), view, "family.html.j2"))
    return found


def _draw_tells(score: Score | None, words: Words) -> str | None:
    """The columns that give the synthetic rows away."""
    parts = score.measured["synthetic"].per_column if score else None
    if score is None or parts is None:
        return None
    worst = [place for place in np.argsort(-np.nan_to_num(parts), kind="stable")[:MOST_BARS] if parts[place] > 0]
    label = words("The columns that tell synthetic rows from real ones")
    return draw_bars([words.called(score.columns[place]) for place in worst], parts[worst], label) if worst else None


def _draw_classes(result: EvaluationResult, words: Words) -> str | None:
    """Recall by class, of models that learned real and synthetic rows."""
    score = next((s for s in result.family("utility").values() if s.measured["synthetic"].per_class is not None), None)
    return _draw_parts(score, words("Recall by class"))


def _draw_worst(score: Score | None, label: str) -> str | None:
    """The parts of a score that the synthetic rows get worst, and what real rows get."""
    if score is None or (own := score.measured["synthetic"].per_class) is None:
        return None
    worst = own.sort_values(ascending=score.direction == "higher", kind="stable").head(MOST_BARS)
    return _draw_parts(score, label, list(worst.index))


def _draw_parts(score: Score | None, label: str, shown: list[Any] | None = None) -> str | None:
    """Parts of a score by what they are of, of real and synthetic rows; the first thirty unless told."""
    own, real = (score.measured[who].per_class if score and who in score.measured else None for who in SIDES)
    if own is None:
        return None
    shown = list(own.index[:MOST_CLASSES]) if shown is None else shown
    beside = np.full(len(shown), np.nan) if real is None else real.reindex(shown).to_numpy(float)
    return draw_dumbbells(shown, beside, own[shown].to_numpy(float), label)


def _draw_learned(score: Score | None, words: Words) -> str | None:
    """How well each column is predicted by models that learned real and synthetic rows, those that lose most first."""
    if score is None or (parts := score.per_column) is None:
        return None
    sides = np.clip(parts[["real", "synthetic"]].to_numpy(float), 0, 1)
    shown = [place for place in np.argsort(sides[:, 1] - sides[:, 0], kind="stable") if np.isfinite(sides[place]).all()]
    names = [score.columns[place] for place in shown]
    real, synthetic = sides[shown].T
    return draw_dumbbells(names, real, synthetic, words("Columns predicted from the others"))
