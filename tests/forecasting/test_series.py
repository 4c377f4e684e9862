"""A table becomes a regular series, or says what is in the way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.errors import InputError, TabganWarning
from tabgan.forecasting.calendar import align_factors, make_calendar
from tabgan.forecasting.series import Series, read_series


@pytest.fixture
def frame(demand):
    return demand.head(40).copy()


def test_the_column_of_dates_is_found_named_or_the_index(frame):
    found = read_series(frame, "demand", ["heat"])
    assert (found.step, len(found.values), found.lagged.shape, found.known.shape) == ("D", 40, (40, 1), (40, 0))
    assert found.times[0] == pd.Timestamp("2022-03-01")
    named = read_series(frame.assign(other="2001-01-01"), "demand", ["heat"], date="date")
    indexed = read_series(frame.set_index(pd.to_datetime(frame["date"])).drop(columns="date"), "demand", ["heat"])
    for other in (named, indexed):
        np.testing.assert_array_equal(other.times, found.times)
        np.testing.assert_array_equal(other.values, found.values)
    with pytest.raises(InputError, match="no column reads as such; name it with time="):
        read_series(frame.drop(columns="date"), "demand")
    with pytest.raises(InputError, match="did you mean 'date'"):
        read_series(frame, "demand", date="dates")


def test_unordered_rows_are_sorted_with_a_notice(frame):
    mixed = frame.sample(frac=1, random_state=0)
    with pytest.warns(TabganWarning, match="they were sorted"):
        found = read_series(mixed, "demand")
    np.testing.assert_array_equal(found.values, frame["demand"])


def test_gaps_and_repeats_are_listed_and_filled_when_asked(frame):
    faulty = pd.concat([frame.drop(index=[5, 6, 20]), frame.loc[[9]].assign(demand=30.0)]).sort_values("date")
    with pytest.raises(InputError, match=r"3 missing \(2022-03-06, 2022-03-07, 2022-03-21\) and 1 repeated \(2022-03-"):
        read_series(faulty, "demand", ["heat"])
    filled = read_series(faulty, "demand", ["heat"], fill=True)
    demand, heat = frame["demand"], frame["heat"]
    expected = demand[4] + (demand[7] - demand[4]) * np.array([1, 2]) / 3
    np.testing.assert_allclose(filled.values[5:7], expected)
    np.testing.assert_allclose(filled.lagged[20, 0], (heat[19] + heat[21]) / 2)
    assert filled.values[9] == (demand[9] + 30) / 2
    assert np.flatnonzero(filled.filled).tolist() == [5, 6, 9, 20]


def test_missing_values_are_named_and_filled_when_asked(frame):
    frame.loc[3, "heat"] = np.nan
    with pytest.raises(InputError, match="'heat' has 1, the first on 2022-03-04; mend them, or interpolate"):
        read_series(frame, "demand", ["heat"])
    filled = read_series(frame, "demand", ["heat"], fill=True)
    assert np.flatnonzero(filled.filled).tolist() == [3]
    frame["heat"] = 1.0
    frame.loc[7, "demand"] = np.nan
    with pytest.raises(InputError, match="'demand' has 1, the first on 2022-03-08"):
        read_series(frame, "demand", ["heat"])


def test_rows_without_a_target_at_the_end_are_the_future(frame):
    frame.loc[37:, ["demand", "heat"]] = np.nan
    found = read_series(frame, "demand", ["heat", "holiday"], ["holiday"])
    assert (len(found.values), len(found.lagged), len(found.known), len(found.times)) == (37, 37, 40, 40)
    frame.loc[38, "holiday"] = np.nan
    with pytest.raises(InputError, match="'holiday' has 1, the first on 2022-04-08"):
        read_series(frame, "demand", ["heat", "holiday"], ["holiday"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": "demnd"}, "did you mean 'demand'"),
        ({"factors": ["heat", "demand"]}, "the target cannot be a factor of itself"),
        ({"factors": ["heat", "heat"]}, "'heat' is named twice"),
        ({"known_future": ["holiday"]}, "must be a factor, but 'holiday' is none"),
        ({"factors": ["word"]}, "must hold numbers, but column 'word' does not"),
        ({"target": "same"}, "must vary, but all 40 values of 'same' are 1"),
        ({"target": "empty"}, "'empty' is empty"),
        ({"target": "endless"}, "'endless' has inf in row 3"),
    ],
)
def test_columns_that_cannot_be_used(frame, change, message):
    frame = frame.assign(word="dry", same=1.0, empty=np.nan, endless=np.where(frame.index == 2, np.inf, 1.0))
    with pytest.raises(InputError, match=message):
        read_series(frame, **{"target": "demand", "factors": ["heat"], **change})


def test_hours(frame):
    hours = pd.date_range("2024-01-01", periods=40, freq="h")
    found = read_series(frame.assign(date=hours), "demand")
    assert found.step == "h"
    assert make_calendar(found.times, found.clock).shape == (40, 17)
    with pytest.raises(InputError, match=r"97.4% are h and others not, .*off the grid are 2024-01-02 15:30"):
        read_series(frame.assign(date=[*hours[:39], hours[39] + pd.Timedelta(minutes=30)]), "demand")


def test_factors_stand_beside_what_is_known_before_a_row(frame):
    series = read_series(frame, "demand", ["heat", "holiday"], ["holiday"])
    rows = align_factors(series)
    np.testing.assert_array_equal(rows[:, 0], frame["heat"])
    np.testing.assert_array_equal(rows[:-1, 1], frame["holiday"][1:])
    weekday = rows[:, 2:9].argmax(axis=1)
    np.testing.assert_array_equal(weekday, (series.times + pd.Timedelta(days=1)).day_of_week)
    year = rows[:, 9:]  # sines of one and two turns, then cosines
    np.testing.assert_allclose(year[:, :2] ** 2 + year[:, 2:] ** 2, 1)


def test_a_series_survives_its_state(frame):
    series = read_series(frame, "demand", ["heat"])
    again = Series.from_state(series.get_state())
    assert again.clock == series.clock
    for a, b in zip(again[:-1], series[:-1], strict=True):
        np.testing.assert_array_equal(a, b)
