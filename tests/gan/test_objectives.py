"""The losses against closed forms, and each objective on a distribution that is known."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from tabgan import InputError
from tabgan.gan.batches import Batches
from tabgan.gan.explicit import make_step
from tabgan.gan.monitor import Monitor, SlicedWasserstein
from tabgan.gan.networks import Adam, FlatParameters, RMSprop, build_mlp
from tabgan.gan.objectives import WGANGP, VanillaGAN, WGANClip, gradient_penalty
from tabgan.gan.trainer import Trainer, TrainingOptions


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def uniform(objective, n_rows: int) -> torch.Tensor:
    return torch.rand(objective.n_uniform, n_rows, 1, generator=seeded())


def linear_critic(weights: list[float]) -> nn.Linear:
    critic = nn.Linear(len(weights), 1).double()
    with torch.no_grad():
        critic.weight.copy_(torch.tensor([weights], dtype=torch.double))
    return critic


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=6), st.floats(0, 100))
def test_the_penalty_of_a_linear_critic_is_known(weights, gp_weight):
    critic = linear_critic(weights)
    real, fake = torch.randn(2, 7, len(weights), generator=seeded(), dtype=torch.double)
    loss = WGANGP(gp_weight).critic_loss(critic, real, fake, uniform(WGANGP(), 7).double())
    norm = math.hypot(*weights)
    penalty = float((loss.total - loss.unregularized).detach())
    assert penalty == pytest.approx(gp_weight * (norm - 1) ** 2, rel=1e-9, abs=1e-9)


def test_the_penalty_is_per_row():
    def critic(x):
        return (x**2).sum(1, keepdim=True) / 2  # its gradient at x is x

    points = torch.tensor([[3.0, 4.0], [0.0, 2.0]])
    assert float(gradient_penalty(critic, points).detach()) == pytest.approx(((5 - 1) ** 2 + (2 - 1) ** 2) / 2)


def test_the_critic_of_wgan_minimises_fake_minus_real():
    critic = linear_critic([2.0])
    real, fake = torch.full((4, 1), 3.0, dtype=torch.double), torch.full((4, 1), 1.0, dtype=torch.double)
    loss = WGANClip().critic_loss(critic, real, fake, uniform(WGANClip(), 4))
    assert loss.total is loss.unregularized
    assert float(loss.total.detach()) == pytest.approx(2 * 1 - 2 * 3)
    with torch.no_grad():
        assert float(WGANGP().generator_loss(critic, fake)) == pytest.approx(-float(critic(fake).mean()))


def test_vanilla_at_one_half_is_two_logarithms_of_two():
    def undecided(x):
        return torch.zeros(len(x), 1)

    real, fake = torch.randn(2, 64, 3, generator=seeded())
    loss = VanillaGAN().critic_loss(undecided, real, fake, uniform(VanillaGAN(), len(real)))
    assert float(loss.total) == pytest.approx(2 * math.log(2))
    assert float(VanillaGAN().generator_loss(undecided, fake)) == pytest.approx(math.log(2))


def test_vanilla_labels_are_smooth_and_flipped_at_their_rates():
    confident = 30.0

    def critic(x):  # sure of each row's kind, which its one column says
        return confident * x

    real, fake = torch.ones(200_000, 1), -torch.ones(200_000, 1)
    clean = VanillaGAN(label_smoothing=0, label_flip=0).critic_loss(
        critic, real, fake, uniform(VanillaGAN(), len(real))
    )
    assert float(clean.total) == pytest.approx(0, abs=1e-9)
    # At logit z, label y costs log(1 + exp(-z)) + (1 - y) z: the mean label is read off the loss.
    smooth = VanillaGAN(label_smoothing=0.1, label_flip=0).critic_loss(
        critic, real, fake, uniform(VanillaGAN(), len(real))
    )
    assert float(smooth.total) == pytest.approx(confident * 0.05, rel=0.01)
    flipped = VanillaGAN(label_smoothing=0, label_flip=0.05).critic_loss(
        critic, real, fake, uniform(VanillaGAN(), len(real))
    )
    assert float(flipped.total) == pytest.approx(2 * confident * 0.05, rel=0.03)


@pytest.mark.parametrize("objective", [WGANGP(), WGANClip(), VanillaGAN()])
def test_slopes_are_the_derivatives_of_the_losses(objective):
    scores = torch.randn(2, 9, 1, generator=seeded(), dtype=torch.double, requires_grad=True)
    numbers = uniform(objective, 9).double()
    out = torch.empty_like(scores)
    objective.score_loss(scores, numbers).backward()
    objective.score_slopes(scores.detach(), numbers, out)
    torch.testing.assert_close(out, scores.grad)
    scores.grad = None
    objective.generator_score_loss(scores[1]).backward()
    objective.generator_slopes(scores[1].detach(), out[1])
    torch.testing.assert_close(out[1], scores.grad[1])


def test_defaults_are_those_of_the_papers():
    assert WGANGP() == WGANGP(gp_weight=10.0, gp_share=1.0)
    assert WGANClip() == WGANClip(clip=0.01)
    assert VanillaGAN() == VanillaGAN(label_smoothing=0.1, label_flip=0.05, weight_decay=1e-6)


@pytest.mark.parametrize(
    ("objective", "name", "good", "bad"),
    [
        (WGANGP, "gp_weight", [0, 1e3], [-1e-9, float("inf"), float("nan"), True, "1", None]),
        (WGANGP, "gp_share", [1e-9, 1], [0, 1.01]),
        (WGANClip, "clip", [1e-9, 5], [0, -1]),
        (VanillaGAN, "label_smoothing", [0, 1], [-0.1, 1.1]),
        (VanillaGAN, "label_flip", [0, 1], [-0.1, 1.1]),
        (VanillaGAN, "weight_decay", [0, 5], [-0.1]),
    ],
)
def test_settings_of_an_objective_keep_its_rules(objective, name, good, bad):
    for value in good:
        assert getattr(objective(**{name: value}), name) == value
    for value in bad:
        with pytest.raises(InputError, match=f"{name} must be a .*, but is .*; leave it out of {objective.__name__}"):
            objective(**{name: value})


def test_the_penalty_is_at_a_share_of_the_batch():
    assert [WGANGP(gp_share=share).count_points(10) for share in (0.01, 0.25, 0.3, 1)] == [1, 3, 3, 10]
    assert WGANGP(0).count_points(10) == WGANClip().count_points(10) == 0
    assert [x.is_penalised for x in (WGANGP(), WGANGP(0), WGANClip())] == [True, False, False]


def test_which_losses_estimate_a_distance():
    assert [x.estimates_distance for x in (WGANGP, WGANClip, VanillaGAN)] == [True, True, False]


def test_the_optimizers_are_those_of_the_papers():
    flat = FlatParameters(nn.Linear(2, 1))
    adam = WGANGP().optimizer(flat, (0.0, 0.9))
    assert (type(adam), adam.betas, adam.weight_decay) == (Adam, (0.0, 0.9), 0)
    assert type(WGANClip().optimizer(flat, (0.5, 0.9))) is RMSprop
    adamw = VanillaGAN().optimizer(flat, (0.5, 0.999))
    assert (type(adamw), adamw.betas, adamw.weight_decay) == (Adam, (0.5, 0.999), 1e-6)


def make_trainer(objective, rows, generator=None, batch_size=100, n_critic=5, n_latents=4, **options) -> Trainer:
    rng = seeded()
    chosen = dict(
        iterations=500,
        critic_lr=1e-3,
        generator_lr=1e-3,
        betas=(0.5, 0.9),
        lr_decay=True,
        ema_decay=0.98,
    )
    options = TrainingOptions(**(chosen | options))
    generator = generator or build_mlp([4, 32, 32, rows.shape[1]], rng)
    critic = build_mlp([rows.shape[1], 32, 32, 1], rng)
    step = make_step(generator, critic, objective, batch_size, n_critic)
    distance = SlicedWasserstein(rows, n_latents, rng)
    batches = Batches(rows, batch_size, n_critic, n_latents, objective.n_uniform, rng)
    return Trainer(step, batches, Monitor(distance, generator, step.generator_parameters.flat), options)


def test_clipped_weights_stay_within_the_bound_after_every_critic_step():
    trainer = make_trainer(WGANClip(clip=0.01), torch.randn(200, 2, generator=seeded()))
    trainer.run_iteration()
    for k in range(5):
        trainer.critic_step(k)
        assert float(trainer.step.critic_parameters.flat.abs().max()) <= 0.01
        assert all(float(p.detach().abs().max()) <= 0.01 for p in trainer.step.critic.parameters())


def test_the_wasserstein_estimate_approaches_the_distance_of_two_gaussians():
    """W1 between N(0, 1) and N(2, 1) is 2.

    A critic of slope -s has loss -2 s + gp_weight (s - 1)^2, which is least at s = 1 + 1 / gp_weight: that is how far
    the estimate 2 s lies above the distance. (In one dimension a heavy penalty keeps a critic that begins with the
    wrong sign from changing it, so the penalty begins light.)
    """
    shifted = nn.Linear(1, 1)
    with torch.no_grad():
        shifted.weight.fill_(1.0)
        shifted.bias.fill_(2.0)
    rows = torch.randn(4000, 1, generator=seeded())
    parameters = None
    for gp_weight, iterations in ((0.1, 50), (10.0, 350), (40.0, 600)):
        options = dict(iterations=iterations, batch_size=256, n_critic=1, n_latents=1, lr_decay=False)
        trainer = make_trainer(WGANGP(gp_weight), rows, generator=shifted, critic_lr=2e-3, generator_lr=0.0, **options)
        if parameters is not None:
            trainer.step.critic_parameters.flat.copy_(parameters)
        history = trainer.run()
        parameters = trainer.step.critic_parameters.flat
        estimate = float(history.wasserstein[-100:].mean())
        assert iterations == 50 or estimate == pytest.approx(2 * (1 + 1 / gp_weight), abs=0.06)


@pytest.mark.parametrize(
    ("objective", "options"),
    [
        (WGANGP(gp_weight=0.3), {"iterations": 800}),
        (WGANClip(), {"critic_lr": 5e-4, "generator_lr": 5e-4}),
        (VanillaGAN(), {"n_critic": 1, "iterations": 2000, "betas": (0.5, 0.999)}),
    ],
    ids=["wgan-gp", "wgan", "gan"],
)
def test_every_objective_learns_a_gaussian(objective, options):
    rows = 0.5 + 0.2 * torch.randn(1000, 1, generator=seeded(1))
    trainer = make_trainer(objective, rows, **options)
    trainer.run()
    nn.utils.vector_to_parameters(trainer.monitor.best, trainer.step.generator.parameters())
    with torch.no_grad():
        drawn = trainer.step.generator(torch.randn(4000, 4, generator=seeded(2)))
    assert float(drawn.mean()) == pytest.approx(0.5, abs=0.04)
    assert float(drawn.std()) == pytest.approx(0.2, abs=0.04)
