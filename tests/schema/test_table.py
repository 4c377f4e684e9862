"""Any table becomes a matrix of float64, and the matrix the table again."""

from __future__ import annotations

import datetime
import json
import zoneinfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tabgan.errors import BundleError, InputError
from tabgan.schema import Column, Schema

WHOLE = {f"{sign}int{bits}": bits for sign in ("", "u") for bits in (8, 16, 32, 64)}
finite = st.floats(allow_nan=False, allow_infinity=False)
singles = st.floats(width=32, allow_nan=False, allow_infinity=False)
texts = st.text(st.sampled_from("ab é,\"'\n流"), max_size=4).map(lambda text: f"x{text}")
moments = st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2100, 1, 1))


def wholes(name):
    limits = np.iinfo(name)
    return st.integers(max(int(limits.min), -(2**53) + 1), min(int(limits.max), 2**53 - 1))


def arrow(type_):
    return pd.ArrowDtype(type_)


# What a column of each dtype may hold, and the dtype's marker of a gap (... when it has none).
DTYPES = {
    **{name: (wholes(name), ...) for name in WHOLE},
    **{name.replace("i", "I").replace("u", "U"): (wholes(name), None) for name in WHOLE},
    "float64": (finite, np.nan),
    "float32": (singles, np.nan),
    "float16": (st.floats(width=16, allow_nan=False, allow_infinity=False), np.nan),
    "Float64": (finite, None),
    "Float32": (singles, None),
    "bool": (st.booleans(), ...),
    "boolean": (st.booleans(), None),
    "string[python]": (texts, None),
    "string[pyarrow]": (texts, None),
    "object": (texts, None),
    "datetime64[ns]": (moments, None),
    "datetime64[us]": (moments, None),
    "datetime64[s]": (moments.map(lambda m: m.replace(microsecond=0)), None),
    "datetime64[ms, Europe/Berlin]": (moments.map(lambda m: m.replace(microsecond=0)), None),
    "datetime64[ns, UTC]": (moments, None),
    "datetime64[ns, UTC+05:30]": (moments, None),
    "timedelta64[ns]": (st.timedeltas(datetime.timedelta(-(10**4)), datetime.timedelta(10**4)), None),
    arrow(pa.int64()): (wholes("int64"), None),
    arrow(pa.float64()): (finite, None),
    arrow(pa.float32()): (singles, None),
    arrow(pa.string()): (texts, None),
    arrow(pa.bool_()): (st.booleans(), None),
    arrow(pa.date32()): (st.dates(), None),
    arrow(pa.timestamp("us", "Europe/Berlin")): (
        moments.map(lambda m: m.replace(tzinfo=datetime.timezone.utc).astimezone(zoneinfo.ZoneInfo("Europe/Berlin"))),
        None,
    ),
    arrow(pa.duration("us")): (st.timedeltas(datetime.timedelta(-(10**4)), datetime.timedelta(10**4)), None),
}


def build(values, dtype):
    if isinstance(dtype, str) and ", " in dtype:  # the values are UTC
        unit, zone = dtype.removeprefix("datetime64[").removesuffix("]").split(", ")
        utc = pd.Series(values, dtype="datetime64[us]").astype(f"datetime64[{unit}]").dt.tz_localize("UTC")
        return utc.astype(dtype) if zone != "UTC" else utc
    return pd.Series(values, dtype=dtype)


def round_trip(frame, kinds=None):
    schema = Schema.learn(frame, kinds=kinds)
    again = Schema.from_dict(json.loads(json.dumps(schema.to_dict(), allow_nan=False)))
    assert again == schema
    return again.restore(again.to_matrix(frame))


@pytest.mark.filterwarnings("ignore:column:tabgan.TabganWarning")  # no values, or values that number the rows
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@settings(max_examples=25)
@given(data=st.data())
def test_columns_of_every_dtype_come_back(dtype, data):
    values, gap = DTYPES[dtype]
    values = values if gap is ... else values | st.just(gap)
    column = build(data.draw(st.lists(values, min_size=1, max_size=20)), dtype)
    frame = pd.DataFrame({"x": column})
    pd.testing.assert_frame_equal(round_trip(frame), frame, check_exact=True)


