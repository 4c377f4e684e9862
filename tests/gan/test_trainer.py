"""The loop against a textbook one, and how it ends."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import wasserstein_distance
from torch import nn

from tabgan.gan.batches import Batches
from tabgan.gan.device import available_devices, resolve_device
from tabgan.gan.distance import SlicedWasserstein
from tabgan.gan.history import History
from tabgan.gan.networks import FlatParameters, build_mlp
from tabgan.gan.objectives import WGANGP
from tabgan.gan.step import AutogradStep
from tabgan.gan.trainer import LOG_EVERY, Trainer, TrainingOptions

OPTIONS = dict(
    iterations=120,
    batch_size=16,
    n_critic=3,
    latent_dim=2,
    critic_lr=1e-3,
    generator_lr=5e-4,
    betas=(0.5, 0.9),
    lr_decay=True,
    ema_decay=0.9,
)
ROWS = torch.randn(100, 3, generator=torch.Generator().manual_seed(1)).tanh()


def make_networks(rng: torch.Generator, dtype=torch.float32) -> tuple[nn.Module, nn.Module]:
    return build_mlp([2, 8, 8, 3], rng, bounded=True).to(dtype), build_mlp([3, 8, 8, 1], rng).to(dtype)


def make_trainer(seed: int = 0, dtype=torch.float32, **options) -> Trainer:
    rng = torch.Generator().manual_seed(seed)
    step = AutogradStep(*make_networks(rng, dtype), WGANGP(2.0), rng)
    return Trainer(step, ROWS.to(dtype), TrainingOptions(**(OPTIONS | options)), rng)


class Recorder:
    """Passes batches and latents on and keeps them, for a second trainer to be fed with."""

    def __init__(self, trainer: Trainer) -> None:
        self.real, self.latents = [], []
        draw, latent = trainer.batches.draw, trainer.latent
        trainer.batches.draw = lambda: self.real.append(draw()) or self.real[-1]
        trainer.latent = lambda: self.latents.append(latent()) or self.latents[-1]


def test_it_follows_the_textbook_loop(monkeypatch):
    """Plain modules, one Adam each, double backward; the same batches, latents and interpolation."""
    shares = []
    rand = torch.rand
    monkeypatch.setattr(torch, "rand", lambda *a, **k: shares.append(rand(*a, **k)) or shares[-1])
    trainer = make_trainer(dtype=torch.float64)
    generator, critic = make_networks(torch.Generator().manual_seed(0), torch.float64)
    seen = Recorder(trainer)
    for iteration in range(1, 11):
        trainer.run_iteration(iteration)
    real, latents = iter(seen.real), iter(seen.latents)
    critic_adam = torch.optim.Adam(critic.parameters(), betas=(0.5, 0.9), foreach=False)
    generator_adam = torch.optim.Adam(generator.parameters(), betas=(0.5, 0.9), foreach=False)
    average = nn.utils.parameters_to_vector(generator.parameters()).detach()
    for iteration in range(10):
        left = 1 - iteration / 120
        critic_adam.param_groups[0]["lr"], generator_adam.param_groups[0]["lr"] = 1e-3 * left, 5e-4 * left
        for step in range(3):
            x, share = next(real), shares[3 * iteration + step]
            fake = generator(next(latents)).detach()
            between = (share * x + (1 - share) * fake).requires_grad_()
            (gradient,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
            loss = critic(fake).mean() - critic(x).mean() + 2 * ((gradient.norm(2, dim=1) - 1) ** 2).mean()
            critic_adam.zero_grad()
            loss.backward()
            critic_adam.step()
        generator_adam.zero_grad()
        (-critic(generator(next(latents))).mean()).backward()
        generator_adam.step()
        weight = max(1 - 0.9, 9 / (10 + iteration))
        average += weight * (nn.utils.parameters_to_vector(generator.parameters()).detach() - average)
    for ours, textbook in ((trainer.step.critic, critic), (trainer.step.generator, generator)):
        for a, b in zip(ours.parameters(), textbook.parameters(), strict=True):
            torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(trainer.average, average, rtol=1e-9, atol=1e-9)


def test_flat_parameters_are_those_of_the_module():
    module = build_mlp([2, 5, 1], torch.Generator().manual_seed(0))
    before = nn.utils.parameters_to_vector(module.parameters()).clone()
    flat = FlatParameters(module)
    assert torch.equal(flat.value, before)
    module(torch.ones(3, 2)).sum().backward()
    assert torch.equal(flat.value.grad, torch.cat([p.grad.reshape(-1) for p in module.parameters()]))
    assert flat.value.grad.abs().sum() > 0
    with torch.no_grad():
        flat.value.zero_()
    flat.zero_grad()
    assert all(not p.any() and not p.grad.any() for p in module.parameters())


def test_an_iteration_takes_n_critic_critic_steps_and_one_generator_step():
    trainer = make_trainer(n_critic=4)
    seen = Recorder(trainer)
    trainer.run_iteration(1)
    assert len(seen.real) == 4
    assert len(seen.latents) == 5


def test_the_same_seed_trains_the_same_and_leaves_the_global_generators_alone():
    torch.manual_seed(5)
    np.random.seed(5)  # noqa: NPY002
    states = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    first, second = make_trainer(), make_trainer()
    first_history, second_history = first.run(), second.run()
    assert torch.equal(first.best, second.best)
    assert np.array_equal(first_history.critic_loss, second_history.critic_loss)
    assert not np.array_equal(make_trainer(seed=1).run().critic_loss, first_history.critic_loss)
    assert torch.equal(states[0], torch.get_rng_state())
    assert np.array_equal(states[1], np.random.get_state()[1])  # noqa: NPY002


def test_the_history_has_every_iteration(monkeypatch):
    reports = []
    clock = iter(range(10**9))
    monkeypatch.setattr("tabgan.gan.trainer.time.monotonic", lambda: next(clock) / 100)
    trainer = make_trainer()
    history = trainer.run(lambda *report: reports.append(report))
    assert history.status == "finished"
    assert len(history) == len(history.to_frame()) == 120
    assert [r[0] for r in reports] == [21, 42, 63, 84, 104, 120]  # every 0.2 seconds, and at the end
    for iteration, critic_loss, unregularized_loss in reports:
        assert critic_loss == history.critic_loss[iteration - 1]
        assert unregularized_loss == history.unregularized_loss[iteration - 1]
    assert (history.critic_loss > history.unregularized_loss).all()
    assert history.to_frame()["wasserstein"].tolist() == (-history.unregularized_loss).tolist()
    assert history.distance[:, 0].tolist() == [50, 100, 120]
    assert history.best_iteration in (50, 100, 120)


def test_the_best_generator_is_kept():
    trainer = make_trainer()
    snapshots = {}
    check = trainer.check

    def recording_check(iteration):
        snapshots[iteration] = trainer.average.clone()
        return check(iteration)

    trainer.check = recording_check
    history = trainer.run()
    assert torch.equal(trainer.best, snapshots[history.best_iteration])
    assert history.best_distance == history.distance[:, 1].min()


def test_a_check_changes_nothing():
    trainer = make_trainer()
    trainer.run_iteration(1)
    before = trainer.step.generator_parameters.value.detach().clone(), trainer.rng.get_state()
    trainer.check(1)
    assert torch.equal(before[0], trainer.step.generator_parameters.value.detach())
    assert torch.equal(before[1], trainer.rng.get_state())


def test_an_interruption_keeps_the_best_so_far():
    history = interrupt(trainer := make_trainer(), 100)
    assert history.status == "interrupted"
    assert len(history) == 99
    assert history.distance[:, 0].tolist() == [50, 99]
    assert torch.isfinite(trainer.best).all()


def interrupt(trainer: Trainer, iteration: int) -> History:
    """Run until Ctrl-C in the generator step of an iteration."""
    step = trainer.generator_step

    def generator_step(number):
        if number == iteration:
            raise KeyboardInterrupt
        step(number)

    trainer.generator_step = generator_step
    return trainer.run()


def test_an_interruption_before_anything_is_done_is_passed_on():
    with pytest.raises(KeyboardInterrupt):
        interrupt(make_trainer(), 1)


def test_an_interruption_after_losses_went_wrong_is_a_divergence():
    history = interrupt(spoil(make_trainer(), 70), 80)
    assert history.status == "diverged"
    assert history.best_iteration == 50


def spoil(trainer: Trainer, iterations: int) -> Trainer:
    """Give a trainer batches that are not finite after some iterations of three critic steps."""
    draw, count = trainer.batches.draw, iter(range(10**9))
    trainer.batches.draw = lambda: draw() * (float("nan") if next(count) >= 3 * iterations else 1)
    return trainer


def test_a_loss_that_is_not_finite_ends_the_run():
    history = (trainer := spoil(make_trainer(), 70)).run()
    assert history.status == "diverged"
    assert np.flatnonzero(~np.isfinite(history.critic_loss))[0] == 70
    assert len(history) == 2 * LOG_EVERY
    assert history.best_iteration == 50
    assert torch.isfinite(trainer.best).all()


def test_rows_that_are_not_finite_end_the_run():
    history = make_trainer(iterations=1, generator_lr=1e38, lr_decay=False).run()
    assert history.status == "diverged"
    assert np.isfinite(history.critic_loss).all()
    assert history.best_iteration == 0


def test_learning_rates_decay_to_two_percent_or_not_at_all():
    for decays, rates in ((True, [1e-3, 5e-4, 2e-5]), (False, [1e-3] * 3)):
        trainer = make_trainer(lr_decay=decays)
        for iteration, rate in zip((1, 61, 120), rates, strict=True):
            trainer.descend(trainer.critic_optimizer, 1e-3, iteration)
            assert trainer.critic_optimizer.param_groups[0]["lr"] == pytest.approx(rate)


def test_batches_take_every_row_before_any_again():
    rows = torch.arange(10.0)[:, None]
    batches = Batches(rows, 3, torch.Generator().manual_seed(0))
    for _ in range(4):
        epoch = torch.cat([batches.draw() for _ in range(3)]).ravel()
        assert len(epoch.unique()) == 9
    whole = Batches(rows, 10, torch.Generator().manual_seed(0))
    first, second = whole.draw(), whole.draw()
    assert torch.equal(first.sort(dim=0).values, rows)
    assert not torch.equal(first, second)


def test_the_sliced_distance_is_the_mean_of_scipys():
    rng = torch.Generator().manual_seed(0)
    sliced = SlicedWasserstein(ROWS, 2, rng)
    generator = build_mlp([2, 8, 3], rng)
    with torch.no_grad():
        fake = generator(sliced.latent).numpy()
    directions = sliced.directions.numpy()
    np.testing.assert_allclose(np.linalg.norm(directions, axis=0), 1, rtol=1e-6)
    expected = np.mean([wasserstein_distance(ROWS.numpy() @ d, fake @ d) for d in directions.T])
    assert sliced.measure(generator) == pytest.approx(expected, rel=1e-5)


def test_a_device_that_is_not_there_is_refused_with_those_that_are():
    assert available_devices()[:2] == ["auto", "cpu"]
    for name in ("gpu", "cuda:99", ""):
        with pytest.raises(ValueError, match="choose one of auto, cpu"):
            resolve_device(name)
    assert resolve_device("cpu").type == "cpu"
    assert resolve_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_training_runs_on_a_gpu():
    rng = torch.Generator("cuda").manual_seed(0)
    cpu = torch.Generator().manual_seed(0)
    generator, critic = build_mlp([2, 8, 3], cpu, bounded=True).cuda(), build_mlp([3, 8, 1], cpu).cuda()
    trainer = Trainer(AutogradStep(generator, critic, WGANGP(), rng), ROWS.cuda(), TrainingOptions(**OPTIONS), rng)
    assert trainer.run().status == "finished"
