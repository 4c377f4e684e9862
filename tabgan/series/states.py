"""Standing still: how likely each channel is to be still, to go on evenly or to move, given the past."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import ndtri
from torch import nn

from tabgan.gan.device import use_threads
from tabgan.gan.networks import build_mlp
from tabgan.seeds import Use, torch_rng
from tabgan.series.ties import UNIT

Floats = NDArray[np.float64]

STILL, EVEN, MOVE = 0, 1, 2
WIDTH, STEPS, BATCH = 64, 800, 512
RATE, DECAY = 3e-3, 0.05
NEVER = -30.0  # the score of a state that does not occur
AGES = (1, 2, 3, 6)  # steps that a channel has stood still, from which on the chances are another class's


def states_of(step: Floats, last: Floats, channels: NDArray[np.intp], is_even: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return what channels did, of shape (n, len(channels)), by their changes, of shape (n, n_channels), and the last.

    `is_even` says of each of these channels whether it ever goes on evenly, as readings filled in along a line do.
    """
    step, last = step[:, channels], last[:, channels]
    state = np.where(is_even & (np.abs(step - last) < 2 * UNIT), EVEN, MOVE)
    return np.where(np.abs(step) < UNIT, STILL, state)


def as_scores(state: NDArray[np.int64], limits: Floats, rng: np.random.Generator) -> Floats:
    """Return states as normal numbers, at random within the share of each: normal whatever the past."""
    ends = np.zeros((*state.shape, 1))
    limits = np.concatenate([ends, limits, ends + 1], 2)
    low, high = (np.take_along_axis(limits, state[..., None] + i, 2)[..., 0] for i in (0, 1))
    scores: Floats = ndtri((low + (high - low) * rng.random(low.shape)).clip(1e-4, 1 - 1e-4))
    return scores


class States(nn.Module):
    """A small network beside a linear one, that gives the chances of the three states of some channels.

    `shift`, of shape (n_channels, n_ages, 2), moves the scores of still and even by how long a channel has stood.
    """

    shift: torch.Tensor
    never: torch.Tensor

    def __init__(self, n_given: int, n_channels: int, rng: torch.Generator) -> None:
        super().__init__()
        self.net = build_mlp([n_given, WIDTH, 3 * n_channels], rng)
        self.skip = build_mlp([n_given, 3 * n_channels], rng)
        self.register_buffer("never", torch.zeros(n_channels, 3))
        self.register_buffer("shift", torch.zeros(n_channels, len(AGES) + 1, 2))

    @classmethod
    def learn(
        cls,
        given: Floats,
        state: NDArray[np.int64],
        allowed: NDArray[np.bool_],
        is_test: NDArray[np.bool_],
        seed: int,
    ) -> States:
        """Train on states, of shape (n, n_channels), given features (n, n_given), and keep the best on `is_test`.

        `allowed`, of shape (n_channels, 3), says which states a channel has.
        """
        rng = torch_rng(seed, Use.STATES)
        model = cls(given.shape[1], state.shape[1], rng)
        model.never.copy_(torch.as_tensor(np.where(allowed, 0.0, NEVER)))
        X, S = torch.as_tensor(given, dtype=torch.float32), torch.as_tensor(state)
        inside, outside = (torch.as_tensor(np.flatnonzero(mask)) for mask in (~is_test, is_test))
        adam = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
        lowest, kept = np.inf, {name: value.clone() for name, value in model.state_dict().items()}
        with use_threads(1):
            for i in range(STEPS):
                adam.param_groups[0]["lr"] = RATE * (1 - i / STEPS)
                batch = inside[torch.randint(0, len(inside), (BATCH,), generator=rng)]
                loss = nn.functional.cross_entropy(model(X[batch]).flatten(0, 1), S[batch].flatten())
                adam.zero_grad()
                loss.backward()
                adam.step()
                if i % 50 == 49:
                    with torch.no_grad():
                        found = nn.functional.cross_entropy(model(X[outside]).flatten(0, 1), S[outside].flatten())
                    if float(found) < lowest:
                        lowest, kept = float(found), {name: v.clone() for name, v in model.state_dict().items()}
        model.load_state_dict(kept)
        return model.eval().requires_grad_(False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the scores of the states, of shape (n, n_channels, 3)."""
        scores: torch.Tensor = (self.net(x) + self.skip(x)).view(len(x), -1, 3) + self.never
        return scores

    @torch.no_grad()
    def limits(self, given: Floats, age: NDArray[np.intp] | None = None) -> Floats:
        """Return cumulated chances, of shape (n, n_channels, 2): below the first still, below the second even.

        With the class of `age` of each channel, of shape (n, n_channels), the chances are shifted.
        """
        x = self(torch.as_tensor(given, dtype=torch.float32))
        if age is not None:
            x[..., :2] += self.shift[torch.arange(x.shape[1]), torch.as_tensor(age)]
        return x.softmax(-1).cumsum(-1)[..., :2].numpy().astype(np.float64)

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays."""
        return {name: value.numpy() for name, value in self.state_dict().items()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> States:
        """Make the network that `get_state` described."""
        n_channels, n_given = state["never"].shape[0], state["skip.0.weight"].shape[1]
        model = cls(n_given, n_channels, torch.Generator())
        model.load_state_dict({name: torch.as_tensor(value) for name, value in state.items()})
        return model.eval().requires_grad_(False)