labels = st.one_of(
    st.lists(texts, min_size=1, max_size=6, unique=True),
    st.lists(st.integers(-5, 5), min_size=1, max_size=6, unique=True),
    st.lists(finite, min_size=1, max_size=6, unique=True),
    st.just([True, False]),
)


@pytest.mark.filterwarnings("ignore:column:tabgan.TabganWarning")
@given(labels, st.booleans(), st.lists(st.integers(-1, 5), min_size=1, max_size=20))
def test_categories_come_back_with_their_order_and_those_that_no_row_has(labels, ordered, codes):
    codes = [min(code, len(labels) - 1) for code in codes]
    column = pd.Categorical.from_codes(codes, categories=labels, ordered=ordered)
    frame = pd.DataFrame({"x": column})
    pd.testing.assert_frame_equal(round_trip(frame), frame)


@pytest.mark.parametrize("kind", ["integer", "continuous", "categorical"])
@pytest.mark.parametrize("dtype", ["int8", "uint32", "float32", "float64", "Int16", "Float64", "int64[pyarrow]"])
@settings(max_examples=10)
@given(values=st.lists(st.integers(0, 100), min_size=1, max_size=20))
def test_numbers_come_back_whatever_they_are_taken_for(kind, dtype, values):
    frame = pd.DataFrame({"x": pd.Series(values, dtype=dtype)})
    pd.testing.assert_frame_equal(round_trip(frame, {"x": kind}), frame)


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA, pd.NaT], ids=str)
@pytest.mark.parametrize(
    "values",
    [
        ["x", "y"],
        [True, False],
        ["2024-01-31", "2024-02-01"],
        [datetime.date(2024, 1, 31), datetime.date(9999, 12, 31)],
        [datetime.datetime(2024, 1, 31, 5, 0, 0, 7), datetime.datetime(2024, 1, 31)],
    ],
    ids=["text", "truth", "date as text", "date", "datetime"],
)
def test_objects_come_back_as_they_were_with_their_own_gaps(values, gap):
    frame = pd.DataFrame({"x": pd.Series([*values, gap], dtype=object)})
    back = round_trip(frame)["x"]
    assert back.dtype == object
    assert back.tolist()[:2] == values
    assert [type(value) for value in back] == [type(value) for value in frame["x"]]
    assert back.iloc[2] is gap


@pytest.mark.parametrize(
    "column",
    [
        ["x"] * 3,
        [True] * 3,
        [False] * 3,
        [0.1] * 3,
        [7] * 3,
        ["2024-01-31"] * 3,
        pd.Categorical(["b"] * 3, categories=["a", "b"], ordered=True),
        pd.to_datetime(["2024-01-31 01:30"] * 3).tz_localize("Asia/Kolkata"),
        pd.array([1] * 3, "Int8"),
        pd.array(["x"] * 3, "string"),
    ],
    ids=str,
)
def test_what_is_constant_is_passed_through(column):
    frame = pd.DataFrame({"x": column})
    schema = Schema.learn(frame)
    assert [c.kind for c in schema] == ["constant"]
    assert len(np.unique(schema.to_matrix(frame))) == 1
    pd.testing.assert_frame_equal(schema.restore(np.full((3, 1), 0.7)), frame)


@pytest.mark.parametrize(
    "dtype",
    ["float64", "object", "Int64", "string[python]", "datetime64[ns]", "category", "boolean", "double[pyarrow]"],
)
def test_a_column_without_values_is_passed_through_and_said(dtype):
    frame = pd.DataFrame({"x": pd.Series([None] * 3, dtype=dtype), "y": [1, 2, 2]})
    with pytest.warns(UserWarning, match="column 'x' has no values, and new rows will have none; .* X.drop"):
        schema = Schema.learn(frame)
    pd.testing.assert_frame_equal(schema.restore(schema.to_matrix(frame)), frame)


def test_the_matrix_holds_numbers_units_and_places():
    frame = pd.DataFrame(
        {
            "number": [1.5, None, -2.0],
            "day": pd.to_datetime(["2024-03-01", None, "2024-02-27"]),
            "label": ["b", None, "a"],
            "truth": pd.array([True, None, False], "boolean"),
            "one": ["same"] * 3,
        }
    )
    expected = [[1.5, 3, 1, 1, 0], [np.nan] * 4 + [0], [-2, 0, 0, 0, 0]]
    schema = Schema.learn(frame)
    np.testing.assert_array_equal(schema.to_matrix(frame), expected)
    assert [c.type.range for c in schema] == [(-2, 1.5), (0, 3), (0, 1), (0, 1), (0, 0)]
    assert [c.levels for c in schema] == [(), (), ("a", "b"), (False, True), ("same",)]
    assert [c.missing for c in schema] == [True, True, True, True, False]


