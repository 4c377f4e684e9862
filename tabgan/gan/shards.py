"""A step whose batch is split into shards, a fixed number of them, which one or several processes share out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from tabgan.gan.explicit import ExplicitStep, is_explicit
from tabgan.gan.networks import FlatParameters
from tabgan.gan.objectives import CriticLoss, Objective
from tabgan.gan.step import Step

SHARDS = 8  # a power of two, as the number of processes is
LEAST_TO_SHARE = 2048  # rows of a batch; two processes gain nothing on fewer, as they wait for each other


class Gathers(Protocol):
    """Processes that go through the same iterations, each with shards of its own."""

    own: range

    def gather(self, row: Tensor) -> list[Tensor]:
        """Return what all processes have called this with, in their order."""
        ...


class Alone:
    """One process, with all shards."""

    own = range(SHARDS)

    def gather(self, row: Tensor) -> list[Tensor]:
        return [row]


def why_whole(
    generator: nn.Module, critic: nn.Module, objective: Objective, batch_size: int, device: torch.device
) -> str:
    """Return in words why batches are not split into shards; nothing if they are, whoever shares them."""
    if device.type != "cpu":
        return "a GPU takes a batch at once"
    if not is_explicit(generator, critic, objective):
        return "networks and objectives of your own may look at the whole batch"
    return "" if batch_size >= LEAST_TO_SHARE else f"sharing does not pay below {LEAST_TO_SHARE:,} rows per batch"


def sum_pairs(rows: Sequence[Tensor]) -> Tensor:
    """Return the sum of 1, 2, 4, ... tensors: that of two, of two such sums, and so on, whoever adds up some of them.

    Examples
    --------
    >>> sum_pairs([torch.tensor(2.0**i) for i in range(8)])
    tensor(255.)
    """
    while len(rows) > 1:
        rows = [first + second for first, second in zip(rows[::2], rows[1::2], strict=True)]
    return rows[0]


class ShardedStep(Step):
    """The mean of gradients of `SHARDS` shards of each batch, so that no bit depends on who computes which.

    Shard i has rows i, i + 8, ... of the batch, so that the shares at the head of each shard, of which a gradient
    penalty is taken, are the head of the batch.

    Parameters
    ----------
    generator, critic, objective
        What `ExplicitStep` serves.
    group : Gathers
        Who has which shards; all have the same batches.
    """

    differentiates = False

    def __init__(
        self,
        generator: nn.Module,
        critic: nn.Module,
        objective: Objective,
        batch_size: int,
        n_critic: int,
        group: Gathers,
    ) -> None:
        flat = FlatParameters(generator), FlatParameters(critic)
        super().__init__(generator, critic, objective, flat)
        sizes = [len(range(shard, batch_size, SHARDS)) for shard in group.own]
        step: Any = ExplicitStep
        self.steps = [step(generator, critic, objective, size, n_critic, flat) for size in sizes]
        self.shares = [size / batch_size for size in sizes]
        self.group, self.n_critic = group, n_critic
        self.losses = self.critic_parameters.flat.new_zeros(2)

    def begin(self, real: Tensor, latent: Tensor, uniform: Tensor) -> None:
        for shard, step in zip(self.group.own, self.steps, strict=True):
            rows = slice(shard, None, SHARDS)
            step.begin(real[:, rows], latent[:, rows], uniform[:, :, rows])

    def critic_gradients(self, k: int) -> None:
        grad, rows = self.critic_parameters.grad, []
        for share, step in zip(self.shares, self.steps, strict=True):
            step.critic_gradients(k)
            losses = torch.stack(step.critic_losses()) if k == self.n_critic - 1 else self.losses
            rows.append(torch.cat([grad, losses]).mul_(share))
        total = sum_pairs(self.group.gather(sum_pairs(rows)))
        grad.copy_(total[:-2])
        self.losses.copy_(total[-2:])

    def critic_losses(self) -> CriticLoss:
        return CriticLoss(*self.losses)

    def generator_gradients(self) -> None:
        grad, rows = self.generator_parameters.grad, []
        for share, step in zip(self.shares, self.steps, strict=True):
            step.generator_gradients()
            rows.append(grad * share)
        grad.copy_(sum_pairs(self.group.gather(sum_pairs(rows))))

    def generator_loss(self) -> Tensor:
        """The loss of this process' own shards, as nothing is made of it that others would have to know, too."""
        losses = [step.generator_loss() * share for share, step in zip(self.shares, self.steps, strict=True)]
        return torch.stack(losses).sum() / sum(self.shares)
