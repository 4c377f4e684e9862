"""The examples run, with few iterations, and the tables in data/ are what is said of them."""

from __future__ import annotations

import hashlib
import re
import runpy
import sys
from importlib.resources import files
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits

from tabgan.preprocessing.outliers import ThreeSigmaSmoother

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.filterwarnings("ignore:rows come closer")  # so few iterations, and 37 rows to judge by
def test_the_table_example_runs(quick, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["01_table.py", "--iterations", "20"])
    runpy.run_path(str(ROOT / "examples" / "01_table.py"), run_name="__main__")
    shown = capsys.readouterr().out
    assert "the saved model gives the same rows: True" in shown
    assert "another seed gives others: True" in shown


def test_the_rows_of_any_tool_are_judged(quick, capsys):
    runpy.run_path(str(ROOT / "examples" / "03_evaluate_any_tool.py"), run_name="__main__")
    mixture, copies = capsys.readouterr().out.split("== copies")
    assert "Do not hand these rows out" not in mixture
    assert "Do not hand these rows out" in copies
    for name in ("mixture.html", "copies.html"):
        assert Path(name).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_bearing_vibration_is_learned_and_helps_or_not(quick, monkeypatch, capsys):
    folder = ROOT / "examples" / "06_bearing_vibration"
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "argv", ["vibration.py", "--steps", "6000", "--more", "2", "--seeds", "1"])
    runpy.run_path(str(folder / "vibration.py"), run_name="__main__")
    assert "ball: " in capsys.readouterr().out
    scores = pd.read_csv("vibration/scores.csv", index_col="learned")
    assert list(scores.index) == ["real only", "with shifts", "with generated"]
    assert scores["accuracy"].between(0.25, 1).all()
    assert Path("vibration/windows.png").exists()
    assert Path("vibration/model.tabgan").exists()


@pytest.fixture
def draw_digits(quick, monkeypatch, capsys):
    """Run the example of the digits with small networks, and return what it prints."""
    folder = ROOT / "examples" / "05_digits"
    monkeypatch.syspath_prepend(str(folder))

    def run(*arguments: object) -> str:
        small = ("--iterations", 4, "--every", 2, "--widths", 16, "--head", 8)
        monkeypatch.setattr(sys, "argv", ["digits.py", *map(str, (*small, *arguments))])
        runpy.run_path(str(folder / "digits.py"), run_name="__main__")
        return capsys.readouterr().out

    return run


def test_digits_are_drawn_in_stages_that_go_on_from_disk(draw_digits):
    shown = draw_digits("--objectives", "gan", "wgan-gp")
    assert re.search(r"the judge knows 9\d\.\d% of 599 unseen", shown)
    scores = pd.read_csv("digits/scores.csv", index_col="digits")
    assert list(scores.index) == ["real, unseen", "gan", "wgan-gp"]
    np.testing.assert_allclose(scores[list("0123456789")].sum(axis=1), 1, atol=0.01)
    assert scores.loc["real, unseen", "classes of 10"] > 9.9
    grids = [Path("digits", f"{name}.png") for name in ("gan-2", "gan-4", "wgan-gp-2", "wgan-gp-4", "real")]
    assert {plt.imread(grid).shape for grid in grids} == {(272, 272, 4)}
    before = Path("digits/gan.tabgan").read_bytes()
    draw_digits("--objectives", "gan")  # all is done, and nothing changes
    assert Path("digits/gan.tabgan").read_bytes() == before


def test_digits_of_another_size_come_from_a_file(draw_digits):
    digits = load_digits()
    images = np.pad(digits.images[:300].astype(int), ((0, 0), (2, 2), (2, 2))).reshape(300, 144)
    pd.DataFrame(images).assign(label=digits.target[:300])[["label", *range(144)]].to_csv("train.csv", index=False)
    draw_digits("--objectives", "wgan", "--csv", "train.csv", "--cols", "2-145", "--iterations", 2)
    assert plt.imread("digits/wgan-2.png").shape == (8 * 26, 8 * 26, 4)


