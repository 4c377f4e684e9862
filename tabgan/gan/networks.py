"""The generator and the critic, and their parameters as one flat tensor."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import torch
from torch import Tensor, nn

SLOPE = 0.2


class RowOutput(nn.Module):
    """The last stage of a generator: tanh for numbers, a softmax for columns that together stand for one category.

    Parameters
    ----------
    blocks : sequence of int
        Widths of the blocks that a row is made of: 1 is a number in [-1, 1], more is a category one-hot.
    """

    def __init__(self, blocks: Sequence[int]) -> None:
        super().__init__()
        ends = list(accumulate(blocks))
        self.categories = [slice(e - width, e) for e, width in zip(ends, blocks, strict=True) if width > 1]

    def forward(self, x: Tensor) -> Tensor:
        y = x.tanh()
        if not self.categories:
            return y
        y = y.clone()  # tanh's own derivative needs its output unchanged
        for category in self.categories:
            y[:, category] = x[:, category].softmax(dim=1)
        return y

    def backward_(self, gradient: Tensor, y: Tensor) -> None:
        """Turn the gradient by the output `y`, in place, into that by the input; tanh' = 1 - y^2."""
        by_input = [
            y[:, c] * (g - (g * y[:, c]).sum(1, keepdim=True)) for c in self.categories for g in [gradient[:, c]]
        ]
        gradient.addcmul_(gradient * y, y, value=-1)
        for category, part in zip(self.categories, by_input, strict=True):
            gradient[:, category] = part


def build_mlp(sizes: Sequence[int], rng: torch.Generator, *, blocks: Sequence[int] = ()) -> nn.Sequential:
    """Return a multilayer perceptron with leaky ReLU (slope 0.2) between its layers.

    Parameters
    ----------
    sizes : sequence of int
        Width of the input, of each hidden layer and of the output.
    rng : torch.Generator
        Draws the weights and biases: uniform within 1/sqrt(width of the layer's input), torch's own default.
    blocks : sequence of int, default ()
        For a generator what its rows are made of, see `RowOutput`. A critic has none and ends with a linear layer.
    """
    layers: list[nn.Module] = []
    for width_in, width_out in pairwise(sizes):
        linear = nn.utils.skip_init(nn.Linear, width_in, width_out)  # the default draws from torch's global generator
        for parameter in linear.parameters():
            nn.init.uniform_(parameter, -(width_in**-0.5), width_in**-0.5, generator=rng)
        layers += [linear, nn.LeakyReLU(SLOPE)]
    layers[-1:] = [RowOutput(blocks)] if blocks else []
    return nn.Sequential(*layers)


class FlatParameters:
    """The parameters and gradients of a module, each one flat tensor of which the module's own are views.

    What happens to a whole network - an optimizer's step, an average, a copy - is then one operation on one tensor.

    Attributes
    ----------
    value, grad : Tensor of shape (n_parameters,)
        All parameters, and all gradients.
    """

    def __init__(self, module: nn.Module) -> None:
        parameters = list(module.parameters())
        self.value = torch.cat([p.detach().reshape(-1) for p in parameters])
        self.grad = torch.zeros_like(self.value)
        sizes = [p.numel() for p in parameters]
        for p, value, grad in zip(parameters, self.value.split(sizes), self.grad.split(sizes), strict=True):
            p.data, p.grad = value.view_as(p), grad.view_as(p)
