"""The training loop: critic steps, a generator step, an average; and when to stop."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tabgan.forms.network_forms import check_trainer
from tabgan.gan.batches import BatchSource
from tabgan.gan.device import repeatable
from tabgan.gan.history import History, Status
from tabgan.gan.interruption import held_back, is_kept
from tabgan.gan.monitor import Monitor
from tabgan.gan.networks import other_tensors
from tabgan.gan.step import Step

LOG_EVERY = 50  # iterations between two looks at losses and rows, each of which waits for the device
LEAST_RATE = 0.02  # of the learning rate, at the end of its decay
WARM_UP = 3  # iterations before one is captured as a graph
FROM = 0.3  # of its length on a run's averages make good rows
MOST_SNAPSHOTS = 64


@dataclass(frozen=True)
class TrainingOptions:
    """How long and how fast; the names are those of `WGANGPSynthesizer`."""

    iterations: int
    critic_lr: float
    generator_lr: float
    betas: tuple[float, float]
    lr_decay: bool
    ema_decay: float
    patience: int | None = None
    max_seconds: float | None = None
    snapshots: int = 1


class Trainer:
    """Trains a generator against a critic.

    `done` counts iterations; `average`, of shape (n_parameters,), is the exponential moving average of the generator's
    parameters, which the monitor measures. The batches are on the networks' device. `snapshots` are iterations and the
    average then: every tenth at first, and every second of these goes whenever there are more than 64.
    """

    def __init__(self, step: Step, batches: BatchSource, monitor: Monitor, options: TrainingOptions) -> None:
        self.step, self.batches, self.monitor, self.options = step, batches, monitor, options
        self.critic_optimizer = step.objective.optimizer(step.critic_parameters, options.betas)
        self.generator_optimizer = step.objective.optimizer(step.generator_parameters, options.betas)
        self.average = step.generator_parameters.flat.clone()
        device = self.average.device
        self.critic_rate, self.generator_rate = torch.zeros(2, device=device).unbind()
        self.forget = self.average.new_zeros(())
        self.loss = torch.zeros(2, device=device)
        self.losses = torch.zeros(options.iterations, 2, device=device)
        self.done = 0
        self.seconds = 0.0
        self.snapshots: dict[int, Tensor] = {}
        self.stride = 10  # iterations from one snapshot to the next, whatever the length of the run
        self.graph: torch.cuda.CUDAGraph | None = None  # of `steps`, from the first iteration on a GPU on

    def run(
        self, *after_iteration: Callable[[Trainer], None], at_a_stop: Callable[[Trainer], None] | None = None
    ) -> History:
        """Train until done, or one of the other ends that `History.status` names.

        An interruption from the keyboard before the first iteration is complete is passed on: there is nothing to keep.
        So is one of a model that is a part of something larger. For `at_a_stop`, which is called at an interruption of
        a sound run, it waits for the end of the iteration, unless there are two.
        """
        begun = time.monotonic() - self.seconds
        status, is_whole = self.standing(), True
        try:
            with held_back() if at_a_stop else nullcontext(lambda: None) as answer:
                while status == "training":
                    is_whole = False
                    self.run_iteration()
                    self.seconds = time.monotonic() - begun
                    status = self.look()
                    is_whole = True
                    for task in after_iteration if status != "diverged" else ():
                        task(self)
                    answer()
        except KeyboardInterrupt as error:
            if not (self.done and is_kept(error)):
                raise
            if at_a_stop and is_whole and self.losses_are_finite():
                at_a_stop(self)
            status = "interrupted" if self.check() else "diverged"
        return self.history(status)

    def run_iteration(self) -> None:
        """Set the rates, take the steps, note the losses. Nothing here waits for the device."""
        options, left = self.options, max(1 - self.done / self.options.iterations, LEAST_RATE)
        self.critic_rate.fill_(options.critic_lr * (left if options.lr_decay else 1))
        self.generator_rate.fill_(options.generator_lr * (left if options.lr_decay else 1))
        self.forget.fill_(1 - min(options.ema_decay, (self.done + 1) / (self.done + 10)))  # more at first
        self.take_steps()
        self.losses[self.done].copy_(self.loss)
        self.done += 1
        if self.options.snapshots > 1 and self.done % self.stride == 0:
            self.take_snapshot()

    def take_snapshot(self) -> None:
        """Keep the average of now."""
        self.snapshots[self.done] = self.average.clone()
        if len(self.snapshots) > MOST_SNAPSHOTS:
            self.stride *= 2
            self.snapshots = {at: average for at, average in self.snapshots.items() if at % self.stride == 0}

    def take_steps(self) -> None:
        """Take the `steps`: custom networks with a seed for what they draw from torch's global generators, ours on CUDA
        as a graph. The first iteration makes it, with the batches as they are then.
        """
        rng = self.batches.rng
        if self.step.is_custom:
            with repeatable((rng.initial_seed() + self.done) % 2**63, self.average.device):
                self.steps()
        elif rng.device.type == "cuda":
            self.graph = self.graph or as_graph(self.steps, list(self.tensors().values()), rng)
            self.graph.replay()
        else:
            self.steps()

    def steps(self) -> None:
        """`n_critic` critic steps, one generator step, and the average."""
        with torch.inference_mode(not self.step.differentiates):
            self.batches.draw()
            self.step.begin(self.batches.real, self.batches.latent, self.batches.uniform)
            for k in range(len(self.batches.uniform)):
                self.critic_step(k)
            torch.stack(self.step.critic_losses(), out=self.loss)
            self.generator_step()

    def critic_step(self, k: int) -> None:
        self.step.critic_gradients(k)
        self.critic_optimizer.step(self.critic_rate)
        self.step.objective.after_critic_step(self.step.critic_parameters.flat)

    def generator_step(self) -> None:
        self.step.generator_gradients()
        self.generator_optimizer.step(self.generator_rate)
        self.average.lerp_(self.step.generator_parameters.flat, self.forget)

    def look(self) -> Status:
        """Return how the run stands; when it is time to, measure the generator first."""
        if self.standing() == "training" and self.done % LOG_EVERY:
            return "training"
        return self.standing() if self.check() else "diverged"

    def standing(self) -> Status:
        """Return whether and why a sound run is at its end."""
        patience, limit = self.options.patience, self.options.max_seconds
        if self.done >= self.options.iterations:
            return "finished"
        if patience is not None and self.monitor.since_best >= patience:
            return "no gain"
        return "out of time" if limit is not None and self.seconds >= limit else "training"

    def check(self) -> bool:
        """Measure the average generator; return whether the latest losses and its rows are finite."""
        return self.losses_are_finite() and self.monitor.check(self.done, self.average)

    def losses_are_finite(self) -> bool:
        """Whether the losses since the last check are."""
        return bool(torch.isfinite(self.losses[: self.done][-LOG_EVERY:]).all())

    def history(self, status: Status) -> History:
        losses = self.losses[: self.done].cpu().numpy().astype(np.float64)
        monitor = self.monitor
        return History(
            losses[:, 0],
            losses[:, 1],
            np.array(monitor.checks, dtype=np.float64).reshape(-1, 2),
            monitor.best_iteration,
            status,
            self.seconds,
            monitor.distance.floor,
            monitor.distance.noise,
        )

    def members(self) -> dict[int, Tensor]:
        """Return snapshots that lead to the best generator, evenly spread: iterations, and parameters as a vector."""
        best = self.monitor.best_iteration
        before = [at for at in self.snapshots if at < best]
        wanted = np.linspace(FROM, 1, self.options.snapshots)[:-1] * best
        chosen = dict.fromkeys(min(before, key=lambda at: abs(at - target)) for target in wanted if before)
        return {at: self.snapshots[at] for at in chosen}

    def tensors(self) -> dict[str, Tensor]:
        """Return every tensor that an iteration leaves changed for the next, by name."""
        optimizers = {"critic": self.critic_optimizer, "generator": self.generator_optimizer}
        networks = {"critic": self.step.critic, "generator": self.step.generator}
        return {
            "generator": self.step.generator_parameters.flat,
            "critic": self.step.critic_parameters.flat,
            "average": self.average,
            **{f"{name} {key}": t for name, optimizer in optimizers.items() for key, t in optimizer.state.items()},
            **{
                f"{name} has {key}": t
                for name, network in networks.items()
                for key, t in other_tensors(network).items()
            },
        }

    def get_state(self) -> dict[str, Any]:
        """Return all that a run needs to go on exactly as if it had not stopped, as arrays and JSON values."""
        return {
            "tensors": {name: tensor.cpu().clone().numpy() for name, tensor in self.tensors().items()},
            "best": self.monitor.best.cpu().clone().numpy(),
            "best_others": {name: t.cpu().clone().numpy() for name, t in self.monitor.best_others.items()},
            "rng": self.batches.rng.get_state().numpy(),
            "losses": self.losses[: self.done].cpu().clone().numpy(),
            "checks": list(self.monitor.checks),
            "best_iteration": self.monitor.best_iteration,
            "done": self.done,
            "seconds": self.seconds,
            "snapshots": {str(at): average.cpu().numpy() for at, average in self.snapshots.items()},
            "stride": self.stride,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on where `get_state` was called; FormError, which is a ValueError, if it was not of such a run."""
        check_trainer(state, self.get_state())
        for name, tensor in self.tensors().items():
            tensor.copy_(torch.from_numpy(state["tensors"][name]))
        self.monitor.best.copy_(torch.from_numpy(state["best"]))
        for name, tensor in self.monitor.best_others.items():
            tensor.copy_(torch.from_numpy(state["best_others"][name]))
        self.monitor.checks = [(int(iteration), distance) for iteration, distance in state["checks"]]
        self.monitor.best_iteration = state["best_iteration"]
        self.batches.rng.set_state(torch.from_numpy(state["rng"]))
        self.done, self.seconds = state["done"], state["seconds"]
        taken = sorted((int(at), average) for at, average in state["snapshots"].items())
        self.snapshots = {at: torch.from_numpy(average).to(self.average) for at, average in taken}
        self.stride = state["stride"]
        self.losses[: self.done].copy_(torch.from_numpy(state["losses"]))


