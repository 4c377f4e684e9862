"""Noise added to windows, and windows made larger and smaller: as a whole, or along a smooth curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tabgan.augmentation.windows.curves import draw_curves
from tabgan.augmentation.windows.template import Array, WindowAugmenter
from tabgan.setting_rules import COUNT, Rule, number

STRENGTH = number(lambda v: v >= 0, "a finite number of at least 0")


@dataclass(kw_only=True, eq=False, repr=False)
class Jitter(WindowAugmenter):
    """Add white normal noise to each channel.

    Parameters
    ----------
    strength : float, default 0.05
        The noise's standard deviation as a share of that of the window's channel; 1 is a signal-to-noise ratio of 0 dB.
    random_state : int, numpy Generator, RandomState or None
    """

    strength: float = 0.05

    RULES: ClassVar[dict[str, Rule]] = {"strength": STRENGTH}

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        taken = windows[chosen]
        return taken + self.strength * taken.std(1, keepdims=True) * rng.standard_normal(taken.shape)


@dataclass(kw_only=True, eq=False, repr=False)
class Scaling(WindowAugmenter):
    """Multiply each window by a number at random, the same for all of its steps and channels.

    Parameters
    ----------
    strength : float, default 0.1
        The standard deviation of the factor's logarithm, which is normal: with 0.1 two in three factors are within
        10% of 1.
    random_state : int, numpy Generator, RandomState or None
    """

    strength: float = 0.1

    RULES: ClassVar[dict[str, Rule]] = {"strength": STRENGTH}

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        return windows[chosen] * np.exp(self.strength * rng.standard_normal((len(chosen), 1, 1)))


@dataclass(kw_only=True, eq=False, repr=False)
class MagnitudeWarp(WindowAugmenter):
    """Multiply each window by a smooth positive curve at random, the same for all of its channels.

    Parameters
    ----------
    strength : float, default 0.2
        The standard deviation of the curve's logarithm at its knots.
    knots : int, default 4
        How many knots the curve has between its ends; more let it change faster.
    random_state : int, numpy Generator, RandomState or None

    References
    ----------
    Um et al. (2017). Data augmentation of wearable sensor data for Parkinson's disease monitoring using convolutional
    neural networks. ICMI. Its factors are normal around 1, and each channel has its own curve.
    """

    strength: float = 0.2
    knots: int = 4

    RULES: ClassVar[dict[str, Rule]] = {"strength": STRENGTH, "knots": COUNT}

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        curves = draw_curves(len(chosen), windows.shape[1], self.strength, self.knots, rng)
        return windows[chosen] * np.exp(curves)[:, :, None]
