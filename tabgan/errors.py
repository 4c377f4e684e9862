"""What can go wrong, by name. Every message states the rule, the value received and the remedy."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
import warnings
from pathlib import Path

from tabgan.text import shorten_message

_OURS = str(Path(__file__).parent) + os.sep
_OTHERS = tuple(
    path + os.sep for name, path in sysconfig.get_paths().items() if name in ("stdlib", "purelib", "platlib")
)
"""Where the standard library is, and what is installed."""
_INSTALLED = re.compile(r"[\\/](site|dist)-packages[\\/]")
"""In other places, too: of the user, of the system, of an environment below this one."""


class TabganError(Exception):
    """Base of every error that tabgan raises on purpose. The command line ends with `exit_code`.

    Names and cells of very many letters are cut in its message.
    """

    exit_code = 1

    def __init__(self, message: object = "") -> None:
        super().__init__(shorten_message(str(message)))


class InputError(TabganError, ValueError):
    """The data, a file or a setting cannot be used as given."""

    exit_code = 2


class InputTypeError(InputError, TypeError):
    """What stands in a table is of no type that tables hold; also what scikit-learn's checks ask for."""


class BundleError(InputError):
    """A model file is missing, damaged, foreign or newer than this version."""


class DivergenceError(TabganError, RuntimeError):
    """A loss, or generated rows, stopped being finite while training.

    Attributes
    ----------
    iteration : int
        The first iteration (1-based) in which they were not.
    best_iteration : int
        The iteration of the best generator, which the synthesizer keeps; 0 when there is none.
    """

    def __init__(self, message: str, iteration: int, best_iteration: int) -> None:
        super().__init__(message)
        self.iteration = iteration
        self.best_iteration = best_iteration

    def __reduce__(self) -> tuple[type[DivergenceError], tuple[str, int, int]]:
        return type(self), (str(self), self.iteration, self.best_iteration)


class TabganWarning(UserWarning):
    """Something the user should know that does not stop the work."""

    def __init__(self, message: object = "") -> None:
        super().__init__(shorten_message(str(message)))


def warn(message: object) -> None:
    """Give a TabganWarning at the line outside of tabgan, and of the libraries between, that led to it."""
    frame, depth, outside = sys._getframe(1), 2, 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
        name = frame.f_code.co_filename
        if name.startswith(_OURS):
            continue
        outside = outside or depth
        if not name.startswith((*_OTHERS, "<frozen")) and not _INSTALLED.search(name):
            outside = depth
            break
    warnings.warn(TabganWarning(message), stacklevel=outside or depth)
