"""What one variable of a MATLAB file is as a table: a matrix, or the columns of a struct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, warn
from tabgan.spelling import spell
from tabgan.tables.mat_file import class_of, describe, size
from tabgan.tables.mat_objects import import_matio
from tabgan.tables.mat_simulink import is_simulink, iter_signals

REMEDIES = {
    "table": "save S = table2struct(T, 'ToScalar', true) instead",
    "timetable": "save S = table2struct(timetable2table(T), 'ToScalar', true) instead",
    **dict.fromkeys(("string", "categorical", "datetime", "duration"), "save cellstr(...) of it"),
    "sparse": "save full(...) of it",
    "complex": "save real and imaginary parts as columns of their own",
}
READ_BY_MATIO = ("table", "timetable", "string", "categorical", "datetime", "duration")


class Place(NamedTuple):
    """Where a value is: the variable, or what of it, as MATLAB spells it, and the file."""

    name: str
    path: Path

    def __str__(self) -> str:
        return f"{self.name} in {self.path}"

    def inside(self, part: str) -> Place:
        """The place of a part: ".field", or "{1, 2}"."""
        return self._replace(name=f"{self.name}{part}")


def parse_value(value: Any, what: Place) -> NDArray[Any] | pd.DataFrame:
    """Return a value of `scipy.io.loadmat` as a matrix of two dimensions, or a struct as its columns.

    An InputError says why it is no table, and what to save instead.
    """
    kind = _check(value, what)
    if isinstance(value, pd.DataFrame):
        return pd.DataFrame({str(name): _from_column(value[name], what.inside(f".{name}")) for name in value})
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


def _check(value: Any, what: Place) -> str:
    """Return the class of a value, or raise InputError when none of our tables can come of it."""
    kind = class_of(value)
    if isinstance(value, pd.DataFrame) or (value.dtype.kind in "mM" and isinstance(value, np.ndarray)):
        return kind  # an object that could be read
    first = kind.partition(" ")[0]
    if first not in REMEDIES and (kind in ("struct", "char", "cell") or value.dtype.kind in "biuf"):
        return kind
    readable = first if " " in kind else f"a {kind}, an object that only MATLAB can read"
    remedy = REMEDIES.get(first, "save numbers, text in cells, or a struct of columns")
    if first in READ_BY_MATIO and import_matio() is None:
        remedy += ", or pip install 'tabgan-wgangp[matobjects]', which reads it"
    raise InputError(f"{what} is {readable}; {remedy}")


def _squeeze(value: NDArray[Any], what: Place) -> NDArray[Any]:
    """An array of more than two axes as a matrix, without those of 1."""
    long = [length for length in value.shape if length != 1]
    shape = trim(value.shape)
    if len(shape) > 2 and len(long) > 2:
        raise InputError(
            f"{what} has {value.ndim} dimensions ({size(value)}), but a table has two; reshape it to samples x features"
        )
    return value.reshape(shape if len(shape) == 2 else (1, *long)[-2:])


def trim(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape without axes of 1 after the second, which MATLAB has not."""
    while len(shape) > 2 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _from_cells(cells: NDArray[Any], what: Place) -> NDArray[Any]:
    matrix = np.empty(cells.shape, dtype=object)
    for place in np.ndindex(cells.shape):
        matrix[place] = _scalar(cells[place], what.inside(f"{{{', '.join(str(i + 1) for i in place)}}}"))
    return matrix


def _from_struct(value: NDArray[Any], what: Place) -> pd.DataFrame:
    fields = value.dtype.names
    if not fields:
        raise InputError(f"{what} is a struct without fields; save one whose fields are columns")
    if is_simulink(value):
        columns = _distinct((name, _column(column, what.inside(f".{name}"))) for name, column in iter_signals(value))
        if "time" in columns:
            warn(
                f"{what} is a structure of Simulink, whose signals are read as columns beside the time, which "
                f"{spell('drop', 'time')} leaves out"
            )
        else:
            warn(f"{what} is a structure of Simulink, whose signals are read as columns")
    elif value.size == 1:
        chosen = _columns_of(value, fields, what)
        columns = {name: _column(value[name].flat[0], what.inside(f".{name}")) for name in chosen}
    else:
        columns = {name: [_scalar(v, what.inside(f".{name}")) for v in value[name].flat] for name in fields}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InputError(f"{what} is a struct whose fields must be columns of one length, but they have {listed}")
    return pd.DataFrame({name: pd.Series(column).infer_objects() for name, column in columns.items()})


def _distinct(columns: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return columns by their names, of which those that repeat get numbers."""
    found: dict[str, Any] = {}
    numbers: Counter[str] = Counter()
    for name, column in columns:
        unique = name
        while unique in found:
            numbers[name] += 1
            unique = f"{name}.{numbers[name] + 1}"
        found[unique] = column
    return found


def has_columns(value: Any) -> bool:
    """Return whether a value is a struct of which a field has several values."""
    return class_of(value) == "struct" and value.size == 1 and any(value[f].flat[0].size > 1 for f in value.dtype.names)


def _columns_of(value: NDArray[Any], fields: Sequence[str], what: Place) -> Sequence[str]:
    """Return the fields of a struct that are columns, and say which others hold one value, such as a name or a rate."""
    columns = [name for name in fields if value[name].flat[0].size > 1]
    if 0 < len(columns) < len(fields):
        beside = ", ".join(name for name in fields if name not in columns)
        warn(f"of {what} the fields that are columns are read, and {beside} left out, as there is one value or none")
    return columns or fields


def _from_column(column: pd.Series, what: Place) -> pd.Series:
    """A variable of a table, of which cells hold texts or arrays."""
    if column.dtype != object:
        return column
    plain = (cell if isinstance(cell, (str, float)) else _scalar(np.asarray(cell), what) for cell in column)
    return pd.Series([cell if cell != "" else None for cell in plain], dtype=object).infer_objects()


def _column(value: Any, what: Place) -> Any:
    """The values of a vector, cell vector or char matrix."""
    kind = _check(value, what)
    if kind == "struct":
        alone = spell("variable", what.name)
        raise InputError(f"{what} is a struct, but a column is wanted; read it alone with {alone}, if it is the table")
    if kind == "char":
        return _texts(value)
    if value.ndim > 2 or (value.size and max(value.shape) != value.size):
        alone = spell("variable", what.name)
        raise InputError(f"{what} is {size(value)}, but a column is wanted; read it alone with {alone}")
    return [_scalar(cell, what) for cell in value.flat] if kind == "cell" else value.ravel()


def _scalar(value: Any, what: Place) -> Any:
    """One number, truth value or text; None for what is empty."""
    kind = _check(value, what)
    if value.size == 0 or (kind == "char" and value.size == 1 and not value.flat[0]):
        return None
    if kind in ("datetime", "duration") and value.size == 1:
        return None if pd.isna(value.flat[0]) else pd.Series(value.ravel())[0]
    if kind not in ("struct", "cell", "table") and value.size == 1:
        return value.flat[0].item()
    raise InputError(f"{what} is {describe(value)}, but a number or text is wanted; save each value by itself")


def _texts(value: NDArray[Any]) -> list[str | None]:
    """The rows of a char matrix, which pads them with blanks; an empty one is missing, as in MATLAB."""
    return [str(row).rstrip() or None for row in value.flat]
