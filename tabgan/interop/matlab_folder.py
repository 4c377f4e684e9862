"""A generator as a MATLAB function, with its weights beside."""

from __future__ import annotations

import os
from importlib.resources import files
from typing import Any

import numpy as np

from tabgan.interop.folder import replacing_folder
from tabgan.interop.notes import warn_of
from tabgan.interop.path import RowPath, describe_path
from tabgan.tables.mat_file import write_variables

NAMES = ("generate_rows.m", "generate_rows.mat")


def export_matlab(model: Any, folder: str | os.PathLike, overwrite: bool = False) -> RowPath:
    """Write a folder with ``generate_rows.m``, for MATLAB and Octave without toolboxes, and ``generate_rows.mat``.

    Parameters
    ----------
    model : WGANGPSynthesizer
        Fitted.
    folder : path
    overwrite : bool, default False
        Replace the folder of an earlier export.

    Returns
    -------
    RowPath
        What was written.

    Raises
    ------
    InputError
        The model cannot be exported, or not be written there.
    """
    path = describe_path(model)
    content = {name: _as_matlab(value) for name, value in path.arrays().items()}
    with replacing_folder(folder, NAMES, overwrite) as beside:
        template = files("tabgan.interop") / "templates" / NAMES[0]
        (beside / NAMES[0]).write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        write_variables(beside / NAMES[1], content)
    warn_of(path.notes)
    return path


def _as_matlab(value: Any) -> Any:
    """Numbers as doubles, lists and texts as cell arrays; what is one list of them as a row."""
    if isinstance(value, list):
        cells = np.empty((1, len(value)), dtype=object)
        for i, item in enumerate(value):
            cells[0, i] = _as_matlab(item)
        return cells
    array = np.atleast_2d(value)
    return array.astype(object) if array.dtype.kind == "U" else array.astype(np.float64)
