"""What the critic and the generator minimise. An objective is a value; the trainer never asks which one it has.

Any class with the methods of `Objective` will do, by automatic differentiation. Losses of scores alone, with or without
gradient penalty, that also know their slopes are a `ScoreObjective`, and need none.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from tabgan.gan.networks import FlatParameters
from tabgan.gan.optimizers import Adam, Optimizer, RMSprop

Critic = Callable[[Tensor], Tensor]


class CriticLoss(NamedTuple):
    """What the critic minimises, with and without its penalty: MATLAB's ``lossD`` and ``lossDUnregularized``."""

    total: Tensor
    unregularized: Tensor


class Objective(Protocol):
    """What training needs of an objective."""

    @property
    def n_uniform(self) -> int:
        """How many uniform random numbers the critic's loss needs for each row of the batch."""
        ...

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, uniform: Tensor) -> CriticLoss:
        """Return the critic's loss on rows of shape (batch_size, n_columns); `uniform` (n_uniform, batch_size, 1)."""
        ...

    def generator_loss(self, critic: Critic, fake: Tensor) -> Tensor:
        """Return the generator's loss on rows of shape (batch_size, n_columns), a scalar."""
        ...

    def after_critic_step(self, parameters: Tensor) -> None:
        """Change the critic's flat parameters in place after each of its steps, or do nothing."""
        ...

    def optimizer(self, parameters: FlatParameters, betas: tuple[float, float]) -> Optimizer:
        """Return the optimizer that the objective's paper uses."""
        ...


def gradient_penalty(critic: Critic, points: Tensor) -> Tensor:
    """Return mean (|dD/dx| - 1)^2 over `points`, of shape (batch_size, n_columns), one norm per row."""
    points = points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    return ((gradient.norm(2, dim=1) - 1) ** 2).mean()


class ScoreObjective(ABC):
    """An objective that is a function of the critic's scores, plus `gp_weight` times the gradient penalty.

    The critic's scores have shape (2, batch_size, 1): of real rows, and of generated ones. The generator's have shape
    (batch_size, 1).
    """

    n_uniform: ClassVar[int] = 0
    gp_weight: float = 0.0
    gp_share: float = 1.0

    def count_points(self, batch_size: int) -> int:
        """Return at how many points the gradient penalty is taken."""
        return math.ceil(self.gp_share * batch_size) if self.gp_weight else 0

    @abstractmethod
    def score_loss(self, scores: Tensor, uniform: Tensor) -> Tensor:
        """Return the critic's loss without penalty."""

    @abstractmethod
    def score_slopes(self, scores: Tensor, uniform: Tensor, out: Tensor) -> None:
        """Write the derivative of `score_loss` by each score into `out`."""

    @abstractmethod
    def generator_score_loss(self, scores: Tensor) -> Tensor:
        """Return the generator's loss."""

    @abstractmethod
    def generator_slopes(self, scores: Tensor, out: Tensor) -> None:
        """Write the derivative of `generator_score_loss` by each score into `out`."""

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, uniform: Tensor) -> CriticLoss:
        loss = self.score_loss(critic(torch.cat([real, fake])).unflatten(0, (2, -1)), uniform)
        if not self.gp_weight:
            return CriticLoss(loss, loss)
        n = self.count_points(len(real))
        penalty = gradient_penalty(critic, torch.lerp(fake[:n], real[:n], uniform[0, :n]))
        return CriticLoss(loss + self.gp_weight * penalty, loss)

    def generator_loss(self, critic: Critic, fake: Tensor) -> Tensor:
        return self.generator_score_loss(critic(fake))

    def after_critic_step(self, parameters: Tensor) -> None:  # noqa: B027 - most have nothing to do
        """Change the critic's flat parameters in place after each of its steps; here, do nothing."""

    def optimizer(self, parameters: FlatParameters, betas: tuple[float, float]) -> Optimizer:
        return Adam(parameters, betas)


