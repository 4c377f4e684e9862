"""What a step is given: the last values and changes, how rough it was, the clock, how long channels have stood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.series.grain import Grain
from tabgan.series.ties import UNIT
from tabgan.series.whiten import Whiten

Floats = NDArray[np.float64]

WINDOWS = (1, 3, 8, 24, 72)  # steps over which it is asked how rough it was
NEAR = 24  # steps whose principal components are given
COMPONENTS = 24
FLOOR = 1e-2  # of a standard deviation, below which roughness is no matter
PIECE = 4096  # windows whose features are computed at once


class History:
    """Series side by side, with running sums, so that a mean over the last n steps is a difference; time comes first.

    `y` has shape (n_steps, m, n_channels); `at` are the channels that may stand still.
    """

    def __init__(self, first: Floats, room: int, at: NDArray[np.intp]) -> None:
        """Begin with windows of shape (m, k, n_channels), with room for more steps."""
        m, k, n_channels = first.shape
        self.at, self.now, self.most = at, k - 1, k - 1
        self.y, self.total, self.squares, self.rough = (np.zeros((k + room, m, n_channels)) for _ in range(4))
        self.y[:k] = first.transpose(1, 0, 2)
        np.cumsum(self.y[:k], axis=0, out=self.total[:k])
        np.cumsum(self.y[:k] ** 2, axis=0, out=self.squares[:k])
        change = np.diff(self.y[:k], axis=0)
        np.cumsum(np.abs(change), axis=0, out=self.rough[1:k])
        change = change[:, :, at]
        moves, turns = np.abs(change) > UNIT, np.abs(np.diff(change, axis=0)) > 2 * UNIT
        self.age, self.even = _since(moves), _since(turns)
        step = (k - 2 - self.age).clip(0)
        self.last_move = np.where(self.age < self.most, np.take_along_axis(change, step[None], 0)[0], 0)

    def append(self, y: Floats) -> None:
        """Add a step of all series, of shape (m, n_channels)."""
        before, now = self.now, self.now + 1
        change = y - self.y[before]
        turned = np.abs((change - (self.y[before] - self.y[before - 1]))[:, self.at]) > 2 * UNIT
        self.y[now] = y
        np.add(self.total[before], y, out=self.total[now])
        np.add(self.squares[before], y**2, out=self.squares[now])
        np.add(self.rough[before], np.abs(change), out=self.rough[now])
        change = change[:, self.at]
        moved = np.abs(change) > UNIT
        self.age = np.where(moved, 0, np.minimum(self.age + 1, self.most))
        self.even = np.where(turned, 0, np.minimum(self.even + 1, self.most - 1))
        self.last_move = np.where(moved, change, np.where(self.age < self.most, self.last_move, 0))
        self.now = now

    def change(self, back: int = 0) -> Floats:
        """Return the change into the latest step, or into one before."""
        return self.y[self.now - back] - self.y[self.now - back - 1]

    def window(self, n: int) -> Floats:
        """Return the last n steps, of shape (m, n, n_channels)."""
        return self.y[self.now - n + 1 : self.now + 1].transpose(1, 0, 2)

    def roughness(self, n: int) -> Floats:
        """Return the mean size of the last n changes."""
        return (self.rough[self.now] - self.rough[self.now - n]) / n

    def mean(self, n: int) -> Floats:
        """Return the mean of the last n values; there must be one more."""
        return (self.total[self.now] - self.total[self.now - n]) / n

    def spread(self, n: int) -> Floats:
        """Return the standard deviation of the last n values."""
        square = (self.squares[self.now] - self.squares[self.now - n]) / n - self.mean(n) ** 2
        return np.sqrt(np.maximum(square, 0))


def _since(events: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for how many steps of the first axis there was no event, at its end."""
    return np.where(events.any(0), events[::-1].argmax(0), len(events))


