"""Windows moved round, and windows put together of slices of others of their class."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from tabgan.augmentation.windows.template import Array, WindowAugmenter
from tabgan.errors import InputError
from tabgan.setting_rules import COUNT, Rule, number


@dataclass(kw_only=True, eq=False, repr=False)
class CircularShift(WindowAugmenter):
    """Move each window on by a number of steps at random; what leaves it at the end comes in at the start.

    All channels move alike. Values and the magnitude of the spectrum stay; where the ends meet there is a jump. For
    windows whose start means nothing, such as those of a vibration.

    Parameters
    ----------
    random_state : int, numpy Generator, RandomState or None

    Examples
    --------
    >>> windows = [[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0]]
    >>> more, labels = CircularShift(random_state=0).fit(windows, ["a", "b"]).sample(2)
    >>> print(more, labels)
    [[ 3.  4.  1.  2.]
     [ 4.  1.  2.  3.]
     [40. 10. 20. 30.]
     [30. 40. 10. 20.]] ['a' 'a' 'b' 'b']
    """

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        length = windows.shape[1]
        steps = (np.arange(length) - rng.integers(1, length, size=(len(chosen), 1))) % length
        return windows[chosen[:, None], steps]


@dataclass(kw_only=True, eq=False, repr=False)
class SliceMixing(WindowAugmenter):
    """Put together slices of several windows of one class, faded into each other.

    The first slice is of the window a new one is made of, all others of windows of its class at random, from anywhere
    in them. The fades are those of equal power, which keep the variance of what is not correlated. Levels do not mix:
    each slice is moved from the mean of its window to that of the first. For windows that are alike all along.

    Parameters
    ----------
    pieces : int, default 4
        How many slices a window is made of.
    fade : float, default 0.125
        How far two slices overlap, as a share of one's length, in [0, 1].
    random_state : int, numpy Generator, RandomState or None
    """

    pieces: int = 4
    fade: float = 0.125

    RULES: ClassVar[dict[str, Rule]] = {
        "pieces": COUNT,
        "fade": number(lambda v: 0 <= v <= 1, "a number in [0, 1]"),
    }

    def _check_length(self, length: int) -> None:
        if length < 2 * self.pieces:
            raise InputError(
                f"slices must have at least 2 steps, but {self.pieces} of windows of {length} have fewer; "
                "give fewer pieces"
            )

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        (_, length, channels), n = windows.shape, len(chosen)
        bounds = np.linspace(0, length, self.pieces + 1).round().astype(int)
        overlap = min(int(self.fade * np.diff(bounds).min()), length - int(np.diff(bounds).max()))
        levels = windows.mean(1, keepdims=True)
        made = np.zeros((n, length, channels))
        for piece, (start, stop) in enumerate(pairwise(bounds)):
            end = min(stop + overlap, length)
            weights = _fade(end - start, overlap if start else 0, overlap if end > stop else 0)
            sources = rng.integers(len(windows), size=n) if piece else chosen
            steps = rng.integers(length - (end - start) + 1, size=(n, 1)) + np.arange(end - start)
            made[:, start:end] += (windows - levels)[sources[:, None], steps] * weights[:, None]
        return made + levels[chosen]


def _fade(length: int, up: int, down: int) -> Array:
    """Return weights that rise from 0 over the first steps and fall over the last, squares of both adding to 1."""
    weights = np.ones(length)
    weights[:up] *= np.sin(_angles(up))
    weights[length - down :] *= np.cos(_angles(down))
    return weights


def _angles(steps: int) -> Array:
    return (np.arange(steps) + 0.5) / max(steps, 1) * np.pi / 2
