"""Surrogates from linear models: what an autoregression makes of a window's own innovations, drawn anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.linalg import hankel
from scipy.signal import lfilter

from tabgan.augmentation.windows.template import Array, WindowAugmenter
from tabgan.errors import InputError
from tabgan.setting_rules import AUTO, COUNT, Rule
from tabgan.spelling import spell

MOST_ORDER = 64  # where it is "auto"


@dataclass(kw_only=True, eq=False, repr=False)
class ARSurrogate(WindowAugmenter):
    """Fit an autoregression to each window by Burg's method, and let it run on innovations drawn from the window's.

    The new window has the level, the autocorrelations up to `order` and the distribution of innovations of the old one,
    but another course. It begins at a step of the old one at random, so that what rings for long has its strength from
    the start, and is taken after as many steps as a window has. Innovations of all channels are drawn from the same
    steps, so what channels have to do with each other at the same step stays, and what they have to do with each other
    with a delay is lost: `PhaseSurrogate` keeps it. A trend or a season is no autoregression: see
    `DecomposedBootstrap`.

    Parameters
    ----------
    order : int or "auto"
        How many steps back it looks, at most half a window's length less one. "auto" is 64, or a quarter of the length
        if that is less.
    random_state : int, numpy Generator, RandomState or None

    References
    ----------
    Burg (1975). Maximum entropy spectral analysis. PhD thesis, Stanford. Its autoregressions are always stable.
    Buhlmann (1997). Sieve bootstrap for time series. Bernoulli 3(2).
    """

    order: int | str = AUTO

    RULES: ClassVar[dict[str, Rule]] = {
        "order": Rule(lambda v: COUNT.holds(v) or (isinstance(v, str) and v == AUTO), f'{COUNT.words}, or "auto"'),
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
        weights = burg(windows - levels, order)
        own = innovations(windows - levels, weights)
        drawn = own[chosen[:, None], rng.integers(own.shape[1], size=(n, 2 * length))]
        places = rng.integers(order, length + 1, size=(n, 1)) - 1 - np.arange(order)  # of the past, the latest first
        past = (windows - levels)[chosen[:, None], places]
        made = np.empty((n, length, channels))
        for window in np.unique(chosen):
            rows = np.flatnonzero(chosen == window)
            for channel in range(channels):
                run = run_on(weights[window, :, channel], past[rows, :, channel], drawn[rows, :, channel])
                made[rows, :, channel] = run[:, length:]
        return made + levels[chosen]


def burg(windows: Array, order: int) -> Array:
    """Return what an autoregression of each window's channels weighs earlier steps with, the latest first.

    Parameters
    ----------
    windows : ndarray of shape (n_windows, length, n_channels)
        Of mean 0.
    order : int

    Returns
    -------
    ndarray of shape (n_windows, order, n_channels)
        A constant channel's are 0.
    """
    forward, backward = windows[:, 1:], windows[:, :-1]
    weights = np.zeros((len(windows), 0, windows.shape[2]))
    for _ in range(order):
        power = np.sum(forward**2 + backward**2, axis=1, keepdims=True)
        product = 2 * np.sum(forward * backward, axis=1, keepdims=True)
        reflection = product / np.where(power > 0, power, 1)
        weights = np.concatenate([weights - reflection * weights[:, ::-1], reflection], axis=1)
        forward, backward = forward - reflection * backward, backward - reflection * forward
        forward, backward = forward[:, 1:], backward[:, :-1]
    return weights


def run_on(weights: Array, past: Array, drawn: Array) -> Array:
    """Return how series go on by innovations, of shape (n, steps), after a past, of shape (n, order), latest first."""
    state = past @ hankel(weights)  # of the transposed direct form: what the past adds to each of the next steps
    made: Array = lfilter([1.0], np.r_[1, -weights], drawn, axis=1, zi=state)[0]
    return made


def innovations(windows: Array, weights: Array) -> Array:
    """Return what weights do not foretell, of mean 0: shape (n_windows, length - order, n_channels)."""
    length, order = windows.shape[1], weights.shape[1]
    left = windows[:, order:].copy()
    for lag in range(1, order + 1):
        left -= weights[:, lag - 1 : lag] * windows[:, order - lag : length - lag]
    return left - left.mean(1, keepdims=True)
