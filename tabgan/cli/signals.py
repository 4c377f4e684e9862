"""Whoever ends a command, by Ctrl-C or from outside, leaves nothing half-written, and reads one line."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from tabgan.errors import TabganError
from tabgan.files import end_all

_came: list[int] = []
"""Signals that came in a block, if they did not end it: training keeps what was learned."""
_DEFAULTS: dict[str, Any] = {"SIGINT": signal.default_int_handler, "SIGTERM": signal.SIG_DFL, "SIGHUP": signal.SIG_DFL}


class Stopped(KeyboardInterrupt):
    """A signal that ends a command as Ctrl-C does."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _stop(number: int, _: FrameType | None) -> None:
    _came.append(number)
    raise Stopped(number)


def _number_of(error: BaseException | None) -> int:
    return error.number if isinstance(error, Stopped) else signal.SIGINT


def _say(number: int) -> click.ClickException:
    said = click.ClickException(f"stopped by {signal.Signals(number).name}; no output is left half-written")
    said.exit_code = 128 + number
    return said


def _repeat(lost: BaseException | None) -> bool:
    """Send a signal again whose exception came where nothing can be raised, as in a function that C calls."""
    if not isinstance(lost, KeyboardInterrupt):
        return False
    again = threading.Timer(0.05, signal.raise_signal, (_number_of(lost),))
    again.daemon = True
    again.start()
    return True


def end_if_stopped() -> None:
    """Raise the error of a signal, Ctrl-C included, that came in the block: what was to come after does not."""
    if _came:
        raise _say(_came[-1])


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block as Ctrl-C does; the exit code is 128 and the signal's number."""
    defaults = {number: kept for name, kept in _DEFAULTS.items() if (number := getattr(signal, name, None))}
    if threading.current_thread() is not threading.main_thread():
        defaults = {}
    ours = [number for number, kept in defaults.items() if signal.getsignal(number) is kept]  # nohup ignores one
    _came.clear()
    for number in ours:
        signal.signal(number, _stop)
    tell, sys.unraisablehook = sys.unraisablehook, lambda lost: None if _repeat(lost.exc_value) else tell(lost)
    show, sys.excepthook = sys.excepthook, lambda kind, lost, trace: None if _repeat(lost) else show(kind, lost, trace)
    try:
        yield
    except KeyboardInterrupt as error:
        raise _say(_number_of(error)) from error
    except click.ClickException as error:
        if not _came or error.__cause__ is None or isinstance(error.__cause__, TabganError):
            raise
        raise _say(_came[-1]) from error  # of which a library in C made another error
    else:
        if any(number != signal.SIGINT for number in _came):  # training ended by it, and what was learned is written
            end_if_stopped()
    finally:
        sys.unraisablehook, sys.excepthook = tell, show
        for number in ours:
            signal.signal(number, defaults[number])
        end_all()
