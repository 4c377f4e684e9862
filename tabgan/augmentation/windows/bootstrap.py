"""Windows made of blocks of their own steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tabgan.augmentation.windows.template import Array, WindowAugmenter
from tabgan.errors import InputError
from tabgan.setting_rules import AUTO, COUNT, Rule, one_of
from tabgan.spelling import spell

BLOCK = Rule(lambda v: COUNT.holds(v) or (isinstance(v, str) and v == AUTO), f'{COUNT.words}, or "auto"')
KINDS = ("moving", "stationary")


@dataclass(kw_only=True, eq=False, repr=False)
class BlockBootstrap(WindowAugmenter):
    """Draw blocks of each window with replacement, and put them one behind the other.

    All channels of a step stay together. Within a block all is as it was; longer blocks keep longer memories, and make
    fewer different windows. What a window does over its whole length, such as a trend, is lost: see
    `DecomposedBootstrap`.

    Parameters
    ----------
    block : int or "auto"
        How many steps a block has, at most as many as a window; for stationary ones, on average. "auto" is the cube
        root of the length, rounded up, the order that is best for a mean; give one or more periods of what repeats.
    kind : {"moving", "stationary"}
        Moving blocks start anywhere and have one length; the first and the last are cut. Stationary ones have lengths
        at random, geometrically distributed, and go on at the window's start behind its end, so that no step is drawn
        less often than others.
    random_state : int, numpy Generator, RandomState or None

    References
    ----------
    Kunsch (1989). The jackknife and the bootstrap for general stationary observations. Annals of Statistics 17(3).
    Politis, Romano (1994). The stationary bootstrap. Journal of the American Statistical Association 89(428).
    """

    block: int | str = AUTO
    kind: str = "moving"

    RULES: ClassVar[dict[str, Rule]] = {"block": BLOCK, "kind": one_of(*KINDS)}

    def _check_length(self, length: int) -> None:
        block_length(self.block, length)

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        length = windows.shape[1]
        steps = draw_steps(len(chosen), length, block_length(self.block, length), self.kind, rng)
        return windows[chosen[:, None], steps]


def block_length(block: Any, length: int) -> int:
    """Return the number of steps of a block; InputError if windows are shorter."""
    steps = int(np.ceil(round(np.cbrt(length), 9))) if block == AUTO else int(block)
    if steps > length:
        raise InputError(
            f"a block must fit into a window of {length} steps, but {spell('block', steps)}; give a smaller one"
        )
    return steps


def draw_steps(n: int, length: int, block: int, kind: str, rng: np.random.Generator) -> Array:
    """Return which steps of a window stand where in `n` new ones, of shape (n, length)."""
    if kind == "moving":
        starts = rng.integers(length - block + 1, size=(n, -(-length // block) + 1))
        steps = (starts[:, :, None] + np.arange(block)).reshape(n, -1)
        return np.take_along_axis(steps, rng.integers(block, size=(n, 1)) + np.arange(length), axis=1)
    place = np.arange(length)
    new = (rng.random((n, length)) < 1 / block) | (place == 0)
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)  # where the block of each step began
    starts = rng.integers(length, size=(n, length))
    return (np.take_along_axis(starts, first, axis=1) + place - first) % length
