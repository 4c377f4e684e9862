"""From encoded rows and settings to trained networks."""

from __future__ import annotations

import hashlib
import os
import time
import traceback
from collections.abc import Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, fields, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tabgan import __version__
from tabgan.errors import TabganError, warn
from tabgan.gan.batches import Batches
from tabgan.gan.checkpoint import Checkpoint, resumes
from tabgan.gan.custom import is_custom, try_out
from tabgan.gan.device import lacks_memory, use_threads
from tabgan.gan.explicit import make_step
from tabgan.gan.group import Member, join, together
from tabgan.gan.history import History
from tabgan.gan.monitor import Monitor, SlicedWasserstein
from tabgan.gan.objectives import Objective
from tabgan.gan.shards import SHARDS, Gathers, ShardedStep, why_whole
from tabgan.gan.trainer import Trainer, TrainingOptions
from tabgan.progress import Progress
from tabgan.seeds import Use, numpy_rng, torch_rng
from tabgan.settings import Settings
from tabgan.spelling import spell
from tabgan.synthesizers.reports import Reporter, check_callbacks, listeners, writing_scalars
from tabgan.synthesizers.resolve import count_held_aside
from tabgan.workers import count_workers

MEASURED = ("critic_loss", "unregularized_loss", "generator_loss")
TELL_EVERY = 0.2  # seconds between two reports, each of which waits for the device


class Trained(NamedTuple):
    """What came of a run: its course, and earlier generators, to be mixed with the best one or to choose from."""

    history: History
    members: NDArray[np.float16]  # parameters, of shape (n_members, n_parameters)
    iterations: NDArray[np.int64]  # of the members


def hold_aside(n_rows: int, share: float, seed: int) -> NDArray[np.bool_]:
    """Return which rows are not learned, as a mask of shape (n_rows,)."""
    mask = np.arange(n_rows) < count_held_aside(share, n_rows)
    return numpy_rng(seed, Use.HOLD_ASIDE).permutation(mask)


def make_trainer(
    generator: Any,
    critic: nn.Module,
    encoded: Tensor,
    is_held: Tensor,
    settings: Settings,
    objective: Objective,
    seed: int,
    earlier_iterations: int,
    group: Gathers | None = None,
) -> Trainer:
    """Return a trainer on rows, of which some are held aside to measure the generator with; maybe one of a group."""
    held, learned = encoded[is_held], encoded[~is_held]
    layout, n_inputs, n_latents = generator.output.layout, generator.n_inputs, generator.n_latents
    given = (layout.given, slice(n_inputs - layout.n_given, n_inputs)) if layout.n_given else None
    shown: dict[str, Any] = {"given": given, "show": generator.output.show}
    rng = torch_rng(seed, Use.HOLD_ASIDE, device=encoded.device)
    distance = SlicedWasserstein(held if len(held) else learned, n_latents, rng, **shown)
    rng = torch_rng(seed, Use.TRAIN, earlier_iterations, device=encoded.device)
    batches = Batches(learned, settings.batch_size, settings.n_critic, n_latents, objective.n_uniform, rng, **shown)
    make = partial(ShardedStep, group=group) if group else make_step
    step = make(generator, critic, objective, settings.batch_size, settings.n_critic)
    monitor = Monitor(distance, generator, step.generator_parameters.flat)
    options = TrainingOptions(**{f.name: getattr(settings, f.name) for f in fields(TrainingOptions)})
    return Trainer(step, batches, monitor, options)


