"""Wavelet denoising: what is small among the details of a series is taken for noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pywt
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.base import OneToOneFeatureMixin

from tabgan.errors import InputError
from tabgan.preprocessing.packing import Array
from tabgan.preprocessing.stages import Stage
from tabgan.registry import register_own
from tabgan.rules import suggest
from tabgan.setting_rules import COUNT, number
from tabgan.spelling import spell

BLOCK = 2**20  # values that are denoised at once, to bound memory
NUMBER = number(lambda threshold: threshold >= 0, "a finite number of at least 0")
THRESHOLDS = ("universal", "sure", "bayes")
MODES = ("soft", "hard", "garrote")


class WaveletDenoiser(OneToOneFeatureMixin, Stage):
    """Denoise each column, a series whose rows are in the order of time, by thresholds on its wavelet details.

    The discrete wavelet transform splits a series into a coarse approximation and the details of several levels. Noise
    is spread over all details, what a series does over few. Details are shrunk by a threshold, the approximation stays,
    and the inverse transform of both is the denoised series. Every series has thresholds of its own, so that nothing
    but its width is learned when fitted.

    Parameters
    ----------
    wavelet : str, default "db4"
        The name of a discrete wavelet of PyWavelets, ``pywt.wavelist(kind="discrete")``.
    level : int or None
        How many times the series is split. None is as often as its length n allows: n must be at least
        ``2**level * (filter length - 1)``.
    threshold : {"universal", "sure", "bayes"} or float
        See `choose_threshold`; a number is the threshold itself, on the scale of the series, and 0 changes nothing.
    mode : {"soft", "hard", "garrote"}
        See `shrink`.
    boundary : str, default "symmetric"
        How the series goes on beyond its ends, one of ``pywt.Modes.modes``.

    Attributes
    ----------
    residual_ : ndarray of shape (n_samples, n_columns)
        What was taken away from the series it was fitted on: these minus the denoised ones. Of others it is
        ``X - transform(X)``.

    Notes
    -----
    The transform being linear, what is taken away is the inverse transform of what the details lose. That is what is
    computed, so the threshold 0 changes no bit, even of "dmey", whose cut-off filters do not invert each other exactly.
    A denoised value depends on later values, too, where `denoise_causal` has only earlier ones. What was taken away is
    lost: `inverse_transform` is the identity.

    References
    ----------
    Mallat (1989). A Theory for Multiresolution Signal Decomposition. IEEE PAMI 11(7).
    Donoho, Johnstone (1994). Ideal Spatial Adaptation by Wavelet Shrinkage. Biometrika 81(3).

    Examples
    --------
    >>> import numpy as np
    >>> wave = np.sin(np.arange(256) / 20)[:, None]
    >>> noisy = wave + 0.2 * np.random.default_rng(0).normal(size=wave.shape)
    >>> denoised = WaveletDenoiser(level=4).fit_transform(noisy)
    >>> bool(np.std(denoised - wave) < 0.5 * np.std(noisy - wave))
    True
    """

    name, place, takes_gaps, lossy = "dwt", "series", False, True
    learned = ("n_features_in_",)

    def __init__(
        self,
        wavelet: str = "db4",
        level: int | None = None,
        threshold: str | float = "universal",
        mode: str = "soft",
        boundary: str = "symmetric",
    ) -> None:
        self.wavelet, self.level, self.threshold, self.mode, self.boundary = wavelet, level, threshold, mode, boundary

    @classmethod
    def parse(cls, text: str) -> WaveletDenoiser:
        """Make the denoiser that a text names: wavelet[:level[:threshold[:mode]]]; a part left empty is the default.

        Raises
        ------
        InputError
            It is no such text.

        Examples
        --------
        >>> WaveletDenoiser.parse("db4:3"), WaveletDenoiser.parse("haar::0.5:hard")
        (WaveletDenoiser(level=3), WaveletDenoiser(mode='hard', threshold=0.5, wavelet='haar'))
        """
        names = ("wavelet", "level", "threshold", "mode")
        parts = text.split(":")
        if len(parts) > len(names) or not parts[0]:
            raise InputError(
                f"{spell('denoise')} must be WAVELET[:LEVEL[:THRESHOLD[:MODE]]], but is {text!r}; write db4:3, "
                "or db4:3:sure:soft"
            )
        chosen: dict[str, Any] = {name: part for name, part in zip(names, parts, strict=False) if part}
        for name, kind in (("level", int), ("threshold", float)):
            try:
                chosen[name] = kind(chosen[name])
            except (KeyError, ValueError):
                continue  # left out, or a word: which of these there are is checked with the rest
        denoiser = cls(**chosen)
        denoiser._check()
        return denoiser

    def fit(self, X: Any, y: Any = None) -> WaveletDenoiser:
        """Check that `X`, of shape (n_samples, n_columns), in order of time, can be denoised, and keep what is noise.

        Raises
        ------
        InputError
            A parameter breaks its rule, the series are shorter than the filter or too short for `level`, or have gaps.
        """
        X = self._read_whole(X, reset=True)
        self.residual_ = X - self.denoise(X.T).T
        return self

    def transform(self, X: Any) -> Array:
        """Return `X`, of shape (n_samples, n_columns), in order of time, denoised."""
        return self.denoise(self._read_whole(X).T).T

    def inverse_transform(self, X: Any) -> Array:
        """Return `X`: what was taken away is not known any more."""
        return self._read(X, finite=True)

    def denoise(self, series: Any) -> Array:
        """Return series of shape (..., n), which run along the last axis, denoised, each by itself. No fit is needed.

        Raises
        ------
        InputError
            As of `fit`.
        """
        self._check()
        series = _as_series(series)
        largest = self.find_largest_level(series.shape[-1])
        if self.level is not None and self.level > largest:
            raise InputError(
                f"level must be at most {largest} for {series.shape[-1]} values and the {self._filter_length} "
                f"coefficients of {self.wavelet}, but is {self.level}; lower it, or give more values"
            )
        return self._denoise(series, self.level or largest)

    def denoise_causal(self, series: Any, window: int) -> Array:
        """Return of each value what denoising the values up to it makes of it; no later one has a say.

        Value t is the last of the last `window` values, up to and with t, denoised. Before there are so many, it is
        that of all there are, with fewer levels where they are too few, and below the least that the filter needs it is
        the value itself. No fit is needed.

        Parameters
        ----------
        series : array-like of shape (n,)
            In order of time; what is returned has this shape.
        window : int
            At most n, and enough for `level`.

        Raises
        ------
        InputError
            As of `fit`, or `window` is more than n.
        """
        self._check()
        series = _as_series(series)
        if series.ndim != 1 or not 1 <= window <= len(series):
            raise InputError(
                f"window must be a whole number from 1 to the length of one series, but is {window!r} for values of "
                f"shape {series.shape}; choose a smaller one"
            )
        denoised: Array = series.copy()
        windows = sliding_window_view(series, window)
        rows = max(1, BLOCK // window)
        for begin in range(0, len(windows), rows):
            denoised[window - 1 :][begin : begin + rows] = self.denoise(windows[begin : begin + rows])[:, -1]
        for t in range(2 * (self._filter_length - 1), window):
            largest = self.find_largest_level(t)
            denoised[t - 1] = self._denoise(series[:t], min(self.level or largest, largest))[-1]
        return denoised

    def find_largest_level(self, n: int) -> int:
        """Return how often a series of n values can be split.

        Raises
        ------
        InputError
            Not even once.
        """
        if n < (least := 2 * (self._filter_length - 1)):
            raise InputError(
                f"a series must have at least {least} values to be split by the {self._filter_length} coefficients of "
                f"{self.wavelet}, but has {n}; give more, or take a shorter wavelet such as haar"
            )
        return int(pywt.dwt_max_level(n, self._filter_length))

    @property
    def _filter_length(self) -> int:
        return int(pywt.Wavelet(self.wavelet).dec_len)

    def _denoise(self, series: Array, level: int) -> Array:
        n = series.shape[-1]
        approximation, *details = pywt.wavedec(series, self.wavelet, self.boundary, level)
        noise = estimate_noise(details[-1])
        lost = [d - shrink(d, choose_threshold(d, noise, n, self.threshold), self.mode) for d in details]
        away = pywt.waverec([np.zeros_like(approximation), *lost], self.wavelet, self.boundary)
        return np.asarray(series - away[..., :n])

    def _read_whole(self, X: Any, reset: bool = False) -> Array:
        rows = self._read(X, reset=reset, least=2)
        if (gaps := np.isnan(rows)).any():
            column = int(gaps.any(axis=0).argmax())
            name = repr(self.feature_names_in_[column]) if hasattr(self, "feature_names_in_") else column + 1
            raise _has_gaps(gaps[:, column], f"column {name}")
        return rows

    def _check(self) -> None:
        known = pywt.wavelist(kind="discrete")
        if self.wavelet not in known:
            raise InputError(
                f"wavelet must name a discrete wavelet, but is {self.wavelet!r}; "
                f"{suggest(str(self.wavelet), known, 'wavelets')}"
            )
        level, threshold = self.level, self.threshold
        if not (level is None or COUNT.holds(level)):
            raise InputError(f"level must be {COUNT.words}, or None for the largest, but is {level!r}")
        if not (threshold in THRESHOLDS or NUMBER.holds(threshold)):
            raise InputError(f"threshold must be {', '.join(THRESHOLDS)} or {NUMBER.words}, but is {threshold!r}")
        for name, known in (("mode", MODES), ("boundary", pywt.Modes.modes)):
            if (value := getattr(self, name)) not in known:
                raise InputError(f"{name} must be one of {', '.join(known)}, but is {value!r}")


def _as_series(values: Any) -> Array:
    series = np.asarray(values, dtype=np.float64)
    if np.isinf(series).any():
        raise InputError("a series must be finite, but has infinite values; mend them")
    if (gaps := np.isnan(series)).any():
        raise _has_gaps(gaps.reshape(-1, series.shape[-1]).any(axis=0), "the series")
    return series


def _has_gaps(gaps: Any, what: str) -> InputError:
    return InputError(
        f"a series must have no gaps to be denoised, but {what} has {gaps.sum():,} missing values (NaN), the first in "
        f"row {gaps.argmax() + 1}; fill them, for example by interpolation"
    )


def estimate_noise(finest: Array) -> Array:
    """Return the standard deviation of the noise, of shape (..., 1): of finest details d ``median(|d|) / 0.6745``.

    As Donoho and Johnstone have it (1994); (..., n) is the shape of the details.
    """
    return np.asarray(np.median(np.abs(finest), axis=-1, keepdims=True) / 0.6745)


def choose_threshold(details: Array, noise: Array, n: int, rule: str | float) -> Array | float:
    """Return the threshold of one level, of shape (..., 1), for a series of length n; 0 where there is no noise.

    `details` have the shape (..., n_details), and `noise`, its standard deviation sigma, (..., 1). A `rule` that is a
    number is the threshold. "universal" is ``sigma * sqrt(2 ln n)``, above which noise alone hardly comes (Donoho and
    Johnstone 1994). "sure" minimises, over ``0 <= t <= sigma * sqrt(2 ln n_details)``, Stein's unbiased estimate of the
    risk of soft thresholds, ``n_details - 2 #{|d| <= sigma t} + sum(min(|d| / sigma, t)^2)``, by t as the unit sigma
    (Donoho and Johnstone 1995, without their test for sparse levels). "bayes" is ``sigma^2 / sqrt(max(mean(d^2) -
    sigma^2, 0))``, and all details vanish where that is infinite (Chang, Yu, Vetterli 2000).

    References
    ----------
    Donoho, Johnstone (1995). Adapting to Unknown Smoothness via Wavelet Shrinkage. JASA 90(432).
    Chang, Yu, Vetterli (2000). Adaptive Wavelet Thresholding for Image Denoising and Compression. IEEE TIP 9(9).
    """
    if rule == "universal":
        return np.asarray(noise * np.sqrt(2 * np.log(n)))
    if rule == "sure":
        return _minimise_risk(details, noise)
    if rule == "bayes":
        signal = np.sqrt(np.maximum((details**2).mean(axis=-1, keepdims=True) - noise**2, 0))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(noise > 0, noise * (noise / signal), 0.0)
    return float(rule)


def shrink(details: Array, threshold: Array | float, mode: str) -> Array:
    """Return details d, of shape (..., n), shrunk by a threshold t: 0 where ``|d| <= t``, elsewhere as the mode says.

    "soft" is ``sign(d) (|d| - t)``, "hard" d itself, and "garrote" ``d - t^2 / d``, which lies between them (Gao 1998).
    ``pywt.threshold`` gives NaN at 0 in the modes soft and garrote, where t is 0; here 0 stays 0.

    Examples
    --------
    >>> import numpy as np
    >>> [shrink(np.array([-4.0, 0.0, 1.0]), 2.0, mode).tolist() for mode in MODES]
    [[-2.0, 0.0, 0.0], [-4.0, 0.0, 0.0], [-3.0, 0.0, 0.0]]
    """
    size = np.abs(details)
    if mode == "soft":
        return np.asarray(np.copysign(np.maximum(size - threshold, 0), details))
    kept = size > threshold
    if mode == "hard":
        return np.where(kept, details, 0.0)
    share = np.divide(threshold, size, out=np.ones_like(size), where=kept)
    return np.asarray(details * (1 - share**2))


def _minimise_risk(details: Array, noise: Array) -> Array:
    """Return the threshold of least estimated risk. Between sizes of details the risk grows, so it is one of these."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # of noise as small as numbers get
        sizes = np.where(noise > 0, np.sort(np.abs(details), axis=-1) / noise, 0.0)
        n = sizes.shape[-1]
        candidates = np.concatenate([np.zeros_like(noise), sizes], axis=-1)
        rank = np.arange(n + 1)
        risk = n - 2 * rank + np.cumsum(candidates**2, axis=-1) + (n - rank) * candidates**2
        risk = np.where(candidates <= np.sqrt(2 * np.log(n)), risk, np.inf)
    return np.asarray(noise * np.take_along_axis(candidates, risk.argmin(axis=-1)[..., None], axis=-1))


register_own("stage", WaveletDenoiser)
