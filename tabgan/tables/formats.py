"""Which format a file has, told by its suffix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tabgan.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

MISSING = (
    *("", "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NULL", "null", "NaN", "nan", "-NaN", "-nan"),
    *("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
"""Cells of text that stand for a missing value in any column."""

MISSING_NUMBERS = ("?", "None")
"""Cells that do so where all others are numbers; elsewhere they are labels."""

SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".parquet", ".xlsx", ".mat")
SHEETS = (".xls", ".xlsb", ".ods", ".et")
"""Of spreadsheets that are not read, but which Excel saves as .xlsx."""


def table_format(path: str | os.PathLike, reading: bool = False) -> str:
    """Return "csv", "tsv", "parquet", "xlsx" or "mat"; "xlsx" also for the .xlsm that is only read.

    Examples
    --------
    >>> table_format("rows.CSV.gz")
    'csv'
    """
    name = Path(path).name.lower()
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return suffix.split(".")[1]
    if reading and name.endswith(".xlsm"):
        return "xlsx"
    remedy = "open it in Excel and save it as .xlsx" if reading and name.endswith(SHEETS) else "rename or convert it"
    raise InputError(
        f"a table's format is told by its suffix, one of {' '.join(SUFFIXES)}, but {path} has none of them; {remedy}"
    )


@contextmanager
def parsing(path: Path, kind: str) -> Iterator[None]:
    """Turn whatever a format's library raises on a harmed file into an InputError."""
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:  # zlib, XML, index and struct errors, among others
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path} is not a whole {kind} ({reason}); write or copy it again") from error


def fill_marked(table: pd.DataFrame, read_again: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Take from a second reading, with `MISSING_NUMBERS` as gaps too, the columns that are numbers then."""
    import pandas as pd

    places = [i for i, dtype in enumerate(table.dtypes) if dtype.kind not in "biufcmM"]
    marked = [i for i in places if table.iloc[:, i].isin(MISSING_NUMBERS).any()]
    if not marked:
        return table
    again = read_again()
    columns = [column for _, column in table.items()]
    for i in marked:
        numbers = again.iloc[:, i]
        if numbers.dtype.kind in "iuf" and numbers.notna().any():
            columns[i] = numbers
    return pd.concat(columns, axis=1)


def has_names(names) -> bool:
    """Whether columns have names of their own; those of a file without a header are labelled 1, 2, and so on."""
    return any(isinstance(name, str) for name in names)
