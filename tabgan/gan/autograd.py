"""Gradients by automatic differentiation."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

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
    The methods are those of `Step`. Networks must have no state but their parameters: the averages of a batch norm
    would be missing in checkpoints.
    """

    differentiates: ClassVar[bool] = True

    def __init__(self, generator: nn.Module, critic: nn.Module, objective: Objective) -> None:
        self.generator, self.critic, self.objective = generator, critic, objective
        self.generator_parameters, self.critic_parameters = FlatParameters(generator), FlatParameters(critic)

    def begin(self, real: Tensor, latent: Tensor, uniform: Tensor) -> None:
        with torch.no_grad():
            fake = self.generator(latent[:-1].flatten(0, 1)).view_as(real)
        self.batches = list(zip(real, fake, uniform, strict=True))
        self.last_latent = latent[-1]

    def critic_gradients(self, k: int) -> None:
        self.critic_parameters.grad.zero_()
        self.loss = self.objective.critic_loss(self.critic, *self.batches[k])
        self.loss.total.backward()

    def critic_losses(self) -> CriticLoss:
        return CriticLoss(self.loss.total.detach(), self.loss.unregularized.detach())

    def generator_gradients(self) -> None:
        self.generator_parameters.grad.zero_()
        self.objective.generator_loss(self.critic, self.generator(self.last_latent)).backward()
