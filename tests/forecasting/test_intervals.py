"""Split conformal intervals cover as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from tabgan.errors import InputError
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster, conformal_quantile
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
