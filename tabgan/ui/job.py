"""Commands that are run one after the other, and how far they are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

from tabgan.ui.worker import Outcome, Worker

STOPPED = 130
MEASURED = ("critic_loss", "unregularized_loss", "generator_loss")
MOST_POINTS = 400

State = Literal["running", "done", "failed", "stopped"]


class Course:
    """What was measured on the way: at most 400 points, each iteration and losses, and all distances.

    A page reads it while it grows, so that a point comes as a whole.
    """

    def __init__(self) -> None:
        self.points: list[tuple[float, ...]] = []
        self.checks: list[tuple[int, float]] = []
        self._every, self._heard = 1, 0

    def add(self, said: dict[str, Any]) -> None:
        """Take a point."""
        self._heard += 1
        self.checks += said["checks"]
        if self._heard % self._every:
            return
        self.points.append((said["done"], *(said[name] for name in MEASURED)))
        if len(self.points) > MOST_POINTS:
            self._every *= 2
            self.points = self.points[1::2]


class Pace:
    """How fast a command goes on since it first said how far it was."""

    def __init__(self) -> None:
        self.first: tuple[int, float] | None = None
        self.rate = self.seconds = 0.0

    def hear(self, done: int, now: float) -> None:
        """Take how much is done at a time, in seconds."""
        if self.first is None or done < self.first[0]:  # another network
            self.first = (done, now)
        begun, since = self.first
        self.seconds = now - since
        if done > begun and self.seconds:
            self.rate = (done - begun) / self.seconds


class Job:
    """Runs commands in a thread of its own until one fails, and then says what came of them.

    Attributes
    ----------
    step : str
        What it is for.
    outcomes : list of Outcome
        Of the commands that have ended.
    progress : dict
        What was last heard of the running command: unit, done, total.
    pace : Pace
        Of the running command.
    course : Course
        Of a fit.
    """

    def __init__(
        self, step: str, commands: Sequence[list[str]], worker: Worker, ended: Callable[[Job], None] | None = None
    ) -> None:
        self.step, self.commands, self.worker, self._ended = step, list(commands), worker, ended
        self.outcomes: list[Outcome] = []
        self.progress: dict[str, Any] = {}
        self.pace = Pace()
        self.course = Course()
        self.state: State = "running"
        self.begun, self.ended = time.monotonic(), 0.0
        self.stop_asked = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """For how long it runs, or ran."""
        return (self.ended or time.monotonic()) - self.begun

    @property
    def running(self) -> list[str]:
        """The command that runs, or ran last."""
        return self.commands[min(len(self.outcomes), len(self.commands) - 1)]

    def wait(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def stop(self) -> None:
        """End it: a fit keeps the best generator so far, as after Ctrl-C; the second time the process goes."""
        if self.stop_asked:
            self.worker.close()
        else:
            self.stop_asked = True
            self.worker.stop()

    def _run(self) -> None:
        try:
            code = self._run_all()
        except Exception as error:  # a page must not wait forever
            self.outcomes.append(Outcome(code := 1, err=f"Error: unexpected {type(error).__name__}: {error}"))
        self.ended = time.monotonic()
        self.state = "done" if not code else "stopped" if code == STOPPED or self.stop_asked else "failed"

    def _run_all(self) -> int:
        for arguments in self.commands:
            self.progress, self.pace = {}, Pace()
            self.outcomes.append(self.worker.run(arguments, self._hear))
            if code := self.outcomes[-1].code:
                return code
        if self._ended:
            self._ended(self)
        return 0

    def _hear(self, said: dict[str, Any]) -> None:
        self.progress = said
        self.pace.hear(said["done"], time.monotonic())
        if MEASURED[0] in said:
            self.course.add(said)
