"""Surrogates from linear models: what an autoregression makes of a window's own innovations, drawn anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.signal import lfilter

from tabgan.augmentation.augmenter import Array, Augmenter
from tabgan.errors import InputError
from tabgan.settings import AUTO, COUNT, FLAG, Rule
from tabgan.spelling import spell

MOST_ORDER = 64  # where it is "auto"


@dataclass(kw_only=True, eq=False, repr=False)
class ARSurrogate(Augmenter):
    """Fit an autoregression to each window by Burg's method, and let it run on innovations drawn from the window's.

    The new window has the level, the autocorrelations up to `order` and the distribution of innovations of the old one,
    but another course. Innovations of all channels are drawn from the same steps, so what channels have to do with each
    other at the same step stays, and what they have to do with each other with a delay is lost: `PhaseSurrogate` keeps
    it. A trend or a season is no autoregression: see `DecomposedBootstrap`.

    Parameters
    ----------
    order : int or "auto"
        How many steps back it looks, at most half a window's length less one. "auto" is 64, or a quarter of the length
        if that is less.
    pooled : bool, default False
        Whether all windows of a class share one autoregression and its innovations, which are then better known;
        windows of one class should be alike for that.
    random_state : int, numpy Generator, RandomState or None

    References
    ----------
    Burg (1975). Maximum entropy spectral analysis. PhD thesis, Stanford. Its autoregressions are always stable.
    Buhlmann (1997). Sieve bootstrap for time series. Bernoulli 3(2).
    """

    order: int | str = AUTO
    pooled: bool = False

    RULES: ClassVar[dict[str, Rule]] = {
        "order": Rule(lambda v: COUNT.holds(v) or (isinstance(v, str) and v == AUTO), f'{COUNT.words}, or "auto"'),
        "pooled": FLAG,
    }

    def _check_length(self, length: int) -> None:
        self._order_for(length)

    def _order_for(self, length: int) -> int:
        order: Any = max(1, min(MOST_ORDER, length // 4)) if self.order == AUTO else self.order
        if length < 2 * order + 2:
            raise InputError(
                f"windows must have at least {2 * order + 2} steps for {spell('order', order)}, but have {length}; "
                "give a lower order, or longer windows"
            )
        return int(order)

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        (_, length, channels), n = windows.shape, len(chosen)
        order, levels = self._order_for(length), windows.mean(1, keepdims=True)
        weights = burg(windows - levels, order, self.pooled)
        own = innovations(windows - levels, weights)
        steps = rng.integers(own.shape[1], size=(n, 2 * length + 4 * order))  # more than half of them to run in
        windows_of = rng.integers(len(windows), size=steps.shape) if self.pooled else chosen[:, None]
        made = np.empty((n, length, channels))
        for window in np.unique(chosen):
            rows = np.flatnonzero(chosen == window)
            drawn = own[windows_of[rows], steps[rows]]
            for channel in range(channels):
                filter_ = np.r_[1, -weights[window, :, channel]]
                made[rows, :, channel] = lfilter([1.0], filter_, drawn[:, :, channel], axis=1)[:, -length:]
        return made + levels[chosen]


def burg(windows: Array, order: int, pooled: bool = False) -> Array:
    """Return what an autoregression of each window's channels weighs earlier steps with, the latest first.

    Parameters
    ----------
    windows : ndarray of shape (n_windows, length, n_channels)
        Of mean 0.
    order : int
    pooled : bool
        Whether all windows have the same weights.

    Returns
    -------
    ndarray of shape (n_windows, order, n_channels)
        A constant channel's are 0.
    """
    forward, backward = windows[:, 1:], windows[:, :-1]
    weights = np.zeros((len(windows), 0, windows.shape[2]))
    axes = (0, 1) if pooled else (1,)
    for _ in range(order):
        power = np.sum(forward**2 + backward**2, axis=axes, keepdims=True)
        product = 2 * np.sum(forward * backward, axis=axes, keepdims=True)
        reflection = np.broadcast_to(product / np.where(power > 0, power, 1), (len(windows), 1, windows.shape[2]))
        weights = np.concatenate([weights - reflection * weights[:, ::-1], reflection], axis=1)
        forward, backward = forward - reflection * backward, backward - reflection * forward
        forward, backward = forward[:, 1:], backward[:, :-1]
    return weights


def innovations(windows: Array, weights: Array) -> Array:
    """Return what weights do not foretell, of mean 0: shape (n_windows, length - order, n_channels)."""
    length, order = windows.shape[1], weights.shape[1]
    left = windows[:, order:].copy()
    for lag in range(1, order + 1):
        left -= weights[:, lag - 1 : lag] * windows[:, order - lag : length - lag]
    return left - left.mean(1, keepdims=True)
