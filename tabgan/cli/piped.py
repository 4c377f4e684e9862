"""Commands that come through a pipe, for the page of `tabgan ui`; what they say goes back the same way.

Each line is a JSON value: a list of arguments to run `tabgan` with, or "stop", which is what Ctrl-C is on a terminal.
The process stays, so that the second command does not wait for libraries, and ends with the pipe.
"""

from __future__ import annotations

import _thread
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from typing import Any, TextIO

import click

from tabgan.cli.language import ask_language, speaking
from tabgan.cli.main import main
from tabgan.cli.terminal import shown_streams
from tabgan.progress import watched

STOP = "stop"
STOPPED = 130
"""The exit code of what Ctrl-C ends."""


def obey(arguments: Sequence[str], tell: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Run a command; `tell` hears how far it is. Return its exit code, and what it wrote: `code`, `out`, `err`.

    It is what a terminal would show, in the language of the command.
    """
    written = BytesIO(), BytesIO()
    out, err = (TextIOWrapper(room, "utf-8", newline="") for room in written)
    with redirect_stdout(out), redirect_stderr(err), shown_streams(), speaking(ask_language(arguments)), watched(tell):
        code = _run(arguments)
    said, told = (room.getvalue().decode() for room in written)
    return {"code": code, "out": said, "err": told}


def _run(arguments: Sequence[str]) -> int:
    try:
        code = main(list(arguments), prog_name="tabgan", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        return STOPPED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else 0


class Pipe:
    """Lines in, lines out; one thread hears, the main one runs commands."""

    def __init__(self, heard: TextIO, said: TextIO) -> None:
        self.heard, self.said = heard, said
        self.commands: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
        self.lock, self.busy = threading.Lock(), False

    def hear(self) -> None:
        """Queue commands, interrupt the running one when told to, and end the process with the pipe."""
        for line in self.heard:
            if (value := json.loads(line)) != STOP:
                self.commands.put(value)
                continue
            with self.lock:
                if self.busy:
                    _thread.interrupt_main()
        os._exit(0)

    def serve(self) -> None:
        """Run what comes, one after the other."""
        while True:
            self.tell(self.finish(self.commands.get()))

    def finish(self, arguments: Sequence[str]) -> dict[str, Any]:
        """Return what came of a command, also when it was stopped at its very end."""
        try:
            self._set_busy(True)
            found = obey(arguments, self.tell)
            self._set_busy(False)
        except KeyboardInterrupt:
            self._set_busy(False)
            return {"code": STOPPED, "out": "", "err": ""}
        return found

    def _set_busy(self, busy: bool) -> None:
        with self.lock:
            self.busy = busy

    def tell(self, value: dict[str, Any]) -> None:
        self.said.write(json.dumps(value) + "\n")
        self.said.flush()


def run_pipe() -> None:
    """Serve standard input and output; what else writes to standard output goes to standard error."""
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started us with it ignored
    pipe = Pipe(sys.stdin, said)
    threading.Thread(target=pipe.hear, daemon=True).start()
    pipe.serve()


if __name__ == "__main__":
    run_pipe()
