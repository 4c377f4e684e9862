"""A linear model: each step ahead by a ridge regression of its own on past values, earlier seasons and calendar."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
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
LEAST_LEARNED = 30


class Step(NamedTuple):
    """The regression of one step ahead: weights of inputs that have this mean and standard deviation."""

    lags: NDArray[np.intp]  # from the row that is forecast from: 0 is its value
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    weights: NDArray[np.float64]
    intercept: float


def choose_lags(clock: Clock, n: int, ahead: int) -> NDArray[np.intp]:
    """Return how many steps before the row that is forecast from the values lie that serve `ahead` steps, of n rows.

    Those are the last ones, and those around the same time of the last two days, weeks or years, as far as they are
    over by then.

    Examples
    --------
    >>> import pandas as pd
    >>> days = Clock.learn(pd.date_range("2026-01-01", periods=9))
    >>> choose_lags(days, 80, 1).tolist(), choose_lags(days, 40, 8).tolist()
    ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14], [0, 1, 2, 3, 4, 5, 6, 7, 12, 13])
    """
    longest = max(1, min(LONGEST, n // 3))
    lags = set(range(max(2, min(RECENT, n // 8))))
    for season in clock.seasons:
        first = int(np.ceil(ahead / season))
        for k in range(first, first + SEASONS_BACK):
            lags |= {round(k * season) + a - ahead for a in AROUND}
    return np.array(sorted(lag for lag in lags if 0 <= lag <= longest), dtype=np.intp)


class LinearLags:
    """Ridge regression of the change so many steps ahead, on the scale that is learned.

    It is given values relative to the last one, at the lags of `choose_lags`, the last factors, and those known in
    advance and the calendar of the time that is forecast. The penalty is the one of 13 with the least error of leaving
    rows out one at a time. A step ahead is learned when it is first asked for, from the learned part, which is kept.
    """

    def fit(self, series: Series, logarithm: bool | None = None, n_rows: int | None = None) -> LinearLags:
        """Keep the training part and learn one step ahead; of `n_rows`, others of which are held aside."""
        if (n := len(series.values)) < LEAST_LEARNED:
            least = math.ceil(LEAST_LEARNED * (n_rows or n) / max(n, 1))
            raise InputError(
                f"a series must have at least {least} rows for a linear model, but has {n_rows or n}; give more"
            )
        self.series = series
        self.scale = Scale().fit(series.values, logarithm)
        self.demand = self.scale.transform(series.values)
        self.steps: dict[int, Step] = {}
        self._learn(1)
        return self

    def follow(self, series: Series, origins: NDArray[np.intp], horizon: int) -> NDArray[np.float64]:
        """Return forecasts of shape (m, horizon) from rows `origins`, each from that row and earlier ones."""
        demand = self.scale.transform(series.values)
        path = np.empty((len(origins), horizon))
        self._check(horizon)
        for ahead in range(1, horizon + 1):
            step = self.steps.get(ahead) or self._learn(ahead)
            X = (self._design(series, demand, origins, ahead, step.lags) - step.mean) / step.std
            path[:, ahead - 1] = demand[origins] + X @ step.weights + step.intercept
        return self.scale.restore(path)

    def _check(self, horizon: int) -> None:
        """Refuse fewer rows than three horizons: a third is for lags, a third for what lies ahead, a third to learn."""
        n = len(self.demand)
        if n < (least := 3 * horizon):
            raise InputError(
                f"{n} rows are too few to learn {horizon} steps ahead with a linear model; give {least}, or a shorter "
                "horizon"
            )

    def _learn(self, ahead: int) -> Step:
        n = len(self.demand)
        lags = choose_lags(self.series.clock, n, ahead)
        origins = np.arange(int(lags[-1]), n - ahead)
        X = self._design(self.series, self.demand, origins, ahead, lags)
        mean, std = X.mean(axis=0), X.std(axis=0)
        std[std < 1e-12] = 1
        ridge = RidgeCV(PENALTIES).fit((X - mean) / std, self.demand[origins + ahead] - self.demand[origins])
        self.steps[ahead] = Step(lags, mean, std, ridge.coef_, float(ridge.intercept_))
        return self.steps[ahead]

    def _design(
        self,
        series: Series,
        demand: NDArray[np.float64],
        origins: NDArray[np.intp],
        ahead: int,
        lags: NDArray[np.intp],
    ) -> NDArray[np.float64]:
        """Return inputs of shape (m, n_inputs); rows without such a past have the first value in its place.

        Who has not seen a whole year knows nothing of the rest of it: waves of the year would be extrapolated.
        """
        year = bool(self.series.clock.seasons) and len(self.demand) >= self.series.clock.seasons[-1]
        past = demand[np.maximum(origins[:, None] - lags[1:], 0)] - demand[origins, None]
        factors = align_factors(series, ahead - 1, year)[origins + ahead - 1]
        factors[:, : series.lagged.shape[1]] = series.lagged[origins]
        return np.column_stack([past, factors])

    def get_state(self) -> State:
        """Return nothing: all is learned again from the series."""
        return {}
