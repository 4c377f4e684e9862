"""Who is told how a training goes: functions of the user's, TensorBoard, and the logger "tabgan"."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tabgan.errors import InputError
from tabgan.gan.interruption import Enough
from tabgan.gan.trainer import LOG_EVERY, Trainer

Report = dict[str, float]
"""Of an iteration, counted over all fits: "iteration", "iterations" (how many there will be at most), "critic_loss",
"unregularized_loss", "wasserstein", "generator_loss", "distance", "critic_lr", "generator_lr" and "seconds"."""
Callback = Callable[[Report], Any]

LOGGER = logging.getLogger("tabgan")


class Reporter:
    """Tells others how a run stands, every 50 iterations and at the end; the run ends if one of them returns True."""

    def __init__(self, told: Sequence[Callback], begin: int) -> None:
        self.told, self.begin = told, begin

    def __call__(self, trainer: Trainer) -> None:
        if not self.told or (trainer.done % LOG_EVERY and trainer.standing() == "training"):
            return
        report = self.report(trainer)
        answers = [told(dict(report)) for told in self.told]
        if trainer.standing() == "training" and any(answer is True for answer in answers):
            raise Enough

    def report(self, trainer: Trainer) -> Report:
        """Return what is told."""
        critic_loss, unregularized = trainer.losses[trainer.done - 1].tolist()
        return {
            "iteration": self.begin + trainer.done,
            "iterations": self.begin + trainer.options.iterations,
            "critic_loss": critic_loss,
            "unregularized_loss": unregularized,
            "wasserstein": -unregularized,
            "generator_loss": float(trainer.step.generator_loss()),
            "distance": trainer.monitor.checks[-1][1],
            "critic_lr": float(trainer.critic_rate),
            "generator_lr": float(trainer.generator_rate),
            "seconds": trainer.seconds,
        }


def check_callbacks(callbacks: Any) -> list[Callback]:
    """Return functions that are to be told, of one or of several; InputError if one is no function."""
    several = [callbacks] if callable(callbacks) else callbacks
    if not isinstance(several, (list, tuple)) or not all(map(callable, several)):
        raise InputError(f"callbacks must be a function, or a list of them, but is {callbacks!r}; give functions")
    return list(several)


def listeners(*others: Callback | None) -> list[Callback]:
    """Return those of them that are there, and the logger if somebody reads it."""
    return [one for one in (*others, log_report if LOGGER.isEnabledFor(logging.INFO) else None) if one]


def log_report(report: Report) -> None:
    """Write a line to the logger."""
    done, of = report["iteration"], report["iterations"]
    line = "iteration %d of %d: critic loss %.4f, distance %.4f, %.1f s"
    LOGGER.info(line, done, of, report["critic_loss"], report["distance"], report["seconds"])


@contextmanager
def writing_scalars(log_dir: str | os.PathLike[str] | None, begin: int, done: int) -> Iterator[Callback | None]:
    """Give what writes the numbers of reports for TensorBoard, if anything; its files are closed at the end.

    `begin` and `done` are the iterations of the fits before, and of this one, when it goes on from a checkpoint. What
    an earlier process has logged beyond them no longer counts.
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

    def write(report: Report) -> None:
        for name in report.keys() - {"iteration", "iterations", "seconds"}:
            writer.add_scalar(name, report[name], report["iteration"])

    try:
        yield write
    finally:
        writer.close()
