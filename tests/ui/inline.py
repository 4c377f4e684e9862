"""A worker without a process of its own."""

from __future__ import annotations

from pathlib import Path

from tabgan.cli.piped import obey
from tabgan.ui.worker import Outcome, Worker


class Inline(Worker):
    """Runs commands in the thread that asks; what is stopped is interrupted where it next says how far it is."""

    def __init__(self, folder: Path) -> None:
        super().__init__([], folder)
        self.ran: list[list[str]] = []
        self.is_stopped = False

    def run(self, arguments, tell) -> Outcome:
        self.ran.append(list(arguments))
        self.is_stopped = False

        def hear(said):
            tell(said)
            if self.is_stopped:
                raise KeyboardInterrupt

        return Outcome(**obey(arguments, hear))

    def stop(self) -> None:
        self.is_stopped = True
