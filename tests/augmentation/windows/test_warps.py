"""Warps read a window at other times: what a line becomes are these times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.augmentation import TimeWarp, WindowSlice, WindowWarp
from tabgan.augmentation.windows.curves import read_at

LINE = np.arange(101.0)[None]


def test_reading_between_steps_is_numpys_interpolation():
    rng = np.random.default_rng(0)
    windows, times = rng.normal(size=(3, 20, 2)), np.c_[np.zeros(3), rng.uniform(0, 19, size=(3, 30)), np.full(3, 19.0)]
    made = read_at(windows, times)
    for window in range(3):
        for channel in range(2):
            expected = np.interp(times[window], np.arange(20), windows[window, :, channel])
            np.testing.assert_allclose(made[window, :, channel], expected, atol=1e-12)


@given(seed=st.integers(0, 10_000), strength=st.floats(0, 2), knots=st.integers(1, 9))
def test_warped_time_runs_forward_from_the_first_step_to_the_last(seed, strength, knots):
    times, _ = TimeWarp(strength=strength, knots=knots, random_state=seed).fit(LINE).sample(3)
    assert (np.diff(times, axis=1) > -1e-9).all()
    np.testing.assert_allclose(times[:, [0, -1]], [[0, 100]] * 3, atol=1e-9)


def test_what_changes_nothing():
    windows = np.random.default_rng(0).normal(size=(3, 40, 2))
    for method in (TimeWarp(strength=0), WindowSlice(share=1), WindowWarp(factors=(1,))):
        np.testing.assert_allclose(method.fit_transform(windows), windows, atol=1e-9)


def test_a_slice_is_a_part_of_the_line_anywhere():
    times, _ = WindowSlice(share=0.6, random_state=0).fit(LINE).sample(2000)
    np.testing.assert_allclose(np.diff(times, axis=1), 0.6, atol=1e-9)
    assert times.min() >= 0
    assert times.max() <= 100
    np.testing.assert_allclose(times[:, 0].mean(), 20, atol=1)  # uniform from 0 to 40
    np.testing.assert_allclose(times[:, 0].std(), 40 / np.sqrt(12), atol=0.5)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_slice_of_a_tenth_has_its_own_speed(factor):
    """A slice of 10 steps that becomes 10 * factor long: the window of 90 + 10 * factor is brought back to 100."""
    times, _ = WindowWarp(factors=(factor,), random_state=0).fit(LINE).sample(50)
    np.testing.assert_allclose(times[:, [0, -1]], [[0, 100]] * 50, atol=1e-9)
    outside = (90 + 10 * factor) / 100
    speeds = np.diff(times, axis=1)
    assert speeds.min() == pytest.approx(min(outside, outside / factor))
    assert speeds.max() == pytest.approx(max(outside, outside / factor))
    assert np.isclose(speeds, outside).sum(1).min() >= 77  # 90 / outside steps, but for two on the edges


def test_each_factor_is_taken_by_some():
    speeds = np.diff(WindowWarp(random_state=0).fit(LINE).sample(40)[0], axis=1)
    assert set(np.round(speeds[:, 0] * 0 + np.median(speeds, axis=1), 2)) == {0.95, 1.1}