def test_water_demand_is_forecast(quick, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["04_water_demand.py", "--epochs", "2", "--members", "1"])
    runpy.run_path(str(ROOT / "examples" / "04_water_demand.py"), run_name="__main__")
    honest, leaking = capsys.readouterr().out.split("one day ahead, ")[1:]
    mape = re.compile(r"(\S+) +([\d.]+)")
    scores = [dict(mape.findall(part[part.index("mape") :])) for part in (honest, leaking)]
    assert scores[0]["yesterday"] == scores[1]["yesterday"]
    assert scores[0]["dwt-pca-svm"] != scores[1]["dwt-pca-svm"]
    week = pd.read_csv("forecast.csv", parse_dates=["date"])
    assert week["date"].tolist() == pd.date_range("2020-07-18", periods=7).tolist()
    assert (week["lower"] < week["forecast"]).all()
    assert (week["forecast"] < week["upper"]).all()
    assert Path("forecast.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("breast_cancer", (569, 10)),
        ("simulated_water_demand", (1660, 11)),
        ("simulated_hourly_demand", (2880, 5)),
    ],
)
def test_the_tables_in_data_are_what_their_scripts_write(tmp_path, monkeypatch, name, shape):
    monkeypatch.setattr(sys, "argv", [f"make_{name}.py", str(tmp_path / "again.csv")])
    runpy.run_path(str(ROOT / "data" / f"make_{name}.py"), run_name="__main__")
    written = (tmp_path / "again.csv").read_bytes()
    assert written == (ROOT / "data" / f"{name}.csv").read_bytes()
    checksum = hashlib.sha256(written).hexdigest()
    assert checksum in (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert pd.read_csv(tmp_path / "again.csv").shape == shape


def test_the_table_that_comes_along_is_that_in_data():
    assert (
        files("tabgan").joinpath("demo", "breast_cancer.csv").read_bytes()
        == (ROOT / "data/breast_cancer.csv").read_bytes()
    )


def test_the_simulated_water_demand_is_as_described():
    table = pd.read_csv(ROOT / "data" / "simulated_water_demand.csv", parse_dates=["date"])
    assert (table["date"].diff().dropna() == pd.Timedelta("1D")).all()
    assert not table.isna().any(axis=None)
    demand, day = table["demand"], table["date"].dt
    assert demand[day.year == 2019].mean() > demand[day.year == 2016].mean() + 3  # it grows
    assert demand[day.day_of_week == 6].mean() < demand[day.day_of_week == 0].mean() - 2
    assert demand[day.month == 7].mean() > demand[day.month == 1].mean() + 3
    assert demand[table["holiday"] == 1].mean() < demand.mean() - 1
    factors = table.drop(columns=["date", "demand", "holiday"])
    assert (np.linalg.eigvalsh(factors.corr())[-3:].sum()) > 0.8 * factors.shape[1]  # three components hold most
    assert len(ThreeSigmaSmoother().fit(table[["demand"]]).changed_) >= 10  # bursts


def test_the_simulated_hours_are_as_described():
    simulate = runpy.run_path(str(ROOT / "data" / "make_simulated_hourly_demand.py"))["simulate"]
    table, fewer = simulate(730), simulate(120)
    pd.testing.assert_frame_equal(table.head(len(fewer)), fewer)  # more days begin as fewer do
    time = pd.to_datetime(table["time"])
    assert (time.diff().dropna() == pd.Timedelta("1h")).all()
    hour, is_free = time.dt.hour, (time.dt.day_of_week >= 5) | (table["holiday"] == 1)
    homes, offices = table["homes"], table["offices"]
    assert homes[~is_free].groupby(hour).mean().idxmax() == 7
    assert homes[is_free].groupby(hour).mean().idxmax() in (9, 10)
    assert offices[is_free].mean() < 0.6 * offices[~is_free].mean()
    assert np.allclose((table[["homes", "offices"]] / 0.05).round() * 0.05, table[["homes", "offices"]])
    warmth = table["temperature"].groupby(time.dt.month).mean()
    assert warmth[7] > warmth[1] + 12


@pytest.fixture
def augment(small_chain):
    return runpy.run_path(str(ROOT / "examples" / "07_forecast_augmentation" / "augment.py"))


def test_generated_series_are_learned_beside_the_real_one(augment, monkeypatch, capsys):
    options = ["--days=20,30", "--seeds=2", "--iterations=2", "--times=1"]
    monkeypatch.setattr(sys, "argv", ["augment.py", *options])
    augment["main"]()
    numbers = r"(trees|ridge) +(20|30) +([\d.]+) +([\d.]+) +([+-][\d.]+) \(.* to .*\)"
    line = re.compile(numbers + " +(helps|harms|cannot tell)")
    found = [line.fullmatch(text) for text in capsys.readouterr().out.splitlines()[1:]]
    assert [match.groups()[:2] for match in found] == [(m, d) for d in ("20", "30") for m in ("trees", "ridge")]
    for match in found:
        assert float(match[4]) - float(match[3]) == pytest.approx(float(match[5]), abs=0.011)


def test_the_interval_is_as_wide_as_weeks_and_seeds_vary(augment):
    rng = np.random.default_rng(0)
    errors = np.zeros((1, 2, 7 * 100))
    errors[0, 1] = 0.5 + np.repeat(rng.normal(size=100), 7)  # a week's days agree, so there are 100 and not 700
    low, high = augment["interval"](errors)
    assert low < errors[:, 1].mean() < high
    assert (high - low) / (2 * 1.96) == pytest.approx(0.1, rel=0.2)
    assert augment["interval"](np.zeros((3, 2, 70))) == (0.0, 0.0)


def test_a_row_of_the_forecaster_sees_no_more_than_the_days_before(augment):
    hours = pd.Series(1 + np.arange(24.0 * 30), pd.date_range("2021-01-01", periods=24 * 30, freq="h"))
    X, y, last = augment["make_rows"](hours)
    changed = hours.copy()
    changed.iloc[-24:] *= 3
    after, y_after, last_after = augment["make_rows"](changed)
    np.testing.assert_array_equal(X, after)
    np.testing.assert_array_equal(last, last_after)
    days = hours.resample("D").mean().to_numpy()
    np.testing.assert_allclose(last * np.exp(y), days[14:])
    assert y_after[-1] == pytest.approx(y[-1] + np.log(3))


@pytest.fixture
def bearing_faults(quick, monkeypatch):
    folder = ROOT / "examples" / "08_bearing_faults"
    monkeypatch.syspath_prepend(str(folder))
    return lambda script: runpy.run_path(str(folder / script), run_name="__main__")


@pytest.mark.parametrize("is_simulated", [True, False])
def test_rows_are_added_to_few_bearing_faults_and_judged_by_others(bearing_faults, monkeypatch, capsys, is_simulated):
    options = ["--folds=2", "--repeats=1", "--iterations=2"]
    options += ["--faults=5", "--normal=10"] if is_simulated else ["--faults=12", "--normal=20"]
    if not is_simulated:
        faults = bearing_faults("faults.py")
        faults["simulate"](dict.fromkeys(["normal", "ball_07", "outer_21"], 25), 0).to_csv("own.csv", index=False)
        options += ["--data=own.csv", "--amount=20"]
    monkeypatch.setattr(sys, "argv", ["run.py", *options])
    bearing_faults("run.py")
    shown = capsys.readouterr().out
    assert re.search(r"verdict: (helps|harms|cannot tell); rows added: [1-9]", shown)
    assert f"{1000 if is_simulated else 31} rows that were never seen: " in shown
    assert re.search(r"generated rows: \S+ +\.?\d.* to [+-]", shown)


def test_features_of_bearing_faults_are_louder_the_larger_the_fault(bearing_faults):
    faults = bearing_faults("faults.py")
    table = faults["simulate"](dict.fromkeys(faults["CLASSES"], 30), 0)
    assert table.shape == (300, 10)
    pd.testing.assert_frame_equal(table, faults["simulate"](dict.fromkeys(faults["CLASSES"], 30), 0))
    np.testing.assert_allclose(table["crest"], table["max"] / table["rms"], rtol=1e-3)
    loudness = table.groupby("fault")["rms"].mean()
    for place in ("ball", "inner", "outer"):
        assert loudness["normal"] < loudness[f"{place}_07"] < loudness[f"{place}_14"] < loudness[f"{place}_21"]
