"""A vector autoregression: coefficients and autocovariances in closed form."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import solve_discrete_lyapunov

from tabgan import BundleError, InputError, VARSynthesizer
from tabgan.synthesizers.vector_autoregression import choose_order, radius

A = np.array([[0.7, 0.2], [-0.3, 0.5]])
NOISE = np.array([[1.0, 0.4], [0.4, 0.5]])
MEAN = np.array([100.0, -3.0])


def simulate(n: int, *matrices: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return n steps of a vector autoregression about 0."""
    rng = np.random.default_rng(seed)
    p = len(matrices)
    noise = rng.normal(size=(n + p + 200, len(NOISE))) @ np.linalg.cholesky(NOISE).T
    y = np.zeros_like(noise)
    for t in range(p, len(y)):
        y[t] = noise[t] + sum(B @ y[t - lag] for lag, B in enumerate(matrices, 1))
    return y[-n:]


def autocovariance(y: np.ndarray, lag: int) -> np.ndarray:
    z = y - y.mean(0)
    return z[lag:].T @ z[: len(z) - lag] / len(z)


@pytest.fixture(scope="module")
def fitted():
    return VARSynthesizer(random_state=0).fit(MEAN + simulate(20_000, A))


def test_coefficients_of_a_known_process_are_found(fitted):
    assert fitted.order_ == 1
    scale = np.diag(fitted.std_)
    np.testing.assert_allclose(scale @ fitted.coefficients_[0] @ np.linalg.inv(scale), A, atol=0.02)
    np.testing.assert_allclose(np.cov((fitted.residuals_ * fitted.std_).T), NOISE, atol=0.03)


def test_what_is_made_has_the_autocovariances_of_the_closed_form(fitted):
    made = fitted.sample_series(40_000)
    own = solve_discrete_lyapunov(A, NOISE)
    np.testing.assert_allclose(made.mean(0), MEAN, atol=0.1)
    for lag in range(8):
        np.testing.assert_allclose(autocovariance(made, lag), np.linalg.matrix_power(A, lag) @ own, atol=0.12)


def test_windows_and_scenarios_too(fitted):
    windows = fitted.sample(4000, length=10) - MEAN
    own = solve_discrete_lyapunov(A, NOISE)
    np.testing.assert_allclose(windows[:, 0].T @ windows[:, 0] / 4000, own, atol=0.25)
    np.testing.assert_allclose(windows[:, 9].T @ windows[:, 6] / 4000, np.linalg.matrix_power(A, 3) @ own, atol=0.25)
    last = MEAN + np.array([[1.0, -2.0], [4.0, 1.5]])
    ahead = fitted.continue_series(last, 3, n=6000).mean(0) - MEAN
    for h in range(3):  # the mean of scenarios is the forecast
        np.testing.assert_allclose(ahead[h], np.linalg.matrix_power(A, h + 1) @ [4.0, 1.5], atol=0.1)


def test_the_order_is_chosen_as_by_least_squares_on_each():
    y = simulate(3000, 0.3 * A, np.zeros((2, 2)), 0.5 * np.eye(2))
    model = VARSynthesizer(random_state=0).fit(y)
    assert model.order_ == model.context_ == 3
    assert VARSynthesizer(order=7, random_state=0).fit(y).order_ == 7
    # BIC by hand, with numpy's least squares
    z, most = (y - y.mean(0)) / y.std(0), 5
    X = np.concatenate([*(z[most - lag : len(z) - lag] for lag in range(1, most + 1)), np.ones((len(z) - most, 1))], 1)
    n = len(X)
    bic = []
    for order in range(1, most + 1):
        used = np.c_[X[:, : 2 * order], X[:, -1]]
        rest = z[most:] - used @ np.linalg.lstsq(used, z[most:], rcond=None)[0]
        bic.append(n * np.log(np.linalg.det(rest.T @ rest / n)) + np.log(n) * 2 * used.shape[1])
    order, found = choose_order(X, z[most:], range(1, most + 1), 0.0)
    assert order == 1 + int(np.argmin(bic))
    used = np.c_[X[:, : 2 * order], X[:, -1]]
    np.testing.assert_allclose(found, np.linalg.lstsq(used, z[most:], rcond=None)[0], atol=1e-6)


def test_what_is_known_beside_moves_the_mean():
    rng = np.random.default_rng(0)
    holiday = rng.random(3000) < 0.3
    x = simulate(3000, A)[:, 0] + 5 * holiday
    table = pd.DataFrame({"holiday": holiday, "x": x})
    model = VARSynthesizer(known_future=["holiday"], order=2, random_state=0).fit(table)
    plan = pd.DataFrame({"holiday": np.arange(4000) % 4 == 0})
    made = model.sample_series(4000, known_future=plan)
    assert made["holiday"].equals(plan["holiday"])
    assert made["x"][plan["holiday"]].mean() - made["x"][~plan["holiday"]].mean() == pytest.approx(5, abs=1.5)


def test_a_walk_does_not_explode_and_dependent_channels_do_no_harm():
    walk = np.cumsum(np.random.default_rng(0).normal(size=(600, 1)), 0)
    walk = np.c_[walk, 2 * walk + 1, np.random.default_rng(1).normal(size=600)]
    model = VARSynthesizer(random_state=0).fit(walk)
    assert radius(model.coefficients_) <= 0.999 + 1e-6
    made = model.sample_series(5000)
    assert np.isfinite(made).all()
    assert (made >= walk.min(0)).all()
    assert (made <= walk.max(0)).all()


def test_the_radius_of_known_roots():
    assert radius(np.array([[[0.5, 0.0], [0.0, -0.8]]])) == pytest.approx(0.8)
    assert radius(np.array([[[1.2]], [[-0.32]]])) == pytest.approx(0.8)  # (1 - .8 z)(1 - .4 z)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (dict(order=0), "order must be a whole number of at least 1, but is 0"),
        (dict(order="long"), "order must be a whole number of at least 1, but is 'long'"),
        (dict(ridge=-1), "ridge must be a number of at least 0, but is -1"),
        (dict(order=299), "lower context"),
    ],
)
def test_settings_that_make_no_sense(given, words):
    with pytest.raises(InputError, match=words):
        VARSynthesizer(**given).fit(np.random.default_rng(0).normal(size=(300, 1)))


def test_numbers_that_lead_beyond_doubles_are_refused_without_a_warning(tmp_path):
    model = VARSynthesizer(order=1, random_state=0).fit(np.random.default_rng(0).normal(size=(240, 2)))
    model.mean_, model.std_ = np.full(2, np.finfo(float).max), np.full(2, 1e-3)
    with pytest.raises(BundleError, match="steps of a series must be finite numbers"):
        model.save(tmp_path / "var.tabgan")
