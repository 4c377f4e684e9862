"""Columns made normal by their ranks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.special import ndtr
from scipy.stats import kstest, norm, rankdata
from sklearn.utils.estimator_checks import check_estimator

from tabgan.preprocessing import quantile as module
from tabgan.preprocessing.quantile import MOST_KNOTS, QuantileNormal

matrices = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=20),
    elements=st.integers(-5, 5).map(float) | st.floats(-1e9, 1e9),
)


def test_scikit_learn_accepts_it():
    check_estimator(QuantileNormal())


@given(matrices)
def test_the_inverse_gives_the_training_values_back(X):
    stage = QuantileNormal().fit(X)
    scale = 1e-9 * np.ptp(X, axis=0)
    assert (np.abs(stage.inverse_transform(stage.transform(X)) - X) <= scale + 1e-300).all()


def test_single_values_get_the_scores_of_their_ranks():
    x = np.random.default_rng(0).lognormal(size=500)
    scores = QuantileNormal().fit_transform(x[:, None]).ravel()
    np.testing.assert_allclose(scores, norm.ppf((rankdata(x) - 0.5) / 500), atol=1e-12)


@pytest.mark.parametrize(
    "draw", [lambda rng: rng.poisson(1, 5000), lambda rng: rng.integers(0, 2, 5000), lambda rng: rng.pareto(0.5, 5000)]
)
def test_the_scores_are_normal_even_when_values_repeat(draw):
    x = draw(np.random.default_rng(0)).astype(float)
    assert kstest(QuantileNormal().fit_transform(x[:, None]).ravel(), "norm").pvalue > 0.01


def test_repeated_values_come_back_exactly_and_at_their_rate():
    x = np.repeat([0.0, 1.5, 7.0], [600, 300, 100])
    stage = QuantileNormal().fit(x[:, None])
    back = stage.inverse_transform(np.random.default_rng(1).normal(size=(100_000, 1))).ravel()
    values, counts = np.unique(back, return_counts=True)
    assert values.tolist() == [0.0, 1.5, 7.0]
    np.testing.assert_allclose(counts / 100_000, [0.6, 0.3, 0.1], atol=0.005)


@pytest.mark.parametrize("sign", [1, -1])
def test_nothing_lies_between_the_others_and_a_repeated_value_far_away(sign):
    rng = np.random.default_rng(0)
    x = sign * np.append(rng.uniform(0, 100, 60), [9999.0] * 40)  # as dates beside 9999-12-31 are
    stage = QuantileNormal().fit(x[:, None])
    back = np.abs(stage.inverse_transform(rng.normal(size=(100_000, 1))))
    assert ((back <= 100) | (back == 9999)).all()
    assert (back == 9999).mean() == pytest.approx(0.4, abs=0.02)
    both = np.concatenate([rng.normal(size=80), [-100.0, 100.0] * 10, [1000.0] * 10])
    back = QuantileNormal().fit(both[:, None]).inverse_transform(rng.normal(size=(100_000, 1)))
    assert ((np.abs(back) < 5) | np.isin(back, [-100, 100, 1000])).all()
    near = sign * np.append(rng.uniform(0, 100, 60), [150.0] * 40)  # not farther than the others are from each other
    back = np.abs(QuantileNormal().fit(near[:, None]).inverse_transform(rng.normal(size=(100_000, 1))))
    assert ((back > 100) & (back < 150)).any()


def test_nothing_lies_beyond_the_training_values():
    x = np.random.default_rng(0).normal(size=(100, 2))
    back = QuantileNormal().fit(x).inverse_transform(np.array([[-40.0, 40.0]]))
    np.testing.assert_array_equal(back, [[x[:, 0].min(), x[:, 1].max()]])


def test_many_values_are_thinned_without_harm():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=50_000), np.zeros(10_000)])[:, None]
    stage = QuantileNormal().fit(x)
    assert stage.steps_[0].shape[1] <= MOST_KNOTS
    back = stage.inverse_transform(stage.transform(x))
    assert np.abs(back - x).max() < 0.5  # in the tails, where values lie far apart
    assert np.quantile(np.abs(back - x), 0.99) < 2e-3
    assert np.mean(back == 0) == pytest.approx(1 / 6, abs=1e-3)


def test_a_wide_table_keeps_fewer_knots_by_less_than_chance_moves_them(monkeypatch):
    X = np.random.default_rng(0).normal(size=(4000, 3))
    monkeypatch.setattr(module, "MOST_IN_ALL", 3 * 300)
    stage = QuantileNormal().fit(X)
    assert [steps.shape for steps in stage.steps_] == [(3, 300)] * 3
    exact = (np.argsort(np.argsort(X[:, 0])) + 0.5) / len(X)
    assert np.abs(ndtr(stage.transform(X)[:, 0]) - exact).max() < 0.5 / 4000**0.5 / 2
    back = stage.inverse_transform(stage.transform(X))
    np.testing.assert_allclose((back.min(axis=0), back.max(axis=0)), (X.min(axis=0), X.max(axis=0)), rtol=1e-12)


def test_the_state_gives_the_same_stage():
    X = np.random.default_rng(0).poisson(2, size=(50, 12)).astype(float)
    stage = QuantileNormal(5).fit(X)
    again = QuantileNormal.from_state(stage.get_state())
    Z = np.random.default_rng(1).normal(size=(20, 12))
    np.testing.assert_array_equal(again.inverse_transform(Z), stage.inverse_transform(Z))
    np.testing.assert_array_equal(again.transform(X), stage.transform(X))


@given(matrices, st.integers(0, 2**32 - 1))
def test_gaps_stay_gaps_and_change_nothing_else(X, seed):
    gaps = np.random.default_rng(seed).random(X.shape) < 0.5
    gaps[0] = False  # a value in each column
    holed = np.where(gaps, np.nan, X)
    stage = QuantileNormal().fit(holed)
    for steps, column in zip(stage.steps_, holed.T, strict=True):
        alone = QuantileNormal().fit(column[~np.isnan(column)][:, None])
        np.testing.assert_array_equal(steps, alone.steps_[0])
    scores = stage.transform(holed)
    np.testing.assert_array_equal(np.isnan(scores), gaps)
    back = stage.inverse_transform(scores)
    np.testing.assert_array_equal(np.isnan(back), gaps)
    assert (np.abs(back - X)[~gaps] <= (1e-9 * np.ptp(X, axis=0) + 1e-300 + 0 * X)[~gaps]).all()
