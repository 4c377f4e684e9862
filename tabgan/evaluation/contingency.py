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
    codes = [_to_codes(features, reference, table) for table in (reference, rows)]
    whole = [np.arange(BINS + 1) < BINS if f.levels is None else np.full(len(f.levels), True) for f in features]
    found = np.empty((len(draws), len(pairs)))
    for pair, (i, j) in enumerate(pairs):
        known, own = (code[i] * len(whole[j]) + code[j] for code in codes)
        kept = np.outer(whole[i], whole[j]).ravel()
        if len(kept) > len(rows):
            known, own, kept = _drop_empty(known, own, kept)
        cells = (known, *(own[places] for places in draws))
        real, *others = (np.bincount(drawn, minlength=len(kept))[kept] for drawn in cells)
        found[:, pair] = [overlap(real, counts) if real.any() else np.nan for counts in others]
    return found


def _drop_empty(known: np.ndarray, own: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number only cells that occur: of the million of two columns of 1,000 levels these are few."""
    taken = np.zeros(len(kept), dtype=bool)
    taken[known] = taken[own] = True
    numbers = np.cumsum(taken) - 1
    return numbers[known], numbers[own], kept[taken]


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
