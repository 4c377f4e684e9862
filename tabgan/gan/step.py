"""From a batch to gradients, in one flat tensor per network: in general, and by automatic differentiation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor, nn

from tabgan.gan.custom import is_custom
from tabgan.gan.networks import FlatParameters
from tabgan.gan.objectives import CriticLoss, Objective


class Step(ABC):
    """Turns rows, latents and random numbers into gradients of the two networks.

    The generator does not change before the last step of an iteration, so all its rows are made at once. The networks'
    parameters become views of `generator_parameters` and `critic_parameters`; steps of the same networks share these,
    as `flat`. `is_custom` says whether a network is the user's, and may draw from torch's global generators and do what
    no graph repeats.
    """

    differentiates: ClassVar[bool]
    """Whether it needs torch to keep track of operations; if not, each of them is a little cheaper."""

    def __init__(
        self,
        generator: nn.Module,
        critic: nn.Module,
        objective: Objective,
        flat: tuple[FlatParameters, FlatParameters] | None = None,
    ) -> None:
        self.generator, self.critic, self.objective = generator.train(), critic.train(), objective
        self.is_custom = is_custom(generator) or is_custom(critic)
        flat = flat or (FlatParameters(generator), FlatParameters(critic))
        self.generator_parameters, self.critic_parameters = flat

    @abstractmethod
    def begin(self, real: Tensor, latent: Tensor, uniform: Tensor) -> None:
        """Take what an iteration needs, of the shapes of a `BatchSource`."""

    @abstractmethod
    def critic_gradients(self, k: int) -> None:
        """Fill the critic's gradients from its batch k."""

    @abstractmethod
    def critic_losses(self) -> CriticLoss:
        """Return the losses of the latest `critic_gradients`, detached; ask before `generator_gradients`."""

    @abstractmethod
    def generator_gradients(self) -> None:
        """Fill the generator's gradients. The critic's may be spoilt on the way."""

    @abstractmethod
    def generator_loss(self) -> Tensor:
        """Return the loss of the latest `generator_gradients`, detached; ask before the next iteration."""


class AutogradStep(Step):
    """Gradients by automatic differentiation: for any pair of networks and any objective.

    Each batch goes through custom networks by itself, as a batch norm asks for.
    """

    differentiates = True

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
        loss = self.objective.generator_loss(self.critic, self.generator(self.last_latent))
        loss.backward()
        self.generators_loss = loss.detach()

    def generator_loss(self) -> Tensor:
        return self.generators_loss
