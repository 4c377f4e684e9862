"""Tables in numpy's files (.npy): a matrix of numbers, or a structured array, whose fields are columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.dtypes import is_moment, is_number
from tabgan.schema.structured import from_structured, is_structured, plain_values
from tabgan.tables.bounds import EACH, VALUES
from tabgan.tables.collected import CollectingWriter
from tabgan.tables.formats import parsing


def read_npy(path: Path) -> pd.DataFrame:
    """Read a matrix of samples x columns, which have no names, or a structured array; objects are not unpacked."""
    array = _load(path)
    if is_structured(array):
        return from_structured(array)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.dtype.names or array.dtype.kind not in "biufUSMm":
        kind = f"{'x'.join(map(str, array.shape))} of {array.dtype}"
        raise InputError(
            f"a table is samples x columns of numbers or texts, but {path} holds {kind}; reshape it, or save one"
        )
    return pd.DataFrame(plain_values(array))


def _load(path: Path) -> NDArray[Any]:
    with parsing(path, "numpy file"):
        # Mapped first: a header that promises more than there is claims no memory.
        try:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
        except ValueError as error:
            if "object" not in str(error).lower():
                raise
            raise InputError(
                f"{path} holds Python objects, which may run code and are not unpacked; save numbers or texts"
            ) from error
        if not isinstance(array, np.ndarray):
            raise InputError(f"{path} holds several arrays, as .npz files do; save the table alone with numpy.save")
        fields = len(array.dtype.names or ()) or 1
        VALUES.check(max(array.nbytes, EACH * array.size * fields), path, "save numbers, or texts that have letters")
        return np.array(array)


def split_npy(path: Path, *, test: NDArray[np.bool_], parts: tuple[Path, Path]) -> None:
    """Write the rows of an array to two, with its dtype."""
    array = _load(path)
    for part, chosen in zip(parts, (~test, test), strict=True):
        np.save(part, array[chosen], allow_pickle=False)


class NpyWriter(CollectingWriter):
    """Writes numbers as a matrix, else a structured array."""

    def save(self, table: pd.DataFrame) -> None:
        np.save(self.path, _as_array(table), allow_pickle=False)


def _as_array(table: pd.DataFrame) -> NDArray[Any]:
    columns = [_to_numpy(table.iloc[:, place]) for place in range(table.shape[1])]
    if all(column.dtype.kind in "biuf" for column in columns):
        return np.column_stack(columns)
    names = [str(name) for name in table.columns]
    array = np.empty(len(table), dtype=[(name, column.dtype) for name, column in zip(names, columns, strict=True)])
    for name, column in zip(names, columns, strict=True):
        array[name] = column
    return array


def _to_numpy(column: pd.Series) -> NDArray[Any]:
    """Numbers with NaN for gaps, moments as such, all else as text of one width, gaps as an empty one."""
    if is_number(column.dtype):
        gaps = bool(column.isna().any())
        plain = getattr(column.dtype, "numpy_dtype", column.dtype)
        return column.to_numpy(np.float64, na_value=np.nan) if gaps else column.to_numpy(plain)
    if is_moment(column.dtype) and isinstance(column.dtype, np.dtype):
        return column.to_numpy()
    texts = column.astype(object).where(column.notna(), "").map(str)
    return texts.to_numpy().astype(f"U{max(1, int(texts.str.len().max() or 1))}")