def as_graph(steps: Callable[[], None], changed: Sequence[Tensor], rng: torch.Generator) -> torch.cuda.CUDAGraph:
    """Return a graph that does the same as `steps`, on the CUDA device of `rng`.

    A graph repeats the same kernels on the same memory. So `steps` must not look at a value on the host or make a shape
    depend on one, and what changes from call to call must come from tensors or from `rng`. `changed` is all that
    `steps` leaves changed for the next call: capturing needs some calls ahead, which are undone.
    """
    with torch.cuda.device(rng.device):
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            rehearse(steps, changed, rng)
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        register(graph, rng)
        with torch.cuda.graph(graph, stream=stream):
            steps()
        return graph


def register(graph: Any, rng: torch.Generator) -> None:
    """Let each replay of a graph go on with `rng`.

    From torch 2.14 on generators are noticed while capturing: this does nothing there but warn, and is to go one day.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if hasattr(graph, "register_generator_state"):
            graph.register_generator_state(rng)


def rehearse(steps: Callable[[], None], changed: Sequence[Tensor], rng: torch.Generator) -> None:
    """Call `steps` some times, so that libraries make their workspaces, and undo what it did."""
    before, state = [tensor.clone() for tensor in changed], rng.get_state()
    for _ in range(WARM_UP):
        steps()
    for tensor, value in zip(changed, before, strict=True):
        tensor.copy_(value)
    rng.set_state(state)
