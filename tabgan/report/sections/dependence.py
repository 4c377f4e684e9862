"""Columns together: matrices of associations, and the pairs that differ most."""

from __future__ import annotations

from typing import Any

import numpy as np

from tabgan.evaluation.result import EvaluationResult
from tabgan.evaluation.tables import take
from tabgan.report.associations import associate
from tabgan.report.charts.cloud import Axis, draw_pair
from tabgan.report.charts.matrix import draw_legend, draw_matrix
from tabgan.report.sections.scores import TITLES, show_family
from tabgan.report.sections.section import Section
from tabgan.report.svg import clean
from tabgan.report.ticks import write_score
from tabgan.report.words import Words

MOST_COLUMNS, MOST_ROWS, MOST_PAIRS, MOST_POINTS = 60, 5_000, 6, 400
MOST_LEVELS = 4, 8  # across and up


def make_dependence(result: EvaluationResult, words: Words) -> Section | None:
    """Return the section with the matrices, and the worst pairs when pairs were scored; None for a single column."""
    tables = result.tables
    if len(tables.features) < 2:
        return None
    chosen = _choose_columns(result)
    rng = np.random.default_rng(result.random_state)
    features = [tables.features[place] for place in chosen]
    rows = [take(matrix, MOST_ROWS, rng)[:, chosen] for matrix in (tables.reference, tables.synthetic)]
    real, synthetic = (associate(matrix, features) for matrix in rows)
    difference = synthetic - real
    most = max(0.1, float(np.ceil(10 * np.nanmax(np.abs(difference), initial=0.0)) / 10))
    names = [clean(feature.name) for feature in features]
    titles = words("real"), words("synthetic"), words("synthetic minus real")
    matrices = zip(titles, (real, synthetic, difference), (1.0, 1.0, most), strict=True)
    left_out = len(tables.features) - len(chosen)
    template = "Of {count:,} columns, the {shown} whose pairs differ most are shown."
    view = {
        "family": show_family(result, "dependence", words) if result.family("dependence") else None,
        "matrices": [
            {"title": title, "chart": draw_matrix(values, names, title, end), "legend": draw_legend(end)}
            for title, values, end in matrices
        ],
        "aside": words(template, count=len(tables.features), shown=len(chosen)) if left_out else "",
        "pairs": _show_pairs(result, words),
    }
    lead = words(
        "Spearman's correlation of two columns of numbers, the correlation ratio of numbers and labels, "
        "Cramér's V of labels. Columns in the order of the table."
    )
    return Section("dependence", words(TITLES["dependence"]), lead, view)


def _choose_columns(result: EvaluationResult) -> np.ndarray:
    """The places of at most 60 columns, in the order of the table."""
    n_columns = len(result.tables.features)
    score = result.scores.get("pairs")
    parts = score.measured["synthetic"].per_column if score else None
    if score is None or parts is None or n_columns <= MOST_COLUMNS:
        return np.arange(min(n_columns, MOST_COLUMNS))
    worst = np.argsort(np.nan_to_num(parts if score.direction == "higher" else -parts, nan=np.inf), kind="stable")
    return np.sort(worst[:MOST_COLUMNS])


def _show_pairs(result: EvaluationResult, words: Words) -> list[dict[str, Any]]:
    """The pairs with the worst parts of the score "pairs", their rows as points."""
    score = result.scores.get("pairs")
    frame = score.measured["synthetic"].per_pair if score else None
    if score is None or frame is None:
        return []
    worst = frame.dropna(subset="value").sort_values("value", ascending=score.direction == "higher", kind="stable")
    return [
        _show_pair(result, int(pair.first), int(pair.second), float(pair.value), words)
        for pair in worst.head(MOST_PAIRS).itertuples()
    ]


def _show_pair(result: EvaluationResult, first: int, second: int, value: float, words: Words) -> dict[str, Any]:
    tables = result.tables
    rng = np.random.default_rng(result.random_state)
    places = sorted([first, second], key=lambda place: len(tables.features[place].levels or ()))  # more levels go up
    most = MOST_ROWS if tables.categorical[places].all() else MOST_POINTS
    rows = {"real": tables.reference, "synthetic": tables.synthetic}
    window = np.concatenate([matrix[:, places] for matrix in rows.values()])
    x, y = (Axis(tables.features[place], window[:, i], MOST_LEVELS[i]) for i, place in enumerate(places))
    charts = []
    for who, matrix in rows.items():
        drawn = take(matrix[:, places], most, rng)
        label = words("{first} and {second}, {who}", first=x.feature.name, second=y.feature.name, who=words(who))
        charts.append({"title": words(who), "chart": draw_pair((x, drawn[:, 0]), (y, drawn[:, 1]), who, label, 0)})
    names = [clean(tables.names[place]) for place in places]
    return {"first": names[0], "second": names[1], "value": write_score(value), "charts": charts}
