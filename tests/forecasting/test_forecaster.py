"""The hybrid and its rivals: what they know, what they keep, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.svm import SVR

import tabgan
from tabgan.errors import BundleError, InputError
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.inputs import VARIANTS
from tabgan.forecasting.learners import SupportVectors
from tabgan.forecasting.scale import Scale
from tabgan.forecasting.series import read_series
from tabgan.persistence import load_bundle, save_bundle
from tests.forecasting.conftest import QUICK, make_demand

TRAIN = 200


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_forecast_moves_when_the_future_does(demand, variant):
    """From row 230 on all is changed, a huge spike first: forecasts up to that of row 230 keep every bit."""
    changed = demand.copy()
    changed.loc[230:, "demand"] += 5
    changed.loc[230, "demand"] = 500
    changed.loc[230:, "heat"] -= 7
    series, other = (read_series(f, "demand", ["heat", "holiday"], ["holiday"]) for f in (demand, changed))
    model = DWTPCALSTMForecaster(variant, **QUICK, random_state=0).fit_series(series.head(TRAIN), {})
    before, after = model.predict_series(series, TRAIN), model.predict_series(other, TRAIN)
    np.testing.assert_array_equal(before[: 231 - TRAIN], after[: 231 - TRAIN])
    assert (before[231 - TRAIN :] != after[231 - TRAIN :]).mean() > 0.9


def test_the_papers_protocol_does_leak(demand):
    series = read_series(demand, "demand")
    changed = demand.copy()
    changed.loc[230:, "demand"] += 5
    model = DWTPCALSTMForecaster(**QUICK, causal=False, random_state=0).fit_series(series.head(TRAIN), {})
    before, after = (model.predict_series(read_series(f, "demand"), TRAIN) for f in (demand, changed))
    assert (before != after)[: 230 - TRAIN].any()


def test_training_knows_nothing_of_what_is_held_aside(demand):
    """Limits, scales, components and weights are those of the learned part."""
    changed = demand.copy()
    changed.loc[200:, ["demand", "heat"]] *= 3
    a, b = (
        DWTPCALSTMForecaster(**QUICK, calibration=60 / 260, random_state=0).fit(f, "demand", ["heat"])
        for f in (demand, changed)
    )
    assert a.n_learned_ == 200
    for name in ("change", "noise", "factor_mean", "factor_std"):
        np.testing.assert_array_equal(getattr(a.inputs_, name), getattr(b.inputs_, name))
    for x, y in zip(a.learner_.networks[0].parameters(), b.learner_.networks[0].parameters(), strict=True):
        assert torch.equal(x, y)


def test_a_new_level_is_followed(demand):
    """Outliers are mended where the model learns; a later value beyond those limits is where the series now is."""
    learned, higher = demand.iloc[:200].copy(), demand.copy()
    learned.loc[50, "demand"] = 500
    higher["demand"] += np.where(demand.index < 200, 0, 300) + np.where(demand.index == 50, 480, 0)
    model = DWTPCALSTMForecaster(**QUICK, calibration=0, random_state=0).fit(learned, "demand", ["heat"])
    assert model.inputs_.restore(model.inputs_.transform(learned["demand"].to_numpy()))[50] < 40
    forecast = model.predict_series(read_series(higher, "demand", ["heat"]), 210)
    assert np.abs(forecast / higher["demand"].to_numpy()[210:] - 1).max() < 0.3


def test_components_are_those_of_the_factors_and_need_some(demand, fitted):
    assert fitted.inputs_.pca.n_features_in_ == 1
    assert DWTPCALSTMForecaster(**QUICK).fit(demand, "demand").inputs_.pca is None


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_saved_forecasts_the_same(demand, variant, tmp_path):
    model = DWTPCALSTMForecaster(variant, **QUICK, random_state=5).fit(demand, "demand", ["heat"])
    model.save(tmp_path / "a.tabgan")
    loaded = tabgan.load(tmp_path / "a.tabgan")
    assert isinstance(loaded, DWTPCALSTMForecaster)
    pd.testing.assert_frame_equal(loaded.forecast(5), model.forecast(5))
    loaded.save(tmp_path / "b.tabgan")
    assert (tmp_path / "a.tabgan").read_bytes() == (tmp_path / "b.tabgan").read_bytes()


def test_the_same_seed_gives_the_same_bytes_and_leaves_torch_alone(demand, fitted, tmp_path):
    torch.manual_seed(1)
    state = torch.get_rng_state()
    again = clone(fitted).fit(demand, "demand", ["heat"])
    assert torch.equal(torch.get_rng_state(), state)
    fitted.save(tmp_path / "a.tabgan")
    again.save(tmp_path / "b.tabgan")
    assert (tmp_path / "a.tabgan").read_bytes() == (tmp_path / "b.tabgan").read_bytes()
    other = clone(fitted).set_params(random_state=1).fit(demand, "demand", ["heat"])
    assert not np.array_equal(other.predict(3)["forecast"], again.predict(3)["forecast"])


def test_model_files_are_told_apart(fitted, model, tmp_path):
    model.save(tmp_path / "rows.tabgan")
    assert type(tabgan.load(tmp_path / "rows.tabgan")) is type(model)
    with pytest.raises(BundleError, match="holds a WGANGPSynthesizer, not a DWTPCALSTMForecaster"):
        DWTPCALSTMForecaster.load(tmp_path / "rows.tabgan")
    fitted.save(tmp_path / "days.tabgan")
    with pytest.raises(BundleError, match="holds a DWTPCALSTMForecaster, not a WGANGPSynthesizer"):
        type(model).load(tmp_path / "days.tabgan")


def test_steps_ahead_follow_from_each_other(demand, fitted):
    """The first of several steps is that of one; dates go on; only the past of an origin is used."""
    week = fitted.predict(7)
    assert week["date"].tolist() == list(pd.date_range("2022-11-16", periods=7))
    np.testing.assert_allclose(week["forecast"][:1], fitted.predict(1)["forecast"])
    series = fitted.series_
    one = fitted.predict_series(series, 259)
    np.testing.assert_allclose(one, fitted.predict_series(series, 250)[-1:], rtol=1e-6)


def test_what_is_known_in_advance_is_used(demand):
    """A holiday to come lowers its own day's forecast, once it was learned that holidays are low."""
    table = make_demand(300)
    table.loc[297:, ["demand", "heat"]] = np.nan
    forecasts = []
    for holiday in (0.0, 1.0):
        table.loc[298, "holiday"] = holiday
        model = DWTPCALSTMForecaster("lstm", epochs=80, members=1, calibration=0, random_state=0)
        model.fit(table, "demand", ["heat", "holiday"], ["holiday"])
        forecasts.append(model.predict(3)["forecast"])
    assert forecasts[0][0] == forecasts[1][0]
    assert forecasts[1][1] < forecasts[0][1] - 1
    with pytest.raises(InputError, match="for 4 steps ahead, but are for 3"):
        model.predict(4)


