"""Windows in which time runs faster and slower. All channels keep one clock; values between steps are linear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tabgan.augmentation.windows.curves import draw_curves, read_at
from tabgan.augmentation.windows.strength import STRENGTH
from tabgan.augmentation.windows.template import Array, WindowAugmenter
from tabgan.setting_rules import COUNT, POSITIVE, Rule, number, several

SHARE = number(lambda v: 0 < v <= 1, "a number in (0, 1]")


@dataclass(kw_only=True, eq=False, repr=False)
class TimeWarp(WindowAugmenter):
    """Let time run along a smooth curve at random, from the window's first step to its last.

    Parameters
    ----------
    strength : float, default 0.2
        The standard deviation of the speed's logarithm at its knots; 0 changes nothing.
    knots : int, default 4
        How many knots the speed has between the ends.
    random_state : int, numpy Generator, RandomState or None

    References
    ----------
    Um et al. (2017). Data augmentation of wearable sensor data for Parkinson's disease monitoring using convolutional
    neural networks. ICMI.
    """

    strength: float = 0.2
    knots: int = 4

    RULES: ClassVar[dict[str, Rule]] = {"strength": STRENGTH, "knots": COUNT}

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        length = windows.shape[1]
        speeds = np.exp(draw_curves(len(chosen), length, self.strength, self.knots, rng))
        times = np.cumsum((speeds[:, 1:] + speeds[:, :-1]) / 2, axis=1)
        times = np.pad(times / times[:, -1:] * (length - 1), ((0, 0), (1, 0)))
        return read_at(windows[chosen], times)


@dataclass(kw_only=True, eq=False, repr=False)
class WindowSlice(WindowAugmenter):
    """Cut a slice out of each window at random, and stretch it to the window's length.

    Frequencies fall by `share`, so for a classifier that goes by lines of the spectrum keep it near 1.

    Parameters
    ----------
    share : float, default 0.9
        The slice's length as a share of the window's, in (0, 1].
    random_state : int, numpy Generator, RandomState or None

    References
    ----------
    Le Guennec, Malinowski, Tavenard (2016). Data augmentation for time series classification using convolutional neural
    networks. ECML/PKDD workshop on advanced analytics and learning on temporal data.
    """

    share: float = 0.9

    RULES: ClassVar[dict[str, Rule]] = {"share": SHARE}

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        last = windows.shape[1] - 1
        starts = rng.uniform(0, (1 - self.share) * last, size=(len(chosen), 1))
        times = np.minimum(starts + self.share * np.arange(last + 1), last)  # rounding may end a hair behind it
        return read_at(windows[chosen], times)


@dataclass(kw_only=True, eq=False, repr=False)
class WindowWarp(WindowAugmenter):
    """Stretch or squeeze a slice of each window at random, and bring the whole back to its length.

    Parameters
    ----------
    share : float, default 0.1
        The slice's length as a share of the window's, in (0, 1).
    factors : tuple of float, default (0.5, 2)
        How many times as long the slice becomes; each window gets one of them at random.
    random_state : int, numpy Generator, RandomState or None

    References
    ----------
    Le Guennec, Malinowski, Tavenard (2016), as of `WindowSlice`.
    """

    share: float = 0.1
    factors: tuple[float, ...] = (0.5, 2.0)

    RULES: ClassVar[dict[str, Rule]] = {
        "share": number(lambda v: 0 < v < 1, "a number in (0, 1)"),
        "factors": several(POSITIVE, range(1, 1000), "positive finite numbers such as (0.5, 2)"),
    }

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        n, last = len(chosen), windows.shape[1] - 1
        width = self.share * last
        starts = rng.uniform(0, last - width, size=n)
        longer = rng.choice(np.asarray(self.factors, float), size=n)
        times = np.empty((n, last + 1))
        for i, (start, factor) in enumerate(zip(starts, longer, strict=True)):
            old = [0, start, start + width, last]
            new = [0, start, start + width * factor, last + width * (factor - 1)]
            times[i] = np.interp(np.linspace(0, new[-1], last + 1), new, old)
        return read_at(windows[chosen], times)
