"""A series made step by step, each given those before: rows of innovations for a conditional GAN, and runs of them.

Given to a step: the last values and changes, the principal components of the last steps, how rough it was, and the
clock (`past`). A ridge regression takes the linear part away, and what is left is whitened and brought to normal scores
(`innovations`): these, and who stands still (`states`), are the rows that the GAN learns. Sensors stand still and their
changes have a grain (`grain`); channels may be multiples of one another (`ties`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from tabgan.seeds import Use, numpy_rng
from tabgan.series.channels import Channels
from tabgan.series.grain import Grain
from tabgan.series.innovations import Innovations, solve
from tabgan.series.past import History, Past
from tabgan.series.phases import find_phases
from tabgan.series.states import AGES, EVEN, MOVE, STILL, States, as_scores, states_of
from tabgan.series.ties import UNIT
from tabgan.series.whiten import Whiten

Floats = NDArray[np.float64]
Draw = Callable[[Floats], Floats]
"""Draws normal scores, of shape (m, n_scores), for m rows of what is given, (m, n_given)."""

ATOMS = 0.03  # a channel that is still in more than this share of steps has states
RARE = 0.002  # share of steps under which a state does not occur
LESS_CHANCE = 0.25  # how much more often than by chance a channel must go on evenly, to have that state
MOST_NUMBERS, LEAST_LEARNED = 50_000_000, 1000  # of all windows that are learned; of more steps, some are drawn
GROUPS, TESTED = 30, 6  # parts of a series, and of how many of them one is for tests
CORRECTIONS, CORRECTION_RIDGE = 4, 1e-3
MOST_MOVED = 3.0  # deviations of what earlier channels leave open of an innovation
ROUNDS, RUNS, RUN_STEPS, SKIPPED = 10, 500, 36, 12  # of settling


@dataclass
class Stretch:
    """A contiguous part of a series: values (n_steps, n_channels), the first step's number, and what is known beside.

    `covariates` has shape (n_steps, n_covariates), none of which may be missing.
    """

    values: Floats
    start: int
    covariates: Floats


@dataclass
class Steps:
    """All steps that can be learned, each with the k steps before it; kept only while learning."""

    past: Floats  # (n, k, n_channels) standardised
    time: NDArray[np.int64]
    covariates: Floats
    given: Floats  # (n, n_given)
    scores: Floats  # (n, n_scores)
    state: NDArray[np.int64]  # (n, n_slots)
    is_test: NDArray[np.bool_]


class Chain:
    """What a GAN needs to learn a series step by step, and to make one.

    Parameters
    ----------
    k : int
        How many steps a step is given.
    periods : sequence of float
        Seasons of the clock, in steps.
    reach : float or None
        How many standard deviations from their mean features are kept in.
    grained : NDArray of bool, shape (n_channels,)
        Channels that have a grain whatever their changes look like: those of codes.
    """

    def __init__(self, k: int, periods: Sequence[float], reach: float | None, grained: NDArray[np.bool_]) -> None:
        self.k, self.periods, self.reach, self.grained = k, tuple(periods), reach, grained

    def learn(self, stretches: Sequence[Stretch], seed: int, pca: float | None = None) -> Steps:
        """Learn all but the GAN from stretches of more than k steps; return the steps for it.

        With `pca` the channels are principal components, which have no grain.
        """
        rng = numpy_rng(seed, Use.CHAIN)
        self.channels = Channels.learn([s.values for s in stretches], pca)
        if pca is not None:
            self.grained = np.zeros(len(self.channels.low), bool)
        series = [self.channels.forward(s.values) for s in stretches]
        starts = [s.start for s in stretches]
        self._learn_grains(series)
        self._learn_slots(series, starts)
        is_even = self.allowed[:, EVEN]
        self.past = Past(self.k, self.periods, self.at, is_even, find_phases(series, starts, self.at), self.grains)
        past, now, time, covariates, group = _cut(series, stretches, self.k, rng)
        given = self.past.learn(past, time, covariates, self.reach)
        change, last = now - past[:, -1], past[:, -1] - past[:, -2]
        state = states_of(change, last, self.at, is_even)
        moves = np.ones(change.shape, bool)
        moves[:, self.at] = state == MOVE
        change = change + rng.normal(size=change.shape) * np.array([g.width for g in self.grains])
        self.innovations = Innovations()
        scores = self.innovations.learn(_regressors(past[:, -3:], given), change, moves, bool(len(self.at)), rng)
        is_test = group % TESTED == 0
        self.states = None
        if len(self.at):
            self.states = States.learn(given, state, self.allowed, is_test, seed)
            slots = as_scores(state, self.states.limits(given), rng)
            self.slots = Whiten.learn(slots, 1e-6)
            scores = np.c_[scores, self.slots.forward(slots)]
        self.bias: Floats = np.zeros((given.shape[1] + 1, scores.shape[1]))
        self.scale: Floats = np.ones(scores.shape[1])
        return Steps(past, time, covariates, given, scores, state, is_test)

    def _learn_grains(self, series: Sequence[Floats]) -> None:
        change = np.concatenate([np.diff(y, axis=0) for y in series])
        reached = np.concatenate([y[1:] for y in series])
        self.grains = []
        moved = np.abs(change) > UNIT
        for j, moves in enumerate(moved.T):
            if not moves.any() or np.mean(~moves) <= ATOMS:  # a tie that never changes; or no state of its own
                moves = np.ones(len(moves), bool)
            others = np.c_[np.delete(change[moves], j, 1), np.ones(moves.sum())]
            alone = change[moves, j] - others @ np.linalg.lstsq(others, change[moves, j], rcond=None)[0]
            self.grains.append(
                Grain.learn(reached[moves, j], change[moves, j], alone, True if self.grained[j] else None)
            )

    def _learn_slots(self, series: Sequence[Floats], starts: Sequence[int]) -> None:
        """Find the channels that stand still or go on evenly often enough."""
        change = [np.diff(y, axis=0) for y in series]
        still = np.concatenate([np.abs(d) <= UNIT for d in change]).mean(0)
        evens = sum(_even(d).sum(0) for d in change)
        before = sum((np.abs(d[:-1]) > UNIT).sum(0) for d in change)
        by_chance = np.array([grain.chance for grain in self.grains])
        goes_on = evens / np.maximum(before, 1) > by_chance + LESS_CHANCE
        self.at = np.flatnonzero((still > ATOMS) | goes_on)
        self.allowed = np.stack([still > RARE, goes_on, np.ones(len(still), bool)], 1)[self.at]

    @property
    def n_channels(self) -> int:
        return len(self.grains)

    def white(self, scores: Floats) -> Floats:
        """Return scores with the innovations' margins undone."""
        m = self.innovations.n_scores
        return np.c_[self.innovations.margins.backward(scores[:, :m]), scores[:, m:]]

    def as_linear(self) -> Chain:
        """Return the same chain for scores that are independent: nothing is to be corrected."""
        linear = copy(self)
        linear.bias, linear.scale = np.zeros_like(self.bias), np.ones_like(self.scale)
        return linear

    def correct(self, steps: Steps, draw: Draw) -> None:
        """Take away what the generator adds to the linear forecast: its mean given the past, and its spread.

        The mean of an innovation must be 0 whatever the past; what is left of it adds up over a long run.
        """
        real = self.white(steps.scores)
        made: NDArray[Any] = np.stack([self.white(draw(steps.given)) for _ in range(CORRECTIONS)])
        X = np.c_[steps.given, np.ones(len(real))]
        self.bias = solve(X, real - made.mean(0), CORRECTION_RIDGE)
        self.scale = real.std(0) / np.maximum((made + X @ self.bias).std((0, 1)), 1e-9)

    def settle(self, steps: Steps, draw: Draw, rng: np.random.Generator) -> None:
        """Let it run, and shift the chances until channels stand still as often as they should, by how long they stood.

        Small errors feed on themselves: off its usual levels a sensor does not rest.
        """
        if self.states is None:
            return
        n_slots, n_ages = len(self.at), len(AGES) + 1
        age = np.concatenate(
            [History(p, 0, self.at).age for p in np.array_split(steps.past, 1 + len(steps.past) // 4096)]
        )
        count = _counter(n_slots, n_ages)
        goal = [_share(count, np.digitize(age, AGES), steps.state == s, 0.5, 1.0) for s in (STILL, EVEN)]
        shift: NDArray[Any] = np.zeros((n_slots, n_ages, 2))
        late: list[NDArray[Any]] = []
        for turn in range(ROUNDS):
            pick = rng.choice(len(steps.past), RUNS)
            seen: list[tuple[NDArray[Any], NDArray[Any]]] = []
            # what is known beside stays as it was at the start: it is only for some steps
            known = np.repeat(steps.covariates[pick][:, None], RUN_STEPS, 1)
            self.run(steps.past[pick], steps.time[pick], known, draw, rng, seen)
            ages, kinds = (np.concatenate([pair[i] for pair in seen[SKIPPED:]]) for i in (0, 1))
            for i, s in enumerate((STILL, EVEN)):
                made = _share(count, ages, kinds == s, goal[i] * 20, 20.0)
                shift[..., i] += np.clip(_logit(goal[i]) - _logit(made), -1, 1) * (1 if turn < 4 else 0.4)
            shift = shift.clip(-4, 4)
            late.append(shift.copy())
            self.states.shift.copy_(
                self.states.shift.new_tensor(np.mean(late[-4:], 0) if turn == ROUNDS - 1 else shift)
            )

    def run(
        self,
        first: Floats,
        time: NDArray[np.int64],
        covariates: Floats,
        draw: Draw,
        rng: np.random.Generator,
        seen: list[tuple[NDArray[Any], NDArray[Any]]] | None = None,
    ) -> Floats:
        """Return the next steps of windows, standardised, of shape (m, n_steps, n_channels).

        `first` has shape (m, k, n_channels), standardised; `time`, (m,), is the number of the step after; `covariates`,
        (m, n_steps, n_covariates), are those of the steps to make. `seen` collects ages and states.
        """
        n_steps = covariates.shape[1]
        history = History(first, n_steps, self.at)
        for i in range(n_steps):
            given = self.past(history, time + i, covariates[:, i])
            history.append(self._step(history, given, draw(given), rng, seen))
        return history.y[self.k :].transpose(1, 0, 2)

    def _step(
        self,
        history: History,
        given: Floats,
        scores: Floats,
        rng: np.random.Generator,
        seen: list[tuple[NDArray[Any], NDArray[Any]]] | None,
    ) -> Floats:
        last, m = history.y[history.now], self.innovations.n_scores
        e = (self.white(scores) + np.c_[given, np.ones(len(given))] @ self.bias) * self.scale
        kind = np.full(last.shape, MOVE)
        if self.states is not None:
            u = ndtr(self.slots.backward(e[:, m:]))
            age = np.digitize(history.age, AGES)
            kind[:, self.at] = (u[..., None] >= self.states.limits(given, age)).sum(-1)
            if seen is not None:
                seen.append((age, kind[:, self.at]))
        step = self._snap(last, _regressors(history.window(3), given), e[:, :m], kind == MOVE, rng)
        step = np.choose(kind, [np.zeros(step.shape), history.change(), step])
        return np.clip(last + step, self.channels.low, self.channels.high)

    def _snap(
        self, last: Floats, X: Floats, white: Floats, moves: NDArray[np.bool_], rng: np.random.Generator
    ) -> Floats:
        """Return changes that were seen for those that innovations make, channel by channel.

        What a channel is moved by on its way to a seen change moves the later ones, too, as much as their innovations
        depend on its own: else channels that add up to others would no longer do so.
        """
        spread = self.innovations.spread(X)
        step = X @ self.innovations.coefficients + self.innovations.white.backward(white) * spread
        moved = np.zeros(step.shape)
        for j, grain in enumerate(self.grains):
            wanted = last[:, j] + step[:, j] + spread[:, j] * (moved[:, :j] @ self.innovations.factor[j, :j])
            wanted = np.clip(wanted, self.channels.low[j], self.channels.high[j]) - last[:, j]
            step[:, j] = grain.snap(last[:, j], wanted, rng)
            off = (step[:, j] - wanted) / (spread[:, j] * self.innovations.factor[j, j])
            moved[:, j] = np.where(moves[:, j], np.clip(off, -MOST_MOVED, MOST_MOVED), 0)
        return step

    def get_state(self) -> dict[str, Any]:
        """Return all that runs need as nested dicts of arrays and JSON values."""
        return {
            "k": self.k,
            "periods": list(self.periods),
            "reach": self.reach,
            "grained": self.grained,
            "channels": self.channels.get_state(),
            "grains": {str(j): grain.get_state() for j, grain in enumerate(self.grains)},
            "at": self.at,
            "allowed": self.allowed,
            "phases": list(self.past.phases),
            "past": self.past.get_state(),
            "innovations": self.innovations.get_state(),
            "states": self.states and self.states.get_state(),
            "slots": self.states and self.slots.get_state(),
            "bias": self.bias,
            "scale": self.scale,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Chain:
        """Make the chain that `get_state` described."""
        made = cls(state["k"], state["periods"], state["reach"], state["grained"])
        made.channels = Channels.from_state(state["channels"])
        made.grains = [Grain(**state["grains"][str(j)]) for j in range(len(state["grains"]))]
        made.at, made.allowed, made.bias, made.scale = (state[name] for name in ("at", "allowed", "bias", "scale"))
        made.past = Past(made.k, made.periods, made.at, made.allowed[:, EVEN], state["phases"], made.grains)
        made.past.set_state(state["past"])
        made.innovations = Innovations.from_state(state["innovations"])
        made.states = state["states"] and States.from_state(state["states"])
        if made.states is not None:
            made.slots = Whiten(**state["slots"])
        return made


def _regressors(last: Floats, given: Floats) -> Floats:
    return np.c_[last.reshape(len(given), -1), given, np.ones(len(given))]


def _cut(
    series: Sequence[Floats], stretches: Sequence[Stretch], k: int, rng: np.random.Generator
) -> tuple[Floats, Floats, NDArray[np.int64], Floats, NDArray[np.int64]]:
    """Return windows of k steps, the step after each, its time and covariates, and which part of the series it is."""
    windows = [np.lib.stride_tricks.sliding_window_view(y, k + 1, axis=0).transpose(0, 2, 1) for y in series]
    lengths = np.array([len(w) for w in windows])
    most = max(MOST_NUMBERS // windows[0][0].size, LEAST_LEARNED)
    chosen = np.arange(lengths.sum())
    if len(chosen) > most:
        chosen = np.sort(rng.choice(len(chosen), most, replace=False))
    stretch = np.searchsorted(np.cumsum(lengths), chosen, side="right")
    offset = chosen - (np.cumsum(lengths) - lengths)[stretch]
    whole = np.concatenate([w[offset[stretch == i]] for i, w in enumerate(windows)])
    time = np.array([s.start for s in stretches])[stretch] + k + offset
    covariates = np.concatenate([s.covariates[k:][offset[stretch == i]] for i, s in enumerate(stretches)])
    group = stretch if len(series) > 12 else offset * GROUPS // lengths[stretch]
    return whole[:, :k], whole[:, k], time, covariates, group


def _even(change: Floats) -> NDArray[np.bool_]:
    """Which changes are the last one again, and not none."""
    return (np.abs(np.diff(change, axis=0)) < 2 * UNIT) & (np.abs(change[1:]) > UNIT)


Count = Callable[[NDArray[Any], NDArray[Any]], Floats]


def _counter(n_slots: int, n_ages: int) -> Count:
    """Return what sums numbers, of shape (n, n_slots), by the classes of age: (n_slots, n_ages)."""
    return lambda age, x: np.stack([np.bincount(age[:, j], x[:, j], n_ages) for j in range(n_slots)])


def _share(count: Count, age: NDArray[Any], is_so: NDArray[np.bool_], prior: Any, weight: float) -> Floats:
    return (count(age, is_so) + prior) / (count(age, np.ones(age.shape)) + weight)


def _logit(p: Floats) -> Floats:
    return np.log(p.clip(1e-4, 1 - 1e-4) / (1 - p).clip(1e-4, 1))
