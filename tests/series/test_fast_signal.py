"""Fast signals: what is left of an autoregression keeps its bursts, and the same seed makes the same windows."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.signal import lfilter

from tabgan.errors import InputError
from tabgan.series.fast_signal import FastSignal
from tabgan.series.residuals import BLOCK, ResidualBlocks


def bursts(n_steps: int, seed: int, n_channels: int = 1) -> np.ndarray:
    """White noise that is five times as loud for 40 of each 200 steps, in all channels at once."""
    rng = np.random.default_rng(seed)
    loud = np.where((np.arange(n_steps) + rng.integers(200)) % 200 < 40, 5.0, 1.0)
    common = rng.standard_normal((n_steps, 1))
    return (0.8 * common + 0.6 * rng.standard_normal((n_steps, n_channels))) * loud[:, None]


def bearing(n_steps: int, seed: int) -> np.ndarray:
    """Bursts heard through a resonance."""
    return lfilter([1.0], [1.0, -1.2, 0.8], bursts(n_steps, seed), axis=0) * 0.1 + 2.0


@pytest.fixture(scope="module")
def signal() -> FastSignal:
    noise = 0.1 * np.random.default_rng(8).standard_normal((4000, 1))
    return FastSignal.learn([bearing(9000, 0), noise, bearing(7000, 1)], ["worn", "new", "worn"], 3, iterations=150)


def kurtosis(x: np.ndarray) -> float:
    x = x - x.mean()
    return float((x**4).mean() / (x**2).mean() ** 2)


def test_what_is_left_keeps_its_bursts_and_its_channels_together():
    e = bursts(30_000, 2, n_channels=2)
    model = ResidualBlocks.learn([e], 0, iterations=300)
    past = np.stack([e[i : i + model.memory] for i in range(0, 20_000, 400)])
    made = model.roll(past, 2000, np.random.default_rng(1))
    np.testing.assert_allclose(made.std(axis=(0, 1)), e.std(0), rtol=0.1)
    assert np.corrcoef(made[..., 0].ravel(), made[..., 1].ravel())[0, 1] == pytest.approx(0.64, abs=0.08)
    assert kurtosis(made) == pytest.approx(kurtosis(e), rel=0.2)
    # Blocks next to one another are loud together, as they are in what was learned, and not as if they were shuffled.
    loudness = [np.log((x[:, : x.shape[1] // BLOCK * BLOCK] ** 2).reshape(len(x), -1, BLOCK * 2).mean(2)) for x in (made, e[None])]
    own, real = (np.corrcoef(x[:, :-1].ravel(), x[:, 1:].ravel())[0, 1] for x in loudness)
    assert own > 0.8 * real > 0.5


def test_windows_are_as_loud_as_their_label(signal):
    worn, new = (signal.roll(100, 512, 0, label) for label in ("worn", "new"))
    assert worn.shape == (100, 512, 1)
    np.testing.assert_allclose(worn.std(), bearing(9000, 0).std(), rtol=0.1)
    np.testing.assert_allclose(new.std(), 0.1, rtol=0.1)
    assert worn.mean() == pytest.approx(2.0, abs=0.05)
    assert kurtosis(worn) > 4.5 > 3.3 > kurtosis(new)
    spectra = [np.abs(np.fft.rfft(x - x.mean(), axis=0)[1:]) ** 2 for x in (worn[:, :, 0].T, bearing(51_200, 9).reshape(-1, 512).T)]
    bands = [np.log(s.mean(1).reshape(16, 16).mean(1)) for s in spectra]
    np.testing.assert_allclose(*bands, atol=0.5)


def test_windows_of_all_labels_come_as_often_as_they_were_learned(signal):
    drawn = signal.draw_labels(2000, 5)
    assert np.mean(drawn == 0) == pytest.approx(0.8, abs=0.03)
    windows = signal.roll(40, 64, 5)
    loud = windows.mean(axis=(1, 2)) > 1  # worn ones stand at 2, new ones at 0
    np.testing.assert_array_equal(loud, signal.draw_labels(40, 5) == 0)


def test_fewer_and_shorter_windows_are_the_beginning_of_more_and_longer_ones(signal):
    all_of_them = signal.roll(150, 300, 7, "worn")
    np.testing.assert_array_equal(signal.roll(5, 300, 7, "worn"), all_of_them[:5])
    np.testing.assert_array_equal(signal.roll(150, 77, 7, "worn"), all_of_them[:, :77])
    np.testing.assert_array_equal(signal.roll(3, 20, 7), signal.roll(9, 50, 7)[:3, :20])
    assert not np.array_equal(signal.roll(5, 300, 8, "worn"), all_of_them[:5])
    assert len(np.unique(all_of_them[:, 0, 0])) == 150


def test_the_same_seed_learns_the_same_and_leaves_global_generators_alone():
    x = bearing(3000, 4)
    before = np.random.get_state()[1].copy()
    first, second, other = (FastSignal.learn([x], seed=seed, iterations=20) for seed in (1, 1, 2))
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    np.testing.assert_array_equal(first.roll(4, 64, 0), second.roll(4, 64, 0))
    assert not np.array_equal(first.roll(4, 64, 0), other.roll(4, 64, 0))


def test_a_state_of_arrays_and_json_makes_the_same_windows(signal):
    state = signal.get_state()

    def check(value: object) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                assert isinstance(name, str)
                check(inner)
        elif not isinstance(value, np.ndarray):
            json.dumps(value)

    check(state)
    again = FastSignal.from_state(state)
    np.testing.assert_array_equal(again.roll(6, 100, 3), signal.roll(6, 100, 3))
    assert again.describe() == signal.describe()
    assert again.describe().startswith("worn: ")


def test_many_short_windows_are_learned_too():
    recording = bearing(40 * 512, 6)
    signal = FastSignal.learn(list(recording.reshape(40, 512, 1)), iterations=50)
    made = signal.roll(100, 512, 0)
    np.testing.assert_allclose(made.std(), recording.std(), rtol=0.15)


def test_what_is_too_short_is_refused_with_its_label():
    with pytest.raises(InputError, match="label 'b': the innovations .* at least 136 steps beyond the order"):
        FastSignal.learn([bearing(500, 0), bearing(30, 0)], ["a", "b"], iterations=1)


def test_an_unknown_label_is_refused(signal):
    with pytest.raises(InputError, match=r"one of \['worn', 'new'\].*it is 'broken'"):
        signal.roll(1, 10, 0, "broken")
