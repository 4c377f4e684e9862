"""MapMinMaxScaler against the formula of mapminmax."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import check_estimator

from tabgan import InputError, MapMinMaxScaler

finite = st.floats(allow_nan=False, allow_infinity=False)
matrices = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=8), elements=finite)


def test_scikit_learn_accepts_it():
    check_estimator(MapMinMaxScaler())


def formula(x, ymin=-1.0, ymax=1.0):
    """Column by column in extended precision; a column without a finite range is unchanged."""
    wide = x.astype(np.longdouble)
    columns = []
    for column in wide.T:
        xmin, xmax = column.min(), column.max()
        with np.errstate(over="ignore"):
            unchanged = xmax == xmin or not np.isfinite(np.float64(xmax - xmin))
        columns.append(column if unchanged else (ymax - ymin) * (column - xmin) / (xmax - xmin) + ymin)
    return np.stack(columns, axis=1).astype(float)


@given(matrices, st.sampled_from([(-1, 1), (0, 1), (-3.5, 2)]))
def test_it_is_the_documented_formula(X, feature_range):
    Y = MapMinMaxScaler(feature_range).fit_transform(X)
    np.testing.assert_allclose(Y, formula(X, *feature_range), rtol=1e-15, atol=5e-15)


@given(matrices)
def test_the_inverse_gives_the_values_back(X):
    scaler = MapMinMaxScaler().fit(X)
    scale = np.abs(X).max(axis=0)
    error = np.abs(
        scaler.inverse_transform(scaler.transform(X)) / 2 - X / 2
    )  # halves, because a difference may overflow
    assert (error <= 4 * (np.finfo(float).eps * scale + 5e-324)).all()


@given(matrices)
def test_the_end_points_are_exact(X):
    scaler = MapMinMaxScaler().fit(X)
    Y = scaler.transform(X)
    changed = np.setdiff1d(np.arange(X.shape[1]), scaler.no_change_)
    low, high = (X == X.min(axis=0))[:, changed], (X == X.max(axis=0))[:, changed]
    assert (Y[:, changed][low] == -1).all()
    assert (Y[:, changed][high] == 1).all()
    ends = scaler.inverse_transform(np.vstack([-np.ones(X.shape[1]), np.ones(X.shape[1])]))
    np.testing.assert_array_equal(ends[:, changed], np.vstack([X.min(axis=0), X.max(axis=0)])[:, changed])


@pytest.mark.parametrize("scale", [1e300, 5e-324, 1e-310, 1.0])
def test_huge_and_tiny_columns_are_scaled(scale):
    X = np.array([[0.0], [1.0], [2.0], [4.0]]) * min(scale, 4e307)
    scaler = MapMinMaxScaler().fit(X)
    np.testing.assert_allclose(scaler.transform(X).ravel(), [-1, -0.5, 0, 1], atol=1e-15)
    np.testing.assert_array_equal(scaler.inverse_transform(scaler.transform(X)), X)


@pytest.mark.parametrize(
    "column",
    [[1013.25] * 4, [5.0], [np.nan, 5.0], [1.0, np.inf, 2.0, 3.0], [-1.7e308, 1.7e308], [np.nan] * 3],
)
def test_a_column_without_a_finite_range_is_passed_through(column):
    X = np.array(column)[:, None]
    scaler = MapMinMaxScaler().fit(X)
    assert scaler.no_change_.tolist() == [0]
    np.testing.assert_array_equal(scaler.transform(X), X)
    np.testing.assert_array_equal(scaler.inverse_transform(X), X)


def test_it_agrees_with_scikit_learn_on_columns_that_vary():
    X = np.random.default_rng(0).normal(size=(50, 4))
    new = 3 * np.random.default_rng(1).normal(size=(50, 4))  # beyond the range: both extrapolate
    ours, theirs = MapMinMaxScaler().fit(X), MinMaxScaler((-1, 1)).fit(X)
    np.testing.assert_allclose(ours.transform(new), theirs.transform(new), atol=1e-13)
    np.testing.assert_allclose(ours.inverse_transform(new), theirs.inverse_transform(new), atol=1e-13)


def test_the_state_gives_the_same_scaler():
    X = np.random.default_rng(0).normal(size=(50, 4))
    X[:, 2] = 7
    scaler = MapMinMaxScaler((0, 2)).fit(X)
    again = MapMinMaxScaler.from_state(scaler.get_state())
    np.testing.assert_array_equal(
        again.inverse_transform(again.transform(X)), scaler.inverse_transform(scaler.transform(X))
    )


def test_a_reversed_range_is_refused():
    with pytest.raises(InputError, match=r"from low to high, but is \(1, -1\)"):
        MapMinMaxScaler((1, -1)).fit([[1.0], [2.0]])
