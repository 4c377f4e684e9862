"""What a generator ends with: rows as the critic sees them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

import torch
from torch import Tensor, nn

TEMPERATURE = 0.3  # of a softmax that stands for one level
PROJECTED = 6.0  # over the root of a row's width: the standard deviation of a projection's weights
SHARE = 0.4  # of each column's part in a row, how large its part in the projections is


class RowOutput(nn.Module):
    """The last stage of a generator: tanh for numbers, a noisy softmax for levels of which a row has one.

    A one-hot block is ``softmax((x + noise) / 0.3)``. Its largest entry is that of ``x + noise``: a draw among the
    levels. So the generator learns probabilities, and sends the critic rows that are nearly one-hot, as real ones are
    (Jang, Gu, Poole 2017, arXiv 1611.01144, with normal noise for Gumbel's).

    What the critic sees of a number y is y itself and, for each frequency k, ``sin(pi k y) / (pi k)`` and
    ``cos(pi k y) / (pi k)``: steps and gaps in a distribution, which a perceptron is slow to find, become smooth there
    (Tancik et al. 2020, arXiv 2006.10739). Of the one-hot blocks it sees sines of random projections, too (Rahimi,
    Recht 2007): which levels go together shows in their means. Real rows are shown the same way, see `show`.

    Parameters
    ----------
    blocks : sequence of int
        Widths of the blocks that a row is made of: first the numbers in [-1, 1], each 1 wide, then the one-hot blocks.
    frequencies : sequence of int, default ()
        The k.
    n_given : int, default 0
        Width of the last block, if that is not generated but given with the latents; else 0.
    n_projections : int, default 0
        How many random projections are seen, if there are one-hot blocks.
    rng : torch.Generator, optional
        Draws them.
    tanh : bool, default True
        Whether numbers are brought to [-1, 1] here; False for a network that does so itself.
    """

    k: Tensor
    projection: Tensor
    phase: Tensor

    def __init__(
        self,
        blocks: Sequence[int],
        frequencies: Sequence[int] = (),
        n_given: int = 0,
        n_projections: int = 0,
        rng: torch.Generator | None = None,
        tanh: bool = True,
    ) -> None:
        super().__init__()
        self.width, self.n_given, self.tanh = sum(blocks), n_given, tanh
        self.n_numbers = sum(width == 1 for width in blocks)
        self.n_levels = self.width - self.n_numbers - n_given
        self.groups: list[tuple[slice, tuple[int, int, int]]] = []  # equally wide blocks that stand side by side
        begin = self.n_numbers
        for width, equal in groupby(blocks[self.n_numbers : len(blocks) - bool(n_given)]):
            count = len(list(equal))
            self.groups.append((slice(begin, begin + count * width), (-1, count, width)))
            begin += count * width
        k = torch.tensor(frequencies, dtype=torch.get_default_dtype()).mul(math.pi).view(-1, 1)
        self.register_buffer("k", k, persistent=False)
        one_hot = self.width - self.n_numbers
        n_projections *= bool(one_hot)
        projection = torch.randn(one_hot, n_projections, generator=rng)
        self.register_buffer("projection", projection * PROJECTED / max(self.width, 1) ** 0.5)
        self.register_buffer("phase", 2 * math.pi * torch.rand(n_projections, generator=rng))
        self.amplitude = SHARE * (len(blocks) / max(n_projections, 1)) ** 0.5

    @property
    def n_shown(self) -> int:
        """How many numbers the critic sees of a row."""
        return self.width + 2 * len(self.k) * self.n_numbers + len(self.phase)

    def forward(self, x: Tensor, extra: Tensor) -> Tensor:
        """Return rows as the critic sees them; `extra` is the block that is given, and the noise of the others."""
        given, noise = extra.split([self.n_given, self.n_levels], dim=1)
        scores = (x[:, self.n_numbers :] + noise) / TEMPERATURE
        numbers = x[:, : self.n_numbers]
        parts = [numbers.tanh() if self.tanh else numbers]
        for columns, shape in self.groups:
            part = scores[:, columns.start - self.n_numbers : columns.stop - self.n_numbers]
            parts.append(part.reshape(shape).softmax(-1).flatten(1))
        return self.show(torch.cat([*parts, given], dim=1))

    def show(self, rows: Tensor) -> Tensor:
        """Return encoded rows, of shape (n_samples, width), as the critic sees them: (n_samples, n_shown)."""
        seen = [rows]
        if len(self.k):
            angles = self.k * rows[:, None, : self.n_numbers]
            seen += [(angles.sin() / self.k).flatten(1), (angles.cos() / self.k).flatten(1)]
        if len(self.phase):
            angles = torch.addmm(self.phase, rows[:, self.n_numbers :], self.projection)
            seen.append(self.amplitude * angles.sin())
        return torch.cat(seen, dim=1)

    def backward(self, gradient: Tensor, y: Tensor, out: Tensor) -> None:
        """Write the gradient by the input `x` into `out`; `gradient` is that by the output `y`."""
        by_row = gradient[:, : self.width]
        if len(self.phase):
            angles = torch.addmm(self.phase, y[:, self.n_numbers : self.width], self.projection)
            slopes = self.amplitude * angles.cos()
            by_level = gradient[:, self.n_numbers : self.width]
            by_level = torch.addmm(by_level, gradient[:, -len(self.phase) :] * slopes, self.projection.t())
            by_row = torch.cat([by_row[:, : self.n_numbers], by_level], dim=1)
        by_number, number = by_row[:, : self.n_numbers], y[:, : self.n_numbers]
        if len(self.k):
            waves, shape = slice(self.width, self.n_shown - len(self.phase)), (2, len(self.k), self.n_numbers)
            by_wave, wave = gradient[:, waves].unflatten(1, shape), y[:, waves].unflatten(1, shape)
            # The derivative of sin(pi k y) / (pi k) is pi k times the cosine's feature, and so on.
            slopes = by_wave[:, 0] * wave[:, 1] - by_wave[:, 1] * wave[:, 0]
            by_number = by_number + (self.k * slopes).sum(1)
        torch.mul(by_number, 1 - number**2, out=out[:, : self.n_numbers])  # tanh' = 1 - y^2
        for columns, shape in self.groups:
            p, g = y[:, columns].reshape(shape), by_row[:, columns].reshape(shape)
            out[:, columns] = (p * (g - (g * p).sum(-1, keepdim=True)) / TEMPERATURE).flatten(1)
