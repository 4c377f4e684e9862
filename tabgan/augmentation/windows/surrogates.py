"""Surrogates: windows with the spectrum of given ones, and phases at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tabgan.augmentation.windows.template import Array, WindowAugmenter
from tabgan.setting_rules import FLAG, Rule

MOST_ROUNDS = 50  # with 100 spectra come hardly closer


@dataclass(kw_only=True, eq=False, repr=False)
class PhaseSurrogate(WindowAugmenter):
    """Keep each window's spectrum, and turn its phases at random.

    At each frequency the phases of all channels turn by the same angle, so that periodograms, autocorrelations and all
    that channels have to do with each other stay as they are. What lies in the phases is lost: impacts, edges, and
    whatever is not symmetric in time; values become nearly normal.

    Parameters
    ----------
    keep_values : bool, default False
        Whether each channel has just the values of its window, in another order; the spectrum is then kept as nearly as
        iterating can (IAAFT).
    random_state : int, numpy Generator, RandomState or None

    References
    ----------
    Theiler et al. (1992). Testing for nonlinearity in time series: the method of surrogate data. Physica D 58.
    Prichard, Theiler (1994). Generating surrogate data for time series with several simultaneously measured variables.
    Physical Review Letters 73(7): one angle for all channels.
    Schreiber, Schmitz (2000). Surrogate time series. Physica D 142: IAAFT, for several channels in eq. (20) to (22).
    """

    keep_values: bool = False

    RULES: ClassVar[dict[str, Rule]] = {"keep_values": FLAG}

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        length = windows.shape[1]
        spectra = np.fft.rfft(windows[chosen], axis=1)
        angles = rng.uniform(0, 2 * np.pi, size=(len(chosen), spectra.shape[1], 1))
        angles[:, 0] = 0
        if length % 2 == 0:
            angles[:, -1] = 0  # the highest frequency has no phase
        made: Array = np.fft.irfft(spectra * np.exp(1j * angles), length, axis=1)
        return keep_values(made, windows[chosen], spectra) if self.keep_values else made


def keep_values(made: Array, taken: Array, spectra: Array) -> Array:
    """Return what has the order of `made`, all values of `taken` and nearly its spectra, by turns until it rests.

    Schreiber, Schmitz (2000): at each frequency the channels' phases differ as they did, and all are turned by the
    angle that brings them closest to what they are.
    """
    values, old = np.sort(taken, axis=1), None
    for _ in range(MOST_ROUNDS):
        order, ranked = made.argsort(1, kind="stable"), np.empty_like(made)
        np.put_along_axis(ranked, order, values, axis=1)
        if old is not None and np.array_equal(order, old):
            break
        old = order
        turned = np.fft.rfft(ranked, axis=1)
        turn = np.sum(_unit(turned) * _unit(spectra).conj(), axis=2, keepdims=True)
        made = np.fft.irfft(spectra * _unit(turn), made.shape[1], axis=1)
    return ranked


def _unit(numbers: Array) -> Array:
    """Return complex numbers of magnitude 1 in the direction of those given; 1 for 0."""
    sizes = np.abs(numbers)
    return np.where(sizes > 0, numbers / np.where(sizes > 0, sizes, 1), 1)
