"""A generator as a short module of numpy, with its weights beside."""

from __future__ import annotations

import os
from importlib.resources import files
from typing import Any

import numpy as np

from tabgan.interop.folder import replacing_folder
from tabgan.interop.notes import warn_of
from tabgan.interop.path import RowPath, describe_path

NAMES = ("generate_rows.py", "generate_rows.npz")


def export_numpy(model: Any, folder: str | os.PathLike, overwrite: bool = False) -> RowPath:
    """Write a folder with ``generate_rows.py``, which needs numpy alone, and ``generate_rows.npz``, without pickles.

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
    arrays: dict[str, Any] = {}
    arrays["n_rules"] = np.array(len(path.rule_columns))
    for name, value in path.arrays().items():
        if isinstance(value, list):
            arrays |= {f"{name}_{i}": item for i, item in enumerate(value)}
        else:
            arrays[name] = np.asarray(value)
    with replacing_folder(folder, NAMES, overwrite) as beside:
        template = files("tabgan.interop") / "templates" / "generate_rows.py.txt"  # no module of this package
        (beside / NAMES[0]).write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        np.savez_compressed(beside / NAMES[1], **arrays)
    warn_of(path.notes)
    return path
