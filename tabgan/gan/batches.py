"""Batches of training rows, epoch after epoch."""

from __future__ import annotations

import torch
from torch import Tensor


class Batches:
    """Rows in shuffled order; no row comes twice in an epoch.

    Parameters
    ----------
    rows : Tensor of shape (n_samples, n_columns)
    batch_size : int
        At most n_samples. Rows left over at the end of an epoch, too few for a batch, wait for the next one.
    rng : torch.Generator
        Draws the order; on the device of `rows`.
    """

    def __init__(self, rows: Tensor, batch_size: int, rng: torch.Generator) -> None:
        self.rows, self.batch_size, self.rng = rows, batch_size, rng
        self.order = torch.empty(0, dtype=torch.long, device=rows.device)

    def draw(self) -> Tensor:
        """Return the next batch, of shape (batch_size, n_columns)."""
        if len(self.order) < self.batch_size:
            self.order = torch.randperm(len(self.rows), generator=self.rng, device=self.rows.device)
        chosen, self.order = self.order[: self.batch_size], self.order[self.batch_size :]
        return self.rows[chosen]
