"""Shifts keep the spectrum's magnitude; slices are those of windows, and keep mean and variance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.augmentation import CircularShift, SliceMixing


def test_a_shift_keeps_values_spectrum_and_cross_spectrum():
    windows = np.random.default_rng(0).normal(size=(3, 50, 2))
    made = CircularShift(random_state=0).fit_transform(windows)
    np.testing.assert_array_equal(np.sort(made, axis=1), np.sort(windows, axis=1))
    old, new = np.fft.rfft(windows, axis=1), np.fft.rfft(made, axis=1)
    np.testing.assert_allclose(np.abs(new), np.abs(old), rtol=1e-9)
    np.testing.assert_allclose(new[..., 0] * new[..., 1].conj(), old[..., 0] * old[..., 1].conj(), rtol=1e-9)


@given(length=st.integers(2, 9), seed=st.integers(0, 1000))
def test_a_shift_is_a_roll_by_at_least_a_step(length, seed):
    window = np.arange(length, dtype=float)
    for made in CircularShift(random_state=seed).fit(window[None]).sample(5)[0]:
        np.testing.assert_array_equal(made, np.roll(window, int(made.argmin())))
        assert made.argmin() > 0


def test_every_shift_is_as_likely():
    made, _ = CircularShift(random_state=0).fit(np.arange(5.0)[None]).sample(4000)
    np.testing.assert_allclose(np.bincount(made.argmin(1).astype(int), minlength=5)[1:] / 4000, 0.25, atol=0.03)


def test_slices_without_a_fade_are_runs_of_windows():
    """Windows of the mean 0 whose values tell window and step: each quarter is a run of one of them."""
    rng = np.random.default_rng(0)
    windows = rng.normal(size=(5, 40))
    windows -= windows.mean(1, keepdims=True)
    made, _ = SliceMixing(fade=0, random_state=0).fit(windows).sample(10)
    sources = set()
    for new in made:
        for quarter in new.reshape(4, 10):
            window, step = np.argwhere(np.isclose(windows[:, :31], quarter[0], atol=1e-12, rtol=0))[0]
            np.testing.assert_allclose(quarter, windows[window, step : step + 10], atol=1e-12)
            sources.add(int(window))
    assert sources == set(range(5))


@pytest.mark.parametrize("fade", [0, 0.125, 1])
@pytest.mark.parametrize("pieces", [1, 3, 4])
def test_white_noise_stays_white_noise_of_its_variance(fade, pieces):
    windows = np.random.default_rng(0).normal(size=(400, 60))
    made, _ = SliceMixing(pieces=pieces, fade=fade, random_state=0).fit(windows).sample(4000)
    np.testing.assert_allclose(made.var(0), 1, atol=0.15)  # 400 windows: a standard error of 0.07 at a step of them
    np.testing.assert_allclose(made.var(), windows.var(), rtol=0.03)


def test_the_level_is_that_of_the_first_window():
    windows = np.repeat([[0.0], [100.0]], 12, axis=1)
    made, _ = SliceMixing(random_state=0).fit(windows).sample(6)
    np.testing.assert_allclose(np.sort(made[:, 0]), [0, 0, 0, 100, 100, 100])
    np.testing.assert_allclose(np.ptp(made, axis=1), 0)


def test_one_piece_is_the_window():
    windows = np.random.default_rng(0).normal(size=(3, 20, 2))
    np.testing.assert_allclose(SliceMixing(pieces=1).fit_transform(windows), windows, atol=1e-12)