class _Wasserstein(ScoreObjective):
    """The critic minimises mean D(fake) - mean D(real), the generator - mean D(fake)."""

    def score_loss(self, scores: Tensor, uniform: Tensor) -> Tensor:
        return (scores[1] - scores[0]).mean()

    def score_slopes(self, scores: Tensor, uniform: Tensor, out: Tensor) -> None:
        out[0].fill_(-1 / scores.shape[1])
        out[1].fill_(1 / scores.shape[1])

    def generator_score_loss(self, scores: Tensor) -> Tensor:
        return -scores.mean()

    def generator_slopes(self, scores: Tensor, out: Tensor) -> None:
        out.fill_(-1 / len(scores))


@dataclass(frozen=True)
class WGANGP(_Wasserstein):
    """Wasserstein GAN with gradient penalty (Gulrajani et al. 2017, arXiv 1704.00028, equation 3).

    The critic minimises mean D(fake) - mean D(real) + gp_weight * mean (|dD/dx_hat| - 1)^2, where x_hat lies at random
    between a real and a generated row; the generator minimises - mean D(fake). Adam. With `gp_share` below 1 the
    penalty's mean is taken over that share of the batch: an estimate of the same, noisier and cheaper.
    """

    gp_weight: float = 10.0
    gp_share: float = 1.0
    n_uniform: ClassVar[int] = 1


@dataclass(frozen=True)
class WGANClip(_Wasserstein):
    """Wasserstein GAN with weight clipping (Arjovsky, Chintala, Bottou 2017, arXiv 1701.07875, algorithm 1).

    As `WGANGP` without the penalty; instead every weight of the critic is held within [-clip, clip] after each of its
    steps. RMSprop; no sigmoid, no logarithm.
    """

    clip: float = 0.01

    def after_critic_step(self, parameters: Tensor) -> None:
        parameters.clamp_(-self.clip, self.clip)

    def optimizer(self, parameters: FlatParameters, betas: tuple[float, float]) -> Optimizer:
        return RMSprop(parameters)


@dataclass(frozen=True)
class VanillaGAN(ScoreObjective):
    """The first GAN (Goodfellow et al. 2014, arXiv 1406.2661), with one-sided label smoothing and label flips.

    The critic's output is a logit. It minimises binary cross-entropy with labels of real rows uniform in [1 -
    label_smoothing, 1] and of generated rows 0; with probability label_flip a row gets the label of the other kind. The
    generator minimises -log D(fake), the non-saturating form. AdamW.
    """

    label_smoothing: float = 0.1
    label_flip: float = 0.05
    weight_decay: float = 1e-6
    n_uniform: ClassVar[int] = 3

    def labels(self, uniform: Tensor) -> Tensor:
        """Return the labels of real, then generated rows."""
        smooth, flip_real, flip_fake = uniform
        ones = 1 - self.label_smoothing * smooth
        return torch.stack([ones * (flip_real >= self.label_flip), ones * (flip_fake < self.label_flip)])

    def score_loss(self, scores: Tensor, uniform: Tensor) -> Tensor:
        return 2 * binary_cross_entropy_with_logits(scores, self.labels(uniform))  # the sum of the two means

    def score_slopes(self, scores: Tensor, uniform: Tensor, out: Tensor) -> None:
        torch.sub(scores.sigmoid(), self.labels(uniform), out=out).div_(scores.shape[1])

    def generator_score_loss(self, scores: Tensor) -> Tensor:
        return binary_cross_entropy_with_logits(scores, torch.ones_like(scores))

    def generator_slopes(self, scores: Tensor, out: Tensor) -> None:
        torch.sub(scores.sigmoid(), 1, out=out).div_(len(scores))

    def optimizer(self, parameters: FlatParameters, betas: tuple[float, float]) -> Optimizer:
        return Adam(parameters, betas, self.weight_decay)
