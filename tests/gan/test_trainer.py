"""The loop against a textbook one, and how it ends."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tabgan.gan.batches import Batches
from tabgan.gan.device import available_devices, lacks_memory, repeatable, resolve_device
from tabgan.gan.explicit import ExplicitStep
from tabgan.gan.history import History
from tabgan.gan.monitor import Monitor, SlicedWasserstein
from tabgan.gan.networks import FlatParameters, build_generator, build_mlp
from tabgan.gan.objectives import WGANGP
from tabgan.gan.output import RowOutput
from tabgan.gan.step import AutogradStep
from tabgan.gan.trainer import LOG_EVERY, Trainer, TrainingOptions
from tabgan.preprocessing.layout import Layout

OPTIONS = dict(
    iterations=120,
    critic_lr=1e-3,
    generator_lr=5e-4,
    betas=(0.5, 0.9),
    lr_decay=True,
    ema_decay=0.9,
)
ROWS = torch.randn(100, 3, generator=torch.Generator().manual_seed(1)).tanh()


def make_networks(rng: torch.Generator, dtype=torch.float32) -> tuple[nn.Sequential, nn.Sequential]:
    generator, critic = build_generator([2, 8, 8], rng, RowOutput(Layout(3))), build_mlp([3, 8, 8, 1], rng)
    return generator.to(dtype), critic.to(dtype)


def make_trainer(
    seed: int = 0, dtype=torch.float32, explicit: bool = True, n_critic=3, batch_size=16, batches=None, **options
) -> Trainer:
    rng = torch.Generator().manual_seed(seed)
    generator, critic = make_networks(rng, dtype)
    if explicit:
        step = ExplicitStep(generator, critic, WGANGP(2.0), batch_size, n_critic)
    else:
        step = AutogradStep(generator, critic, WGANGP(2.0))
    monitor = Monitor(SlicedWasserstein(ROWS.to(dtype), 2, rng), generator, step.generator_parameters.flat)
    batches = batches or Batches(ROWS.to(dtype), batch_size, n_critic, 2, 1, rng)
    return Trainer(step, batches, monitor, TrainingOptions(**(OPTIONS | options)))


def record(trainer: Trainer) -> list[tuple[torch.Tensor, ...]]:
    """Keep the draws of every iteration, for a second trainer to be fed with."""
    seen = []
    draw = trainer.batches.draw

    def recording_draw():
        draw()
        with torch.inference_mode(False):  # the textbook loop differentiates
            seen.append(
                tuple(x.clone() for x in (trainer.batches.real, trainer.batches.latent, trainer.batches.uniform))
            )

    trainer.batches.draw = recording_draw
    return seen


@pytest.mark.parametrize("explicit", [False, True])
def test_it_follows_the_textbook_loop(explicit):
    """Plain modules, one Adam each, double backward; the same batches, latents and interpolation."""
    trainer = make_trainer(dtype=torch.float64, explicit=explicit)
    generator, critic = make_networks(torch.Generator().manual_seed(0), torch.float64)
    seen = record(trainer)
    for _ in range(10):
        trainer.run_iteration()
    critic_adam = torch.optim.Adam(critic.parameters(), betas=(0.5, 0.9), foreach=False)
    generator_adam = torch.optim.Adam(generator.parameters(), betas=(0.5, 0.9), foreach=False)
    average = nn.utils.parameters_to_vector(generator.parameters()).detach()
    for iteration, (real, latent, uniform) in enumerate(seen):
        left = 1 - iteration / 120
        critic_adam.param_groups[0]["lr"] = float(np.float32(1e-3 * left))  # rates are kept in float32
        generator_adam.param_groups[0]["lr"] = float(np.float32(5e-4 * left))
        for x, z, (share,) in zip(real, latent[:-1], uniform, strict=True):
            fake = generator(z).detach()
            between = (share * x + (1 - share) * fake).requires_grad_()
            (gradient,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
            gap = critic(fake).mean() - critic(x).mean()
            loss = gap + 2 * ((gradient.norm(2, dim=1) - 1) ** 2).mean()
            critic_adam.zero_grad()
            loss.backward()
            critic_adam.step()
        assert trainer.losses[iteration].tolist() == pytest.approx(
            [float(loss.detach()), float(gap.detach())], abs=1e-6
        )
        generator_adam.zero_grad()
        (-critic(generator(latent[-1])).mean()).backward()
        generator_adam.step()
        weight = float(np.float32(max(1 - 0.9, 9 / (10 + iteration))))
        average += weight * (nn.utils.parameters_to_vector(generator.parameters()).detach() - average)
    for ours, textbook in ((trainer.step.critic, critic), (trainer.step.generator, generator)):
        for a, b in zip(ours.parameters(), textbook.parameters(), strict=True):
            torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(trainer.average, average, rtol=1e-9, atol=1e-9)


def test_flat_parameters_are_those_of_the_module():
    module = build_mlp([2, 5, 1], torch.Generator().manual_seed(0))
    before = nn.utils.parameters_to_vector(module.parameters()).clone()
    flat = FlatParameters(module)
    assert torch.equal(flat.flat, before)
    module(torch.ones(3, 2)).sum().backward()
    assert torch.equal(flat.grad, torch.cat([p.grad.reshape(-1) for p in module.parameters()]))
    assert flat.grad.abs().sum() > 0
    flat.flat.zero_()
    flat.grad.zero_()
    assert all(not p.any() and not p.grad.any() for p in module.parameters())


def test_an_iteration_takes_n_critic_critic_steps_and_one_generator_step():
    trainer = make_trainer(n_critic=4)
    trainer.run_iteration()
    assert float(trainer.critic_optimizer.state["steps"]) == 4
    assert float(trainer.generator_optimizer.state["steps"]) == 1
    assert trainer.done == 1


def test_the_same_seed_trains_the_same_and_leaves_the_global_generators_alone():
    torch.manual_seed(5)
    np.random.seed(5)  # noqa: NPY002
    states = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    first, second = make_trainer(), make_trainer()
    first_history, second_history = first.run(), second.run()
    assert torch.equal(first.monitor.best, second.monitor.best)
    assert np.array_equal(first_history.critic_loss, second_history.critic_loss)
    assert not np.array_equal(make_trainer(seed=1).run().critic_loss, first_history.critic_loss)
    assert torch.equal(states[0], torch.get_rng_state())
    assert np.array_equal(states[1], np.random.get_state()[1])  # noqa: NPY002


def test_the_history_has_every_iteration():
    seen = []
    history = make_trainer().run(
        lambda trainer: seen.append((trainer.done, *trainer.losses[trainer.done - 1].tolist()))
    )
    assert history.status == "finished"
    assert len(history) == len(history.to_frame()) == len(seen) == 120
    for i, (done, critic_loss, unregularized_loss) in enumerate(seen):
        assert done == i + 1
        assert critic_loss == history.critic_loss[i]
        assert unregularized_loss == history.unregularized_loss[i]
    assert (history.critic_loss > history.unregularized_loss).all()
    assert history.to_frame()["wasserstein"].tolist() == (-history.unregularized_loss).tolist()
    assert history.distance[:, 0].tolist() == [50, 100, 120]
    assert history.best_iteration in (50, 100, 120)
    assert history.seconds > 0


def test_it_stops_after_checks_without_gain():
    trainer = make_trainer(iterations=10**6, patience=3)
    distances = iter([5.0, 3.0, 2.0, 2.5, 4.0, 2.1, 1.0])
    trainer.monitor.distance.measure = lambda generator: next(distances)
    history = trainer.run()
    assert history.status == "no gain"
    assert len(history) == 6 * LOG_EVERY
    assert len(trainer.run()) == len(history)  # and stays there


def test_it_stops_when_time_is_out(monkeypatch):
    clock = iter(range(10**9))
    monkeypatch.setattr("tabgan.gan.trainer.time.monotonic", lambda: float(next(clock)))
    history = make_trainer(iterations=10**6, max_seconds=30).run()
    assert history.status == "out of time"
    assert len(history) == 30
    assert history.distance[:, 0].tolist() == [30]  # measured, so that there is something to keep


def test_an_interruption_keeps_the_best_so_far():
    history = interrupt(trainer := make_trainer(), 100)
    assert history.status == "interrupted"
    assert len(history) == 99
    assert history.distance[:, 0].tolist() == [50, 99]
    assert torch.isfinite(trainer.monitor.best).all()


def interrupt(trainer: Trainer, iteration: int) -> History:
    """Run until Ctrl-C in the generator step of an iteration."""
    step = trainer.generator_step

    def generator_step():
        if trainer.done + 1 == iteration:
            raise KeyboardInterrupt
        step()

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
    """Give a trainer batches that are not finite after some iterations."""
    draw = trainer.batches.draw

    def bad_draw():
        draw()
        if trainer.done >= iterations:
            trainer.batches.real.fill_(float("nan"))

    trainer.batches.draw = bad_draw
    return trainer


def test_a_loss_that_is_not_finite_ends_the_run():
    history = (trainer := spoil(make_trainer(), 70)).run()
    assert history.status == "diverged"
    assert np.flatnonzero(~np.isfinite(history.critic_loss))[0] == 70
    assert len(history) == 2 * LOG_EVERY
    assert history.best_iteration == 50
    assert torch.isfinite(trainer.monitor.best).all()


def test_rows_that_are_not_finite_end_the_run():
    history = make_trainer(iterations=1, generator_lr=1e38, lr_decay=False).run()
    assert history.status == "diverged"
    assert np.isfinite(history.critic_loss).all()
    assert history.best_iteration == 0


class Stream:
    """Batches of rows that were never in memory: a source of somebody else's."""

    def __init__(self) -> None:
        self.rng, self.drawn = torch.Generator().manual_seed(3), 0

    def draw(self) -> None:
        self.drawn += 1
        self.real = torch.rand(2, 16, 3, generator=self.rng) * 0.2 + 0.3
        self.latent = torch.randn(3, 16, 2, generator=self.rng)
        self.uniform = torch.rand(2, 1, 16, 1, generator=self.rng)


