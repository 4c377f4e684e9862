"""The networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tabgan.gan.networks import build_gated, build_generator, build_mlp
from tabgan.gan.output import TEMPERATURE, GatedOutput, RowOutput
from tabgan.preprocessing.layout import Layout
from tabgan.preprocessing.repeats import NO_STEPS, Steps


def test_layers_and_bounds():
    rng = torch.Generator().manual_seed(0)
    generator, critic = build_generator([3, 16, 8], rng, RowOutput(Layout(2))), build_mlp([2, 16, 1], rng)
    assert [type(layer) for layer in generator] == [
        nn.Linear,
        nn.LeakyReLU,
        nn.Linear,
        nn.LeakyReLU,
        nn.Linear,
        RowOutput,
    ]
    assert [type(layer) for layer in critic] == [nn.Linear, nn.LeakyReLU, nn.Linear]
    assert {layer.negative_slope for layer in (generator[1], generator[3], critic[1])} == {0.2}
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


STEPS = Steps(np.array([1, 0, 1]), np.array([-0.5, 0.1, 0.2]), np.array([0.0, 4.0, 0.3]), np.array([0.1, 0.2, 0.1]))


def make_output(layout, **options):
    rng = torch.Generator().manual_seed(0)
    output = RowOutput(layout, rng=rng, **options).double()
    x, gradient = (torch.randn(20, n, generator=rng, dtype=torch.double) for n in (layout.width, output.n_shown))
    return output, x[:, : layout.n_made], x, gradient


def test_a_row_is_made_of_numbers_and_levels():
    output, x, noise, _ = make_output(Layout(2, (3, 3, 2)))
    y = output(x, noise[:, 2:])
    torch.testing.assert_close(y[:, :2], x[:, :2].tanh())
    for block in (slice(2, 5), slice(5, 8), slice(8, 10)):
        torch.testing.assert_close(y[:, block], ((x + noise)[:, block] / TEMPERATURE).softmax(1))


def test_a_block_that_is_given_comes_back():
    output, x, noise, _ = make_output(Layout(1, (2,), n_given=3))
    given = torch.eye(3, dtype=torch.double)[torch.arange(20) % 3]
    y = output(x, torch.cat([given, noise[:, :2]], dim=1))
    assert torch.equal(y[:, 3:], given)
    torch.testing.assert_close(y[:, 1:3], ((x[:, 1:] + noise[:, :2]) / TEMPERATURE).softmax(1))


def test_what_the_critic_sees_of_a_row():
    output, x, _, _ = make_output(Layout(2, (2,)), frequencies=(1, 3), n_projections=5)
    seen = output.show(x)
    assert seen.shape == (20, output.n_shown) == (20, 4 + 2 * 2 * 2 + 5)
    torch.testing.assert_close(seen[:, :4], x)
    torch.testing.assert_close(seen[:, 6:8], (3 * torch.pi * x[:, :2]).sin() / (3 * torch.pi))
    torch.testing.assert_close(seen[:, 8:10], (torch.pi * x[:, :2]).cos() / torch.pi)
    torch.testing.assert_close(seen[:, 12:], output.amplitude * (x[:, 2:] @ output.projection + output.phase).sin())


def test_the_critic_sees_softly_in_which_steps_numbers_lie():
    output, x, _, _ = make_output(Layout(2, (2,)), frequencies=(1,), n_projections=5, steps=STEPS)
    seen = output.show(x)
    assert seen.shape == (20, output.n_shown) == (20, 4 + 3 + 2 * 2 + 5)
    torch.testing.assert_close(seen[:, :4], x)
    for found, column, low, high, sharp in zip(seen[:, 4:7].T, *STEPS, strict=True):
        above, beyond = (((x[:, column] - end) / sharp).sigmoid() for end in (low, high))
        torch.testing.assert_close(found, above - beyond)
    angles = seen[:, 2:7] @ output.projection + output.phase  # of steps as of levels
    torch.testing.assert_close(seen[:, 11:], output.amplitude * angles.sin())


def test_levels_are_softened_by_three_tenths():
    row = RowOutput(Layout(0, (2,)))(torch.tensor([[0.3, 0.0]]), torch.zeros(1, 2))
    torch.testing.assert_close(row[0, 0] / row[0, 1], torch.tensor(1.0).exp())


@pytest.mark.parametrize("n_projections", [500, 4000])
@pytest.mark.parametrize("layout", [Layout(1, (3, 4)), Layout(6, (20, 30))])
def test_projections_have_their_width_and_their_share_however_many_there_are(layout, n_projections):
    """Weights of standard deviation 6 over the root of the width; together 0.4 of each column's amplitude, by sines."""
    rng = torch.Generator().manual_seed(0)
    output = RowOutput(layout, n_projections=n_projections, rng=rng)
    assert float(output.projection.std()) == pytest.approx(6 / layout.width**0.5, rel=0.05)
    assert 0 <= float(output.phase.min()) < 0.1
    assert 6.2 < float(output.phase.max()) < 2 * torch.pi
    seen = output.show(torch.rand(400, layout.width, generator=rng))[:, layout.width :]
    assert seen.shape == (400, n_projections)
    assert float(seen.square().sum(1).mean()) == pytest.approx(
        0.4**2 * layout.n_parts / 2, rel=0.1
    )  # a sine's mean square


def test_without_levels_there_are_no_projections():
    assert RowOutput(Layout(2), n_projections=5).n_shown == 2


@pytest.mark.parametrize("n_given", [0, 3])
@pytest.mark.parametrize("steps", [NO_STEPS, STEPS], ids=["no steps", "steps"])
@pytest.mark.parametrize("options", [{}, {"frequencies": (1, 2)}, {"frequencies": (3,), "n_projections": 4}])
def test_the_gradient_of_a_row_is_autograds(n_given, options, steps):
    layout = Layout(2, (2, 2, 3)[: 3 - bool(n_given)], n_given)
    output, x, noise, gradient = make_output(layout, steps=steps, **options)
    x.requires_grad_()
    y = output(x, noise[:, 2:])
    y.backward(gradient)
    by_input = torch.empty_like(x)
    output.backward(gradient, x.detach(), y.detach(), out=by_input.detach())
    torch.testing.assert_close(by_input, x.grad)


def test_a_gated_generator_begins_as_its_normal_numbers():
    generator = build_gated(3, 2, n_free=4, hidden=(8,), rng=torch.Generator().manual_seed(0))
    latent = torch.randn(5, generator.n_latents, generator=torch.Generator().manual_seed(1))
    assert generator.n_latents == 9
    torch.testing.assert_close(generator(latent), latent[:, 4:])


def test_the_gradient_of_a_gated_row_is_autograds():
    rng = torch.Generator().manual_seed(0)
    output = GatedOutput(3, 2)
    x, extra, gradient = (torch.randn(64, width, generator=rng) * scale for width, scale in ((6, 3), (5, 1), (5, 1)))
    x.requires_grad_()
    y = output(x, extra)
    y.backward(gradient)
    by_input = torch.empty_like(x)
    output.backward(gradient, x.detach(), y.detach(), out=by_input)
    torch.testing.assert_close(by_input, x.grad)
    assert float((by_input[:, 3:] == 0).float().mean()) > 0.1, "some scales must be clipped"
