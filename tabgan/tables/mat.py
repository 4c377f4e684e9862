"""Tables in MATLAB files: which variable, which way round, and what its columns are called."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.io
from numpy.exceptions import ComplexWarning
from scipy.io.matlab import MatlabOpaque, MatReadWarning

from tabgan.errors import InputError, TabganWarning
from tabgan.tables.formats import parsing
from tabgan.tables.mat_values import TABLES, class_of, describe, name_columns, parse_value, size

NAMES = "columns"
"""The cell array of names that may stand beside a table."""

NEWER = b"\x00\x02IM"
"""What stands after 124 bytes of text in the files of version 7.3."""


def load_variables(path: Path) -> dict[str, Any]:
    """Return the variables of a MATLAB file of any version by name, as `scipy.io.loadmat` gives them."""
    with path.open("rb") as file:
        newer = file.read(128)[124:] == NEWER
    if newer:
        from tabgan.tables.mat73 import load_73

        return load_73(path)
    with parsing(path, "MATLAB file"), warnings.catch_warnings():
        warnings.simplefilter("ignore", MatReadWarning)  # objects have no name where scipy looks for it
        warnings.simplefilter("error", ComplexWarning)
        try:
            content = scipy.io.loadmat(path, mat_dtype=True)  # truth values, and doubles that were packed as integers
        except ComplexWarning:  # the one thing that it would spoil
            content = scipy.io.loadmat(path)
    return {_name(key, value): value for key, value in content.items() if not key.startswith("__")}


def _name(key: str, value: Any) -> str:
    return value["s0"][0].decode() if isinstance(value, MatlabOpaque) else key


def read_mat(path: Path, variable: str | None, transpose: bool | None) -> pd.DataFrame:
    """Read the table `variable`, or the only one; a cell array `columns` that fits names its columns.

    Rows are samples, unless `transpose` is set; None is for the names to tell, or the shape: matrices that are wider
    than long are refused.
    """
    variables = load_variables(path)
    chosen = _choose(path, variables, variable)
    names = name_columns(variables.get(NAMES)) if chosen != NAMES else []
    what = f"{chosen} in {path}"
    table = parse_value(variables[chosen], what)
    if isinstance(table, pd.DataFrame):
        if transpose:
            raise InputError(f"--transpose is for matrices, but {what} is a struct of columns; leave it out")
        return table.set_axis(names, axis=1) if len(names) == table.shape[1] else table
    if variables[chosen].ndim > 2:
        features, samples = table.shape
        taken = f"{what} is {size(variables[chosen])}, and is taken for {features} features of {samples:,} samples"
        warnings.warn(taken, TabganWarning, stacklevel=3)
        transpose = transpose is not False
    matrix = _orient(table, len(names), transpose, what)
    if names == [str(place + 1) for place in range(len(names))]:  # a table without names, written by tabgan
        names = []
    frame = pd.DataFrame(matrix, columns=names if len(names) == matrix.shape[1] else None)
    return frame.infer_objects() if matrix.dtype == object else frame


def _orient(matrix: np.ndarray, n_names: int, transpose: bool | None, what: str) -> np.ndarray:
    """Return the matrix with one row per sample."""
    rows, columns = matrix.shape
    if transpose is None and n_names and n_names in (rows, columns):
        transpose = n_names != columns
    elif transpose is None and 0 < rows < columns:
        raise InputError(
            f"a table has a row for each sample, but {what} is {rows}x{columns}, which may be features x samples; say "
            f"--transpose (transpose=True) for {columns:,} rows of {rows}, or --no-transpose for {rows} rows of "
            f"{columns:,}"
        )
    return matrix.T if transpose else matrix


def _choose(path: Path, variables: dict[str, Any], variable: str | None) -> str:
    listed = ", ".join(f"{name} ({describe(value)})" for name, value in variables.items()) or "nothing"
    if variable is not None:
        if variable not in variables:
            raise InputError(f"--variable {variable} is not in {path}, which holds {listed}; choose one of these")
        return variable
    likely = [(_rank(name, value), name) for name, value in variables.items()]
    likely = [(rank, name) for rank, name in likely if rank is not None]
    best = [name for rank, name in likely if rank == min(likely)[0]]
    if len(best) > 1:
        raise InputError(f"{path} must hold one table, but holds {listed}; name the one you mean with --variable")
    if not best and len(variables) == 1:
        return next(iter(variables))  # parsing it says what is wrong
    if not best:
        raise InputError(
            f"{path} must hold a matrix, a cell array or a struct of columns, but holds {listed}; save one in MATLAB"
        )
    return best[0]


def _rank(name: str, value: Any) -> int | None:
    """How unlikely it is that a variable is the table, from 0; None if it cannot be one."""
    try:
        table = parse_value(value, name)
    except InputError:
        return 1 if class_of(value) in TABLES else None  # if it is meant, we say what to save instead
    if name == NAMES:
        return 3
    if table.size < 2 or (isinstance(table, pd.DataFrame) and len(table) == 1):
        return 2
    return int(table.dtype == object and 1 in table.shape) if isinstance(table, np.ndarray) else 0
