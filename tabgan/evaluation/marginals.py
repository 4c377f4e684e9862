"""Distances between two columns of numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import wasserstein_distance

from tabgan.schema.numbers import present_values


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


def scaled_wasserstein(a: np.ndarray, b: np.ndarray, std: float) -> float:
    """Return the Wasserstein-1 distance of two columns over a standard deviation; NaN if that is zero or overflows."""
    return float(wasserstein_distance(a, b) / std) if 0 < std < np.inf else np.nan


def marginal_distances(reference: pd.DataFrame, other: pd.DataFrame, std: pd.Series) -> pd.DataFrame:
    """Return `ks` and `wasserstein` for each column of two tables of numbers with equal columns; gaps are left out.

    NaN where one of them has no values.
    """
    pairs = {name: (present_values(reference[name]), present_values(other[name])) for name in reference}
    rows = [
        (ks_distance(a, b), scaled_wasserstein(a, b, std[name])) if len(a) and len(b) else (np.nan, np.nan)
        for name, (a, b) in pairs.items()
    ]
    return pd.DataFrame(rows, index=reference.columns, columns=["ks", "wasserstein"])
