"""The process that runs the commands: it can be stopped, and when it dies the page does not."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

DIED = -1
PACKAGE = str(Path(__file__).resolve().parents[2])


class Outcome(NamedTuple):
    """What came of a command: exit code, standard output, standard error."""

    code: int
    out: str = ""
    err: str = ""


class Worker:
    """Runs commands in a folder, by a program that reads and answers lines as `tabgan.cli.piped` does."""

    def __init__(self, program: Sequence[str], folder: Path) -> None:
        self.program, self.folder = list(program), folder
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._is_heard = False  # by a thread that runs a command, whose pipes nobody else may close

    def run(self, arguments: Sequence[str], tell: Callable[[dict[str, Any]], None]) -> Outcome:
        """Run a command and return what came of it; `tell` hears how far it is."""
        process = self._start()
        assert process.stdout is not None
        self._send(list(arguments))
        for line in iter(process.stdout.readline, ""):
            said = json.loads(line)
            if "code" in said:
                self._is_heard = False
                return Outcome(**said)
            tell(said)
        self._is_heard = False
        with process:  # closes its pipes; the next command starts another
            self.close()
        said = (
            f"the process that ran this ended by itself (code {process.wait()}); where memory is short, "
            "take fewer rows or columns"
        )
        return Outcome(DIED, err=f"Error: {said}")

    def stop(self) -> None:
        """Interrupt the running command as Ctrl-C does."""
        self._send("stop")

    def close(self) -> None:
        """End the process, whatever it is doing."""
        with self._lock:
            process, self._process = self._process, None
        if process:
            process.kill()
            if not self._is_heard:
                with process:  # closes its pipes, and waits
                    pass

    def _start(self) -> subprocess.Popen[str]:
        with self._lock:
            self._is_heard = True
            if self._process is None:
                paths = [PACKAGE, os.environ.get("PYTHONPATH", "")]
                # Nothing in the folder is imported; the terminal's Ctrl-C is for the server.
                more = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONSAFEPATH": "1"}
                self._process = subprocess.Popen(
                    self.program,
                    cwd=self.folder,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                    env={**os.environ, **more},
                    start_new_session=True,
                )
            return self._process

    def _send(self, value: Any) -> None:
        with self._lock, suppress(OSError):  # it may have ended, which its silence says, too
            if self._process and self._process.stdin:
                self._process.stdin.write(json.dumps(value) + "\n")
                self._process.stdin.flush()
