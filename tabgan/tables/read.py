"""Read a table from a file of any known format."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tabgan.errors import InputError, TabganWarning
from tabgan.tables.formats import has_names, table_format


def read_table(
    path: str | os.PathLike,
    *,
    header: bool = True,
    sheet: str | int | None = None,
    variable: str | None = None,
    transpose: bool | None = None,
) -> pd.DataFrame:
    """Read a table.

    Parameters
    ----------
    path : path
        A .csv, .tsv (each plain or .gz), .parquet, .xlsx, .xlsm or .mat file.
    header : bool, default True
        Whether the first line of a text file or sheet holds the column names.
    sheet : str, int or None
        Which sheet of a workbook, by its name or number, counted from 1, and which cells of it, as in "Data:A3:I500",
        "Data:A3:I" or "A3:I"; None for the first that holds something.
    variable : str or None
        Which variable of a .mat file; None when it holds one table.
    transpose : bool or None
        Whether a matrix in a .mat file is features x samples. None asks for it when there are fewer rows than columns
        and no names that tell.

    Returns
    -------
    DataFrame of shape (n_samples, n_columns)
        Columns without names are labelled 1, 2, and so on. For a workbook `attrs` holds the number formats of columns.

    Raises
    ------
    InputError
        The file is missing, unreadable, empty, without rows, or not of the format its suffix says.
    """
    path = Path(path)
    kind = table_format(path, reading=True)
    if variable is not None and kind != "mat":
        raise InputError(f"--variable chooses among the variables of a .mat file, but {path} is none; leave it out")
    if sheet is not None and kind != "xlsx":
        raise InputError(f"--sheet chooses among the sheets of a workbook, but {path} is none; leave it out")
    if transpose is not None and kind != "mat":
        raise InputError(f"--transpose turns a matrix of a .mat file round, but {path} is none; leave it out")
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; check its name and place") from error
    table = _read(path, kind, header, None if sheet is None else str(sheet), variable, transpose)
    if not header or not has_names(table.columns):
        table.columns = pd.RangeIndex(1, table.shape[1] + 1)
    elif kind in ("csv", "tsv", "xlsx") and _all_numbers(table.columns):
        warnings.warn(
            f"the first line of {path} holds only numbers and is taken for column names; "
            "if it is data, use --no-header",
            TabganWarning,
            2,
        )
    if table.empty:
        raise InputError(f"a table needs rows, but {path} has only a header; name a file with data")
    return table


def _read(
    path: Path, kind: str, header: bool, sheet: str | None, variable: str | None, transpose: bool | None
) -> pd.DataFrame:
    # Each format's libraries are imported when it is met: reading a CSV file shall not wait for scipy.
    if kind == "parquet":
        from tabgan.tables.parquet import read_parquet

        return read_parquet(path)
    if kind == "xlsx":
        from tabgan.tables.sheet import read_excel

        return read_excel(path, header, sheet)
    if kind == "mat":
        from tabgan.tables.mat import read_mat

        return read_mat(path, variable, transpose)
    from tabgan.tables.text import read_text

    return read_text(path, header, "\t" if kind == "tsv" else None)


def _all_numbers(names: Iterable[object]) -> bool:
    try:
        [float(str(name)) for name in names]
    except ValueError:
        return False
    return True
