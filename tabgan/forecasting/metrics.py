"""How good a forecast is: MAPE, pMAPE, R and EVS."""

from __future__ import annotations

import numpy as np

from tabgan.errors import InputError

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

    Raises
    ------
    InputError
        An observed value is 0, of which no percentage can be taken.

    Examples
    --------
    >>> score_forecast(np.array([10.0, 20.0, 40.0]), np.array([11.0, 21.0, 38.0]))["pmape"]
    5.0
    """
    if not observed.all():
        raise InputError("MAPE needs observed values other than 0; leave such rows out")
    errors = 100 * np.abs(observed - forecast) / np.abs(observed)
    return {
        "mape": float(errors.mean()),
        "pmape": float(errors[find_peaks(observed)].mean()),
        "r": float(np.clip(np.corrcoef(observed, forecast)[0, 1], -1, 1)),
        "evs": float(1 - np.var(observed - forecast) / np.var(observed)),
    }
