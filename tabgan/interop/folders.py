"""A generator as a short program for MATLAB or numpy: a folder with the program and its weights beside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from glob import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from tabgan.errors import InputError
from tabgan.files import blaming, check_output, standing_beside
from tabgan.interop.spec import GeneratorSpec, describe_generator
from tabgan.spelling import spell
from tabgan.tables.mat_file import write_variables

CACHE = "__pycache__"  # which Python leaves beside a module that was imported
Folder = str | os.PathLike[str]
Write = Callable[[Path, dict[str, Any]], None]


def export_matlab(model: Any, folder: Folder, overwrite: bool = False) -> GeneratorSpec:
    """Write a folder with ``generate_rows.m``, for MATLAB and Octave without toolboxes, and ``generate_rows.mat``.

    Returns what was written, as a `GeneratorSpec`. `overwrite` replaces the folder of an earlier export.

    Raises
    ------
    InputError
        The model cannot be exported, or not be written there.
    """
    spec = _export(model, folder, overwrite, "generate_rows.m", "generate_rows.mat", _write_mat)
    spec.warn()
    return spec


def export_numpy(model: Any, folder: Folder, overwrite: bool = False) -> GeneratorSpec:
    """Write a folder with ``generate_rows.py``, which needs numpy alone, and ``generate_rows.npz``, without pickles.

    All else is as of `export_matlab`.
    """
    spec = _export(model, folder, overwrite, "generate_rows.py", "generate_rows.npz", _write_npz)
    spec.warn()
    return spec


def _export(model: Any, folder: Folder, overwrite: bool, program: str, weights: str, write: Write) -> GeneratorSpec:
    spec = describe_generator(model)
    arrays = spec.arrays()
    template = files("tabgan.interop") / "templates" / f"{program}.txt"  # no module of this package
    with replacing_folder(folder, (program, weights), overwrite) as beside:
        (beside / program).write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        write(beside / weights, arrays)
    return spec


def _write_mat(path: Path, arrays: dict[str, Any]) -> None:
    write_variables(path, {name: _as_matlab(value) for name, value in arrays.items()})


def _as_matlab(value: Any) -> Any:
    """Numbers as doubles, lists and texts as cell arrays; what is one list of them as a row."""
    if isinstance(value, list):
        cells = np.empty((1, len(value)), dtype=object)
        for i, item in enumerate(value):
            cells[0, i] = _as_matlab(item)
        return cells
    array = np.atleast_2d(value)
    return array.astype(object) if array.dtype.kind == "U" else array.astype(np.float64)


def _write_npz(path: Path, arrays: dict[str, Any]) -> None:
    flat: dict[str, Any] = {"n_rules": np.array(len(arrays["rule_columns"]))}
    for name, value in arrays.items():
        listed = isinstance(value, list)
        flat |= {f"{name}_{i}": item for i, item in enumerate(value)} if listed else {name: np.asarray(value)}
    np.savez_compressed(path, **flat)


def check_folder(path: Folder, names: Collection[str], overwrite: bool = False) -> Path:
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
def replacing_folder(path: Folder, names: Collection[str], overwrite: bool = False) -> Iterator[Path]:
    """Yield an empty folder beside `path` for files of these names; when the block ends well, move it into place."""
    target = Path(os.path.realpath(path))
    for old in target.parent.glob(f".tabgan-*.{escape(target.name)}.old"):  # of a process killed between two renames
        shutil.rmtree(old) if target.exists() else old.replace(target)
    check_folder(path, names, overwrite)
    with blaming(path), standing_beside(target, folder=True) as new:
        yield new
        old = new.with_name(f"{new.name}.old")
        try:
            if target.exists():
                target.replace(old)
            new.replace(target)
        finally:
            if old.exists() and not target.exists():
                old.replace(target)
            shutil.rmtree(old, ignore_errors=True)
