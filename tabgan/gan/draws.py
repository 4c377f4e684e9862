"""The random choices of an iteration: rows, latents and what the objective needs."""

from __future__ import annotations

import torch
from torch import Tensor


class Draws:
    """Draws everything for one iteration at once, into tensors that stay where they are.

    Parameters
    ----------
    rows : Tensor of shape (n_samples, n_columns)
    batch_size : int
        Rows in a batch. They are drawn with replacement, unless a batch is the whole table: then it is just that.
    n_critic, n_latents, n_uniform : int
        Batches in an iteration, the generator's own not counted; numbers that a row is made from; uniform numbers per
        row and batch.
    given : (slice, slice) or None
        Columns of a row that the generator is given, and where they stand among the latents.
    rng : torch.Generator
        On the device of `rows`.

    Attributes
    ----------
    real : Tensor of shape (n_critic, batch_size, n_columns)
    latent : Tensor of shape (n_critic + 1, batch_size, n_latents)
        Normal; what is given is that of the real rows, and for the generator's own batch of the first of these.
    uniform : Tensor of shape (n_critic, n_uniform, batch_size, 1)
    """

    def __init__(
        self,
        rows: Tensor,
        batch_size: int,
        n_critic: int,
        n_latents: int,
        n_uniform: int,
        rng: torch.Generator,
        given: tuple[slice, slice] | None = None,
    ) -> None:
        self.rows, self.rng, self.given = rows, rng, given
        self.whole = batch_size == len(rows)
        self.chosen = torch.zeros(n_critic * batch_size, dtype=torch.long, device=rows.device)
        self.real = rows.repeat(n_critic, 1, 1) if self.whole else rows.new_empty(n_critic, batch_size, rows.shape[1])
        self.latent = rows.new_empty(n_critic + 1, batch_size, n_latents)
        self.uniform = rows.new_empty(n_critic, n_uniform, batch_size, 1)
        self.flat = self.real.flatten(0, 1)

    def draw(self) -> None:
        """Draw anew."""
        if not self.whole:
            self.chosen.random_(0, len(self.rows), generator=self.rng)
            torch.index_select(self.rows, 0, self.chosen, out=self.flat)
        self.latent.normal_(generator=self.rng)
        self.uniform.uniform_(generator=self.rng)
        if self.given:
            columns, places = self.given
            self.latent[:-1, :, places] = self.real[..., columns]
            self.latent[-1, :, places] = self.real[0][:, columns]
