"""Tables in MATLAB files, v5 and v7: a matrix with one row per sample, and its column names when it has any."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.io

from tabgan.errors import InputError, TabganWarning
from tabgan.schema.dtypes import is_number
from tabgan.tables.formats import has_names, parsing

NAMES = "columns"
HEADER = b"MATLAB 5.0 MAT-file, written by tabgan".ljust(116)


def read_mat(path: Path, variable: str | None) -> pd.DataFrame:
    """Read the matrix `variable`, or the only one; a fitting cell array `columns` beside it names its columns."""
    with parsing(path, "MATLAB file"):
        try:
            content = scipy.io.loadmat(path)
        except NotImplementedError:
            raise InputError(
                f"{path} is a MATLAB v7.3 file, which is not read yet; save it with save('{path.name}', 'X', '-v7')"
            ) from None
    matrix = _choose(path, {name: value for name, value in content.items() if not name.startswith("__")}, variable)
    if 0 < len(matrix) < matrix.shape[1]:
        message = (
            f"the matrix in {path} is {_size(matrix)}, and each row is taken for a sample; "
            "if each column is one, transpose it"
        )
        warnings.warn(message, TabganWarning, stacklevel=2)
    names = [str(np.squeeze(cell)) for cell in np.ravel(content.get(NAMES, []))]
    return pd.DataFrame(matrix, columns=names if len(names) == matrix.shape[1] else None)


def _choose(path: Path, variables: dict[str, np.ndarray], variable: str | None) -> np.ndarray:
    matrices = [name for name, value in variables.items() if _is_matrix(value)]
    listed = ", ".join(f"{name} ({_size(value)})" for name, value in variables.items()) or "nothing"
    if not matrices:
        raise InputError(f"{path} must hold a real matrix with two dimensions, but holds {listed}; save one with -v7")
    if variable is None and len(matrices) == 1:
        return variables[matrices[0]]
    if variable is None:
        raise InputError(f"{path} must hold one real matrix, but holds {listed}; name the one you mean with --variable")
    if variable not in variables:
        raise InputError(f"--variable {variable} is not in {path}, which holds {listed}; choose one of these")
    if variable not in matrices:
        raise InputError(
            f"--variable must name a real full matrix with two dimensions, but {variable} in {path} is none; "
            f"it holds {listed}"
        )
    return variables[variable]


def _size(value: Any) -> str:
    return "x".join(map(str, np.shape(value)))


def _is_matrix(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == 2 and value.dtype.kind in "biuf"


class MatWriter:
    """Collects blocks of rows and writes them as matrix `data`, with a cell array `columns` of names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.blocks: list[pd.DataFrame] = []

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        for name, column in block.items():
            if not is_number(column.dtype):
                raise InputError(
                    f"a .mat file holds a matrix of numbers, but column {str(name)!r} is {column.dtype}; "
                    "leave it out with --cols, or write csv, parquet or xlsx"
                )
        self.blocks.append(block)

    def close(self, complete: bool) -> None:
        """Write the file if it is complete."""
        if not complete:
            return
        table = pd.concat(self.blocks)
        content: dict[str, np.ndarray] = {"data": table.to_numpy(dtype=np.float64, na_value=np.nan)}
        if has_names(table.columns):
            content[NAMES] = np.array([str(name) for name in table.columns], dtype=object)
        scipy.io.savemat(self.path, content, appendmat=False, do_compression=True)
        with self.path.open("rb+") as file:  # scipy writes the time of day here; equal rows shall give equal bytes
            file.write(HEADER)
