"""What MATLAB's values are as tables: matrices, cell arrays, texts and structs, as `scipy.io.loadmat` gives them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.io.matlab import MatlabFunction, MatlabObject, MatlabOpaque
from scipy.sparse import issparse

from tabgan.errors import InputError

TABLES = ("table", "timetable")
LISTS = ("string", "categorical", "datetime", "duration")


def class_of(value: Any) -> str:
    """Return what MATLAB's ``class`` says of a value, with "sparse" or "complex" before it."""
    if isinstance(value, MatlabOpaque):
        return value["s2"][0].decode()
    if isinstance(value, MatlabFunction):
        return "function_handle"
    if isinstance(value, MatlabObject):
        return str(value.classname)
    if value.dtype.names is not None:
        return "struct"
    plain = {"O": "cell", "U": "char", "S": "char", "b": "logical", "f": "double", "c": "complex double"}
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


def name_columns(value: Any) -> list[str]:
    """Return a cell array or char matrix of names as a list; an empty one when it is neither."""
    if value is None or class_of(value) not in ("cell", "char"):
        return []
    return [str(np.squeeze(cell)).rstrip() for cell in np.ravel(value)]


def parse_value(value: Any, what: str) -> np.ndarray | pd.DataFrame:
    """Return a value as a matrix of two dimensions, or a struct as its columns.

    Parameters
    ----------
    value : Any
        As `scipy.io.loadmat` gives it.
    what : str
        What messages call it.

    Raises
    ------
    InputError
        It is no table; the message says why, and what to save instead.
    """
    kind = _check(value, what)
    if kind == "struct":
        return _from_struct(value, what)
    if kind == "char":
        if len(value) < 2:
            raise InputError(f"{what} is a text; a table is a matrix, a cell array or a struct of columns")
        return np.array(_texts(value), dtype=object)[:, None]
    if value.ndim > 2:
        value = _squeeze(value, what)
    if value.shape[1] == 0 or (value.shape[0] == 0 and kind == "cell"):
        raise InputError(f"{what} is empty ({size(value)}); save one with rows")
    return _from_cells(value, what) if kind == "cell" else value


def _check(value: Any, what: str) -> str:
    """Return the class of a value, or raise InputError when none of our tables can come of it."""
    kind = class_of(value)
    remedy = "save numbers, text in cells, or a struct of columns"
    if kind in TABLES:
        table = "timetable2table(T)" if kind == "timetable" else "T"
        remedy = f"save S = table2struct({table}, 'ToScalar', true) instead"
    elif kind in LISTS:
        remedy = "save cellstr(...) of it"
    elif kind.startswith("sparse"):
        remedy = "save full(...) of it"
    elif kind.startswith("complex"):
        remedy = "save real and imaginary parts as columns of their own"
    elif kind in ("struct", "char", "cell") or value.dtype.kind in "biuf":
        return kind
    readable = " ".join(kind.split()[:1]) if " " in kind else f"a {kind}, an object that only MATLAB can read"
    raise InputError(f"{what} is {readable}; {remedy}")


def _squeeze(value: np.ndarray, what: str) -> np.ndarray:
    """What MATLAB's image functions take, 1 x features x 1 x samples, as features x samples."""
    if value.ndim != 4 or value.shape[0] != 1 or value.shape[2] != 1:
        raise InputError(
            f"{what} has {value.ndim} dimensions ({size(value)}), but a table has two; reshape it to samples x features"
        )
    return value[0, :, 0]


def _from_cells(cells: np.ndarray, what: str) -> np.ndarray:
    matrix = np.empty(cells.shape, dtype=object)
    for place in np.ndindex(cells.shape):
        matrix[place] = _scalar(cells[place], f"{what}{{{', '.join(str(i + 1) for i in place)}}}")
    return matrix


def _from_struct(value: np.ndarray, what: str) -> pd.DataFrame:
    fields = value.dtype.names
    if not fields:
        raise InputError(f"{what} is a struct without fields; save one whose fields are columns")
    if value.size == 1:
        columns = {name: _column(value[name].flat[0], f"{what}.{name}") for name in fields}
    else:
        columns = {name: [_scalar(v, f"{what}.{name}") for v in value[name].flat] for name in fields}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InputError(f"{what} is a struct whose fields must be columns of one length, but they have {listed}")
    return pd.DataFrame({name: pd.Series(column).infer_objects() for name, column in columns.items()})


def _column(value: Any, what: str) -> Any:
    """The values of a vector, cell vector or char matrix."""
    kind = _check(value, what)
    if kind == "struct":
        raise InputError(f"{what} is a struct, but a column is wanted; save each of its fields beside the others")
    if kind == "char":
        return _texts(value)
    if value.ndim > 2 or (value.size and max(value.shape) != value.size):
        raise InputError(f"{what} is {size(value)}, but a column is wanted; save each of its columns as a field")
    return [_scalar(cell, what) for cell in value.flat] if kind == "cell" else value.ravel()


def _scalar(value: Any, what: str) -> Any:
    """One number, truth value or text; None for what is empty."""
    kind = _check(value, what)
    if value.size == 0 or (kind == "char" and value.size == 1 and not value.flat[0]):
        return None
    if kind not in ("struct", "cell") and value.size == 1:
        return value.flat[0].item()
    raise InputError(f"{what} is {describe(value)}, but a number or text is wanted; save each value by itself")


def _texts(value: np.ndarray) -> list[str | None]:
    """The rows of a char matrix, which pads them with blanks; an empty one is missing, as in MATLAB."""
    return [str(row).rstrip() or None for row in value.flat]
