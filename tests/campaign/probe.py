"""Runs a command in a process of its own, forked from one that has imported everything, and says what became of it."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import pkgutil
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import tabgan

MOST_ADDRESSES = 8 << 30  # beyond what is above the start; a bomb must not take the machine along
_NOT_PRELOADED = (
    "__main__",
    "figures",
    "fonts",
    "picture",
    "pictures",
    "plots",
)  # matplotlib asks for a home when it is imported
_PRELOADED = [
    *("torch", "sklearn.ensemble", "pandas", "openpyxl", "h5py"),
    *(found.name for found in pkgutil.walk_packages(tabgan.__path__, "tabgan.")),
]
_PRELOADED = [name for name in _PRELOADED if not name.endswith(_NOT_PRELOADED)]
_COUNT = itertools.count()


class Outcome(NamedTuple):
    """What became of a command."""

    code: int
    """Exit code; negative where a signal ended it."""
    said: bytes
    """All that it wrote to standard output and standard error."""
    megabytes: float
    """The most memory that it held above what the process began with."""
    seconds: float
    """Of CPU."""


def run_command(*args: object, folder: Path, seconds: int = 60) -> Outcome:
    """Run `tabgan` with some arguments in a folder, for so many CPU seconds at most."""
    return run_forked(command, [str(arg) for arg in args], folder=folder, seconds=seconds)


def run_forked(function: Callable[..., int], *args: object, folder: Path, seconds: int = 60) -> Outcome:
    """Run a function of a module, which returns an exit code, as `run_command` does a command."""
    return Running(function, *args, folder=folder, seconds=seconds).end()


class Running:
    """A function of a module in a process of its own, begun."""

    def __init__(self, function: Callable[..., int], *args: object, folder: Path, seconds: int = 60) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOADED)  # counts only for the first
        self.said, self.seconds = folder / f".said-{next(_COUNT)}", seconds
        self.report, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=_run, args=(theirs, function, args, folder, self.said, seconds))
        self.process.start()
        theirs.close()
        self.report.recv()  # that it begins

    def kill(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.process.is_alive() and self.process.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    def end(self) -> Outcome:
        """Wait for its end."""
        try:
            code, megabytes, used = self.report.recv()
        except EOFError:
            code, megabytes, used = None, 0.0, float(self.seconds)
        self.process.join()
        words = self.said.read_bytes()
        self.said.unlink()
        return Outcome(self.process.exitcode if code is None else code, words, megabytes, used)


def command(args: Sequence[str]) -> int:
    """Run `tabgan` in this process, and return its exit code."""
    from tabgan.cli.main import main

    try:
        main(args, prog_name="tabgan")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _run(
    report: Connection, function: Callable[..., int], args: Sequence[object], folder: Path, said: Path, seconds: int
) -> None:
    os.chdir(folder)
    to = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(to, 1)
    os.dup2(to, 2)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
    Path("/proc/self/clear_refs").write_text("5")  # the most that was held begins anew
    before = _held("VmRSS")
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    most = _held("VmSize") * 2**20 + MOST_ADDRESSES
    resource.setrlimit(resource.RLIMIT_AS, (int(most), int(most)))
    start = sum(os.times()[:4])
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the forkserver did
    report.send("begun")
    try:
        code = function(*args)
    except BaseException:
        traceback.print_exc()
        code = 70
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it has ended
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    report.send((code, _held("VmHWM") - before, sum(os.times()[:4]) - start))
    report.close()
    os._exit(0)


def _held(field: str) -> float:
    """Return a figure of this process in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(field)) / 1024
