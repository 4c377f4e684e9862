"""The grain of a channel: which changes occur, and to which levels they lead."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.series.ties import UNIT

Floats = NDArray[np.float64]

MOST_CELLS = 2**18  # of a table of levels
DRAWS = 32  # of seen changes, to choose one from
REACH = 2.5  # how many widths away
FEW = 1 / 3  # distinct changes of all, for a channel to have a grain
KNOWN = 0.7  # distinct levels of all, for its levels to matter
NOISE = 0.3  # of the changes that the other channels leave open, how wide the noise is at least


@dataclass(frozen=True)
class Grain:
    """Changes of one channel as they were seen, and its levels.

    A change is learned with noise of `width`, and turned back into one that was seen: by how near and how frequent it
    is, and by how common the level is to which it leads. A level never seen is reached as often as one should expect
    (Good 1953: the share of levels seen once), else a run drifts off the grid and has no way back.
    """

    change: Floats  # distinct ones, sorted
    change_count: NDArray[np.int64]
    level: Floats
    level_count: NDArray[np.int64]
    width: float
    few: bool
    known: bool

    @classmethod
    def learn(cls, reached: Floats, moves: Floats, alone: Floats, few: bool | None = None) -> Grain:
        """Learn from the moves of a channel, the levels that these reached, and what other channels leave of them.

        All have shape (n_moves,); `few` says whether there is a grain, where that is known.
        """
        change, change_count = distinct(moves)
        level, level_count = distinct(reached)
        few = len(change) < FEW * len(moves) if few is None else few
        width = 0.0
        if few:
            order = np.argsort(-change_count, kind="stable")
            nine_in_ten = 1 + int(np.searchsorted(np.cumsum(change_count[order]), 0.9 * len(moves)))
            top = np.sort(change[order[:nine_in_ten]])
            gap = float(np.median(np.interp(moves, top, np.gradient(top)))) if len(top) > 1 else 0.0
            width = max(0.5 * gap, NOISE * float(np.quantile(np.abs(alone), 0.2)), UNIT)
        return cls(change, change_count, level, level_count, width, few, len(level) < KNOWN * len(reached))

    @property
    def new(self) -> float:
        """How often a level is one that was not seen before."""
        return float((self.level_count == 1).sum() / self.level_count.sum())

    @property
    def chance(self) -> float:
        """That two moves are the same."""
        return float(((self.change_count / self.change_count.sum()) ** 2).sum())

    def at_level(self, y: Floats) -> tuple[Floats, NDArray[np.int64]]:
        """Return the seen level at y and how often it was seen; y itself and 0 where none was."""
        nearest = self._find(y)
        seen = np.abs(self.level[nearest] - y) < 2 * UNIT
        return np.where(seen, self.level[nearest], y), np.where(seen, self.level_count[nearest], 0)

    def _find(self, y: Floats) -> NDArray[np.intp]:
        """Return a level for each value: the one that is within two units, if any is."""
        if self._cells is not None:
            return self._cells[((y - self.level[0]) / self._cell).astype(np.intp).clip(0, len(self._cells) - 1)]
        right = np.searchsorted(self.level, y).clip(1, len(self.level) - 1)
        return right - (y - self.level[right - 1] < self.level[right] - y)

    @cached_property
    def _cell(self) -> float:
        """The width of cells that have no more than one level each, with two units about it."""
        return float(np.diff(self.level).min() / 2) if len(self.level) > 1 else 1.0

    @cached_property
    def _cells(self) -> NDArray[np.intp] | None:
        """Which level is in each cell, if there are not too many: looking it up is faster than searching."""
        span = self.level[-1] - self.level[0]
        if len(self.level) > 1 and (self._cell < 8 * UNIT or span > MOST_CELLS * self._cell):
            return None
        cells = np.zeros(int(span / self._cell) + 2, np.intp)
        for off in (-2 * UNIT, 2 * UNIT, 0.0):
            cells[((self.level - self.level[0] + off) / self._cell).astype(np.intp).clip(0)] = np.arange(
                len(self.level)
            )
        return cells

    @cached_property
    def _moves(self) -> Floats:
        """All changes in order."""
        return np.repeat(self.change, self.change_count)

    def snap(self, last: Floats, change: Floats, rng: np.random.Generator) -> Floats:
        """Return the seen changes that noisy ones stand for, drawn from those about them; both of shape (n,)."""
        if not self.few:
            return change
        n = len(self._moves)
        low = np.searchsorted(self._moves, change - REACH * self.width)
        high = np.searchsorted(self._moves, change + REACH * self.width)
        low, high = np.maximum(np.minimum(low, high - 1), 0), np.minimum(np.maximum(high, low + 1), n)
        pick = low[:, None] + rng.random((len(change), DRAWS)) * (high - low)[:, None]
        seen = self._moves[pick.astype(np.intp).clip(0, n - 1)]
        weight = -0.5 * ((seen - change[:, None]) / self.width) ** 2
        weight = np.exp(weight - weight.max(1, keepdims=True))
        level, count = self.at_level(last[:, None] + seen)
        strange = np.zeros(count.shape, bool)
        if self.known:
            strange = (count == 0) & (rng.random(len(change)) > self.new)[:, None]
            weight *= np.where(strange, 0.0, np.sqrt(np.maximum(count, 0.5)))
        best = (weight / rng.standard_exponential(weight.shape)).argmax(1)  # the first of a race: a draw by the weights
        reached = level[np.arange(len(level)), best]
        if (lost := strange.all(1)).any():  # no change nearby leads to a level that was seen: the nearest such
            middle = (self.level[1:] + self.level[:-1]) / 2
            reached[lost] = self.level[np.searchsorted(middle, (last + change)[lost])]
        snapped: Floats = reached - last
        return snapped

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def distinct(values: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Return distinct values, sorted, and how often each occurs; those nearer than UNIT are one."""
    unique, count = np.unique(values, return_counts=True)
    begin = np.r_[0, 1 + np.flatnonzero(np.diff(unique) > UNIT)]
    total = np.add.reduceat(count, begin)
    return np.add.reduceat(unique * count, begin) / total, total
