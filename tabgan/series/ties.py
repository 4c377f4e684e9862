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
        for j in range(whole.shape[1]):
            for i in range(j):
                if i not in found and _are_tied(stretches, i, j, bool(positive[i] and positive[j])):
                    found[j] = Tie(j, i, bool(positive[i] and positive[j]))
                    break
        return cls(tuple(found.values()))

    def untie(self, values: Floats) -> Floats:
        """Put the tie in the place of each follower; channels stand last."""
        made = values.copy()
        for j, i, is_ratio in self.pairs:
            made[..., j] = np.log(values[..., j] / values[..., i]) if is_ratio else values[..., j] - values[..., i]
        return made

    def tie(self, values: Floats) -> Floats:
        """The inverse of `untie`."""
        made = values.copy()
        for j, i, is_ratio in self.pairs:
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
        return cls(tuple(Tie(int(j), int(i), bool(is_ratio)) for j, i, is_ratio in state["pairs"]))


def _are_tied(stretches: Sequence[Floats], i: int, j: int, is_ratio: bool) -> bool:
    of: Callable[[Floats], Floats] = np.log if is_ratio else np.asarray
    first, second = [of(x[:, i]) for x in stretches], [of(x[:, j]) for x in stretches]
    between = [b - a for a, b in zip(first, second, strict=True)]
    changes = [np.concatenate([np.diff(part) for part in parts]) for parts in (first, second, between)]
    rests = [
        float(np.mean(np.abs(change) <= UNIT * (np.concatenate(parts).std() + 1e-300)))
        for change, parts in zip(changes, (first, second, between), strict=True)
    ]
    return bool(
        changes[2].std() < CLOSE * min(changes[0].std(), changes[1].std())
        or rests[2] > MORE_STILL + max(rests[0], rests[1])
    )
