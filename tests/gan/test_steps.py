"""The written-out gradients against automatic differentiation, and whole trajectories of both."""

from __future__ import annotations

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn

from tabgan.gan.batches import Batches
from tabgan.gan.explicit import ExplicitStep, are_mlps, is_mlp, leaky_backward, make_step
from tabgan.gan.monitor import Monitor, SlicedWasserstein
from tabgan.gan.networks import Generator, build_generator, build_mlp
from tabgan.gan.objectives import WGANGP, VanillaGAN, WGANClip
from tabgan.gan.output import RowOutput
from tabgan.gan.step import AutogradStep
from tabgan.gan.trainer import Trainer, TrainingOptions
from tabgan.preprocessing.layout import Layout

OBJECTIVES = [WGANGP(), WGANGP(0.3, gp_share=0.3), WGANGP(0.0), WGANClip(), VanillaGAN()]


@pytest.mark.parametrize("in_place", ["gradient", "value", "neither"])
def test_the_operator_of_leaky_relu_is_its_gradient(in_place):
    """It is not of torch's public face; the sign of the output stands for that of the input."""
    x = torch.randn(5, 7, generator=torch.Generator().manual_seed(0), dtype=torch.float64).requires_grad_()
    slope = torch.randn(5, 7, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    y = nn.functional.leaky_relu(x, 0.2)
    y.backward(slope)
    value, gradient = y.detach().clone(), slope.clone()
    out = {"gradient": gradient, "value": value, "neither": torch.zeros_like(value)}[in_place]
    leaky_backward(gradient, value, 0.2, True, grad_input=out)
    assert torch.equal(out, x.grad)


cases = st.fixed_dictionaries(
    {
        "objective": st.sampled_from(OBJECTIVES),
        "batch_size": st.integers(1, 40),
        "n_critic": st.integers(1, 4),
        "latent_dim": st.integers(1, 20),
        "generator_widths": st.lists(st.integers(1, 40), max_size=4),
        "critic_widths": st.lists(st.integers(1, 40), max_size=4),
        "blocks": st.lists(st.integers(1, 4), min_size=1, max_size=6).map(sorted),
        "frequencies": st.lists(st.integers(1, 8), max_size=3),
        "n_projections": st.integers(0, 5),
        "gives": st.booleans(),
        "seed": st.integers(0, 2**31),
    }
)


USUAL = {
    "objective": WGANGP(),
    "batch_size": 64,
    "n_critic": 5,
    "latent_dim": 100,
    "generator_widths": [128, 128],
    "critic_widths": [128, 128],
    "blocks": [1] * 9,
    "frequencies": (1, 2, 4),
    "n_projections": 0,
    "gives": False,
    "seed": 0,
}


def make_pair(case, dtype):
    """Return both steps on equal networks, and what an iteration needs."""
    n_given = case["blocks"][-1] if case["gives"] and case["blocks"][-1] > 1 and len(case["blocks"]) > 1 else 0
    steps = []
    for explicit in (False, True):
        rng = torch.Generator().manual_seed(case["seed"])
        groups = tuple(width for width in case["blocks"] if width > 1)
        layout = Layout(case["blocks"].count(1), groups[:-1] if n_given else groups, n_given)
        output = RowOutput(layout, case["frequencies"], case["n_projections"], rng)
        generator = build_generator([case["latent_dim"], *case["generator_widths"]], rng, output).to(dtype)
        critic = build_mlp([output.n_shown, *case["critic_widths"], 1], rng).to(dtype)
        sizes = (case["batch_size"], case["n_critic"]) if explicit else ()
        steps.append((ExplicitStep if explicit else AutogradStep)(generator, critic, case["objective"], *sizes))
    like = {"generator": rng, "dtype": dtype}
    real = torch.randn(case["n_critic"], case["batch_size"], output.n_shown, **like)
    latent = torch.randn(case["n_critic"] + 1, case["batch_size"], generator.n_latents, **like)
    uniform = torch.rand(case["n_critic"], case["objective"].n_uniform, case["batch_size"], 1, **like)
    return steps, (real, latent, uniform)


def distance(a: torch.Tensor, b: torch.Tensor) -> float:
    """Relative to the second."""
    a, b = a.double(), b.double()  # also of places, which are whole numbers
    return float((a - b).norm() / b.norm().clamp_min(1e-30))


def assert_agree(ours: torch.Tensor, theirs: torch.Tensor, tolerance: float) -> None:
    """To a relative tolerance, but no better than the roundings of a sum of terms of size 1 that cancel."""
    assert float((ours - theirs).norm()) <= tolerance * float(theirs.norm()) + 4 * torch.finfo(ours.dtype).eps


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-10)])
@given(cases)
def test_gradients_and_losses_agree(dtype, tolerance, case):
    (autograd, explicit), batch = make_pair(case, dtype)
    for step in (autograd, explicit):
        step.begin(*batch)
    for k in range(case["n_critic"]):
        for step in (autograd, explicit):
            step.critic_gradients(k)
        assert_agree(explicit.critic_parameters.grad, autograd.critic_parameters.grad, tolerance)
        for ours, theirs in zip(explicit.critic_losses(), autograd.critic_losses(), strict=True):
            assert float(ours) == pytest.approx(float(theirs), rel=10 * tolerance, abs=10 * tolerance)
    for step in (autograd, explicit):
        step.generator_gradients()
    assert_agree(explicit.generator_parameters.grad, autograd.generator_parameters.grad, tolerance)
    ours, theirs = explicit.generator_loss(), autograd.generator_loss()
    assert float(ours) == pytest.approx(float(theirs), rel=10 * tolerance, abs=10 * tolerance)


