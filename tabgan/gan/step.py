"""From a batch to gradients, in one flat tensor per network."""

from __future__ import annotations

from typing import ClassVar, Protocol

from torch import Tensor, nn

from tabgan.gan.autograd import AutogradStep
from tabgan.gan.explicit import ExplicitStep, are_mlps
from tabgan.gan.networks import FlatParameters
from tabgan.gan.objectives import CriticLoss, Objective, ScoreObjective


class Step(Protocol):
    """Turns rows, latents and random numbers into gradients of the two networks.

    The generator does not change before the last step of an iteration, so all its rows are made at once.
    """

    differentiates: ClassVar[bool]
    """Whether it needs torch to keep track of operations; if not, each of them is a little cheaper."""

    @property
    def is_custom(self) -> bool:
        """Whether a network is the user's, and may draw from torch's global generators and do what no graph repeats."""
        ...

    @property
    def generator(self) -> nn.Module: ...

    @property
    def critic(self) -> nn.Module: ...

    @property
    def objective(self) -> Objective: ...

    @property
    def generator_parameters(self) -> FlatParameters: ...

    @property
    def critic_parameters(self) -> FlatParameters: ...

    def begin(self, real: Tensor, latent: Tensor, uniform: Tensor) -> None:
        """Take what an iteration needs.

        Parameters
        ----------
        real : Tensor of shape (n_critic, batch_size, n_columns)
        latent : Tensor of shape (n_critic + 1, batch_size, n_latents)
            The last are for the generator's own step.
        uniform : Tensor of shape (n_critic, n_uniform, batch_size, 1)
            The objective's random numbers.
        """
        ...

    def critic_gradients(self, k: int) -> None:
        """Fill the critic's gradients from its batch k."""
        ...

    def critic_losses(self) -> CriticLoss:
        """Return the losses of the latest `critic_gradients`, detached; ask before `generator_gradients`."""
        ...

    def generator_gradients(self) -> None:
        """Fill the generator's gradients. The critic's may be spoilt on the way."""
        ...


def make_step(generator: nn.Module, critic: nn.Module, objective: Objective, batch_size: int, n_critic: int) -> Step:
    """Return the fastest step that serves these networks and this objective."""
    if isinstance(objective, ScoreObjective) and are_mlps(generator, critic):
        return ExplicitStep(generator, critic, objective, batch_size, n_critic)  # type: ignore[arg-type]
    return AutogradStep(generator, critic, objective)
