"""A folder of files as an output: written beside its place and renamed into it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from tabgan.errors import InputError
from tabgan.files import check_output
from tabgan.spelling import spell

CACHE = "__pycache__"  # which Python leaves beside a module that was imported


def check_folder(path: str | os.PathLike, names: Collection[str], overwrite: bool = False) -> Path:
    """Return `path` as a Path that a folder of these files may be written to, or raise InputError.

    A folder is replaced only if it holds nothing else, so that `overwrite` never deletes what others put there.
    """
    path = Path(path)
    if not path.is_dir():
        if path.exists():
            raise InputError(f"the output must be a folder, but {path} is a file; give another name")
        return check_output(path)
    if not overwrite:
        raise InputError(f"{path} exists and is kept; give another name, or {spell('overwrite', True)} to replace it")
    if others := sorted(item.name for item in path.iterdir() if item.name not in (*names, CACHE)):
        raise InputError(f"only a folder of an earlier export is replaced, but {path} holds {others[0]}; move it away")
    return path


@contextmanager
def replacing_folder(path: str | os.PathLike, names: Collection[str], overwrite: bool = False) -> Iterator[Path]:
    """Yield an empty folder beside `path` for files of these names; when the block ends well, move it into place."""
    path = check_folder(path, names, overwrite).resolve()
    beside, old = (path.with_name(f".{os.getpid()}.{path.name}{end}") for end in ("", ".old"))
    try:
        beside.mkdir()
        yield beside
        if path.exists():
            path.replace(old)
        beside.replace(path)
    except OSError as error:
        if old.exists() and not path.exists():
            old.replace(path)
        raise InputError(f"cannot write {path}: {error.strerror or error}; give another place") from error
    finally:
        for folder in (beside, old):
            shutil.rmtree(folder, ignore_errors=True)
