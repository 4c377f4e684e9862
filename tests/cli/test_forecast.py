"""tabgan forecast and tabgan backtest: what a stranger types."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tabgan

MODELS = ["dwt-pca-lstm", "yesterday", "linear", "seasonal-naive"]
QUICK = ["--epochs", 2, "--members", 1]
SUMMARY = ["--github-summary", "summary.md"]


@pytest.fixture
def files(tabgan_command):
    """days.csv, 200 days of a demand that is higher at weekends, and the same with faults."""
    days = pd.date_range("2023-01-01", periods=200)
    rng = np.random.default_rng(0)
    heat = rng.normal(20, 3, 200).round(1)
    demand = (30 + 4 * (days.day_of_week > 4) + 0.2 * heat + rng.normal(0, 0.5, 200)).round(2)
    table = pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "demand": demand, "heat": heat, "feast": days.day == 1})
    table["feast"] = table["feast"].astype(int)
    table.to_csv("days.csv", index=False)
    table.drop(index=[3, 4, 50]).to_csv("gaps.csv", index=False)
    pd.concat([table, table.tail(2)]).to_csv("twice.csv", index=False)
    table[::-1].to_csv("backwards.csv", index=False)
    table.head(60).to_csv("short.csv", index=False)
    table.assign(demand=5).to_csv("constant.csv", index=False)
    table.assign(heat=table["heat"].where(table.index != 9)).to_csv("holes.csv", index=False)
    table.drop(columns="day").to_csv("undated.csv", index=False)
    table.assign(demand=table["demand"].where(table.index < 197)).to_csv("ahead.csv", index=False)
    return tabgan_command


def test_the_only_column_of_numbers_is_forecast_unless_another_is_named(files):
    pd.read_csv("days.csv", usecols=["day", "demand"]).to_csv("two.csv", index=False)
    quick = ["--variant", "linear", "--json"]
    found = files("forecast", "two.csv", "-o", "a.csv", *quick)
    assert json.loads(found.stdout)["target"] == "demand"
    assert "column 'demand' is forecast, as it is the only one of numbers; --target names another" in found.stderr
    assert (
        json.loads(files("forecast", "days.csv", "--factors", "3-", "-o", "b.csv", *quick).stdout)["target"] == "demand"
    )
    refused = files("backtest", "days.csv", "--train", 150, "--json")
    assert refused.exit_code == 2
    assert "--target must name the column that is forecast, one of demand, heat, feast" in refused.stderr


def test_large_numbers_keep_the_digits_that_tell_them_apart(files):
    table = pd.read_csv("days.csv", usecols=["day", "demand"])
    table.assign(demand=123_456_000 + table["demand"].round().cumsum().astype(int)).to_csv("meter.csv", index=False)
    shown = files("forecast", "meter.csv", "--variant", "linear", "-o", "z.csv")
    (row,) = pd.read_csv("z.csv").itertuples(index=False)
    assert row.lower < row.forecast < row.upper < 123_470_000
    assert len(set(shown.stdout.splitlines()[1].split())) == 4


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_stamps_stay_stamps_in_a_file_of_types(files, zone):
    table = pd.read_csv("days.csv", usecols=["day", "demand"], parse_dates=["day"])
    table["day"] = table["day"].dt.tz_localize(zone)
    table.to_parquet("days.parquet")
    for name in ("z.parquet", "z.csv"):
        assert files("forecast", "days.parquet", "--variant", "linear", "-o", name).exit_code == 0
    assert pd.read_parquet("z.parquet")["day"].dtype == table["day"].dtype
    assert pd.read_csv("z.csv")["day"][0].startswith("2023-07-20")


def test_a_name_of_the_result_cannot_say_whose_a_row_is(files):
    table = pd.read_csv("days.csv", usecols=["day", "demand"])
    pd.concat([table.assign(upper=name) for name in "ab"]).to_csv("two.csv", index=False)
    for command in (("forecast", "-o", "z.csv"), ("backtest", "--train", 150)):
        refused = files(command[0], "two.csv", "--entity", "upper", *command[1:])
        assert refused.exit_code == 2
        assert "but 'upper' is to say whose a row is; rename it" in refused.stderr


def test_how_many_rows_a_linear_model_needs_is_counted_with_those_held_aside(files):
    pd.read_csv("days.csv", usecols=["day", "demand"]).head(30).to_csv("few.csv", index=False)
    refused = files("forecast", "few.csv", "--variant", "linear", "-o", "z.csv")
    assert "a series must have at least 35 rows for a linear model, but has 30" in refused.stderr
    pd.read_csv("days.csv", usecols=["day"]).to_csv("none.csv", index=False)
    assert "is forecast, but none holds numbers" in files("forecast", "none.csv", "-o", "z.csv").stderr


def test_counts_are_not_forecast_below_zero_which_is_said(files):
    table = pd.read_csv("days.csv", usecols=["day", "demand"])
    table.assign(demand=np.random.default_rng(0).poisson(0.5, 200)).to_csv("counts.csv", index=False)
    found = files("forecast", "counts.csv", "--variant", "linear", "--horizon", 3, "-o", "z.csv")
    assert (pd.read_csv("z.csv")["lower"] == 0).all()
    *_, said, _ = found.stdout.splitlines()
    assert said == "nothing forecast is below 0, as no value of 'demand' was"


def test_a_week_ahead_with_a_picture_and_a_model(files):
    outputs = ["-o", "week.csv", "--plot", "week.png", "--save", "days.tabgan"]
    result = files("forecast", "days.csv", "--target", "demand", "--factors", "heat", "--horizon", 7, *outputs, *QUICK)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""  # no progress unless on a terminal
    week = pd.read_csv("week.csv")
    assert week["day"].tolist() == pd.date_range("2023-07-20", periods=7).strftime("%Y-%m-%d").tolist()
    assert ((week["lower"] < week["forecast"]) & (week["forecast"] < week["upper"])).all()
    *_, accuracy, last = result.stdout.splitlines()
    assert re.fullmatch(r"RMSE [\d.]+ \(a season before: .*\), MASE .*, from 30 rows held aside", accuracy)
    assert last == "intervals of coverage 0.9, forecast: week.csv"
    assert Path("week.png").stat().st_size > 2000
    loaded = tabgan.load("days.tabgan").forecast(7)
    np.testing.assert_allclose(loaded["upper"], week["upper"], rtol=1e-5)
    assert week["upper"].map(lambda value: len(f"{value:.12g}") <= len("123.456")).all()
    again = files("forecast", "days.csv", "--target", "demand", "-o", "week.csv", *QUICK)
    assert again.exit_code == 2
    assert "week.csv exists and is kept" in again.stderr


def test_what_a_forecasters_file_holds_is_shown(files):
    files("forecast", "days.csv", "--target", "2", "--factors", "3-", "-o", "a.csv", "--save", "a.tabgan", *QUICK)
    described = json.loads(files("info", "a.tabgan", "--json").stdout)
    assert (described["class"], described["n_samples"]) == ("DWTPCALSTMForecaster", 200)
    assert described["columns"]["factors"] == ["heat", "feast"]
    assert described["columns"]["time"] == "day"  # which nobody named
    shown = files("info", "a.tabgan").stdout
    assert "a.tabgan: DWTPCALSTMForecaster, format 3, seed 0" in shown
    assert "\n  time          day\n" in shown
    assert "\n  known_future  none\n" in shown
    assert "members" in shown
    refused = files("generate", "-n", 5, "-o", "rows.csv", "-m", "a.tabgan")
    assert refused.exit_code == 2
    assert "holds a DWTPCALSTMForecaster" in refused.stderr


def test_of_a_time_that_the_index_told_nothing_is_shown(files):
    table = pd.read_csv("days.csv", parse_dates=["day"], index_col="day")
    tabgan.DWTPCALSTMForecaster("linear").fit(table, "demand").save("i.tabgan")
    shown = files("info", "i.tabgan").stdout
    assert "target        demand\n\nparams" in shown
    assert "None" not in shown.partition("params")[0]


def test_json_and_what_is_known_in_advance(files):
    known = ["--factors", "heat,feast", "--known-future", "feast"]
    arguments = ["--target", "demand", *known, "--horizon", 3, "--coverage", 0.8, "-o", "three.csv", *QUICK]
    result = files("forecast", "ahead.csv", *arguments, "--json", "--seed", 4)
    found = json.loads(result.stdout)
    assert (found["target"], found["coverage"], found["seed"]) == ("demand", 0.8, 4)
    assert [row["day"] for row in found["forecast"]] == ["2023-07-17", "2023-07-18", "2023-07-19"]
    assert 0 < found["accuracy"][0]["rmse"] < 20
    refused = files("forecast", "ahead.csv", *arguments, "--horizon", 4, "--overwrite")
    assert "must be given for 4 steps ahead, but are for 3" in refused.stderr


def test_a_backtest_prints_a_table_and_draws(files):
    arguments = ["--target", "demand", "--factors", "heat", "--train", 150, "--models", "dwt-pca-lstm, yesterday"]
    result = files("backtest", "days.csv", *arguments, "--protocol", "both", "--plot", "test.png", *QUICK, *SUMMARY)
    assert result.exit_code == 0, result.output
    assert "leak-free: 150 rows learned, 50 forecast one step ahead" in result.stdout
    assert "paper: 150 rows learned" in result.stdout
    assert "the best network" in result.stdout
    assert [line.split()[0] for line in result.stdout.splitlines()[2:6]] == MODELS
    assert Path("test.png").stat().st_size > 2000
    assert Path("summary.md").read_text(encoding="utf-8").count("\n| dwt-pca-lstm |") == 2


def test_the_json_of_a_backtest(files):
    arguments = ["--target", "demand", "--train", 150, "--models", "dwt-pca-lstm,yesterday", "--json", *QUICK]
    found = json.loads(files("backtest", "days.csv", *arguments).stdout)
    assert set(found) == {"protocol", "train", "test", "models", "by_horizon", "verdict"}
    assert [model["model"] for model in found["models"]] == ["dwt-pca-lstm", "yesterday", "linear", "seasonal-naive"]
    assert [list(model)[:5] for model in found["models"]] == [["model", "mape", "pmape", "r", "evs"]] * 4
    both = json.loads(files("backtest", "days.csv", *arguments, "--protocol", "both").stdout)
    assert [both["models"][0][k] for k in ("mape", "r")] == [found["models"][0][k] for k in ("mape", "r")]
    assert both["paper"][0]["mape"] != found["models"][0]["mape"]
    assert both["paper"][1]["mape"] == found["models"][1]["mape"]


def test_gaps_can_be_filled_and_rows_are_sorted_with_a_notice(files):
    arguments = ["--target", "demand", "--train", 150, "--models", "yesterday"]
    assert files("backtest", "gaps.csv", *arguments, "--fill").exit_code == 0
    sorted_rows = files("backtest", "backwards.csv", *arguments)
    assert sorted_rows.stderr == "Warning: rows are not in the order of time; they were sorted\n"
    in_order = files("backtest", "days.csv", *arguments)
    assert sorted_rows.stdout.splitlines()[2].split()[:-1] == in_order.stdout.splitlines()[2].split()[:-1]


@pytest.fixture
def pumps(tabgan_command):
    """pumps.csv: the flows of two pumps every 15 minutes for nine days, higher by day."""
    stamps = pd.date_range("2024-05-01", periods=900, freq="15min")
    rng = np.random.default_rng(0)
    tables = []
    for pump, level in (("a", 10), ("b", 1_000)):
        flow = level * (1 + 0.3 * np.sin(2 * np.pi * np.arange(900) / 96) + rng.normal(0, 0.02, 900))
        tables.append(pd.DataFrame({"stamp": stamps, "made": "2020-01-01", "pump": pump, "flow": flow.round(3)}))
    pd.concat(tables).sort_values("stamp", kind="stable").to_csv("pumps.csv", index=False)
    return tabgan_command


def test_two_pumps_every_15_minutes_are_forecast(pumps):
    asked = ["--target", "flow", "--time", "stamp", "--entity", "pump", "--variant", "linear", "--horizon", 96]
    result = pumps(
        "forecast", "pumps.csv", *asked, "--coverage", 0.8, "-o", "flow.csv", "--plot", "flow.png", "--save", "m"
    )
    assert result.exit_code == 0, result.output
    table = pd.read_csv("flow.csv")
    assert table.columns.tolist() == ["pump", "stamp", "forecast", "lower", "upper"]
    assert table["stamp"][0] == "2024-05-10 09:00:00"  # as the table has them
    assert table.groupby("pump").size().tolist() == [96, 96]
    b = table[table["pump"] == "b"]["forecast"]
    assert b.max() == pytest.approx(1_300, rel=0.03)
    lines = result.stdout.splitlines()
    assert [line[:8] for line in lines if "held aside" in line] == ["a: RMSE ", "b: RMSE "]
    assert "entity pump" in " ".join(pumps("info", "m").stdout.split())


def test_two_pumps_are_backtested_a_day_ahead(pumps):
    asked = ["--target", "flow", "--date", "stamp", "--entity", "pump", "--train", 400, "--horizon", 24]
    models = ["--models", "last-value"]
    result = pumps("backtest", "pumps.csv", *asked, *models, "--plot", "a.png", "--horizon-plot", "b.png")
    assert result.exit_code == 0, result.output
    for part in ("1 to 24 steps ahead", "by entity (above are the means):", "by steps ahead:", "in80", "pinball"):
        assert part in result.stdout
    assert Path("b.png").stat().st_size > 2000
    found = json.loads(pumps("backtest", "pumps.csv", *asked, *models, "--json").stdout)
    assert len(found["by_horizon"]) == 3 * 24
    assert {row["pump"] for row in found["by_entity"]} == {"a", "b"}


def test_two_names_of_the_time_that_differ_are_refused(pumps):
    asked = [
        "--target",
        "flow",
        "--entity",
        "pump",
        "--variant",
        "linear",
        "-o",
        "flow.csv",
        "--date",
        "stamp",
        "--time",
    ]
    assert pumps("forecast", "pumps.csv", *asked, "stamp").exit_code == 0
    refused = pumps("forecast", "pumps.csv", *asked, "made", "--overwrite")
    assert refused.exit_code == 2
    assert "--time and --date are two names of one thing, but are 'made' and 'stamp'; give one" in refused.stderr


CASES = {
    "forecast days.csv --target demand --horizon 0": "horizon must be a whole number of at least 1, but is 0",
    "forecast days.csv --target demnd": "--target names a column 'demnd' that is not in the table",
    "forecast days.csv --target 2-3": "one column is wanted, but 2-3 are 2",
    "forecast days.csv --target demand --factors demand": "the target cannot be a factor of itself",
    "forecast days.csv --target demand --factors cold": "--factors names a column 'cold' that is not in the table",
    "forecast days.csv --target demand --known-future feast": "known in advance must be a factor, but 'feast' is none",
    "forecast gaps.csv --target demand": "3 missing (2023-01-04, 2023-01-05, 2023-02-20); mend them, or interpolate",
    "forecast twice.csv --target demand": "there are 2 repeated (2023-07-18, 2023-07-19)",
    "forecast short.csv --target demand": "a series must have at least 99 rows for windows of 64, but has 60",
    "forecast constant.csv --target demand": "the target must vary, but all 200 values of 'demand' are 5",
    "forecast holes.csv --target demand --factors heat": "column 'heat' has 1, the first on 2023-01-10; mend them, or",
    "forecast undated.csv --target demand": "a series needs a column of dates",
    "forecast days.csv --target demand --date heat": "must hold dates",
    "forecast days.csv --target demand --factors day --date day": "must hold numbers, but column 'day' does not",
    "forecast days.csv --target demand --coverage 1": "1.0 is not in the range 0<x<1",
    "forecast days.csv --target demand --coverage 0.99 --epochs 1 --members 1": "need at least 99 errors on days held",
    "forecast days.csv --target demand --epochs 0": "epochs must be a whole number of at least 1, but is 0",
    "forecast days.csv --target demand --seed -1": "a seed must be a whole number",
    "forecast days.csv --target demand --plot new.csv": "one of .png .svg .pdf",
    "forecast days.csv --target demand --variant lstn": "there is no variant 'lstn'; did you mean 'lstm'",
    "forecast days.csv --target demand --entity pumb": "--entity names a column 'pumb' that is not in the table",
    "forecast days.csv --target demand --step often": "--step must be a step of time such as 10min, h, D",
    "backtest days.csv --target demand --train 150 --horizon 0": "horizon must be a whole number of at least 1",
    "forecast none.csv --target demand": "cannot read none.csv",
    "backtest days.csv --target demand --train 200": "train must leave rows to score, so be from 2 to 198 of 200",
    "backtest days.csv --target demand --train 70": "must have at least 84 rows for windows of 64, but has 70",
    "backtest days.csv --target demand --train 150 --models lstn": "there is no model 'lstn'; did you mean 'lstm'",
    "backtest days.csv --target demand --train 150 --protocol none": "'none' is not one of",
    "backtest days.csv --target demand": "Missing option '--train'",
}


@pytest.mark.parametrize("command", CASES)
def test_a_mistake_is_one_clear_line(files, command):
    before = sorted(Path().iterdir())
    result = files(*command.split(), *(["-o", "new.csv"] if command.startswith("forecast") else []))
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert CASES[command] in result.stderr.splitlines()[-1]
    assert sorted(Path().iterdir()) == before
