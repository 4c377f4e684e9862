"""What a table comes in and goes back in."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabgan.errors import InputError
from tabgan.schema import Schema
from tabgan.schema.containers import ARRAY, FRAME, TYPES, give, open_frame
from tabgan.tables.formats import read_table

N = 30
DAYS = [None if i % 9 == 0 else dt.date(2024, 1, 1) + dt.timedelta(days=i) for i in range(N)]
COLUMNS = {
    "small": pa.array([i % 7 for i in range(N)], pa.int8()),
    "gappy": pa.array([None if i % 5 == 0 else i * 3 % 11 for i in range(N)], pa.int32()),
    "count": pa.array([None if i % 5 == 0 else i for i in range(N)], pa.uint16()),
    "half": pa.array([i / 4 for i in range(N)], pa.float32()),
    "float": pa.array([None if i % 6 == 0 else i / 8 for i in range(N)]),
    "price": pa.array([Decimal(i) / 4 for i in range(N)], pa.decimal128(10, 2)),
    "label": pa.array(["ab"[i % 2] if i % 3 else None for i in range(N)]).dictionary_encode(),
    "text": pa.array(["x" if i % 2 else None for i in range(N)], pa.large_string()),
    "on": pa.array([bool(i % 2) for i in range(N)]),
    "maybe": pa.array([None if i % 4 == 0 else bool(i % 2) for i in range(N)]),
    "day": pa.array(DAYS, pa.date32()),
    "time": pa.array([dt.datetime(2024, 1, 1) + dt.timedelta(minutes=15 * i) for i in range(N)], pa.timestamp("us")),
    "zoned": pa.array(
        [dt.datetime(2024, 1, 1) + dt.timedelta(hours=i) for i in range(N)], pa.timestamp("ms", "Europe/Berlin")
    ),
}


def restored(X):
    schema = Schema.from_dict(Schema.learn(X).to_dict())  # as in a model file
    return schema.restore(schema.to_matrix(X))


def test_an_arrow_table_comes_back_with_its_types_and_gaps():
    table = pa.table(COLUMNS)
    back = restored(table)
    assert back.schema == table.schema
    assert back.to_pylist() == table.to_pylist()


def test_a_record_batch_comes_back_as_one():
    batch = pa.table(COLUMNS).to_batches()[0]
    back = restored(batch)
    assert isinstance(back, pa.RecordBatch)
    assert back.to_pylist() == batch.to_pylist()


def test_a_frame_of_polars_comes_back_with_its_dtypes_and_gaps():
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(pa.table(COLUMNS)).with_columns(
        polars.col("label").cast(polars.Categorical).alias("label"),
        polars.col("text").cast(polars.Enum(["y", "x"])).alias("enum"),
        polars.Series("for", [dt.timedelta(minutes=i) for i in range(N)]),
    )
    back = restored(frame)
    assert back.schema == frame.schema
    assert back.to_dicts() == frame.to_dicts()
    assert open_frame(frame.lazy())[1] == "polars"
    empty = Schema.learn(frame).restore(np.empty((0, frame.width)))
    assert empty.schema == frame.schema


def test_polars_is_not_needed_to_use_what_was_learned_from_it(monkeypatch):
    polars = pytest.importorskip("polars")
    schema = Schema.learn(polars.DataFrame({"a": [1, 2, 3]}))
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    assert isinstance(schema.restore(np.array([[1.0]])), pd.DataFrame)


DICT = {
    "whole": [1, None, 3] * 9,
    "yes": [True, None, False] * 9,
    "text": ["x", None, "y"] * 9,
    "float": [1.5, 2.0, None] * 9,
    "day": [dt.date(2024, 1, 1), None, dt.date(2024, 2, 1)] * 9,
}


def test_a_dict_of_lists_and_a_list_of_dicts_come_back():
    assert restored(DICT) == DICT
    rows = [dict(zip(DICT, row, strict=True)) for row in zip(*DICT.values(), strict=True)]
    assert restored(rows) == rows
    assert [type(value) for value in restored(rows)[0].values()] == [int, bool, str, float, dt.date]


def test_rows_may_lack_a_key():
    frame, _ = open_frame([{"a": 1}, {"a": 2, "b": "x"}])
    assert frame["a"].tolist() == [1, 2]
    assert frame["b"].isna().tolist() == [True, False]


@pytest.mark.parametrize("given_", [{"a": [1, 2], "b": [1]}, {"a": [1, 2], "b": 3}, {"a": "text"}])
def test_a_dict_that_is_no_table_is_refused(given_):
    with pytest.raises(InputError, match="lists of one length"):
        open_frame(given_)


def test_what_speaks_the_interchange_protocol_is_a_frame():
    class Other:
        def __dataframe__(self, nan_as_null=False, allow_copy=True):
            return pd.DataFrame({"a": [1, 2]}).__dataframe__()

    frame, container = open_frame(Other())
    assert (container, frame["a"].tolist()) == (FRAME, [1, 2])


def test_what_speaks_arrow_is_a_frame():
    class Other:
        columns = ("a",)

        def __arrow_c_stream__(self, requested_schema=None):
            return pa.table({"a": [1, 2]}).__arrow_c_stream__(requested_schema)

    frame, container = open_frame(Other())
    assert (container, frame["a"].tolist()) == (FRAME, [1, 2])


def test_arrays_are_left_as_they_are():
    for X in (np.eye(2), [[1, 2], [3, 4]], ((1, 2), (3, 4))):
        assert open_frame(X) == (X, ARRAY) if isinstance(X, (list, tuple)) else open_frame(X)[1] == ARRAY


def test_a_structured_array_is_a_table_as_its_file_is(tmp_path):
    rows = [(0.5, 1, "a", b"x"), (1.5, 2, "", b""), (np.nan, 3, "b", b"y")]
    array = np.array(rows, dtype=[("a", ">f8"), ("b", "i4"), ("c", "U3"), ("d", "S2")])
    np.save(tmp_path / "a.npy", array)
    for given_ in (array, array.view(np.recarray)):
        frame, container = open_frame(given_)
        pd.testing.assert_frame_equal(frame, read_table(tmp_path / "a.npy"))
        assert container == FRAME
        assert frame["c"].dropna().to_dict() == {0: "a", 2: "b"}  # what a gap is, the version of pandas tells
    lists = np.zeros(3, dtype=[("a", "f8"), ("b", "f8", (2,))])
    np.save(tmp_path / "b.npy", lists)
    for call in (lambda: open_frame(lists), lambda: read_table(tmp_path / "b.npy")):
        with pytest.raises(InputError, match=r"holds one value in each row, but 'b' holds .*<f8"):
            call()


def test_a_model_file_of_another_version_gives_frames():
    state = Schema.learn(pa.table({"a": [1, 2, 3]})).to_dict()
    schema = Schema.from_dict({**state, "container": "of the future", "types": "?"})
    assert isinstance(schema.restore(np.array([[1.0]])), pd.DataFrame)
    back = Schema.from_dict({**state, "types": "?"}).restore(np.array([[1.0]]))
    assert back.to_pydict() == {"a": [1]}
    old = {name: value for name, value in state.items() if name != "types"}
    assert Schema.from_dict({**old, "container": "frame"}).types == ""


@pytest.mark.parametrize("gap", [[], [None], [np.nan]])
def test_decimals_of_python_come_back_with_their_places(gap):
    column = pd.Series([Decimal("1.10"), Decimal("20.25"), *gap], dtype=object, name="price")
    schema = Schema.learn(frame := column.to_frame())
    assert list(map(repr, schema.restore(schema.to_matrix(frame))["price"])) == list(map(repr, column))


def test_columns_that_changed_have_types_of_their_own():
    table = pa.table({"spelt": [str(i / 2) for i in range(9)], "n": pa.array(range(9), pa.int8())})
    assert restored(table).equals(table)  # text that spells numbers comes back as text
    frame, container = open_frame(table)
    more = frame.assign(series=1, n=1000, spelt=0.5)
    back = give(more, container, frame.attrs[TYPES])
    assert back.schema.types == [pa.float64(), pa.int64(), pa.int64()]


VALUES = {
    pa.int16(): st.integers(-(2**15), 2**15 - 1),
    pa.float64(): st.floats(-1e6, 1e6).map(lambda x: round(x, 2)),
    pa.bool_(): st.booleans(),
    pa.string(): st.sampled_from(["a", "b", "流量"]),
    pa.date32(): st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)),
    pa.timestamp("s"): st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    pa.decimal128(9, 3): st.integers(-(10**8), 10**8).map(lambda n: Decimal(n) / 1000),
}


@settings(max_examples=60, deadline=None)
@given(data=st.data(), chosen=st.sampled_from(list(VALUES)), gaps=st.booleans())
def test_any_column_of_arrow_comes_back(data, chosen, gaps):
    values = st.one_of(st.none(), VALUES[chosen]) if gaps else VALUES[chosen]
    column = data.draw(
        st.lists(values, min_size=2, max_size=18).filter(lambda drawn: any(v is not None for v in drawn))
    )
    table = pa.table({"x": pa.array(column, chosen)})
    back = restored(table)
    assert back.schema == table.schema
    assert back["x"].to_pylist() == table["x"].to_pylist()
