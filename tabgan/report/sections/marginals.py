"""Every column: its distribution in real and synthetic rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tabgan.evaluation.result import EvaluationResult
from tabgan.report.charts.marginal import draw_marginal
from tabgan.report.sections.scores import TITLES, show_family
from tabgan.report.sections.section import Section
from tabgan.report.svg import clean
from tabgan.report.ticks import write_date, write_number, write_score
from tabgan.report.words import Words

OPEN = 24
"""Cards that are shown; those of further columns are folded."""


def make_marginals(result: EvaluationResult, words: Words) -> Section:
    """Return the section with a card for each column, the worst first."""
    own, ceiling = find_distances(result)
    cards = [_show_column(result, place, own[place], ceiling[place], words) for place in range(len(own))]
    order = np.argsort(-np.nan_to_num(own), kind="stable")
    names = sorted(range(len(own)), key=lambda place: str(result.tables.names[place]).casefold())
    for rank, place in enumerate(order):
        cards[place]["rank"] = rank
    for rank, place in enumerate(names):
        cards[place]["alphabetical"] = rank
    ordered = [cards[place] for place in order]
    view = {
        "family": show_family(result, "marginals", words) if result.family("marginals") else None,
        "shown": ordered[:OPEN],
        "folded": ordered[OPEN:],
    }
    lead = words(
        "Real rows are filled, synthetic rows are drawn over them, in the window that holds the middle 99% of both."
    )
    return Section("marginals", words(TITLES["marginals"]), lead, view)


def find_distances(result: EvaluationResult) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each column is from the reference's, in synthetic and in other real rows; NaN when not scored."""
    unknown = np.full(len(result.tables.features), np.nan)
    if "shape" not in result.scores:
        return unknown, unknown
    parts = (result.scores["shape"].measured[who].per_column for who in ("synthetic", "real"))
    own, ceiling = (unknown if part is None else 1 - part for part in parts)
    return own, ceiling


def _show_column(result: EvaluationResult, place: int, own: float, ceiling: float, words: Words) -> dict[str, Any]:
    tables = result.tables
    feature = tables.features[place]
    real, synthetic = tables.reference[:, place], tables.synthetic[:, place]
    return {
        "place": place,
        "name": clean(feature.name),
        "chart": draw_marginal(feature, real, synthetic, words),
        "distance": write_score(own) if math.isfinite(own) else "",
        "measure": words("KS distance") if feature.levels is None else words("total variation"),
        "ceiling": write_score(ceiling),
        "means": None if feature.levels else _write_means(real, synthetic, feature.is_date),
    }


def _write_means(real: np.ndarray, synthetic: np.ndarray, is_date: bool) -> list[str]:
    means = [
        float(values[~np.isnan(values)].mean()) if (~np.isnan(values)).any() else math.nan
        for values in (real, synthetic)
    ]
    return [write_date(mean, math.inf) if is_date else write_number(mean) for mean in means]
