"""MapMinMaxScaler against the formula of mapminmax."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.io
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import check_estimator

from tabgan import InputError, MapMinMaxScaler
from tests.octave import run_octave

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


def test_missing_values_are_left_out_of_the_extremes():
    X = np.array([[1.0, np.nan], [np.nan, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(MapMinMaxScaler().fit_transform(X), [[-1, np.nan], [np.nan, -1], [1, 1]])


# mapminmax by its documentation, which leaves rows alone that are constant or have no finite range.
MAPMINMAX = """
function [y, ps] = mapminmax(x, ymin, ymax)
  xmin = min(x, [], 2); xmax = max(x, [], 2);
  xmin(isnan(xmin)) = -Inf; xmax(isnan(xmax)) = Inf;
  ps = struct('name', 'mapminmax', 'xrows', rows(x), 'xmax', xmax, 'xmin', xmin, 'xrange', xmax - xmin, ...
              'yrows', rows(x), 'ymax', ymax, 'ymin', ymin, 'yrange', ymax - ymin);
  ps.gain = ps.yrange ./ ps.xrange; ps.xoffset = xmin;
  same = find(ps.xrange == 0 | !isfinite(ps.xrange));
  ps.gain(same) = 1; ps.xoffset(same) = ymin;
  ps.no_change = all(ps.gain == 1) && all(xmin == 0);
  y = apply(x, ps);
end
function y = apply(x, ps)
  y = x;
  if !ps.no_change, y = (x - ps.xoffset) .* ps.gain + ps.ymin; end
end
function x = reverse(y, ps)
  x = y;
  if !ps.no_change, x = (y - ps.ymin) ./ ps.gain + ps.xoffset; end
end
"""
COMPARE = (
    MAPMINMAX
    + """
S = load('in.mat');
[y, ps] = mapminmax(S.X', -1, 1); applied = apply(S.new', S.ours); back = reverse(S.new', S.ours);
[unused, other] = mapminmax(S.X', 0, 2.5);
save('-v7', 'out.mat', 'y', 'ps', 'other', 'applied', 'back');
"""
)


def test_it_agrees_with_octave_field_for_field(tmp_path):
    rng = np.random.default_rng(0)
    X = np.hstack([rng.normal(size=(30, 4)) * 10.0 ** rng.integers(-8, 8, 4), np.full((30, 2), [7.0, -1.0])])
    X = np.hstack([X, rng.normal(size=(30, 3))])
    X[3, 6], X[4, 7], X[:, 8] = np.nan, np.inf, np.nan
    new = rng.normal(size=(10, 9))
    scaler = MapMinMaxScaler().fit(X)
    scipy.io.savemat(tmp_path / "in.mat", {"X": X, "new": new, "ours": scaler.to_matlab()})
    run_octave(COMPARE, tmp_path)
    theirs = scipy.io.loadmat(tmp_path / "out.mat")
    np.testing.assert_allclose(scaler.transform(X), theirs["y"].T, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(scaler.transform(new), theirs["applied"].T, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(scaler.inverse_transform(new), theirs["back"].T, rtol=1e-12, atol=1e-12)
    ours, ps = scaler.to_matlab(), theirs["ps"][0, 0]
    assert tuple(sorted(ours)) == tuple(sorted(ps.dtype.names))
    for name, value in ours.items():
        np.testing.assert_array_equal(np.squeeze(value), np.squeeze(ps[name]), err_msg=name)
    for field, wanted in (("ps", scaler), ("other", MapMinMaxScaler((0, 2.5)).fit(X))):
        again = MapMinMaxScaler.from_matlab(theirs[field])
        np.testing.assert_array_equal(again.no_change_, [4, 5, 7, 8])
        np.testing.assert_array_equal(again.transform(new), wanted.transform(new))


@given(matrices, st.sampled_from([(-1, 1), (0, 1)]))
def test_settings_for_matlab_give_the_scaler_back(X, feature_range):
    scaler = MapMinMaxScaler(feature_range).fit(X)
    with np.errstate(over="ignore"):
        xrange = scaler.xmax_ - scaler.xmin_
    if ((0 < xrange) & (xrange < 1e-300)).any():
        with pytest.raises(InputError, match="overflows, as its range is so small"):
            MapMinMaxScaler(feature_range).fit([[0.0], [1e-310]]).to_matlab()
        return
    ps = scaler.to_matlab()
    again = MapMinMaxScaler.from_matlab(ps)
    assert again.feature_range == feature_range
    np.testing.assert_array_equal(again.no_change_, scaler.no_change_)
    np.testing.assert_array_equal(again.transform(X), scaler.transform(X))


def test_no_change_passes_everything_through_as_matlab_does():
    ps = MapMinMaxScaler().fit([[0.0], [2.0]]).to_matlab()
    assert ps["no_change"] is False
    assert MapMinMaxScaler.from_matlab(ps).transform([[0.0]]) == -1
    assert MapMinMaxScaler.from_matlab(ps | {"no_change": True}).transform([[0.0]]) == 0
    assert MapMinMaxScaler().fit([[3.0], [3.0]]).to_matlab()["no_change"] is True


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "mapstd"}, "must be those of mapminmax, but their name is 'mapstd'"),
        ({"gain": [2.0, 3.0]}, "gain and xoffset must follow from .* but in row 2"),
        ({"xoffset": [0.5, 2.0]}, "gain and xoffset must follow from .* but in row 1"),
        ({"xrange": [1.0, 9.0]}, "xrange must follow from .* but in row 2"),
        ({"yrange": 3.0}, "yrange must follow from"),
        ({"ymax": -1.0}, "ymin must be below ymax, but they are -1 and -1"),
        ({"xmin": [1.0]}, "xmin must have 2 values as xrows is 2, but has 1"),
        ({"ymin": [-1.0, -1.0]}, "ymin must have 1 values"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(change, message):
    ps = MapMinMaxScaler().fit([[1.0, 2.0], [2.0, 4.0]]).to_matlab()
    with pytest.raises(InputError, match=message):
        MapMinMaxScaler.from_matlab(ps | change)


def test_fields_that_are_missing_are_named():
    ps = MapMinMaxScaler().fit([[1.0], [2.0]]).to_matlab()
    del ps["gain"], ps["xmin"]
    with pytest.raises(InputError, match="but xmin, gain is missing"):
        MapMinMaxScaler.from_matlab(ps)
