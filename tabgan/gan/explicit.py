"""Gradients of multilayer perceptrons by matrix products alone: no autograd, no second graph.

The critic is D(x) = W_n h_{n-1} + b_n, with h_0 = x, p_k = W_k h_{k-1} + b_k and h_k = a(p_k), where a is leaky ReLU.
Rows stand below each other: h_k has shape (n_rows, width of layer k).

**Down.** Let u_k be the gradient of something by p_k, one row each. With u_n given,

    u_k = (u_{k+1} W_{k+1}) * a'(p_k),    gradient by W_k = u_k^T h_{k-1},    by b_k = sum of u_k.    (1)

For real and generated rows u_n is the objective's slope, the derivative of its loss by the score. For the points x_hat
between them u_n = s = sqrt(2 gp_weight / number of points), so that (1) ends in r = u_1 W_1 = s dD/dx_hat.

**The penalty** gp_weight mean (|dD/dx_hat| - 1)^2 is P = 1/2 sum (|r| - s)^2, and r is a product of the W_k with masks
a'(p_k) that are constant almost everywhere. So P's gradient is that of a function linear in each W_k: with

    t_0 = dP/dr = r - s r / |r|,    t_k = (t_{k-1} W_k^T) * a'(p_k)                                   (2)

(the derivative of h_k along t_0), it is u_k^T t_{k-1} by W_k, and 0 by b_k.

**Together.** Formula (1) for the scores and u_k^T t_{k-1} for the penalty differ only in what stands on the right. Once
t has taken the place of h in the rows of x_hat, both are one product over all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

import torch
from torch import Tensor, nn

from tabgan.gan.networks import FlatParameters, Generator
from tabgan.gan.objectives import CriticLoss, Objective, ScoreObjective
from tabgan.gan.output import Output
from tabgan.gan.step import AutogradStep, Step

leaky_backward = torch.ops.aten.leaky_relu_backward.grad_input


def is_mlp(network: nn.Module) -> TypeGuard[nn.Sequential]:
    """Whether a network is linear layers with one leaky ReLU between them."""
    layers = list(network) if isinstance(network, nn.Sequential) else []
    linear, between = layers[::2], layers[1::2]
    return (
        len(linear) == len(between) + 1
        and all(type(layer) is nn.Linear and layer.bias is not None for layer in linear)
        and all(type(layer) is nn.LeakyReLU and layer.negative_slope >= 0 for layer in between)
        and len({layer.negative_slope for layer in between}) <= 1
    )


def are_mlps(generator: nn.Module, critic: nn.Module) -> bool:
    """Whether two networks are what `ExplicitStep` serves: a critic gives one score, a generator has an `Output`."""
    return (
        isinstance(generator, Generator)
        and isinstance(generator[-1], Output)
        and is_mlp(nn.Sequential(*list(generator)[:-1]))
        and is_mlp(critic)
        and bool(critic[-1].out_features == 1)
    )


class Rows:
    """Rows on their way through a network: `h[k]`, and `u[k]` of the formulas (`u[0]` only has room).

    All tensors are made once, and so are all views of them: a small matrix is multiplied in the time that making a few
    views takes.
    """

    def __init__(self, layers: Sequence[nn.Linear], slope: float, h: list[Tensor], u: list[Tensor]) -> None:
        self.layers, self.slope, self.h, self.u = layers, slope, h, u
        self.weights = [layer.weight.detach() for layer in layers]
        self.weights_t = [weight.t() for weight in self.weights]
        self.biases = [layer.bias.detach() for layer in layers]
        self.weight_grads, self.bias_grads = [x.weight.grad for x in layers], [x.bias.grad for x in layers]
        self.u_t, self.ones = [x.t() for x in u], h[0].new_ones(len(h[0]))

    @classmethod
    def through(cls, network: nn.Sequential, n_rows: int) -> Rows:
        """Make room for rows through a network whose parameters are flat."""
        layers = [layer for layer in network if isinstance(layer, nn.Linear)]
        slope = next((layer.negative_slope for layer in network if isinstance(layer, nn.LeakyReLU)), 1.0)
        widths = [layers[0].in_features, *(layer.out_features for layer in layers)]
        h, u = ([layers[0].weight.new_zeros(n_rows, width) for width in widths] for _ in range(2))
        return cls(layers, slope, h, u)

    def part(self, rows: slice) -> Rows:
        """The same, of some of the rows."""
        return Rows(self.layers, self.slope, [h[rows] for h in self.h], [u[rows] for u in self.u])

    def beginning_with(self, x: Tensor) -> Rows:
        """The same room with other rows to begin with."""
        return Rows(self.layers, self.slope, [x, *self.h[1:]], self.u)

    def forward(self) -> None:
        """h_k = a(W_k h_{k-1} + b_k); the last without a."""
        for k in range(len(self.weights)):
            torch.addmm(self.biases[k], self.h[k], self.weights_t[k], out=self.h[k + 1])
            if k + 1 < len(self.weights):
                nn.functional.leaky_relu_(self.h[k + 1], self.slope)

    def backward(self) -> None:
        """u_k = (u_{k+1} W_{k+1}) * a'(p_k), formula (1). The sign of h_k is that of p_k."""
        for k in range(len(self.weights) - 1, 0, -1):
            torch.mm(self.u[k + 1], self.weights[k], out=self.u[k])
            leaky_backward(self.u[k], self.h[k], self.slope, True, grad_input=self.u[k])

    def input_gradient(self, out: Tensor) -> None:
        """u_1 W_1."""
        torch.mm(self.u[1], self.weights[0], out=out)

    def tangent(self, spare: list[Tensor]) -> None:
        """t_k = (t_{k-1} W_k^T) * a'(p_k), formula (2), in place of h_k; t_0 is there already."""
        for k in range(len(self.weights) - 1):
            torch.mm(self.h[k], self.weights_t[k], out=spare[k + 1])
            leaky_backward(spare[k + 1], self.h[k + 1], self.slope, True, grad_input=self.h[k + 1])

    def weight_gradients(self) -> None:
        """u_k^T h_{k-1}."""
        for k, gradient in enumerate(self.weight_grads):
            torch.mm(self.u_t[k + 1], self.h[k], out=gradient)

    def bias_gradients(self) -> None:
        """u_k^T 1, the sum over the rows."""
        for k, gradient in enumerate(self.bias_grads):
            torch.mv(self.u_t[k + 1], self.ones, out=gradient)


