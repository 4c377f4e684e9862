"""Detection, coverage, utility and privacy."""

from __future__ import annotations

from typing import Any

import numpy as np

from tabgan.evaluation import privacy
from tabgan.evaluation.families import FAMILIES
from tabgan.evaluation.result import EvaluationResult
from tabgan.evaluation.scores import Score
from tabgan.report.charts.bars import draw_bars, draw_dumbbells
from tabgan.report.sections.scores import TITLES, show_family
from tabgan.report.sections.section import Section
from tabgan.report.words import Words

MOST_BARS, MOST_CLASSES = 12, 30


def make_families(result: EvaluationResult, words: Words) -> list[Section]:
    """Return the sections of the families that were computed."""
    found = []
    for family in ("detection", "coverage", "utility", "privacy"):
        if result.family(family):
            more = MORE[family](result, words) if family in MORE else {}
            view = {"family": show_family(result, family, words), **more}
            found.append(Section(family, words(TITLES[family]), words(FAMILIES[family].question), view))
    return found


def _show_detection(result: EvaluationResult, words: Words) -> dict[str, Any]:
    """The columns that give the synthetic rows away."""
    score = result.scores.get("detection")
    parts = score.measured["synthetic"].per_column if score else None
    if score is None or parts is None:
        return {"tells": None}
    worst = [place for place in np.argsort(-np.nan_to_num(parts), kind="stable")[:MOST_BARS] if parts[place] > 0]
    if not worst:
        return {"tells": None}
    label = words("The columns that tell synthetic rows from real ones")
    return {"tells": draw_bars([score.columns[place] for place in worst], parts[worst], label)}


def _show_utility(result: EvaluationResult, words: Words) -> dict[str, Any]:
    """Recall by class, of models that learned real and synthetic rows."""
    score = next((s for s in result.family("utility").values() if s.measured["synthetic"].per_class is not None), None)
    target = result.tables.target
    name = None if target is None else str(result.tables.names[target])
    return {"classes": _draw_classes(score, words) if score else None, "target": name}


def _draw_classes(score: Score, words: Words) -> str:
    own = score.measured["synthetic"].per_class
    real = score.measured["real"].per_class if "real" in score.measured else None
    assert own is not None
    levels = list(own.index[:MOST_CLASSES])
    beside = np.full(len(levels), np.nan) if real is None else real.reindex(levels).to_numpy(float)
    return draw_dumbbells(levels, beside, own[levels].to_numpy(float), words("Recall by class"))


def _show_privacy(result: EvaluationResult, words: Words) -> dict[str, Any]:
    return {"promise": words(privacy.PROMISE)}


MORE = {
    "detection": _show_detection,
    "utility": _show_utility,
    "privacy": _show_privacy,
}
"""What sections show besides scores."""
