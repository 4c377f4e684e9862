"""What the critic and the generator minimise. An objective is a value; the trainer never asks which one it has.

Adding an objective is one class with the four methods of `Objective`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

Critic = Callable[[Tensor], Tensor]


class CriticLoss(NamedTuple):
    """What the critic minimises, with and without its penalty: MATLAB's ``lossD`` and ``lossDUnregularized``."""

    total: Tensor
    unregularized: Tensor


class Objective(Protocol):
    """What a trainer needs of an objective."""

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, rng: torch.Generator) -> CriticLoss:
        """Return the critic's loss on real and generated rows, each of shape (batch_size, n_columns)."""
        ...

    def generator_loss(self, critic: Critic, fake: Tensor) -> Tensor:
        """Return the generator's loss on rows of shape (batch_size, n_columns), a scalar."""
        ...

    def after_critic_step(self, parameters: Tensor) -> None:
        """Change the critic's flat parameters in place after each of its steps, or do nothing."""
        ...

    def optimizer(self, parameters: nn.Parameter, lr: float, betas: tuple[float, float]) -> torch.optim.Optimizer:
        """Return the optimizer that the objective's paper uses."""
        ...


def score_gap(critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
    """Return mean D(fake) - mean D(real). Minus this is the critic's estimate of the Wasserstein-1 distance."""
    scores = critic(torch.cat([real, fake]))
    return scores[len(real) :].mean() - scores[: len(real)].mean()


def gradient_penalty(critic: Critic, points: Tensor) -> Tensor:
    """Return mean (|dD/dx| - 1)^2 over `points`, of shape (batch_size, n_columns), one norm per row."""
    points = points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    return ((gradient.norm(2, dim=1) - 1) ** 2).mean()


@dataclass(frozen=True)
class WGANGP:
    """Wasserstein GAN with gradient penalty (Gulrajani et al. 2017, arXiv 1704.00028, equation 3).

    The critic minimises mean D(fake) - mean D(real) + gp_weight * mean (|dD/dx_hat| - 1)^2, where x_hat lies at random
    between a real and a generated row; the generator minimises - mean D(fake). Adam.
    """

    gp_weight: float = 10.0

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, rng: torch.Generator) -> CriticLoss:
        gap = score_gap(critic, real, fake)
        share = torch.rand(len(real), 1, generator=rng, device=real.device, dtype=real.dtype)
        penalty = gradient_penalty(critic, torch.lerp(fake, real, share))
        return CriticLoss(gap + self.gp_weight * penalty, gap)

    def generator_loss(self, critic: Critic, fake: Tensor) -> Tensor:
        return -critic(fake).mean()

    def after_critic_step(self, parameters: Tensor) -> None:
        pass

    def optimizer(self, parameters: nn.Parameter, lr: float, betas: tuple[float, float]) -> torch.optim.Optimizer:
        return torch.optim.Adam([parameters], lr=lr, betas=betas, fused=parameters.device.type != "mps")


@dataclass(frozen=True)
class WGANClip:
    """Wasserstein GAN with weight clipping (Arjovsky, Chintala, Bottou 2017, arXiv 1701.07875, algorithm 1).

    As `WGANGP` without the penalty; instead every weight of the critic is held within [-clip, clip] after each of its
    steps. RMSprop; no sigmoid, no logarithm.
    """

    clip: float = 0.01

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, rng: torch.Generator) -> CriticLoss:
        gap = score_gap(critic, real, fake)
        return CriticLoss(gap, gap)

    def generator_loss(self, critic: Critic, fake: Tensor) -> Tensor:
        return -critic(fake).mean()

    def after_critic_step(self, parameters: Tensor) -> None:
        parameters.clamp_(-self.clip, self.clip)

    def optimizer(self, parameters: nn.Parameter, lr: float, betas: tuple[float, float]) -> torch.optim.Optimizer:
        return torch.optim.RMSprop([parameters], lr=lr)


@dataclass(frozen=True)
class VanillaGAN:
    """The first GAN (Goodfellow et al. 2014, arXiv 1406.2661), with one-sided label smoothing and label flips.

    The critic's output is a logit. It minimises binary cross-entropy with labels of real rows uniform in [1 -
    label_smoothing, 1] and of generated rows 0; with probability label_flip a row gets the label of the other kind. The
    generator minimises -log D(fake), the non-saturating form. AdamW.
    """

    label_smoothing: float = 0.1
    label_flip: float = 0.05
    weight_decay: float = 1e-6

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, rng: torch.Generator) -> CriticLoss:
        smooth, flip_real, flip_fake = torch.rand(3, len(real), 1, generator=rng, device=real.device, dtype=real.dtype)
        ones = 1 - self.label_smoothing * smooth
        real_labels = torch.where(flip_real < self.label_flip, torch.zeros_like(ones), ones)
        fake_labels = torch.where(flip_fake < self.label_flip, ones, torch.zeros_like(ones))
        scores = critic(torch.cat([real, fake]))
        loss = 2 * binary_cross_entropy_with_logits(
            scores, torch.cat([real_labels, fake_labels])
        )  # the sum of the two means
        return CriticLoss(loss, loss)

    def generator_loss(self, critic: Critic, fake: Tensor) -> Tensor:
        scores = critic(fake)
        return binary_cross_entropy_with_logits(scores, torch.ones_like(scores))

    def after_critic_step(self, parameters: Tensor) -> None:
        pass

    def optimizer(self, parameters: nn.Parameter, lr: float, betas: tuple[float, float]) -> torch.optim.Optimizer:
        fused = parameters.device.type != "mps"
        return torch.optim.AdamW([parameters], lr=lr, betas=betas, weight_decay=self.weight_decay, fused=fused)
