"""Tables in MATLAB files: which variable, which way round, and what its columns are called."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, TabganWarning
from tabgan.schema.dtypes import is_number
from tabgan.spelling import spell
from tabgan.tables.formats import has_names
from tabgan.tables.mat_file import class_of, describe, load_variables, size, write_variables

MANY = 2  # samples that come before features are so many times as many, or one cannot tell which is which
NAMES = "columns"  # the cell array of names that may stand beside a table

REMEDIES = {
    "table": "save S = table2struct(T, 'ToScalar', true) instead",
    "timetable": "save S = table2struct(timetable2table(T), 'ToScalar', true) instead",
    **dict.fromkeys(("string", "categorical", "datetime", "duration"), "save cellstr(...) of it"),
    "sparse": "save full(...) of it",
    "complex": "save real and imaginary parts as columns of their own",
}
LONGEST = 63  # letters of a field's name
KEYWORDS = re.compile(
    "break|case|catch|classdef|continue|else|elseif|end|for|function|global|if|otherwise|parfor|persistent|return|spmd|"
    "switch|try|while"
)


def read_mat(path: Path, *, variable: str | None = None, transpose: bool | None = None) -> pd.DataFrame:
    """Read the table `variable`, or the only one; a cell array `columns` that fits names its columns.

    Rows are samples, unless `transpose` is set; None is for the names to tell, or the shape.
    """
    found = _find(path, variable, transpose)
    if isinstance(found.table, pd.DataFrame):
        return found.table
    frame = pd.DataFrame(found.table, columns=found.names or None)
    return frame.infer_objects() if found.table.dtype == object else frame


class _Found(NamedTuple):
    """The variable that is a table: its name, its value, the table that this is, the names of its columns, none
    if it has none, and whether its rows are features.
    """

    name: str
    value: NDArray[Any]
    table: NDArray[Any] | pd.DataFrame
    names: list[str]
    turned: bool


def _find(path: Path, variable: str | None, transpose: bool | None) -> _Found:
    variables = load_variables(path)
    chosen = _choose(path, variables, variable)
    names = name_columns(variables.get(NAMES)) if chosen != NAMES else []
    what, value = f"{chosen} in {path}", variables[chosen]
    table = parse_value(value, what)
    if isinstance(table, pd.DataFrame):
        if transpose:
            raise InputError(
                f"{spell('transpose', True)} is for matrices, but {what} is a struct of columns; leave it out"
            )
        named = names if len(names) == table.shape[1] else [str(name) for name in table.columns]
        return _Found(chosen, value, table.set_axis(named, axis=1), named, False)
    if transpose is None:
        transpose = _is_turned(table, value, len(names), what)
    matrix = table.T if transpose else table
    if names == [str(place + 1) for place in range(len(names))]:  # a table without names, written by tabgan
        names = []
    return _Found(chosen, value, matrix, names if len(names) == matrix.shape[1] else [], transpose)


def split_mat(
    path: Path,
    *,
    test: NDArray[np.bool_],
    parts: tuple[Path, Path],
    variable: str | None = None,
    transpose: bool | None = None,
) -> None:
    """Write the rows of a table to two files of version 7: the variable by its name, in its class, as it is turned.

    The names of its columns stand beside it; other variables are left out.
    """
    found = _find(path, variable, transpose)
    names = found.names or [str(place + 1) for place in range(found.table.shape[1])]
    for part, chosen in zip(parts, (~test, test), strict=True):
        if found.turned and chosen.sum() == len(names):
            raise InputError(
                f"{found.name} in {path} is features x samples, and a part of {len(names):,} rows of as many columns "
                "could not be told from samples x features; keep more or fewer rows aside"
            )
        value = _take(found.value, chosen, found.turned)
        write_variables(part, {NAMES: np.array(names, dtype=object), found.name: value})


def _take(value: NDArray[Any], chosen: NDArray[np.bool_], last: bool = False) -> Any:
    """The chosen samples of a value of `scipy.io.loadmat`: along its first axis of that length, or its last one."""
    if value.dtype.names and value.size == 1:
        return {name: _take(value[name].flat[0], chosen) for name in value.dtype.names}
    axes = [axis for axis, length in enumerate(value.shape) if length == len(chosen)]
    return np.compress(chosen, value, axes[-1 if last else 0])


def _is_turned(matrix: NDArray[Any], value: NDArray[Any], n_names: int, what: str) -> bool:
    """Whether a matrix, made of a value by leaving out axes of 1, is features x samples; say so if there were any.

    Names tell. Else a matrix is a table as it stands, unless it is wide. Of more axes, samples come last when they are
    more than features, and first when they are many more; those of 1 x features x 1 x samples, which MATLAB's image
    functions take, always come last.
    """
    rows, columns = matrix.shape
    shape = _trim(value.shape)
    flat = len(shape) == 2
    turned: bool | None
    if n_names and n_names in matrix.shape and (flat or rows != columns):
        turned = n_names != columns
    elif flat:
        turned = None if 0 < rows < columns else False
    elif rows < columns or (len(shape) == 4 and shape[0] == shape[2] == 1):
        turned = True
    else:
        turned = False if rows >= MANY * columns else None
    if turned is None:
        raise InputError(
            f"a table has a row for each sample, but {what} is {size(value)}, which may be features x samples; say "
            f"{spell('transpose', True)} for {columns:,} rows of {rows:,}, or {spell('transpose', False)} for {rows:,} "
            f"rows of {columns:,}"
        )
    if not flat:
        there, back = f"{rows:,} rows x {columns:,} columns", f"{columns:,} rows x {rows:,} columns"
        read, other = (back, there) if turned else (there, back)
        remedy = f"{spell('transpose', not turned)} reads it as {other}"
        warnings.warn(f"{what} is {size(value)}, and is read as {read}; {remedy}", TabganWarning, stacklevel=4)
    return turned


def _trim(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape without axes of 1 after the second, which MATLAB has not."""
    while len(shape) > 2 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _choose(path: Path, variables: dict[str, Any], variable: str | None) -> str:
    listed = ", ".join(f"{name} ({describe(value)})" for name, value in variables.items()) or "nothing"
    if variable is not None:
        if variable not in variables:
            raise InputError(f"there is no variable {variable} in {path}, which holds {listed}; choose one of these")
        return variable
    likely = [(_rank(name, value), name) for name, value in variables.items()]
    likely = [(rank, name) for rank, name in likely if rank is not None]
    best = [name for rank, name in likely if rank == min(likely)[0]]
    if len(best) > 1:
        raise InputError(
            f"{path} must hold one table, but holds {listed}; name the one you mean with {spell('variable', best[0])}"
        )
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
        return 1 if class_of(value) in ("table", "timetable") else None  # if it is meant, we say what to save instead
    if name == NAMES:
        return 3
    if table.size < 2 or (isinstance(table, pd.DataFrame) and len(table) == 1):
        return 2
    if isinstance(table, pd.DataFrame):
        return 0
    return int(1 in table.shape and (table.dtype == object or value.ndim > 2))


