"""Statistics of windows, against closed forms and other libraries."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp

from tabgan.evaluation.series import statistics as of
from tabgan.evaluation.series.joints import find_joints
from tabgan.evaluation.series.nearness import find_nearest, share_of_copied_runs, to_points


def autoregression(shape: tuple[int, int], weight: float, seed: int = 0) -> np.ndarray:
    """Series of shape (n_series, n_steps, 1) with x[t] = weight * x[t - 1] + noise, from their own law on."""
    noise = np.random.default_rng(seed).normal(size=shape)
    x = np.empty(shape)
    x[:, 0] = noise[:, 0] / np.sqrt(1 - weight**2)
    for step in range(1, shape[1]):
        x[:, step] = weight * x[:, step - 1] + noise[:, step]
    return x[:, :, None]


def test_the_autocorrelation_of_an_autoregression_is_its_weight_to_the_lag():
    windows = autoregression((20_000, 24), 0.8)
    assert of.acf(windows)[:, 0] == pytest.approx(0.8 ** np.arange(1, 23), abs=0.02)
    stretches = list(autoregression((50, 2000), 0.8))
    assert of.long_acf(stretches, 40)[:, 0] == pytest.approx(0.8 ** np.arange(1, 41), abs=0.03)


def test_autocorrelations_are_those_of_the_direct_sums():
    windows = np.random.default_rng(0).normal(size=(30, 17, 2)).cumsum(axis=1)
    x = windows - windows.mean(axis=(0, 1))
    direct = [(x[:, k:] * x[:, :-k]).mean(axis=(0, 1)) / (x**2).mean(axis=(0, 1)) for k in range(1, 16)]
    assert of.acf(windows) == pytest.approx(np.stack(direct))
    y = windows - windows.mean(axis=1, keepdims=True)
    direct = [(y[:, k:] * y[:, :-k]).mean(axis=(0, 1)) / (y**2).mean(axis=(0, 1)) for k in range(1, 8)]
    assert of.inner_acf(windows) == pytest.approx(np.stack(direct))


def test_the_spectrum_of_white_noise_is_flat_and_a_wave_is_a_line():
    noise = np.random.default_rng(0).normal(size=(5000, 32, 1))
    assert of.psd(noise)[:-1, 0] == pytest.approx(np.log10(32), abs=0.03)
    wave = np.sin(2 * np.pi * 5 * np.arange(32) / 32)[None, :, None]
    assert of.psd(wave)[:, 0].argmax() == 4
    assert of.psd(wave)[4, 0] == pytest.approx(np.log10(16**2))


def test_the_spectrum_of_an_autoregression_is_its_closed_form():
    windows = autoregression((4000, 512), 0.6)
    frequencies = 2 * np.pi * np.arange(1, 257) / 512
    expected = np.log10(512 / (1 - 1.2 * np.cos(frequencies) + 0.36))
    assert of.psd(windows)[:-1, 0] == pytest.approx(expected[:-1], abs=0.05)


def test_a_channel_that_follows_another_is_found_at_its_lag():
    x = np.random.default_rng(0).normal(size=(4000, 30))
    windows = np.stack([x[:, 3:], x[:, :-3]], axis=2)  # the second is the first, three steps later
    found = of.cross_correlations(windows, (0, 3))
    assert found[1] == pytest.approx(np.array([[0, 0], [1, 0]]), abs=0.03)
    assert found[0] == pytest.approx(np.eye(2), abs=0.03)


def test_distances_of_distributions_are_those_of_scipy():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=300).round(1), rng.normal(0.4, size=200).round(1)
    assert of.ks_distance(x, y) == pytest.approx(ks_2samp(x, y).statistic)


def test_unchanged_steps_and_their_runs_are_counted():
    windows = np.array([[[1.0, 0], [1, 1], [1, 2], [2, 3]], [[5, 0], [5, 0], [6, 1], [6, 1]]])
    assert of.unchanged(windows) == pytest.approx([4 / 6, 2 / 6])
    assert [sorted(runs) for runs in of.run_lengths(windows)] == [[1, 1, 2], [1, 1]]


def test_windows_are_described_without_gaps_however_short_or_wide():
    for shape in ((5, 8, 1), (5, 64, 30)):
        found = of.describe_windows(np.random.default_rng(0).random(shape))
        assert found.shape[0] == 5
        assert np.isfinite(found).all()
        assert np.isfinite(of.describe_windows(np.zeros(shape))).all()


def test_nearest_windows_are_those_of_all_distances():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(40, 8, 2)), rng.normal(size=(60, 8, 2))
    a, b = to_points(one, other), to_points(other, other)
    distances, places = find_nearest(a, b)
    full = np.linalg.norm(a[:, None] - b[None], axis=2)
    assert distances == pytest.approx(full.min(axis=1))
    assert places.tolist() == full.argmin(axis=1).tolist()
    assert find_nearest(b, b)[0] == pytest.approx(np.zeros(60))


def test_copied_runs_are_found_wherever_they_are_and_only_whole():
    rng = np.random.default_rng(0)
    learned = [rng.random((50, 3)), rng.random((40, 3))]
    fresh = rng.random((30, 3))
    fresh[10:18] = learned[1][5:13]
    assert share_of_copied_runs([fresh], learned) == pytest.approx(1 / 23)
    fresh[17, 0] += 0.001
    assert share_of_copied_runs([fresh], learned) == 0
    assert share_of_copied_runs([learned[0][20:]], learned) == 1
    assert np.isnan(share_of_copied_runs([fresh[:7]], learned))


def test_joints_are_found_where_pieces_were_put_together():
    smooth = autoregression((400, 25), 0.97, seed=1)
    joined = find_joints([smooth.reshape(-1, 1)], [0])
    assert joined is not None
    assert (joined.period, joined.phase) == (25, 0)
    assert joined.ratio > 1.5
    whole = find_joints([autoregression((1, 10_000), 0.97)[0]], [0])
    assert whole == (0, 0, 1.0)
    assert find_joints([np.zeros((100, 2))], [0]) is None
