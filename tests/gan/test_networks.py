"""The networks."""

from __future__ import annotations

import torch
from torch import nn

from tabgan.gan.networks import RowOutput, build_mlp


def test_layers_and_bounds():
    rng = torch.Generator().manual_seed(0)
    generator, critic = build_mlp([3, 16, 8, 2], rng, blocks=[1, 1]), build_mlp([2, 16, 1], rng)
    assert [type(layer) for layer in generator] == [
        nn.Linear,
        nn.LeakyReLU,
        nn.Linear,
        nn.LeakyReLU,
        nn.Linear,
        RowOutput,
    ]
    assert [type(layer) for layer in critic] == [nn.Linear, nn.LeakyReLU, nn.Linear]
    assert generator(1e6 * torch.randn(50, 3, generator=rng)).abs().max() <= 1
    assert (critic[0].weight.shape, critic[-1].weight.shape) == ((16, 2), (1, 16))


def test_weights_come_from_the_given_generator_alone():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first, second, other = (build_mlp([40, 60, 1], torch.Generator().manual_seed(seed)) for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first[0].weight, second[0].weight)
    assert not torch.equal(first[0].weight, other[0].weight)
    assert first[0].weight.abs().max() <= 40**-0.5
    assert abs(float(first[0].weight.detach().std()) - 40**-0.5 / 3**0.5) < 0.01


def test_a_row_is_made_of_numbers_and_categories():
    output = RowOutput([1, 3, 1, 2])
    x = torch.randn(20, 7, generator=torch.Generator().manual_seed(0))
    y = output(x)
    torch.testing.assert_close(y[:, [0, 4]], x[:, [0, 4]].tanh())
    torch.testing.assert_close(y[:, 1:4], x[:, 1:4].softmax(1))
    torch.testing.assert_close(y[:, 5:], x[:, 5:].softmax(1))


def test_the_gradient_of_a_row_is_autograds():
    output = RowOutput([1, 3, 1, 2])
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(20, 7, generator=rng, dtype=torch.double, requires_grad=True)
    gradient = torch.randn(20, 7, generator=rng, dtype=torch.double)
    y = output(x)
    y.backward(gradient)
    output.backward_(gradient, y.detach())
    torch.testing.assert_close(gradient, x.grad)
