"""fit --series, generate --length and info on a model of time series, as they are typed."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabgan import TimeSeriesSynthesizer, load
from tabgan.errors import TabganWarning

pytestmark = pytest.mark.usefixtures("small_chain")

ROLES = {"time": "stamp", "entity": "pump", "static": ("model",), "known_future": ("holiday",), "label": "fault"}
QUICK = ["--context", 25, "--iterations", 5, "--no-sieve", "--hidden", "16,16", "--seed", 0]


def make_pumps() -> pd.DataFrame:
    """Two pumps, hour by hour; the first with a gap of a day."""
    rng, parts = np.random.default_rng(0), []
    for pump, n in (("a", 400), ("b", 300)):
        wave = np.sin(np.arange(n) / 4)
        stamp = pd.date_range("2026-01-05", periods=n, freq="h")
        parts.append(
            pd.DataFrame(
                {
                    "stamp": stamp.strftime("%Y-%m-%d %H:%M"),
                    "pump": pump,
                    "model": {"a": "big", "b": "small"}[pump],
                    "flow": (wave + 0.1 * rng.normal(size=n)).round(2),
                    "level": (np.cumsum(rng.normal(size=n)) / 5).round(2),
                    "holiday": stamp.day_of_week >= 5,
                    "fault": np.where(np.arange(n) // 40 % 3 == 2, "leak", "ok"),
                }
            )
        )
    return pd.concat([parts[0].drop(index=range(200, 224)), parts[1]])


@pytest.fixture(scope="module")
def pumps() -> pd.DataFrame:
    return make_pumps()


@pytest.fixture(scope="module")
def pump_model(pumps, small_chain) -> TimeSeriesSynthesizer:
    return learn(pumps, **ROLES, context=25)


def learn(series: object, **settings: object) -> TimeSeriesSynthesizer:
    """Fit quickly, and say nothing of what five iterations do not learn."""
    quick = {"iterations": 5, "sieve": False, "hidden": (16, 16), "random_state": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)
        return TimeSeriesSynthesizer(**quick, **settings).fit(series)


@pytest.fixture
def plant(tabgan_command, pumps, pump_model):
    """A folder with the pumps, one of them, what is known of the time after, and a model that barely learned them."""
    pumps.to_csv("pumps.csv", index=False)
    one = pumps[pumps["pump"] == "a"]
    one.to_csv("one.csv", index=False)
    after = pd.date_range(pd.Timestamp(one["stamp"].iloc[-1]) + pd.Timedelta("1h"), periods=30, freq="h")
    pd.DataFrame({"stamp": after, "holiday": after.day_of_week >= 5}).to_csv("plan.csv", index=False)
    pump_model.save("model.tabgan")
    return tabgan_command


def succeed(command, *arguments: object) -> str:
    result = command(*arguments)
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def test_fit_is_the_librarys_and_says_what_it_learned(plant, pumps):
    roles = ["--time", "stamp", "--entity", 2, "--static", "model", "--known-future", "holiday", "--label", "fault"]
    shown = succeed(plant, "fit", "pumps.csv", "--series", *roles, *QUICK, "-o", "new.tabgan")
    model = load("new.tabgan")
    made = model.series_generator_
    same = learn(pumps, **ROLES, context=25)
    pd.testing.assert_frame_equal(model.sample(3), same.sample(3))
    lines = shown.splitlines()
    assert lines[0].startswith("learned 676 rows in ")
    assert "entity: pump" in lines
    assert "channels: flow,level" in lines
    assert "2 series, 3 stretches without gaps, 676 steps, the longest 300" in lines
    assert "step: h; seasons in steps: day (24), week (168); a step is given the 25 before it" in lines
    assert f"with an AUC of {made.auc:.2f} ({made.linear_auc:.2f} for the linear chain)" in shown
    assert "the network added nothing" not in shown  # which a warning says
    assert "it holds the series that were learned" in shown
    assert lines[-1] == "next:  tabgan generate -n 500 --length 24 -o synth.csv -m new.tabgan"
    assert not Path("new.tabgan.ckpt").exists()


def test_fit_says_the_same_to_machines(plant):
    options = ["--series", "--time", "stamp", "--cols", "1,4-5", *QUICK, "-o", "new.tabgan", "--json"]
    account = json.loads(succeed(plant, "fit", "one.csv", *options, "--calendar", "24,12", "--plot", "loss.svg"))
    assert account["series"]["channels"] == ["flow", "level"]
    assert account["series"]["seasons"] == {"day": 24.0, "12": 12.0}
    assert (account["series"]["stretches"], account["series"]["entity"]) == (2, None)
    assert account["iterations"] == account["best_iteration"] == 5
    assert 0 <= account["linear_auc"] <= 1
    assert account["settings"]["hidden"] == [16, 16]
    assert "tails" not in account["settings"]
    assert Path("loss.svg").exists()


def test_a_dry_run_says_roles_stretches_step_and_context_and_writes_nothing(plant):
    before = sorted(Path().iterdir())
    shown = succeed(plant, "fit", "pumps.csv", "--series", "--entity", "pump", "--static", "model", "--dry-run")
    assert "time: stamp" in shown  # in order within each pump
    assert "static: model" in shown
    assert "2 series, 3 stretches" in shown
    assert re.search(r"iterations +3000\n", shown)
    assert "given the 73 before it" in shown
    found = json.loads(succeed(plant, "fit", "one.csv", "--series", "--time", 1, "--dry-run", "--json"))
    assert found["series"]["context"] == 73
    assert sorted(Path().iterdir()) == before


def test_a_series_goes_on_from_its_checkpoint(plant):
    options = ["one.csv", "--series", "--time", "stamp", "--cols", "1,4-5", *QUICK, "--resume", "-o", "twice.tabgan"]
    succeed(plant, "fit", *options)
    succeed(plant, "fit", *options, "--iterations", 10)
    assert len(load("twice.tabgan").history_) == 10


def test_a_table_with_dates_in_order_is_told_of_series(plant, pumps):
    quick = ["--iterations", 5, "--no-sieve", "-o", "rows.tabgan", "--overwrite"]
    shown = plant("fit", "one.csv", "--cols", "1,4-5", *quick)
    assert shown.exit_code == 0
    assert shown.stderr.splitlines() == [
        "the dates in 'stamp' are in order: --series --time stamp learns a time series; here, rows are learned one by "
        "one"
    ]
    assert plant("fit", "one.csv", "--cols", "1,4-5", *quick, "--quiet").stderr == ""
    assert "--series" not in plant("fit", "pumps.csv", "--cols", "1,4-5", *quick).stderr  # pump after pump


def test_a_length_and_a_number_are_windows(plant, pump_model):
    shown = succeed(plant, "generate", "-n", 7, "--length", 12, "-o", "windows.csv")
    assert shown.startswith("7 windows x 12 steps x 7 columns in ")
    rows = pd.read_csv("windows.csv")
    assert list(rows["series"]) == [i for i in range(1, 8) for _ in range(12)]
    made = pump_model.sample(7, 12)
    pd.testing.assert_frame_equal(rows[["flow", "level"]], made[["flow", "level"]].reset_index(drop=True))


def test_a_length_alone_is_a_series_and_with_a_start_there_are_several(plant, pump_model):
    succeed(plant, "generate", "--length", 50, "-o", "long.tsv", "--quiet")
    rows = pd.read_csv("long.tsv", sep="\t")
    assert list(rows.columns) == list(pump_model.schema_.names)
    assert len(rows) == 50
    asked = ["--start", "2027-01-01", "--label", "leak", "--static", "model=small", "--length", 30, "-n", 2]
    account = json.loads(succeed(plant, "generate", *asked, "-o", "two.xlsx", "--json", "--seed", 5))
    about = {name: account[name] for name in ("rows", "kind", "n", "length", "seed")}
    assert about == {"rows": 60, "kind": "series", "n": 2, "length": 30, "seed": 5}
    assert account["columns"] == ["series", *pump_model.schema_.names]
    rows = pd.read_excel("two.xlsx")
    assert list(rows["stamp"][:2]) == [pd.Timestamp("2027-01-01 00:00"), pd.Timestamp("2027-01-01 01:00")]
    assert set(rows["fault"]) == {"leak"}
    assert set(rows["model"]) == {"small"}


def test_what_is_known_says_when_a_series_begins(plant):
    succeed(plant, "generate", "--length", 20, "--known-future", "plan.csv", "-o", "year.csv")
    rows, plan = pd.read_csv("year.csv"), pd.read_csv("plan.csv")
    assert list(pd.to_datetime(rows["stamp"])) == list(pd.to_datetime(plan["stamp"][:20]))
    assert list(rows["holiday"]) == list(plan["holiday"][:20])


def test_scenarios_go_on_after_the_last_row(plant, pumps):
    options = ["--continue-from", "one.csv", "--known-future", "plan.csv", "--length", 10]
    shown = succeed(plant, "generate", *options, "-n", 3, "-o", "next.csv", "--cols", "stamp,flow")
    assert shown.startswith("3 scenarios x 10 steps x 2 columns")
    rows = pd.read_csv("next.csv")
    assert list(rows.columns) == ["series", "stamp", "flow"]
    last = pd.Timestamp(pumps.loc[pumps["pump"] == "a", "stamp"].iloc[-1])
    assert set(pd.to_datetime(rows.groupby("series")["stamp"].first())) == {last + pd.Timedelta("1h")}


def test_arrays_are_written_as_tables(tabgan_command):
    waves = np.random.default_rng(0).normal(size=(3, 120, 2)).cumsum(1)
    learn(waves).save("model.tabgan")
    succeed(tabgan_command, "generate", "-n", 2, "--length", 5, "-o", "windows.csv")
    rows = pd.read_csv("windows.csv")
    assert list(rows.columns) == ["series", "1", "2"]
    assert list(rows["series"]) == [1] * 5 + [2] * 5


def test_scenarios_go_on_after_a_table_without_names(tabgan_command):
    waves = np.random.default_rng(0).normal(size=(300, 2)).cumsum(0)
    np.savetxt("waves.csv", waves, delimiter=",")
    learn(waves).save("model.tabgan")
    succeed(tabgan_command, "generate", "--continue-from", "waves.csv", "--no-header", "--length", 5, "-o", "next.csv")
    assert pd.read_csv("next.csv", header=None).shape == (5, 2)


def test_info_has_roles_clock_and_how_well_it_learned(plant, pump_model):
    shown = succeed(plant, "info")
    assert "TimeSeriesSynthesizer" in shown
    for line in ("time: stamp", "static: model", "known_future: holiday", "label: fault", "channels: flow,level"):
        assert line in shown.splitlines()
    assert "constraints" not in shown
    summary = json.loads(succeed(plant, "info", "--json"))
    assert summary["linear_auc"] == pump_model.series_generator_.linear_auc
    assert summary["training"]["iterations"] == 5
    assert summary["series"]["step"] == "h"
    assert summary["series"]["context"] == 25


CASES = {
    "generate -n 5 -o x.csv": "a model of time series needs --length 24: how many steps each has",
    "generate -o x.csv": "Missing option '-n'",
    "generate --length 0 -o x.csv": "--length must be a whole number of at least 1, but is 0",
    "generate --length 5 --start 2027-01-01T00:30 -o x.csv": "--start is between two steps: stamps must be whole steps",
    "generate --length 5 --start soon -o x.csv": "--start must be a stamp such as 2027-01-01 00:00, but is 'soon'",
    "generate --length 5000 -o x.csv": "holiday must be known for each step, but no learned stretch goes on for",
    "generate --length 31 --known-future plan.csv -o x.csv": "must cover all 31 steps, but lacks 1, the first at",
    "generate --length 5 --known-future none.csv -o x.csv": "cannot read none.csv",
    "generate --length 5 --continue-from one.csv -o x.csv": "holiday must be known for the 5 steps to come",
    "generate --length 5 --continue-from pumps.csv -o x.csv": "a series goes on from rows of one entity",
    "generate --length 5 --continue-from one.csv --label ok -o x.csv": "but --label is given; leave one out",
    "generate --length 5 --continue-from one.csv -o one.csv --overwrite": "one.csv is named twice",
    "generate --length 5 --label burst -o x.csv": "column 'fault' has the levels leak, ok, but 'burst' is asked for",
    "generate --length 5 --static model=huge -o x.csv": "column 'model' has the levels big, small, but 'huge'",
    "generate --length 5 --static flow=1 -o x.csv": "--static must name static columns, but 'flow' is none",
    "generate --length 5 --static model -o x.csv": "--static must be COLUMN=VALUE, but is 'model'",
    "generate --length 5 --where flow>1 -o x.csv": "--where is for rows of a table, but the model holds time series",
    "generate -n 5 --length 5 --balance -o x.csv": "--balance is for rows of a table",
    "generate -n 5 --length 5 -m rows.tabgan -o x.csv": "--length is for time series, but the model holds rows of a",
    "generate -n 5 --label ok -m rows.tabgan -o x.csv": "--label is for time series",
    "fit one.csv --time stamp -o x.tabgan": "--time is for time series; add --series, or leave it out",
    "fit one.csv --known-future holiday -o x.tabgan": "--known-future is for time series; add --series",
    "fit one.csv --series --tails observed -o x.tabgan": "--tails is for tables, and a time series has no such setting",
    "fit one.csv --series --constraint flow<level -o x.tabgan": "--constraint is for tables",
    "fit one.csv --series --no-calibrate -o x.tabgan": "--calibrate is for tables",
    "fit one.csv --series --time 1,2 -o x.tabgan": "hours must be numbers or times such as 14:00, but "
    "column 'pump' has 'a' in row 1",
    "fit one.csv --series --time when -o x.tabgan": "--time names a column 'when' that is not in the table",
    "fit one.csv --series --time 1 --cols 2-4 -o x.tabgan": "--time names column 'stamp', which is left out; keep it",
    "fit pumps.csv --series --time 1 -o x.tabgan": "column 'pump' tells 2 series apart: --entity pump takes "
    "each by itself",
    "fit one.csv --series --time 1 --gaps refuse -o x.tabgan": "falls into 2 stretches; fill them in, or learn the",
    "fit one.csv --series --time 1 --step 7min -o x.tabgan": "stamps must be whole steps of 7min after",
    "fit one.csv --series --time 1 --context 2 -o x.tabgan": "whole number from 3 to 10,000, but is 2",
    "fit one.csv --series --time 1 --calendar 1 -o x.tabgan": "--calendar must be numbers of at least 2, such as",
    "fit one.csv --series --time 1 --static holiday -o x.tabgan": "a static column must not change within a series",
}


@pytest.mark.parametrize("command", CASES)
def test_a_mistake_is_one_clear_line(plant, model, command):
    model.save("rows.tabgan")
    before = {path: path.read_bytes() for path in Path().iterdir()}
    result = plant(*command.split())
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    *rest, error = result.stderr.splitlines()
    assert error.startswith("Error: ")
    assert CASES[command] in error
    assert not rest or rest[0].startswith(("Usage: ", "Warning: "))
    assert {path: path.read_bytes() for path in Path().iterdir()} == before
