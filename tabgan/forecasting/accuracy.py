"""How good forecasts are: errors of points, and of intervals that were promised."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.forecasting.conformal import rolling_quantiles

COVERAGES = (0.8, 0.95)
PEAK_SHARE = 0.1


def find_peaks(observed: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which values are peaks: those at or above the 90th percentile, about the highest tenth."""
    peaks: NDArray[np.bool_] = observed >= np.quantile(observed, 1 - PEAK_SHARE)
    return peaks


def score_forecast(observed: NDArray[np.float64], forecast: NDArray[np.float64]) -> dict[str, float]:
    """Return the scores of a forecast f of observed values y, both of shape (n,); a value of 0 is an InputError.

    ``mape``: 100/n sum |y - f| / |y|; ``pmape``: the same over the peaks (see `find_peaks`); ``r``: Pearson's
    correlation; ``evs``: 1 - Var(y - f) / Var(y), the explained variance score.

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
        "r": _correlate(observed, forecast),
        "evs": _explain(observed, forecast),
    }


def score_points(observed: NDArray[np.float64], forecast: NDArray[np.float64]) -> dict[str, float]:
    """Return the scores of `score_forecast`, ``mae`` and ``rmse``, the last two in the units of what is forecast.

    Percentages are NaN if a value is 0, ``r`` and ``evs`` if all values are one.

    Examples
    --------
    >>> scores = score_points(np.array([0.0, 20.0, 40.0]), np.array([1.0, 21.0, 38.0]))
    >>> scores["mape"], round(scores["mae"], 3), round(scores["rmse"], 3)
    (nan, 1.333, 1.414)
    """
    errors = observed - forecast
    if observed.all():
        scores = score_forecast(observed, forecast)
    else:
        scores = {"mape": np.nan, "pmape": np.nan}
        scores |= {"r": _correlate(observed, forecast), "evs": _explain(observed, forecast)}
    return {**scores, "mae": float(np.abs(errors).mean()), "rmse": float(np.sqrt(np.mean(errors**2)))}


def make_intervals(
    observed: NDArray[np.float64], forecast: NDArray[np.float64], ahead: int, relative: bool
) -> dict[float, NDArray[np.float64]]:
    """Return half the width of the interval of each coverage that each forecast had.

    They are split conformal, as those of `DWTPCALSTMForecaster.forecast`: the errors are those of forecasts as many
    steps ahead that were known when a forecast was made. Rows in the order of time, one for each step; observed values
    that are NaN are passed over.
    """
    scale = np.abs(forecast) if relative else np.ones(len(forecast))
    errors = np.abs(observed - forecast) / scale
    return {coverage: rolling_quantiles(errors, coverage, ahead) * scale for coverage in COVERAGES}


def score_intervals(
    observed: NDArray[np.float64],
    forecast: NDArray[np.float64],
    halves: dict[float, NDArray[np.float64]],
    floor: NDArray[np.float64] | float = -np.inf,
) -> dict[str, float]:
    """Return how often intervals held the truth, how wide they were, and the pinball loss of their ends.

    ``pinball``: the mean over the ends q_a of the intervals, and the forecast as the median, of
    max(a (y - q_a), (a - 1) (y - q_a)), in the units of what is forecast; twice that is about the CRPS. Judged are the
    rows that have all intervals; NaN if none has. No interval reaches below the `floor`, a number or one of each row.

    Examples
    --------
    >>> y, f = np.array([1.0, 2.0]), np.array([1.0, 4.0])
    >>> score_intervals(y, f, {0.8: np.array([1.0, 1.0])})
    {'pinball': 0.4, 'coverage_80': 0.5, 'width_80': 2.0}
    """
    there = ~np.isnan(np.sum([*halves.values(), observed], axis=0))
    if not there.any():
        return dict.fromkeys(interval_names(tuple(halves)), np.nan)
    y, f, least = observed[there], forecast[there], np.broadcast_to(floor, observed.shape)[there]
    losses, scores = [_pinball(y - f, 0.5)], {}
    for coverage, half in halves.items():
        half, tail = half[there], (1 - coverage) / 2
        lower, upper = np.maximum(f - half, least), np.maximum(f + half, least)
        losses += [_pinball(y - lower, tail), _pinball(y - upper, 1 - tail)]
        name = f"{100 * coverage:g}"
        scores[f"coverage_{name}"] = float(((np.abs(y - f) <= half) & (y >= least)).mean())
        scores[f"width_{name}"] = float((upper - lower).mean())
    return {"pinball": float(np.round(np.mean(losses), 15)), **scores}


def interval_names(coverages: tuple[float, ...] = COVERAGES) -> list[str]:
    """Return the names of the scores of intervals."""
    return ["pinball", *(f"{what}_{100 * c:g}" for c in coverages for what in ("coverage", "width"))]


def _pinball(errors: NDArray[np.float64], level: float) -> float:
    return float(np.maximum(level * errors, (level - 1) * errors).mean())


def _explain(observed: NDArray[np.float64], forecast: NDArray[np.float64]) -> float:
    variance = np.var(observed)
    return float(1 - np.var(observed - forecast) / variance) if variance else float("nan")


def _correlate(observed: NDArray[np.float64], forecast: NDArray[np.float64]) -> float:
    if forecast.min() == forecast.max() or observed.min() == observed.max():
        return float("nan")
    return float(np.clip(np.corrcoef(observed, forecast)[0, 1], -1, 1))
