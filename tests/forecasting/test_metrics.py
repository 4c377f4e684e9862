"""The scores are those of scikit-learn and of a hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import explained_variance_score, mean_absolute_percentage_error

from tabgan.errors import InputError
from tabgan.forecasting.accuracy import score_points
from tabgan.forecasting.backtest import find_peaks, score_forecast


def test_scores_agree_with_scikit_learn():
    rng = np.random.default_rng(0)
    observed = rng.gamma(20, size=300)
    forecast = observed + rng.normal(size=300)
    scores = score_forecast(observed, forecast)
    assert scores["mape"] == pytest.approx(100 * mean_absolute_percentage_error(observed, forecast))
    assert scores["evs"] == pytest.approx(explained_variance_score(observed, forecast))
    assert scores["r"] == pytest.approx(np.corrcoef(observed, forecast)[0, 1])
    highest = np.argsort(observed)[-30:]
    expected = 100 * mean_absolute_percentage_error(observed[highest], forecast[highest])
    assert scores["pmape"] == pytest.approx(expected)


def test_scores_by_hand():
    observed = np.array([10.0, 20, 40, 50])
    scores = score_forecast(observed, np.array([11.0, 18, 40, 60]))
    assert scores["mape"] == pytest.approx((10 + 10 + 0 + 20) / 4)
    assert scores["pmape"] == pytest.approx(20)  # the 90th percentile is 47
    errors = np.array([-1.0, 2, 0, -10])
    assert scores["evs"] == pytest.approx(1 - errors.var() / observed.var())
    assert find_peaks(np.arange(20.0)).sum() == 2


def test_a_zero_has_no_percentage():
    with pytest.raises(InputError, match="other than 0"):
        score_forecast(np.array([0.0, 1, 2]), np.ones(3))


def test_yesterday_on_fort_collins_has_the_known_scores(shared):
    """These tell what a peak is: a day at or above the 90th percentile of those that are scored."""
    table = pd.read_csv(shared / "data" / "water_fort_collins" / "fort_collins_daily.csv")
    demand = table["water_demand_mgd"].to_numpy()[:1660]
    scores = score_forecast(demand[998:], demand[997:-1])
    assert {name: round(value, 3) for name, value in scores.items()} == {
        "mape": 4.917,
        "pmape": 6.693,
        "r": 0.974,
        "evs": 0.947,
    }


@pytest.mark.parametrize("value", [0.0, 5.0])
def test_values_that_do_not_vary_have_errors_but_nothing_explained(value):
    scores = score_points(np.full(3, value), np.array([value, value + 1, value]))
    assert scores["mae"] == pytest.approx(1 / 3)
    assert np.isnan([scores["r"], scores["evs"]]).all()
