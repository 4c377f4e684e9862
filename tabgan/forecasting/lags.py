"""A linear model: the next change by ridge regression on past values, the same time of earlier seasons and calendar."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from sklearn.linear_model import RidgeCV

from tabgan.errors import InputError
from tabgan.forecasting.calendar import align_factors
from tabgan.forecasting.scale import Scale
from tabgan.forecasting.series import Series
from tabgan.persistence import State
from tabgan.series.clock import Clock

RECENT = 24
"""So many last values are used, or as many as an eighth of the rows."""
AROUND = (-1, 0, 1)
"""Steps around the same time of an earlier season that are used, too."""
SEASONS_BACK = 2
LONGEST = 2_100
"""No lag is longer: 5-minute steps reach back a week. Nor is any longer than a third of the rows."""
PENALTIES = np.logspace(-1, 5, 13)
LEAST_LEARNED = 20
ROWS_AT_ONCE = 512


def choose_lags(clock: Clock, n: int) -> NDArray[np.intp]:
    """Return how many steps before the one that is forecast a value lies that is used, ascending from 1.

    Examples
    --------
    >>> import pandas as pd
    >>> choose_lags(Clock.learn(pd.date_range("2026-01-01", periods=9)), 40).tolist()
    [1, 2, 3, 4, 5, 6, 7, 8, 13]
    """
    longest = max(2, min(LONGEST, n // 3))
    recent = range(1, min(RECENT, max(2, n // 8)) + 1)
    seasonal = [round(k * s) + a for s in clock.seasons for k in range(1, SEASONS_BACK + 1) for a in AROUND]
    return np.array(sorted({lag for lag in (*recent, *seasonal) if 1 <= lag <= longest}), dtype=np.intp)


class LinearLags:
    """Ridge regression of the next change, on the scale that is learned.

    It is given values relative to the last one, at the lags of `choose_lags`, and the factors that are known before a
    step. The penalty is the one of 13 with the least error of leaving rows out one at a time.
    """

    def fit(self, series: Series) -> LinearLags:
        """Learn from the training part."""
        n = len(series.values)
        self.lags = choose_lags(series.clock, n)
        first = int(self.lags[-1]) - 1
        if n - 1 - first < LEAST_LEARNED:
            least = int(np.ceil((LEAST_LEARNED + 1) * 1.5))
            raise InputError(f"a series must have at least {least} rows to be learned, but has {n}; give more")
        self.scale = Scale().fit(series.values)
        demand = self.scale.transform(series.values)
        factors = align_factors(series)[first:-1]
        past = sliding_window_view(demand, first + 1)[:-1]
        X, y = self._design(past, factors), demand[first + 1 :] - demand[first:-1]
        self.mean, self.std = X.mean(axis=0), X.std(axis=0)
        self.std[self.std < 1e-12] = 1
        ridge = RidgeCV(PENALTIES).fit((X - self.mean) / self.std, y)
        self.weights, self.intercept = ridge.coef_, float(ridge.intercept_)
        return self

    def follow(self, series: Series, origins: NDArray[np.intp], horizon: int) -> NDArray[np.float64]:
        """Return forecasts of shape (m, horizon) from rows `origins`, each step from those before it."""
        demand = self.scale.transform(series.values)
        parts = [
            self._follow(series, demand, origins[i : i + ROWS_AT_ONCE], horizon)
            for i in range(0, len(origins), ROWS_AT_ONCE)
        ]
        return self.scale.restore(np.concatenate(parts))

    def _follow(
        self, series: Series, demand: NDArray[np.float64], origins: NDArray[np.intp], horizon: int
    ) -> NDArray[np.float64]:
        longest, n_lagged = int(self.lags[-1]), series.lagged.shape[1]
        path = np.empty((len(origins), longest + horizon))
        path[:, :longest] = demand[np.maximum(origins[:, None] + np.arange(1 - longest, 1), 0)]
        factors = align_factors(series, horizon - 1)
        for h in range(horizon):
            given = factors[origins + h]
            given[:, :n_lagged] = factors[origins, :n_lagged]
            end = longest + h
            X = (self._design(path[:, end - longest : end], given) - self.mean) / self.std
            path[:, end] = path[:, end - 1] + X @ self.weights + self.intercept
        return path[:, longest:]

    def _design(self, past: NDArray[np.float64], factors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return inputs of shape (m, n_inputs) from the values up to each origin, of shape (m, longest)."""
        relative = past[:, -self.lags] - past[:, -1:]
        return np.column_stack([relative[:, 1:], factors])  # the first lag is the last value itself

    def get_state(self) -> State:
        """Return all that was learned as a dict of arrays and JSON values."""
        names = ("lags", "mean", "std", "weights", "intercept")
        return {"scale": self.scale.get_state(), **{name: getattr(self, name) for name in names}}

    @classmethod
    def from_state(cls, state: State) -> LinearLags:
        """Make the model that `get_state` described."""
        model = cls()
        model.scale = Scale.from_state(state["scale"])
        for name in ("lags", "mean", "std", "weights", "intercept"):
            setattr(model, name, state[name])
        return model
