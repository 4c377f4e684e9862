"""Moments of noise and factors, and that nothing is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tabgan.augmentation import Jitter, MagnitudeWarp, Scaling

WINDOWS = np.random.default_rng(0).normal(3, 2, size=(4, 500, 2)) * [1.0, 10.0]


def test_jitter_is_white_noise_in_proportion_to_each_channel():
    more, _ = Jitter(strength=0.3, random_state=0).fit(WINDOWS[:1]).sample(200)
    noise = more - WINDOWS[:1]
    expected = 0.3 * WINDOWS[0].std(0)
    np.testing.assert_allclose(noise.std((0, 1)), expected, rtol=0.01)
    assert (np.abs(noise.mean((0, 1))) < 4 * expected / np.sqrt(100_000)).all()
    np.testing.assert_allclose(np.corrcoef(noise[:, 1:, 0].ravel(), noise[:, :-1, 0].ravel())[0, 1], 0, atol=0.02)


def test_factors_are_log_normal_and_one_for_a_window():
    factors = Scaling(strength=0.2, random_state=0).fit(WINDOWS).sample(4000)[0] / WINDOWS[0, 0, 0]
    window = Scaling(strength=0.2, random_state=0).fit(np.ones((1, 8, 2))).sample(4000)[0]
    assert np.ptp(window, axis=(1, 2)).max() == 0
    logs = np.log(window[:, 0, 0])
    np.testing.assert_allclose([logs.mean(), logs.std()], [0, 0.2], atol=0.01)
    assert factors.shape == (4000, 500, 2)


def test_a_magnitude_warp_is_a_smooth_positive_curve_the_same_for_all_channels():
    curves, _ = MagnitudeWarp(strength=0.3, knots=3, random_state=0).fit(np.ones((1, 401, 2))).sample(3000)
    np.testing.assert_array_equal(curves[:, :, 0], curves[:, :, 1])
    assert curves.min() > 0
    logs = np.log(curves[:, :, 0])
    np.testing.assert_allclose(logs[:, ::100].std(0), 0.3, atol=0.02)  # at the ends and at three knots
    np.testing.assert_allclose(logs[:, ::100].mean(0), 0, atol=0.02)
    between = np.arange(397) % 100 < 97  # five steps without a knot inside
    assert np.abs(np.diff(logs, 4)[:, between]).max() < 1e-12  # are of third degree


@pytest.mark.parametrize("method", [Jitter, Scaling, MagnitudeWarp])
def test_the_strength_0_changes_nothing(method):
    np.testing.assert_array_equal(method(strength=0).fit_transform(WINDOWS), WINDOWS)
