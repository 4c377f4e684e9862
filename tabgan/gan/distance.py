"""How far generated rows are from training rows, in one fast number."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

MOST_ROWS = 2000
PROJECTIONS = 64


class SlicedWasserstein:
    """The mean Wasserstein-1 distance between projections of two tables on random directions.

    Rabin et al. 2012; for equally many rows the distance on a line is the mean difference of the sorted values. Rows,
    latents and directions are drawn once, so that two measurements differ by the generator alone.

    Parameters
    ----------
    rows : Tensor of shape (n_samples, n_columns)
        The table to compare with; of more than 2,000 rows a random choice is taken.
    latent_dim : int
    rng : torch.Generator
        Draws the choice, the latents and the directions; on the device of `rows`.
    """

    def __init__(self, rows: Tensor, latent_dim: int, rng: torch.Generator) -> None:
        like: dict[str, Any] = {"generator": rng, "device": rows.device, "dtype": rows.dtype}
        chosen = rows[torch.randperm(len(rows), generator=rng, device=rows.device)[:MOST_ROWS]]
        directions = torch.randn(rows.shape[1], PROJECTIONS, **like)
        self.directions = directions / directions.norm(dim=0)
        self.latent = torch.randn(len(chosen), latent_dim, **like)
        self.real = (chosen @ self.directions).sort(dim=0).values

    @torch.no_grad()
    def measure(self, generator: nn.Module) -> float:
        """Return the distance of the generator's rows."""
        fake = (generator(self.latent) @ self.directions).sort(dim=0).values
        return float((fake - self.real).abs().mean())