def train(step, rows, case, rate=1e-3) -> Trainer:
    rng = torch.Generator().manual_seed(case["seed"])
    n_latents, n_inputs, output = step.generator.n_latents, step.generator.n_inputs, step.generator.output
    given = None
    if output.layout.n_given:
        given = output.layout.given, slice(n_inputs - output.layout.n_given, n_inputs)
    options = TrainingOptions(
        iterations=50,
        critic_lr=rate,
        generator_lr=rate,
        betas=(0.5, 0.9),
        lr_decay=True,
        ema_decay=0.99,
    )
    distance = SlicedWasserstein(rows, n_latents, rng, given)
    monitor = Monitor(distance, step.generator, step.generator_parameters.flat)
    n_uniform = step.objective.n_uniform
    batches = Batches(rows, case["batch_size"], case["n_critic"], n_latents, n_uniform, rng, given)
    trainer = Trainer(step, batches, monitor, options)
    for _ in range(50):
        trainer.run_iteration()
    return trainer


@settings(max_examples=25)
@given(cases)
@example(USUAL)
def test_trajectories_of_fifty_iterations_agree(case):
    """In float64: in float32 Adam, which divides by the gradient's size, blows up the rounding of gradients near 0."""
    steps, (real, _, _) = make_pair(case, torch.float64)
    rows = real.flatten(0, 1).tanh()
    autograd, explicit = (train(step, rows, case) for step in steps)
    for name, expected in autograd.tensors().items():
        assert distance(explicit.tensors()[name], expected) < 1e-4, name
    torch.testing.assert_close(explicit.losses, autograd.losses, rtol=1e-4, atol=1e-4)


def test_a_float32_trajectory_agrees_at_a_low_rate():
    steps, (real, _, _) = make_pair(USUAL, torch.float32)
    autograd, explicit = (train(step, real.flatten(0, 1).tanh(), USUAL, rate=1e-5) for step in steps)
    for name in ("generator", "critic", "average"):
        assert distance(explicit.tensors()[name], autograd.tensors()[name]) < 1e-4, name
    torch.testing.assert_close(explicit.losses, autograd.losses, rtol=1e-4, atol=1e-4)


def test_a_penalty_whose_gradient_is_zero_has_none():
    (autograd, explicit), batch = make_pair(USUAL, torch.float64)
    for step in (autograd, explicit):
        step.critic_parameters.flat.zero_()
        step.begin(*batch)
        step.critic_gradients(0)
        assert torch.isfinite(step.critic_parameters.grad).all()
    assert torch.equal(explicit.critic_parameters.grad, autograd.critic_parameters.grad)
    assert float(explicit.critic_losses().total) == pytest.approx(10)  # (0 - 1)^2 times 10


class Squared(nn.Module):
    def forward(self, x):
        return (x**2).sum(1, keepdim=True)


def test_the_step_is_chosen_by_what_it_can_do():
    rng = torch.Generator().manual_seed(0)

    def generator():
        return build_generator([2, 4], rng, RowOutput(Layout(1, (2,))))

    assert isinstance(make_step(generator(), build_mlp([3, 4, 1], rng), WGANGP(), 8, 2), ExplicitStep)
    assert isinstance(make_step(generator(), nn.Sequential(nn.Linear(3, 1), Squared()), WGANGP(), 8, 2), AutogradStep)
    assert isinstance(make_step(generator(), build_mlp([3, 4, 1], rng), object(), 8, 2), AutogradStep)
    unbounded = build_mlp([2, 4, 3], rng)
    assert isinstance(make_step(unbounded, build_mlp([3, 4, 1], rng), WGANGP(), 8, 2), AutogradStep)


@pytest.mark.parametrize(
    ("layers", "served"),
    [
        ([nn.Linear(2, 1)], True),
        ([nn.Linear(2, 1), RowOutput(Layout(1))], False),
        ([nn.Linear(2, 3), nn.LeakyReLU(0.1), nn.Linear(3, 3), nn.LeakyReLU(0.1), nn.Linear(3, 1)], True),
        ([nn.Linear(2, 3), nn.LeakyReLU(0.1), nn.Linear(3, 3), nn.LeakyReLU(0.2), nn.Linear(3, 1)], False),
        ([nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)], False),
        ([nn.Linear(2, 3), nn.LayerNorm(3), nn.LeakyReLU(), nn.Linear(3, 1)], False),
        ([nn.Linear(2, 1), nn.LeakyReLU()], False),
        ([nn.Linear(2, 1, bias=False)], False),
        ([nn.utils.parametrizations.spectral_norm(nn.Linear(2, 1))], False),
        ([nn.Linear(2, 3), nn.LeakyReLU(-0.1), nn.Linear(3, 1)], False),
        ([], False),
    ],
)
def test_multilayer_perceptrons_are_told(layers, served):
    assert is_mlp(nn.Sequential(*layers)) == served
    assert are_mlps(Generator(*layers, RowOutput(Layout(1))), nn.Sequential(nn.Linear(1, 1))) == served
    assert not is_mlp(nn.ModuleList(layers))


def test_a_critic_gives_one_score():
    generator = Generator(nn.Linear(2, 3), RowOutput(Layout(3)))
    assert are_mlps(generator, nn.Sequential(nn.Linear(3, 1)))
    assert not are_mlps(generator, nn.Sequential(nn.Linear(3, 2)))