def test_batches_may_come_from_anywhere():
    trainer = make_trainer(n_critic=2, batches=Stream())
    before = trainer.average.clone()
    assert trainer.run().status == "finished"
    assert trainer.batches.drawn == 120
    assert not torch.equal(trainer.average, before)
    state = trainer.get_state()
    trainer.batches.draw()
    trainer.set_state(state)
    assert torch.equal(trainer.batches.rng.get_state(), torch.from_numpy(state["rng"]))


def test_learning_rates_decay_to_two_percent_or_not_at_all():
    for decays, rates in ((True, [1e-3, 5e-4, 2e-5]), (False, [1e-3] * 3)):
        trainer = make_trainer(lr_decay=decays)
        for done, rate in zip((0, 60, 119), rates, strict=True):
            trainer.done = done
            trainer.run_iteration()
            assert float(trainer.critic_rate) == pytest.approx(rate)
            assert float(trainer.generator_rate) == pytest.approx(rate / 2)


@pytest.mark.parametrize("explicit", [False, True])
def test_a_state_taken_back_goes_on_as_if_never_stopped(explicit):
    whole, first, second = (make_trainer(explicit=explicit) for _ in range(3))
    expected = whole.run()
    for _ in range(70):
        first.run_iteration()
        first.look()
    second.run_iteration()  # whatever it did before is forgotten
    second.set_state(first.get_state())
    history = second.run()
    assert torch.equal(second.monitor.best, whole.monitor.best)
    for name, tensor in whole.tensors().items():
        assert torch.equal(second.tensors()[name], tensor), name
    for name in ("critic_loss", "unregularized_loss", "distance", "best_iteration", "status", "floor", "noise"):
        np.testing.assert_array_equal(getattr(history, name), getattr(expected, name))


