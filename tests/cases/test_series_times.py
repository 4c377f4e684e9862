"""Series whose time is told by two columns, by offsets that change, or by numbers: learned as such, and given back."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tabgan
from tabgan.errors import InputError, TabganWarning
from tabgan.series.hours import Hours
from tabgan.series.zones import find_zone, read_offset
from tabgan.synthesizers.series_time import join_time, split_time
from tabgan.synthesizers.stationary_bootstrap import StationaryBootstrap


def values(n: int) -> np.ndarray:
    return (100 + np.random.default_rng(0).normal(size=n).cumsum()).round(2)


def learn(table: pd.DataFrame, **roles):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)
        return StationaryBootstrap(random_state=0, **roles).fit(table)


def test_a_date_and_an_hour_come_back_in_their_columns(tmp_path):
    stamps = pd.date_range("2021-01-25", periods=300, freq="h")
    table = pd.DataFrame({"day": stamps.strftime("%d/%m/%Y"), "hour": stamps.hour + 1, "load": values(300)})
    model = learn(table, time=["day", "hour"])
    assert model.clock_.step == "h"
    model.save(tmp_path / "m.tabgan")
    found = tabgan.load(tmp_path / "m.tabgan").continue_series(table, 30)
    assert found.columns.tolist() == ["day", "hour", "load"]
    ahead = pd.date_range("2021-02-06 12:00", periods=30, freq="h")
    assert found["day"].tolist() == ahead.strftime("%d/%m/%Y").tolist()
    assert found["hour"].tolist() == (ahead.hour + 1).tolist()
    assert set(model.sample(3, 24)["hour"]) <= set(range(1, 25))


def test_days_are_counted_as_clocks_tell_them():
    stamps = pd.date_range("2023-01-15 08:00", periods=250, freq="D", tz="Europe/Berlin")
    table = pd.DataFrame({"t": [stamp.isoformat() for stamp in stamps], "load": values(250)})
    model = learn(table)
    assert (model.clock_.step, model.clock_.zone) == ("D", "Europe/Berlin")
    found = model.continue_series(table, 60)["t"]
    ahead = pd.date_range(stamps[-1], periods=61, freq="D")[1:]
    assert found.tolist() == [stamp.isoformat() for stamp in ahead]
    typed = table.assign(t=stamps)
    again = learn(typed, time="t").continue_series(typed, 60)["t"]
    assert again.tolist() == ahead.tolist()


def test_numbers_count_steps():
    table = pd.DataFrame({"t": np.arange(0, 1500, 5), "load": values(300)})
    model = learn(table, time="t")
    assert model.clock_.step == "5"
    assert model.continue_series(table, 3)["t"].tolist() == [1500, 1505, 1510]
    assert model.sample_series(3, start=7000)["t"].tolist() == [7000, 7005, 7010]
    with pytest.raises(InputError, match="start is between two steps"):
        model.sample_series(3, start=7001)
    with pytest.raises(InputError, match="the learned times are numbers, but start is 'now'"):
        model.sample_series(3, start="now")


def test_what_tells_series_or_hours_apart_is_named():
    stamps = pd.date_range("2021-01-25", periods=300, freq="h")
    hourly = pd.DataFrame({"day": stamps.strftime("%Y-%m-%d"), "hour": stamps.hour, "load": values(300)})
    with pytest.raises(
        InputError, match=r"column 'hour' tells the hour of a date: name both with time=\['day', 'hour'\]"
    ):
        learn(hourly)
    days = pd.date_range("2021-01-25", periods=150).strftime("%Y-%m-%d")
    both = pd.DataFrame({"day": [*days, *days], "shop": ["a"] * 150 + ["b"] * 150, "sold": values(300)})
    with pytest.raises(InputError, match="column 'shop' tells 2 series apart: entity='shop' takes each by itself"):
        learn(both, time="day")
    with pytest.warns(TabganWarning, match="dates are not in order; column 'shop' tells 2 series apart"):
        StationaryBootstrap(random_state=0).fit(both)


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 287), min_size=1, max_size=30).map(lambda fives: np.array(fives) * 300),
    st.sampled_from(["%H:%M", "%H.%M", "%Hh%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p"]),
)
def test_clock_texts_come_back(seconds, form):
    texts = pd.Series(pd.to_datetime(seconds, unit="s").strftime(form), name="at")
    hours = Hours.learn(texts)
    np.testing.assert_array_equal(hours.read(texts), seconds)
    written, earlier = hours.write(seconds)
    assert written.tolist() == texts.tolist()
    assert not earlier.any()


@settings(max_examples=30)
@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kathmandu"]),
    st.integers(2000, 2030),
    st.sampled_from(["%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"]),
)
def test_joined_times_are_split_again(zone, year, form):
    stamps = pd.date_range(f"{year}-01-13 06:30", periods=200, freq="2D", tz=zone)
    offsets = stamps.strftime("%z")
    texts = [f"{text}{off[:3]}:{off[3:]}" for text, off in zip(stamps.strftime(form), offsets, strict=True)]
    table = pd.DataFrame({"t": texts, "load": values(200)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)
        joined, told = join_time(table, "t")
    assert split_time(joined, told).equals(table)
    if len(set(offsets)) > 1:
        assert told is not None
        assert (joined["t"].dt.tz_convert("UTC") == stamps.tz_convert("UTC")).all()


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2024-01-31 10:00Z", 0),
        ("31.01.2024 10:00 +05:30", 19800),
        ("20240131T1000-0330", -12600),
        ("2024-01-31", None),
    ],
)
def test_offsets_are_read(text, offset):
    assert read_offset(text) == offset


def test_a_zone_that_no_place_has_is_none():
    assert find_zone(np.array([1672531200, 1672617600, 1672704000]), np.array([3600, 7200, -3600])) is None
