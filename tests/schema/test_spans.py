"""Durations of a workbook beside their texts: in conditions, and in files without a type for them."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from tabgan.errors import InputError
from tabgan.schema.dates.spans import read_spans
from tabgan.schema.table import Schema

HOURS = pd.DataFrame({"dur": pd.to_timedelta([0, 24, 48, 30], "h")})


@pytest.fixture
def dur():
    return Schema.learn(HOURS).columns[0]


@pytest.mark.parametrize("dtype", [None, "duration[ns][pyarrow]"])
@pytest.mark.parametrize("value", ["24:00", "1 days 00:00:00", "1 day, 0:00:00", "1 days", pd.Timedelta("24h")])
def test_conditions_compare_durations(dtype, value):
    dur = Schema.learn(HOURS if dtype is None else HOURS.astype(dtype)).columns[0]
    allowed = dur.type.allow(">=", value, "dur>=24:00", dur)
    assert pd.Series(dur.decode(np.array([allowed.low]))).tolist() == [pd.Timedelta("24h")]


@pytest.mark.parametrize("value", ["15", "noon", "2024-01-31", 15])
def test_what_is_no_duration_is_told_what_the_column_holds(dur, value):
    with pytest.raises(InputError, match="'dur' holds durations, but the condition 'dur>a' compares it with"):
        dur.type.allow(">", value, "dur>a", dur)


@pytest.mark.parametrize(
    "values",
    [["24:00", None, "0:00"], ["1 days", np.nan, "00:00:00"], [datetime.timedelta(1), None, datetime.timedelta(0)]],
)
@pytest.mark.parametrize("dtype", [object, "string"])
def test_texts_are_the_durations_that_were_learned(dur, values, dtype):
    if dtype == "string" and not isinstance(values[0], str):
        values = [None if value is None else str(value) for value in values]
    found = dur.encode(pd.Series(values, dtype=dtype, name="dur"))
    np.testing.assert_array_equal(found, dur.encode(pd.Series(pd.to_timedelta(["24h", None, "0h"]))))


@pytest.mark.parametrize(("values", "shown"), [(["24:00", "soon"], "'soon' in row 2"), ([0.5, 1.0], "'0.5' in row 1")])
def test_others_are_refused_as_durations(dur, values, shown):
    with pytest.raises(InputError, match=f"'dur' must hold durations in one form, but has {shown}; mend it, or write"):
        dur.encode(pd.Series(values, name="dur"))


def test_durations_longer_than_nanoseconds_count_are_none():
    assert read_spans(pd.Series(["999999:00:00"])) is not None
    assert read_spans(pd.Series(["999999 days 00:00:00"])) is None
