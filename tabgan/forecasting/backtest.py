"""Compare forecasters on days that they have not learned, one step ahead: by MAPE, pMAPE, R and EVS."""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.series import Series, read_series
from tabgan.forecasting.variants import VARIANTS
from tabgan.rules import suggest

PROTOCOLS = ("leak-free", "paper")
STEPS_A_DAY = {"day": 1, "hour": 24}
BASELINES = {"yesterday": 1, "last-week": 7}
"""Forecasts that learn nothing: what was so many days before."""
MODELS = (*VARIANTS, *BASELINES)
PEAK_SHARE = 0.1


class Backtest(NamedTuple):
    """What a backtest found.

    Attributes
    ----------
    scores : DataFrame of shape (n_models, 6)
        ``model``, ``mape``, ``pmape``, ``r``, ``evs`` (see `score_forecast`) and ``seconds`` of fit and forecasts.
    forecasts : DataFrame of shape (n_scored, 2 + n_models)
        ``date``, ``observed`` and one column a model.
    protocol : {"leak-free", "paper"}
    train : int
        Rows that were learned.
    """

    scores: pd.DataFrame
    forecasts: pd.DataFrame
    protocol: str
    train: int

    def to_dict(self) -> dict[str, Any]:
        """Return protocol, numbers of rows and scores as JSON values."""
        return {
            "protocol": self.protocol,
            "train": self.train,
            "test": len(self.forecasts),
            "models": self.scores.to_dict("records"),
        }


def backtest(
    frame: pd.DataFrame,
    target: Hashable,
    factors: Sequence[Hashable] = (),
    *,
    train: int,
    models: Sequence[str] = MODELS,
    protocol: str = "leak-free",
    known_future: Sequence[Hashable] = (),
    date: Hashable | None = None,
    fill: bool = False,
    random_state: Any = None,
    verbose: bool = False,
    **settings: Any,
) -> Backtest:
    """Learn the first rows of a table and forecast each of the others from all rows before it.

    Rows that were filled, and those right after them, are not scored: what was interpolated knows the row after it.

    Parameters
    ----------
    frame, target, factors, known_future, date, fill
        See `read_series`.
    train : int
        How many rows are learned, the first.
    models : sequence of str
        Variants of `DWTPCALSTMForecaster`, "yesterday" and "last-week".
    protocol : {"leak-free", "paper"}
        "paper" denoises the learned part, and then the whole series, at once. The value of a day is then seen, in part,
        by its own forecast; the scores are not those of a real forecast.
    random_state, verbose, **settings
        Of `DWTPCALSTMForecaster`. No rows are held aside for intervals.

    Raises
    ------
    InputError
        The table, a model's name, the protocol or a setting cannot be used, or no rows are left to learn or score.
    """
    if protocol not in PROTOCOLS:
        raise InputError(f"protocol must be one of {', '.join(PROTOCOLS)}, but is {protocol!r}")
    if not models:
        raise InputError(f"a backtest needs a model; the models are {', '.join(MODELS)}")
    for name in models:
        if name not in MODELS:
            raise InputError(f"there is no model {name!r}; {suggest(name, MODELS, 'models')}")
    series = read_series(frame, target, factors, known_future, date, fill)
    n = len(series.values)
    if not 2 <= train <= n - 2:
        raise InputError(f"train must leave rows to score, so be from 2 to {n - 2} of {n}, but is {train}")
    scored = ~(series.filled | np.append(False, series.filled[:-1]))[train:]
    observed = series.values[train:][scored]
    if len(observed) < 2 or observed.min() == observed.max():
        raise InputError("the rows to score must be at least two that differ; learn fewer rows")
    forecasts, scores = {}, []
    settings = {"causal": protocol == "leak-free", "random_state": random_state, "verbose": verbose, **settings}
    for name in models:
        begin = time.perf_counter()
        forecasts[name] = _forecast(name, series, train, settings)[scored]
        seconds = time.perf_counter() - begin
        scores.append({"model": name, **score_forecast(observed, forecasts[name]), "seconds": round(seconds, 2)})
    table = pd.DataFrame({"date": series.times[train:n][scored], "observed": observed, **forecasts})
    return Backtest(pd.DataFrame(scores), table, protocol, train)


def predict_baseline(name: str, series: Series, start: int) -> NDArray[np.float64]:
    """Return the forecasts of rows `start` and after; rows without such a past get the first value."""
    steps = BASELINES[name] * STEPS_A_DAY[series.step]
    return series.values[np.maximum(np.arange(start, len(series.values)) - steps, 0)]


def find_peaks(observed: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which values are peaks: those at or above the 90th percentile, about the highest tenth."""
    return observed >= np.quantile(observed, 1 - PEAK_SHARE)


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
        "r": float(np.clip(np.corrcoef(observed, forecast)[0, 1], -1, 1)),
        "evs": float(1 - np.var(observed - forecast) / np.var(observed)),
    }


def _forecast(name: str, series: Series, train: int, settings: dict[str, Any]) -> NDArray[np.float64]:
    if name in BASELINES:
        return predict_baseline(name, series, train)
    model = DWTPCALSTMForecaster(name, calibration=0, **settings)
    return model.fit_series(series.head(train), {}).predict_series(series, train)
