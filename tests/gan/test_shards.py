"""Shards of a batch have its gradient, and whoever computes which of them, not a bit is another."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch

from tabgan.gan.explicit import ExplicitStep
from tabgan.gan.networks import build_generator, build_mlp
from tabgan.gan.objectives import WGANGP, VanillaGAN
from tabgan.gan.output import RowOutput
from tabgan.gan.shards import SHARDS, Alone, ShardedStep
from tabgan.gan.step import AutogradStep, Step
from tabgan.preprocessing.layout import Layout


def make(make_step: Any, objective: Any, *sizes: Any, dtype: torch.dtype = torch.float64) -> Step:
    """A step on networks that are the same each time."""
    rng = torch.Generator().manual_seed(0)
    output = RowOutput(Layout(2, (3,), 0), (1,), 4, rng)
    generator = build_generator([5, 16, 16], rng, output).to(dtype)
    return make_step(generator, build_mlp([output.n_shown, 16, 16, 1], rng).to(dtype), objective, *sizes)


def draw(step: Step, batch_size: int, dtype: torch.dtype = torch.float64) -> tuple[torch.Tensor, ...]:
    like: Any = {"generator": torch.Generator().manual_seed(1), "dtype": dtype}
    n_shown, n_latents = step.critic[0].in_features, step.generator.n_latents
    shapes = (2, batch_size, n_shown), (3, batch_size, n_latents), (2, step.objective.n_uniform, batch_size, 1)
    return tuple(torch.rand(shape, **like) for shape in shapes)


def gradients(step: Step, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """Those of an iteration, and the losses."""
    found = []
    step.begin(*batch)
    for k in range(2):
        step.critic_gradients(k)
        found.append(step.critic_parameters.grad.clone())
    found.append(torch.stack(step.critic_losses()))
    step.generator_gradients()
    return torch.cat([*found, step.generator_parameters.grad])


@pytest.mark.parametrize(
    ("objective", "batch_size"), [(WGANGP(0.3, 0.25), 64), (WGANGP(), 67), (VanillaGAN(), 67), (WGANGP(0.0), 9)]
)
def test_shards_have_the_gradient_and_losses_of_the_batch(objective, batch_size):
    truth = make(AutogradStep, objective)
    batch = draw(truth, batch_size)
    sharded = make(ShardedStep, objective, batch_size, 2, Alone())
    assert isinstance(sharded.steps[0], ExplicitStep)
    torch.testing.assert_close(gradients(sharded, batch), gradients(truth, batch), rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(sharded.generator_loss(), truth.generator_loss(), rtol=1e-9, atol=1e-12)


class Threads:
    """One of several that hand each other what they have."""

    def __init__(self, rank: int, size: int, barrier: threading.Barrier, shared: list[torch.Tensor]) -> None:
        self.own = range(rank * SHARDS // size, (rank + 1) * SHARDS // size)
        self.rank, self.barrier, self.shared = rank, barrier, shared

    def gather(self, row: torch.Tensor) -> list[torch.Tensor]:
        self.shared[self.rank] = row
        self.barrier.wait()
        rows = list(self.shared)
        self.barrier.wait()
        return rows


@pytest.mark.parametrize("size", [2, 4, 8])
def test_not_a_bit_depends_on_how_many_compute_them(size):
    sizes, single = (83, 2), torch.float32
    alone = make(ShardedStep, WGANGP(0.3, 0.25), *sizes, Alone(), dtype=single)
    batch = draw(alone, 83, single)
    expected = gradients(alone, batch)
    barrier, shared = threading.Barrier(size), [torch.empty(0)] * size
    steps = [
        make(ShardedStep, WGANGP(0.3, 0.25), *sizes, Threads(rank, size, barrier, shared), dtype=single)
        for rank in range(size)
    ]
    with ThreadPoolExecutor(size) as pool:
        for found in pool.map(lambda step: gradients(step, batch), steps):
            assert torch.equal(found, expected)
