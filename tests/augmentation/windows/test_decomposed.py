"""What is trend and season stays to the last digit; only the remainder is drawn anew."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from tabgan import InputError
from tabgan.augmentation import DecomposedBootstrap
from tabgan.augmentation.windows.decomposed import averages_remainder, moving_trend

T = np.arange(60.0)


def season(period: int) -> np.ndarray:
    wave = np.random.default_rng(period).normal(size=period)
    return np.resize(wave - wave.mean(), len(T))


@pytest.mark.parametrize("period", [2, 5, 7, 12, 24, 30])
def test_a_line_and_a_season_leave_nothing(period):
    windows = np.stack([3 + 0.5 * T + season(period), -T + 2 * season(period)], axis=1)[None]
    np.testing.assert_allclose(averages_remainder(windows, period), 0, atol=1e-9)
    made = DecomposedBootstrap(period=period).fit_transform(windows)
    np.testing.assert_allclose(made, windows, atol=1e-9)


def test_a_line_alone_leaves_nothing_without_a_period():
    windows = (3 + 0.5 * T)[None]
    np.testing.assert_allclose(DecomposedBootstrap().fit_transform(windows), windows, atol=1e-9)


def test_the_trend_is_the_centred_mean():
    window = np.random.default_rng(0).normal(size=60)
    odd, even = (moving_trend(window[None, :, None], span)[0, :, 0] for span in (5, 4))
    np.testing.assert_allclose(odd[2:-2], np.convolve(window, np.ones(5) / 5, "valid"))
    np.testing.assert_allclose(even[2:-2], np.convolve(window, [0.125, 0.25, 0.25, 0.25, 0.125], "valid"))
    np.testing.assert_allclose(odd[:2], np.polyval(np.polyfit(T[2:7], odd[2:7], 1), T[:2]))
    np.testing.assert_allclose(odd[-2:], np.polyval(np.polyfit(T[-7:-2], odd[-7:-2], 1), T[-2:]))


def test_what_is_new_are_remainders_of_the_window_in_runs():
    noise = np.random.default_rng(0).normal(size=len(T))
    window = 0.3 * T + season(6) + noise
    left = averages_remainder(window[None, :, None], 6)[0, :, 0]
    more, _ = DecomposedBootstrap(period=6, random_state=0).fit(window[None]).sample(5)
    for made in more:
        new = made - (window - left)
        steps = np.abs(new[:, None] - left).argmin(1)
        np.testing.assert_allclose(new, left[steps], atol=1e-9)
        assert (np.diff(steps) != 1).sum() <= 5  # blocks of two periods


def test_stl_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    monkeypatch.setitem(sys.modules, "statsmodels.tsa.seasonal", None)
    with pytest.raises(InputError, match=r"pip install statsmodels, or take decomposition='averages'"):
        DecomposedBootstrap(period=6, decomposition="stl").fit_transform(T[None])


def test_stl_is_that_of_statsmodels(monkeypatch):
    """Each channel is handed on by itself; what STL leaves is what is drawn. Here it leaves what departs from 5."""

    def stl(channel, period):
        assert channel.shape == (60,)
        assert period == 6
        return SimpleNamespace(fit=lambda: SimpleNamespace(resid=channel - 5))

    monkeypatch.setitem(sys.modules, "statsmodels.tsa.seasonal", SimpleNamespace(STL=stl))
    windows = np.stack([T, 100 + T], axis=1)[None]
    made = DecomposedBootstrap(period=6, decomposition="stl").fit_transform(windows)
    assert set(np.round(made[0, :, 0], 9)) <= set(T)
    np.testing.assert_allclose(made[..., 1], made[..., 0] + 100)


def test_stl_of_statsmodels_itself():
    pytest.importorskip("statsmodels")
    windows = (0.5 * T + season(6) + np.random.default_rng(0).normal(size=60))[None]
    made = DecomposedBootstrap(period=6, decomposition="stl", random_state=0).fit_transform(windows)
    assert np.corrcoef(made[0], windows[0])[0, 1] > 0.9
