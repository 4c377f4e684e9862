"""Moments that come in steps, and on some days of the calendar alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.errors import InputError
from tabgan.schema import Schema
from tabgan.schema.dates.days import Days, find_days
from tabgan.schema.infer import learn_column

rng = np.random.default_rng(0)


def dates(text: str, count: int, form: str = "%Y-%m-%d") -> pd.Series:
    return pd.Series(pd.date_range("2021-01-04", periods=count, freq=text), name="t")


KINDS = {
    "Mondays": (dates("W-MON", 60), lambda t: t.dt.day_of_week == 0),
    "working days": (dates("B", 90), lambda t: t.dt.day_of_week < 5),
    "firsts of months": (dates("MS", 20), lambda t: t.dt.day == 1),
    "ends of months": (dates("ME", 20), lambda t: t.dt.is_month_end),
    "ends of quarters": (dates("QE", 20), lambda t: t.dt.is_quarter_end),
    "firsts of years": (dates("YS", 12), lambda t: (t.dt.day == 1) & (t.dt.month == 1)),
    "1st and 15th": (dates("SMS", 60), lambda t: t.dt.day.isin([1, 15])),
    "quarter hours": (dates("15min", 300), lambda t: t.dt.minute % 15 == 0),
    "shifts": (dates("8h", 90) + pd.Timedelta("6h"), lambda t: t.dt.hour.isin([6, 14, 22])),
    "half seconds": (dates("500ms", 90), lambda t: t.dt.microsecond % 500_000 == 0),
    "every 90 seconds": (dates("90s", 90), lambda t: t.dt.second.isin([0, 30])),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", ["datetime64[ns]", "datetime64[ms]", "text", "python"])
def test_what_comes_back_stands_on_the_step(kind, dtype):
    seen, holds = KINDS[kind]
    if dtype == "text":
        held = seen.astype(str)
    elif dtype == "python":
        held = pd.Series([moment.to_pydatetime() for moment in seen], dtype=object, name="t")
    else:
        held = seen.astype(dtype)
    table = pd.DataFrame({"t": held})
    schema = Schema.learn(table)
    matrix = schema.to_matrix(table)
    pd.testing.assert_frame_equal(schema.restore(matrix), table)
    back = schema.restore(rng.uniform(-5, matrix.max() + 5, (2000, 1)))
    moments = pd.to_datetime(back["t"])
    assert holds(moments).all(), moments[~holds(moments)]
    assert moments.between(seen.min(), seen.max()).all()
    assert moments.nunique() > len(seen) / 2
    again = schema.to_matrix(back)
    assert np.array_equal(schema.round(again), again)


def test_working_days_keep_their_times():
    seen = pd.Series(np.repeat(pd.date_range("2024-01-01", periods=80, freq="B"), 2)) + pd.to_timedelta(
        rng.integers(8 * 12, 17 * 12, 160) * 5, "min"
    )
    schema = Schema.learn(pd.DataFrame({"t": seen}))
    back = schema.restore(rng.uniform(0, schema.columns[0].ends[1], (2000, 1)))["t"]
    assert (back.dt.day_of_week < 5).all()
    assert (back.dt.minute % 5 == 0).all()
    assert schema.columns[0].describe() | {"range": 0} == schema.columns[0].describe() | {
        "range": 0,
        "step": "5 minutes",
        "days": "Mon to Fri",
    }


@given(st.sets(st.integers(-20_000, 40_000), min_size=1, max_size=60))
def test_no_day_is_moved_that_was_seen(days):
    days = np.array(sorted(days))
    found = find_days(days)
    assert np.array_equal(found.nearest(days, days[0], days[-1]), days)
    every = np.arange(days[0], days[-1] + 1)
    once = found.nearest(every, days[0], days[-1])
    assert np.array_equal(found.nearest(once, days[0], days[-1]), once)


def test_few_or_random_days_are_not_taken_for_a_kind():
    assert find_days(np.arange(19_000, 19_005)) == Days()  # a week without its end
    alarms = [
        find_days(np.unique(rng.integers(10_000, 20_000, n))) != Days() for n in (3, 6, 12, 25) for _ in range(300)
    ]
    assert not any(alarms)


def test_zones_keep_steps_and_leave_days_open():
    seen = pd.Series(pd.date_range("2024-01-01", periods=100, freq="15min", tz="Asia/Shanghai"))
    column = learn_column(seen)
    assert (column.type.step, column.type.days) == (15, Days())


def test_days_that_there_are_not_cannot_be_asked_for():
    column = learn_column(KINDS["working days"][0])
    with pytest.raises(InputError, match="column 't' has only days that are Mon to Fri"):
        column.check(np.array([5.0]), "column 't' of the known rows")
    with pytest.raises(InputError, match="only days that are Mon to Fri"):
        column.type.allow("==", "2021-01-09", "t=2021-01-09", column)
    column.type.allow("==", "2021-01-08", "t=2021-01-08", column)
