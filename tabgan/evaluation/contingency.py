"""How alike the joint distributions of two columns are, of which one at least holds labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabgan.evaluation.features import Feature
from tabgan.evaluation.tally import overlap

BINS = 10


def similarities(
    features: Sequence[Feature],
    reference: np.ndarray,
    rows: np.ndarray,
    pairs: np.ndarray,
    draws: Sequence[np.ndarray | slice] = (slice(None),),
) -> np.ndarray:
    """Return 1 - total variation between the joint distributions of pairs of columns, in draws of the rows.

    Numbers are put in 10 bins of equal widths between the smallest and the largest of the reference, the outer ones
    without an end, as in SDMetrics' ContingencySimilarity. Rows with a gap in a number are left out of its pairs.

    Parameters
    ----------
    features : sequence of Feature
        The columns.
    reference, rows : ndarray of shape (n_samples, n_columns)
        Numbers and codes as in `Tables`.
    pairs : ndarray of shape (n_pairs, 2)
        Places of columns.
    draws : sequence of ndarray or slice
        Places in `rows`, by default all.

    Returns
    -------
    ndarray of shape (n_draws, n_pairs)
        0 where no row has both values; NaN where none of the reference has.

    Examples
    --------
    >>> features = [Feature("colour", ("blue", "red")), Feature("size", ("S", "L"))]
    >>> real, rows = np.array([[0.0, 0], [1, 1]]), np.array([[0.0, 0], [1, 0]])
    >>> similarities(features, real, rows, np.array([[0, 1]]))
    array([[0.5]])
    """
    kept = [BINS if feature.levels is None else len(feature.levels) for feature in features]
    sizes = [size + (feature.levels is None) for size, feature in zip(kept, features, strict=True)]
    codes = [_to_codes(features, reference, table) for table in (reference, rows)]
    found = np.empty((len(draws), len(pairs)))
    for pair, (i, j) in enumerate(pairs):
        known, own = (code[i] * sizes[j] + code[j] for code in codes)
        cells = [np.bincount(joint, minlength=sizes[i] * sizes[j]) for joint in (known, *(own[d] for d in draws))]
        real, *others = (counts.reshape(sizes[i], sizes[j])[: kept[i], : kept[j]] for counts in cells)
        found[:, pair] = [overlap(real, counts) if real.any() else np.nan for counts in others]
    return found


def _to_codes(features: Sequence[Feature], reference: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Codes of shape (n_columns, n_samples): levels, or bins of numbers with an eleventh for gaps."""
    codes = np.empty(rows.shape[::-1], dtype=np.intp)
    for place, feature in enumerate(features):
        values = rows[:, place]
        if feature.levels is None:
            known = reference[:, place]
            edges = np.histogram_bin_edges(known[~np.isnan(known)], BINS)[1:-1]
            values = np.where(np.isnan(values), BINS, np.searchsorted(edges, values, "right"))
        codes[place] = values
    return codes
