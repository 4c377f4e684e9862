"""Split conformal intervals cover as often as they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.errors import InputError, TabganWarning
from tabgan.forecasting.accuracy import score_intervals
from tabgan.forecasting.backtest import backtest
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster, conformal_quantile
from tabgan.forecasting.held_aside import measure_accuracy
from tests.forecasting.conftest import QUICK


@pytest.mark.parametrize(("n", "coverage"), [(19, 0.9), (50, 0.8), (99, 0.95)])
def test_coverage_of_exchangeable_errors_is_exact(n, coverage):
    """It is ceil((n + 1) coverage) / (n + 1), whatever the distribution."""
    rng = np.random.default_rng(0)
    errors = rng.exponential(size=(20_000, n + 1))
    covered = np.mean([row[-1] <= conformal_quantile(row[:-1], coverage) for row in errors])
    exact = np.ceil(round((n + 1) * coverage, 9)) / (n + 1)
    assert covered == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / len(errors)))


def test_too_few_errors_are_refused():
    assert conformal_quantile(np.arange(9.0), 0.9) == 8
    with pytest.raises(InputError, match=r"coverage 0\.9 need at least 9 errors on days held aside, but there are 8"):
        conformal_quantile(np.arange(8.0), 0.9)
    for coverage in (0, 1, 90):
        with pytest.raises(InputError, match="coverage must be between 0 and 1"):
            conformal_quantile(np.arange(99.0), coverage)


def test_forecasts_have_intervals_of_their_own_for_each_step(fitted):
    table = fitted.forecast(5, 0.8)
    assert table.columns.tolist() == ["date", "forecast", "lower", "upper"]
    assert ((table["lower"] < table["forecast"]) & (table["forecast"] < table["upper"])).all()
    wider = fitted.forecast(5, 0.9)
    assert (wider["upper"] >= table["upper"]).all()
    held = fitted.series_.values[fitted.n_learned_ :]
    one = fitted.predict_series(fitted.series_, fitted.n_learned_)
    half = conformal_quantile(np.abs(held - one) / one, 0.8) * table["forecast"][0]
    assert table["upper"][0] == pytest.approx(table["forecast"][0] + half, rel=1e-5)


def test_intervals_need_days_held_aside(demand):
    model = DWTPCALSTMForecaster(**QUICK, calibration=0).fit(demand, "demand")
    assert len(model.predict(2)) == 2
    with pytest.raises(InputError, match="need at least 9 errors on days held aside, but there are 0"):
        model.forecast(2)


def daily(values):
    return pd.DataFrame({"day": pd.date_range("2024-01-01", periods=len(values)), "y": values})


@pytest.mark.parametrize("variant", ["linear", "dwt-pca-lstm"])
def test_demand_that_never_was_negative_is_not_forecast_below_zero(variant):
    rng = np.random.default_rng(0)
    demand = rng.poisson(5, 200) * (rng.random(200) < np.linspace(0.6, 0.02, 200))  # it dies out
    model = DWTPCALSTMForecaster(variant, **QUICK, random_state=0).fit(daily(demand), "y")
    table = model.forecast(14)
    assert (table[["forecast", "lower"]] >= 0).all(axis=None)
    assert (table["lower"] == 0).any()
    assert (table["lower"] <= table["forecast"]).all()
    assert (table["forecast"] <= table["upper"]).all()
    np.testing.assert_array_equal(table["forecast"], model.predict(14)["forecast"])
    origins = np.arange(model.n_learned_ - 1, 199)
    assert model.follow(model.series_, origins, 1).min() >= 0
    assert measure_accuracy(model, 1).rmse == pytest.approx(
        np.sqrt(np.mean((model.follow(model.series_, origins, 1)[:, 0] - demand[origins + 1]) ** 2))
    )


def test_what_was_negative_once_has_no_floor():
    values = np.random.default_rng(0).normal(0.5, 1, 200).clip(0)
    below = values.copy()
    below[20] = -0.5
    assert DWTPCALSTMForecaster("linear").fit(daily(values), "y").forecast()["lower"][0] == 0
    assert DWTPCALSTMForecaster("linear").fit(daily(below), "y").forecast()["lower"][0] < 0


def test_a_meter_is_not_forecast_below_its_last_reading_which_is_said():
    rng = np.random.default_rng(0)
    meter = 5000 + np.cumsum(rng.exponential(1, 300) ** 3).round(2)
    with pytest.warns(TabganWarning, match="'y' only rises, so no forecast is below its last value; to forecast what"):
        model = DWTPCALSTMForecaster("linear").fit(daily(meter), "y")
    table = model.forecast(5)
    assert (table[["forecast", "lower"]] >= meter[-1]).all(axis=None)
    assert table["lower"][0] == meter[-1]


def test_floors_make_backtests_sharper_and_cover_as_often(monkeypatch):
    """Each forecast knows the rows before it alone: what comes below 0 later takes no floor from those before."""
    rng = np.random.default_rng(0)
    demand = rng.poisson(0.7, 300)

    def score():
        return backtest(daily(demand), "y", train=150, models=["last-value"], horizon=3)

    cut = score()
    free = {"tabgan.forecasting.backtest.find_floors", "tabgan.forecasting.forecaster.find_floors"}
    for name in free:
        monkeypatch.setattr(name, lambda values, origins: np.full(len(origins), -np.inf))
    old = score()
    for table, other in ((cut.scores, old.scores), (cut.by_horizon, old.by_horizon)):
        for column in ("coverage_80", "coverage_95"):
            np.testing.assert_array_equal(table[column], other[column])
        for column in ("width_80", "width_95", "pinball"):
            assert (table[column] < other[column]).all()
    monkeypatch.undo()
    demand[-2] = -1
    later = backtest(daily(demand), "y", train=150, models=["last-value"], horizon=3).forecasts
    np.testing.assert_array_equal(later["linear"][:-3], cut.forecasts["linear"][:-3])


def test_intervals_are_scored_above_their_floor():
    y, f = np.array([0.0, 2.0]), np.array([1.0, 4.0])
    found = score_intervals(y, f, {0.8: np.array([3.0, 3.0])}, 0.0)
    assert found["width_80"] == 5  # 0 to 4 and 1 to 7
    assert found["coverage_80"] == 1
    below = score_intervals(-y - 1, f, {0.8: np.array([3.0, 9.0])}, np.zeros(2))
    assert below["coverage_80"] == 0
