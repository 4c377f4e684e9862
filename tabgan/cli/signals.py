"""Whoever ends a command, by Ctrl-C or from outside, leaves nothing half-written, and reads one line."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from tabgan.files import end_all


class Stopped(KeyboardInterrupt):
    """A signal that ends a command as Ctrl-C does."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _stop(number: int, _: FrameType | None) -> None:
    raise Stopped(number)


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block as Ctrl-C does; the exit code is 128 and the signal's number."""
    numbers = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None))]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]  # nohup ignores one of them
    for number in ours:
        signal.signal(number, _stop)
    try:
        yield
    except KeyboardInterrupt as error:
        number = error.number if isinstance(error, Stopped) else signal.SIGINT
        said = click.ClickException(f"stopped by {signal.Signals(number).name}; no output is left half-written")
        said.exit_code = 128 + number
        raise said from error
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)
        end_all()
