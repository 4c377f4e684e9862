"""Autoregressions find known weights, and windows made by them have the autocorrelation of the closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg, signal, stats

from tabgan.augmentation import ARSurrogate
from tabgan.augmentation.windows.autoregressive import burg, innovations, run_on

WEIGHTS = (1.2, -0.6)


def draw(n: int, length: int, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(n, length + 200))
    return signal.lfilter([1], [1, *(-w for w in WEIGHTS)], noise, axis=1)[:, 200:]


def closed_form(lags: int) -> np.ndarray:
    """The autocorrelation of an AR(2) by its own recursion: r1 = a / (1 - b), r_k = a r_{k-1} + b r_{k-2}."""
    a, b = WEIGHTS
    found = [1, a / (1 - b)]
    while len(found) <= lags:
        found.append(a * found[-1] + b * found[-2])
    return np.array(found[: lags + 1])


def autocorrelation(windows: np.ndarray, lags: int) -> np.ndarray:
    centred = windows - windows.mean()
    return np.array([(centred[:, k:] * centred[:, : centred.shape[1] - k]).mean() for k in range(lags + 1)]) / np.mean(
        centred**2
    )


def test_the_autocorrelation_is_that_of_the_closed_form():
    windows = draw(30, 2000)
    more, _ = ARSurrogate(order=8, random_state=0).fit(windows).sample(90)
    np.testing.assert_allclose(autocorrelation(more, 12), closed_form(12), atol=0.03)
    assert more.var() == pytest.approx(windows.var(), rel=0.05)


def test_burg_finds_the_weights_and_knows_yule_walker_on_long_series():
    windows = draw(1, 200_000)[:, :, None]
    windows -= windows.mean()
    np.testing.assert_allclose(burg(windows, 2)[0, :, 0], WEIGHTS, atol=0.01)
    one = windows[0, :, 0]
    products = np.array([one[k:] @ one[: len(one) - k] for k in range(6)])
    np.testing.assert_allclose(burg(windows, 5)[0, :, 0], linalg.solve_toeplitz(products[:5], products[1:]), atol=1e-3)


def test_burg_of_one_step_is_its_formula_and_a_sine_is_foretold():
    window = np.array([1.0, 2.0, -1.0, -2.0])[None, :, None]
    assert burg(window, 1)[0, 0, 0] == pytest.approx(2 * (2 - 2 + 2) / (1 + 4 + 4 + 1 + 1 + 4))
    sine = np.sin(0.3 * np.arange(500))[None, :, None]
    np.testing.assert_allclose(burg(sine, 2)[0, :, 0], [2 * np.cos(0.3), -1], atol=0.02)


def test_it_is_stable_whatever_the_window():
    rng = np.random.default_rng(0)
    windows = np.cumsum(rng.normal(size=(20, 60, 2)), axis=1)
    for weights in burg(windows - windows.mean(1, keepdims=True), 15).transpose(0, 2, 1).reshape(-1, 15):
        assert np.abs(np.roots(np.r_[1, -weights])).max() < 1


def test_innovations_are_what_a_filter_leaves():
    windows = draw(3, 300)[:, :, None]
    weights = burg(windows, 4)
    for window, own, left in zip(windows, weights, innovations(windows, weights), strict=True):
        expected = signal.lfilter(np.r_[1, -own[:, 0]], 1, window[:, 0])[4:]
        np.testing.assert_allclose(left[:, 0], expected - expected.mean(), atol=1e-12)


def test_it_runs_on_by_its_recursion():
    rng = np.random.default_rng(0)
    weights, past, drawn = np.array([0.5, -0.3, 0.2]), rng.normal(size=(4, 3)), rng.normal(size=(4, 9))
    for earlier, new, made in zip(past, drawn, run_on(weights, past, drawn), strict=True):
        series = earlier[::-1].tolist()
        for innovation in new:
            series.append(sum(w * v for w, v in zip(weights, series[::-1], strict=False)) + innovation)
        np.testing.assert_allclose(made, series[3:])


def test_what_rings_without_end_keeps_its_strength():
    sine = 3 + np.sin(0.3 * np.arange(400))
    more, _ = ARSurrogate(order=6, random_state=0).fit(sine[None]).sample(20)
    np.testing.assert_allclose(more.std(1), np.sqrt(0.5), rtol=0.1)
    assert np.ptp(more[:, 0]) > 1  # phases differ


def test_innovations_keep_their_distribution_and_channels_their_correlation():
    rng = np.random.default_rng(0)
    heavy = rng.standard_t(5, size=(1, 4000)) ** 3
    both = np.stack([heavy, -heavy + 0.1 * rng.normal(size=heavy.shape)], axis=2)
    more, _ = ARSurrogate(order=1, random_state=0).fit(signal.lfilter([1], [1, -0.5], both, axis=1)).sample(3)
    left = more[:, 1:] - 0.5 * more[:, :-1]
    assert np.corrcoef(left[..., 0].ravel(), left[..., 1].ravel())[0, 1] < -0.95
    assert stats.kurtosis(left[..., 0].ravel()) > 20


def test_each_window_has_a_model_of_its_own():
    slow, fast = np.sin(0.05 * np.arange(300)), np.sin(1.5 * np.arange(300))
    windows = np.stack([slow, fast]) + 0.1 * np.random.default_rng(0).normal(size=(2, 300))
    made = ARSurrogate(order=10, random_state=0).fit_transform(windows)
    crossings = (np.diff(np.sign(made - made.mean(1, keepdims=True)), axis=1) != 0).sum(1)
    assert crossings[0] < 100 < crossings[1]
