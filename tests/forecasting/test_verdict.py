"""The verdict says in words when the network was worth it, and when not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabgan.forecasting.verdict import judge


def make_forecasts(**noise: float) -> pd.DataFrame:
    """Forecasts of 400 days whose errors are normal with these standard deviations."""
    rng = np.random.default_rng(0)
    observed = rng.normal(10, 1, 400)
    errors = {name.replace("_", "-"): observed + rng.normal(0, scale, 400) for name, scale in noise.items()}
    return pd.DataFrame({"date": pd.date_range("2024-01-01", periods=400), "observed": observed, **errors})


def test_a_network_that_is_better_was_worth_it():
    found = judge(make_forecasts(lstm=1, linear=2, seasonal_naive=4), 7)
    assert found.startswith("lstm was worth it: its mean absolute error is ")
    assert "below that of the linear model and 7" in found


def test_the_linear_model_was_as_good():
    found = judge(make_forecasts(lstm=1, dwt_pca_lstm=1.4, linear=1.01, seasonal_naive=3), 7)
    assert found.startswith("The linear model was as good as lstm, the best network (mean absolute error: 0.")
    assert found.endswith(", which chance may make): the network added nothing; take variant='linear'.")


def test_the_season_before_was_better():
    found = judge(make_forecasts(lstm=2, linear=2, seasonal_naive=1), 7)
    assert found.startswith("The same of the season before was better than lstm")
    assert found.endswith("what was a season before says as much.")


def test_a_lead_that_may_be_chance_is_none():
    """Four blocks of days that hang together say nothing, however large the difference."""
    assert "was as good as" in judge(make_forecasts(lstm=1, linear=2, seasonal_naive=4), 100)


def test_without_a_network_nothing_is_said():
    assert judge(make_forecasts(linear=1, seasonal_naive=2), 7) == ""


def test_entities_count_alike_whatever_their_units():
    """Of one, the network is far better; of the other, in units a million times as large, it is as good."""
    small, large = (
        make_forecasts(lstm=1, linear=3, seasonal_naive=3),
        make_forecasts(lstm=1, linear=1, seasonal_naive=1),
    )
    large[["observed", "lstm", "linear", "seasonal-naive"]] *= 1e6
    both = pd.concat([small.assign(pump="a"), large.assign(pump="b")])
    found = judge(both, 7, "pump")
    assert found.startswith("lstm was worth it")
