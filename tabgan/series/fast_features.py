"""What a window of a fast signal sounds like, as numbers: spectrum, envelope, how they repeat, peaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import hilbert

Array = NDArray[np.float64]

BANDS, ENVELOPE_BANDS = 46, 20  # edges, evenly on a logarithmic scale
LAGS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50)
ENVELOPE_LAGS = (2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 400)
TINY = 1e-12


def fast_features(windows: Array) -> Array:
    """Return (n, n_features) of windows of shape (n, length, n_channels): those of each channel, side by side."""
    return np.concatenate([_channel(windows[:, :, j]) for j in range(windows.shape[2])], 1)


def _channel(x: Array) -> Array:
    x = x - x.mean(1, keepdims=True)
    rms = x.std(1, keepdims=True) + TINY
    z = x / rms
    envelope = np.abs(hilbert(z, axis=1))
    envelope -= envelope.mean(1, keepdims=True)
    peaks = [np.log((z**4).mean(1) + TINY), np.log(np.abs(z).max(1) + TINY), (z**3).mean(1)]
    return np.concatenate(
        [
            np.log(rms),
            np.stack(peaks, 1),
            _bands(x, BANDS),
            _bands(envelope, ENVELOPE_BANDS),
            _repeats(x, LAGS),
            _repeats(envelope, ENVELOPE_LAGS),
        ],
        1,
    )


def _bands(x: Array, n_edges: int) -> Array:
    """Return the log-power in bands of frequency, each a step of the transform wide or wider."""
    power = np.abs(np.fft.rfft(x * np.hanning(x.shape[1]), axis=1)) ** 2
    edges = np.unique(np.round(np.geomspace(1, power.shape[1], n_edges)).astype(int))
    means = np.add.reduceat(power, edges[:-1], axis=1) / np.diff(edges)
    return np.asarray(np.log(means + TINY))


def _repeats(x: Array, lags: tuple[int, ...]) -> Array:
    """Return the autocorrelation at those lags that are shorter than half a window."""
    length = x.shape[1]
    power = np.abs(np.fft.rfft(x, 2 * length, axis=1)) ** 2
    r = np.fft.irfft(power, axis=1)
    return np.asarray(r[:, [lag for lag in lags if 2 * lag < length]] / (r[:, :1] + TINY))