class ExplicitStep(Step):
    """Gradients for two multilayer perceptrons and an objective of scores, by the formulas above; sizes are fixed."""

    differentiates = False
    objective: ScoreObjective

    def __init__(
        self,
        generator: Generator,
        critic: nn.Sequential,
        objective: ScoreObjective,
        batch_size: int,
        n_critic: int,
        flat: tuple[FlatParameters, FlatParameters] | None = None,
    ) -> None:
        super().__init__(generator, critic, objective, flat)
        self.output = generator.output
        n_points = objective.count_points(batch_size)
        self.s = (2 * objective.gp_weight / max(n_points, 1)) ** 0.5
        room = Rows.through(critic, 2 * batch_size + n_points)
        self.x = room.h[0].repeat(n_critic, 1, 1)  # real rows, generated ones, points between: in each critic step
        self.real, self.fake, self.x_hat = self.x.split([batch_size, batch_size, n_points], dim=1)
        self.all = [room.beginning_with(x) for x in self.x]
        self.scored = [rows.part(slice(0, 2 * batch_size)) for rows in self.all]
        self.points = [rows.part(slice(2 * batch_size, None)) for rows in self.all]
        self.judged = room.part(slice(0, batch_size))
        self.scores, self.slopes = (x[: 2 * batch_size].unflatten(0, (2, -1)) for x in (room.h[-1], room.u[-1]))
        self.s_column = room.u[-1][2 * batch_size :].fill_(self.s)
        self.norm, self.tiny = torch.zeros_like(self.s_column), self.s_column.new_tensor(1e-12)
        self.spare = [torch.zeros_like(h) for h in self.points[0].h]
        self.made = Rows.through(generator, (n_critic + 1) * batch_size)
        self.last = self.made.part(slice(n_critic * batch_size, None))

    def begin(self, real: Tensor, latent: Tensor, uniform: Tensor) -> None:
        latent = latent.flatten(0, 1)
        n_inputs = self.made.h[0].shape[1]
        self.made.h[0].copy_(latent[:, :n_inputs])
        self.made.forward()
        self.rows = self.output(self.made.h[-1], latent[:, n_inputs - self.output.n_passed :])
        self.real.copy_(real)
        self.fake.copy_(self.rows[: -len(self.judged.h[0])].view_as(real))
        if len(self.norm):
            n = len(self.norm)
            torch.lerp(self.fake[:, :n], real[:, :n], uniform[:, 0, :n], out=self.x_hat)
        self.uniform = uniform.unbind()

    def critic_gradients(self, k: int) -> None:
        self.k = k
        self.all[k].forward()
        self.objective.score_slopes(self.scores, self.uniform[k], out=self.slopes)
        self.all[k].backward()
        if len(self.norm):  # t_0 = r - s r / |r|, 0 where r is, in place of x_hat; then t_k in place of h_k
            r = self.points[k].h[0]
            self.points[k].input_gradient(out=r)
            torch.linalg.vector_norm(r, 2, 1, keepdim=True, out=self.norm)
            torch.addcdiv(r, r, self.norm.clamp_min_(self.tiny), value=-self.s, out=r)
            self.points[k].tangent(self.spare)
        self.all[k].weight_gradients()
        self.scored[k].bias_gradients()

    def critic_losses(self) -> CriticLoss:
        unregularized = self.objective.score_loss(self.scores, self.uniform[self.k])
        if not len(self.norm):
            return CriticLoss(unregularized, unregularized)
        penalty = nn.functional.mse_loss(self.norm, self.s_column, reduction="sum") / 2  # P
        return CriticLoss(unregularized + penalty, unregularized)

    def generator_gradients(self) -> None:
        rows = self.rows[-len(self.judged.h[0]) :]
        self.judged.h[0].copy_(rows)
        self.judged.forward()
        self.objective.generator_slopes(self.judged.h[-1], out=self.judged.u[-1])
        self.judged.backward()
        self.judged.input_gradient(out=self.judged.u[0])
        self.output.backward(self.judged.u[0], self.last.h[-1], rows, out=self.last.u[-1])
        self.last.backward()
        self.last.weight_gradients()
        self.last.bias_gradients()

    def generator_loss(self) -> Tensor:
        return self.objective.generator_score_loss(self.judged.h[-1])


def is_explicit(generator: nn.Module, critic: nn.Module, objective: Objective) -> bool:
    """Whether `ExplicitStep` serves these networks and this objective."""
    return isinstance(objective, ScoreObjective) and are_mlps(generator, critic)


def make_step(generator: nn.Module, critic: nn.Module, objective: Objective, batch_size: int, n_critic: int) -> Step:
    """Return the fastest step that serves these networks and this objective."""
    if is_explicit(generator, critic, objective):
        return ExplicitStep(generator, critic, objective, batch_size, n_critic)  # type: ignore[arg-type]
    return AutogradStep(generator, critic, objective)
