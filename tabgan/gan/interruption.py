"""Ctrl-C ends a training, and what was learned is kept; unless the model is only a part of what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_part: ContextVar[bool] = ContextVar("_is_part", default=False)


class Enough(KeyboardInterrupt):
    """A function of the user's ends the training, and nothing but the training."""


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
