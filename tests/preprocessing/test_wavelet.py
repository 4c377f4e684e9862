"""WaveletDenoiser against pywt by hand, closed forms, and loops that look at one window at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import pywt
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import brute
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from tabgan import InputError
from tabgan.preprocessing.outliers import ThreeSigmaSmoother
from tabgan.preprocessing.pca import PCAStage
from tabgan.preprocessing.wavelet import MODES, THRESHOLDS, WaveletDenoiser, choose_threshold, estimate_noise, shrink

WAVELETS = pywt.wavelist(kind="discrete")
ORDER_MATTERS = {
    "check_methods_sample_order_invariance": "rows are in the order of time",
    "check_methods_subset_invariance": "one row is no series",
}


@pytest.fixture
def waves() -> tuple[np.ndarray, np.ndarray]:
    """501 values of two waves, and the same with noise of standard deviation 0.3."""
    t = np.arange(501)[:, None]
    clean = np.hstack([np.sin(t / 30), np.sign(np.sin(t / 50))])
    return clean, clean + 0.3 * np.random.default_rng(0).normal(size=clean.shape)


def test_scikit_learn_accepts_it():
    check_estimator(WaveletDenoiser("haar", 1), expected_failed_checks=ORDER_MATTERS)


@pytest.mark.parametrize("wavelet", ["haar", "db4", "sym8", "bior3.5"])
@pytest.mark.parametrize("boundary", ["symmetric", "periodization", "zero"])
@pytest.mark.parametrize("mode", MODES)
def test_it_is_pywt_by_hand(waves, wavelet, boundary, mode):
    denoised = WaveletDenoiser(wavelet, 3, "universal", mode, boundary).fit_transform(waves[1])
    for x, y in zip(waves[1].T, denoised.T, strict=True):
        approximation, *details = pywt.wavedec(x, wavelet, boundary, 3)
        threshold = np.median(np.abs(details[-1])) / 0.6745 * np.sqrt(2 * np.log(501))
        kept = [pywt.threshold(d, threshold, mode) for d in details]
        np.testing.assert_allclose(y, pywt.waverec([approximation, *kept], wavelet, boundary)[:501], atol=1e-10)


@pytest.mark.parametrize("wavelet", WAVELETS)
def test_the_threshold_0_gives_every_series_back(wavelet):
    rng = np.random.default_rng(0)
    least = 2 * (pywt.Wavelet(wavelet).dec_len - 1)
    for n in (least, least + 1, 2 * least + 1, 4 * least + 3):
        series = rng.normal(size=n) * (rng.random(n) < 0.8)  # zeros, too
        for boundary in pywt.Modes.modes:
            for mode in MODES:
                np.testing.assert_array_equal(WaveletDenoiser(wavelet, None, 0, mode, boundary).denoise(series), series)


@pytest.mark.parametrize("wavelet", [name for name in WAVELETS if name != "dmey"])  # whose filters are cut off
def test_what_is_taken_away_is_all_but_the_approximation(wavelet):
    """With an infinite threshold the inverse transform of the details must be exact, or this would not be smooth."""
    n = 4 * pywt.Wavelet(wavelet).dec_len + 3
    series = np.random.default_rng(0).normal(size=n)
    for boundary in pywt.Modes.modes:
        denoiser = WaveletDenoiser(wavelet, 2, 1e12, boundary=boundary)
        approximation, *details = pywt.wavedec(series, wavelet, boundary, 2)
        smooth = pywt.waverec([approximation, *map(np.zeros_like, details)], wavelet, boundary)[:n]
        np.testing.assert_allclose(denoiser.denoise(series), smooth, atol=1e-8)


@given(
    arrays(np.float64, st.integers(14, 90), elements=st.floats(-1e3, 1e3)),
    st.sampled_from(["haar", "db2", "db4", "sym3", "bior2.2", "rbio1.3"]),
    st.sampled_from([*THRESHOLDS, 0.0, 7.5]),
    st.sampled_from(MODES),
    st.sampled_from(pywt.Modes.modes),
)
@example(np.r_[np.arange(14) * 1e-323, 5.0], "haar", "sure", "soft", "zero")  # a quotient overflows
@example(np.full(80, 92.0), "sym3", "universal", "soft", "constant")  # whose filter is exact to 1e-11
def test_every_series_has_a_finite_denoised_one_and_constants_stay(series, wavelet, threshold, mode, boundary):
    denoiser = WaveletDenoiser(wavelet, None, threshold, mode, boundary)
    denoised = denoiser.denoise(series)
    assert denoised.shape == series.shape
    assert np.isfinite(denoised).all()
    if boundary in ("symmetric", "periodic", "periodization", "reflect", "constant"):
        constant = np.full(len(series), series[0])
        np.testing.assert_allclose(denoiser.denoise(constant), constant, rtol=1e-10, atol=1e-9)


def test_a_spike_of_haar_by_hand():
    """Haar, one level: the pair (0, 4) has the detail -4 / sqrt 2; half of it off by a soft threshold of 2 / sqrt 2."""
    series = np.array([1.0, 1.0, 0.0, 4.0, 2.0, 2.0])
    denoised = WaveletDenoiser("haar", 1, 2 / np.sqrt(2)).denoise(series)
    np.testing.assert_allclose(denoised, [1, 1, 1, 3, 2, 2], atol=1e-12)


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("mode", MODES)
def test_noise_becomes_less(waves, threshold, mode):
    clean, noisy = waves
    denoised = WaveletDenoiser("sym8", 5, threshold, mode).fit_transform(noisy)
    assert np.sqrt(((denoised - clean) ** 2).mean()) < 0.7 * 0.3


def test_the_residual_is_what_was_taken_away_when_fitted(waves):
    denoiser = WaveletDenoiser(level=4).fit(waves[1])
    residual = denoiser.residual_.copy()
    np.testing.assert_allclose(waves[1] - denoiser.transform(waves[1]), residual, atol=1e-12)
    denoiser.transform(waves[0])
    np.testing.assert_array_equal(denoiser.residual_, residual)
    np.testing.assert_array_equal(denoiser.inverse_transform(residual), residual)


def test_the_noise_is_estimated_from_the_median():
    normal = np.random.default_rng(0).normal(0, 2.5, 100_000)
    assert estimate_noise(normal) == pytest.approx(2.5, rel=0.01)
    assert estimate_noise(np.array([[-3.0, 1.0, 2.0], [0.0, 0.0, 9.0]])).tolist() == [[2 / 0.6745], [0.0]]


@pytest.mark.parametrize("spread", [1.0, 2.0, 5.0])
def test_sure_is_the_least_risk_of_all_thresholds(spread):
    details = np.random.default_rng(0).normal(0, spread, 60)

    def risk(t: np.ndarray) -> float:
        return 60 - 2 * (np.abs(details) <= t[0]).sum() + (np.minimum(np.abs(details), t[0]) ** 2).sum()

    found = choose_threshold(details, np.ones(1), 120, "sure")
    grid = brute(risk, [(0, np.sqrt(2 * np.log(60)))], Ns=20_000, finish=None)
    assert found == pytest.approx(grid, abs=1e-3)
    assert choose_threshold(3 * details, np.full(1, 3.0), 120, "sure") == pytest.approx(3 * found)


def test_bayes_is_the_ratio_of_the_variances():
    details = np.array([3.0, -3.0, 3.0, -3.0])
    assert choose_threshold(details, np.ones(1), 8, "bayes") == pytest.approx(1 / np.sqrt(8))
    assert choose_threshold(details, np.full(1, 3.5), 8, "bayes") == np.inf
    assert choose_threshold(details, np.zeros(1), 8, "bayes") == 0


@pytest.mark.parametrize("mode", MODES)
def test_shrinking_is_that_of_pywt_where_pywt_gives_a_number(mode):
    details = np.random.default_rng(0).normal(size=500)
    np.testing.assert_allclose(shrink(details, 0.7, mode), pywt.threshold(details, 0.7, mode), atol=1e-15)
    zeros = np.array([0.0, -0.0, 2.0])
    np.testing.assert_array_equal(shrink(zeros, 0.0, mode), zeros)
    np.testing.assert_array_equal(shrink(zeros, np.inf, mode), [0, 0, 0])


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("level", [None, 2])
def test_causal_values_are_those_of_each_window_by_itself(waves, threshold, level):
    series, window = waves[1][:120, 0], 40
    denoiser = WaveletDenoiser("db3", level, threshold)
    causal = denoiser.denoise_causal(series, window)
    for t in range(120):
        past = series[max(0, t + 1 - window) : t + 1]
        if len(past) < 10:
            assert causal[t] == series[t]
            continue
        levels = min(level or 9, pywt.dwt_max_level(len(past), 6))
        assert causal[t] == pytest.approx(WaveletDenoiser("db3", levels, threshold).denoise(past)[-1], abs=1e-12)


def test_a_spike_to_come_moves_no_causal_value_before_it(waves):
    series = waves[1][:, 0]
    spiked = series.copy()
    spiked[300] += 100
    denoiser = WaveletDenoiser(level=3)
    before, after = (denoiser.denoise_causal(x, 64) for x in (series, spiked))
    np.testing.assert_array_equal(before[:300], after[:300])
    assert before[300] != after[300]
    assert (denoiser.denoise(series) != denoiser.denoise(spiked))[:300].any()  # which the whole series' would


def test_it_works_in_a_pipeline_and_as_a_clone(waves):
    pipeline = make_pipeline(ThreeSigmaSmoother(), WaveletDenoiser(level=3), PCAStage(1))
    expected = waves[1]
    for stage in (ThreeSigmaSmoother(), WaveletDenoiser(level=3), PCAStage(1)):
        expected = stage.fit_transform(expected)
    np.testing.assert_array_equal(clone(pipeline).fit_transform(waves[1]), expected)


def test_the_state_gives_the_same_denoiser(waves):
    denoiser = WaveletDenoiser("sym4", 3, 0.5, "hard", "periodic").fit(waves[1])
    again = WaveletDenoiser.from_state(denoiser.get_state())
    np.testing.assert_array_equal(again.transform(waves[0]), denoiser.transform(waves[0]))
    assert again.get_params() == denoiser.get_params()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"wavelet": "db44"}, "discrete wavelet, but is 'db44'; did you mean 'db4'"),
        ({"wavelet": "morl"}, "discrete wavelet, but is 'morl'"),
        ({"level": 7}, "level must be at most 6 for 501 values and the 8 coefficients of db4, but is 7"),
        ({"level": 0}, "level must be a whole number of at least 1, or None for the largest, but is 0"),
        ({"level": 1.5}, "level must be a whole number"),
        ({"threshold": -1}, "threshold must be universal, sure, bayes or a finite number of at least 0, but is -1"),
        ({"threshold": "minimax"}, "threshold must be universal, sure, bayes or .* but is 'minimax'"),
        ({"threshold": float("nan")}, "threshold must be"),
        ({"mode": "firm"}, "mode must be one of soft, hard, garrote, but is 'firm'"),
        ({"boundary": "wrap"}, "boundary must be one of zero, .* but is 'wrap'"),
    ],
)
def test_what_there_cannot_be_is_refused(waves, parameters, message):
    with pytest.raises(InputError, match=message):
        WaveletDenoiser(**parameters).fit(waves[1])


def test_series_that_cannot_be_denoised_are_refused(waves):
    table = pd.DataFrame(waves[1], columns=["demand", "rain"])
    with pytest.raises(InputError, match="at least 14 values to be split by the 8 coefficients of db4, but has 13"):
        WaveletDenoiser().fit(table[:13])
    table.loc[16:18, "rain"] = np.nan
    with pytest.raises(InputError, match=r"column 'rain' has 3 missing values \(NaN\), the first in row 17; fill"):
        WaveletDenoiser().fit(table)
    with pytest.raises(InputError, match="the series has 3 missing"):
        WaveletDenoiser().denoise(table["rain"])
    with pytest.raises(InputError, match="must be finite"):
        WaveletDenoiser().denoise(np.full(20, np.inf))


@pytest.mark.parametrize(
    ("window", "message"),
    [(0, "window must be"), (502, "but is 502"), (13, "has 13"), (30, "level must be at most 2 for 30 values")],
)
def test_windows_that_do_not_fit_are_refused(waves, window, message):
    with pytest.raises(InputError, match=message):
        WaveletDenoiser(level=3).denoise_causal(waves[1][:, 0], window)
    with pytest.raises(InputError, match="one series"):
        WaveletDenoiser().denoise_causal(waves[1], 64)


@pytest.mark.parametrize("text", ["", ":3", "db4:3:sure:soft:zero"])
def test_other_texts_are_refused(text):
    with pytest.raises(InputError, match="denoise must be WAVELET"):
        WaveletDenoiser.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [("db:3", "did you mean 'db"), ("db4:x", "level"), ("db4::huge", "threshold"), ("db4:3:sure:firm", "mode")],
)
def test_texts_of_bad_parts_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        WaveletDenoiser.parse(text)
