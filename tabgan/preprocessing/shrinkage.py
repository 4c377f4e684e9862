"""Thresholds for wavelet details, and how details are shrunk by them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

THRESHOLDS = ("universal", "sure", "bayes")
MODES = ("soft", "hard", "garrote")


def estimate_noise(finest: NDArray[Any]) -> NDArray[Any]:
    """Return the standard deviation of the noise, ``median(|d|) / 0.6745`` of the finest details d.

    Parameters
    ----------
    finest : ndarray of shape (..., n)

    Returns
    -------
    ndarray of shape (..., 1)

    References
    ----------
    Donoho, Johnstone (1994). Ideal Spatial Adaptation by Wavelet Shrinkage. Biometrika 81(3).
    """
    return np.median(np.abs(finest), axis=-1, keepdims=True) / 0.6745


def choose_threshold(details: NDArray[Any], noise: NDArray[Any], n: int, rule: str | float) -> NDArray[Any] | float:
    """Return the threshold of one level, of shape (..., 1); 0 where there is no noise.

    Parameters
    ----------
    details : ndarray of shape (..., n_details)
    noise : ndarray of shape (..., 1)
        Its standard deviation sigma.
    n : int
        Length of the series.
    rule : {"universal", "sure", "bayes"} or float
        "universal" is ``sigma * sqrt(2 ln n)``, above which noise alone hardly comes (Donoho and Johnstone 1994).
        "sure" minimises, over ``0 <= t <= sigma * sqrt(2 ln n_details)``, Stein's unbiased estimate of the risk of soft
        thresholds, ``n_details - 2 #{|d| <= sigma t} + sum(min(|d| / sigma, t)^2)``, by t as the unit sigma (Donoho and
        Johnstone 1995, without their test for sparse levels). "bayes" is ``sigma^2 / sqrt(max(mean(d^2) - sigma^2,
        0))``, and all details vanish where that is infinite (Chang, Yu, Vetterli 2000). A number is the threshold.

    References
    ----------
    Donoho, Johnstone (1995). Adapting to Unknown Smoothness via Wavelet Shrinkage. JASA 90(432).
    Chang, Yu, Vetterli (2000). Adaptive Wavelet Thresholding for Image Denoising and Compression. IEEE TIP 9(9).
    """
    if rule == "universal":
        return noise * np.sqrt(2 * np.log(n))
    if rule == "sure":
        return _minimise_risk(details, noise)
    if rule == "bayes":
        signal = np.sqrt(np.maximum((details**2).mean(axis=-1, keepdims=True) - noise**2, 0))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(noise > 0, noise * (noise / signal), 0.0)
    return float(rule)


def shrink(details: NDArray[Any], threshold: NDArray[Any] | float, mode: str) -> NDArray[Any]:
    """Return details shrunk by a threshold t: 0 where ``|d| <= t``, and elsewhere as the mode says.

    Parameters
    ----------
    details : ndarray of shape (..., n)
    threshold : float or ndarray of shape (..., 1)
    mode : {"soft", "hard", "garrote"}
        ``sign(d) (|d| - t)``, d itself, or ``d - t^2 / d``, which lies between them (Gao 1998).

    Notes
    -----
    ``pywt.threshold`` gives NaN at 0 in the modes soft and garrote, where t is 0; here 0 stays 0.

    References
    ----------
    Gao (1998). Wavelet Shrinkage Denoising Using the Non-Negative Garrote. J. Comput. Graph. Stat. 7(4).

    Examples
    --------
    >>> import numpy as np
    >>> [shrink(np.array([-4.0, 0.0, 1.0]), 2.0, mode).tolist() for mode in MODES]
    [[-2.0, 0.0, 0.0], [-4.0, 0.0, 0.0], [-3.0, 0.0, 0.0]]
    """
    size = np.abs(details)
    if mode == "soft":
        return np.copysign(np.maximum(size - threshold, 0), details)
    kept = size > threshold
    if mode == "hard":
        return np.where(kept, details, 0.0)
    share = np.divide(threshold, size, out=np.ones_like(size), where=kept)
    return details * (1 - share**2)


def _minimise_risk(details: NDArray[Any], noise: NDArray[Any]) -> NDArray[Any]:
    """Return the threshold of least estimated risk. Between sizes of details the risk grows, so it is one of these."""
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes = np.where(noise > 0, np.sort(np.abs(details), axis=-1) / noise, 0.0)
    n = sizes.shape[-1]
    candidates = np.concatenate([np.zeros_like(noise), sizes], axis=-1)
    rank = np.arange(n + 1)
    risk = n - 2 * rank + np.cumsum(candidates**2, axis=-1) + (n - rank) * candidates**2
    risk = np.where(candidates <= np.sqrt(2 * np.log(n)), risk, np.inf)
    return noise * np.take_along_axis(candidates, risk.argmin(axis=-1)[..., None], axis=-1)
