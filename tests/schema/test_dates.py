"""Dates in text, and the unit that a column of dates is counted in."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.schema import Schema
from tabgan.schema.dates.date_template import write_dates
from tabgan.schema.dates.datetext import read_dates
from tabgan.schema.dates.units import find_unit, to_units

FORMATS = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S+02:00",
    "%Y-%m-%d %H:%M:%S.%f -0330",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y",
]


@pytest.mark.parametrize("form", FORMATS)
@given(moments=st.lists(st.datetimes(datetime.datetime(1000, 1, 2)), min_size=1, max_size=8))
def test_texts_come_back_as_they_were(form, moments):
    """Against Python's own strftime; a 13th or later day tells days from months."""
    texts = [moment.strftime(form) for moment in [datetime.datetime(2024, 1, 31), *moments]]
    found = read_dates(texts)
    assert not isinstance(found, int)
    assert write_dates(found.seconds, found.nanos, found.template) == texts
    if form.endswith("%S"):
        since = datetime.datetime(1970, 1, 1)
        assert [since + datetime.timedelta(seconds=s) for s in found.seconds[1:].tolist()] == [
            m.replace(microsecond=0) for m in moments
        ]


@pytest.mark.parametrize(
    ("texts", "back"),
    [
        (["2024/1/5", "2024/12/31"], None),
        (["2024/1/5 9:05", "2024/12/31 10:00"], None),
        (["2024-01-31", "2024-01-31 10:30"], None),
        (["2024-01-31 10:30:00", "2024-01-31 10:30:00.25"], None),
        (
            ["2024-01-31", "2024-01-31 00:00", "2024-01-31 10:30"],
            ["2024-01-31 00:00", "2024-01-31 00:00", "2024-01-31 10:30"],
        ),
        (
            ["2024-01-31T10:00:00+01:00", "2024-07-31T10:00:00+02:00"],
            None,
        ),
        (["2024-01-31T10:00:00.123456789", "2024-01-31T10:00:00.000000001"], None),
        (["9999-12-31", "0001-01-01"], None),
    ],
    ids=str,
)
def test_the_fullest_form_is_given_back(texts, back):
    frame = pd.DataFrame({"x": texts})
    schema = Schema.learn(frame)
    assert schema.restore(schema.to_matrix(frame))["x"].tolist() == (back or texts)


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        (["2024-01-31", "soon"], 1),
        (["2024-13-01"], 0),
        (["2024-02-30"], 0),
        (["1-2-3"], 0),
        (["2011/12", "2012/13"], 0),
        (["2010/11", "2011/12"], 0),
        (["2024-02-2024"], 0),
        (["2024-02-03 24:01"], 0),
        (["2024-02-03", "2024.02.03"], 1),
        (["2024-02-03T10:00", "2024-02-03 10:00"], 1),
        (["2024-02-03T10:00Z", "2024-02-03T10:00"], 1),
        (["31/12/2024", "12/31/2024"], 1),
        (["1500-01-01 00:00:00.123456789"], 0),
        (["２０２４-01-01"], 0),
    ],
)
def test_what_is_no_date_is_named(texts, place):
    assert read_dates(texts) == place


@pytest.mark.parametrize(
    ("texts", "unit"),
    [
        (["2024-01-31", "2024-03-31"], "day"),
        (["2024-01-31 12:00", "2024-03-31 12:00"], "day"),  # since the first
        (["2024-01-31 12:00", "2024-03-31 13:00"], "hour"),
        (["2024-01-31 12:00", "2024-03-31 12:10"], "minute"),
        (["2024-01-31 12:00:00", "2024-03-31 12:00:01"], "second"),
        (["2024-01-31 12:00:00.000", "2024-03-31 12:00:00.250"], "millisecond"),
        (["2024-01-31 12:00:00.000", "2024-03-31 12:00:00.000250"], "microsecond"),
        (["2024-01-31 12:00:00.000", "2024-03-31 12:00:00.000000250"], "nanosecond"),
    ],
)
def test_the_unit_is_the_coarsest_that_writes_all(texts, unit):
    for values in (texts, pd.to_datetime(pd.Series(texts), format="ISO8601")):
        (column,) = Schema.learn(pd.DataFrame({"x": values}))
        assert (column.type.unit, column.type.range[0]) == (unit, 0)


def test_what_a_double_cannot_count_is_counted_in_a_coarser_unit():
    counts = np.array([0, 2**53 + 1])
    assert find_unit(counts, "ns") == "microsecond"
    assert find_unit(counts - 2, "ns") == "microsecond"
    assert find_unit(np.array([0, 2**53 - 1]), "ns") == "nanosecond"


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1), min_size=1), st.sampled_from([1, 1000, 60 * 10**9]))
def test_units_are_those_of_exact_arithmetic(counts, step):
    origin = min(counts)
    expected = [float((count - origin) // step) for count in counts]
    if max(expected) < 2**53:
        assert to_units(np.array(counts), origin, step).tolist() == expected