def test_a_series_with_zeros_is_learned_as_it_is(demand):
    table = demand.assign(demand=np.where(demand.index % 9 == 0, 0, demand["demand"]))
    model = DWTPCALSTMForecaster(**QUICK, random_state=0).fit(table, "demand")
    assert not model.inputs_.positive
    assert np.isfinite(model.forecast(3).to_numpy()[:, 1:].astype(float)).all()
    wild = DWTPCALSTMForecaster(**QUICK, random_state=0).fit(demand.assign(demand=np.exp(demand["heat"] / 5)), "demand")
    with pytest.raises(InputError, match="must be positive, as it was when learned, but is -1 in row 2"):
        wild.inputs_.transform(np.array([20.0, -1.0]))


def test_support_vectors_forecast_as_scikit_learn():
    rng = np.random.default_rng(0)
    streams, target = [rng.normal(size=(80, 4, 3)), rng.normal(size=(80, 4, 2))], rng.normal(size=80)
    X = np.concatenate([s.reshape(80, -1) for s in streams], axis=1)
    expected = SVR(C=10).fit(X, target).predict(X)
    np.testing.assert_allclose(SupportVectors.fit(streams, target).predict(streams), expected, atol=1e-9)


def test_learning_beats_repeating(demand):
    """Weekends and heat can be learned; a forecast that only repeats the last day cannot know them."""
    table = make_demand(500)
    series = read_series(table, "demand", ["heat", "holiday"], ["holiday"])
    model = DWTPCALSTMForecaster(members=1, epochs=40, calibration=0, random_state=0).fit_series(series.head(400), {})
    observed = series.values[400:]
    error = np.abs(model.predict_series(series, 400) - observed).mean()
    assert error < 0.6 * np.abs(np.diff(series.values)[399:]).mean()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"variant": "dwt-pca-lstn"}, "did you mean 'dwt-pca-lstm'"),
        ({"wavelet": "db44"}, "wavelet must name a discrete wavelet"),
        ({"members": 0}, "members must be a whole number of at least 1, but is 0"),
        ({"window": 1}, "window must be a whole number of at least 2"),
        ({"stopping": 1.0}, "stopping must be a share"),
        ({"calibration": 1}, "calibration must be a share"),
        ({"level": 6}, "must have at least 626 rows for windows of 512, but has 260"),
        ({"n_components": 99}, "PCA keeps a share"),
        ({"random_state": -1}, "a seed must be"),
    ],
)
def test_settings_that_cannot_be(demand, settings, message):
    with pytest.raises(InputError, match=message):
        DWTPCALSTMForecaster(**{**QUICK, **settings}).fit(demand, "demand", ["heat"])


@pytest.mark.parametrize("horizon", [0, -1, 1.5, True])
def test_horizons_that_cannot_be(fitted, horizon):
    with pytest.raises(InputError, match="horizon must be a whole number of at least 1"):
        fitted.predict(horizon)


def test_what_comes_back_from_logarithms_is_neither_0_nor_infinite():
    made = Scale().fit(np.arange(1.0, 9.0)).restore(np.array([-1e4, 0, 1e4]))
    assert made[1] == 1
    assert np.isfinite([made, made / made[::-1]]).all()


def test_a_file_whose_clock_has_another_calendar_is_refused(tmp_path):
    table = pd.DataFrame({"x": np.sin(np.arange(120.0))}, index=pd.date_range("2024-01-01", periods=120))
    model = DWTPCALSTMForecaster("lstm", members=1, epochs=1, hidden=3, random_state=0).fit(table, "x")
    model.save(tmp_path / "days.tabgan")
    state = load_bundle(tmp_path / "days.tabgan")
    state["series"]["clock"]["size"] -= 1
    save_bundle(tmp_path / "days.tabgan", state)
    with pytest.raises(BundleError, match=r"a series of its clock has \d+ factors, but \d+ were learned"):
        tabgan.load(tmp_path / "days.tabgan")
