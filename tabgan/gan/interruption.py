"""Ctrl-C ends a training, and what was learned is kept; unless the model is only a part of what was asked for."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any

_is_part: ContextVar[bool] = ContextVar("_is_part", default=False)


class Enough(KeyboardInterrupt):
    """A function of the user's ends the training, and nothing but the training."""


@contextmanager
def held_back() -> Iterator[Callable[[], None]]:
    """Let signals in the block wait until the function that is yielded is called, so that what is begun becomes whole.

    A second one does not wait: whoever sends it has no more patience. Those that Python does not answer are left alone,
    and so are all where the block runs in another thread, which no signal reaches.
    """
    usual: dict[int, Any] = {}
    came: list[tuple[int, FrameType | None]] = []

    def wait(number: int, frame: FrameType | None) -> None:
        came.append((number, frame))
        if len(came) > 1:
            answer()

    def answer() -> None:
        if came:
            number, frame = came[-1]
            came.clear()
            usual[number](number, frame)

    if threading.current_thread() is threading.main_thread():
        numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        usual = {number: handler for number in numbers if callable(handler := signal.getsignal(number))}
    for number in usual:
        signal.signal(number, wait)
    try:
        yield answer
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        answer()


@contextmanager
def as_a_part() -> Iterator[None]:
    """Let Ctrl-C end what is made in the block as a whole: nobody asked for a model of its own that might be kept."""
    token = _is_part.set(True)
    try:
        yield
    finally:
        _is_part.reset(token)


def is_kept(interruption: BaseException) -> bool:
    """Whether what was learned until then is what whoever asked for a model gets."""
    return isinstance(interruption, Enough) or not _is_part.get()