@given(st.lists(st.floats(-1e9, 1e9) | st.just(np.nan), min_size=4, max_size=4))
def test_whatever_a_matrix_holds_becomes_values_of_the_columns(row):
    frame = pd.DataFrame(
        {
            "two": [0.25, 1.5, None],
            "day": ["2024-01-31", None, "2024-02-29"],
            "label": ["a", "b", None],
            "whole": pd.array([-3, 7, None], "Int64"),
        }
    )
    (back,) = Schema.learn(frame).restore(np.array([row])).to_dict("records")
    missing = [bool(np.isnan(value)) for value in row]
    assert [bool(pd.isna(value)) for value in back.values()] == missing
    assert missing[0] or (0.25 <= back["two"] <= 1.5 and round(back["two"], 2) == back["two"])
    assert missing[1] or "2024-01-31" <= back["day"] <= "2024-02-29"
    assert missing[2] or back["label"] == ("b" if row[2] > 0.5 else "a")
    assert missing[3] or back["whole"] in range(-3, 8)


def test_clocks_that_are_put_back_do_not_matter():
    """02:30 comes twice in Berlin on this day, and the hour before it as well."""
    zone = pd.date_range("2024-10-26 22:00", periods=12, freq="30min", tz="UTC").tz_convert("Europe/Berlin")
    frame = pd.DataFrame({"t": zone})
    assert frame["t"].dt.tz_localize(None).duplicated().any()
    pd.testing.assert_frame_equal(round_trip(frame), frame)


def test_an_array_comes_back_as_an_array():
    for dtype in ("float32", "int16", "bool"):
        X = np.array([[0, 1, 1], [1, 1, 0]]).astype(dtype)
        schema = Schema.learn(pd.DataFrame(X, columns=[1, 2, 3]), "array", {3: "categorical"})
        back = schema.restore(schema.to_matrix(X))
        assert back.dtype == dtype
        np.testing.assert_array_equal(back, X)


@given(st.lists(st.tuples(texts, finite), min_size=2, max_size=9))
def test_rows_that_were_not_learned_are_encoded_alike(rows):
    frame = pd.DataFrame(rows, columns=["label", "number"])
    assume(frame["label"].nunique() > 1)
    schema = Schema.learn(frame)
    turned = frame.iloc[::-1, ::-1].assign(other=1)
    np.testing.assert_array_equal(schema.to_matrix(turned), schema.to_matrix(frame)[::-1])
    typed = frame.astype({"label": "category", "number": "Float64"})
    np.testing.assert_array_equal(schema.to_matrix(typed), schema.to_matrix(frame))


@example([1, 2])
@given(st.lists(st.integers(0, 10), min_size=2, max_size=2, unique=True))
def test_names_may_be_numbers(names):
    frame = pd.DataFrame([["x", 1], ["y", 2]], columns=np.array(names))
    schema = Schema.from_dict(json.loads(json.dumps(Schema.learn(frame).to_dict())))
    assert schema.names == names
    assert list(schema.restore(schema.to_matrix(frame)).columns) == names


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            {"label": ["a", "c"]},
            "'label' must hold one of its levels, but has 'c' in row 2; the levels are a, b",
        ),
        ({"day": ["2024-01-31", "soon"]}, "column 'day' must hold dates in one form, but has 'soon' in row 2"),
        ({"number": ["1", "x"]}, "column 'number' must hold numbers, but has 'x' in row 2"),
        (
            {"number": [1, np.inf]},
            "column 'number' must hold finite values, but 1 are infinite (inf), the first in row 2",
        ),
        ({"number": None}, "must have all columns that were learned, but lacks number; add them"),
    ],
)
def test_rows_that_do_not_fit_are_explained(rows, message):
    frame = pd.DataFrame({"label": ["a", "b"], "day": ["2024-01-31", "2024-02-01"], "number": [1, 2]})
    schema = Schema.learn(frame)
    other = frame.drop(columns="number") if rows == {"number": None} else frame.assign(**rows)
    with pytest.raises(InputError) as error:
        schema.to_matrix(other)
    assert message in str(error.value)


