"""Channels that are another times, or plus, what hardly changes: made as the logarithm of the ratio, or so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

UNIT = 1e-5  # of a standard deviation: smaller differences are none
MORE_STILL = 0.2  # how much more often the tie stands still than its channels do
CLOSE = 0.03  # how small its changes are beside theirs


class Tie(NamedTuple):
    """Channel `follower` is channel `leader` times (or plus) a channel that stands in its place."""

    follower: int
    leader: int
    is_ratio: bool
    follower_grain: float = 0.0  # how finely the channels are rounded: the tie is not known better than that
    leader_grain: float = 0.0

    def between(self, values: Floats) -> Floats:
        """Return the tie of values of shape (..., n_steps, n_channels), held while it differs only by rounding."""
        follower, leader = values[..., self.follower], values[..., self.leader]
        made: Floats = np.log(follower / leader) if self.is_ratio else follower - leader
        if not self.follower_grain + self.leader_grain:
            return made
        slack = self.slack(values)
        held = made[..., 0]
        for t in range(1, made.shape[-1]):
            held = np.where(np.abs(made[..., t] - held) > slack[..., t], made[..., t], held)
            made[..., t] = held
        return made

    def slack(self, values: Floats) -> Floats:
        """Return by how much two readings of the same tie may differ."""
        sizes = [np.abs(values[..., c]) if self.is_ratio else np.ones(1) for c in (self.follower, self.leader)]
        return self.follower_grain / sizes[0] + self.leader_grain / sizes[1] + np.zeros(values.shape[:-1])


class Ties(NamedTuple):
    """All ties of a series; a follower leads no one."""

    pairs: tuple[Tie, ...]

    @classmethod
    def learn(cls, stretches: Sequence[Floats]) -> Ties:
        """Find the ties of channels in stretches of shape (n_steps, n_channels) each.

        There is one where the ratio (of positive channels; else the difference) stands still in far more steps than
        either channel, or changes by little beside both.
        """
        whole = np.concatenate(stretches)
        positive = whole.min(0) > 0
        found: dict[int, Tie] = {}
        grains = [_grain(x) for x in whole.T]
        for j in range(whole.shape[1]):
            for i in range(j):
                tie = Tie(j, i, bool(positive[i] and positive[j]), grains[j], grains[i])
                if i not in found and _are_tied(stretches, tie):
                    found[j] = tie
                    break
        return cls(tuple(found.values()))

    def untie(self, values: Floats) -> Floats:
        """Put the tie in the place of each follower, in values of shape (..., n_steps, n_channels)."""
        made = values.copy()
        for tie in self.pairs:
            made[..., tie.follower] = tie.between(values)
        return made

    def tie(self, values: Floats) -> Floats:
        """The inverse of `untie`."""
        made = values.copy()
        for j, i, is_ratio, *_ in self.pairs:
            made[..., j] = np.exp(values[..., j]) * values[..., i] if is_ratio else values[..., j] + values[..., i]
        return made

    @property
    def followers(self) -> list[int]:
        return [pair.follower for pair in self.pairs]

    def get_state(self) -> dict[str, Any]:
        """Return the ties as JSON values."""
        return {"pairs": [list(pair) for pair in self.pairs]}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Ties:
        """Make the ties that `get_state` described."""
        return cls(tuple(Tie(int(j), int(i), bool(is_ratio), *grains) for j, i, is_ratio, *grains in state["pairs"]))


def _grain(values: Floats) -> float:
    """Return the smallest difference of two values, 0 where that is too small to matter."""
    unique = np.unique(values)
    least = float(np.diff(unique).min()) if len(unique) > 1 else 0.0
    return least if least > UNIT * UNIT * values.std() else 0.0


def _are_tied(stretches: Sequence[Floats], tie: Tie) -> bool:
    of: Callable[[Floats], Floats] = np.log if tie.is_ratio else np.asarray
    first, second = ([of(x[:, c]) for x in stretches] for c in (tie.leader, tie.follower))
    between = [b - a for a, b in zip(first, second, strict=True)]
    changes = [np.concatenate([np.diff(part) for part in parts]) for parts in (first, second, between)]
    small = CLOSE * min(changes[0].std(), changes[1].std())
    slack = np.concatenate([np.minimum(tie.slack(x)[1:], small) for x in stretches])
    rests = [
        float(np.mean(np.abs(change) <= np.maximum(slack * i, UNIT * (np.concatenate(parts).std() + 1e-300))))
        for i, change, parts in zip((0, 0, 1), changes, (first, second, between), strict=True)
    ]
    return bool(changes[2].std() < small or rests[2] > MORE_STILL + max(rests[0], rests[1]))