def name_columns(value: Any) -> list[str]:
    """Return a cell array or char matrix of names as a list; an empty one when it is neither."""
    if value is None or class_of(value) not in ("cell", "char"):
        return []
    return [str(np.squeeze(cell)).rstrip() for cell in np.ravel(value)]


def parse_value(value: Any, what: str) -> NDArray[Any] | pd.DataFrame:
    """Return a value of `scipy.io.loadmat` as a matrix of two dimensions, or a struct as its columns.

    An InputError says why it is no table, and what to save instead.
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
    first = kind.partition(" ")[0]
    if first not in REMEDIES and (kind in ("struct", "char", "cell") or value.dtype.kind in "biuf"):
        return kind
    readable = first if " " in kind else f"a {kind}, an object that only MATLAB can read"
    remedy = REMEDIES.get(first, "save numbers, text in cells, or a struct of columns")
    raise InputError(f"{what} is {readable}; {remedy}")


def _squeeze(value: NDArray[Any], what: str) -> NDArray[Any]:
    """An array of more than two axes as a matrix, without those of 1."""
    long = [length for length in value.shape if length != 1]
    shape = _trim(value.shape)
    if len(shape) > 2 and len(long) > 2:
        raise InputError(
            f"{what} has {value.ndim} dimensions ({size(value)}), but a table has two; reshape it to samples x features"
        )
    return value.reshape(shape if len(shape) == 2 else (1, *long)[-2:])


def _from_cells(cells: NDArray[Any], what: str) -> NDArray[Any]:
    matrix = np.empty(cells.shape, dtype=object)
    for place in np.ndindex(cells.shape):
        matrix[place] = _scalar(cells[place], f"{what}{{{', '.join(str(i + 1) for i in place)}}}")
    return matrix


def _from_struct(value: NDArray[Any], what: str) -> pd.DataFrame:
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


def _texts(value: NDArray[Any]) -> list[str | None]:
    """The rows of a char matrix, which pads them with blanks; an empty one is missing, as in MATLAB."""
    return [str(row).rstrip() or None for row in value.flat]


class MatWriter:
    """Collects blocks of rows and writes them when they end.

    Numbers are one matrix `data`. When a column is text or a date, there is a struct `rows` instead, with a field for
    each column, which ``struct2table`` makes a table of. The cell array `columns` beside them has the names.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.blocks: list[pd.DataFrame] = []

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        self.blocks.append(block)

    def close(self, complete: bool) -> None:
        """Write the file if it is complete."""
        if not complete:
            return
        table = pd.concat(self.blocks)
        # Names always: they also say which way round the matrix is. Without any, these are 1, 2, and so on.
        names = table.columns if has_names(table.columns) else range(1, table.shape[1] + 1)
        columns = np.array([str(name) for name in names], dtype=object)
        if all(map(is_number, table.dtypes)):
            data: Any = {"data": table.to_numpy(dtype=np.float64, na_value=np.nan)}
        else:
            values = (_to_matlab(table.iloc[:, i])[:, None] for i in range(table.shape[1]))
            data = {"rows": dict(zip(field_names(columns), values, strict=True))}
        write_variables(self.path, {**data, "columns": columns})


def field_names(names: Iterable[str]) -> list[str]:
    """Return distinct names that a struct's fields may have.

    Examples
    --------
    >>> field_names(["age", "mean, radius", "2nd", "age!", "age "])
    ['age', 'mean__radius', 'x2nd', 'age_', 'age__2']
    """
    fields: list[str] = []
    for name in names:
        plain = re.sub(r"\W", "_", name, flags=re.ASCII)
        plain = (plain if plain[:1].isalpha() and not KEYWORDS.fullmatch(plain) else f"x{plain}")[: LONGEST - 6]
        field, count = plain, 1
        while field in fields:
            count += 1
            field = f"{plain}_{count}"
        fields.append(field)
    return fields


def _to_matlab(column: pd.Series) -> NDArray[Any]:
    """Numbers as doubles with NaN for gaps, truth values without gaps as such, all else as text, gaps as ''."""
    if isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == object:
        column = column.astype(object).infer_objects()
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind == "boolean" and not column.isna().any():
        return np.asarray(column, dtype=bool)
    if is_number(column.dtype) or kind == "boolean":
        return np.asarray(column.astype(object).where(column.notna(), np.nan), dtype=np.float64)
    return np.asarray(column.astype(str).where(column.notna(), ""), dtype=object)
