"""The linear model: what it learns, what it may know, and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.errors import InputError
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.lags import choose_lags
from tabgan.forecasting.series import read_series
from tests.forecasting.conftest import make_demand


@pytest.fixture(scope="module")
def autoregression() -> pd.DataFrame:
    """x_t = .6 x_(t-1) + .3 x_(t-2) + e: the best forecast of each step is known."""
    rng, x = np.random.default_rng(0), np.zeros(4_000)
    for t in range(2, len(x)):
        x[t] = 0.6 * x[t - 1] + 0.3 * x[t - 2] + rng.normal()
    return pd.DataFrame({"time": pd.date_range("2020-01-01", periods=len(x), freq="h"), "x": x})


def test_forecasts_of_an_autoregression_are_nearly_the_best(autoregression):
    series = read_series(autoregression, "x")
    model = DWTPCALSTMForecaster("linear", calibration=0).fit_series(series.head(3_000), {})
    origins, x = np.arange(2_999, 3_990), series.values
    path = model.follow(series, origins, 3)
    best, before = x[origins], x[origins - 1]
    for h in range(3):
        best, before = 0.6 * best + 0.3 * before, best
        error, least = (np.mean((f - x[origins + h + 1]) ** 2) for f in (path[:, h], best))
        assert error < 1.06 * least


def test_only_lags_that_are_over_are_used():
    clock = read_series(make_demand(), "demand").clock
    for ahead in (1, 3, 7, 20):
        lags = choose_lags(clock, 200, ahead)
        assert lags.min() == 0
        assert lags.max() <= 66
        assert {round(np.ceil(ahead / 7) * 7) - ahead} <= set(lags)


def test_no_step_ahead_moves_when_the_future_does(demand):
    changed = demand.copy()
    changed.loc[230:, ["demand", "heat"]] += 5
    series, other = (read_series(f, "demand", ["heat", "holiday"], ["holiday"]) for f in (demand, changed))
    model = DWTPCALSTMForecaster("linear", calibration=0).fit_series(series.head(200), {})
    origins = np.arange(199, 231)
    before, after = (model.follow(s, origins, 5) for s in (series, other))
    np.testing.assert_array_equal(before[:-1], after[:-1])
    assert (before[-1] != after[-1]).all()


def test_less_than_a_year_has_no_waves_of_the_year(demand):
    short = DWTPCALSTMForecaster("linear", calibration=0).fit(demand, "demand", ["heat"])
    long = DWTPCALSTMForecaster("linear", calibration=0).fit(make_demand(500), "demand", ["heat"])
    widths = [len(model.learner_.steps[1].weights) - len(model.learner_.steps[1].lags) + 1 for model in (short, long)]
    assert widths == [1 + 7, 1 + 11]


def test_logarithms_can_be_left_out_and_need_positive_values(demand):
    table = demand.assign(demand=demand["demand"] - demand["demand"][200:].min())
    model = DWTPCALSTMForecaster("linear", logarithm=False).fit(demand, "demand")
    assert not model.positive
    with pytest.raises(InputError, match="logarithms need positive values, but the target has"):
        DWTPCALSTMForecaster("linear", logarithm=True, calibration=0).fit(table, "demand")


def test_too_few_rows_are_refused(demand):
    with pytest.raises(InputError, match="at least 30 rows for a linear model, but has 20; give more"):
        DWTPCALSTMForecaster("linear", calibration=0).fit(demand.head(20), "demand")
    model = DWTPCALSTMForecaster("linear", calibration=0).fit(demand.head(40), "demand")
    with pytest.raises(InputError, match="40 rows are too few to learn 30 steps ahead"):
        model.predict(30)