def test_a_state_is_no_view_of_the_run():
    trainer = make_trainer()
    trainer.run_iteration()
    state = trainer.get_state()
    before = state["tensors"]["critic"].copy(), state["best"].copy(), state["losses"].copy(), state["rng"].copy()
    trainer.run_iteration()
    trainer.look()
    for now, then in zip(
        (state["tensors"]["critic"], state["best"], state["losses"], state["rng"]), before, strict=True
    ):
        assert np.array_equal(now, then)


def test_a_device_that_is_not_there_is_refused_with_those_that_are():
    assert available_devices()[:2] == ["auto", "cpu"]
    for name in ("gpu", "cuda:99", ""):
        with pytest.raises(ValueError, match="choose one of auto, cpu"):
            resolve_device(name)
    assert resolve_device("cpu").type == "cpu"
    assert resolve_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_a_gpu_has_a_number(monkeypatch):
    """Else it would be another one when torch's current device changes."""
    for name, value in {"is_available": True, "device_count": 2, "current_device": 1}.items():
        monkeypatch.setattr(torch.cuda, name, lambda value=value: value)
    assert available_devices() == ["auto", "cpu", "cuda", "cuda:0", "cuda:1"]
    assert [str(resolve_device(name)) for name in ("auto", "cuda", "cuda:0")] == ["cuda:1", "cuda:1", "cuda:0"]


def test_apples_mps_is_refused():
    with pytest.raises(ValueError, match=r"a CPU or a CUDA GPU, but is 'mps', .* use device='cpu'"):
        resolve_device("mps")


@pytest.mark.skipif(not hasattr(torch.backends.cudnn, "conv"), reason="this torch knows one way alone")
def test_torch_may_be_told_of_tf32_in_any_way():
    """Of two ways to do so `torch.backends.cudnn.flags` refuses one, and undoes the other."""
    conv = torch.backends.cudnn.conv
    before = conv.fp32_precision
    try:
        conv.fp32_precision = "ieee"
        for device in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",):
            with repeatable(0, torch.device(device)):
                assert conv.fp32_precision == "ieee"
    finally:
        conv.fp32_precision = before


def test_cudnn_is_deterministic_inside_and_as_it_was_outside(monkeypatch):
    cudnn = torch.backends.cudnn
    monkeypatch.setattr(torch.cuda, "default_generators", [torch.Generator()])
    before, generator = cudnn.deterministic, torch.cuda.default_generators[0].get_state()
    with repeatable(0, torch.device("cuda", 0)):
        assert cudnn.deterministic
        assert not cudnn.benchmark
        torch.rand(3, generator=torch.cuda.default_generators[0])
    assert cudnn.deterministic == before
    assert torch.equal(torch.cuda.default_generators[0].get_state(), generator)


def test_a_gpu_without_room_is_told_from_other_errors():
    full = [torch.cuda.OutOfMemoryError("CUDA out of memory"), RuntimeError("CUDA error: out of memory at a graph")]
    full += [RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")]
    assert all(map(lacks_memory, full))
    assert not lacks_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
