"""Where a table is: a file, a table of a database, or standard input and output."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tabgan.errors import InputError, warn
from tabgan.files import as_path

STREAM = "-"
"""Standard input, or standard output, of which a table is text."""
STREAM_FILE = "rows.csv"
"""The name of a file in whose format they are."""
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def as_place(path: str | os.PathLike[str]) -> Path | str:
    """Return where a table is: a path, unless it is a URI, which a path would spoil, or "-".

    Examples
    --------
    >>> as_place("sqlite:///pump.db::measurements"), as_place("-")
    ('sqlite:///pump.db::measurements', '-')
    """
    text = os.fspath(path)
    return text if text == STREAM or _URI.match(text) else as_path(text)


@contextmanager
def opened(place: Path | str) -> Iterator[Path | str]:
    """Yield what a format reads: a file that is there, for standard input one with all that it holds."""
    if isinstance(place, Path):
        try:
            place.open("rb").close()
        except OSError as error:
            raise InputError(f"cannot read {place}: {error.strerror}; check its name and place") from error
    if place != STREAM:
        yield place
        return
    if sys.stdin.isatty():
        raise InputError(
            "a table is awaited from standard input, but that is a terminal; write tabgan ... - < data.csv"
        )
    with _folder() as folder:
        path = folder / STREAM_FILE
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        caught: list[warnings.WarningMessage] = []
        try:
            with warnings.catch_warnings(record=True) as caught:
                yield path
        except InputError as error:
            raise type(error)(str(error).replace(str(path), "standard input")) from error
        finally:
            for told in caught:
                warn(str(told.message).replace(str(path), "standard input"))


@contextmanager
def to_output() -> Iterator[Path]:
    """Yield a file whose content goes to standard output when the block ends well."""
    with _folder() as folder:
        path = folder / STREAM_FILE
        yield path
        if sys.stdout.isatty():  # which shows control characters, and does not obey them
            sys.stdout.write(path.read_text(sys.stdout.encoding, "backslashreplace"))
        else:
            with path.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.flush()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tabgan-") as folder:
        yield Path(folder)
