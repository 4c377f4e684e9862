"""How good forecasts were on the rows that a forecaster holds aside for its intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tabgan.forecasting.accuracy import score_points
from tabgan.forecasting.naive import SEASONAL_NAIVE, repeat_past, steps_before
from tabgan.text import format_number

if TYPE_CHECKING:
    from tabgan.forecasting.forecaster import DWTPCALSTMForecaster


class Accuracy(NamedTuple):
    """Errors over all steps ahead, beside those of what was a season before.

    Attributes
    ----------
    rmse, naive_rmse : float
        Root mean squared errors.
    mase, naive_mase : float
        Mean absolute errors over that of one season before in the learned rows; NaN where these do not change.
    n_origins : int
        From how many rows was forecast.
    """

    rmse: float
    naive_rmse: float
    mase: float
    naive_mase: float
    n_origins: int


def measure_accuracy(model: DWTPCALSTMForecaster, horizon: int) -> Accuracy | None:
    """Return how good forecasts so many steps ahead were on the rows held aside; None where there are none to score.

    Rows that were filled are not scored, nor forecast from, as in `backtest`. Of several entities, each of
    `parts_` has its own.
    """
    series, n = model.series_, len(model.series_.values)
    origins = np.arange(model.n_learned_ - 1, n - 1)
    origins = origins[~series.filled[origins]]
    if not len(origins):
        return None
    rows = origins[:, None] + np.arange(1, horizon + 1)
    filled = np.append(series.filled[:n], np.ones(horizon, dtype=bool))  # the future, which nobody has seen
    there = ~filled[rows]
    if not there.any():
        return None
    observed = series.values[rows[there]]
    ours = score_points(observed, model.follow(series, origins, horizon)[there])
    naive = score_points(observed, repeat_past(SEASONAL_NAIVE, series, origins, horizon)[there])
    learned, season = series.values[: model.n_learned_], steps_before(SEASONAL_NAIVE, series.clock)
    scale = float(np.abs(learned[season:] - learned[:-season]).mean()) if len(learned) > season else 0.0
    mase, naive_mase = (scores["mae"] / scale if scale else np.nan for scores in (ours, naive))
    return Accuracy(ours["rmse"], naive["rmse"], mase, naive_mase, int(there.any(axis=1).sum()))


def say_accuracy(accuracy: Accuracy | None) -> str:
    """Return an accuracy in words.

    Examples
    --------
    >>> say_accuracy(Accuracy(1.25, 1.5, 0.8, 0.96, 39))
    'RMSE 1.25 (a season before: 1.5), MASE 0.80 (0.96), from 39 rows held aside'
    >>> say_accuracy(None)
    'accuracy not measured: see tabgan backtest'
    """
    if accuracy is None:
        return "accuracy not measured: see tabgan backtest"
    rmse = f"RMSE {format_number(accuracy.rmse)} (a season before: {format_number(accuracy.naive_rmse)})"
    mase = f", MASE {accuracy.mase:.2f} ({accuracy.naive_mase:.2f})" if np.isfinite(accuracy.mase) else ""
    return f"{rmse}{mase}, from {accuracy.n_origins:,} rows held aside"
