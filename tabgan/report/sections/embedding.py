"""All columns in two dimensions: real and synthetic rows on the axes along which real rows vary most."""

from __future__ import annotations

import numpy as np
from sklearn.decomposition import PCA

from tabgan.evaluation.encode import to_points
from tabgan.evaluation.result import EvaluationResult
from tabgan.evaluation.tables import take
from tabgan.report.charts.cloud import draw_points
from tabgan.report.sections.section import Section
from tabgan.report.words import Words

MOST_POINTS = 1_000


def make_embedding(result: EvaluationResult, words: Words) -> Section | None:
    """Return the section with both clouds, beside each other and overlaid; None where there is only one dimension."""
    tables = result.tables
    rng = np.random.default_rng(result.random_state)
    rows = [take(matrix, MOST_POINTS, rng) for matrix in (tables.reference, tables.synthetic)]
    points = to_points(rows, tables.features, tables.reference)
    if min(points[0].shape) < 2:
        return None
    pca = PCA(2, random_state=result.random_state).fit(points[0])
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