def test_only_levels_that_were_seen_are_generated():
    frame = pd.DataFrame({"x": pd.Categorical(["c", "a", "c"], categories=["c", "b", "a"])})
    schema = Schema.learn(frame)
    assert schema.columns[0].levels == ("c", "a")
    assert schema.restore(np.array([[-9.0], [0.4], [0.6], [9.0]]))["x"].tolist() == ["c", "c", "a", "a"]


FLOATS = {"float16": np.float16, "float32": np.float32, "Float32": np.float32, arrow(pa.float32()): np.float32}
OPEN = [*WHOLE, *(name.replace("i", "I").replace("u", "U") for name in WHOLE), arrow(pa.int8()), arrow(pa.uint16())]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [*OPEN, *FLOATS], ids=str)
def test_an_open_end_is_held_within_what_the_dtype_holds(dtype):
    """int16 wrapped around, float16 became infinite, Int8 was a TypeError."""
    low = 0 if "uint" in str(dtype).lower() else -3
    frame = pd.DataFrame({"x": pd.Series([low, 5, 7], dtype=dtype)})
    back = Schema.learn(frame).without_ends().restore(np.array([[-1e300], [1e300], [6.0]]))["x"]
    assert back.dtype == frame["x"].dtype
    info = np.finfo(FLOATS[dtype]) if dtype in FLOATS else np.iinfo(str(dtype).lower().removesuffix("[pyarrow]"))
    whole = 2**53 - 1  # each of these values is whole, and a double tells no further ones apart
    ends = [max(int(info.min), -whole) if low else 0, min(int(info.max), whole)]
    assert [int(value) for value in back] == [*(int(FLOATS.get(dtype, int)(end)) for end in ends), 6]


def test_whole_numbers_stay_exact_and_truth_values_two():
    frame = pd.DataFrame({"x": [1.0, 2.0, 1e20], "y": [1.0, 2.0, 3.0], "z": [0.5, 1.25, 2.0], "t": [True, False, True]})
    back = Schema.learn(frame, kinds={"t": "integer"}).without_ends().restore(np.full((1, 4), 1e300))
    assert back.iloc[0, :3].tolist() == [1e20, 2**53 - 1, 1e300]
    assert back["t"].tolist() == [True]


@given(st.lists(singles, min_size=2, max_size=9), st.sampled_from([None, 0, 2]))
def test_what_is_encoded_is_as_it_comes_back(values, decimals):
    """Else the sieve tells real rows from generated ones by last digits of narrow floats, or by a constant."""
    column = np.float32(values) if decimals is None else np.round(np.float32(values) % 1000, decimals)
    frame = pd.DataFrame({"x": column, "one": 7.5})
    schema = Schema.learn(frame)
    matrix = schema.to_matrix(frame)
    np.testing.assert_array_equal(schema.round(matrix), matrix)


def test_a_kind_that_nothing_brings_is_said():
    state = Schema.learn(pd.DataFrame({"wind": [1.0, 2.5]})).to_dict()
    state["columns"][0]["kind"] = "bearing"
    with pytest.raises(BundleError, match=r"must be one of .*, but that of 'wind' is 'bearing'; import or install"):
        Schema.from_dict(state)


def test_columns_of_the_first_format_are_read():
    """Constant columns did not say what their value is."""
    shared = {"dtype": "object", "missing": False, "distinct": 1, "ordered": False, "open_ended": False}
    label = Column.from_dict({"name": "a", "kind": "constant", "value": "x", **shared})
    number = Column.from_dict(
        {"name": "b", "kind": "constant", "decimals": 1, "minimum": 2.5, "maximum": 2.5, **shared, "dtype": "float64"}
    )
    day = {"minimum": 0.0, "maximum": 0.0, "unit": "day", "origin": 0, "tick": "s", "form": "{Y:04d}-{m:02d}-{d:02d}"}
    columns = (label, number, Column.from_dict({"name": "c", "kind": "constant", **day, **shared}))
    gaps = Column.from_dict({"name": "d", "kind": "constant", **shared, "missing": True, "gap": "None"})
    back = Schema((*columns, gaps), "frame").restore(np.zeros((1, 4)))
    assert back.iloc[0].tolist() == ["x", 2.5, "1970-01-01", None]
