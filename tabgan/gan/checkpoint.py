"""A run written down every so often, so that it can go on after it was killed."""

from __future__ import annotations

import json
import math
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tabgan.errors import BundleError, InputError, warn
from tabgan.files import check_output
from tabgan.gan.trainer import Trainer
from tabgan.persistence import load_bundle, save_bundle
from tabgan.spelling import spell

AT_THE_END = "end"
"""The interval of a checkpoint that is written when training has ended, and not before."""
MOST_NAMED = 3
FREE = ("settings iterations", "settings max_seconds", "settings patience")  # may be others when a run goes on


def parse_interval(text: str) -> tuple[float, str]:
    """Return amount and unit of an interval between checkpoints.

    Examples
    --------
    >>> parse_interval("30s"), parse_interval("500iterations")
    ((30.0, 's'), (500.0, 'iterations'))
    """
    if text == AT_THE_END:
        return math.inf, "s"
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|iterations)\s*", str(text))
    if not match or float(match[1]) == 0:
        raise InputError(
            f"the time between checkpoints is a number of s or iterations, but is {text!r}; write 30s or 500iterations"
        )
    return float(match[1]), match[2]


def resumes(path: str | os.PathLike[str] | None, resume: bool) -> bool:
    """Return whether there is a checkpoint to go on from, and it is wanted."""
    if resume and path is None:
        raise InputError(
            "resume goes on from a checkpoint, but none is named; give checkpoint=, such as model.tabgan.ckpt"
        )
    return path is not None and resume and Path(path).exists()


class Checkpoint:
    """One file that holds the latest state of a run; called after every iteration, it writes when it is time to.

    `every` is such as "30s" or "500iterations", and `run` what determines the run, as nested dicts of JSON values: a
    state is only taken back by the same run.
    """

    def __init__(self, path: str | os.PathLike[str], every: str, run: dict[str, Any]) -> None:
        self.path = check_output(path, overwrite=True)
        self.run = json.loads(json.dumps(run, default=lambda number: number.item()))  # as it will be read again
        self.amount, self.unit = parse_interval(every)
        self.written = time.monotonic()
        self.warned = False

    def __call__(self, trainer: Trainer) -> None:
        """Write if it is time to."""
        if self.unit == "s":
            due = time.monotonic() - self.written >= self.amount
        else:
            due = trainer.done % max(1, int(self.amount)) == 0
        if due and trainer.losses_are_finite():  # else the last good state is worth more
            self.write(trainer)

    def write(self, trainer: Trainer) -> None:
        """Write the state of a run; when that fails, say so once, and leave the file as it was."""
        self.written = time.monotonic()
        try:
            save_bundle(self.path, {"run": self.run, "trainer": trainer.get_state()}, kind="checkpoint")
        except InputError as error:
            if not self.warned:
                warn(
                    f"no checkpoint was written in iteration {trainer.done}: {error}; training goes on, and the one "
                    "before is as it was"
                )
            self.warned = True

    def read(self) -> dict[str, Any]:
        """Return the state that a run left behind, for `Trainer.set_state`; name all differences of another run."""
        state = load_bundle(self.path, kind="checkpoint")
        try:
            trainer: dict[str, Any] = state["trainer"]
            other, done = state["run"], trainer["done"]
        except (KeyError, TypeError) as error:
            raise BundleError(f"{self.path} is no checkpoint of this tabgan; fit without {spell('resume')}") from error
        if table := tell_table(other, self.run):
            raise InputError(
                f"a run goes on with the table it began with, but {self.path} is of another one, {table}; fit with "
                f"that one, or without {spell('resume')}"
            )
        if differences := list(find_differences(other, self.run)):
            raise InputError(
                f"a run goes on with the data and settings it began with, but of {self.path} differ: "
                f"{'; '.join(differences)}; fit with those, or without {spell('resume')}"
            )
        if done > (now := self.run["settings"]["iterations"]):
            raise InputError(
                f"{spell('iterations')} must be no fewer than those that are done, but {done} are done and "
                f"{now} are asked for; give more, or fit without {spell('resume')}"
            )
        return trainer

    def restore(self, trainer: Trainer, state: dict[str, Any]) -> None:
        """Let a trainer go on from the state that was read."""
        try:
            trainer.set_state(state)
        except (ValueError, RuntimeError, TypeError) as error:
            raise BundleError(
                f"{self.path} is a checkpoint that this run cannot use ({error}); fit without {spell('resume')}"
            ) from error


def tell_table(then: dict[str, Any], now: dict[str, Any]) -> str:
    """Say which columns only one of two runs has, the first of them; "" if none."""
    before, after = (run.get("data", {}).get("columns", {}) for run in (then, now))
    if lost := [name for name in before if name not in after]:
        return f"with columns {_first(lost)}"
    added = [name for name in after if name not in before]
    return f"without columns {_first(added)}" if added else ""


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def find_differences(then: Any, now: Any, name: str = "") -> Iterator[str]:
    """Yield in words where two nested dicts of JSON values differ, leaving out what may."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in sorted(then.keys() | now.keys()):
            yield from find_differences(then.get(key), now.get(key), f"{name} {key}".strip())
    elif then != now and name not in FREE:
        then, now = ("there" if len(str(value)) == 64 else value for value in (then, now))  # no checksums
        yield name if then == now else f"{name} ({then} then, {now} now)"
