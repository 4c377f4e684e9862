"""What trees are shown of a window of a series."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_VALUES = 200  # values of a window that are shown as they are; of more, every second, third, ...
MOST_PAIRS = 60  # of channels whose product is shown
LAGS = (1, 2, 4, 8)
BANDS = 4


def window_features(windows: Floats) -> Floats:
    """Return features of windows of shape (n, length, n_channels), at least 10 steps long: (n, n_features).

    Values, changes, and of each channel mean, log spread, log roughness, autocorrelation at four lags and log power in
    four bands; and the products of channels within the window.
    """
    n, length, n_channels = windows.shape
    change = np.diff(windows, axis=1)
    mean, spread = windows.mean(1), windows.std(1) + 1e-9
    z = (windows - mean[:, None]) / spread[:, None]
    inner = [(z[:, lag:] * z[:, :-lag]).mean(1) for lag in LAGS]
    power = np.log(np.abs(np.fft.rfft(windows - mean[:, None], axis=1))[:, 1:] ** 2 + 1e-12)
    bands = [part.mean(1) for part in np.array_split(power, BANDS, axis=1)]
    first, second = np.triu_indices(n_channels, 1)
    if len(first) > MOST_PAIRS:
        chosen = np.linspace(0, len(first) - 1, MOST_PAIRS).astype(int)
        first, second = first[chosen], second[chosen]
    products = np.einsum("nti,ntj->nij", z, z)[:, first, second] / length
    every = -(-n_channels * length // MOST_VALUES)
    plain = [x.reshape(n, -1)[:, ::every] for x in (windows, change)]
    return np.concatenate([*plain, mean, np.log(spread), np.log(change.std(1) + 1e-9), *inner, *bands, products], 1)
