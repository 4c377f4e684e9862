"""Are the rows realistic, and do they show all that there is? Neighbourhoods of rows, real and synthetic."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import euclidean_distances

from tabgan.evaluation.closeness import nearest, to_points
from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Measured, Score, Spec, require_rows
from tabgan.evaluation.tables import Tables, take
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng

NEIGHBOURS = 5
MOST_ROWS = 3000
"""Rows on either side."""

GROUPS = 10
"""Parts of the rows that the jackknife leaves out in turn."""

EXACT = 9
"""Decimals of squared distances that are not rounding errors, so that equal ones are equal."""

SPECS = {
    "coverage": Spec(
        "coverage",
        "Share of real rows with a synthetic row as near as their 5th nearest real neighbour.",
        headline=True,
    ),
    "density": Spec(
        "density",
        "In how many neighbourhoods of real rows a synthetic row lies, over 5: about 1 among real rows.",
        range=(0.0, np.inf),
    ),
    "precision": Spec("precision", "Share of synthetic rows that lie in the neighbourhood of a real row."),
    "recall": Spec("recall", "Share of real rows that lie in the neighbourhood of a synthetic row."),
    "alpha_precision": Spec(
        "alpha-precision",
        "Whether synthetic rows lie as often in the middle and at the edge of the real ones as real rows do.",
    ),
    "beta_recall": Spec(
        "beta-recall", "Whether the middle and the edge of the synthetic rows show as many real rows as they should."
    ),
}


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Return how well a contestant covers the reference, and is covered by it.

    The neighbourhood of a row is the ball that reaches to the 5th nearest other row of its own side, with the surface;
    without it, rows of a table of levels alone would have empty ones. Points are those of `to_points`, in standard
    deviations of the reference. Spreads come from a jackknife that leaves out a tenth of both sides at a time, radii as
    they are; they are rather too wide than too narrow.

    Notes
    -----
    Precision and recall are those of Kynkäänniemi et al. (2019), density and coverage of Naeem et al. (2020).

    Alpha-precision and beta-recall are the integrated ones of Alaa et al. (2022), without a learned embedding. The
    alpha-support of real rows is the ball around their mean that holds a share alpha of them, and P(alpha) the share of
    synthetic rows in it. The beta-support of synthetic rows is such a ball of theirs, and P(beta) the share of real
    rows whose nearest synthetic row is in it and in their neighbourhood. The score is 1 - 2 * integral |p - P(p)| dp.
    """
    n_rows = min(len(tables.reference), len(tables.contestants[who]), MOST_ROWS)
    require_rows(n_rows)
    rng = numpy_rng(seed, Use.COVERED_ROWS)
    drawn = [take(rows, n_rows, rng) for rows in (tables.reference, tables.contestants[who])]
    found = _Balls(*to_points(drawn, tables.features, tables.reference))
    values = found.scores(np.full(n_rows, True))
    spreads = np.full(len(values), np.nan)
    if who in ("synthetic", "real"):
        group = numpy_rng(seed, Use.JACKKNIFE).permutation(np.arange(n_rows) % GROUPS)
        without = [found.scores(group != left_out) for left_out in range(GROUPS)]
        spreads = np.std(without, axis=0) * np.sqrt(GROUPS - 1)
    return {name: Measured(float(v), float(s)) for name, v, s in zip(SPECS, values, spreads, strict=True)}


class _Balls:
    """Which points lie in whose neighbourhood, and how far out. As many synthetic points as real ones."""

    def __init__(self, real: Floats, synthetic: Floats) -> None:
        distances = np.round(euclidean_distances(real, synthetic, squared=True), EXACT)
        self.real, self.synthetic = real, synthetic
        self.nearest = distances.argmin(axis=1)
        self.in_real = distances <= _radii(real)[:, None]
        self.in_synthetic = distances <= _radii(synthetic)

    def scores(self, kept: NDArray[np.bool_]) -> Floats:
        """Return the scores, in the order of `SPECS`, of those real and synthetic points that are kept."""
        in_real, in_synthetic = (inside[kept] & kept for inside in (self.in_real, self.in_synthetic))
        covered = in_real.any(axis=1)
        own_out = _to_centre(self.synthetic, self.synthetic[kept])
        betas = np.where(covered, _shares_below(own_out[self.nearest[kept]], own_out[kept]), 1.0)
        real, synthetic = self.real[kept], self.synthetic[kept]
        alphas = _shares_below(_to_centre(synthetic, real), _to_centre(real, real))
        thinned = len(kept) / len(real)  # balls would lie as much denser if none were left out
        return np.array(
            [
                covered.mean(),
                in_real.sum() / len(real) * thinned / NEIGHBOURS,
                in_real.any(axis=0)[kept].mean(),
                in_synthetic.any(axis=1).mean(),
                _evenness(alphas),
                _evenness(betas),
            ]
        )


def _radii(points: Floats) -> Floats:
    """Return the squared distance from each point to its 5th neighbour."""
    return np.round(nearest(None, points, NEIGHBOURS, "brute")[:, -1] ** 2, EXACT)


def _to_centre(points: Floats, of: Floats) -> Floats:
    """Return the distance of each point to the mean of some points."""
    return np.asarray(np.linalg.norm(points - of.mean(axis=0), axis=1).round(EXACT))


def _shares_below(values: Floats, among: Floats) -> Floats:
    """Return the share of numbers that are smaller than each value; equal ones count half."""
    ordered = np.sort(among)
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / (2 * len(ordered))


def _evenness(shares: Floats) -> float:
    """Return 1 - 2 * integral |a - P(share <= a)| da: 1 for even shares in [0, 1], 0 when all are at one end.

    The area between two cumulative distributions is that between their quantiles.
    """
    even = (np.arange(len(shares)) + 0.5) / len(shares)
    return 1 - 2 * float(np.abs(np.sort(shares) - even).mean())


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    """Good when a tenth of what other real rows cover is missed, fair up to 30%."""
    score = scores["coverage"]
    template = "{value:.0%} of the real rows have a synthetic one close by; other real rows reach {ceiling:.0%}."
    so = None
    if scores["precision"].value > 0.8 * scores["precision"].baseline:
        so = Phrase("Do not use these rows in place of real ones: they show only a part of what real rows are.")
    text = Phrase(template, value=score.value, ceiling=score.baseline)
    return reach_finding("coverage", text, [Grade(score, 0.9 * score.baseline, 0.7 * score.baseline)], so)


FAMILY = Family(
    "coverage",
    "Coverage",
    "Are the rows realistic, and do they show all that there is?",
    SPECS,
    measure,
    judge,
    required_from=1,
    place=40,
)
