"""Is each column right, whatever the others are?"""

from __future__ import annotations

import numpy as np

from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Kind, Measured, mean_of_present
from tabgan.evaluation.spread import bootstrap
from tabgan.evaluation.tables import Tables
from tabgan.evaluation.tally import Labels, Numbers

KINDS = {
    "shape": Kind(
        "column shapes",
        "higher",
        (0.0, 1.0),
        "Mean over columns of 1 - KS distance (numbers) or 1 - total variation (labels).",
        headline=True,
    ),
    "ks_complement": Kind(
        "shapes of numbers",
        "higher",
        (0.0, 1.0),
        "1 - KS distance, the largest gap between two cumulative distributions.",
    ),
    "tv_complement": Kind(
        "shares of labels",
        "higher",
        (0.0, 1.0),
        "1 - total variation, the share of rows whose label would have to change.",
    ),
    "wasserstein": Kind(
        "Wasserstein distance",
        "lower",
        (0.0, np.inf),
        "How far values would have to move on average, in standard deviations.",
    ),
    "mean_shift": Kind("shift of means", "lower", (0.0, np.inf), "Distance between the means, in standard deviations."),
    "std_shift": Kind(
        "shift of spreads",
        "lower",
        (0.0, np.inf),
        "How far the ratio of the standard deviations is from 1: 0.1 is 10% too narrow or too wide.",
    ),
    "quantile_shift": Kind(
        "shift of deciles", "lower", (0.0, np.inf), "Mean distance between the nine deciles, in standard deviations."
    ),
    "range_coverage": Kind(
        "range coverage", "higher", (0.0, 1.0), "How much of the way from the real minimum to the maximum is covered."
    ),
    "category_coverage": Kind("level coverage", "higher", (0.0, 1.0), "Share of the real levels that appear."),
    "in_range": Kind(
        "values in range", "higher", (0.0, 1.0), "Share of values within the real range, and of labels that are real."
    ),
    "boundary_mass": Kind(
        "spikes at the ends",
        "lower",
        (0.0, 1.0),
        "Share of values on the real minimum or maximum, beyond the real share: what clipping leaves.",
    ),
    "missing_shift": Kind("shift of missing rates", "lower", (0.0, 1.0), "Distance between the shares of gaps."),
    "decimals": Kind("decimals", "higher", (0.0, 1.0), "Share of values with no more decimals than real ones have."),
}
EXTREMES = ("range_coverage", "category_coverage")
"""What the bootstrap cannot tell the spread of: it never draws beyond what was seen (Bickel and Freedman 1981)."""


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Score the columns of a contestant against those of the reference; standard errors by the bootstrap.

    Scores that no column of the tables has are left out.
    """
    rows = tables.contestants[who]
    columns = [_tally(tables, rows, place) for place in range(len(tables.features))]
    first = [column.score(_count(column, np.arange(len(rows)))) for column in columns]
    names = [name for name in KINDS if any(name in parts for parts in first)]

    def means(places: np.ndarray) -> np.ndarray:
        return mean_of_present(_table(names, [column.score(_count(column, places)) for column in columns]))

    parts = _table(names, first)
    values, spreads = mean_of_present(parts), np.full(len(names), np.nan)
    if who in ("synthetic", "real"):
        spreads = bootstrap(means, len(rows), np.random.default_rng(seed))
    nothing = Phrase("every column is constant or empty")
    return {
        name: Measured(
            float(values[i]),
            np.nan if name in EXTREMES else float(spreads[i]),
            parts[i],
            note=nothing if np.isnan(values[i]) else "",
        )
        for i, name in enumerate(names)
    }


def _tally(tables: Tables, rows: np.ndarray, place: int) -> Numbers | Labels:
    feature, reference, real = tables.features[place], tables.reference[:, place], tables.train[:, place]
    if feature.levels is not None:
        return Labels.of(feature, rows[:, place], reference)
    if tables.has_holdout:
        real = np.concatenate([real, reference])
    return Numbers.of(feature, rows[:, place], reference, real)


def _count(column: Numbers | Labels, places: np.ndarray) -> np.ndarray:
    return np.bincount(column.codes[places], minlength=len(column.reference))


def _table(names: list[str], parts: list[dict[str, float]]) -> np.ndarray:
    """Scores by name (rows) and column, NaN where a column has none."""
    return np.array([[part.get(name, np.nan) for part in parts] for name in names])


def ks_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the Kolmogorov-Smirnov distance: the largest gap between the two cumulative distributions, in [0, 1].

    The same as ``scipy.stats.ks_2samp(a, b).statistic``, without the p-value, which takes most of its time.

    Examples
    --------
    >>> ks_distance(np.array([1.0, 2.0]), np.array([1.0, 3.0]))
    0.5
    """
    values = np.concatenate([a, b])
    gaps = np.searchsorted(np.sort(a), values, "right") / len(a) - np.searchsorted(np.sort(b), values, "right") / len(b)
    return float(np.abs(gaps).max())
