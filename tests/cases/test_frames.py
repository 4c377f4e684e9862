"""Any data frame is learned, judged and given back; a path is a table, too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import tabgan
from tabgan.errors import InputError
from tabgan.tables.formats import write_table
from tabgan.tables.split import split

RNG = np.random.default_rng(0)
N = 60
FRAME = pd.DataFrame(
    {
        "load": RNG.normal(5, 1, N).round(2),
        "class": pd.Categorical(RNG.choice(["a", "b"], N)),
        "day": pd.date_range("2024-01-01", periods=N).astype("M8[s]"),
    }
)
TABLE = pa.table(FRAME).replace_schema_metadata()


@pytest.fixture(scope="module")
def fitted():
    return tabgan.WGANGPSynthesizer(iterations=20, random_state=0, label="class").fit(TABLE)


def test_arrow_in_arrow_out_also_in_blocks_and_from_a_file(fitted, tmp_path):
    rows = fitted.sample(20)
    assert isinstance(rows, pa.Table)
    assert rows.schema == TABLE.schema
    assert all(isinstance(block, pa.Table) for block in fitted.iter_samples(5))
    fitted.save(tmp_path / "model.tabgan")
    again = tabgan.load(tmp_path / "model.tabgan").sample(20)
    assert again.equals(rows)


def test_the_rows_are_those_that_a_frame_of_pandas_gives(fitted):
    plain = tabgan.WGANGPSynthesizer(iterations=20, random_state=0, label="class").fit(FRAME)
    pd.testing.assert_frame_equal(
        plain.sample(20), fitted.sample(20).to_pandas(), check_categorical=False, check_dtype=False
    )


def test_known_rows_are_of_any_kind(fitted):
    known = pa.table({"class": ["a", "b", "a"]})
    assert fitted.sample(known=known)["class"].to_pylist() == ["a", "b", "a"]
    assert fitted.sample(known={"class": ["b"]})["class"].to_pylist() == ["b"]


def test_polars_in_polars_out():
    polars = pytest.importorskip("polars")
    frame = polars.from_pandas(FRAME)
    model = tabgan.WGANGPSynthesizer(iterations=20, random_state=0)
    labels = frame["class"].cast(polars.String)
    rows = model.fit(frame.drop("class"), labels).sample(10)
    assert rows.schema["day"] == frame.schema["day"]
    assert rows.columns == ["load", "day", "class"]
    train, test = split(frame, 20)
    assert (train.height, test.height, train.schema) == (40, 20, frame.schema)


def test_a_path_is_a_table(tmp_path):
    write_table(FRAME, tmp_path / "data.csv")
    model = tabgan.WGANGPSynthesizer(iterations=20, random_state=0).fit(str(tmp_path / "data.csv"))
    rows = model.sample(10)
    assert isinstance(rows, pd.DataFrame)
    assert list(rows) == list(FRAME)
    with pytest.raises(InputError, match=r"cannot read .*none\.csv"):
        model.fit(tmp_path / "none.csv")


def test_tables_of_any_kind_are_compared(tmp_path):
    write_table(FRAME, tmp_path / "data.csv")
    rows = FRAME.assign(day=FRAME["day"].astype(str), **{"class": FRAME["class"].astype(str)})
    scores = [
        tabgan.evaluate(real, synthetic, only=["marginals"]).scores["shape"].value
        for real, synthetic in (
            (rows, rows),
            (pa.table(rows), rows.to_dict("list")),
            (tmp_path / "data.csv", rows.to_dict("records")),
        )
    ]
    assert scores[0] == scores[1] == scores[2]


def test_series_of_any_kind(recwarn):
    steps = pd.DataFrame(
        {
            "time": pd.date_range("2024-01-01", periods=300, freq="h").astype("M8[s]"),
            "flow": np.sin(np.arange(300) / 4) + RNG.normal(0, 0.1, 300),
        }
    )
    table = pa.table(steps).replace_schema_metadata()
    model = tabgan.VARSynthesizer(time="time", random_state=0).fit(table)
    rows = model.sample(2, 12)
    assert rows.column_names == ["series", "time", "flow"]
    assert rows.schema.field("time").type == pa.timestamp("s")
    ahead = model.continue_series(table, 3)
    assert isinstance(ahead, pa.Table)
    assert ahead["time"].to_pylist()[0] == pd.Timestamp("2024-01-13 12:00")
    assert ahead.equals(model.continue_series(steps, 3))


def test_forecasts_come_in_what_was_learned(tmp_path):
    days = pd.date_range("2024-01-01", periods=120)
    table = pd.DataFrame({"date": days.astype(str), "demand": 20 + 3.0 * (days.day_of_week > 4)})
    model = tabgan.DWTPCALSTMForecaster("linear", random_state=0).fit(table.to_dict("list"), "demand", time="date")
    ahead = model.predict(3)
    assert list(ahead) == ["date", "forecast"]
    assert [str(date)[:10] for date in ahead["date"]] == ["2024-04-30", "2024-05-01", "2024-05-02"]
    assert list(model.spell_out(ahead)["date"]) == ["2024-04-30", "2024-05-01", "2024-05-02"]
    model.save(tmp_path / "model.tabgan")
    assert isinstance(tabgan.load(tmp_path / "model.tabgan").forecast(2), dict)
    write_table(table, tmp_path / "days.csv")
    again = tabgan.DWTPCALSTMForecaster("linear", random_state=0).fit(tmp_path / "days.csv", "demand", time="date")
    assert again.predict(3)["forecast"].tolist() == ahead["forecast"]
