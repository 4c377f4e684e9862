"""Surrogates keep what they say: spectra and cross-spectra exactly, or values exactly and spectra nearly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal, stats

from tabgan.augmentation import PhaseSurrogate


def skewed(length: int = 256, seed: int = 0) -> np.ndarray:
    """Three channels that depend on each other with delays, of skewed values."""
    noise = np.random.default_rng(seed).exponential(size=(2, length + 5, 1))
    one = signal.lfilter([1], [1, -0.8], noise, axis=1)
    return np.concatenate([one[:, 5:], one[:, 2:-3] + 0.3 * noise[:, 5:], -noise[:, 5:]], axis=2)


@pytest.mark.parametrize("length", [256, 255])
def test_periodograms_and_cross_spectra_stay(length):
    windows = skewed(length)
    made = PhaseSurrogate(random_state=0).fit_transform(windows)
    old, new = (signal.periodogram(w, axis=1)[1] for w in (windows, made))
    np.testing.assert_allclose(new, old, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(made.mean(1), windows.mean(1), atol=1e-12)
    for first, second in ((0, 1), (0, 2), (1, 2)):
        before, after = (
            np.fft.rfft(w[..., first], axis=1) * np.fft.rfft(w[..., second], axis=1).conj() for w in (windows, made)
        )
        np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9 * np.abs(before).max())
    assert np.abs(made - windows).max() > 1


def test_phases_are_uniform():
    windows = np.random.default_rng(0).normal(size=(1, 33))
    more, _ = PhaseSurrogate(random_state=0).fit(windows).sample(500)
    turned = np.angle(np.fft.rfft(more, axis=1) / np.fft.rfft(windows, axis=1))[:, 1:]
    assert stats.kstest(turned.ravel(), stats.uniform(-np.pi, 2 * np.pi).cdf).pvalue > 0.01


def test_kept_values_are_those_of_each_channel_and_the_rest_nearly_stays():
    windows = skewed()
    more, _ = PhaseSurrogate(keep_values=True, random_state=0).fit(windows[:1]).sample(5)
    plain, _ = PhaseSurrogate(random_state=0).fit(windows[:1]).sample(5)
    np.testing.assert_array_equal(np.sort(more, axis=1), np.sort(np.repeat(windows[:1], 5, axis=0), axis=1))
    assert stats.skew(windows[0, :, 2]) < -1.5 < -0.3 < stats.skew(plain[:, :, 2], axis=None)
    for made in more:
        for lag in range(5):
            for first in range(3):
                for second in range(3):
                    old, new = (
                        np.corrcoef(w[lag:, first], w[: len(w) - lag, second])[0, 1] for w in (windows[0], made)
                    )
                    assert abs(old - new) < 0.1
    assert len({made.tobytes() for made in more}) == 5


def test_values_are_kept_better_by_more_than_ranks_alone():
    """The spectrum comes closer than that of ranks put on the plain surrogate, which is what iterating is for."""
    window = skewed(512)[:1, :, :1]
    spectrum = np.abs(np.fft.rfft(window, axis=1))
    plain, _ = PhaseSurrogate(random_state=0).fit(window).sample(8)
    ranked = np.sort(window, axis=1)[0][plain[:, :, 0].argsort(1).argsort(1)]
    iterated, _ = PhaseSurrogate(keep_values=True, random_state=0).fit(window).sample(8)
    errors = [np.linalg.norm(np.abs(np.fft.rfft(made, axis=1)) - spectrum) for made in (ranked, iterated)]
    assert errors[1] < 0.4 * errors[0]
