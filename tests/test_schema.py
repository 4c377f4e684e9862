"""Names, dtypes, decimals and ranges come back."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.schema import Schema, count_decimals


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1), st.integers(0, 6))
def test_values_written_with_d_decimals_need_at_most_d(wholes, decimals):
    values = np.array([float(f"{w}e-{decimals}") for w in wholes])
    found = count_decimals(values)
    assert found is not None
    assert found <= decimals
    assert np.array_equal(np.round(values, found), values)


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([1.0, 2.0], 0),
        ([1.25], 2),
        ([0.1 + 0.2], None),
        ([2e15 + 0.25], 2),
        ([1 / 3], None),
        ([1e300], 0),
        ([1e-300], None),
        ([0.0, -0.5], 1),
        ([1e-10], 10),
        ([1e-11], None),
    ],
)
def test_decimals_of_known_values(values, decimals):
    assert count_decimals(np.array(values)) == decimals


def test_decimals_of_single_precision():
    assert count_decimals(np.array([0.1, 2.75], dtype=np.float32)) == 2
    assert count_decimals(np.array([2e6 + 0.25], dtype=np.float32)) == 1  # 2000000.2 is stored as 2000000.25
    assert count_decimals(np.array([1 / 3, 1e-6 / 3], dtype=np.float32)) is None
    assert count_decimals(np.array([1.001, 1.002], dtype=np.float16)) == 3


@pytest.mark.parametrize(
    "dtype",
    ["float64", "float32", "int64", "int8", "uint16", "bool", "Int64", "Float64", "boolean", "Float32", "UInt8"],
)
def test_a_column_comes_back_with_its_dtype(dtype):
    frame = pd.DataFrame({"a": [0, 1, 1, 0], "b": [0, 0, 0, 1]}).astype(dtype)
    schema = Schema.learn(frame)
    pd.testing.assert_frame_equal(schema.restore(frame.to_numpy(dtype=float)), frame)


def test_restored_values_are_rounded_and_in_range():
    frame = pd.DataFrame({"two": [0.25, 1.5], "whole": [-3, 7], "free": [0.1234567890123, 0.5]})
    rows = Schema.learn(frame).restore(
        np.array([[0.777, -3.4, 0.2], [9.0, 99.0, 0.9], [0.251, -0.2, 0.123456789012345]])
    )
    assert rows["two"].tolist() == [0.78, 1.5, 0.25]
    assert rows["whole"].tolist() == [-3, 7, 0]
    assert rows["whole"].dtype == "int64"
    assert rows["free"].tolist() == [0.2, 0.5, 0.123456789012345]


def test_a_schema_survives_json():
    frame = pd.DataFrame([[1, 0.5], [2, 0.25]], columns=["列", "b"])
    schema = Schema.learn(frame, "array")
    assert Schema.from_dict(json.loads(json.dumps(schema.to_dict()))) == schema
    numbered = Schema.learn(frame.set_axis(np.array([1, 2]), axis=1))
    assert Schema.from_dict(json.loads(json.dumps(numbered.to_dict()))).names == [1, 2]
