"""The generator and the critic, their parameters as one flat tensor each, and gradient descent on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import torch
from torch import Tensor, nn

from tabgan.gan.output import GatedOutput, Output, RowOutput
from tabgan.gan.perceptron import SLOPE


class Generator(nn.Sequential):
    """Layers and an `Output`. Latents are what the first layer takes, then what the output needs beyond that."""

    @property
    def output(self) -> Output:
        return self[-1]  # type: ignore[return-value]

    @property
    def n_inputs(self) -> int:
        """How many numbers the first layer takes: free ones, and the block that is given."""
        return self[0].in_features  # type: ignore[return-value]

    @property
    def n_latents(self) -> int:
        """How many numbers a row is made from, noise included."""
        return self.n_inputs + self.output.n_noise

    def forward(self, latent: Tensor) -> Tensor:
        x = latent[:, : self.n_inputs]
        for layer in list(self)[:-1]:
            x = layer(x)
        rows: Tensor = self.output(x, latent[:, self.n_inputs - self.output.n_passed :])
        return rows


def build_mlp(sizes: Sequence[int], rng: torch.Generator) -> nn.Sequential:
    """Return a multilayer perceptron of these widths with leaky ReLU (slope 0.2) between its layers.

    Weights and biases are uniform within 1/sqrt(width of the layer's input), which is torch's own default.
    """
    layers: list[nn.Module] = []
    for width_in, width_out in pairwise(sizes):
        # A layer on "meta" has no numbers, which it would draw from torch's global generator. nn.utils.skip_init is
        # not for us: it imports sympy, which takes as long as a short fit.
        linear = nn.Linear(width_in, width_out, device="meta")
        for name, parameter in list(linear.named_parameters()):
            drawn = torch.empty(parameter.shape).uniform_(-(width_in**-0.5), width_in**-0.5, generator=rng)
            setattr(linear, name, nn.Parameter(drawn))
        layers += [linear, nn.LeakyReLU(SLOPE)]
    return nn.Sequential(*layers[:-1])


def build_generator(sizes: Sequence[int], rng: torch.Generator, output: RowOutput) -> Generator:
    """Return a perceptron that ends in `output`; `sizes` as for `build_mlp`, without those that `output` settles.

    The first is how many free numbers a row is made from.
    """
    free, *hidden = sizes
    return Generator(*build_mlp([free + output.layout.n_given, *hidden, output.layout.n_made], rng), output)


def build_gated(n_numbers: int, n_given: int, n_free: int, hidden: Sequence[int], rng: torch.Generator) -> Generator:
    """Return a perceptron that ends in a `GatedOutput` and begins as what that says: independent normal numbers."""
    layers = build_mlp([n_free + n_numbers + n_given, *hidden, 2 * n_numbers], rng)
    for parameter in layers[-1].parameters():
        nn.init.zeros_(parameter)
    return Generator(*layers, GatedOutput(n_numbers, n_given))


class FlatParameters:
    """The parameters that are learned and their gradients, each one flat tensor of which the module's own are views.

    What happens to a whole network - an optimizer's step, an average, a copy - is then one operation on one tensor.
    `flat` and `grad` have shape (n_parameters,), counting those that require a gradient.
    """

    def __init__(self, module: nn.Module) -> None:
        parameters = [p for p in module.parameters() if p.requires_grad]
        self.flat = torch.cat([p.detach().reshape(-1) for p in parameters])
        self.grad = torch.zeros_like(self.flat)
        sizes = [p.numel() for p in parameters]
        for p, flat, grad in zip(parameters, self.flat.split(sizes), self.grad.split(sizes), strict=True):
            p.data, p.grad = flat.view_as(p), grad.view_as(p)


def other_tensors(module: nn.Module) -> dict[str, Tensor]:
    """Return what a module has beside parameters that are learned, by name: buffers, and parameters that are fixed."""
    fixed = {name: p.detach() for name, p in module.named_parameters() if not p.requires_grad}
    return {**dict(module.named_buffers()), **fixed}


class Optimizer(Protocol):
    """Changes parameters by their gradients."""

    state: dict[str, Tensor]
    """Everything it remembers, for a checkpoint."""

    def step(self, rate: Tensor) -> None:
        """Take one step at a rate, of shape ()."""
        ...


class Adam:
    """Adam (Kingma, Ba 2015, algorithm 1); with `weight_decay` AdamW (Loshchilov, Hutter 2019, algorithm 2)."""

    def __init__(self, parameters: FlatParameters, betas: tuple[float, float], weight_decay: float = 0.0) -> None:
        self.parameters, self.betas, self.weight_decay = parameters, betas, weight_decay
        flat = parameters.flat
        self.one = torch.ones((), device=flat.device)
        self.state = {
            "mean": torch.zeros_like(flat),
            "square": torch.zeros_like(flat),
            "steps": torch.zeros((), device=flat.device),
        }

    def step(self, rate: Tensor) -> None:
        # What torch.optim.AdamW(fused=True) comes down to, without its way there, which takes longer.
        torch._fused_adamw_(
            [self.parameters.flat],
            [self.parameters.grad],
            [self.state["mean"]],
            [self.state["square"]],
            [],
            [self.state["steps"].add_(self.one)],
            lr=rate,
            beta1=self.betas[0],
            beta2=self.betas[1],
            weight_decay=self.weight_decay,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )


class RMSprop:
    """RMSprop (Tieleman, Hinton 2012), which the WGAN with clipping was published with."""

    def __init__(self, parameters: FlatParameters) -> None:
        self.parameters = parameters
        self.state = {"square": torch.zeros_like(parameters.flat)}

    def step(self, rate: Tensor) -> None:
        gradient, square = self.parameters.grad, self.state["square"]
        square.mul_(0.99).addcmul_(gradient, gradient, value=0.01)
        self.parameters.flat.sub_(rate * gradient / square.sqrt().add_(1e-8))
