"""From random numbers to series: a chain, the network that draws its scores, and the guides that choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy, deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from tabgan.gan.device import use_threads
from tabgan.gan.networks import Generator
from tabgan.seeds import Use, numpy_rng, whole_seed
from tabgan.series.chain import Chain, Draw, Steps
from tabgan.series.guide import Guide
from tabgan.synthesizers.series_starts import Stretches

Floats = NDArray[np.float64]

DAY = 24  # steps that a guide chooses at once, and that the sieve looks at
CANDIDATES, FEW_CANDIDATES = 10, 5  # ways to go on, of long series, and of windows, which are sieved, too
MOST_PARTS, FEWEST_PARTS, PART_DAYS = 48, 4, 8  # of the learned series; how long they are at least, if there is room
FEW, MANY = 4, 16  # of how many parts one is for tests: to compare, and to learn as much as can be
JUDGED, ENOUGH = 4000, 2000  # windows, to learn from and to compare with
TRIED = 2000  # windows of each of several generators
NO_GAIN = 0.02  # of an AUC: if the network lowers it by less, it added nothing that can be told
AT_ONCE = 500  # windows
KEPT = ("day_guide", "window_guide")


@dataclass
class SeriesGenerator:
    """All that it takes to make series, standardised.

    Attributes
    ----------
    chain, generator : Chain, Generator
    is_linear : bool
        Whether the chain's scores are plain normal numbers: the network added nothing.
    auc, linear_auc : float or None
        How well trees tell windows from learned ones: with the network, and of the linear chain that it began as.
    day_guide, window_guide : Guide or None
        What chooses among ways to go on for 24 steps, and what lets windows of 24 steps through.
    """

    chain: Chain
    generator: Generator
    is_linear: bool = False
    auc: float | None = None
    linear_auc: float | None = None
    day_guide: Guide | None = None
    window_guide: Guide | None = None

    def draw_by(self, rng: np.random.Generator, linear: bool = False) -> Draw:
        """Return what draws scores, given the past."""
        generator, n_scores = self.generator, self.generator.output.layout.n_numbers
        n_free = generator.n_inputs - generator.output.layout.n_given
        if linear or self.is_linear:
            return lambda given: rng.standard_normal((len(given), n_scores))

        def draw(given: Floats) -> Floats:
            noise = rng.standard_normal((len(given), n_free), dtype=np.float32)
            with torch.no_grad(), use_threads(1):
                rows = generator(torch.from_numpy(np.concatenate([noise, given.astype(np.float32)], 1)))
            made: Floats = rows[:, :n_scores].numpy().astype(np.float64)
            return made

        return draw

    def settle(self, steps: Steps, seed: int) -> None:
        """Correct the chain's means, and let it stand still as often as it should."""
        draw = self.draw_by(numpy_rng(seed, Use.CORRECT))
        self.chain.correct(steps, draw)
        self.chain.settle(steps, draw, numpy_rng(seed, Use.SETTLE))

    def choose(self, members: NDArray[np.float16], steps: Steps, stretches: Stretches, seed: int) -> int | None:
        """Take the parameters whose windows trees tell least: the latest, or others, (n_members, n_parameters).

        Return which of the others; None if the latest stay. The distance of rows does not tell, as it sees no
        runs. How well the chosen ones do only `judge` says, by other windows: the least of several AUCs is too low.
        """
        if not len(members) or stretches.lengths.max() < DAY:
            return None
        rng, n = numpy_rng(seed, Use.CHOOSE), min(TRIED, len(steps.past))
        pick = rng.choice(len(steps.past), n)
        known = np.repeat(steps.covariates[pick][:, None], 2 * DAY, 1)
        real, part = self._real_windows(stretches, DAY, n, rng)
        own = parameters_to_vector(self.generator.parameters())
        tried, aucs = SeriesGenerator(copy(self.chain), deepcopy(self.generator)), []
        for parameters in (own, *torch.from_numpy(members[::-1].astype(np.float32))):  # the latest first
            vector_to_parameters(parameters, tried.generator.parameters())
            correct, draw, rng = (numpy_rng(seed, Use.CHOOSE, i) for i in range(3))  # the same for each
            tried.chain.correct(steps, tried.draw_by(correct))
            made = _roll(tried.chain, steps.past[pick], steps.time[pick], known, tried.draw_by(draw), rng)
            aucs.append(_compare(real, part, made[:, DAY:], whole_seed(seed, Use.CHOOSE), range(1, FEW)))
        best = len(members) - int(np.argmin(aucs))
        if best == len(members):
            return None
        with torch.no_grad():
            vector_to_parameters(torch.from_numpy(members[best].astype(np.float32)), self.generator.parameters())
        return best

    def judge(self, steps: Steps, stretches: Stretches, seed: int, sieve: bool) -> None:
        """Ask trees how well they tell windows of both chains from real ones; what they have learned is the sieve."""
        longest = stretches.lengths.max()
        if longest < DAY:
            return
        rng, n = numpy_rng(seed, Use.GUIDE), min(JUDGED, len(steps.past))
        pick = rng.choice(len(steps.past), n)
        first, time = steps.past[pick], steps.time[pick]
        known = np.repeat(steps.covariates[pick][:, None], 2 * DAY, 1)
        linear = self.chain.as_linear()
        draw, plain_draw = (self.draw_by(numpy_rng(seed, Use.GUIDE, i), linear=bool(i)) for i in range(2))
        made = _roll(self.chain, first, time, known, draw, rng)
        plain = _roll(linear, first, time, known, plain_draw, rng)
        real, part = self._real_windows(stretches, DAY, n, rng)
        seeds = [whole_seed(seed, Use.GUIDE, i) for i in range(3)]
        turns = range(FEW) if (part >= 0).sum() < ENOUGH else range(1)
        self.auc, self.linear_auc = (_compare(real, part, x[:, DAY:], seeds[0], turns) for x in (made, plain))
        self.is_linear = self.auc >= self.linear_auc
        if self.is_linear:
            self.chain, made = linear, plain
        if sieve and longest >= 2 * DAY and self.chain.k >= DAY:  # it looks at the 24 steps before, too
            longer, place = self._real_windows(stretches, 2 * DAY, n, rng)
            self.day_guide = Guide.learn(longer, place % MANY == 0, made, seeds[1])
            burnt = np.concatenate([first, made[:, :DAY]], 1)[:, -self.chain.k :]
            ahead = known[:, DAY:]
            days = in_pieces(lambda p: self.run_days(burnt[p], time[p] + DAY, ahead[p], rng, FEW_CANDIDATES), n)
            self.window_guide = Guide.learn(real, part % MANY == 0, days, seeds[2])

    @property
    def network_added(self) -> bool | None:
        """Whether windows are clearly harder to detect with the network; None if that is not known."""
        return adds(self.auc, self.linear_auc)

    def _real_windows(
        self, stretches: Stretches, length: int, most: int, rng: np.random.Generator
    ) -> tuple[Floats, NDArray[np.int64]]:
        """Return windows of the learned series, and in which part of it each lies; -1 is in two."""
        places = stretches.draw(rng, most, length)
        assert places is not None, "a stretch is longer than a window"
        end, total = stretches.begins[places[:, 0]] + places[:, 1], len(stretches.values)
        count = int(np.clip(total // (PART_DAYS * DAY), FEWEST_PARTS, MOST_PARTS))
        first, last = ((step * count) // total for step in (end - length, end - 1))
        known, part = np.unique(np.where(first == last, first, -1), return_inverse=True)  # some parts may have none
        part -= int(known[0] < 0)
        return self.chain.channels.forward(stretches.pasts(places, length)), part

    def run(self, state: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator) -> Floats:
        """Return the steps after windows of shape (m, k, n_channels), none chosen: (m, n_steps, n_channels)."""
        return self.chain.run(state, time, covariates, self.draw_by(rng), rng)

    def run_windows(
        self, state: Floats, time: NDArray[np.int64], covariates: Floats, burn: int, rng: np.random.Generator
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return such steps from the one after `burn` on, and which windows are let through."""
        if self.day_guide is None or self.window_guide is None:
            made = self.run(state, time, covariates, rng)[:, burn:]
            return made, np.ones(len(made), bool)
        burnt = self.run(state, time, covariates[:, :burn], rng)
        state = np.concatenate([state, burnt], 1)[:, -self.chain.k :]
        made = self.run_days(state, time + burn, covariates[:, burn:], rng, FEW_CANDIDATES)
        is_day = made.shape[1] == DAY
        return made, self.window_guide.accept(made, rng) if is_day else np.ones(len(made), bool)

    def run_days(
        self, state: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator, n_candidates: int
    ) -> Floats:
        """Return steps of which each 24 are chosen among candidates, if there is a guide.

        The last ones are chosen among as many, of which those not asked for are left out: fewer steps are the beginning
        of more.
        """
        if self.day_guide is None:
            return self.run(state, time, covariates, rng)
        m, n_steps = covariates.shape[:2]
        made = []
        for begin in range(0, n_steps, DAY):
            ahead = covariates[:, np.arange(begin, begin + DAY).clip(max=n_steps - 1)]
            each = np.repeat(np.arange(m), n_candidates)
            ways = self.run(state[each], time[each] + begin, ahead[each], rng).reshape(m, n_candidates, DAY, -1)
            past = state[each, -DAY:].reshape(m, n_candidates, DAY, -1)
            chosen = self.day_guide.choose(np.concatenate([past, ways], 2), rng)
            made.append(ways[np.arange(m), chosen])
            state = np.concatenate([state, made[-1]], 1)[:, -self.chain.k :]
        return np.concatenate(made, 1)[:, :n_steps]

    def get_state(self) -> dict[str, Any]:
        """Return all but the network as nested dicts of arrays and JSON values."""
        guides = {name: (guide := getattr(self, name)) and guide.get_state() for name in KEPT}
        about = {name: getattr(self, name) for name in ("is_linear", "auc", "linear_auc")}
        return {"chain": self.chain.get_state(), **guides, **about}

    @classmethod
    def from_state(cls, state: dict[str, Any], generator: Generator) -> SeriesGenerator:
        """Make what `get_state` described."""
        guides = {name: state[name] and Guide.from_state(state[name]) for name in KEPT}
        return cls(**{**state, **guides, "chain": Chain.from_state(state["chain"]), "generator": generator})


def in_pieces(make: Callable[[slice], Floats], n: int) -> Floats:
    """Return what is made of n windows, of so many at once that memory is bounded."""
    return np.concatenate([make(slice(i, i + AT_ONCE)) for i in range(0, n, AT_ONCE)])


def adds(auc: float | None, linear_auc: float | None) -> bool | None:
    """Return whether a network adds something, by how well trees tell windows with it and without."""
    return None if auc is None or linear_auc is None else auc < linear_auc - NO_GAIN


def _roll(
    chain: Chain, first: Floats, time: NDArray[np.int64], known: Floats, draw: Draw, rng: np.random.Generator
) -> Floats:
    return in_pieces(lambda p: chain.run(first[p], time[p], known[p], draw, rng), len(first))


def _compare(real: Floats, part: NDArray[np.int64], made: Floats, seed: int, turns: Iterable[int]) -> float:
    """Return how well trees tell windows from real ones: the mean over tests on every fourth part, from `turns` on.

    No window for a test shares a step with one that is learned, or trees would know it.
    """
    some = np.flatnonzero(part >= 0)[:ENOUGH]
    aucs = [Guide.learn(real[some], part[some] % FEW == turn, made[some], seed).auc for turn in turns]
    return float(np.mean(aucs))
