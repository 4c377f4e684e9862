"""Periods of pandas are dates, intervals of pd.cut and pd.qcut labels, and both come back as they were."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import tabgan
from tabgan import InputError, WGANGPSynthesizer
from tabgan.errors import BundleError
from tabgan.evaluation.evaluate import evaluate
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.schema import Schema
from tabgan.tables.formats import read_table, write_table

N = 120


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    age = rng.integers(18, 90, N)

    def draw(freq: str, start: str = "2020-01-06") -> pd.PeriodIndex:
        return pd.PeriodIndex(rng.choice(pd.period_range(start, periods=30, freq=freq), N), freq=freq)

    hours = pd.to_timedelta(rng.integers(0, 3000, N), "h")
    frame = pd.DataFrame({"age": age, "band": pd.cut(age, [0, 30, 50, 65, 100]), "third": pd.qcut(age / 7, 3)})
    frame["left"] = pd.cut(age, 4, right=False)
    frame["unordered"] = frame["band"].cat.as_unordered()
    frame["when"] = pd.cut(pd.Series(pd.Timestamp("2020-01-01", tz="Europe/Berlin") + hours), 4)
    frame["plain"] = frame["third"].astype(pd.IntervalDtype("float64", "right"))
    frame = frame.assign(month=draw("M"), quarter=draw("Q"), week=draw("W"), day=draw("D"), two=draw("2M"))
    gappy = {name: frame[name].where(frame.index != 3) for name in ("band", "plain", "month", "week")}
    return frame.assign(**gappy)


def test_they_come_back_from_the_matrix_and_from_json(table):
    schema = Schema.learn(table)
    assert [column.kind for column in schema] == ["integer", *["categorical"] * 6, *["datetime"] * 5]
    for one in (schema, Schema.from_dict(json.loads(json.dumps(schema.to_dict())))):
        pd.testing.assert_frame_equal(one.restore(one.to_matrix(table)), table)
    assert schema.columns[1].levels == ("(0, 30]", "(30, 50]", "(50, 65]", "(65, 100]")
    assert schema.columns[7].describe()["range"] == ["2020-01", "2022-06"]


def test_new_rows_have_the_same_dtypes_also_of_a_model_that_was_saved(table, tmp_path):
    table = table.drop(index=3)
    model = WGANGPSynthesizer(iterations=10, label="band", random_state=0, sieve=False).fit(table)
    model.save(tmp_path / "m.tabgan")
    conditions = {"band": pd.Interval(30, 50), "month": pd.Period("2020-03")}
    for one in (model, tabgan.load(tmp_path / "m.tabgan")):
        rows = one.sample(40)
        pd.testing.assert_series_equal(rows.dtypes, table.dtypes)
        met = one.sample(5, conditions=conditions)
        assert (met["band"] == conditions["band"]).all()
        assert (met["month"] == conditions["month"]).all()
        later = one.sample(5, conditions=["month>=2021-05", "band!=(30, 50]"])
        assert later["month"].min() >= pd.Period("2021-05")
        assert set(one.sample(8, balance="band")["band"]) == set(table["band"])
        with pytest.raises(InputError, match=r"band.* must have one of its 4 levels.*\(0, 30\], \(30, 50\]"):
            one.sample(5, conditions={"band": "(0, 99]"})
    scores = evaluate(table, table.sample(80, random_state=0)).scores
    assert scores["shape"].value > 0.8


def test_files_without_a_type_for_them_have_text(table, tmp_path):
    rows = table[["age", "band", "plain", "month"]].head(9)
    for name in ("a.csv", "a.xlsx", "a.parquet", "a.feather", "a.json", "a.mat"):
        write_table(rows, tmp_path / name)
        found = read_table(tmp_path / name)
        for column in rows.columns[1:]:
            there = rows[column].dropna()
            assert found[column].dropna().index.equals(there.index), name
            assert found[column].dropna().astype(str).tolist() == there.astype(str).tolist(), name
    assert read_table(tmp_path / "a.parquet")["month"].dtype == "period[M]"
    assert read_table(tmp_path / "a.parquet")["band"].cat.ordered


def test_a_series_of_months_is_forecast_in_months():
    months = pd.period_range("2016-01", periods=60, freq="M")
    frame = pd.DataFrame({"month": months, "y": np.arange(60) % 12 + np.random.default_rng(0).random(60)})
    model = DWTPCALSTMForecaster("linear", calibration=0.2).fit(frame, "y")
    ahead = model.forecast(2, 0.8)
    assert model.spell_out(ahead, stamps=True)["month"].tolist() == [pd.Period("2021-01"), pd.Period("2021-02")]
    assert model.spell_out(ahead)["month"].tolist() == ["2021-01", "2021-02"]


def test_what_cannot_be_said_of_them_is_refused(table):
    far = pd.DataFrame({"year": pd.PeriodIndex.from_ordinals(np.arange(300_000, 300_030), freq="Y")})
    with pytest.raises(InputError, match=r"where dates of pandas can lie, but .* goes from 301970 to 301999"):
        Schema.learn(far)
    parts = (table[i : i + 40] for i in range(0, N, 40))
    with pytest.raises(InputError, match="part 1 of the iterator does in column 'band'; give all rows as one"):
        WGANGPSynthesizer().fit(parts)
    state = Schema.learn(table).to_dict()
    state["columns"][1]["categories"] = ("(0, 30]", "from 30 on")
    with pytest.raises(BundleError, match="the dtype of column 'band' is none that is known"):
        Schema.from_dict(state)
