"""Are the rows realistic, and do they show all that there is? Neighbourhoods of rows, real and synthetic."""

from __future__ import annotations

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestNeighbors

from tabgan.evaluation.encode import to_points
from tabgan.evaluation.scores import Kind, Measured, require_rows
from tabgan.evaluation.tables import Tables, take

NEIGHBOURS = 5
MOST_ROWS = 3000
"""Rows on either side."""

GROUPS = 10
"""Parts of the rows that the jackknife leaves out in turn."""

EXACT = 9
"""Decimals of squared distances that are not rounding errors, so that equal ones are equal."""

KINDS = {
    "coverage": Kind(
        "coverage",
        "higher",
        (0.0, 1.0),
        "Share of real rows with a synthetic row as near as their 5th nearest real neighbour.",
        headline=True,
    ),
    "density": Kind(
        "density",
        "higher",
        (0.0, np.inf),
        "In how many neighbourhoods of real rows a synthetic row lies, over 5: about 1 among real rows.",
    ),
    "precision": Kind(
        "precision", "higher", (0.0, 1.0), "Share of synthetic rows that lie in the neighbourhood of a real row."
    ),
    "recall": Kind(
        "recall", "higher", (0.0, 1.0), "Share of real rows that lie in the neighbourhood of a synthetic row."
    ),
    "alpha_precision": Kind(
        "alpha-precision",
        "higher",
        (0.0, 1.0),
        "Whether synthetic rows lie as often in the middle and at the edge of the real ones as real rows do.",
    ),
    "beta_recall": Kind(
        "beta-recall",
        "higher",
        (0.0, 1.0),
        "Whether the middle and the edge of the synthetic rows show as many real rows as they should.",
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
    rng = np.random.default_rng(seed)
    drawn = [take(rows, n_rows, rng) for rows in (tables.reference, tables.contestants[who])]
    found = _Balls(*to_points(drawn, tables.features, tables.reference))
    values = found.scores(np.full(n_rows, True))
    spreads = np.full(len(values), np.nan)
    if who in ("synthetic", "real"):
        group = rng.permutation(np.arange(n_rows) % GROUPS)
        without = [found.scores(group != left_out) for left_out in range(GROUPS)]
        spreads = np.std(without, axis=0) * np.sqrt(GROUPS - 1)
    return {name: Measured(float(v), float(s)) for name, v, s in zip(KINDS, values, spreads, strict=True)}


class _Balls:
    """Which points lie in whose neighbourhood, and how far out. As many synthetic points as real ones."""

    def __init__(self, real: np.ndarray, synthetic: np.ndarray) -> None:
        distances = np.round(euclidean_distances(real, synthetic, squared=True), EXACT)
        self.real, self.synthetic = real, synthetic
        self.nearest = distances.argmin(axis=1)
        self.in_real = distances <= _radii(real)[:, None]
        self.in_synthetic = distances <= _radii(synthetic)

    def scores(self, kept: np.ndarray) -> np.ndarray:
        """Return the scores, in the order of `KINDS`, of those real and synthetic points that are kept."""
        in_real, in_synthetic = (inside[kept] & kept for inside in (self.in_real, self.in_synthetic))
        covered = in_real.any(axis=1)
        own_out = _to_centre(self.synthetic, self.synthetic[kept])
        betas = np.where(covered, _levels(own_out[self.nearest[kept]], own_out[kept]), 1.0)
        real, synthetic = self.real[kept], self.synthetic[kept]
        alphas = _levels(_to_centre(synthetic, real), _to_centre(real, real))
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


def _radii(points: np.ndarray) -> np.ndarray:
    """Return the squared distance from each point to its 5th neighbour."""
    search = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute", metric="sqeuclidean").fit(points)
    return np.round(search.kneighbors()[0][:, -1], EXACT)


def _to_centre(points: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Return the distance of each point to the mean of some points."""
    return np.linalg.norm(points - of.mean(axis=0), axis=1).round(EXACT)


def _levels(values: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Return the share of numbers that are smaller than each value; equal ones count half."""
    ordered = np.sort(among)
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / (2 * len(ordered))


def _evenness(levels: np.ndarray) -> float:
    """Return 1 - 2 * integral |a - P(level <= a)| da: 1 for even levels in [0, 1], 0 when all are at one end.

    The area between two cumulative distributions is that between their quantiles.
    """
    even = (np.arange(len(levels)) + 0.5) / len(levels)
    return 1 - 2 * float(np.abs(np.sort(levels) - even).mean())
