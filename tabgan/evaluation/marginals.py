"""Is each column right, whatever the others are?"""

from __future__ import annotations

import numpy as np

from tabgan.evaluation.scores import Kind, Measured
from tabgan.evaluation.spread import bootstrap
from tabgan.evaluation.tables import Tables

KINDS = {
    "shape": Kind(
        "column shapes",
        "higher",
        (0.0, 1.0),
        "Mean over columns of 1 - KS distance (numbers) or 1 - total variation (labels).",
        headline=True,
    ),
}


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Score the columns of a contestant against those of the reference."""
    rows = tables.contestants[who]

    def shapes(places: np.ndarray) -> np.ndarray:
        columns = enumerate(tables.categorical)
        return np.array([_complement(tables.reference[:, i], rows[places, i], labels) for i, labels in columns])

    values = shapes(np.arange(len(rows)))
    spread = float(
        bootstrap(lambda places: shapes(places).mean(keepdims=True), len(rows), np.random.default_rng(seed))[0]
    )
    return {"shape": Measured(float(values.mean()), spread, values)}


def _complement(reference: np.ndarray, values: np.ndarray, labels: bool) -> float:
    if labels:
        size = int(max(reference.max(), values.max())) + 1
        shares = [np.bincount(v.astype(int), minlength=size) / len(v) for v in (reference, values)]
        return 1 - float(np.abs(shares[0] - shares[1]).sum()) / 2
    a, b = (v[~np.isnan(v)] for v in (reference, values))
    return 1 - ks_distance(a, b) if len(a) and len(b) else 0.0


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
