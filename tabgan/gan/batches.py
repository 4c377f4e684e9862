"""The random choices of an iteration: rows, latents and what the objective needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

MOST_SHOWN = 2**24  # numbers, 64 MiB: a table of no more is widened once, which saves 2 to 4% of an iteration

Show = Callable[[Tensor], Tensor]
"""Widens rows of shape (n_samples, n_columns) to what the critic sees of them, which begins with the row itself."""


class BatchSource(Protocol):
    """Where a trainer's batches come from; the rows may be anywhere. `Batches` says what the tensors are."""

    rng: torch.Generator
    real: Tensor
    latent: Tensor
    uniform: Tensor

    def draw(self) -> None:
        """Draw the three tensors anew; on CUDA what happens here becomes part of a graph, see `as_graph`."""
        ...


class Batches:
    """A `BatchSource` of encoded rows in memory. Those of a large table are widened batch by batch.

    Batches are drawn with replacement, unless one is the whole table: then it is just that. Every random number of a
    training comes from `rng`, on the device of the rows.

    Parameters
    ----------
    n_critic, n_latents, n_uniform : int
        Batches in an iteration, the generator's own not counted; numbers that a row is made from; uniform numbers per
        row and batch.
    given : (slice, slice) or None
        Columns of a row that the generator is given, and where they stand among the latents.
    show : callable, optional
        What the critic sees of rows; the rows themselves when left out.

    Attributes
    ----------
    real : Tensor of shape (n_critic, batch_size, n_shown)
        Rows as the critic sees them.
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
        show: Show | None = None,
    ) -> None:
        if show and len(rows) * show(rows[:1]).shape[1] <= MOST_SHOWN:
            rows, show = show(rows), None
        self.rows, self.rng, self.given, self.show = rows, rng, given, show or _as_it_is
        self.whole = batch_size == len(rows)
        self.chosen = torch.zeros(n_critic * batch_size, dtype=torch.long, device=rows.device)
        self.real = self.show(rows).expand(n_critic, -1, -1) if self.whole else rows.new_empty(0)
        self.latent = rows.new_empty(n_critic + 1, batch_size, n_latents)
        self.uniform = rows.new_empty(n_critic, n_uniform, batch_size, 1)

    def draw(self) -> None:
        if not self.whole:
            self.chosen.random_(0, len(self.rows), generator=self.rng)
            self.real = self.show(self.rows[self.chosen]).unflatten(0, (len(self.uniform), -1))
        self.latent.normal_(generator=self.rng)
        self.uniform.uniform_(generator=self.rng)
        if self.given:
            columns, places = self.given
            self.latent[:-1, :, places] = self.real[..., columns]
            self.latent[-1, :, places] = self.real[0][:, columns]


def _as_it_is(rows: Tensor) -> Tensor:
    return rows
