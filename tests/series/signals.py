"""Simulated fast signals."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter


def bursts(n_steps: int, seed: int, n_channels: int = 1) -> np.ndarray:
    """White noise that is five times as loud for 40 of each 200 steps, in all channels at once."""
    rng = np.random.default_rng(seed)
    loud = np.where((np.arange(n_steps) + rng.integers(200)) % 200 < 40, 5.0, 1.0)
    common = rng.standard_normal((n_steps, 1))
    return (0.8 * common + 0.6 * rng.standard_normal((n_steps, n_channels))) * loud[:, None]


def bearing(n_steps: int, seed: int) -> np.ndarray:
    """Bursts heard through a resonance."""
    return lfilter([1.0], [1.0, -1.2, 0.8], bursts(n_steps, seed), axis=0) * 0.1 + 2.0


def kurtosis(x: np.ndarray) -> float:
    x = x - x.mean()
    return float((x**4).mean() / (x**2).mean() ** 2)
