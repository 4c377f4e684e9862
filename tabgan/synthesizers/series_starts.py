"""The learned stretches of series, and places in them from which new ones begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.series.segments import Segment

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
"""Of shape (m, 2): which stretch, and how many of its steps are past."""

NEAREST = 64  # places, of those whose season suits a start, from which one is drawn


@dataclass
class Stretches:
    """Stretches of channels without gaps, one after another; all arrays have one row for each of their steps.

    Attributes
    ----------
    values : ndarray of shape (n_steps, n_channels)
    beside : ndarray of shape (n_steps, n_columns)
        What is known of the steps: the known, the static and the label's columns, as the schema makes them.
    lengths, starts, entities : ndarray of shape (n_stretches,)
        How many steps each stretch has, the number of its first, and whose it is.
    """

    values: Floats
    beside: Floats
    lengths: NDArray[np.int64]
    starts: NDArray[np.int64]
    entities: NDArray[np.int64]

    @classmethod
    def of(cls, segments: Sequence[Segment], values: Sequence[Floats], beside: Sequence[int]) -> Stretches:
        """Put segments, and the channels made of them, one after another."""
        about = np.array([(len(s.rows), s.start, s.entity) for s in segments]).T
        return cls(np.concatenate(values), np.concatenate([s.rows[:, list(beside)] for s in segments]), *about.copy())

    @property
    def begins(self) -> NDArray[np.int64]:
        """The place of each stretch's first step."""
        return np.r_[0, np.cumsum(self.lengths)[:-1]]

    def parts(self, values: Floats) -> list[Floats]:
        """Return an array with a row for each step in its stretches."""
        return np.split(values, self.begins[1:])

    def draw(
        self,
        rng: np.random.Generator,
        m: int,
        k: int,
        ahead: int = 0,
        like: Mapping[int, float] | None = None,
        near: tuple[int, Sequence[float]] | None = None,
    ) -> Places | None:
        """Draw m places with k steps before them and some ahead, with replacement; None if there is none.

        `like` asks for values of columns beside, by their place, in the step before. `near` are a number of a step and
        seasons: one of the 64 places that suit it best in these is drawn.
        """
        stretch = np.repeat(np.arange(len(self.lengths)), np.maximum(self.lengths - k - ahead + 1, 0))
        if not len(stretch):
            return None
        first = np.flatnonzero(np.r_[True, np.diff(stretch) > 0])
        offset = np.arange(len(stretch)) - np.repeat(first, np.diff(np.r_[first, len(stretch)])) + k
        for column, value in (like or {}).items():
            fits = self.beside[self.begins[stretch] + offset - 1, column] == value
            stretch, offset = stretch[fits], offset[fits]
        if not len(stretch):
            return None
        chosen: NDArray[np.intp] = np.arange(len(stretch))
        if near is not None:
            away = self.starts[stretch] + offset - near[0]
            far = sum(((away / p + 0.5) % 1 - 0.5) ** 2 for p in near[1]) + np.zeros(len(stretch))
            chosen = np.argsort(far, kind="stable")[:NEAREST]
        pick = rng.choice(chosen, m)
        return np.stack([stretch[pick], offset[pick]], 1)

    def pasts(self, places: Places, k: int) -> Floats:
        """Return the k steps before places, of shape (m, k, n_channels)."""
        return self.values[self._rows(places)[:, None] + np.arange(-k, 0)]

    def times(self, places: Places) -> NDArray[np.int64]:
        """Return the numbers of the steps after places, of shape (m,)."""
        return self.starts[places[:, 0]] + places[:, 1]

    def follow(self, places: Places, n: int) -> Floats:
        """Return what is known of the n steps after places, (m, n, n_columns); beyond a stretch the last stays."""
        end = self.begins[places[:, 0]] + self.lengths[places[:, 0]] - 1
        return self.beside[np.minimum(self._rows(places)[:, None] + np.arange(n), end[:, None])]

    def _rows(self, places: Places) -> NDArray[np.int64]:
        rows: NDArray[np.int64] = self.begins[places[:, 0]] + places[:, 1]
        return rows

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays."""
        return dict(vars(self))
