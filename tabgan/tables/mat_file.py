"""The variables of MATLAB files: versions 4 to 7.3 are read, 7 is written, which needs no toolbox in MATLAB or Octave.

Objects of MATLAB's classes are read where mat-io is installed (`mat_objects`).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.io
from numpy.exceptions import ComplexWarning
from scipy.io.matlab import MatlabFunction, MatlabObject, MatlabOpaque, MatReadWarning
from scipy.sparse import issparse

from tabgan.tables.formats import parsing
from tabgan.tables.mat_4 import check_version_4, is_version_4
from tabgan.tables.mat_elements import check_elements
from tabgan.tables.mat_hdf5 import load_hdf5
from tabgan.tables.mat_objects import load_objects

HEADER = b"MATLAB 5.0 MAT-file, written by tabgan".ljust(116)
NEWER = b"\x00\x02IM"  # what stands after 124 bytes of text in the files of version 7.3


def load_variables(path: Path) -> dict[str, Any]:
    """Return the variables of a MATLAB file of any version by name, as `scipy.io.loadmat` gives them."""
    with path.open("rb") as file:
        head = file.read(128)
    if is_version_4(head[:4]):
        return _load(path, check_version_4)
    return load_objects(path, load_hdf5(path) if head[124:] == NEWER else _load(path, check_elements))


def _load(path: Path, check: Callable[[Path], None]) -> dict[str, Any]:
    """Return the variables of a file of version 4 to 7 by name, if its sizes are right."""
    with parsing(path, "MATLAB file"), warnings.catch_warnings():
        check(path)
        warnings.simplefilter("ignore", MatReadWarning)  # objects have no name where scipy looks for it
        warnings.filterwarnings("ignore", "The default value for .spmatrix")  # both kinds of sparse are refused
        warnings.simplefilter("error", ComplexWarning)
        try:
            content = scipy.io.loadmat(path, mat_dtype=True)  # truth values, and doubles that were packed as integers
        except ComplexWarning:  # the one thing that it would spoil
            content = scipy.io.loadmat(path)
    content = {name: _native(value) for name, value in content.items()}
    return {
        value["s0"][0].decode() if isinstance(value, MatlabOpaque) and "s0" in value.dtype.names else name: value
        for name, value in content.items()
        if not name.startswith("__")
    }


def _native(value: Any) -> Any:
    """Numbers in this machine's order of bytes."""
    plain = isinstance(value, np.ndarray) and value.dtype.kind in "iufc"
    return value.astype(value.dtype.newbyteorder("="), copy=False) if plain else value


def write_variables(path: Path, content: Mapping[str, Any]) -> None:
    """Write variables; dicts become structs, and equal contents equal bytes."""
    scipy.io.savemat(path, content, appendmat=False, do_compression=True, long_field_names=True)
    with path.open("rb+") as file:  # scipy writes the time of day here
        file.write(HEADER)


def class_of(value: Any) -> str:
    """Return what MATLAB's ``class`` says of a value, with "sparse" or "complex" before it."""
    if isinstance(value, pd.DataFrame):
        return "table"
    if isinstance(value, MatlabOpaque):
        return str(value["s2"][0].decode() if "s2" in value.dtype.names else value["_Class"][0])  # of scipy 1.18
    if isinstance(value, MatlabFunction):
        return "function_handle"
    if isinstance(value, MatlabObject):
        return str(value.classname)
    if value.dtype.names is not None:
        return "struct"
    plain = {"O": "cell", "U": "char", "S": "char", "b": "logical", "f": "double", "c": "complex double"}
    plain |= {"M": "datetime", "m": "duration"}
    name = "single" if value.dtype == np.float32 else plain.get(value.dtype.kind, value.dtype.name)
    return f"sparse {name}" if issparse(value) else name


def size(value: Any) -> str:
    """Return the size of a value as MATLAB shows it: "3x2"."""
    shape = np.shape(value)
    if class_of(value) == "char":
        shape = (*shape[:1], max(map(len, value.ravel()), default=0))
    return "x".join(map(str, shape))


def describe(value: Any) -> str:
    """Return size and class."""
    return class_of(value) if isinstance(value, MatlabOpaque) else f"{size(value)} {class_of(value)}"
