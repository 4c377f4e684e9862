"""The generator and the critic, and their parameters as one flat tensor."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

SLOPE = 0.2


def build_mlp(sizes: Sequence[int], rng: torch.Generator, *, bounded: bool = False) -> nn.Sequential:
    """Return a multilayer perceptron with leaky ReLU (slope 0.2) between its layers.

    Parameters
    ----------
    sizes : sequence of int
        Width of the input, of each hidden layer and of the output.
    rng : torch.Generator
        Draws the weights and biases: uniform within 1/sqrt(width of the layer's input), torch's own default.
    bounded : bool, default False
        End with tanh, so that outputs lie in [-1, 1]: a generator. A critic ends with a linear layer.
    """
    layers: list[nn.Module] = []
    for width_in, width_out in pairwise(sizes):
        linear = nn.utils.skip_init(
            nn.Linear, width_in, width_out
        )  # the default would draw from torch's global generator
        for parameter in linear.parameters():
            nn.init.uniform_(parameter, -(width_in**-0.5), width_in**-0.5, generator=rng)
        layers += [linear, nn.LeakyReLU(SLOPE)]
    layers[-1:] = [nn.Tanh()] if bounded else []
    return nn.Sequential(*layers)


class FlatParameters:
    """The parameters and gradients of a module, each one flat tensor of which the module's own are views.

    What happens to a whole network - an optimizer's step, an average, a copy - is then one operation on one tensor.

    Attributes
    ----------
    value : nn.Parameter of shape (n_parameters,)
        All parameters; its `grad` holds all gradients.
    """

    def __init__(self, module: nn.Module) -> None:
        parameters = list(module.parameters())
        self.value = nn.Parameter(torch.cat([p.detach().reshape(-1) for p in parameters]))
        self.value.grad = torch.zeros_like(self.value)
        sizes = [p.numel() for p in parameters]
        for p, value, grad in zip(
            parameters, self.value.detach().split(sizes), self.value.grad.split(sizes), strict=True
        ):
            p.data, p.grad = value.view_as(p), grad.view_as(p)

    def zero_grad(self) -> None:
        """Set all gradients to zero, in place: the module's views stay."""
        assert self.value.grad is not None  # made in __init__, never removed
        self.value.grad.zero_()
