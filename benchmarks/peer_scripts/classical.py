"""ETS or SARIMAX of statsmodels, whose environment is its own: arrays y, X and origins on stdin, forecasts on stdout.

python classical.py {ets,sarimax} HORIZON PERIOD

Parameters are learned from the values up to the first origin, then the filter goes on over all values. SARIMAX is
(2,1,1)(1,0,1) with a season of a week of days, or a day of hours, and X as regressors; twelve weeks of hours
are learned.
"""

from __future__ import annotations

import io
import sys
import warnings

import numpy as np
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

TWELVE_WEEKS = 12 * 168


def main() -> None:
    name, horizon, period = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    arrays = np.load(io.BytesIO(sys.stdin.buffer.read()))
    warnings.simplefilter("ignore")
    forecasts = {"ets": ets, "sarimax": sarimax}[name](arrays["y"], arrays["X"], arrays["origins"], horizon, period)
    np.save(sys.stdout.buffer, forecasts)


def ets(y: np.ndarray, X: np.ndarray, origins: np.ndarray, horizon: int, period: int) -> np.ndarray:
    """Additive level and season, damped trend; without regressors."""

    def model(values: np.ndarray) -> ETSModel:
        settings = {"trend": "add", "damped_trend": True, "seasonal": "add", "seasonal_periods": period}
        return ETSModel(values, error="add", initialization_method="heuristic", **settings)

    parameters = model(y[: origins[0] + 1]).fit(disp=False).params
    if horizon == 1:
        return model(y).smooth(parameters).fittedvalues[origins + 1][:, None]
    return np.array([model(y[: origin + 1]).smooth(parameters).forecast(horizon) for origin in origins])


def sarimax(y: np.ndarray, X: np.ndarray, origins: np.ndarray, horizon: int, period: int) -> np.ndarray:
    last = origins[0] + 1
    first = max(0, last - TWELVE_WEEKS) if period > 7 else 0
    X = (X - X[:last].mean(0)) / np.maximum(X[:last].std(0), 1e-9)
    season = (1, 0, 1, 7 if period == 7 else 24)
    fitted = SARIMAX(y[first:last], X[first:last], order=(2, 1, 1), seasonal_order=season).fit(disp=False, maxiter=100)
    whole = fitted.apply(y[first:], X[first:])
    if horizon == 1:
        return whole.predict()[origins + 1 - first][:, None]
    return np.array([whole.predict(o + 1 - first, o + horizon - first, dynamic=True) for o in origins])


if __name__ == "__main__":
    main()
