"""How good a forecast is: MAPE, pMAPE, R and EVS."""

from __future__ import annotations

import numpy as np

PEAK_SHARE = 0.1


def find_peaks(observed: np.ndarray) -> np.ndarray:
    """Return which values are peaks: those at or above the 90th percentile, about the highest tenth."""
    return observed >= np.quantile(observed, 1 - PEAK_SHARE)


def score_forecast(observed: np.ndarray, forecast: np.ndarray) -> dict[str, float]:
    """Return the scores of a forecast f of observed values y, both of shape (n,).

    Returns
    -------
    dict
        ``mape``: 100/n sum |y - f| / |y|; ``pmape``: the same over the peaks (see `find_peaks`); ``r``: Pearson's
        correlation; ``evs``: 1 - Var(y - f) / Var(y), the explained variance score.

    Examples
    --------
    >>> score_forecast(np.array([10.0, 20.0]), np.array([11.0, 21.0]))
    {'mape': 7.5, 'pmape': 5.0, 'r': 1.0, 'evs': 1.0}
    """
    errors = 100 * np.abs(observed - forecast) / np.abs(observed)
    return {
        "mape": float(errors.mean()),
        "pmape": float(errors[find_peaks(observed)].mean()),
        "r": float(np.clip(np.corrcoef(observed, forecast)[0, 1], -1, 1)),
        "evs": float(1 - np.var(observed - forecast) / np.var(observed)),
    }
