"""From a batch to gradients, in one flat tensor per network."""

from __future__ import annotations

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
    rng : torch.Generator
        Draws what the objective needs.
    """

    def __init__(self, generator: nn.Module, critic: nn.Module, objective: Objective, rng: torch.Generator) -> None:
        self.generator, self.critic, self.objective, self.rng = generator, critic, objective, rng
        self.generator_parameters = FlatParameters(generator)
        self.critic_parameters = FlatParameters(critic)

    def critic_gradients(self, real: Tensor, latent: Tensor) -> CriticLoss:
        """Fill the critic's gradients from real rows and as many latents; return its losses, detached."""
        with torch.no_grad():
            fake = self.generator(latent)
        self.critic_parameters.zero_grad()
        loss = self.objective.critic_loss(self.critic, real, fake, self.rng)
        loss.total.backward()
        return CriticLoss(loss.total.detach(), loss.unregularized.detach())

    def generator_gradients(self, latent: Tensor) -> None:
        """Fill the generator's gradients. The critic's are spoilt on the way; `critic_gradients` starts from zero."""
        self.generator_parameters.zero_grad()
        self.objective.generator_loss(self.critic, self.generator(latent)).backward()
