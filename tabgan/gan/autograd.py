"""Gradients by automatic differentiation."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from tabgan.gan.custom import is_custom
from tabgan.gan.networks import FlatParameters
from tabgan.gan.objectives import CriticLoss, Objective


class AutogradStep:
    """Gradients by automatic differentiation: for any pair of networks and any objective.

    Parameters
    ----------
    generator, critic : nn.Module
        Maps latents to rows, and rows to one score each. Their parameters become views of `generator_parameters` and
        `critic_parameters`.
    objective : Objective
        What the two minimise.

    Notes
    -----
    The methods are those of `Step`. Each batch goes through custom networks by itself, as a batch norm asks for.
    """

    differentiates: ClassVar[bool] = True

    def __init__(self, generator: nn.Module, critic: nn.Module, objective: Objective) -> None:
        self.generator, self.critic, self.objective = generator.train(), critic.train(), objective
        self.is_custom = is_custom(generator) or is_custom(critic)
        self.generator_parameters, self.critic_parameters = FlatParameters(generator), FlatParameters(critic)

    def begin(self, real: Tensor, latent: Tensor, uniform: Tensor) -> None:
        with torch.no_grad():
            fake = [self.generator(batch) for batch in latent[:-1]]
        self.batches = list(zip(real, fake, uniform, strict=True))
        self.last_latent = latent[-1]

    def critic_gradients(self, k: int) -> None:
        self.critic_parameters.grad.zero_()
        self.loss = self.objective.critic_loss(self.score, *self.batches[k])
        self.loss.total.backward()

    def score(self, rows: Tensor) -> Tensor:
        """Return the critic's scores, of real rows and of the generated ones that stand below them."""
        return torch.cat([self.critic(half) for half in rows.chunk(2)]) if self.is_custom else self.critic(rows)

    def critic_losses(self) -> CriticLoss:
        return CriticLoss(self.loss.total.detach(), self.loss.unregularized.detach())

    def generator_gradients(self) -> None:
        self.generator_parameters.grad.zero_()
        self.objective.generator_loss(self.critic, self.generator(self.last_latent)).backward()
