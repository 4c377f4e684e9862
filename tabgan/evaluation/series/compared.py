"""The series of an evaluation: stretches without gaps, the windows that lie in them, and all who are compared."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tabgan.evaluation.phrase import Phrase
from tabgan.schema.column import Floats
from tabgan.series.clock import Clock

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Stretch:
    """Steps that follow each other without a gap.

    Attributes
    ----------
    values : ndarray of shape (n_steps, n_channels)
        In the units of the data, labels as codes.
    stamps : ndarray of shape (n_steps,), optional
        The times of the steps, datetime64 in UTC or numbers, if there is a column of them.
    series : hashable, optional
        The entity or series it is of.
    begin : int
        How many steps after the start of its series it begins.
    """

    values: Floats
    stamps: NDArray[Any] | None = None
    series: Hashable = None
    begin: int = 0

    def __len__(self) -> int:
        return len(self.values)

    def cut(self, start: int, stop: int) -> Stretch:
        """Return a part of it."""
        stamps = None if self.stamps is None else self.stamps[start:stop]
        return Stretch(self.values[start:stop], stamps, self.series, self.begin + start)


@dataclass(frozen=True, eq=False)
class Side:
    """One who is compared: stretches, and windows that lie in them.

    Attributes
    ----------
    stretches : list of Stretch
        The longest that there are.
    windows : ndarray of shape (n_windows, window, n_channels)
        Some or all windows of these, in their order.
    blocks : ndarray of shape (n_windows,)
        Windows of different blocks share no step; of one block they may.
    starts : ndarray of shape (n_windows,)
        How many steps after the start of its series each window begins.
    """

    stretches: list[Stretch]
    windows: Floats
    blocks: NDArray[np.int64]
    starts: NDArray[np.int64]

    @cached_property
    def usual_length(self) -> int:
        """The length of the stretch that the middle step lies in."""
        lengths = np.sort([len(stretch) for stretch in self.stretches])
        return int(lengths[np.searchsorted(np.cumsum(lengths), lengths.sum() / 2)])


@dataclass(frozen=True, eq=False)
class ComparedSeries:
    """What was learned, what is judged, and all who stand beside it.

    Attributes
    ----------
    names : tuple
        The names of the channels.
    window : int
        How many steps a window has.
    train, reference : Side
        The real series that were learned, and those that contestants are compared with: the holdout, or every other
        block of time of the real series.
    contestants : dict of str to Side
        "synthetic"; "real", the ceiling, which is of `train`; and the baselines that are made of `train`.
    has_holdout : bool
        Whether `reference` was learned by no one.
    target : int, optional
        The place of the channel to predict.
    clock : Clock, optional
        The steps of the real series, if they have dates.
    stamps : dict of str to list of ndarray
        The times as they stood in the tables, for "train", "synthetic" and "holdout", one array for each series.
    notes : tuple of Phrase
        What was left out, drawn or changed.
    """

    names: tuple[Hashable, ...]
    window: int
    train: Side
    reference: Side
    contestants: dict[str, Side]
    has_holdout: bool
    target: int | None = None
    clock: Clock | None = None
    stamps: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    notes: tuple[Phrase, ...] = ()
    whole: tuple[Stretch, ...] = ()  # the real series that may have been learned, not cut into blocks
    levels: dict[int, tuple[str, ...]] = field(default_factory=dict)  # what codes stand for, by the place of a channel
    _cache: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def synthetic(self) -> Side:
        """The series to judge."""
        return self.contestants["synthetic"]

    @cached_property
    def low(self) -> Floats:
        """The smallest real value of each channel."""
        return np.min([s.values.min(axis=0) for s in (*self.train.stretches, *self.reference.stretches)], axis=0)

    @cached_property
    def span(self) -> Floats:
        """How far real values of each channel reach; 1 where they do not vary."""
        high = np.max([s.values.max(axis=0) for s in (*self.train.stretches, *self.reference.stretches)], axis=0)
        return np.where(high > self.low, high - self.low, 1.0)

    def scale(self, values: Floats) -> Floats:
        """Return values, of shape (..., n_channels), with those of real series between 0 and 1."""
        return np.asarray((values - self.low) / self.span)

    def scaled(self, who: str) -> Floats:
        """Return the windows of "train", "reference" or a contestant with real values between 0 and 1."""
        side = self.contestants.get(who) or {"train": self.train, "reference": self.reference}[who]
        return self.scale(side.windows)

    def cached(self, make: Callable[..., Made], seed: int, *more: Hashable) -> Made:
        """Return what a function makes of the series, a seed and more, which is made once."""
        key = (make, seed, *more)
        if key not in self._cache:
            self._cache[key] = make(self, seed, *more)
        made: Made = self._cache[key]
        return made
