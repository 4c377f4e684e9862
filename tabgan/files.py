"""Outputs are written beside their place and renamed into it: a killed process leaves the old file or the new one.

What stands beside, `.tabgan-NUMBER.NAME`, is locked while it is written: what nobody has locked was left by a process
that was killed, and the next one that writes there removes it.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from tabgan.errors import InputError
from tabgan.spelling import spell

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REMEDIES = dict.fromkeys(FULL, "free some space") | {errno.ENAMETOOLONG: "give a shorter name"}
_BLOCK = bytes(4096)
_MOST_BYTES = 220  # of a name that what stands beside has in its own, of which a disk takes 255
_BESIDE = re.compile(r"\.tabgan-\d+\.(.+)", re.DOTALL)
_LOOK = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_standing: set[Path] = set()
"""What this process has beside outputs."""


def as_path(place: Any) -> Path:
    """Return a name that a file may have as a Path, or raise InputError.

    Examples
    --------
    >>> as_path("pump.tabgan").suffix
    '.tabgan'
    """
    name = os.fspath(place) if isinstance(place, (str, os.PathLike)) else None
    if not isinstance(name, str) or "\0" in name:
        raise InputError(f"a file is named by a text or a Path without a zero in it, but {place!r} was given; name one")
    return Path(name)


def check_output(path: str | os.PathLike[str], overwrite: bool = False) -> Path:
    """Return `path` as a Path that a file may be written to, or raise InputError before any work is done."""
    with blaming(path), standing_beside(_find_target(path, overwrite)) as place:
        place.write_bytes(_BLOCK)  # what a full disk has no room for
    return Path(path)


@contextmanager
def reserved(path: str | os.PathLike[str], overwrite: bool = False) -> Iterator[None]:
    """Check an output as `check_output` does, and refuse it to others that would reserve it until the block ends."""
    with ExitStack() as stack:
        with blaming(path):
            target = _find_target(path, overwrite)
            if sweep(target.parent, target.name):
                raise InputError(f"another process is writing {path}; wait until it has ended, or give another name")
            place = stack.enter_context(standing_beside(target))
            place.write_bytes(_BLOCK)
            os.truncate(place, 0)
        yield


@contextmanager
def replacing(path: str | os.PathLike[str], overwrite: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`; when the block ends well, move it into place, else remove it.

    The temporary name keeps the suffix, because some writers choose their format by it; the file keeps the mode of the
    one that it replaces.
    """
    with blaming(path):
        target = _find_target(path, overwrite)
        with standing_beside(target) as place:
            yield place
            with place.open("rb+") as written:
                os.fsync(written.fileno())
            _find_target(path, overwrite)  # another process may have been here first
            if (mode := _mode_of(target)) is not None:
                place.chmod(mode)
            place.replace(target)


@contextmanager
def standing_beside(target: Path, folder: bool = False) -> Iterator[Path]:
    """Yield the path of a new file, or folder, beside another, locked until the block ends; then it is removed."""
    sweep(target.parent, target.name)
    mode = (_mode_of(target) or 0o666) | stat.S_IRUSR | stat.S_IWUSR
    for number in count(os.getpid()):
        place = target.with_name(f".tabgan-{number}.{_end_of(target.name)}")
        _standing.add(place)
        try:
            handle = _make(place, mode, folder)
        except FileExistsError:  # of a thread, or of another machine
            _standing.discard(place)
            continue
        if _lock(handle, wait=True) is None or os.fstat(handle).st_nlink:
            break
        os.close(handle)  # another process took it for one that was left
    try:
        if sys.platform == "win32":
            os.close(handle)  # what is open there can be neither renamed nor removed
        yield place
    finally:
        _remove(place)
        if sys.platform != "win32":
            os.close(handle)
        _standing.discard(place)


def sweep(folder: Path, name: str | None = None) -> bool:
    """Remove what killed processes left in a folder beside a file of some name, or any; return if others live."""
    alive = False
    for entry in _list(folder):
        found = _BESIDE.fullmatch(entry)
        if found is None or (name is not None and found[1] != _end_of(name)):
            continue
        with suppress(OSError):
            handle = os.open(folder / entry, _LOOK)
            try:
                ours = _lock(handle)
                alive |= ours is False
                if ours and os.path.samestat(os.fstat(handle), os.lstat(folder / entry)):
                    _remove(folder / entry)
            finally:
                os.close(handle)
    return alive


def end_all() -> None:
    """Remove what stands beside outputs because a signal came before it could be seen to that it is removed."""
    for place in list(_standing):
        _remove(place)


def _list(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:  # one may be allowed to write into it, but not to look
        return []


def _find_target(path: str | os.PathLike[str], overwrite: bool) -> Path:
    """Return the file that a path leads to, where one may be written."""
    target = Path(os.path.realpath(as_path(path)))
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise InputError(
                f"an output needs an existing folder, but {target.parent} does not exist; "
                "create it or give another name"
            ) from None
        return target
    if not stat.S_ISREG(mode):
        raise InputError(f"an output must be a file, but {path} is not one; give another name")
    if not overwrite:
        raise InputError(f"{path} exists and is kept; give another name, or {spell('overwrite', True)} to replace it")
    return target


def _mode_of(target: Path) -> int | None:
    """Return who may do what with a file, if there is one."""
    try:
        return stat.S_IMODE(target.stat().st_mode) & 0o777
    except FileNotFoundError:
        return None


def _end_of(name: str) -> str:
    """Return as much of a name as there is room for, with the suffix."""
    written = os.fsencode(name)
    return name if len(written) <= _MOST_BYTES else written[-_MOST_BYTES:].decode(errors="ignore")


def _make(place: Path, mode: int, folder: bool) -> int:
    if folder:
        place.mkdir()
        return os.open(place, os.O_RDONLY)
    return os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)


def _lock(handle: int, wait: bool = False) -> bool | None:
    """Return if a lock was got that others have not; None where there are none, as on Windows and some networks."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _remove(place: Path) -> None:
    with suppress(OSError):
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink()


@contextmanager
def blaming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Say in a line that a file cannot be written."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "give another place")
        raise InputError(f"cannot write {path}: {error.strerror or error}; {remedy}") from error


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text; ValueError if it is none, or nests so deeply that it was made to."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it nests too deeply") from error
