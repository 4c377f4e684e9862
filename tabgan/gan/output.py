"""What a generator ends with: rows as the critic sees them."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tabgan.preprocessing.layout import Layout

TEMPERATURE = 0.3  # of a softmax that stands for one level
PROJECTED = 6.0  # over the root of a row's width: the standard deviation of a projection's weights
GATE = (-3.0, 2.0)  # how small and large the logarithm of a scale may become
SHARE = 0.4  # of each column's part in a row, how large its part in the projections is


class Output(nn.Module):
    """What turns a network's numbers into rows as the critic sees them, and gradients back; what is given stands last.

    Attributes
    ----------
    layout : Layout
        What a row is made of.
    n_passed : int
        How many of the network's last inputs the output takes, too: what is given, at least.
    n_noise : int
        How many random numbers it takes beyond the network's.
    """

    layout: Layout
    n_passed: int
    n_noise: int

    @property
    def n_shown(self) -> int:
        """How many numbers the critic sees of a row."""
        return self.layout.width

    def show(self, rows: Tensor) -> Tensor:
        """Return encoded rows, of shape (n_samples, width), as the critic sees them: (n_samples, n_shown)."""
        return rows

    @abstractmethod
    def forward(self, x: Tensor, extra: Tensor) -> Tensor:
        """Return rows as the critic sees them; `extra` are the inputs that are passed, and the noise."""

    @abstractmethod
    def backward(self, gradient: Tensor, x: Tensor, y: Tensor, out: Tensor) -> None:
        """Write the gradient by the input `x` into `out`; `gradient` is that by the output `y`."""


class GatedOutput(Output):
    """``z exp(s) + f`` of a network that says s and f, for normal z that it knows, too; s is kept in [-3, 2].

    With a last layer of zeros rows begin as independent normal numbers, whatever is given.

    Parameters
    ----------
    n_numbers, n_given : int
        How many numbers are made of a row, and given.
    """

    def __init__(self, n_numbers: int, n_given: int) -> None:
        super().__init__()
        self.layout = Layout(n_numbers, n_given=n_given)
        self.n_passed, self.n_noise = n_numbers + n_given, 0

    def forward(self, x: Tensor, extra: Tensor) -> Tensor:
        """Return what is made of the row's normal numbers, and what is given."""
        f, s = x.chunk(2, dim=1)
        z, given = extra.split([self.layout.n_numbers, self.layout.n_given], dim=1)
        return torch.cat([z * s.clamp(*GATE).exp() + f, given], dim=1)

    def backward(self, gradient: Tensor, x: Tensor, y: Tensor, out: Tensor) -> None:
        """Write the gradient by f, and by s: times ``z exp(s)``, which is ``y - f``, and 0 where s is clipped."""
        f, s = x.chunk(2, dim=1)
        by_row = gradient[:, self.layout.numbers]
        by_f, by_s = out.chunk(2, dim=1)
        by_f.copy_(by_row)
        torch.mul(by_row, y[:, self.layout.numbers] - f, out=by_s)
        by_s.mul_((s >= GATE[0]) & (s <= GATE[1]))


