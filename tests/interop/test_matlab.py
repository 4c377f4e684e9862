"""Settings of mapminmax in .mat files, and models that take them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.io
from sklearn.base import clone

from tabgan import InputError, MapMinMaxScaler, WGANGPSynthesizer, load
from tabgan.errors import TabganWarning
from tabgan.interop.matlab import load_scaler, save_scaler
from tests.octave import run_octave

X = np.random.default_rng(0).normal(size=(60, 3)) * [1.0, 10.0, 100.0] + [0.0, 5.0, -50.0]
WIDE = MapMinMaxScaler().fit(np.vstack([X.min(0) - 1, X.max(0) + 1]))


def fit(scaler, data=X, **parameters):
    chosen = {"iterations": 5, "sieve": False, "random_state": 0, "hidden": (8,)} | parameters
    return WGANGPSynthesizer(scaler=scaler, **chosen).fit(data)


CHECKS = """
S = load('ps_output.mat'); ps = S.ps_output;
assert(fieldnames(ps), {'name'; 'xrows'; 'xmax'; 'xmin'; 'xrange'; 'yrows'; 'ymax'; 'ymin'; 'yrange'; 'gain'; ...
                        'xoffset'; 'no_change'});
assert(ps.name, 'mapminmax'); assert(size(ps.xmin), [4 1]); assert(class(ps.no_change), 'logical');
assert(ps.xrows, 4); assert(ps.xmax - ps.xmin, ps.xrange); assert(ps.gain(4), 1); assert(ps.xoffset(4), -1);
load('data.mat');
M = S.marginals;
assert(size(M), [1 4]); assert({M.name}, {'a', 'b', 'c', 'k'});
assert([M.xmin], min(X)); assert([M.xmax], max(X));
assert([M.mean], mean(X), 0.02 * [std(X)(1:3), 1]); assert([M.std](1:3), std(X)(1:3), 0.05 * std(X)(1:3));
assert(M(1).quantiles([1 end], 1)', [min(X(:, 1)), max(X(:, 1))]);
assert(M(2).quantiles(ceil(end / 2), 2), 0.5, 0.01);
[values, at] = unique(M(2).quantiles(:, 1));
assert(interp1(values, M(2).quantiles(at, 2), median(X(:, 2))), 0.5, 0.02);
"""

SCALED = """
y = (X' - ps.xoffset) .* ps.gain + ps.ymin;
assert([min(y, [], 2), max(y, [], 2)], [-1 1; -1 1; -1 1; 7 7], 1e-12);
"""


@pytest.mark.parametrize("marginals", ["minmax", "quantile"])
def test_octave_loads_the_scaler_of_a_model(tmp_path, marginals):
    data = pd.DataFrame(X, columns=list("abc")).assign(label=["x", "y"] * 30, k=7.0)
    model = fit(None, data, marginals=marginals)
    save_scaler(model, tmp_path / "ps_output.mat")
    scipy.io.savemat(tmp_path / "data.mat", {"X": data.drop(columns="label").to_numpy()})
    run_octave(CHECKS + (SCALED if marginals == "minmax" else ""), tmp_path)
    again = load_scaler(tmp_path / "ps_output.mat")
    assert again.no_change_.tolist() == [3]
    np.testing.assert_array_equal(again.xmin_[:3], model.encoder_.stage("minmax").xmin_)


def test_settings_are_found_in_a_whole_workspace(tmp_path):
    path, other = tmp_path / "a.mat", MapMinMaxScaler((0, 1)).fit(X)
    ps = WIDE.to_matlab()
    scipy.io.savemat(path, {"X": X, "ps": ps, "note": "text", "options": {"xmin": 3.0}})
    np.testing.assert_array_equal(load_scaler(path).xmin_, WIDE.xmin_)
    scipy.io.savemat(path, {"X": X, "ps": ps, "ps2": other.to_matlab()})
    assert load_scaler(path, "ps2").feature_range == (0, 1)
    with pytest.raises(InputError, match=r"must hold one struct of mapminmax's settings, but holds X \(60x3 double\)"):
        load_scaler(path)
    with pytest.raises(InputError, match="must hold such a struct X"):
        load_scaler(path, "X")
    scipy.io.savemat(path, {"ps": ps, "ps_output": other.to_matlab()})
    assert load_scaler(path).feature_range == (0, 1)
    scipy.io.savemat(path, {"ps": {name: value for name, value in ps.items() if name != "gain"}})
    with pytest.raises(InputError, match=r"ps in .*a\.mat: .*gain is missing"):
        load_scaler(path)
    with pytest.raises(InputError, match="cannot read"):
        load_scaler(tmp_path / "none.mat")


def test_a_scaler_alone_is_written_and_read(tmp_path):
    save_scaler(WIDE, tmp_path / "ps.mat")
    np.testing.assert_array_equal(load_scaler(tmp_path / "ps.mat").transform(X), WIDE.transform(X))
    with pytest.raises(InputError, match="exists and is kept"):
        save_scaler(WIDE, tmp_path / "ps.mat")
    with pytest.raises(InputError, match=r"has the suffix \.mat"):
        save_scaler(WIDE, tmp_path / "ps.txt")


@pytest.mark.parametrize("parameters", [{"pca": 2, "marginals": "minmax"}, {"constraints": "a <= b"}])
def test_a_model_that_scales_something_else_says_so(tmp_path, parameters):
    data = pd.DataFrame(np.sort(X, axis=1), columns=list("abc"))
    with pytest.raises(InputError, match="a scaler is for the columns as they are, but this model scales"):
        save_scaler(fit(None, data, **parameters), tmp_path / "ps.mat")


def test_a_model_learns_with_the_scaler_it_is_given(tmp_path):
    model = fit(WIDE)
    assert model.settings_.marginals == "minmax"
    np.testing.assert_array_equal(model.encoder_.stage("minmax").xmin_, WIDE.xmin_)
    np.testing.assert_allclose(model.encoder_.transform(X), WIDE.transform(X), rtol=1e-6)
    assert model.sample(50).min() >= X.min()  # rows stay in the range that was seen
    model.save(tmp_path / "a.tabgan")
    again = load(tmp_path / "a.tabgan")
    np.testing.assert_array_equal(again.sample(20), model.sample(20))
    np.testing.assert_array_equal(again.scaler.transform(X), WIDE.transform(X))
    again.random_state = model.random_state
    np.testing.assert_array_equal(clone(again).fit(X).sample(20), model.sample(20))
    save_scaler(model, tmp_path / "ps.mat")
    np.testing.assert_array_equal(load_scaler(tmp_path / "ps.mat").xmax_, WIDE.xmax_)


def test_columns_that_are_no_numbers_have_no_row(tmp_path):
    data = pd.DataFrame({"label": ["x", "y"] * 30, "a": X[:, 0], "k": 7.0, "b": X[:, 1]})
    scaler = MapMinMaxScaler().fit(data[["a", "k", "b"]].to_numpy() * 1.5)
    model = fit(scaler, data, label="label")
    np.testing.assert_array_equal(model.encoder_.stage("minmax").xmin_, scaler.xmin_[[0, 2]])
    assert set(model.sample(20)["k"]) == {7.0}


@pytest.mark.parametrize(
    ("scaler", "parameters", "message"),
    [
        (MapMinMaxScaler(), {}, "scaler must be a fitted MapMinMaxScaler"),
        (WIDE, {"marginals": "quantile"}, "but marginals is 'quantile'; leave one of them out"),
        (WIDE, {"pca": 2}, "but pca is 2; leave one of them out"),
        (WIDE, {"constraints": ("a < 9e9",)}, r"but constraints is \('a < 9e9',\)"),
        (WIDE.select([0, 1]), {}, "has 2 rows and the table 3 such columns"),
        (WIDE.select([2, 1, 0]), {}, "of 60 values of column 'c' are outside .*; select the columns"),
        (MapMinMaxScaler((-3, 3)).fit(X), {}, "generated numbers lie in"),
    ],
)
def test_what_does_not_go_with_a_scaler_is_refused(scaler, parameters, message):
    with pytest.raises(InputError, match=message):
        fit(scaler, pd.DataFrame(X, columns=list("abc")), **parameters)


def test_dates_do_not_go_with_a_scaler():
    with pytest.raises(InputError, match="a scaler is for numbers, but day holds dates; leave it out"):
        fit(WIDE, pd.DataFrame(X, columns=list("abc")).assign(day=pd.date_range("2024-01-31", periods=60)))


def test_values_that_cannot_be_reached_are_pointed_out():
    narrow = MapMinMaxScaler().fit(np.sort(X, axis=0)[2:-2])
    with pytest.warns(TabganWarning, match=r"4 of 60 values of column '1' .*, 4 of 60 values of column '2'"):
        model = fit(narrow)
    rows = model.sample(200)
    assert rows[:, 0].min() >= X[:, 0].min()


def test_a_model_without_numbers_says_so(tmp_path):
    data = pd.DataFrame({"label": ["x", "y"] * 30, "more": ["u", "v", "w"] * 20})
    with pytest.raises(InputError, match="a scaler is for columns of numbers, but this model has none"):
        save_scaler(fit(None, data), tmp_path / "ps.mat")
