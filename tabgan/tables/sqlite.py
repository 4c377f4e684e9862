"""Tables of SQLite, which types values and not columns: what a column was declared to hold says what numbers are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sys import getsizeof
from typing import Any

import pandas as pd

from tabgan.errors import InputError
from tabgan.schema.containers import give, open_frame
from tabgan.schema.dtypes import is_number
from tabgan.tables.bounds import VALUES

MOST_STEPS, LOOK_EVERY = 100_000_000, 1_000_000
"""Of SQLite's machine: a view, or a column that is computed, may go on for ever. A row of a table takes a few."""
REMEDY = "write what its views compute into a table, and name that"


class SQLite:
    """A file of SQLite, for reading or in a transaction that writes."""

    def __init__(self, path: Path, writing: bool) -> None:
        self.path, self.is_new = path, not path.exists()
        mode = "rwc" if writing else "ro"
        uri = f"{path.resolve().as_uri()}?mode={mode}"
        self.connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        if writing:
            self.connection.execute("BEGIN IMMEDIATE")

    def has(self, table: str) -> bool:
        """Whether there is a table or view of this name."""
        return table.lower() in (name.lower() for name in self.names())

    def names(self) -> list[str]:
        """Return the names of tables and views."""
        found = self.connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        return [row[0] for row in found if not row[0].startswith("sqlite_")]

    def read(self, table: str) -> pd.DataFrame:
        """Return all rows; whole numbers of a column that was declared boolean are truth values."""
        with self._bounded():
            cursor = self.connection.execute(f"SELECT * FROM {quote(table)}")
            names = [column[0] for column in cursor.description]
            rows = list(self._count(cursor))
        columns = dict(enumerate(zip(*rows, strict=True))) if rows else dict.fromkeys(range(len(names)), ())
        frame = open_frame({place: list(values) for place, values in columns.items()})[0].set_axis(names, axis=1)
        declared = self.connection.execute(f"PRAGMA table_info({quote(table)})").fetchall()
        for place, (_, _, kind, *_) in enumerate(declared):
            column = frame.iloc[:, place]
            if "BOOL" in kind.upper() and column.dropna().isin([0, 1]).all() and is_number(column.dtype):
                frame.isetitem(place, column.astype("boolean" if column.isna().any() else bool))
        return frame

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        """Let what is computed for more than `MOST_STEPS`, and some for each byte of the file, be an InputError."""
        most, looks = max(MOST_STEPS, VALUES.times * self.path.stat().st_size) // LOOK_EVERY, 0

        def look() -> bool:
            nonlocal looks
            looks += 1
            return looks > most

        self.connection.set_progress_handler(look, LOOK_EVERY)
        try:
            yield
        except sqlite3.OperationalError as error:
            if looks <= most:
                raise
            steps = f"{most * LOOK_EVERY:,} steps of SQLite"
            raise InputError(f"a table of {self.path} is read in {steps} at most, but took more; {REMEDY}") from error
        finally:
            self.connection.set_progress_handler(None, 0)

    def _count(self, cursor: sqlite3.Cursor) -> Iterator[tuple[Any, ...]]:
        """Yield rows until they are more than a file of this length holds."""
        left = VALUES.most(self.path)
        for row in cursor:
            left -= sum(map(getsizeof, row))
            if left < 0:
                VALUES.check(VALUES.most(self.path) - left, self.path, REMEDY)
            yield row

    def drop(self, table: str) -> None:
        """Remove a table."""
        self.connection.execute(f"DROP TABLE {quote(table)}")

    def create(self, table: str, block: pd.DataFrame) -> None:
        """Make a table of the types that a block has."""
        columns = ", ".join(f"{quote(name)} {_declare(block[name].dtype)}" for name in block)
        self.connection.execute(f"CREATE TABLE {quote(table)} ({columns})")

    def append(self, table: str, block: pd.DataFrame) -> None:
        """Append rows: dates and categories as text, gaps as NULL."""
        columns = give(block, "columns", "")
        rows = zip(*([_plain(value) for value in values] for values in columns.values()), strict=True)
        marks = ", ".join("?" * block.shape[1])
        self.connection.executemany(f"INSERT INTO {quote(table)} VALUES ({marks})", rows)

    def close(self, complete: bool) -> None:
        """End the transaction, and remove a new file of one that failed."""
        made = [self.path] if self.is_new else []
        try:
            if complete:
                self.connection.execute("COMMIT")
                made = []
            elif self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        finally:
            self.connection.close()
            for path in made:
                path.unlink(missing_ok=True)


def quote(name: str) -> str:
    """Return a name as SQL has it.

    Examples
    --------
    >>> quote('a "b"; drop')
    '"a ""b""; drop"'
    """
    return '"' + name.replace('"', '""') + '"'


def _declare(dtype: Any) -> str:
    if pd.api.types.is_bool_dtype(dtype) and not isinstance(dtype, pd.CategoricalDtype):
        return "BOOLEAN"
    if pd.api.types.is_integer_dtype(dtype):
        return "INTEGER"
    return "REAL" if is_number(dtype) else "TEXT"


def _plain(value: Any) -> Any:
    """A value that SQLite holds; dates by the standard."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return value.isoformat(" ") if isinstance(value, pd.Timestamp) else str(value)
