"""Scores of intervals and of each step ahead, beside scikit-learn's and those of a hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_pinball_loss, root_mean_squared_error

from tabgan.forecasting.accuracy import make_intervals, score_intervals, score_points
from tabgan.forecasting.backtest import backtest, choose_origins
from tabgan.forecasting.conformal import conformal_quantile, least_errors, rolling_quantiles
from tabgan.forecasting.plots import plot_backtest, plot_horizons
from tests.forecasting.conftest import QUICK


@given(st.lists(st.floats(0, 100) | st.just(float("nan")), min_size=1, max_size=40), st.integers(1, 5))
def test_rolling_quantiles_are_those_of_the_errors_known_by_then(values, ahead):
    errors = np.array(values)
    halves = rolling_quantiles(errors, 0.8, ahead)
    for i, half in enumerate(halves):
        known = errors[: max(0, i - ahead + 1)]
        known = known[~np.isnan(known)]
        if len(known) < least_errors(0.8):
            assert np.isnan(half)
        else:
            assert half == conformal_quantile(known, 0.8)


def test_pinball_agrees_with_scikit_learn():
    rng = np.random.default_rng(0)
    y, f, half = rng.normal(size=200), rng.normal(size=200), {0.8: rng.random(200), 0.95: 1 + rng.random(200)}
    found = score_intervals(y, f, half)
    ends = {0.5: f, 0.1: f - half[0.8], 0.9: f + half[0.8], 0.025: f - half[0.95], 0.975: f + half[0.95]}
    assert found["pinball"] == pytest.approx(np.mean([mean_pinball_loss(y, q, alpha=a) for a, q in ends.items()]))
    assert found["width_95"] == pytest.approx(2 * half[0.95].mean())
    assert score_points(y, f)["rmse"] == pytest.approx(root_mean_squared_error(y, f))


@pytest.mark.parametrize("relative", [False, True])
def test_intervals_of_errors_that_stay_the_same_keep_their_promise(relative):
    rng = np.random.default_rng(0)
    forecast = 10 + rng.random(5_000)
    observed = forecast + rng.laplace(size=5_000)
    found = score_intervals(observed, forecast, make_intervals(observed, forecast, 3, relative))
    assert found["coverage_80"] == pytest.approx(0.8, abs=0.02)
    assert found["coverage_95"] == pytest.approx(0.95, abs=0.012)


def test_intervals_without_enough_errors_have_no_scores():
    y = np.arange(4.0)
    assert np.isnan(list(score_intervals(y, y + 1, make_intervals(y, y + 1, 1, False)).values())).all()


def test_each_step_ahead_is_scored_by_itself(demand):
    result = backtest(demand, "demand", train=200, models=["last-week"], horizon=9)
    values, found = demand["demand"].to_numpy(), result.by_horizon.set_index(["model", "ahead"])
    for ahead in (1, 7, 9):
        origins = np.arange(199, 260 - ahead)
        back = ahead - 7 * -(-ahead // 7)
        errors = values[origins + ahead] - values[origins + back]
        row = found.loc[("last-week", ahead)]
        assert (row["n"], row["mae"]) == (len(errors), pytest.approx(np.abs(errors).mean()))
        assert row["rmse"] == pytest.approx(np.sqrt(np.mean(errors**2)))
    pooled = result.forecasts
    assert result.scores["mae"][0] == pytest.approx((pooled["observed"] - pooled["last-week"]).abs().mean())
    upper, lower = plot_horizons(result.by_horizon)
    np.testing.assert_allclose(upper.lines[0].get_ydata(), found.loc["last-week"]["mae"])
    assert len(lower.lines) == 2 * 3 + 2
    drawn = plot_backtest(result.forecasts, "linear", "demand")[0].lines[0]
    np.testing.assert_array_equal(drawn.get_ydata(), values[200:])


def test_a_step_ahead_of_several_is_that_of_one(demand):
    settings = {"models": ["lstm"], "random_state": 0, **QUICK}
    one, seven = (backtest(demand, "demand", train=200, horizon=h, **settings).forecasts for h in (1, 7))
    first = seven[seven["ahead"] == 1].reset_index(drop=True)
    for name in ("lstm", "linear", "seasonal-naive"):
        np.testing.assert_allclose(first[name], one[name], rtol=1e-6)


def test_rows_forecast_from_are_at_all_times_of_a_day():
    origins = choose_origins(1_000, 20_000, 24)
    assert len(origins) <= 1_000
    for season in (24, 144, 96, 7):
        assert len(np.unique(origins % season)) == season


def test_zeros_have_no_percentage_but_other_scores(demand):
    table = demand.assign(demand=np.where(demand.index == 250, 0, demand["demand"]))
    result = backtest(table, "demand", train=200, models=["last-value"])
    assert result.scores["mape"].isna().all()
    assert result.scores["mae"].notna().all()
    assert result.to_dict()["models"][0]["mape"] is None
