"""ThreeSigmaSmoother against hand-worked series, and a rolling rule written as a loop."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from tabgan import InputError
from tabgan.preprocessing.outliers import ThreeSigmaSmoother
from tabgan.preprocessing.pca import PCAStage

tables = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40),
    elements=st.floats(-1e3, 1e3) | st.just(np.nan) | st.just(1e6),
)
ORDER_MATTERS = {
    "check_methods_sample_order_invariance": "rows are in the order of time",
    "check_methods_subset_invariance": "a row's past decides",
}


@pytest.fixture
def series() -> np.ndarray:
    """200 values around 50, and three bursts."""
    series = np.random.default_rng(0).normal(50, 2, (200, 1))
    series[[40, 41, 150]] = [[90.0], [95.0], [5.0]]
    return series


@pytest.mark.parametrize(
    ("smoother", "expected"), [(ThreeSigmaSmoother(), {}), (ThreeSigmaSmoother(window=5), ORDER_MATTERS)]
)
def test_scikit_learn_accepts_it(smoother, expected):
    check_estimator(smoother, expected_failed_checks=expected)


def test_outliers_become_weighted_averages_of_the_values_before_them(series):
    smoother = ThreeSigmaSmoother(neighbours=3).fit(series)
    smooth = smoother.transform(series)
    x = series[:, 0]
    weights = np.array([1 / 3, 1 / 2, 1])
    assert smooth[40, 0] == pytest.approx(weights @ x[37:40] / weights.sum(), rel=1e-14)
    weights = np.array([1 / 4, 1 / 3, 1 / 2])  # the outlier right before is no history
    assert smooth[41, 0] == pytest.approx(weights @ x[37:40] / weights.sum(), rel=1e-14)
    untouched = np.delete(np.arange(200), [40, 41, 150])
    np.testing.assert_array_equal(smooth[untouched], series[untouched])
    assert smoother.changed_["row"].tolist() == [40, 41, 150]
    assert smoother.changed_["before"].tolist() == [90.0, 95.0, 5.0]
    np.testing.assert_array_equal(smoother.changed_["after"], smooth[[40, 41, 150], 0])


def test_the_first_rows_use_what_is_there():
    series = np.tile([1.0, 2.0], 20)[:, None]
    series[[0, 2]] = 100.0
    smoother = ThreeSigmaSmoother().fit(series)
    assert smoother.transform(series)[:4, 0].tolist() == [series.mean(), 2.0, 2.0, 2.0]


def test_the_rule_is_of_the_rows_it_was_fitted_on(series):
    smoother = ThreeSigmaSmoother(2).fit(series[:100])
    mean, std = series[:100].mean(), series[:100].std()
    limits = np.array([[mean], [mean + 1.999 * std], [mean + 2.001 * std], [mean - 2.001 * std]])
    assert smoother.report(limits)["row"].tolist() == [2, 3]


@pytest.mark.parametrize("window", [4, 30])
def test_the_rolling_rule_judges_by_the_rows_before(series, window):
    series[100:] += 40  # another level
    smoother = ThreeSigmaSmoother(window=window).fit(series)
    expected = [
        t
        for t in range((window + 1) // 2, 200)
        for past in [series[max(0, t - window) : t, 0]]
        if abs(series[t, 0] - past.mean()) > 3 * past.std()
    ]
    assert {40, 100, 150} <= set(expected)
    assert smoother.changed_["row"].tolist() == expected
    assert 199 not in expected  # it has followed


@given(tables, st.integers(2, 9), st.integers(0, 39))
def test_no_later_row_matters_to_the_rolling_rule(X, window, t):
    smoother = ThreeSigmaSmoother(window=window).fit(X)
    later = X.copy()
    later[t + 1 :] = 1e5
    np.testing.assert_array_equal(smoother.transform(later)[: t + 1], smoother.transform(X)[: t + 1])


@given(tables, st.none() | st.integers(2, 9))
def test_gaps_stay_and_replacements_lie_in_the_range_of_the_others(X, window):
    smoother = ThreeSigmaSmoother(window=window).fit(X)
    Y = smoother.transform(X)
    np.testing.assert_array_equal(np.isnan(Y), np.isnan(X))
    for x, y in zip(X.T, Y.T, strict=True):
        seen = x[~np.isnan(x)]
        if len(seen):
            slack = 1e-9 * np.abs(seen).max()
            assert seen.min() - slack <= np.nanmin(y) <= np.nanmax(y) <= seen.max() + slack


@pytest.mark.parametrize("value", [0.1, 1013.25, -1e-300])
@pytest.mark.parametrize("window", [None, 6])
def test_constant_columns_stay(value, window):
    X = np.full((50, 2), value)
    smoother = ThreeSigmaSmoother(0.5, window).fit(X)
    np.testing.assert_array_equal(smoother.transform(X), X)
    assert smoother.changed_.empty


def test_columns_are_named_in_the_report(series):
    table = pd.DataFrame({"demand": series[:, 0], "rain": 0.0})
    assert ThreeSigmaSmoother().fit(table).changed_["column"].unique().tolist() == ["demand"]
    assert ThreeSigmaSmoother().fit(table.to_numpy()).changed_["column"].unique().tolist() == ["1"]


def test_it_works_in_a_pipeline_and_as_a_clone(series):
    X = np.hstack([series, series**2])
    pipeline = make_pipeline(ThreeSigmaSmoother(2.5), PCAStage(1))
    smooth = ThreeSigmaSmoother(2.5).fit_transform(X)
    np.testing.assert_array_equal(clone(pipeline).fit_transform(X), PCAStage(1).fit_transform(smooth))
    np.testing.assert_array_equal(ThreeSigmaSmoother().fit(X).inverse_transform(X), X)


def test_the_state_gives_the_same_smoother(series):
    smoother = ThreeSigmaSmoother(2.5, None, 4).fit(series[:100])
    again = ThreeSigmaSmoother.from_state(smoother.get_state())
    np.testing.assert_array_equal(again.transform(series), smoother.transform(series))
    assert again.get_params() == smoother.get_params()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_sigma": 0}, "n_sigma must be a positive finite number, but is 0"),
        ({"n_sigma": "3"}, "n_sigma must be a positive finite number, but is '3'"),
        ({"window": 1}, "window must be a whole number of at least 2, or None, but is 1"),
        ({"neighbours": 0}, "neighbours must be a whole number of at least 1, but is 0"),
    ],
)
def test_what_there_cannot_be_is_refused(series, parameters, message):
    with pytest.raises(InputError, match=message):
        ThreeSigmaSmoother(**parameters).fit(series)


@pytest.mark.parametrize("text", ["", "3", "sigma", "3sigma:", "3sigma:x", "-3sigma", "3 sigma", "3sigma:60:1"])
def test_other_texts_are_refused(text):
    with pytest.raises(InputError, match="smooth must be Nsigma"):
        ThreeSigmaSmoother.parse(text)


@pytest.mark.parametrize(("text", "message"), [("0sigma", "n_sigma"), ("3sigma:1", "window")])
def test_texts_of_bad_numbers_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        ThreeSigmaSmoother.parse(text)
