"""A linear model of a signal's own past, thousands of steps long: fast to fit, fast to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.signal import fftconvolve, lfilter

from tabgan.errors import InputError

Array = NDArray[np.float64]

ORDERS = tuple(50 * 2**i for i in range(7))  # 50 to 3,200: what "auto" chooses among
SHARE = 4  # the longest order is at most this part of the longest segment
ASIDE = 0.2  # of the time, at its end, judges the orders
STRIDE = 512  # steps that `run` makes at once
TINY = 1e-12  # of the power, added to it: exact lines have no innovations


@dataclass(frozen=True)
class Autoregression:
    """What each channel's next value is by its own past, ``x[t] = mean + sum_k a[k] (x[t - k] - mean) + e[t]``.

    Channels have a filter each. What one knows of another is in the innovations `e`, which are drawn for all at once.

    Parameters
    ----------
    mean : array of shape (n_channels,)
    filters : array of shape (n_channels, order + 1)
        The whitening filters ``1, -a[1], ..., -a[order]``.
    errors : dict from order to float
        By which "auto" chose: each order's one-step error on time held aside, as a share of the variance there, the
        mean of the channels. Empty where the order was given.

    References
    ----------
    Percival, D., Walden, A. (1993). *Spectral Analysis for Physical Applications*, chapter 9 (tapered Yule-Walker).
    """

    mean: Array
    filters: Array
    errors: dict[int, float] = field(default_factory=dict)

    @classmethod
    def learn(cls, segments: Sequence[Array], order: int | Literal["auto"] = "auto") -> Autoregression:
        """Solve the Yule-Walker equations of tapered segments.

        Parameters
        ----------
        segments : sequence of arrays of shape (n_steps, n_channels)
            Stretches without gaps. No lag reaches from one into another.
        order : int or "auto", default "auto"
            Lags. "auto": the one of 50, 100, 200, ... 3,200, at most a fourth of the longest segment, that foretells
            the next value best in the last fifth of the time, which is not learned for that.

        Raises
        ------
        InputError
            The order is below 1, or no segment is longer than it.
        """
        longest = max((len(x) for x in segments), default=0)
        errors: dict[int, float] = {}
        if order == "auto":
            orders = [p for p in ORDERS if p <= longest // SHARE] or [max(1, longest // SHARE)]
            errors = _errors(segments, orders)
            chosen = min(errors, key=lambda p: errors[p]) if errors else orders[0]
        else:
            chosen = int(order)
        if not 1 <= chosen < longest:
            raise InputError(
                f"an autoregression of order {chosen} needs a segment of at least {max(chosen, 1) + 1} steps, and an "
                f"order of at least 1; the longest segment has {longest}. Give a smaller order, or longer segments."
            )
        mean = np.concatenate([np.asarray(x, float) for x in segments]).mean(0)
        return cls(mean, _yule_walker([np.asarray(x, float) - mean for x in segments], chosen), errors)

    @property
    def order(self) -> int:
        """How many values of the past count."""
        return self.filters.shape[1] - 1

    def residuals(self, x: Array) -> Array:
        """Return the innovations of a segment of shape (n_steps, n_channels), but for its first `order` steps."""
        return _filtered(np.asarray(x, float) - self.mean, self.filters)

    def run(self, past: Array, innovations: Array) -> Array:
        """Go on after a past, driven by innovations.

        Parameters
        ----------
        past : array of shape (n_series, order, n_channels)
        innovations : array of shape (n_series, n_steps, n_channels)

        Returns
        -------
        array of shape (n_series, n_steps, n_channels)
            ``run(x[:order], residuals(x))`` is ``x[order:]``. To the last bit, a longer run begins as a shorter one of
            a multiple of STRIDE steps does.
        """
        n_steps = innovations.shape[1]
        out = np.empty(innovations.shape)
        for j, own in enumerate(self.filters):
            impulse = lfilter([1.0], own, np.r_[1.0, np.zeros(STRIDE - 1)])
            last = past[:, len(past[0]) - self.order :, j] - self.mean[j]
            for i in range(0, n_steps, STRIDE):
                part = innovations[:, i : i + STRIDE, j]
                made = _response(own, impulse, last, part)
                out[:, i : i + STRIDE, j] = made[:, : part.shape[1]]
                last = np.concatenate([last, made], 1)[:, -self.order :]
        return out + self.mean

    def spectrum(self, frequencies: Array, innovations: Array) -> Array:
        """Return the power at frequencies (cycles a step), (n_frequencies, n_channels), of innovations' variances."""
        waves = np.exp(-2j * np.pi * np.outer(frequencies, np.arange(self.order + 1)))
        return np.asarray(innovations / np.abs(waves @ self.filters.T) ** 2)

    def describe(self) -> str:
        """Say which order was chosen, and by what."""
        if not self.errors:
            return f"{self.order} lags, as given."
        said = ", ".join(f"{p}: {error:.3f}" for p, error in sorted(self.errors.items()))
        return (
            f"{self.order} lags: least error of the next value on time held aside, as a share of its variance ({said})."
        )

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values."""
        return {
            "mean": self.mean,
            "filters": self.filters,
            "errors": {str(p): error for p, error in self.errors.items()},
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Autoregression:
        """Return what `get_state` was called on."""
        errors = {int(p): float(error) for p, error in state["errors"].items()}
        return cls(np.asarray(state["mean"]), np.asarray(state["filters"]), errors)


def _yule_walker(segments: Sequence[Array], order: int) -> Array:
    """Return the whitening filters of centred segments, (n_channels, order + 1).

    The taper keeps deep valleys of the spectrum, which the edges of a segment would fill; the filters stay stable.
    """
    r = np.zeros((order + 1, segments[0].shape[1]))
    for x in segments:
        tapered = x * np.hanning(len(x) + 2)[1:-1, None]
        lags = min(order + 1, len(x))
        power = np.abs(np.fft.rfft(tapered, 2 * len(x), axis=0)) ** 2
        r[:lags] += np.fft.irfft(power, axis=0)[:lags]
    r[0] = r[0] * (1 + TINY) + np.finfo(float).tiny  # a constant channel has the filter 1, 0, ..., 0
    return np.stack([np.r_[1.0, -solve_toeplitz(own[:order] / own[0], own[1:] / own[0])] for own in r.T])


def _filtered(x: Array, filters: Array) -> Array:
    """Return ``filters`` applied to a centred segment where all their lags are in it."""
    return np.asarray(fftconvolve(x, filters.T, mode="full", axes=0)[filters.shape[1] - 1 : len(x)])


def _response(own: Array, impulse: Array, last: Array, innovations: Array) -> Array:
    """Return STRIDE steps of ``1 / own`` after `last`, (n_series, order): what the past adds is one more input."""
    order = last.shape[1]
    pushed = -fftconvolve(last, own[None, 1:], axes=1)[:, order - 1 :][:, :STRIDE]
    driven = np.zeros((len(last), STRIDE))
    driven[:, : innovations.shape[1]] = innovations
    driven[:, : pushed.shape[1]] += pushed
    return np.asarray(fftconvolve(driven, impulse[None], axes=1)[:, :STRIDE])


def _errors(segments: Sequence[Array], orders: Sequence[int]) -> dict[int, float]:
    """Return each order's one-step error on the last part of the time, at the same steps; none if it is short."""
    learned, judged = _split(segments, max(orders))
    if not judged or max((len(x) for x in learned), default=0) <= max(orders):
        return {}
    mean = np.concatenate(learned).mean(0)
    found = {}
    for p in orders:
        filters = _yule_walker([x - mean for x in learned], p)
        left = [_filtered(x[max(orders) - p :] - mean, filters) for x in judged]
        power = (np.concatenate([x[max(orders) :] for x in judged]) - mean).var(0) + np.finfo(float).tiny
        found[p] = float((np.mean(np.concatenate(left) ** 2, axis=0) / power).mean())
    return found


def _split(segments: Sequence[Array], before: int) -> tuple[list[Array], list[Array]]:
    """Return the first part of the time, and the rest with as many steps before it as a forecast needs."""
    left = round(sum(len(x) for x in segments) * (1 - ASIDE))
    learned, judged = [], []
    for x in segments:
        if left > 0:
            learned.append(np.asarray(x[:left], float))
        start = max(0, left - before)
        if left < len(x) and len(x) - start > before:
            judged.append(np.asarray(x[start:], float))
        left = max(0, left - len(x))
    return learned, judged
