"""What every synthesizer of series promises, as checks that need no test framework."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from tabgan.synthesizers import series_synthesizer
from tabgan.synthesizers.checks import (
    Case,
    check_copies,
    check_files,
    check_global_generators,
    check_seeds,
    refuses,
    same,
)
from tabgan.synthesizers.series_synthesizer import SeriesSynthesizer

ROLES = {"time": "time", "entity": "pump", "static": ["model"]}


def make_series(n: int = 160) -> pd.DataFrame:
    """Return a simulated table of three pumps, n steps of each, interleaved and with a gap in time: (3 * n, 14)."""
    rng = np.random.default_rng(0)
    parts = []
    for i, pump in enumerate(["P1", "P2", "泵"]):
        level = np.cumsum(rng.normal(size=n)) * 0.3 + 5 * np.sin(np.arange(n) / 4)
        hours = np.arange(n) + np.where(np.arange(n) >= n - 80, 9, 0) * (i == 1)
        parts.append(
            pd.DataFrame(
                {
                    "time": pd.Timestamp("2026-03-01", tz="Europe/Berlin") + pd.to_timedelta(hours, "h"),
                    "pump": pump,
                    "model": pd.Categorical(["new", "old", "new"], ["new", "old"])[[i] * n],
                    "two decimals": (40 + level + 10 * i).round(2),
                    "整数": rng.poisson(np.exp(level / 9)),
                    "float32": (level + rng.normal(size=n)).astype("float32"),
                    "constant": 1013.25,
                    "flag": rng.random(n) < 0.2 + 0.6 * (level > 0),
                    "nullable": pd.array(rng.integers(0, 9, n), "Int64"),
                    "small": rng.integers(0, 5, n).astype("uint8"),
                    "gaps": np.where(np.sin(np.arange(n) / 7) > 0.8, np.nan, level.round(1)),
                    "mode": np.where(level > 3, "high", np.where(level > -3, "mid", "ä")),
                    "grade": pd.Categorical(np.where(level > 1, "high", "low"), ["low", "mid", "high"], ordered=True),
                    "twin": (40 + level + 10 * i).round(2),
                }
            )
        )
    table = pd.concat(parts).sort_values("time", kind="stable", ignore_index=True)
    return table.assign(pump=table["pump"].astype(str))


def make_asked(n: int = 240) -> pd.DataFrame:
    """Return a simulated table of two machines with a static and a known column, and a label that drives a channel."""
    rng = np.random.default_rng(0)
    fault = np.tile(np.repeat(["none", "wear"], n // 4), 4)
    age = np.repeat([3, 7], n)
    holiday = rng.random(2 * n) < 0.3
    x = 20.0 * (fault == "wear") + rng.normal(size=2 * n)
    stamps = pd.Series(pd.date_range("2026-01-01", periods=n, freq="D"))
    return pd.DataFrame(
        {
            "day": pd.concat([stamps, stamps], ignore_index=True),
            "machine": np.repeat(["A", "B"], n),
            "age": age,
            "holiday": holiday,
            "fault": fault,
            "x": x.round(3),
            "y": rng.normal(size=2 * n).round(3),
        }
    )


def check_series_synthesizer(estimator: SeriesSynthesizer) -> None:
    """Raise an error unless a synthesizer of series keeps what all of them promise.

    Give one that is quickly fitted, which is done about 15 times to tables of 300 to 500 steps, and is registered,
    because it is saved and loaded, too.

    Parameters
    ----------
    estimator : SeriesSynthesizer
        It is cloned, not changed; `time`, `entity`, `static`, `known_future` and `label` are set.

    Raises
    ------
    AssertionError
        A promise is broken: the check's docstring says which.

    Examples
    --------
    >>> from tabgan import StationaryBootstrap
    >>> check_series_synthesizer(StationaryBootstrap())  # doctest: +SKIP
    """
    case = series_case(estimator)
    for check in SERIES_CHECKS:
        check(case)


def series_case(estimator: SeriesSynthesizer) -> Case:
    """Return the case that the checks are given."""
    return Case(estimator.set_params(**ROLES), make_series())


def check_windows(case: Case) -> None:
    """Any number of windows of any length can be had, and the first ones are always the same."""
    many = case.fitted.sample(140)
    assert list(many.columns) == ["series", *case.table.columns]
    assert (many["series"] == np.repeat(np.arange(1, 141), 24)).all(), "windows are numbered from 1, one after another"
    for n in (0, 1, 2, 65):
        same(many.iloc[: 24 * n], case.fitted.sample(n))
    for length in (1, 2, 24, 100):
        assert len(case.fitted.sample(3, length)) == 3 * length
    for wrong in (-5, 1.5, "ten", None, True):
        refuses("n_samples must be a whole number of at least 0, but is", partial(case.fitted.sample, wrong))
        refuses("length must be a whole number of at least 1, but is", partial(case.fitted.sample, 1, wrong))
        refuses("length must be a whole number of at least 1, but is", partial(case.fitted.sample_series, wrong))
    refuses("length must be a whole number of at least 1, but is 0", partial(case.fitted.sample, 1, 0))


def check_longer_series(case: Case) -> None:
    """A series of k steps is the beginning of a longer one, and of several the first ones are always the same."""
    piece = series_synthesizer.PIECE
    longest = case.fitted.sample_series(piece + 20)
    for length in (1, 24, 25, piece, piece + 1):
        same(longest.iloc[:length], case.fitted.sample_series(length))
    several = case.fitted.sample_series(30, n=18)
    assert (several["series"] == np.repeat(np.arange(1, 19), 30)).all()
    same(several.iloc[:60], case.fitted.sample_series(30, n=2))
    same(several.iloc[:30].drop(columns="series"), longest.iloc[:30])
    assert len(case.fitted.sample_series(30, n=0)) == 0


def check_what_comes_back(case: Case) -> None:
    """Columns, dtypes, decimals, constants and labels come back, and no value lies outside the range."""
    table = case.table
    for rows in (case.fitted.sample(20).drop(columns="series"), case.fitted.sample_series(300), case.fitted.sample(0)):
        rows = rows.drop(columns="series", errors="ignore")
        assert list(rows.columns) == list(table.columns)
        assert rows.dtypes.equals(table.dtypes), "dtypes must come back"
        for name in ("two decimals", "gaps", "twin"):
            np.testing.assert_array_equal(rows[name].round(2), rows[name])
        assert (rows["constant"] == 1013.25).all()
        assert rows["twin"].equals(rows["two decimals"].rename("twin")), "columns that are equal stay so"
        for name in ("pump", "model", "mode", "grade"):
            assert set(rows[name]) <= set(table[name])
        static = table.drop_duplicates("pump").set_index("pump")["model"].astype(str)
        assert (rows["model"].astype(str) == rows["pump"].map(static)).all(), "a static column is that of its entity"
        assert not rows.drop(columns="gaps").isna().any(axis=None), "only columns with gaps may have gaps"
        for name in ("two decimals", "整数", "float32", "nullable", "small", "gaps"):
            assert rows[name].dropna().between(table[name].min(), table[name].max()).all(), f"{name} leaves its range"


def check_stamps(case: Case) -> None:
    """Stamps of each series are equal steps apart, and begin where they were asked to."""
    for _, rows in case.fitted.sample(30).groupby("series"):
        assert (rows["time"].diff().dropna() == pd.Timedelta("1h")).all()
        assert rows["pump"].nunique() == 1
    start = pd.Timestamp("2027-03-27 22:00", tz="Europe/Berlin")  # over the hour that clocks leave out
    rows = case.fitted.sample_series(50, start=start)
    assert rows["time"].equals(_hours(case, start, 50))
    refuses(
        "stamps must be whole steps of h", partial(case.fitted.sample_series, 5, start=start + pd.Timedelta("9min"))
    )
    refuses("must be a stamp such as", partial(case.fitted.sample_series, 5, start="soon"))


def _hours(case: Case, start: pd.Timestamp, n: int) -> pd.Series:
    """Return hours as the times of the table come."""
    return pd.Series(pd.date_range(start, periods=n, freq="h"), name="time", dtype=case.table["time"].dtype)


def check_scenarios(case: Case) -> None:
    """What comes after given rows begins a step after the last, is of their entity, and varies."""
    last = case.table[case.table["pump"] == "泵"].iloc[:120]
    one = case.fitted.continue_series(last, 30)
    assert list(one.columns) == list(case.table.columns)
    first = last["time"].iloc[-1] + pd.Timedelta("1h")
    assert one["time"].equals(_hours(case, first, 30))
    assert set(one["pump"]) == {"泵"}
    several = case.fitted.continue_series(last, 30, n=20)
    assert (several["time"].to_numpy().reshape(20, 30) == several["time"].to_numpy()[:30]).all()
    same(several.iloc[:30].drop(columns="series"), one)
    same(case.fitted.continue_series(last, 5), one.iloc[:5])
    same(case.fitted.continue_series(last.iloc[-100:], 30), one)
    ends = several.groupby("series")["two decimals"].last()
    assert ends.nunique() > 1, "scenarios must differ"
    refuses("of one entity", partial(case.fitted.continue_series, case.table, 5))
    refuses("give more", partial(case.fitted.continue_series, last.iloc[:0], 5))


def check_series_arrays(case: Case) -> None:
    """An array gives an array of its dtype: of one series, or of several."""
    plain = {"time": None, "entity": None, "static": ()}
    rng = np.random.default_rng(0)
    for dtype in ("float64", "float32", "int64"):
        X = (10 * np.cumsum(rng.normal(size=(260, 2)), 0)).astype(dtype)
        fitted = case.fit(X, **plain)
        for made, shape in (
            (fitted.sample(7, 12), (7, 12, 2)),
            (fitted.sample_series(31), (31, 2)),
            (fitted.sample_series(31, n=4), (4, 31, 2)),
            (fitted.continue_series(X[-60:], 9), (9, 2)),
        ):
            assert isinstance(made, np.ndarray)
            assert (made.shape, made.dtype) == (shape, dtype)
    several = rng.normal(size=(17, 40, 3)).astype("float32")
    fitted = case.fit(several, **plain)
    for made, shape in ((fitted.sample(7), (7, 24, 3)), (fitted.continue_series(several[0], 5), (1, 5, 3))):
        assert (made.shape, made.dtype) == (shape, np.float32)


def check_what_is_asked_for(case: Case) -> None:
    """Label, static values and known columns are those asked for, and what was not learned is refused."""
    table = make_asked()
    roles = {"time": "day", "entity": "machine", "static": ["age"], "known_future": ["holiday"], "label": "fault"}
    fitted = case.fit(table, **roles)
    plan = pd.DataFrame({"day": pd.date_range("2027-01-01", periods=90), "holiday": np.arange(90) % 3 == 0})
    ask = partial(fitted.sample_series, 60, start="2027-01-10", known_future=plan)
    means = {}
    for fault in ("none", "wear"):
        rows = ask(label=fault, static={"age": 7}, n=3)
        assert (rows["fault"] == fault).all()
        assert (rows["age"] == 7).all()
        assert (rows["holiday"].to_numpy().reshape(3, 60) == plan["holiday"].to_numpy()[9:69]).all()
        means[fault] = rows["x"].mean()
    assert means["wear"] > means["none"], "a channel must follow the label that drives it"
    refuses("has the levels none, wear, but 'rust'", partial(ask, label="rust"))
    refuses("must name static columns, but 'machine' is none", partial(ask, static={"machine": "A"}))
    refuses("must cover all 60 steps, but lacks 14", partial(ask, known_future=plan.iloc[:55]))
    refuses("but lacks holiday", partial(ask, known_future=plan[["day"]]))
    refuses("must be known for", partial(fitted.continue_series, table[:240], 5))
    rows = fitted.sample(5, 10)
    assert rows["holiday"].dtype == bool
    assert not rows.isna().any(axis=None)


SERIES_CHECKS: tuple[Callable[[Case], None], ...] = (
    check_seeds,
    check_windows,
    check_longer_series,
    check_what_comes_back,
    check_stamps,
    check_scenarios,
    check_series_arrays,
    check_what_is_asked_for,
    check_files,
    check_copies,
    check_global_generators,
)