class Past:
    """Features of the k steps before, standardised and kept in reach of what was learned.

    Parameters
    ----------
    k : int
        How many steps are needed.
    periods : sequence of float
        Seasons of the clock, in steps; of those shorter than k the values one period ago are given, too.
    at, is_even, phases, grains :
        The channels that may stand still, which of them go on evenly, the periods at whose phases they turn, and the
        grain of each of all channels.
    """

    def __init__(
        self,
        k: int,
        periods: Sequence[float],
        at: NDArray[np.intp],
        is_even: NDArray[np.bool_],
        phases: Sequence[int],
        grains: Sequence[Grain],
    ) -> None:
        self.k, self.periods, self.at, self.is_even, self.phases = k, tuple(periods), at, is_even, tuple(phases)
        self.levels = [(place, grains[j]) for place, j in enumerate(at) if grains[j].few and grains[j].known]
        self.windows = [n for n in WINDOWS if n < k]
        self.near = min(NEAR, k)
        self.seasons = [round(p) for p in self.periods if round(p) < k]

    def learn(self, windows: Floats, time: NDArray[np.int64], covariates: Floats, reach: float | None) -> Floats:
        """Learn components and scales from windows of shape (n, k, n_channels); return the features of all."""
        near = windows[:, -self.near :].reshape(len(windows), -1)
        self.pca = Whiten.learn(near, 1e-8).first(COMPONENTS)
        self.mean, self.std, self.bound = np.zeros(1), np.ones(1), np.array([np.inf])
        self.move_size = np.ones(len(self.at))
        first = History(windows[:PIECE], 0, self.at)
        self.move_size = np.abs(first.last_move).mean(0) + 1e-9
        f = self.of_windows(windows, time, covariates, own_visit=1)
        self.mean, self.std = f.mean(0), f.std(0) + 1e-9
        standard = (f - self.mean) / self.std
        if reach is not None:
            self.bound = np.full(f.shape[1], reach)
            self.bound[f.shape[1] - covariates.shape[1] :] = np.inf  # what is known is known
        return np.clip(standard, -self.bound, self.bound)

    def of_windows(self, windows: Floats, time: NDArray[np.int64], covariates: Floats, own_visit: int = 0) -> Floats:
        """Return the features of windows of shape (n, k, n_channels); `time` is that of the step after each."""
        pieces = [
            self(History(windows[i : i + PIECE], 0, self.at), time[i : i + PIECE], covariates[i : i + PIECE], own_visit)
            for i in range(0, len(windows), PIECE)
        ]
        return np.concatenate(pieces)

    def __call__(self, history: History, time: NDArray[np.int64], covariates: Floats, own_visit: int = 0) -> Floats:
        """Return features of shape (m, n_given); `covariates`, of shape (m, n_covariates), are those of the step to be.

        `own_visit` is 1 where the latest step is one of those that levels were counted on.
        """
        parts = [history.y[history.now], history.change(), history.change(1)]
        parts.append(self.pca.forward(history.window(self.near).reshape(len(time), -1)))
        parts += [np.log(history.roughness(n) + FLOOR) for n in self.windows]
        parts += [np.log(history.spread(n) + FLOOR) for n in self.windows if n > 8]
        parts += [history.mean(n) for n in self.windows if n > 24]
        for p in self.seasons:
            then = history.y[history.now + 1 - p]
            parts += [then, then - history.y[history.now - p]]
        parts += [clock_waves(time, self.periods), *self._stood(history, time, own_visit), covariates]
        f = np.concatenate(parts, 1)
        if len(self.mean) == f.shape[1]:
            f = np.clip((f - self.mean) / self.std, -self.bound, self.bound)
        return f

    def _stood(self, history: History, time: NDArray[np.int64], own_visit: int) -> list[Floats]:
        """How long channels have stood still or gone on evenly, their last moves, how common their levels are."""
        if not len(self.at):
            return []
        age = history.age.astype(np.float64)
        parts = [np.log1p(age), np.minimum(age, 1), np.tanh(history.last_move / self.move_size)]
        if self.is_even.any():
            parts.append(np.log1p(history.even[:, self.is_even].astype(np.float64)))
        now = history.y[history.now]
        if self.levels:
            counts = [grain.at_level(now[:, self.at[place]])[1] for place, grain in self.levels]
            parts.append(np.log1p(np.maximum(np.stack(counts, 1) - own_visit, 0).astype(np.float64)))
        return parts + [(time[:, None] % p == np.arange(p)).astype(np.float64) for p in self.phases]

    def get_state(self) -> dict[str, Any]:
        """Return what was learned beyond the constructor's arguments."""
        names = ("mean", "std", "bound", "move_size")
        return {"pca": self.pca.get_state(), **{name: getattr(self, name) for name in names}}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take back what `get_state` returned."""
        self.__dict__.update({**state, "pca": Whiten(**state["pca"])})


def clock_waves(time: NDArray[np.int64], periods: Sequence[float]) -> Floats:
    """Return sines and cosines of whole steps of time, of shape (n, n_waves): two of each period, one of long ones."""
    angles = [2 * np.pi * time * (j + 1) / p for p in periods for j in range(2 if 3 < p < 1000 else 1)]
    waves = [wave(angle) for angle in angles for wave in (np.sin, np.cos)]
    return np.stack(waves, 1) if waves else np.zeros((len(time), 0))
