"""How far, how fast, how long still: one live line on a terminal and in a notebook, elsewhere one every ten seconds."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

EVERY = 10.0  # seconds between lines that stay, as in the log of a job
_watcher: ContextVar[Callable[[dict[str, Any]], None] | None] = ContextVar("_watcher", default=None)


@contextmanager
def watched(by: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Let a function hear how far work is, terminal or not: unit, done, total, and what is measured on the way.

    Examples
    --------
    >>> with watched(print), Progress(9, "row") as progress:
    ...     progress.update(3)
    {'unit': 'row', 'done': 3, 'total': 9}
    """
    token = _watcher.set(by)
    try:
        yield
    finally:
        _watcher.reset(token)


def format_duration(seconds: float) -> str:
    """Write seconds as `m:ss` or `h:mm:ss`.

    Examples
    --------
    >>> format_duration(75), format_duration(3675)
    ('1:15', '1:01:15')
    """
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class Progress:
    """A line such as `iteration 1,200/3,000 | 95/s | 0:19 left | critic loss -0.12`.

    It is redrawn in place on a terminal and in a notebook; elsewhere there is one every ten seconds.
    `total` of a `unit` is the whole work, of which `begin` was done before.
    """

    def __init__(self, total: int, unit: str, stream: TextIO | None = None, begin: int = 0) -> None:
        self.total, self.unit, self.begin = total, unit, begin
        self.stream = sys.stderr if stream is None else stream
        self.live = self.stream.isatty() or _in_notebook()
        self.start = self.said = time.monotonic()
        self.width = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self.live and self.width:
            self.stream.write("\r" + " " * self.width)
            self.stream.write("\r")
            self.stream.flush()

    def update(self, done: int, note: str = "", **measured: Any) -> None:
        """Redraw the line for `done` of the total, with a short note; what is measured is for those who watch."""
        if watcher := _watcher.get():
            watcher({"unit": self.unit, "done": done, "total": self.total, **measured})
        now = time.monotonic()
        if not self.live and now - self.said < EVERY:
            return
        self.said = now
        rate = (done - self.begin) / max(now - self.start, 1e-9)
        left = format_duration((self.total - done) / rate) if rate else "?"
        parts = [f"{self.unit} {done:,}/{self.total:,}", f"{rate:,.0f}/s", f"{left} left", note]
        line = " | ".join(p for p in parts if p)
        if self.live:
            line = line[: shutil.get_terminal_size().columns - 1]  # a full line would wrap
            self.stream.write("\r" + line.ljust(self.width))
            self.width = len(line)
        else:
            self.stream.write(f"{line}\n")
        self.stream.flush()


def _in_notebook() -> bool:
    """Whether this is a kernel, whose streams are no terminals, but where a line can be redrawn."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "ZMQInteractiveShell"
