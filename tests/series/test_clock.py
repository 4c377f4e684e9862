"""Clocks: whole steps to stamps and back, whatever a step is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabgan import InputError, TimeSeriesSynthesizer
from tabgan.evaluation.series.reading import read_times
from tabgan.forecasting.series import read_series
from tabgan.series.clock import Clock

ORIGINS = st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2050-01-01")).map(
    lambda moment: pd.Timestamp(moment).floor("s")
)
ZONES = st.sampled_from([None, "UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Tokyo"])
NUMBERS = st.lists(st.integers(-3000, 9000), min_size=1, max_size=30).map(lambda found: np.array(found, np.int64))


def there_and_back(clock: Clock, numbers: np.ndarray) -> pd.DatetimeIndex:
    """Check numbers to stamps to numbers, also of the clock that was saved; return the stamps."""
    stamps = clock.stamps(numbers)
    again = Clock.from_state(clock.get_state())
    assert again == clock
    np.testing.assert_array_equal(clock.number(stamps), numbers)
    assert again.stamps(numbers).equals(stamps)
    return stamps


@settings(max_examples=40)
@given(ORIGINS, st.sampled_from(["s", "7s", "min", "10min", "15min", "h", "6h", "D", "W", "3D", "5ms"]), ZONES, NUMBERS)
def test_fixed_steps(origin, step, zone, numbers):
    times = pd.date_range(origin, periods=40, freq="7D" if step == "W" else step)  # which goes to Sundays
    times = times if zone is None else times.tz_localize("UTC").tz_convert(zone)
    clock = Clock.learn(times)
    stamps = there_and_back(clock, numbers)
    assert stamps.tz is None if zone is None else str(stamps.tz) == zone
    np.testing.assert_array_equal(clock.number(times), np.arange(40))
    assert clock.stamps(np.arange(40)).equals(times.as_unit("ns"))
    steps = clock.stamps(np.array([0, 1]))
    assert steps[1] - steps[0] == (times[1] - times[0])
    assert Clock.learn(times, step) == clock


@settings(max_examples=30)
@given(ORIGINS, st.sampled_from([("MS", "month"), ("ME", "month end"), ("QS", "3 month"), ("YE", "12 month end")]))
def test_months(origin, freq_and_name):
    freq, name = freq_and_name
    times = pd.date_range(origin.normalize(), periods=30, freq=freq)
    clock = Clock.learn(times)
    assert clock.step == name
    assert there_and_back(clock, np.arange(-40, 190))[40:70].equals(times.as_unit("ns"))
    assert Clock.learn(times, freq) == clock


@given(ORIGINS, NUMBERS)
def test_business_days_have_no_weekends(origin, numbers):
    times = pd.bdate_range(origin.normalize(), periods=40)
    clock = Clock.learn(times)
    assert clock.step == "business day"
    assert (there_and_back(clock, numbers).day_of_week < 5).all()
    assert clock.stamps(np.arange(40)).equals(times.as_unit("ns"))


@given(st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]), st.integers(2000, 2037))
def test_clocks_that_are_changed_do_no_harm(zone, year):
    times = pd.date_range(f"{year}-01-01", f"{year}-12-31 23:00", freq="h", tz=zone)
    clock = Clock.learn(times)
    np.testing.assert_array_equal(clock.number(times), np.arange(len(times)))
    assert clock.stamps(np.arange(len(times))).equals(times.as_unit("ns"))
    local = times.tz_localize(None)
    assert local.has_duplicates or (np.diff(local.asi8) != np.diff(local.asi8)[0]).any()


@given(NUMBERS, st.lists(st.floats(-0.24, 0.24), min_size=40, max_size=40))
def test_stamps_that_are_a_little_off_are_moved_if_the_step_is_asked_for(numbers, off):
    times = pd.date_range("2026-01-01", periods=40, freq="10min")
    clock = Clock.learn(times + pd.to_timedelta(np.r_[0.0, off[1:]] * 600, "s"), "10min")
    moved = clock.stamps(numbers) + pd.Timedelta(2, "min")
    np.testing.assert_array_equal(clock.number(moved, 0.25), numbers)
    np.testing.assert_array_equal(
        clock.number(times + pd.to_timedelta(np.r_[0.0, off[1:]] * 600, "s"), 0.25), range(40)
    )
    with pytest.raises(InputError, match="is not; give times on that grid"):
        clock.number(clock.stamps(numbers) + pd.Timedelta(4, "min"), 0.25)
    with pytest.raises(InputError, match="whole steps of 10min"):
        clock.number(moved)


def test_gaps_do_not_change_the_step():
    times = pd.date_range("2026-01-01", periods=400, freq="15min")
    kept = np.random.default_rng(0).random(400) < 0.7
    clock = Clock.learn([times[kept][:100], times[kept][100:]])
    assert clock.step == "15min"
    np.testing.assert_array_equal(np.diff(clock.number(times)), 1)
    prices = pd.bdate_range("2026-01-01", periods=300)
    prices = prices[np.random.default_rng(0).random(300) < 0.95]  # with holidays
    assert Clock.learn(prices).step == "business day"


@pytest.mark.parametrize(
    ("freq", "seasons"),
    [
        ("h", (24, 168, 8766)),
        ("15min", (96, 672, 35064)),
        ("D", (7, 365.25)),
        ("7D", (365.25 / 7,)),
        ("MS", (12,)),
        ("B", (5, 260.9)),
        ("365D", ()),
    ],
)
def test_seasons_are_day_week_and_year_in_steps(freq, seasons):
    assert Clock.learn(pd.date_range("2026-01-01", periods=40, freq=freq), freq).seasons == pytest.approx(seasons)


@pytest.mark.parametrize("step", ["soon", "", "-1h", "0h", "WOM-2FRI"])
def test_a_step_is_a_step_of_time(step):
    with pytest.raises(InputError, match=r"step must be .*but is"):
        Clock.learn(pd.date_range("2026-01-01", periods=40, freq="h"), step)


@pytest.mark.parametrize(("freq", "number"), [("h", 2_100_000), ("MS", 2900), ("B", 65_000), ("D", -130_000)])
def test_stamps_that_cannot_be_said_are_refused(freq, number):
    clock = Clock.learn(pd.date_range("2026-01-01", periods=40, freq=freq), freq)
    with pytest.raises(InputError, match=r"years 1680 to 2260, but step .* would be in .*; ask for fewer steps"):
        clock.stamps(np.array([0, number]))


def test_a_clock_needs_two_stamps():
    for times in (pd.DatetimeIndex(["2026-01-01"]), [], [pd.DatetimeIndex(["2026-01-01"])] * 3):
        with pytest.raises(InputError, match="at least two stamps"):
            Clock.learn(times)


FAR = pd.DatetimeIndex(np.datetime64("2262-01-01") + np.arange(200).astype("m8[D]"))
"""Days of which the last are later than nanoseconds since 1970 can say."""


def test_days_beyond_nanoseconds_are_refused_whoever_reads_them():
    table = pd.DataFrame({"time": FAR.strftime("%Y-%m-%d"), "flow": np.arange(200) % 7})
    model = TimeSeriesSynthesizer(time="time", iterations=1)
    ways = {
        "clock": lambda: Clock.learn(FAR),
        "forecast": lambda: read_series(table, "flow"),
        "index": lambda: read_series(table.set_index(FAR)[["flow"]], "flow"),
        "fit": lambda: model.fit(table),
        "evaluate": lambda: read_times(table["time"], "the table"),
    }
    for way in ways.values():
        with pytest.raises(InputError, match=r"years 1680 to 2260, but one is of 2262; count steps"):
            way()