def train(
    generator: Any,
    critic: nn.Module,
    encoded: NDArray[np.float32],
    held: NDArray[np.bool_],
    device: torch.device,
    settings: Settings,
    objective: Objective,
    seed: int,
    *,
    earlier_iterations: int = 0,
    show_progress: bool = False,
    checkpoint: Checkpoint | None = None,
    resume: bool = False,
    log_dir: str | os.PathLike[str] | None = None,
    n_jobs: int | None = None,
    callbacks: Any = (),
) -> Trained:
    """Train both networks in place; the generator becomes the best one, the critic is the last, both on the CPU.

    `held` says which of the encoded rows, of shape (n_samples, n_columns), are not trained on, but compared with.
    `earlier_iterations` is for how long the networks were trained before. With `resume` the run goes on from the state
    that the checkpoint holds. `n_jobs` processes share large batches; how many they are changes no bit.
    """
    trainer = rows = None
    callbacks = check_callbacks(callbacks)
    if is_custom(generator) or is_custom(critic):
        try_out(generator, critic, settings.batch_size, objective.is_penalised)
    try:
        state = checkpoint.read() if checkpoint and resume else None
        run = (generator, critic, encoded, held, settings, objective, seed, earlier_iterations)
        with use_threads(settings.threads), share_batches(n_jobs, device, run, state) as group:
            rows = torch.as_tensor(encoded, dtype=torch.float32, device=device)
            networks, is_held = (generator.to(device), critic.to(device)), torch.from_numpy(held).to(device)
            trainer = make_trainer(*networks, rows, is_held, settings, objective, seed, earlier_iterations, group)
            rows = None  # on a GPU it is a table more
            if checkpoint and state:
                checkpoint.restore(trainer, state)
            elif earlier_iterations:
                trainer.check()  # as they are, the networks may be the best to be had
            with (
                Progress(settings.iterations, "iteration", begin=trainer.done) as progress,
                writing_scalars(log_dir, earlier_iterations, trainer.done) as write,
            ):
                show = Narrator(progress) if show_progress else None
                told = Reporter(listeners(*callbacks, write), earlier_iterations)
                tasks = (task for task in (show, told, checkpoint) if task)
                history = trainer.run(*tasks, at_a_stop=checkpoint.write if checkpoint else None)
    except RuntimeError as error:
        if not lacks_memory(error):
            raise
        traceback.clear_frames(error.__traceback__)  # they hold on to tensors, as `trainer` does
        trainer = rows = None
        raise out_of_memory(generator, critic, encoded, device, settings, objective) from error
    if checkpoint and history.status not in ("interrupted", "diverged"):
        checkpoint.write(trainer)
    at, members = list(trainer.members()), [m.cpu().numpy().astype(np.float16) for m in trainer.members().values()]
    trainer.monitor.restore()
    for network in (generator, critic):
        network.eval().requires_grad_(False).cpu()
        for parameter in network.parameters():
            parameter.data, parameter.grad = parameter.data.clone(), None  # no views of the flat tensors any more
    history = replace(history, n_held_aside=int(held.sum()), step=type(trainer.step).__name__, device=device.type)
    taken = np.reshape(members, (-1, len(trainer.average))).astype(np.float16)  # half as large in a file
    fits = np.isfinite(taken).all(axis=1)  # what is too large for half precision is left out
    return Trained(history, taken[fits], np.array(at, np.int64)[fits])


def share_batches(
    n_jobs: int | None, device: torch.device, run: tuple[Any, ...], state: dict[str, Any] | None
) -> AbstractContextManager[Gathers | None]:
    """Give what a trainer's `group` is: processes that train alongside, as many as can; say if they are fewer."""
    workers, (generator, critic, _, _, settings, objective, *_) = count_workers(n_jobs), run
    whole = why_whole(generator, critic, objective, settings.batch_size, device)
    size = 1 if whole else 1 << (min(workers, SHARDS).bit_length() - 1)
    if size < workers:
        why = whole or f"the {SHARDS} shards of a batch are shared by 1, 2, 4 or {SHARDS} processes"
        trains = f"{spell('n_jobs', workers)} trains with {size}"
        warn(f"{why}; {trains}")
    return nullcontext() if whole else together(train_alongside, (run, state), size)


def train_alongside(member: Member, job: tuple[tuple[Any, ...], dict[str, Any] | None]) -> None:
    """Go through the iterations of a run with others, for their gradients alone."""
    (generator, critic, encoded, held, settings, objective, seed, earlier_iterations), state = job
    with use_threads(settings.threads), join(member) as group:
        rows, is_held = torch.tensor(encoded, dtype=torch.float32), torch.tensor(held)
        settings = replace(settings, snapshots=1)
        trainer = make_trainer(generator, critic, rows, is_held, settings, objective, seed, earlier_iterations, group)
        if state:
            trainer.set_state(state)
        while trainer.done < settings.iterations:
            trainer.run_iteration()


