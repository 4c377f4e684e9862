"""Any regular step: its clock, calendar, window, and forecasts whose times go on from the last."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tabgan
from tabgan.errors import InputError
from tabgan.forecasting.backtest import backtest
from tabgan.forecasting.calendar import choose_window, find_season, make_calendar
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.naive import repeat_past, steps_before
from tabgan.forecasting.series import Series, read_series
from tabgan.series.clock import Clock
from tests.forecasting.conftest import QUICK

STEPS = {  # of each the season, the window of a network and the width of the calendar
    "10min": (144, 96, 17),
    "15min": (96, 96, 17),
    "h": (24, 48, 17),
    "D": (7, 14, 11),
    "B": (5, 10, 11),
    "W": (52, 52, 10),
    "MS": (12, 12, 10),
    "ME": (12, 12, 10),
    "QS": (4, 8, 2),
    "YS": (1, 8, 2),
}


def make_series(step: str, n: int = 220, seed: int = 0) -> pd.DataFrame:
    """Simulated: the shortest season, a little memory and noise."""
    rng, season = np.random.default_rng(seed), STEPS[step][0]
    level = 20 + 3 * np.sin(2 * np.pi * np.arange(n) / season) + rng.normal(0, 0.3, n)
    return pd.DataFrame({"stamp": pd.date_range("2021-01-01", periods=n, freq=step), "flow": level})


@pytest.mark.parametrize("step", STEPS)
def test_a_step_has_its_season_window_and_calendar(step):
    table = make_series(step)
    series = read_series(table, "flow", time="stamp")
    season, window, width = STEPS[step]
    assert (find_season(series.clock), choose_window(series.clock)) == (season, window)
    assert make_calendar(series.times, series.clock).shape == (220, width)
    np.testing.assert_array_equal(series.times, table["stamp"])


@pytest.mark.parametrize("step", STEPS)
def test_forecasts_go_on_in_the_same_steps(step, tmp_path):
    table = make_series(step)
    model = DWTPCALSTMForecaster("linear").fit(table.head(200), "flow", time="stamp")
    forecast = model.forecast(12, coverage=0.8)
    np.testing.assert_array_equal(forecast["date"], table["stamp"][200:212])
    model.save(tmp_path / "model.tabgan")
    pd.testing.assert_frame_equal(tabgan.load(tmp_path / "model.tabgan").forecast(12, coverage=0.8), forecast)


@pytest.mark.parametrize("step", ["15min", "B", "MS", "QS"])
def test_networks_learn_any_step(step):
    table = make_series(step)
    model = DWTPCALSTMForecaster(**QUICK, random_state=0).fit(table, "flow", date="stamp")
    assert np.isfinite(model.forecast(3, coverage=0.8)["upper"]).all()
    assert model.inputs_.denoiser.level == (1 if step in ("MS", "QS") else 3)


def test_months_of_a_resampled_series_are_backtested():
    days = pd.date_range("2012-01-01", "2023-12-31")
    demand = pd.Series(
        20 + 5 * np.sin(2 * np.pi * days.day_of_year / 365) + np.random.default_rng(0).normal(size=len(days))
    )
    months = demand.groupby(days.to_period("M").to_timestamp()).mean().rename("flow").rename_axis("month").reset_index()
    result = backtest(
        months, "flow", train=96, models=["dwt-pca-lstm"], horizon=6, time="month", random_state=0, **QUICK
    )
    assert result.by_horizon.query("model == 'linear'")["ahead"].tolist() == [1, 2, 3, 4, 5, 6]
    np.testing.assert_array_equal(result.forecasts["date"][:6], months["month"][96:102])
    twelve = months["flow"].to_numpy()[96 - 12 : 102 - 12]
    np.testing.assert_array_equal(result.forecasts["seasonal-naive"][:6], twelve)


def test_gaps_in_any_step_are_listed_and_filled():
    table = make_series("15min").drop(index=[5, 6])
    with pytest.raises(InputError, match=r"each step of 15min .* 2 missing \(2021-01-01 01:15, 2021-01-01 01:30\)"):
        read_series(table, "flow")
    filled = read_series(table, "flow", fill=True)
    assert np.flatnonzero(filled.filled).tolist() == [5, 6]
    months = make_series("MS").drop(index=[7])
    with pytest.raises(InputError, match=r"each step of month .* 1 missing \(2021-08-01\)"):
        read_series(months, "flow")


def test_times_that_are_a_little_off_are_moved_if_a_step_is_named():
    table = make_series("h")
    table.loc[9, "stamp"] += pd.Timedelta(minutes=4)
    with pytest.raises(InputError, match="off the grid are 2021-01-01 09:04"):
        read_series(table, "flow")
    moved = read_series(table, "flow", step="h")
    assert moved.times[9] == pd.Timestamp("2021-01-01 09:00")
    assert not moved.filled.any()


def test_time_and_date_are_two_names_of_one_thing():
    table = make_series("D").assign(other="2020-01-01")
    a, b, c = (read_series(table, "flow", **names) for names in ({"time": "stamp"}, {"date": "stamp"}, {}))
    for other in (b, c):
        np.testing.assert_array_equal(a.times, other.times)
    with pytest.raises(InputError, match="time and date are two names of one thing, but are 'stamp' and 'other'"):
        DWTPCALSTMForecaster().fit(table, "flow", time="stamp", date="other")


def test_series_of_the_first_versions_have_a_clock():
    series = read_series(make_series("h"), "flow")
    state = series.get_state()
    old = {name: state[name] for name in ("values", "lagged", "known", "filled")}
    again = Series.from_state({**old, "step": "hour", "begin": "2021-01-01T00:00:00", "n_times": 220})
    np.testing.assert_array_equal(again.times, series.times)
    assert again.clock == series.clock


def test_what_was_a_day_before_needs_parts_of_a_day():
    months = read_series(make_series("MS"), "flow")
    weekly = Clock.learn(make_series("W")["stamp"].pipe(pd.DatetimeIndex))
    assert (steps_before("yesterday", weekly), steps_before("last-week", weekly)) == (0, 1)
    with pytest.raises(InputError, match="there is no yesterday in steps of month; take seasonal-naive"):
        repeat_past("yesterday", months, np.array([50]), 1)
    quarter = read_series(make_series("15min"), "flow")
    two_days = repeat_past("seasonal-naive", quarter, np.array([199]), 100)[0]
    np.testing.assert_array_equal(two_days, np.r_[quarter.values[104:200], quarter.values[104:108]])
