"""What a generator ends with: rows as the critic sees them."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tabgan.preprocessing.layout import Layout
from tabgan.preprocessing.repeats import NO_STEPS, Steps

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
    (Tancik et al. 2020, arXiv 2006.10739). Of each step from a to b it sees ``sigmoid((y - a) / sharp) - sigmoid((y
    - b) / sharp)``: softly, whether y lies there. Of steps and one-hot groups it sees sines of random projections, too
    (Rahimi, Recht 2007): which levels go together shows in their means. Real rows are shown the same way, see `show`.

    Parameters
    ----------
    layout : Layout
        What a row is made of.
    frequencies : sequence of int, default ()
        The k.
    n_projections : int, default 0
        How many random projections are seen, if there are steps or one-hot groups.
    rng : torch.Generator, optional
        Draws them.
    tanh : bool, default True
        Whether numbers are brought to [-1, 1] here; False for a network that does so itself.
    steps : Steps, optional
        Where values of numbers that repeat lie; none when left out.
    """

    k: Tensor
    projection: Tensor
    phase: Tensor
    starts: Tensor
    steep: Tensor
    low: Tensor
    high: Tensor

    def __init__(
        self,
        layout: Layout,
        frequencies: Sequence[int] = (),
        n_projections: int = 0,
        rng: torch.Generator | None = None,
        tanh: bool = True,
        steps: Steps = NO_STEPS,
    ) -> None:
        super().__init__()
        self.layout, self.tanh, self.runs, self.n_steps = layout, tanh, layout.runs, len(steps.column)
        self.n_passed, self.n_noise = layout.n_given, layout.n_levels
        k = torch.tensor(frequencies, dtype=torch.get_default_dtype()).mul(math.pi).view(-1, 1)
        self.register_buffer("k", k, persistent=False)
        column, low, high, sharp = (torch.as_tensor(values) for values in steps)
        steep = (column[:, None] == torch.arange(layout.n_numbers)) / sharp[:, None]
        starts = torch.tensor([group.start for group in layout.groups], dtype=torch.long)
        self.register_buffer("starts", starts, persistent=False)
        for name, values in (("steep", steep), ("low", low / sharp), ("high", high / sharp)):
            self.register_buffer(name, values.to(k.dtype), persistent=False)
        width = layout.width + self.n_steps
        self.mixed = slice(layout.n_numbers, width)
        n_projections *= width > layout.n_numbers
        projection = torch.randn(width - layout.n_numbers, n_projections, generator=rng)
        self.register_buffer("projection", projection * PROJECTED / max(width, 1) ** 0.5)
        self.register_buffer("phase", 2 * math.pi * torch.rand(n_projections, generator=rng))
        n_parts = layout.n_parts + len(column.unique())
        self.amplitude = SHARE * (n_parts / max(n_projections, 1)) ** 0.5

    @property
    def n_shown(self) -> int:
        """How many numbers the critic sees of a row."""
        return self.mixed.stop + 2 * len(self.k) * self.layout.n_numbers + len(self.phase)

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
        """Return rows, encoded or packed, as the critic sees them: (n_samples, n_shown)."""
        rows = rows if rows.shape[1] == self.layout.width else self._widen(rows)
        if self.n_steps:
            above, beyond = self._edges(rows)
            rows = torch.cat([rows, above - beyond], dim=1)
        seen = [rows]
        if len(self.k):
            angles = self.k * rows[:, None, self.layout.numbers]
            seen += [(angles.sin() / self.k).flatten(1), (angles.cos() / self.k).flatten(1)]
        if len(self.phase):
            angles = torch.addmm(self.phase, rows[:, self.mixed], self.projection)
            seen.append(self.amplitude * angles.sin())
        return torch.cat(seen, dim=1)

    def _widen(self, packed: Tensor) -> Tensor:
        """Return what `Layout.widen` does."""
        rows = packed.new_zeros(len(packed), self.layout.width)
        rows[:, self.layout.numbers] = packed[:, self.layout.numbers]
        return rows.scatter_(1, packed[:, self.layout.n_numbers :].long() + self.starts, 1.0)

    def _edges(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return how far numbers are above the begin and the end of each step, as sigmoids: (n_samples, n_steps)."""
        stretched = rows[:, self.layout.numbers] @ self.steep.t()
        return (stretched - self.low).sigmoid(), (stretched - self.high).sigmoid()

    def backward(self, gradient: Tensor, x: Tensor, y: Tensor, out: Tensor) -> None:
        """Write the gradient by the input `x` into `out`; `gradient` is that by the output `y`."""
        layout = self.layout
        by_row = gradient[:, : self.mixed.stop]
        if len(self.phase):
            angles = torch.addmm(self.phase, y[:, self.mixed], self.projection)
            slopes = self.amplitude * angles.cos()
            by_mixed = gradient[:, self.mixed]
            by_mixed = torch.addmm(by_mixed, gradient[:, -len(self.phase) :] * slopes, self.projection.t())
            by_row = torch.cat([by_row[:, layout.numbers], by_mixed], dim=1)
        by_number, number = by_row[:, layout.numbers], y[:, layout.numbers]
        if len(self.k):
            waves, shape = slice(self.mixed.stop, self.n_shown - len(self.phase)), (2, len(self.k), layout.n_numbers)
            by_wave, wave = gradient[:, waves].unflatten(1, shape), y[:, waves].unflatten(1, shape)
            # The derivative of sin(pi k y) / (pi k) is pi k times the cosine's feature, and so on.
            slopes = by_wave[:, 0] * wave[:, 1] - by_wave[:, 1] * wave[:, 0]
            by_number = by_number + (self.k * slopes).sum(1)
        if self.n_steps:  # the derivative of a sigmoid s is s (1 - s)
            above, beyond = self._edges(y)
            slopes = above * (1 - above) - beyond * (1 - beyond)
            by_number = by_number + (by_row[:, layout.width :] * slopes) @ self.steep
        torch.mul(by_number, 1 - number**2, out=out[:, layout.numbers])  # tanh' = 1 - y^2
        for columns, shape in self.runs:
            p, g = y[:, columns].reshape(shape), by_row[:, columns].reshape(shape)
            out[:, columns] = (p * (g - (g * p).sum(-1, keepdim=True)) / TEMPERATURE).flatten(1)