class RowOutput(Output):
    """The last stage of a generator: tanh for numbers, a noisy softmax for levels of which a row has one.

    A one-hot group is ``softmax((x + noise) / 0.3)``. Its largest entry is that of ``x + noise``: a draw among the
    levels. So the generator learns probabilities, and sends the critic rows that are nearly one-hot, as real ones are
    (Jang, Gu, Poole 2017, arXiv 1611.01144, with normal noise for Gumbel's).

    What the critic sees of a number y is y itself and, for each frequency k, ``sin(pi k y) / (pi k)`` and
    ``cos(pi k y) / (pi k)``: steps and gaps in a distribution, which a perceptron is slow to find, become smooth there
    (Tancik et al. 2020, arXiv 2006.10739). Of the one-hot groups it sees sines of random projections, too (Rahimi,
    Recht 2007): which levels go together shows in their means. Real rows are shown the same way, see `show`.

    Parameters
    ----------
    layout : Layout
        What a row is made of.
    frequencies : sequence of int, default ()
        The k.
    n_projections : int, default 0
        How many random projections are seen, if there are one-hot groups.
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
        layout: Layout,
        frequencies: Sequence[int] = (),
        n_projections: int = 0,
        rng: torch.Generator | None = None,
        tanh: bool = True,
    ) -> None:
        super().__init__()
        self.layout, self.tanh, self.runs = layout, tanh, layout.runs
        self.n_passed, self.n_noise = layout.n_given, layout.n_levels
        k = torch.tensor(frequencies, dtype=torch.get_default_dtype()).mul(math.pi).view(-1, 1)
        self.register_buffer("k", k, persistent=False)
        one_hot = layout.width - layout.n_numbers
        n_projections *= bool(one_hot)
        projection = torch.randn(one_hot, n_projections, generator=rng)
        self.register_buffer("projection", projection * PROJECTED / max(layout.width, 1) ** 0.5)
        self.register_buffer("phase", 2 * math.pi * torch.rand(n_projections, generator=rng))
        self.amplitude = SHARE * (layout.n_parts / max(n_projections, 1)) ** 0.5

    @property
    def n_shown(self) -> int:
        """How many numbers the critic sees of a row."""
        return self.layout.width + 2 * len(self.k) * self.layout.n_numbers + len(self.phase)

    def forward(self, x: Tensor, extra: Tensor) -> Tensor:
        """Return rows as the critic sees them; `extra` is what is given, and the noise of the levels."""
        layout = self.layout
        given, noise = extra.split([layout.n_given, layout.n_levels], dim=1)
        numbers, scores = x.split([layout.n_numbers, layout.n_levels], dim=1)
        scores = (scores + noise) / TEMPERATURE
        parts = [numbers.tanh() if self.tanh else numbers]
        widths = [columns.stop - columns.start for columns, _ in self.runs]
        for part, (_, shape) in zip(scores.split(widths, dim=1), self.runs, strict=True):
            parts.append(part.reshape(shape).softmax(-1).flatten(1))
        return self.show(torch.cat([*parts, given], dim=1))

    def show(self, rows: Tensor) -> Tensor:
        """Return encoded rows, of shape (n_samples, width), as the critic sees them: (n_samples, n_shown)."""
        seen = [rows]
        if len(self.k):
            angles = self.k * rows[:, None, self.layout.numbers]
            seen += [(angles.sin() / self.k).flatten(1), (angles.cos() / self.k).flatten(1)]
        if len(self.phase):
            angles = torch.addmm(self.phase, rows[:, self.layout.one_hot], self.projection)
            seen.append(self.amplitude * angles.sin())
        return torch.cat(seen, dim=1)

    def backward(self, gradient: Tensor, x: Tensor, y: Tensor, out: Tensor) -> None:
        """Write the gradient by the input `x` into `out`; `gradient` is that by the output `y`."""
        layout = self.layout
        by_row = gradient[:, : layout.width]
        if len(self.phase):
            angles = torch.addmm(self.phase, y[:, layout.one_hot], self.projection)
            slopes = self.amplitude * angles.cos()
            by_level = gradient[:, layout.one_hot]
            by_level = torch.addmm(by_level, gradient[:, -len(self.phase) :] * slopes, self.projection.t())
            by_row = torch.cat([by_row[:, layout.numbers], by_level], dim=1)
        by_number, number = by_row[:, layout.numbers], y[:, layout.numbers]
        if len(self.k):
            waves, shape = slice(layout.width, self.n_shown - len(self.phase)), (2, len(self.k), layout.n_numbers)
            by_wave, wave = gradient[:, waves].unflatten(1, shape), y[:, waves].unflatten(1, shape)
            # The derivative of sin(pi k y) / (pi k) is pi k times the cosine's feature, and so on.
            slopes = by_wave[:, 0] * wave[:, 1] - by_wave[:, 1] * wave[:, 0]
            by_number = by_number + (self.k * slopes).sum(1)
        torch.mul(by_number, 1 - number**2, out=out[:, layout.numbers])  # tanh' = 1 - y^2
        for columns, shape in self.runs:
            p, g = y[:, columns].reshape(shape), by_row[:, columns].reshape(shape)
            out[:, columns] = (p * (g - (g * p).sum(-1, keepdim=True)) / TEMPERATURE).flatten(1)
