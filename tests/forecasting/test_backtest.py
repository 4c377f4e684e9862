"""Backtests: baselines by hand, rows that count, and both protocols."""

from __future__ import annotations

import numpy as np
import pytest

from tabgan.errors import InputError
from tabgan.forecasting.backtest import MODELS, backtest, score_forecast
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.held_aside import measure_accuracy
from tabgan.forecasting.naive import BASELINES
from tabgan.forecasting.plots import plot_backtest, plot_forecast
from tests.forecasting.conftest import QUICK


def test_baselines_repeat_the_past(demand):
    result = backtest(demand, "demand", train=200, models=["yesterday", "last-week"])
    values = demand["demand"].to_numpy()
    np.testing.assert_array_equal(result.forecasts["observed"], values[200:])
    np.testing.assert_array_equal(result.forecasts["yesterday"], values[199:-1])
    np.testing.assert_array_equal(result.forecasts["last-week"], values[193:-7])
    scores = result.scores.set_index("model").loc["yesterday"]
    assert dict(scores[["mape", "pmape", "r", "evs"]]) == score_forecast(values[200:], values[199:-1])
    assert result.scores["model"].tolist() == ["yesterday", "last-week", "linear", "seasonal-naive"]
    np.testing.assert_array_equal(result.forecasts["seasonal-naive"], result.forecasts["last-week"])


def test_all_models_under_both_protocols(demand):
    free, paper = (
        backtest(demand, "demand", ["heat"], train=200, protocol=protocol, random_state=0, **QUICK)
        for protocol in ("leak-free", "paper")
    )
    names = [name for name in MODELS if name not in BASELINES]  # what was a day and a week before is there already
    assert free.scores["model"].tolist() == names
    assert np.isfinite(free.scores.drop(columns="model").to_numpy(dtype=float)).all()
    for name in names:
        same = np.array_equal(free.forecasts[name], paper.forecasts[name])
        assert same != name.startswith("dwt"), name
    found = free.to_dict()
    assert (found["protocol"], found["train"], found["test"]) == ("leak-free", 200, 60)
    spread = ["mae", "rmse", "pinball", "coverage_80", "width_80", "coverage_95", "width_95"]
    assert list(found["models"][0]) == ["model", "mape", "pmape", "r", "evs", *spread, "seconds"]
    assert list(found["by_horizon"][0]) == ["model", "ahead", "n", "mape", *spread]
    upper, lower = plot_backtest(free.forecasts, "dwt-pca-lstm", "demand")
    assert len(upper.lines) == 3
    np.testing.assert_allclose(lower.lines[0].get_ydata(), free.forecasts["observed"] - free.forecasts["dwt-pca-lstm"])


def test_filled_rows_and_those_after_them_are_not_scored(demand):
    gappy = demand.drop(index=[210, 211, 230])
    result = backtest(gappy, "demand", train=200, models=["yesterday"], fill=True)
    left_out = demand["date"][[210, 211, 212, 230, 231]]
    assert len(result.forecasts) == 60 - 5
    assert not result.forecasts["date"].dt.strftime("%Y-%m-%d").isin(left_out).any()


def test_a_forecast_is_joined_to_the_last_point_with_its_accuracy(fitted):
    table = fitted.forecast(4)
    series = fitted.series_
    axes = plot_forecast(series, table, "demand", 0.9, measure_accuracy(fitted, 4))
    past, path = axes.lines[:2]
    np.testing.assert_array_equal(path.get_ydata(), [series.values[-1], *table["forecast"]])
    assert (past.get_xdata()[-1], past.get_ydata()[-1]) == (path.get_xdata()[0], path.get_ydata()[0])
    band = axes.collections[0].get_paths()[0].vertices
    assert {series.values[-1], *table["lower"], *table["upper"]} == set(band[:, 1])
    assert axes.get_title("right").startswith("RMSE ")
    assert axes.get_title("right").endswith("from 39 rows held aside")


def test_a_forecast_without_intervals_or_accuracy_says_so(fitted):
    axes = plot_forecast(fitted.series_, fitted.predict(90), "流量" * 40, 0.9)
    assert not axes.collections
    assert axes.get_title("right") == "accuracy not measured: see tabgan backtest"
    assert axes.get_title("left").endswith("…")


def test_the_accuracy_is_that_of_a_backtest_of_the_rows_held_aside(demand):
    model = DWTPCALSTMForecaster("linear", calibration=0.2).fit(demand, "demand")
    found = measure_accuracy(model, 3)
    rows = backtest(demand, "demand", train=208, models=["linear"], horizon=3).forecasts
    learned = demand["demand"].to_numpy()[:208]
    season = np.abs(learned[7:] - learned[:-7]).mean()
    for model_name, rmse, mase in (
        ("linear", found.rmse, found.mase),
        ("seasonal-naive", found.naive_rmse, found.naive_mase),
    ):
        errors = (rows["observed"] - rows[model_name]).to_numpy()
        assert rmse == pytest.approx(np.sqrt(np.mean(errors**2)))
        assert mase == pytest.approx(np.abs(errors).mean() / season)
    assert found.n_origins == 52
    assert measure_accuracy(DWTPCALSTMForecaster("linear", calibration=0).fit(demand, "demand"), 3) is None


def test_filled_rows_are_no_part_of_the_accuracy(demand):
    gappy = demand.drop(index=[230, 231])
    found = measure_accuracy(DWTPCALSTMForecaster("linear", calibration=0.2).fit(gappy, "demand", fill=True), 1)
    assert found.n_origins == 52 - 3  # two that are filled, and one that is forecast from the second


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"models": ["lstmm"]}, "there is no model 'lstmm'; did you mean 'lstm'"),
        ({"models": []}, "a backtest needs a model"),
        ({"protocol": "none"}, "protocol must be one of leak-free, paper"),
        ({"train": 260}, "train must leave rows to score, so be from 2 to 258 of 260, but is 260"),
        ({"horizon": 0}, "horizon must be a whole number of at least 1"),
        ({"train": 70}, "must have at least 84 rows for windows of 64, but has 70"),
    ],
)
def test_backtests_that_cannot_be(demand, change, message):
    with pytest.raises(InputError, match=message):
        backtest(demand, "demand", **{"train": 200, "models": ["dwt-pca-lstm"], **change}, **QUICK)
