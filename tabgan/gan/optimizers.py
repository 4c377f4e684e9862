"""Gradient descent on one flat tensor: one call for a whole network. The rate is a tensor, for a GPU to read."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from tabgan.gan.networks import FlatParameters


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
