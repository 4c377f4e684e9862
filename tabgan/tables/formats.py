"""Which format a file has, told by its suffix."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tabgan.errors import InputError

SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".parquet", ".xlsx", ".mat")


def table_format(path: str | os.PathLike) -> str:
    """Return "csv", "tsv", "parquet", "xlsx" or "mat".

    Examples
    --------
    >>> table_format("rows.CSV.gz")
    'csv'
    """
    name = Path(path).name.lower()
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return suffix.split(".")[1]
    raise InputError(
        f"a table's format is told by its suffix, one of {' '.join(SUFFIXES)}, but {path} has none of them; "
        "rename or convert it"
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


def has_names(names) -> bool:
    """Whether columns have names of their own; those of a file without a header are labelled 1, 2, and so on."""
    return any(isinstance(name, str) for name in names)
