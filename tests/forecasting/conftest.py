"""A daily demand with a week, a year and weather in it, and a forecaster that has barely learned it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.forecasting.forecaster import DWTPCALSTMForecaster

QUICK = {"epochs": 2, "members": 1}


def make_demand(n: int = 260, seed: int = 0) -> pd.DataFrame:
    """Simulated: weekends are higher, heat makes thirst the day after, holidays are low."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2022-03-01", periods=n)
    heat = 15 + 10 * np.sin(2 * np.pi * np.arange(n) / 365) + rng.normal(size=n)
    holiday = (rng.random(n) < 0.05).astype(float)
    demand = 20 + 2 * (days.day_of_week > 4) + 0.3 * np.roll(heat, 1) - 3 * holiday + rng.normal(0, 0.3, n)
    return pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "demand": demand, "heat": heat, "holiday": holiday})


@pytest.fixture(scope="session")
def demand() -> pd.DataFrame:
    return make_demand()


@pytest.fixture(scope="session")
def fitted(demand: pd.DataFrame) -> DWTPCALSTMForecaster:
    return DWTPCALSTMForecaster(**QUICK, random_state=0).fit(demand, "demand", ["heat"])
