"""Fast signals: what an autoregression leaves keeps its bursts, and what sounds least real is sieved."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import ks_2samp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from tabgan.errors import InputError
from tabgan.series.fast_features import fast_features
from tabgan.series.fast_sieve import FastSieve
from tabgan.series.fast_signal import FastSignal
from tabgan.series.residuals import BLOCK, ResidualBlocks
from tests.series.signals import bearing, bursts, kurtosis


@pytest.fixture(scope="module")
def signal() -> FastSignal:
    return FastSignal.learn([bearing(9000, 0), bearing(7000, 1)], 3, iterations=150)


@pytest.fixture(scope="module")
def pasts(signal) -> np.ndarray:
    recording = bearing(9000, 0)
    return np.stack([recording[i : i + signal.need] for i in range(0, 9000 - signal.need, 80)])


def test_what_is_left_keeps_its_bursts_and_its_channels_together():
    e = bursts(20_000, 2, n_channels=2)
    model = ResidualBlocks.learn([e], 0, iterations=150)
    past = np.stack([e[i : i + model.memory] for i in range(0, 16_000, 800)])
    made = model.roll(past, 1500, np.random.default_rng(1))
    np.testing.assert_allclose(made.std(axis=(0, 1)), e.std(0), rtol=0.1)
    assert ks_2samp(made[..., 0].ravel(), e[:, 0]).statistic < 0.04
    assert np.corrcoef(made[..., 0].ravel(), made[..., 1].ravel())[0, 1] == pytest.approx(0.64, abs=0.08)
    # Blocks next to one another are loud together, as they are in what was learned, and not as if they were shuffled.
    cut = [x[:, : x.shape[1] // 16 * 16].reshape(len(x), -1, 2 * BLOCK, 2) for x in (made, e[None])]
    loudness = [np.log((x**2).mean(axis=(2, 3))) for x in cut]
    own, real = (np.corrcoef(x[:, :-1].ravel(), x[:, 1:].ravel())[0, 1] for x in loudness)
    assert own > 0.8 * real > 0.4


def test_runs_are_as_loud_as_what_was_learned_and_have_its_spectrum(signal, pasts):
    recording = bearing(51_200, 9)
    made = signal.run(pasts, 1024, np.random.default_rng(0))[:, 512:]
    np.testing.assert_allclose(made.std(), recording.std(), rtol=0.1)
    assert made.mean() == pytest.approx(2.0, abs=0.05)
    assert kurtosis(made) > 4.5
    spectra = [
        np.abs(np.fft.rfft(x - x.mean(), axis=1)[:, 1:]) ** 2 for x in (made[:, :, 0], recording.reshape(-1, 512))
    ]
    np.testing.assert_allclose(*(np.log(s.mean(0).reshape(16, 16).mean(1)) for s in spectra), atol=0.5)


def test_shorter_runs_are_the_beginning_of_longer_ones(signal, pasts):
    long = signal.run(pasts[:4], 1100, np.random.default_rng(7))
    np.testing.assert_array_equal(signal.run(pasts[:4], 77, np.random.default_rng(7)), long[:, :77])
    np.testing.assert_array_equal(signal.run(pasts[:4], 513, np.random.default_rng(7)), long[:, :513])
    assert not np.array_equal(signal.run(pasts[:4], 77, np.random.default_rng(8)), long[:, :77])


def test_the_same_seed_learns_the_same_and_leaves_global_generators_alone():
    x = bearing(2000, 4)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, second, other = (FastSignal.learn([x], seed, iterations=5) for seed in (1, 1, 2))
    runs = [m.run(x[None, : m.need], 40, np.random.default_rng(0)) for m in (first, second, other)]
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_a_state_of_arrays_and_json_makes_the_same_again(signal, pasts):
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
    runs = [m.run(pasts[:3], 100, np.random.default_rng(3)) for m in (signal, again)]
    np.testing.assert_array_equal(*runs)
    assert again.need == signal.need


def test_many_short_windows_are_learned_too():
    recording = bearing(40 * 512, 6)
    windows = recording.reshape(40, 512, 1)
    signal = FastSignal.learn(list(windows), 0, iterations=30)
    assert signal.need <= 512
    made = signal.run(windows, 512, np.random.default_rng(0))
    np.testing.assert_allclose(made.std(), recording.std(), rtol=0.15)


def test_what_is_too_short_is_refused():
    with pytest.raises(InputError, match="at least 136 steps beyond the order, but the longest has 23"):
        FastSignal.learn([bearing(30, 0)], 0)


def test_features_hear_a_tone_where_it_is():
    t = np.arange(1024)
    low, high = (np.sin(2 * np.pi * f * t)[None, :, None] + 1e-3 * np.cos(t**2)[None, :, None] for f in (0.01, 0.3))
    bands = slice(4, 4 + 40)
    assert fast_features(low)[0, bands].argmax() < fast_features(high)[0, bands].argmax()
    loud = fast_features(np.concatenate([low, 10 * low]))
    assert loud[1, 0] - loud[0, 0] == pytest.approx(np.log(10))
    assert np.isfinite(fast_features(np.zeros((2, 16, 3)))).all()


def test_the_sieve_lets_through_what_looks_real():
    rng = np.random.default_rng(0)
    real = [rng.normal(0, scale, (200, 256, 1)) for scale in (1, 3)]
    made = [rng.normal(0, scale * rng.choice([1, 1.5], (400, 1, 1)), (400, 256, 1)) for scale in (1, 3)]
    sieve = FastSieve.learn(real, made, 0)
    for place, scale in enumerate((1, 3)):
        fresh = rng.normal(0, scale * np.repeat([1, 1.5], 300)[:, None, None], (600, 256, 1))
        kept = sieve.accept(fresh, place)
        assert 0.1 < kept.mean() < 0.3
        assert kept[300:].sum() < 0.1 * kept.sum()
        assert fresh[kept].std() == pytest.approx(scale, rel=0.05)


def test_windows_are_harder_to_tell_from_real_ones_than_those_of_a_short_model():
    """A logistic regression on the features, which is no part of the engine."""
    learned, judged = bearing(20_000, 11), bearing(20_480, 12).reshape(40, 512, 1)
    aucs = []
    for order in ("auto", 1):
        signal = FastSignal.learn([learned], 0, order=order, iterations=100)
        past = np.stack([learned[i : i + signal.need] for i in range(0, 20_000 - signal.need, 150)])
        X = fast_features(np.concatenate([judged, signal.run(past, 1024, np.random.default_rng(1))[:40, 512:]]))
        X = (X - X.mean(0)) / (X.std(0) + 1e-9)
        is_made, is_test = np.repeat([0, 1], 40), np.arange(80) % 2 == 1
        model = LogisticRegression(C=0.01).fit(X[~is_test], is_made[~is_test])
        aucs.append(roc_auc_score(is_made[is_test], model.decision_function(X[is_test])))
    assert aucs[0] < aucs[1] - 0.1
