"""Forecasts of water.py: one interface to the project's models, baselines, boosted trees and statsmodels.

ETS and SARIMAX are statsmodels' (BSD), which runs in an environment of its own (.venv-statsmodels, made when missing).
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from tabgan.forecasting.calendar import align_factors, make_calendar
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.naive import NAIVE, repeat_past
from tabgan.forecasting.series import Series
from tabgan.forecasting.verdict import LINEAR

HERE = Path(__file__).resolve().parent
LAGS = {
    "D": list(range(14)),
    "h": [*range(24), *range(47, 168, 24)],
}  # 0 is the last value, 6 that of a week before
TREES = {"max_iter": 300, "learning_rate": 0.05, "max_leaf_nodes": 15, "max_features": 0.5}
PERIOD = {"D": 7, "h": 168}

Paths = Iterator[tuple[int, np.ndarray, np.ndarray]]


def find_origins(start: int, stop: int, horizon: int) -> np.ndarray:
    """Return the last known rows before each run of `horizon` rows within start to stop."""
    return np.arange(start - 1, stop - horizon, horizon)


def forecast(name: str, series: Series, start: int, horizons: tuple[int, ...], seed: int, settings: dict) -> Paths:
    """Learn the rows before `start` and yield each horizon, its origins and forecasts of shape (n_origins, horizon)."""
    n = len(series.values)
    if name in ("ets", "sarimax"):
        for horizon in horizons:
            yield horizon, (origins := find_origins(start, n, horizon)), classical(name, series, origins, horizon)
        return
    if name in NAIVE:
        predict = partial(repeat_past, name)
    elif name == "boosting":
        predict = Boosting(seed).fit(series.head(start))
    else:
        predict = Networks(name, seed, settings).fit(series.head(start))
    for horizon in horizons:
        origins = find_origins(start, n, horizon)
        yield horizon, origins, predict(series, origins, horizon)


class Networks:
    """The hybrid, one of its six rivals, or the linear model."""

    def __init__(self, name: str, seed: int, settings: dict) -> None:
        self.model = DWTPCALSTMForecaster(name, random_state=seed, **{"calibration": 0, **settings})

    def fit(self, series: Series) -> Networks:
        self.model.fit_series(series, {})
        return self

    def __call__(self, series: Series, origins: np.ndarray, horizon: int) -> np.ndarray:
        if horizon == 1 or self.model.variant == LINEAR:
            return self.model.follow(series, origins, horizon)
        paths = []
        for origin in origins:
            self.model.series_ = series.head(origin + 1)
            paths.append(self.model.predict(horizon)["forecast"].to_numpy())
        return np.array(paths)


class Boosting:
    """Boosted trees on lags, relative to the last value, its level, factors and calendar; they learn log changes."""

    def __init__(self, seed: int) -> None:
        self.trees = HistGradientBoostingRegressor(random_state=seed, **TREES)

    def fit(self, series: Series) -> Boosting:
        rows = make_rows(series)
        self.trees.fit(rows[:, :-1], rows[:, -1])
        return self

    def __call__(self, series: Series, origins: np.ndarray, horizon: int) -> np.ndarray:
        lags, factors, path = LAGS[series.step], align_factors(series), []
        past = np.log(series.values)[origins[:, None] - np.arange(max(lags) + 1)]
        n_lagged = series.lagged.shape[1]
        for h in range(horizon):
            known = np.column_stack([factors[origins, :n_lagged], factors[origins + h, n_lagged:]])
            change = self.trees.predict(np.column_stack([relate(past[:, lags]), known]))
            past = np.column_stack([past[:, 0] + change, past[:, :-1]])
            path.append(past[:, 0])
        return np.exp(np.column_stack(path))


def make_rows(series: Series) -> np.ndarray:
    """Return a row for each step that has the lags it needs: lags, factors, and, last, the change of the logarithm."""
    lags, logs = LAGS[series.step], np.log(series.values)
    origins = np.arange(max(lags), len(logs) - 1)
    lagged = relate(logs[origins[:, None] - np.array(lags)])
    return np.column_stack([lagged, align_factors(series)[origins], logs[origins + 1] - logs[origins]])


def relate(lags: np.ndarray) -> np.ndarray:
    """Return the last value and the differences of the others from it."""
    return np.column_stack([lags[:, 0], lags[:, 1:] - lags[:, :1]])


def classical(name: str, series: Series, origins: np.ndarray, horizon: int) -> np.ndarray:
    """Return the forecasts of ETS or SARIMAX, whose parameters are those of the rows up to the first origin."""
    n_waves = {"D": 4, "h": 10}[series.step]
    regressors = make_calendar(series.times, series.clock)[:, -n_waves:]
    if horizon == 1:  # further ahead the weather of the day before is not known
        before = np.vstack([series.lagged[:1], series.lagged[:-1]])
        regressors = np.column_stack([regressors, before, series.known[: len(series.values)]])
    arrays = io.BytesIO()
    np.savez(arrays, y=np.log(series.values), X=regressors, origins=origins)
    command = [str(make_environment()), str(HERE / "peer_scripts" / "classical.py"), name]
    command += [str(horizon), str(PERIOD[series.step])]
    done = subprocess.run(command, input=arrays.getvalue(), stdout=subprocess.PIPE, check=True)
    return np.exp(np.load(io.BytesIO(done.stdout)))


def make_environment() -> Path:
    """Return the interpreter of .venv-statsmodels, making the environment when it is missing."""
    folder = HERE.parent / ".venv-statsmodels"
    python = folder / "bin" / "python"
    if not python.exists():
        print("making .venv-statsmodels for ETS and SARIMAX", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "statsmodels==0.15.0"], check=True)
    return python
