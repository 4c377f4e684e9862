"""Losses and distances for TensorBoard, the extra `tensorboard`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tabgan.errors import InputError
from tabgan.gan.trainer import LOG_EVERY, Trainer


@contextmanager
def log_scalars(
    log_dir: str | os.PathLike[str] | None, begin: int, done: int
) -> Iterator[Callable[[Trainer], None] | None]:
    """Give what writes the scalars of a run every 50 iterations, if anything; their files are closed at the end.

    Parameters
    ----------
    log_dir : path or None
        Folder of the event files.
    begin, done : int
        Iterations of the fits before, and of this one, when it goes on from a checkpoint. What an earlier process has
        logged beyond them no longer counts.

    Raises
    ------
    InputError
        tensorboard is not installed, or the folder cannot be written to.
    """
    if log_dir is None:
        yield None
        return
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise InputError(
            "log_dir needs tensorboard, which is not installed; pip install 'tabgan-wgangp[tensorboard]'"
        ) from error
    try:
        writer = SummaryWriter(os.fspath(log_dir), purge_step=begin + done + 1 if begin + done else None)
    except OSError as error:
        raise InputError(f"log_dir must be a folder to write to, but {log_dir} is not: {error.strerror}") from error

    def log(trainer: Trainer) -> None:
        if trainer.done % LOG_EVERY and trainer.standing() == "training":
            return
        for name, value in _read_scalars(trainer).items():
            writer.add_scalar(name, value, begin + trainer.done)

    try:
        yield log
    finally:
        writer.close()


def _read_scalars(trainer: Trainer) -> dict[str, float]:
    critic_loss, unregularized = trainer.losses[trainer.done - 1].tolist()
    return {
        "critic_loss": critic_loss,
        "unregularized_loss": unregularized,
        "wasserstein": -unregularized,
        "distance": trainer.monitor.checks[-1][1],
        "critic_lr": float(trainer.critic_rate),
        "generator_lr": float(trainer.generator_rate),
    }
