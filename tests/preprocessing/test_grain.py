"""Numbers get the digits that real ones of their size have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.grain import Grain
from tabgan.schema import Schema
from tabgan.schema.digits import FULL, find_digits
from tabgan.seeds import one_stream

rng = np.random.default_rng(0)
N = 2000
SIZES = rng.lognormal(3, 2, N)


def shape(values) -> np.ndarray:
    return np.array([float(f"{x:.3g}") for x in values])


def learn(table: pd.DataFrame, exact=None, rules=()):
    schema = Schema.learn(table)
    return Grain().fit(schema.to_matrix(table), exact or {}, Constraints.parse(rules, schema))


def remake(values, fresh) -> np.ndarray:
    """Give fresh numbers the digits of a column of values."""
    grain = learn(pd.DataFrame({"x": values}))
    return grain.complete(np.asarray(fresh, float)[:, None], one_stream(np.random.default_rng(1)))[:, 0]


def shares(values) -> dict[int, float]:
    return pd.Series(find_digits(np.asarray(values, float)).decimals).value_counts(normalize=True).to_dict()


MIXED = {
    "few with three decimals": np.where(rng.random(N) < 0.08, SIZES.round(3), SIZES.round(2)),
    "whole numbers and two decimals": np.where(rng.random(N) < 0.6, SIZES.round(), SIZES.round(2)),
    "significant digits": shape(SIZES),
    "finer below ten": np.where(SIZES < 10, SIZES.round(3), SIZES.round(1)),
    "mostly hundreds": np.where(rng.random(N) < 0.8, (SIZES * 10).round() * 100, (SIZES * 1000).round()),
    "some rounded, others as doubles": np.where(rng.random(N) < 0.3, SIZES.round(1), SIZES),
    "very small": shape(1e-12 * SIZES),
}


@pytest.mark.parametrize("kind", MIXED)
def test_digits_come_in_their_shares(kind):
    scale = np.median(MIXED[kind]) / np.median(SIZES)
    fresh = np.random.default_rng(2).lognormal(3, 2, 4 * N) * scale
    fresh = fresh[(fresh >= MIXED[kind].min()) & (fresh <= MIXED[kind].max())]
    made, real = shares(remake(MIXED[kind], fresh)), shares(MIXED[kind])
    assert {d: made.get(d, 0) for d in real} == pytest.approx(real, abs=0.04)
    assert sum(share for d, share in made.items() if d not in real) < 0.01


@pytest.mark.parametrize("kind", ["significant digits", "very small"])
def test_significant_digits_stay_those(kind):
    made = remake(
        MIXED[kind], np.random.default_rng(2).choice(MIXED[kind], N) * np.random.default_rng(3).uniform(0.9, 1.1, N)
    )
    assert (np.abs(find_digits(made).whole) < 1000).mean() > 0.99


def test_most_multiples_of_five_and_some_not():
    values = np.where(rng.random(N) < 0.8, (SIZES * 20).round() * 5, (SIZES * 100).round())
    made = remake(values, np.random.default_rng(2).lognormal(3, 2, N) * 100)
    assert (made % 5 == 0).mean() == pytest.approx((values % 5 == 0).mean(), abs=0.03)


def test_moments_on_the_quarter_of_an_hour_and_some_not():
    minutes = np.where(rng.random(N) < 0.8, rng.integers(0, 6000, N) * 15, rng.integers(0, 90_000, N))
    seen = pd.Series(pd.Timestamp("2024-01-01 00:07") + pd.to_timedelta(minutes + 8, "min"))
    table = pd.DataFrame({"t": seen})
    rows = learn(table).complete(
        np.random.default_rng(2).uniform(0, 90_000, (N, 1)), one_stream(np.random.default_rng(1))
    )
    made = Schema.learn(table).restore(rows)["t"]
    assert (made.dt.minute % 15 == 0).mean() == pytest.approx((seen.dt.minute % 15 == 0).mean(), abs=0.04)


@pytest.mark.parametrize(
    "values", [SIZES.round(2), SIZES, rng.integers(0, 10**6, N), rng.integers(0, 10**6, N) * 5, rng.integers(0, 20, N)]
)
def test_nothing_is_learned_where_all_numbers_are_alike(values):
    assert not learn(pd.DataFrame({"x": values})).columns_


def test_values_that_repeat_are_left_alone():
    values = np.r_[np.full(500, 0.125), MIXED["whole numbers and two decimals"]]
    exact = {0: np.array([0.125])}
    grain = learn(pd.DataFrame({"x": values}), exact)
    rows = np.r_[np.full(300, 0.125), SIZES[:300]][:, None]
    made = grain.complete(rows, one_stream(np.random.default_rng(1)))[:, 0]
    assert (made[:300] == 0.13).mean() == 0
    assert (made[:300] == 0.125).all()
    assert not (made[300:] == 0.125).any()


def test_gaps_stay_gaps_and_few_values_teach_nothing():
    values = MIXED["whole numbers and two decimals"].copy()
    values[:20] = np.nan
    rows = np.where(np.isnan(values), np.nan, SIZES)[:, None]
    made = learn(pd.DataFrame({"x": values})).complete(rows, one_stream(np.random.default_rng(1)))
    assert np.array_equal(np.isnan(made), np.isnan(rows))
    assert not learn(pd.DataFrame({"x": values[20:45]})).columns_


def test_rules_between_columns_still_hold():
    low = np.where(rng.random(N) < 0.5, SIZES.round(), SIZES.round(2))
    high = (low + np.where(rng.random(N) < 0.5, SIZES.round(), SIZES.round(2))).round(2)
    table = pd.DataFrame({"low": low, "high": high, "sum": (low + high).round(2)})
    schema = Schema.learn(table)
    constraints = Constraints.parse(["low <= high", "low + high == sum"], schema)
    X = schema.to_matrix(table)
    grain = Grain().fit(X, {}, constraints)
    assert grain.columns_
    rows = constraints.reduce(X)
    made = grain.complete(
        rows + np.random.default_rng(4).uniform(0, 1e-4, rows.shape), one_stream(np.random.default_rng(1))
    )
    assert np.array_equal(made, schema.round(made))
    kept = constraints.holds(made)
    assert kept.mean() > 0.97  # a sum may fall out of its range
    assert (made[:, 0] <= made[:, 1])[kept].all()


def test_a_state_makes_the_same_grain():
    table = pd.DataFrame({"x": MIXED["significant digits"]})
    grain = learn(table)
    again = Grain.from_state(grain.get_state(), {}, Constraints.parse((), Schema.learn(table)))
    rows = SIZES[:, None]
    first, second = (own.complete(rows, one_stream(np.random.default_rng(1))) for own in (grain, again))
    assert np.array_equal(first, second)
    assert np.array_equal(grain.complete(first, one_stream(np.random.default_rng(1))), first)


def test_digits_of_numbers():
    found = find_digits(np.array([2.5, -0.07, 1200.0, 1 / 3, 1e-12, 4.0]))
    assert found.decimals.tolist() == [1, 2, -2, FULL, 12, 0]
    assert found.whole.tolist() == [25, -7, 12, 0, 1, 4]
