"""What a CUDA graph asks of an iteration, held on a CPU; and the graph itself where there is a GPU."""

from __future__ import annotations

import gc
import warnings
import weakref
from types import SimpleNamespace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tabgan.gan.batches import Batches
from tabgan.gan.explicit import ExplicitStep
from tabgan.gan.monitor import Monitor, SlicedWasserstein
from tabgan.gan.networks import build_generator, build_mlp
from tabgan.gan.objectives import WGANGP, VanillaGAN, WGANClip
from tabgan.gan.output import RowOutput
from tabgan.gan.step import AutogradStep
from tabgan.gan.trainer import Trainer, TrainingOptions, register, rehearse
from tabgan.preprocessing.layout import Layout

OPTIONS = TrainingOptions(
    iterations=60,
    critic_lr=1e-3,
    generator_lr=1e-3,
    betas=(0.5, 0.9),
    lr_decay=True,
    ema_decay=0.9,
)
# Operations whose result the host must wait for, or whose output's shape depends on values.
WAITING = {
    "_local_scalar_dense",
    "item",
    "is_nonzero",
    "equal",
    "nonzero",
    "masked_select",
    "unique",
    "_unique2",
    "bincount",
}


class Waits(TorchDispatchMode):
    """Counts operations that would wait for a device."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        name = operation.overloadpacket.__name__
        if name in WAITING or (name == "index" and any(x is not None and x.dtype == torch.bool for x in args[1])):
            self.seen.append(name)
        return operation(*args, **(kwargs or {}))


def make_trainer(objective=None, device: str = "cpu", batch_size: int = 16, explicit: bool = True) -> Trainer:
    rng, cpu = torch.Generator(device).manual_seed(0), torch.Generator().manual_seed(0)
    output = RowOutput(Layout(1, (3,)), frequencies=(1, 2), n_projections=2, rng=cpu)
    rows = output.show(torch.rand(100, 4, generator=cpu)).to(device)
    generator, critic = build_generator([3, 8, 8], cpu, output), build_mlp([output.n_shown, 8, 8, 1], cpu)
    generator, critic = generator.to(device), critic.to(device)
    objective = objective or WGANGP()
    if explicit:
        step = ExplicitStep(generator, critic, objective, batch_size, 2)
    else:
        step = AutogradStep(generator, critic, objective)
    monitor = Monitor(SlicedWasserstein(rows, 6, rng), generator, step.generator_parameters.flat)
    return Trainer(step, Batches(rows, batch_size, 2, 6, objective.n_uniform, rng), monitor, OPTIONS)


@pytest.fixture
def waits(monkeypatch) -> Waits:
    """Counts what it sees while it is entered, and copies to the host, which no operation shows, at any time."""
    waits = Waits()
    for name in ("tolist", "numpy", "cpu", "item"):
        copy = getattr(torch.Tensor, name)
        monkeypatch.setattr(
            torch.Tensor,
            name,
            lambda self, *a, copy=copy, name=name, **k: (waits.seen.append(name), copy(self, *a, **k))[1],
        )
    return waits


@pytest.mark.parametrize("explicit", [True, False])
@pytest.mark.parametrize("batch_size", [16, 100])
@pytest.mark.parametrize("objective", [WGANGP(), WGANClip(), VanillaGAN()])
def test_an_iteration_never_waits_for_the_device(waits, objective, batch_size, explicit):
    trainer = make_trainer(objective, batch_size=batch_size, explicit=explicit)
    trainer.run_iteration()
    waits.seen.clear()
    with waits:
        trainer.run_iteration()
    assert waits.seen == []


@pytest.mark.parametrize(
    "wait",
    [
        lambda: float(torch.ones(1)),
        lambda: bool(torch.ones(1) > 0),
        lambda: torch.arange(3)[torch.arange(3) > 1],
        lambda: torch.ones(3).nonzero(),
        lambda: torch.ones(3).tolist(),
        lambda: torch.ones(3).numpy(),
        lambda: torch.ones(3).cpu(),
    ],
)
def test_a_wait_would_be_noticed(waits, wait):
    with waits:
        wait()
    assert waits.seen


def test_an_iteration_allocates_nothing_that_lasts():
    """What it changes for the next one is in `tensors`, at addresses that stay."""
    trainer = make_trainer()
    before = {name: tensor.data_ptr() for name, tensor in trainer.tensors().items()}
    gradients = trainer.step.critic_parameters.grad.data_ptr(), trainer.step.generator_parameters.grad.data_ptr()
    for _ in range(3):
        trainer.run_iteration()
    assert {name: tensor.data_ptr() for name, tensor in trainer.tensors().items()} == before
    assert (
        trainer.step.critic_parameters.grad.data_ptr(),
        trainer.step.generator_parameters.grad.data_ptr(),
    ) == gradients


@pytest.mark.parametrize("explicit", [True, False])
@pytest.mark.parametrize("objective", [WGANGP(), WGANClip(), VanillaGAN()])
def test_a_rehearsal_changes_nothing(objective, explicit):
    """So the tensors a trainer names are all that an iteration changes for the next."""
    rehearsed, other = (make_trainer(objective, explicit=explicit) for _ in range(2))
    rehearse(rehearsed.steps, list(rehearsed.tensors().values()), rehearsed.batches.rng)
    for trainer in (rehearsed, other):
        for _ in range(5):
            trainer.run_iteration()
    assert torch.equal(rehearsed.losses, other.losses)
    assert torch.equal(rehearsed.average, other.average)


def test_what_is_set_before_the_first_iteration_is_part_of_the_graph(monkeypatch):
    """A graph repeats what was there when it was made."""
    captured = []

    def as_graph(steps, changed, rng):
        captured.append([tensor.data_ptr() for tensor in changed])
        return SimpleNamespace(replay=steps)

    monkeypatch.setattr("tabgan.gan.trainer.as_graph", as_graph)
    trainer = make_trainer()
    trainer.batches = FeignedCuda(trainer.batches)
    assert not captured
    for _ in range(2):
        trainer.run_iteration()
    assert captured == [[tensor.data_ptr() for tensor in trainer.tensors().values()]]


class FeignedCuda:
    """Batches that say they are on a GPU."""

    def __init__(self, batches) -> None:
        self.batches, self.rng = batches, SimpleNamespace(device=torch.device("cuda", 0))

    def __getattr__(self, name):
        return getattr(self.batches, name)


class Graph:
    """What torch has up to 2.13 to tell a graph of a generator, and what it may say of that later."""

    def __init__(self) -> None:
        self.told = []

    def register_generator_state(self, rng):
        self.told.append(rng)
        warnings.warn("deprecated", FutureWarning, stacklevel=2)


def test_a_graph_is_told_of_the_generator_if_it_asks():
    rng, graph = torch.Generator(), Graph()
    register(graph, rng)
    register(object(), rng)
    assert graph.told == [rng]


def test_there_is_no_graph_on_a_cpu():
    trainer = make_trainer()
    trainer.run_iteration()
    assert trainer.graph is None


def test_rows_are_free_as_soon_as_nobody_holds_the_trainer():
    trainer = make_trainer()
    trainer.run_iteration()
    rows = weakref.ref(trainer.batches.rows)
    gc.disable()
    try:
        del trainer
        assert rows() is None
    finally:
        gc.enable()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@pytest.mark.parametrize("explicit", [True, False])
@pytest.mark.parametrize("objective", [WGANGP(), WGANClip(), VanillaGAN()])
def test_a_graph_does_what_the_steps_do(objective, explicit):
    graph, eager = (make_trainer(objective, "cuda", explicit=explicit) for _ in range(2))
    eager.take_steps = eager.steps
    for trainer in (graph, eager):
        for _ in range(20):
            trainer.run_iteration()
    assert graph.graph is not None
    assert eager.graph is None
    torch.testing.assert_close(graph.losses, eager.losses, rtol=1e-4, atol=1e-4)
    assert graph.run().status == "finished"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_a_state_goes_on_on_a_gpu():
    whole, first, second = (make_trainer(device="cuda") for _ in range(3))
    whole.run()
    for _ in range(30):
        first.run_iteration()
    second.set_state(first.get_state())
    second.run()
    torch.testing.assert_close(second.average, whole.average, rtol=1e-3, atol=1e-4)
