"""A stage that comes in a package beside tabgan: registered, asked for by its name, learned with, saved and loaded."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

import tabgan
from tabgan import registry
from tabgan.errors import BundleError, InputError
from tabgan.interop.folders import export_numpy
from tabgan.preprocessing.stages import Stage
from tabgan.registry import register, registered

SMALL = {"iterations": 20, "hidden": (8,), "sieve": False, "random_state": 0}


class Arcsinh(Stage):
    """The inverse hyperbolic sine of each column, in units of its standard deviation: near linear, then logarithmic."""

    name = "arcsinh"
    learned = ("n_seen_", "scale_")  # a number and an array

    def fit(self, X, y=None):
        self.n_seen_, self.scale_ = len(X), np.nanstd(X, axis=0)
        return self

    def transform(self, X):
        return np.arcsinh(X / self.scale_)

    def inverse_transform(self, X):
        return np.sinh(X) * self.scale_


class Median(Stage):
    """The median of each value and its neighbours in time."""

    name, place, lossy = "median", "series", True

    def __init__(self, window=3):
        self.window = window

    @classmethod
    def parse(cls, text):
        return cls(int(text.split(":")[1]))

    def transform(self, X):
        return pd.DataFrame(X).rolling(self.window, min_periods=1, center=True).median().to_numpy()

    def inverse_transform(self, X):
        return X


pytestmark = pytest.mark.filterwarnings("ignore:rows come closer")  # heavy tails, hardly trained


@pytest.fixture(autouse=True)
def stages(monkeypatch) -> dict[str, type[Stage]]:
    """Register both as a package does that is imported; after the test they are gone."""
    found = dict(registered("stage"))
    monkeypatch.setitem(registry._found, "stage", found)
    for stage in (Arcsinh, Median):
        register("stage", stage)
    return found


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    heavy = rng.standard_t(1.5, 400)
    return pd.DataFrame(
        {
            "heavy": heavy,
            "beside": heavy + rng.normal(size=400),
            "gaps": np.where(rng.random(400) < 0.2, np.nan, rng.normal(size=400)),
            "word": rng.choice(["a", "b"], 400),
        }
    )


def test_a_model_learns_with_it_and_comes_back(table, tmp_path):
    model = tabgan.WGANGPSynthesizer(marginals="arcsinh", **SMALL).fit(table)
    assert [stage.name for stage in model.encoder_.stages_] == ["arcsinh", "fill", "minmax"]
    rows = model.sample(3000)
    assert ks_2samp(rows["heavy"], table["heavy"]).statistic < 0.06  # calibrated after it
    model.save(tmp_path / "model.tabgan")
    again = tabgan.load(tmp_path / "model.tabgan")
    assert again.marginals == "arcsinh"
    pd.testing.assert_frame_equal(again.sample(3000), rows)


def test_it_goes_with_components_and_with_gaps(table):
    light = table.assign(heavy=np.cbrt(table["heavy"]), beside=np.cbrt(table["beside"]))
    model = tabgan.WGANGPSynthesizer(marginals="arcsinh", pca=2, **SMALL).fit(light)
    assert [stage.name for stage in model.encoder_.stages_] == ["arcsinh", "fill", "pca", "minmax"]
    assert model.sample(5000)["gaps"].isna().mean() == pytest.approx(table["gaps"].isna().mean(), abs=0.02)


def test_a_model_whose_stage_is_not_there_says_so(table, tmp_path, stages):
    tabgan.WGANGPSynthesizer(marginals="arcsinh", **SMALL).fit(table).save(tmp_path / "model.tabgan")
    del stages["arcsinh"]
    with pytest.raises(BundleError, match="'arcsinh' is not; import the package that brings it, or choose one of"):
        tabgan.load(tmp_path / "model.tabgan")
    with pytest.raises(InputError, match="or the name of a registered marginal stage, but is 'arcsinh'"):
        tabgan.WGANGPSynthesizer(marginals="arcsinh", **SMALL).fit(table)


def test_an_export_that_cannot_hold_it_is_refused(table, tmp_path):
    model = tabgan.WGANGPSynthesizer(marginals="arcsinh", **SMALL).fit(table)
    with pytest.raises(InputError, match="but 'arcsinh' says nothing; fit with another"):
        export_numpy(model, tmp_path / "out")


def test_one_that_cannot_take_a_column_is_not_believed(table, monkeypatch):
    monkeypatch.setattr(Arcsinh, "transform", lambda self, X: np.where(X < 0, np.nan, X))
    with pytest.raises(InputError, match="'arcsinh' does not of column 1; choose other marginals"):
        tabgan.WGANGPSynthesizer(marginals="arcsinh", **SMALL).fit(table)


def test_a_series_stage_is_asked_for_by_its_name(table):
    numbers = table[["heavy", "beside"]]
    model = tabgan.WGANGPSynthesizer(smooth="median:5", calibrate=True, **SMALL).fit(numbers)
    smooth = Median(5).transform(numbers)
    assert ks_2samp(model.sample(3000)["heavy"], smooth[:, 0]).statistic < 0.06
    assert np.std(smooth[:, 0]) < 0.5 * numbers["heavy"].std()
