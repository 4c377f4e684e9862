"""Tables in MATLAB files: which way round they are, and what their columns are called."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.columns import select_columns
from tabgan.errors import InputError, warn
from tabgan.spelling import spell
from tabgan.tables.mat_choice import NAMES, choose_variables, guess_names, name_columns, name_in_first_row
from tabgan.tables.mat_file import class_of, describe, load_variables, size, write_variables
from tabgan.tables.mat_value import Place, parse_value, trim
from tabgan.tables.mat_writer import MatWriter

MANY = 2  # samples that come before features are so many times as many, or one cannot tell which is which


def read_mat(
    path: Path,
    *,
    variable: str | None = None,
    transpose: bool | None = None,
    cols: str | None = None,
    header: bool = True,
) -> pd.DataFrame:
    """Read the table `variable` (of a struct: "S.field"), or several of one length, or the only one.

    A cell array `columns` that fits names it; other cells of as many texts do as well, which is said.

    Rows are samples, unless `transpose` is set; None is for the names to tell, for `cols`, which may name each row of
    a wide matrix, or for the shape. Without `header` a first row of texts in a cell array is data.
    """
    return _find(path, variable, transpose, cols, header).to_frame()


class _Part(NamedTuple):
    """A variable of the table: its name, its value, the table that this is, of samples x columns, the names of the
    columns, none if it has none, whether its rows are features, and how many of its rows are names.
    """

    name: str
    value: NDArray[Any]
    table: NDArray[Any] | pd.DataFrame
    names: list[str]
    turned: bool = False
    n_header: int = 0

    def take(self, chosen: NDArray[np.bool_]) -> Any:
        """The chosen samples of its value, as it is."""
        return _take(self.value, np.concatenate([np.zeros(self.n_header, bool), chosen]), self.turned)


class _Found(NamedTuple):
    """The variables that are a table, and the names of its columns, none if it has none."""

    parts: list[_Part]
    names: list[str]

    def to_frame(self) -> pd.DataFrame:
        frames = [_as_frame(part.table) for part in self.parts]
        frame = frames[0] if len(frames) == 1 else pd.concat(frames, axis=1)
        return frame.set_axis(self.names, axis=1) if self.names else frame


def _as_frame(table: NDArray[Any] | pd.DataFrame) -> pd.DataFrame:
    if isinstance(table, pd.DataFrame):
        return table
    frame = pd.DataFrame(table)
    return frame.infer_objects() if table.dtype == object else frame


def _find(path: Path, variable: str | None, transpose: bool | None, cols: str | None, header: bool) -> _Found:
    variables = load_variables(path)
    chosen = choose_variables(path, variables, variable)
    parts = [_parse(Place(name, path), value, header and transpose is not True) for name, value in chosen.items()]
    names = name_columns(variables.get(NAMES)) if NAMES not in chosen else []
    if len(parts) > 1:
        return _join(parts, names, path, transpose)
    part = _turn(parts[0], names, path, transpose, cols)
    if names == [str(place + 1) for place in range(len(names))]:  # a table without names, written by tabgan
        names = []
    if not (names or part.names) and header:
        names = guess_names(path, variables, part.name, part.table.shape)
    return _Found([part], names if len(names) == part.table.shape[1] else part.names)


def _parse(what: Place, value: NDArray[Any], header: bool) -> _Part:
    """Return a variable as it stands; without `header` its first row is data."""
    name = what.name
    table = parse_value(value, what)
    if isinstance(table, pd.DataFrame):
        return _Part(name, value, table, [str(column) for column in table.columns])
    if not header or class_of(value) != "cell" or not (names := name_in_first_row(table, what)):
        return _Part(name, value, table, [])
    return _Part(name, value, table[1:], names, n_header=1)


def _turn(part: _Part, names: list[str], path: Path, transpose: bool | None, cols: str | None) -> _Part:
    """Return a part whose rows are samples."""
    what = f"{part.name} in {path}"
    if isinstance(part.table, pd.DataFrame):
        if transpose:
            raise InputError(
                f"{spell('transpose', True)} is for matrices, but {what} is a struct of columns; leave it out"
            )
        return part
    if transpose is None:
        transpose = not part.names and _is_turned(part.table, part.value, len(names), what, cols)
    return part._replace(table=part.table.T, turned=True) if transpose else part


def _join(parts: list[_Part], names: list[str], path: Path, transpose: bool | None) -> _Found:
    """Put variables of one length beside each other: vectors are columns, and matrices are turned as they must be."""
    several = ",".join(part.name for part in parts)
    common = set.intersection(*(_lengths(part, transpose) for part in parts))
    if not common:
        listed = ", ".join(f"{part.name} is {describe(part.value)}" for part in parts)
        raise InputError(
            f"variables that are one table must have one length, but of {several} in {path} {listed}; name those that "
            "have"
        )
    if len(common) > 1:
        raise InputError(
            f"a table has a row for each sample, but {several} in {path} may be of {' or '.join(map(str, common))} "
            f"samples; say {spell('transpose', True)} if rows are features, or {spell('transpose', False)}"
        )
    length = common.pop()
    placed, all_names = [], []
    for part in parts:
        if not isinstance(part.table, pd.DataFrame) and (
            len(part.table) != length or (transpose and 1 not in part.table.shape)
        ):
            if transpose is None and len(part.table) > length:
                warn(
                    f"{part.name} in {path} is {size(part.value)}, and is read as {length:,} rows, which the others "
                    "have; leave out what is no column"
                )
            part = part._replace(table=part.table.T, turned=True)
        width = part.table.shape[1]
        numbered = [part.name] if width == 1 else [f"{part.name}_{place + 1}" for place in range(width)]
        own = names if 1 < width == len(names) else part.names or numbered
        placed.append(part)
        all_names += own
    return _Found(placed, names if len(names) == len(all_names) else all_names)


def _lengths(part: _Part, transpose: bool | None) -> set[int]:
    """How many samples a part may have."""
    if isinstance(part.table, pd.DataFrame) or part.names:
        return {len(part.table)}
    if 1 in part.table.shape:
        return {part.table.size}
    return set(part.table.shape) if transpose is None else {part.table.shape[int(transpose)]}


def split_mat(
    path: Path,
    *,
    test: NDArray[np.bool_],
    parts: tuple[Path, Path],
    variable: str | None = None,
    transpose: bool | None = None,
    cols: str | None = None,
    header: bool = True,
) -> dict[str, Any]:
    """Write the rows of a table to two files of version 7: the variables by their names, in their classes, as they are
    turned; return what `variable` is for these.

    The names of columns stand beside them; other variables are left out.
    """
    found = _find(path, variable, transpose, cols, header)
    if any(_of_objects(part) for part in found.parts):  # no value of theirs can be written as it is
        for file, chosen in zip(parts, (~test, test), strict=True):
            writer = MatWriter(file)
            writer.write(found.to_frame()[chosen])
            writer.close(complete=True)
        return {"variable": None}
    n_columns = sum(part.table.shape[1] for part in found.parts)
    names = found.names or [str(place + 1) for place in range(n_columns)]
    for file, chosen in zip(parts, (~test, test), strict=True):
        turned = [part for part in found.parts if part.turned and 1 not in part.table.shape]
        if turned and chosen.sum() == len(names):
            raise InputError(
                f"{turned[0].name} in {path} is features x samples, and a part of {len(names):,} rows of as many "
                "columns could not be told from samples x features; keep more or fewer rows aside"
            )
        values = {part.name.replace(".", "_"): part.take(chosen) for part in found.parts}
        write_variables(file, {NAMES: np.array(names, dtype=object), **values})
    return {"variable": variable and ",".join(values)}


def _of_objects(part: _Part) -> bool:
    """Whether a part is a table of MATLAB, or holds dates or durations."""
    dtypes = part.table.dtypes if isinstance(part.table, pd.DataFrame) else [part.table.dtype]
    return isinstance(part.value, pd.DataFrame) or any(dtype.kind in "mM" for dtype in dtypes)


def _take(value: NDArray[Any], chosen: NDArray[np.bool_], last: bool = False) -> Any:
    """The chosen samples of a value of `scipy.io.loadmat`: along its first axis of that length, or its last one."""
    if value.dtype.names and value.size == 1:
        return {name: _take(value[name].flat[0], chosen) for name in value.dtype.names}
    axes = [axis for axis, length in enumerate(value.shape) if length == len(chosen)]
    return np.compress(chosen, value, axes[-1 if last else 0])


def _is_turned(matrix: NDArray[Any], value: NDArray[Any], n_names: int, what: str, cols: str | None) -> bool:
    """Whether a matrix, made of a value by leaving out axes of 1, is features x samples; say so if it is a guess.

    Names tell, and then columns that are asked for, if they are the rows. Else a matrix is a table as it stands, unless
    it is wide. Of more axes, samples come last when they are more than features, and first when they are many more;
    those of 1 x features x 1 x samples, which MATLAB's image functions take, always come last.
    """
    rows, columns = matrix.shape
    shape = trim(value.shape)
    flat = len(shape) == 2
    turned: bool | None
    asked = _asks_for_rows(cols, rows, columns)
    if n_names and n_names in matrix.shape and (flat or rows != columns):
        turned = n_names != columns
    elif asked:
        turned = True
    elif flat:
        turned = None if 1 < rows < columns else rows == 1 < columns
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
    if not flat or asked:
        there, back = f"{rows:,} rows x {columns:,} columns", f"{columns:,} rows x {rows:,} columns"
        read, other = (back, there) if turned else (there, back)
        remedy = f"{spell('transpose', not turned)} reads it as {other}"
        why = f", because {spell('cols', cols)} names each of its rows" if asked and flat else ""
        warn(f"{what} is {size(value)}, and is read as {read}{why}; {remedy}")
    return turned


def _asks_for_rows(cols: str | None, rows: int, columns: int) -> bool:
    """Whether `--cols` names, by numbers, exactly the rows of a matrix that has more columns."""
    if cols is None or rows >= columns:
        return False
    try:
        places = [select_columns(cols, range(1, count + 1)) for count in (rows, columns)]
    except InputError:
        return False
    return places[0] == places[1] and sorted(places[0]) == list(range(rows))
