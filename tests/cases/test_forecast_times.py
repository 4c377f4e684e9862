"""Forecasts of what people have: any step and spelling of times, zones, dates with hours, several series in a file."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabgan.errors import InputError, TabganWarning
from tabgan.forecasting.backtest import backtest
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.series.time_columns import TimeColumns
from tabgan.tables.formats import read_table

LINEAR = ["--variant", "linear", "--coverage", 0.8, "--horizon", 3]


def values(n: int, season: float = 7.0, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (100 + 10 * np.sin(2 * np.pi * np.arange(n) / season) + rng.normal(size=n)).round(2)


def told(texts, *columns) -> pd.DataFrame:
    return pd.DataFrame({"t": texts, **dict(columns), "q": values(len(texts))})


def rows_of(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(path).read_text(encoding="utf-8").splitlines()))


def forecast(frame: pd.DataFrame, n_ahead: int = 3, **options) -> pd.DataFrame:
    model = DWTPCALSTMForecaster("linear").fit(frame, "q", **options)
    return model.spell_out(model.forecast(n_ahead, 0.8))


CASES = {
    "dmy": ("2021-01-01", "D", "%d/%m/%Y"),
    "mdy": ("2021-01-01", "D", "%m/%d/%Y"),
    "german": ("2021-01-01", "D", "%d.%m.%Y"),
    "month names": ("2021-01-01", "D", "%d %b %Y"),
    "chinese": ("2021-01-01", "D", "%Y年%m月%d日"),
    "digits": ("2021-01-01", "D", "%Y%m%d"),
    "months": ("2005-01-01", "MS", "%Y-%m-%d"),
    "months without days": ("2005-01-01", "MS", "%Y-%m"),
    "month ends": ("2005-01-31", "ME", "%d/%m/%Y"),
    "last business days": ("2008-01-31", "BME", "%Y-%m-%d"),
    "quarters": ("1990-01-01", "QS", "%d.%m.%Y"),
    "years": ("1900-12-31", "YE", "%Y-%m-%d"),
    "weeks": ("2018-01-05", "W-FRI", "%m/%d/%Y"),
    "business days": ("2021-01-01", "B", "%Y-%m-%d"),
    "quarter hours": ("2021-01-01", "15min", "%Y-%m-%d %H:%M"),
    "ten seconds": ("2021-01-01 10:00", "10s", "%Y-%m-%dT%H:%M:%S"),
    "halves of the day": ("2021-01-25", "h", "%d/%m/%Y %I:%M %p"),
    "utc": ("2021-01-01", "h", "%Y-%m-%dT%H:%M:%SZ"),
    "one offset": ("2021-01-01", "h", "%Y-%m-%d %H:%M:%S+05:30"),
}


@pytest.mark.parametrize("case", CASES)
def test_times_go_on_in_their_steps_and_spelling(case):
    begin, step, form = CASES[case]
    texts = pd.date_range(begin, periods=153, freq=step).strftime(form).tolist()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*first, .* only so are its steps equal", TabganWarning)
        found = forecast(told(texts[:150]), time="t")
    assert found["t"].tolist() == texts[150:]


def test_a_whole_file_comes_back_as_it_was_written(tabgan_command):
    texts = pd.date_range("2021-01-13", periods=153).strftime("%d/%m/%Y")
    told(texts[:150]).to_csv("days.csv", index=False)
    result = tabgan_command("forecast", "days.csv", "--target", "q", "-o", "out.csv", *LINEAR)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    rows = rows_of("out.csv")
    assert [row["t"] for row in rows] == list(texts[150:])


def test_integers_and_decimals_count():
    numbers = told(np.arange(20, 620, 4))
    found = forecast(numbers, time="t")
    assert found.columns.tolist() == ["t", "forecast", "lower", "upper"]
    assert found["t"].tolist() == [620, 624, 628]
    assert found["t"].dtype == np.int64
    tenths = told(np.arange(150) * 0.1)
    assert forecast(tenths, time="t")["t"].tolist() == [15.0, 15.1, 15.2]
    with pytest.raises(InputError, match="no column reads as such; if 't' counts the steps, say time='t'"):
        forecast(numbers)
    with pytest.raises(InputError, match=r"each step of 4 must be there once, but there are 2 missing \(40, 44\)"):
        forecast(numbers.drop(index=[5, 6]), time="t")
    with pytest.raises(InputError, match="must hold dates, or numbers that count, but 'u' goes up and down"):
        forecast(numbers.assign(u=values(150).round()), time="u")


HOURS = {
    "from 0": lambda stamps: stamps.hour,
    "from 1": lambda stamps: stamps.hour + 1,
    "clocks": lambda stamps: stamps.strftime("%H:%M"),
    "clocks that end a day": lambda stamps: [f"{hour + 1:02d}:00" for hour in stamps.hour],
    "short clocks": lambda stamps: [f"{hour}:00:00" for hour in stamps.hour],
    "halves": lambda stamps: stamps.strftime("%I:%M %p"),
    "hours and minutes": lambda stamps: stamps.hour * 100,
}


@pytest.mark.parametrize("case", HOURS)
def test_a_date_and_an_hour_are_one_time(case):
    stamps = pd.date_range("2021-01-25", periods=303, freq="h")
    table = pd.DataFrame({"day": stamps.strftime("%d/%m/%Y"), "at": HOURS[case](stamps), "q": values(303, 24)})
    found = forecast(table.head(300), time=["day", "at"])
    assert found.columns.tolist() == ["day", "at", "forecast", "lower", "upper"]
    assert found[["day", "at"]].to_numpy().tolist() == table[["day", "at"]][300:].to_numpy().tolist()
    with pytest.raises(InputError, match=r"column 'at' tells the hour of a date: name both with time=\['day', 'at'\]"):
        forecast(table.head(300), time="day")


def test_parts_of_a_day_are_numbered():
    stamps = pd.date_range("2021-01-25", periods=403, freq="30min")
    part = stamps.hour * 2 + stamps.minute // 30 + 1
    table = pd.DataFrame({"day": stamps.strftime("%Y-%m-%d"), "part": part, "q": values(403, 48)})
    assert forecast(table.head(400), time=["day", "part"])["part"].tolist() == part[400:].tolist()


@pytest.mark.parametrize(
    ("hours", "fault"),
    [
        ([*range(24), 25], "hours must be 0 to 23 or 1 to 24 .* has 25 in row 25"),
        ([*range(25)], "has 24 in row 25 and 24 beside 0"),
        ([1.5] * 25, "needs its hour, a whole number, but column 'at' has 1.5 in row 1"),
        (["noon"] * 25, "numbers or times such as 14:00, but column 'at' has 'noon' in row 1"),
    ],
)
def test_what_is_no_hour_is_named(hours, fault):
    table = pd.DataFrame({"day": ["2021-01-01"] * 25, "at": hours})
    with pytest.raises(InputError, match=fault):
        TimeColumns.learn(table, ["day", "at"])


def local_times(begin: str, n: int, step: str) -> pd.DatetimeIndex:
    return pd.date_range(begin, periods=n, freq=step, tz="Europe/Berlin")


@pytest.mark.parametrize("step", ["h", "D"])
def test_offsets_that_change_go_on_as_the_clocks_of_their_zone(step):
    stamps = local_times("2023-03-20 08:00" if step == "h" else "2023-01-15 08:00", 153, step)
    texts = [stamp.isoformat() for stamp in stamps]
    with pytest.warns(TabganWarning, match=r"offsets of column 't' go from \+01:00 to \+02:00, .* of Europe/Berlin"):
        found = forecast(told(texts[:150]), time="t")
    assert found["t"].tolist() == texts[150:]


def test_the_offset_changes_in_the_future_too():
    texts = [stamp.isoformat() for stamp in local_times("2023-02-01 08:00", 290, "D")]
    with pytest.warns(TabganWarning, match="Europe/Berlin"):
        found = forecast(told(texts[:269]), 10, time="t")
    assert found["t"].tolist() == texts[269:279]
    assert {text[-6:] for text in found["t"]} == {"+02:00", "+01:00"}


def test_zones_of_columns_and_of_an_index_are_kept():
    stamps = local_times("2023-10-20", 203, "h")
    frame = pd.DataFrame({"t": stamps[:200], "q": values(200, 24)})
    for table, time in ((frame, "t"), (frame.set_index("t"), None)):
        model = DWTPCALSTMForecaster("linear").fit(table, "q", time=time)
        assert model.predict(3)["date"].tolist() == stamps[200:].tolist()


def test_entities_may_be_in_different_zones():
    parts = []
    for zone in ("Europe/Berlin", "America/New_York"):
        stamps = pd.date_range("2023-03-01", periods=150, freq="D", tz=zone)
        parts.append(told([stamp.isoformat() for stamp in stamps]).assign(where=zone))
    with pytest.warns(TabganWarning, match="offsets of column 't'"):
        found = forecast(pd.concat(parts), 1, time="t", entity="where")
    assert found["t"].tolist() == ["2023-07-29T00:00:00+02:00", "2023-07-29T00:00:00-04:00"]


def test_hours_that_clocks_leave_out_or_repeat_are_named_and_filled():
    spring = [stamp.strftime("%Y-%m-%d %H:%M") for stamp in local_times("2023-03-20", 300, "h")]
    with pytest.raises(InputError, match=r"1 missing \(2023-03-26 02:00, where clocks are put forward\).*fill=True"):
        forecast(told(spring), time="t")
    assert forecast(told(spring), 1, time="t", fill=True)["t"].tolist() == ["2023-04-01 13:00"]
    autumn = [stamp.strftime("%Y-%m-%d %H:%M") for stamp in local_times("2023-10-20", 300, "h")]
    with pytest.raises(InputError, match=r"1 repeated \(2023-10-29 02:00, where clocks are put back\).*their offsets"):
        forecast(told(autumn), time="t")
    assert forecast(told(autumn), 1, time="t", fill=True)["t"].tolist() == ["2023-11-01 11:00"]


@pytest.fixture
def stores() -> pd.DataFrame:
    """Three shops, not equally long, two goods each."""
    days = pd.date_range("2021-01-20", periods=150).strftime("%d.%m.%Y")
    parts = [
        told(days[:n]).assign(shop=shop, good=good)
        for shop, n in (("007", 150), ("B", 120), ("C", 90))
        for good in ("tea", "rice")
    ]
    return pd.concat(parts, ignore_index=True)


def test_a_column_that_tells_series_apart_is_named(stores):
    with pytest.raises(InputError, match=r"columns 'shop' and 'good' tell 6 series apart: entity=\['shop', 'good'\]"):
        forecast(stores, time="t")
    with pytest.raises(InputError, match=r"column 'good' tells 6 series apart: entity=\['shop', 'good'\]"):
        forecast(stores, time="t", entity="shop")
    tea = stores[stores["good"] == "tea"]
    with pytest.raises(InputError, match="column 'shop' tells 3 series apart: entity='shop' takes each by itself"):
        forecast(tea, time="t")
    with pytest.warns(TabganWarning) as said:
        forecast(tea, time="t", fill=True)
    assert "rows with the same time are averaged, but column 'shop' tells 3 series apart" in str(said[0].message)


def test_each_of_several_series_is_forecast(stores, tabgan_command):
    found = forecast(stores, 1, time="t", entity=["shop", "good"])
    assert found.columns.tolist() == ["shop", "good", "t", "forecast", "lower", "upper"]
    assert found["shop"].tolist() == ["007", "007", "B", "B", "C", "C"]
    assert found["good"].tolist() == ["tea", "rice"] * 3
    assert found["t"].tolist() == ["19.06.2021"] * 2 + ["20.05.2021"] * 2 + ["20.04.2021"] * 2
    stores.to_csv("stores.csv", index=False)
    arguments = ["--target", "q", "--entity", "shop,good", "-o", "out.csv", "--plot", "out.png", *LINEAR]
    result = tabgan_command("forecast", "stores.csv", *arguments, "--save", "m.tabgan")
    assert result.exit_code == 0, result.output
    rows = rows_of("out.csv")
    assert {(row["shop"], row["good"]) for row in rows} == {(s, g) for s in ("007", "B", "C") for g in ("tea", "rice")}
    again = DWTPCALSTMForecaster.load("m.tabgan").forecast(1, 0.8)
    assert again["shop"].tolist() == found["shop"].tolist()


def test_scores_of_series_that_two_columns_tell_apart(stores):
    result = backtest(stores, "q", train=60, models=["linear"], time="t", entity=["shop", "good"])
    assert result.by_entity.columns[:3].tolist() == ["shop", "good", "model"]
    assert len(result.by_entity) == 2 * 6


def test_equal_steps_tell_whether_days_come_first():
    texts = pd.date_range("2021-01-01", periods=500, freq="15min").strftime("%d/%m/%Y %H:%M")
    with pytest.warns(TabganWarning, match="read with the day first, '02/01/2021 00:00' as 2021-01-02: only so"):
        found = forecast(told(texts), 1, time="t")
    assert found["t"].tolist() == ["06/01/2021 05:00"]


def test_a_forecast_does_not_see_later_values():
    table = told(pd.date_range("2021-01-01", periods=220).strftime("%d/%m/%Y"))
    changed = table.copy()
    changed.loc[200:, "q"] *= 3
    a, b = (
        backtest(one, "q", train=150, models=["linear", "last-value"], time="t").forecasts for one in (table, changed)
    )
    pd.testing.assert_frame_equal(a.iloc[:50][["date", "linear"]], b.iloc[:50][["date", "linear"]])
    assert (a["linear"].iloc[51:] != b["linear"].iloc[51:]).all()


def test_a_longer_forecast_says_which_calibration_it_needs(tabgan_command):
    texts = pd.date_range("2015-01-01", periods=60, freq="MS").strftime("%Y-%m-%d")
    told(texts).to_csv("months.csv", index=False)
    asked = ["forecast", "months.csv", "--target", "q", "--variant", "linear", "--horizon", 12, "-o", "out.csv"]
    refused = tabgan_command(*asked)
    assert refused.exit_code == 2
    assert "--calibration 0.34" in refused.stderr
    assert tabgan_command(*asked, "--calibration", 0.34).exit_code == 0
    assert [row["t"] for row in rows_of("out.csv")][-1] == "2020-12-01"


def test_dates_are_cells_of_a_workbook_in_their_form(tmp_path):
    texts = pd.date_range("2021-01-20", periods=151).strftime("%d.%m.%Y")
    model = DWTPCALSTMForecaster("linear").fit(told(texts[:150]), "q", time="t")
    cells = model.spell_out(model.forecast(1, 0.8), cells=True)
    assert cells["t"].tolist() == [pd.Timestamp("2021-06-19")]
    assert "dd.mm.yyyy" in str(cells.attrs)


def test_what_was_read_of_a_file_is_kept_by_the_model(tmp_path):
    stamps = pd.date_range("2021-01-25", periods=303, freq="h")
    table = pd.DataFrame({"day": stamps.strftime("%d/%m/%Y"), "h": stamps.hour + 1, "q": values(303, 24)})
    table.head(300).to_csv(tmp_path / "a.csv", index=False)
    model = DWTPCALSTMForecaster("linear").fit(read_table(tmp_path / "a.csv"), "q", time=["day", "h"])
    model.save(tmp_path / "a.tabgan")
    again = DWTPCALSTMForecaster.load(tmp_path / "a.tabgan")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = again.spell_out(again.forecast(3, 0.8))
    assert found[["day", "h"]].to_numpy().tolist() == table[["day", "h"]][300:].to_numpy().tolist()


@pytest.mark.parametrize("name", ["时间", "date"])
def test_a_forecast_calls_the_time_as_the_table_does(name):
    table = told(pd.date_range("2021-01-20", periods=150).strftime("%Y-%m-%d")).rename(columns={"t": name})
    found = forecast(table, 2)
    assert found.columns.tolist() == [name, "forecast", "lower", "upper"]
    assert found[name].tolist() == ["2021-06-19", "2021-06-20"]


@pytest.mark.parametrize(
    ("names", "kept"),
    [(["lower"], ["date"]), (["day", "upper"], ["day", "hour"]), (["forecast", "date"], ["day", "date"])],
)
def test_a_time_that_is_called_as_a_forecast_gets_a_name_of_its_own(names, kept):
    stamps = pd.date_range("2021-01-20", periods=170, freq="h" if names[1:] else "D")
    columns = [stamps.strftime("%d.%m.%Y"), *([stamps.hour] if names[1:] else [])]
    table = pd.DataFrame(dict(zip(names, columns, strict=True)) | {"q": values(170)})
    renamed = next((old, new) for old, new in zip(names, kept, strict=True) if old != new)
    with pytest.warns(TabganWarning, match="column of time '{}' is called '{}' in the".format(*renamed)):
        found = forecast(table.head(168), 2, time=names)
    assert found.columns.tolist() == [*kept, "forecast", "lower", "upper"]
    assert found[kept].astype(str).to_numpy().tolist() == table[names].tail(2).astype(str).to_numpy().tolist()
