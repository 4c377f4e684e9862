"""The columns: one by one, two by two, and all at once."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from tabgan.evaluation.closeness import to_points
from tabgan.evaluation.features import Feature
from tabgan.evaluation.pairs import associate
from tabgan.evaluation.result import EvaluationResult
from tabgan.evaluation.scores import find_families, mean_of_present
from tabgan.evaluation.tables import take
from tabgan.report.charts.marginal import draw_marginal
from tabgan.report.charts.pairs import Axis, draw_legend, draw_matrix, draw_pair, draw_points
from tabgan.report.sections.scores import Section, show_family
from tabgan.report.ticks import write_score
from tabgan.report.value_ticks import write_values
from tabgan.report.words import Words
from tabgan.seeds import Use, numpy_rng, whole_seed
from tabgan.text import clean

OPEN = 24
"""Cards that are shown; those of further columns are folded."""

MOST_COLUMNS, MOST_ROWS, MOST_PAIRS, MOST_POINTS = 60, 5_000, 6, 400
MOST_LEVELS = 4, 8  # across and up
MOST_EMBEDDED = 1_000


def make_marginals(result: EvaluationResult, words: Words) -> Section:
    """Return the section with a card for each column, the worst first."""
    own, ceiling = (_find_distances(result, who) for who in ("synthetic", "real"))
    cards = [_show_column(result, place, own[place], ceiling[place], words) for place in range(len(own))]
    order = np.argsort(-np.nan_to_num(own), kind="stable")
    for rank, card in enumerate(sorted(cards, key=lambda card: str(result.tables.names[card["place"]]).casefold())):
        card["alphabetical"] = rank
    ordered = [cards[place] | {"rank": rank} for rank, place in enumerate(order)]
    family = show_family(result, "marginals", words) if result.family("marginals") else None
    view = {"family": family, "shown": ordered[:OPEN], "folded": ordered[OPEN:]}
    lead = words(
        "Real rows are filled, synthetic rows are drawn over them, in the window that holds the middle 99% of both."
    )
    return Section("marginals", words(find_families()["marginals"].title), lead, view)


def _find_distances(result: EvaluationResult, who: str) -> NDArray[np.float64]:
    """Return how far a contestant's columns are from the reference's; NaN when not scored."""
    shape = result.scores.get("shape")
    parts = shape.measured[who].per_column if shape else None
    return np.full(len(result.tables.features), np.nan) if parts is None else 1 - parts


def _show_column(result: EvaluationResult, place: int, own: float, ceiling: float, words: Words) -> dict[str, Any]:
    tables = result.tables
    feature = tables.features[place]
    real, synthetic = tables.reference[:, place], tables.synthetic[:, place]
    return {
        "place": place,
        "name": clean(words.called(feature.name)),
        "chart": draw_marginal(feature, real, synthetic, words),
        "distance": write_score(own) if math.isfinite(own) else "",
        "measure": words("KS distance") if feature.levels is None else words("total variation"),
        "ceiling": write_score(ceiling),
        # of all learned rows, as `statistics` has them, whatever they are compared with
        "means": None if feature.levels else _write_means(tables.train[:, place], synthetic, feature),
    }


def _write_means(real: NDArray[np.float64], synthetic: NDArray[np.float64], feature: Feature) -> list[str]:
    means = (float(mean_of_present(values)) for values in (real, synthetic))
    rounded = (round(mean) if feature.is_clock and abs(mean) > 60 else mean for mean in means)
    return [write_values([mean], feature)[0] for mean in rounded]


def make_dependence(result: EvaluationResult, words: Words) -> Section | None:
    """Return the section with the matrices, and the worst pairs when pairs were scored; None for a single column."""
    tables = result.tables
    if len(tables.features) < 2:
        return None
    chosen = _choose_columns(result)
    rng = numpy_rng(result.random_state, Use.PICTURED_ROWS)
    features = [tables.features[place] for place in chosen]
    rows = [take(matrix, MOST_ROWS, rng)[:, chosen] for matrix in (tables.reference, tables.synthetic)]
    real, synthetic = (associate(matrix, features) for matrix in rows)
    difference = synthetic - real
    most = max(0.1, float(np.ceil(10 * np.nanmax(np.abs(difference), initial=0.0)) / 10))
    names = [clean(words.called(feature.name)) for feature in features]
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
    return Section("dependence", words(find_families()["dependence"].title), lead, view)


def _choose_columns(result: EvaluationResult) -> NDArray[np.intp]:
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
    pairs = worst[["first", "second", "value"]].head(MOST_PAIRS).itertuples(index=False)
    return [_show_pair(result, first, second, value, words) for first, second, value in pairs]


def _show_pair(result: EvaluationResult, first: int, second: int, value: float, words: Words) -> dict[str, Any]:
    tables = result.tables
    rng = numpy_rng(result.random_state, Use.PICTURED_ROWS)
    places = sorted([first, second], key=lambda place: len(tables.features[place].levels or ()))  # more levels go up
    most = MOST_ROWS if tables.categorical[places].all() else MOST_POINTS
    rows = {"real": tables.reference, "synthetic": tables.synthetic}
    window = np.concatenate([matrix[:, places] for matrix in rows.values()])
    shown = [replace(tables.features[place], name=words.called(tables.names[place])) for place in places]
    x, y = (Axis(feature, window[:, i], MOST_LEVELS[i]) for i, feature in enumerate(shown))
    charts = []
    for who, matrix in rows.items():
        drawn = take(matrix[:, places], most, rng)
        label = words("{first} and {second}, {who}", first=x.feature.name, second=y.feature.name, who=words(who))
        charts.append({"title": words(who), "chart": draw_pair((x, drawn[:, 0]), (y, drawn[:, 1]), who, label, rng)})
    names = [clean(words.called(tables.names[place])) for place in places]
    return {"first": names[0], "second": names[1], "value": write_score(value), "charts": charts}


def make_embedding(result: EvaluationResult, words: Words) -> Section | None:
    """Return the section with both clouds, beside each other and overlaid; None where there is only one dimension."""
    tables = result.tables
    rng = numpy_rng(result.random_state, Use.PICTURED_ROWS)
    rows = [take(matrix, MOST_EMBEDDED, rng) for matrix in (tables.reference, tables.synthetic)]
    points = to_points(rows, tables.features, tables.reference)
    if min(points[0].shape) < 2:
        return None
    pca = PCA(2, random_state=whole_seed(result.random_state, Use.COMPONENTS)).fit(points[0])
    real, synthetic = (pca.transform(cloud) for cloud in points)
    both = np.concatenate([real, synthetic])
    window = np.quantile(both, [0.002, 0.998], axis=0)
    margin = 0.05 * (window[1] - window[0]) + 1e-9
    window = np.stack([window[0] - margin, window[1] + margin])
    shares = np.nan_to_num(pca.explained_variance_ratio_)
    titles = [
        words("component {number}: {share:.0%} of the variance", number=number, share=share)
        for number, share in enumerate(shares.tolist(), 1)
    ]
    clouds = {"real": [("real", real)], "synthetic": [("synthetic", synthetic)]}
    clouds["overlaid"] = clouds["real"] + clouds["synthetic"]
    charts = [
        {"title": words(who), "chart": draw_points(parts, window, titles, words(who))} for who, parts in clouds.items()
    ]
    lead = words(
        "Principal components of the real rows, with all columns standardised and labels as corners one unit apart."
    )
    return Section("embedding", words("All columns at once"), lead, {"charts": charts})
