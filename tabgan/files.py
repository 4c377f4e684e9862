"""Outputs are written beside their place and renamed into it: a killed process leaves the old file or the new one."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tabgan.errors import InputError
from tabgan.spelling import spell


def check_output(path: str | os.PathLike[str], overwrite: bool = False) -> Path:
    """Return `path` as a Path that a file may be written to, or raise InputError before any work is done."""
    path = Path(path)
    if path.exists() and not path.is_file():
        raise InputError(f"an output must be a file, but {path} is not one; give another name")
    if path.exists() and not overwrite:
        raise InputError(f"{path} exists and is kept; give another name, or {spell('overwrite', True)} to replace it")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise InputError(
            f"an output needs an existing folder, but {folder} does not exist; create it or give another name"
        )
    if not os.access(folder, os.W_OK):
        raise InputError(f"cannot write {path}: no permission to write into {folder}; give another place")
    return path


@contextmanager
def replacing(path: str | os.PathLike[str], overwrite: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`; when the block ends well, move it into place, else remove it.

    The temporary name keeps the suffix, because some writers choose their format by it.
    """
    path = check_output(path, overwrite).resolve()
    beside = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield beside
        with beside.open("rb+") as written:
            os.fsync(written.fileno())
        beside.replace(path)
    except OSError as error:
        remedy = "free some space" if error.errno == errno.ENOSPC else "give another place"
        raise InputError(f"cannot write {path}: {error.strerror or error}; {remedy}") from error
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text; ValueError if it is none, or nests so deeply that it was made to."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it nests too deeply") from error
