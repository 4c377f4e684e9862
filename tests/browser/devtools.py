"""A Chromium process, and the DevTools protocol spoken with it through a pipe.

Messages are JSON, ended by NUL. Their names: https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import itertools
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FLAGS = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
REWIRE = 'exec "$@" 3<&0 4>&1 </dev/null >&2'  # Chromium reads commands from descriptor 3 and answers on 4
GONE = ("Inspected target navigated or closed", "Cannot find default execution context")
TIMEOUT = 30.0  # seconds; a page of ours takes less than one


class ChromiumError(RuntimeError):
    """The browser ended, refused a command, or a script in the page failed."""


class PageGoneError(ChromiumError):
    """The page went to another address, or was closed, before it answered."""


class DevTools:
    """A running Chromium with an empty profile; leaving the `with` block kills it and its children.

    It also ends by itself when this process dies, for the pipe closes then.
    """

    def __init__(self, program: str) -> None:
        self.folder = TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self.listeners: dict[str, Callable[[str, dict[str, Any]], None]] = {}  # by session: what hears its events
        self._log = Path(self.folder.name, "log.txt")
        self._answers: dict[int, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._unread = b""
        command = ["/bin/sh", "-c", REWIRE, "sh", program, *FLAGS, f"--user-data-dir={self.folder.name}/profile"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                env={**os.environ, "HOME": self.folder.name},  # what it keeps outside the profile lies there too
                start_new_session=True,  # a process group of its own, to be killed as one
            )

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        with self.folder, self._process:
            os.killpg(self._process.pid, signal.SIGKILL)

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Send a command and return its result; events that come meanwhile go to the listeners."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            raise self._ended(method) from None
        self.wait(lambda: number in self._answers, f"the answer to {method}")
        answer = self._answers.pop(number)
        if "error" in answer:
            kind = PageGoneError if answer["error"]["message"] in GONE else ChromiumError
            raise kind(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Hear messages until `done()`; `what` names it in the TimeoutError."""
        deadline, output = time.monotonic() + TIMEOUT, self._process.stdout.fileno()
        poll = select.poll()
        poll.register(output, select.POLLIN)
        while not done():
            if not poll.poll(max(0, 1000 * (deadline - time.monotonic()))):
                raise TimeoutError(f"waited {TIMEOUT:g} s in vain for {what}")
            chunk = os.read(output, 1 << 20)
            if not chunk:
                raise self._ended(what)
            *messages, self._unread = (self._unread + chunk).split(b"\0")
            for message in messages:
                self._hear(json.loads(message))

    def _hear(self, message: dict[str, Any]) -> None:
        """Keep an answer; pass an event on."""
        if "id" in message:
            self._answers[message["id"]] = message
        elif listener := self.listeners.get(message.get("sessionId", "")):
            listener(message["method"], message["params"])

    def _ended(self, what: str) -> ChromiumError:
        """The error to raise when the browser is gone."""
        return ChromiumError(
            f"Chromium ended before {what}; it wrote:\n{self._log.read_text(errors='replace')[-2000:]}"
        )
