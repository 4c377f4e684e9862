"""How far generated rows are from real ones, and which generator came closest."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tabgan.gan.batches import Show
from tabgan.gan.device import repeatable
from tabgan.gan.networks import other_tensors

MOST_ROWS = 2000
PROJECTIONS = 64
BOOTSTRAPS = 64


class SlicedWasserstein:
    """The mean Wasserstein-1 distance between projections of two tables on random directions.

    Rabin et al. 2012; for equally many rows the distance on a line is the mean difference of the sorted values, and a
    table that is repeated is the same distribution. Rows, latents and directions are drawn once, so that two
    measurements differ by the generator alone. Of more than 2,000 rows a random choice is taken; fewer are repeated as
    often as 2,000 have room for them, and as many rows are generated. `given` and `show` are those of `Batches`.

    Attributes
    ----------
    floor, noise : float
        Mean and standard deviation of the distance between `rows` and rows drawn from them with replacement: what a
        perfect generator's distance would be, and how much of any distance is the chance of which rows were at hand.
    """

    def __init__(
        self,
        rows: Tensor,
        n_latents: int,
        rng: torch.Generator,
        given: tuple[slice, slice] | None = None,
        show: Show | None = None,
    ) -> None:
        like: dict[str, Any] = {"generator": rng, "device": rows.device, "dtype": rows.dtype}
        chosen = rows[torch.randperm(len(rows), generator=rng, device=rows.device)[:MOST_ROWS]]
        chosen = show(chosen) if show else chosen
        directions = torch.randn(PROJECTIONS, chosen.shape[1], **like)
        self.directions = directions / directions.norm(dim=1, keepdim=True)
        times = MOST_ROWS // len(chosen)
        self.latent = torch.randn(len(chosen) * times, n_latents, **like)
        if given:
            columns, places = given
            self.latent[:, places] = chosen[:, columns].repeat(times, 1)
        real = self.project(chosen)
        again = torch.randint(len(chosen), (BOOTSTRAPS, len(chosen)), generator=rng, device=rows.device)
        distances = [np.abs(self.project(chosen[rows_again]) - real).mean() for rows_again in again]
        spread = (1 + 1 / times) ** 0.5  # generated rows are a sample too, `times` as large
        self.floor, self.noise = spread * float(np.mean(distances)), spread * float(np.std(distances))
        self.real = np.repeat(real, times, axis=1)

    def project(self, rows: Tensor) -> NDArray[np.floating]:
        """Return the rows' projections in order, of shape (n_directions, n_samples). numpy sorts them much faster."""
        return np.sort((self.directions @ rows.T).cpu().numpy(), axis=1)

    @torch.no_grad()
    def measure(self, generator: nn.Module) -> float:
        """Return the distance of the generator's rows."""
        with repeatable(0, self.latent.device):
            rows = generator(self.latent)
        return float(np.abs(self.project(rows) - self.real).mean())


class Monitor:
    """Measures a generator every so often and keeps the best: of those that chance does not tell apart, the latest.

    Attributes
    ----------
    checks : list of (int, float)
        Iterations, and the distances of the generator then.
    best : Tensor of shape (n_parameters,)
        The parameters at the latest check whose distance is within the noise of the smallest up to then.
    best_others : dict of Tensor
        The generator's buffers then. A moving average of parameters goes with the buffers of the latest ones.
    best_iteration : int
        When that was; 0 when nothing was measured.
    """

    def __init__(self, distance: SlicedWasserstein, generator: nn.Module, parameters: Tensor) -> None:
        self.distance, self.generator, self.parameters = distance, generator, parameters
        self.checks: list[tuple[int, float]] = []
        self.best, self.best_iteration = parameters.clone(), 0
        self.best_others = self._copy_others()

    def check(self, iteration: int, candidate: Tensor) -> bool:
        """Measure the generator with other parameters than its own; return whether its rows are finite."""
        own = self.parameters.clone()
        self.parameters.copy_(candidate)
        distance = self.distance.measure(self.generator.eval())
        self.generator.train()
        self.parameters.copy_(own)
        if not np.isfinite(distance):
            return False
        if distance <= min((d for _, d in self.checks), default=np.inf) + self.distance.noise:
            self.best.copy_(candidate)
            self.best_others = self._copy_others()
            self.best_iteration = iteration
        self.checks.append((iteration, distance))
        return True

    def _copy_others(self) -> dict[str, Tensor]:
        return {name: tensor.clone() for name, tensor in other_tensors(self.generator).items()}

    def restore(self) -> None:
        """Give the generator the best parameters, and the buffers that it had then."""
        self.parameters.copy_(self.best)
        for name, tensor in other_tensors(self.generator).items():
            tensor.copy_(self.best_others[name])

    @property
    def since_best(self) -> int:
        """Checks since the smallest distance."""
        distances = [d for _, d in self.checks]
        return len(distances) - 1 - int(np.argmin(distances)) if distances else 0