def open_checkpoint(
    path: str | os.PathLike[str] | None,
    every: str,
    resume: bool,
    settings: Settings,
    names: Sequence[Hashable],
    X: NDArray[np.float64],
    seed: int,
    device: str,
    earlier: Mapping[str, Any],
    modules: Mapping[str, Any],
) -> Checkpoint | None:
    """Return what writes the state of a run, if anything; warn if it is to go on from there and nothing is.

    A checkpoint is only taken back by the same run, which all but the first three determine: `device` is the kind of
    it, `earlier` what a fit before had learned, when the run goes on from there. `modules` are the user's networks, as
    `describe_modules` does; what they begin with does not matter to a run that goes on.
    """
    if path is None:
        return None
    if resume and not resumes(path, resume):
        warn(f"there is no checkpoint {path} yet; the fit begins afresh")

    def checksum(values: NDArray[Any]) -> str:
        return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()

    labels = [str(name) for name in names]
    begun = nn.utils.parameters_to_vector(earlier["generator_"].parameters()).numpy() if earlier else None
    run = {
        "settings": asdict(settings),
        "data": {"rows": len(X), "order": labels, "columns": dict(zip(labels, map(checksum, X.T), strict=True))},
        "seed": seed,
        "device": device,
        "modules": dict(modules),
        "versions": {"tabgan": __version__, "torch": torch.__version__},
        "earlier fit": None if begun is None else checksum(begun),
    }
    return Checkpoint(path, every, run)


class Narrator:
    """Shows losses on a progress line, but not more often than a person can read them: it waits for the device."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.told = progress, 0.0
        self.seen, self.checked = progress.begin, 0

    def __call__(self, trainer: Trainer) -> None:
        now = time.monotonic()
        if now - self.told > TELL_EVERY or trainer.done == trainer.options.iterations:
            self.told = now
            critic_loss, unregularized = trainer.losses[trainer.done - 1].tolist()
            estimates = trainer.step.objective.estimates_distance
            estimate = f" | Wasserstein {-unregularized:.4f}" if estimates else ""
            means = trainer.losses[self.seen : trainer.done].mean(dim=0).tolist()
            checks = trainer.monitor.checks[self.checked :]
            self.seen, self.checked = trainer.done, self.checked + len(checks)
            losses = dict(zip(MEASURED, (*means, float(trainer.step.generator_loss())), strict=True))
            measured = {**losses, "checks": checks}
            self.progress.update(trainer.done, f"critic loss {critic_loss:.4f}{estimate}", **measured)


def out_of_memory(
    generator: Any,
    critic: nn.Module,
    encoded: NDArray[np.float32],
    device: torch.device,
    settings: Settings,
    objective: Objective,
) -> TabganError:
    """Return the error that names the largest batch, of those halved again and again, that fits into a GPU."""

    def iterate(size: int) -> None:  # what it holds is free again when it is left, also by an error
        rows = torch.as_tensor(encoded, dtype=torch.float32, device=device)
        networks, is_held = (generator.to(device), critic.to(device)), torch.zeros_like(rows[:, 0]).bool()
        smaller = replace(settings, batch_size=size)
        make_trainer(*networks, rows, is_held, smaller, objective, 0, 0).run_iteration()

    size = settings.batch_size // 2
    while size:
        torch.cuda.empty_cache()
        try:
            iterate(size)
            break
        except RuntimeError as error:
            if not lacks_memory(error):
                raise
            size //= 2
    remedy = f"{spell('batch_size', size)} fits, or" if size else "not even one row fits;"
    return TabganError(
        f"a step must fit into the memory of the GPU, but {spell('batch_size', settings.batch_size)} does not; "
        f"{remedy} use {spell('device', 'cpu')}"
    )
