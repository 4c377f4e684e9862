"""Several series in one table: each as if it stood alone, and scores of each and of all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tabgan
from tabgan.errors import InputError
from tabgan.forecasting.backtest import backtest
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.plots import plot_entities
from tests.forecasting.conftest import QUICK, make_demand


@pytest.fixture(scope="module")
def pumps() -> pd.DataFrame:
    """Two demands, rows of both in turns, one a hundred times the other."""
    a, b = make_demand(200, 0), make_demand(220, 1)
    b["demand"] *= 100
    both = pd.concat([a.assign(pump="north"), b.assign(pump="south")])
    return both.sort_values("date", kind="stable").reset_index(drop=True)


@pytest.mark.parametrize("variant", ["lstm", "linear"])
def test_each_is_forecast_as_if_it_stood_alone(pumps, variant, tmp_path):
    model = DWTPCALSTMForecaster(variant, **QUICK, random_state=0)
    model.fit(pumps, "demand", ["heat"], time="date", entity="pump")
    found = model.forecast(3)
    assert found.columns.tolist() == ["pump", "date", "forecast", "lower", "upper"]
    assert found["pump"].tolist() == ["north"] * 3 + ["south"] * 3
    for pump in ("north", "south"):
        alone = DWTPCALSTMForecaster(variant, **QUICK, random_state=0)
        alone.fit(pumps[pumps["pump"] == pump], "demand", ["heat"], time="date")
        own = found[found["pump"] == pump].drop(columns="pump").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, alone.forecast(3))
    model.save(tmp_path / "pumps.tabgan")
    loaded = tabgan.load(tmp_path / "pumps.tabgan")
    pd.testing.assert_frame_equal(loaded.forecast(3), found)
    assert loaded.columns_["entity"] == "pump"
    assert len(plot_entities(model, found, "demand", 0.9).axes) == 2


def test_whole_numbers_name_entities_too(pumps, tmp_path):
    table = pumps.assign(pump=np.where(pumps["pump"] == "north", 7, 3))
    model = DWTPCALSTMForecaster("linear").fit(table, "demand", time="date", entity="pump")
    model.save(tmp_path / "a.tabgan")
    assert list(tabgan.load(tmp_path / "a.tabgan").parts_) == [7, 3]


def test_scores_of_each_and_their_mean(pumps):
    arguments = {"train": 150, "models": ["last-value"], "time": "date", "horizon": 2}
    result = backtest(pumps, "demand", entity="pump", **arguments)
    assert result.by_entity["pump"].unique().tolist() == ["north", "south"]
    names = ["mape", "mae", "coverage_80"]
    for pump in ("north", "south"):
        alone = backtest(pumps[pumps["pump"] == pump], "demand", **arguments)
        own = result.by_entity[result.by_entity["pump"] == pump].reset_index(drop=True)
        pd.testing.assert_frame_equal(own[names], alone.scores[names])
    mean = result.by_entity.groupby("model", sort=False)["mae"].mean()
    np.testing.assert_allclose(result.scores.set_index("model")["mae"], mean)
    assert set(result.to_dict()) >= {"by_entity", "by_horizon", "models", "verdict"}


def test_faults_say_whose_they_are(pumps):
    model = DWTPCALSTMForecaster("linear")
    gappy = pumps[~((pumps["pump"] == "south") & (pumps["date"] == "2022-03-09"))]
    with pytest.raises(InputError, match=r"entity 'south': each step of D .* 1 missing \(2022-03-09\)"):
        model.fit(gappy, "demand", entity="pump")
    with pytest.raises(InputError, match="entity 'north': train must leave rows"):
        backtest(pumps, "demand", entity="pump", train=210)
    with pytest.raises(InputError, match="cannot be target, factor or time, but is 'demand'"):
        model.fit(pumps, "demand", entity="demand")
    with pytest.raises(InputError, match="every row needs its entity, but column 'pump' has none in row 4"):
        model.fit(pumps.assign(pump=pumps["pump"].where(pumps.index != 3)), "demand", entity="pump")
    with pytest.raises(InputError, match="did you mean 'pump'"):
        model.fit(pumps, "demand", entity="pumb")
