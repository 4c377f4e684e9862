"""The training loop: critic steps, a generator step, an average; and the best generator so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tabgan.gan.batches import Batches
from tabgan.gan.distance import SlicedWasserstein
from tabgan.gan.history import History, Status
from tabgan.gan.step import AutogradStep

LOG_EVERY = 50  # iterations between two looks at losses and rows, each of which waits for the device
TELL_EVERY = 0.2  # seconds between two reports
LEAST_RATE = 0.02  # of the learning rate, at the end of its decay

Report = Callable[[int, float, float], None]
"""Called with iteration, critic loss and unregularized loss."""


@dataclass(frozen=True)
class TrainingOptions:
    """How long and how fast; the names are those of `WGANGPSynthesizer`."""

    iterations: int
    batch_size: int
    n_critic: int
    latent_dim: int
    critic_lr: float
    generator_lr: float
    betas: tuple[float, float]
    lr_decay: bool
    ema_decay: float


class Trainer:
    """Trains a generator against a critic on rows in memory.

    Parameters
    ----------
    step : AutogradStep
        The two networks and their gradients.
    rows : Tensor of shape (n_samples, n_columns)
        Encoded training rows on the networks' device.
    options : TrainingOptions
    rng : torch.Generator
        Every random number comes from it; on the same device.

    Attributes
    ----------
    average : Tensor of shape (n_parameters,)
        Exponential moving average of the generator's parameters.
    best : Tensor of shape (n_parameters,)
        The average at the check with the smallest distance to the training rows.
    """

    def __init__(self, step: AutogradStep, rows: Tensor, options: TrainingOptions, rng: torch.Generator) -> None:
        self.step, self.options, self.rng = step, options, rng
        self.batches = Batches(rows, options.batch_size, rng)
        self.critic_optimizer = step.objective.optimizer(step.critic_parameters.value, options.critic_lr, options.betas)
        self.generator_optimizer = step.objective.optimizer(
            step.generator_parameters.value, options.generator_lr, options.betas
        )
        self.average = step.generator_parameters.value.detach().clone()
        self.best = self.average.clone()
        self.distance = SlicedWasserstein(rows, options.latent_dim, rng)
        self.losses = torch.empty(options.iterations, 2, device=rows.device)
        self.checks: list[tuple[int, float]] = []
        self.told = 0.0

    def run(self, report: Report | None = None) -> History:
        """Train until done, until losses or generated rows are not finite, or until interrupted from the keyboard.

        An interruption before the first iteration is complete is passed on: there is nothing to keep.
        """
        start = time.monotonic()
        done = 0
        status: Status = "finished"
        try:
            for iteration in range(1, self.options.iterations + 1):
                self.run_iteration(iteration)
                done = iteration
                self.tell(done, report)
                time_to_look = done % LOG_EVERY == 0 or done == self.options.iterations
                if time_to_look and not self.look(done):
                    status = "diverged"
                    break
        except KeyboardInterrupt:
            if not done:
                raise
            status = "interrupted" if self.look(done) else "diverged"
        losses = self.losses[:done].cpu().numpy().astype(np.float64)
        checks = np.array(self.checks, dtype=np.float64).reshape(-1, 2)
        return History(losses[:, 0], losses[:, 1], checks, status, time.monotonic() - start)

    def run_iteration(self, iteration: int) -> None:
        """`n_critic` critic steps, one generator step, and the average."""
        for _ in range(self.options.n_critic):
            self.critic_step(iteration)
        self.generator_step(iteration)

    def critic_step(self, iteration: int) -> None:
        real = self.batches.draw()
        loss = self.step.critic_gradients(real, self.latent())
        self.losses[iteration - 1, 0], self.losses[iteration - 1, 1] = loss
        self.descend(self.critic_optimizer, self.options.critic_lr, iteration)
        self.step.objective.after_critic_step(self.step.critic_parameters.value.detach())

    def generator_step(self, iteration: int) -> None:
        self.step.generator_gradients(self.latent())
        self.descend(self.generator_optimizer, self.options.generator_lr, iteration)
        decay = min(self.options.ema_decay, iteration / (9 + iteration))  # short at first, to forget the start
        self.average.lerp_(self.step.generator_parameters.value.detach(), 1 - decay)

    def latent(self) -> Tensor:
        rows = self.batches.rows
        size = (self.batches.batch_size, self.options.latent_dim)
        return torch.randn(size, generator=self.rng, device=rows.device, dtype=rows.dtype)

    def descend(self, optimizer: torch.optim.Optimizer, lr: float, iteration: int) -> None:
        """One optimizer step at the rate of this iteration."""
        left = 1 - (iteration - 1) / self.options.iterations
        optimizer.param_groups[0]["lr"] = lr * max(left, LEAST_RATE) if self.options.lr_decay else lr
        optimizer.step()

    def tell(self, iteration: int, report: Report | None) -> None:
        """Report the losses, but not more often than a person can read them: it waits for the device."""
        now = time.monotonic()
        if report and (now - self.told > TELL_EVERY or iteration == self.options.iterations):
            self.told = now
            report(iteration, *self.losses[iteration - 1].tolist())

    def look(self, iteration: int) -> bool:
        """Return whether the losses since the last look are finite, and the generator's rows too; check these."""
        latest = self.losses[:iteration][-LOG_EVERY:]
        return bool(torch.isfinite(latest).all()) and self.check(iteration)

    def check(self, iteration: int) -> bool:
        """Measure the average generator against the training rows; keep it when it is the best so far.

        Return whether its rows are finite.
        """
        current = self.step.generator_parameters.value.detach()
        latest = current.clone()
        current.copy_(self.average)
        distance = self.distance.measure(self.step.generator)
        current.copy_(latest)
        if not np.isfinite(distance):
            return False
        if distance < min((d for _, d in self.checks), default=np.inf):
            self.best.copy_(self.average)
        self.checks.append((iteration, distance))
        return True
