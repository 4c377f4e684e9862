"""Bins of histograms: no value is lost or counted twice, and none of two equal neighbours has less than its share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.evaluation.bins import find_bins

DAY = 86_400
NONE = np.array([])


def seconds(dates: pd.DatetimeIndex) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[s]").astype(np.float64)


def starts(edges: np.ndarray, unit: str) -> bool:
    moments = edges.astype("datetime64[s]")
    return bool((moments.astype(f"datetime64[{unit}]") == moments).all())


@pytest.mark.parametrize(
    ("periods", "step", "unit", "n_bins"),
    [
        (48, "h", "h", 48),
        (30, "D", "D", 30),
        (250, "D", "D", 36),  # weeks
        (3 * 365, "D", "M", 36),
        (9 * 365, "D", "M", 36),  # quarters
        (36, "MS", "M", 36),
        (12, "MS", "M", 12),
        (40, "QS", "M", 40),
        (50, "YS", "Y", 50),
        (120, "YS", "Y", 24),
    ],
)
def test_dates_fall_into_whole_units(periods, step, unit, n_bins):
    values = seconds(pd.date_range("1970-01-01", periods=periods, freq=step))
    bins = find_bins(values, values, 36, dates=True)
    assert len(bins.edges) - 1 == pytest.approx(n_bins, abs=1)
    assert starts(bins.edges, unit)
    counts = bins.count(values)
    assert counts.tolist() == np.histogram(values[values < bins.edges[-1]], bins.edges)[0].tolist()
    inner = counts[1:-1]
    assert inner.max() <= 1.13 * inner.min()  # as months differ


def test_weeks_begin_on_monday():
    edges = find_bins(DAY * np.arange(250.0), NONE, 36, dates=True).edges
    assert set(pd.to_datetime(edges, unit="s").day_name()) == {"Monday"}


@pytest.mark.parametrize("freq", ["37min", "2D", "W-WED", "B", "ME", "8h"])
@pytest.mark.parametrize("periods", [40, 200, 1000])
def test_whatever_the_step_of_moments_no_bin_is_empty_between_others(freq, periods):
    values = seconds(pd.date_range("2023-03-01 00:00", periods=periods, freq=freq))
    counts = find_bins(values, values, 36, dates=True).count(values)
    inner = counts[1:-1]
    assert inner.max() <= 1.25 * inner.min()


@given(st.integers(8, 6000), st.integers(-20_000, 20_000), st.integers(5, 60))
def test_a_table_of_every_day_has_no_gap(n, first, most):
    values = DAY * np.arange(first, first + n, dtype=np.float64)
    bins = find_bins(values, NONE, most, dates=True)
    counts = bins.count(values)
    assert (counts[1:-1] > 0).all()
    assert counts[0] + counts[-1] > 0
    assert starts(bins.edges, "D")
    assert (counts[1:-1] <= 1.13 * np.median(counts[1:-1]) + 1).all()


@given(st.lists(st.integers(-(10**10), 10**10), min_size=1, max_size=40), st.integers(2, 50))
def test_every_moment_of_the_window_is_in_one_bin(moments, most):
    values = np.array(moments, dtype=np.float64)
    bins = find_bins(values, NONE, most, dates=True)
    low, high = np.quantile(values, [0.005, 0.995])
    inside = values[(values >= low) & (values <= high)]
    assert (np.diff(bins.edges) > 0).all()
    assert len(bins.edges) <= 3 * most + 3
    lower = np.array([np.count_nonzero((a <= inside) & (inside < b)) for a, b in zip(bins.edges, bins.edges[1:])])  # noqa: B905
    assert bins.count(inside).tolist() == lower.tolist()
    assert lower.sum() == len(inside)


@given(st.integers(1, 3000), st.integers(-500, 500), st.integers(1, 40), st.integers(0, 3), st.integers(2, 50))
def test_whole_steps_fall_into_bins_of_equally_many(n, first, step, decimals, most):
    values = np.round((first + step * np.arange(n)) / 10**decimals, decimals)
    bins = find_bins(values, NONE, most, decimals=decimals)
    assert len(bins.edges) - 1 <= most
    widths = np.diff(bins.edges) / bins.step
    assert np.allclose(widths, round(widths[0]))
    counts = bins.count(values)
    assert (counts[1:-1] == round(widths[0])).all()
    inside = values[(values >= bins.edges[0]) & (values < bins.edges[-1])]
    assert counts.tolist() == np.histogram(inside, bins.edges)[0].tolist()
    low, high = np.quantile(values, [0.005, 0.995])
    assert counts.sum() >= np.count_nonzero((values >= low) & (values <= high))
    if n > 1:
        assert bins.step == pytest.approx(step / 10**decimals)


def test_ends_are_values_of_the_bin():
    bins = find_bins(5.0 * np.arange(20), NONE, 10, decimals=0)
    first, last = bins.ends
    assert (first[0], last[0]) == (0, 5)
    single = find_bins(np.array([3.0, 4.0, 9.0]), NONE, 36, decimals=0)
    assert single.ends[0].tolist() == single.ends[1].tolist() == [3, 4, 5, 6, 7, 8, 9]


def test_numbers_between_which_others_may_be_have_equal_bins():
    values = np.random.default_rng(0).normal(size=4000)
    bins = find_bins(values[:2000], values[2000:], 40)
    low, high = np.quantile(values, [0.005, 0.995])
    np.testing.assert_allclose(bins.edges, np.linspace(low, high, 41), atol=1e-6)
    inside = values[(values >= low) & (values <= high)]
    assert bins.count(values).sum() == len(inside)
    assert bins.ends[0].tolist() == bins.edges[:-1].tolist()


def test_tables_without_values_or_with_one():
    assert find_bins(NONE, NONE, 9).count(NONE).tolist() == [0]
    assert find_bins(np.full(5, 7.0), NONE, 9).count(np.full(5, 7.0)).sum() == 5
    assert find_bins(np.full(5, 7.0), NONE, 9, decimals=0).edges.tolist() == [6.5, 7.5]
    day = np.full(5, 19_000.0 * DAY)
    assert find_bins(day, day, 9, dates=True).edges.tolist() == [19_000 * DAY, 19_001 * DAY]
    assert find_bins(np.array([np.pi * 1e300]), NONE, 9, decimals=0).count(np.array([np.pi * 1e300])).sum() == 1


def test_what_lies_beyond_the_last_bin_is_in_none():
    values = DAY * np.r_[np.arange(1000.0) % 40, 500, 40]
    bins = find_bins(values, NONE, 36, dates=True)
    assert bins.edges[-1] == 40 * DAY
    assert bins.count(values).sum() == 1000
    assert bins.share(values).sum() == pytest.approx(1000 / 1002)
