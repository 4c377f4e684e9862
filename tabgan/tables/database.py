"""Tables of databases, by a URI and the table's name: ``sqlite:///pump.db::measurements``.

SQLite is in Python itself; DuckDB needs duckdb, and PostgreSQL its ADBC driver, both the extra `database`. After the
third slash of a file stands a relative path, after a fourth an absolute one, as SQLAlchemy has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pandas as pd
import pyarrow as pa

from tabgan.errors import InputError
from tabgan.spelling import spell
from tabgan.tables.arrow_rows import as_arrow, as_frame
from tabgan.tables.duckdb import DuckDB
from tabgan.tables.sqlite import SQLite, quote

EXAMPLE = "sqlite:///pump.db::measurements"


class Session(Protocol):
    """A connection to a database that reads, or writes in one transaction."""

    def has(self, table: str) -> bool:
        """Whether there is such a table."""

    def names(self) -> list[str]:
        """The names of all tables."""

    def read(self, table: str) -> pd.DataFrame:
        """Return all rows of a table."""

    def drop(self, table: str) -> None:
        """Remove a table."""

    def create(self, table: str, block: pd.DataFrame) -> None:
        """Make a table of the types that a block has."""

    def append(self, table: str, block: pd.DataFrame) -> None:
        """Append rows."""

    def close(self, complete: bool) -> None:
        """End the transaction: keep what was done, if it is complete, and let go of the database."""


class Source(NamedTuple):
    """A table of a database."""

    engine: str
    url: str
    table: str

    @classmethod
    def parse(cls, text: str) -> Source:
        """Read a URI and the name of a table.

        Examples
        --------
        >>> source = Source.parse("sqlite:////data/pump.db::measurements")
        >>> source.path.as_posix(), source.table
        ('/data/pump.db', 'measurements')
        """
        url, colons, table = text.rpartition("::")
        if not colons or not table.strip():
            raise InputError(
                f"a table of a database is named after two colons, but {_hide(text)} names none; write it as {EXAMPLE}"
            )
        engine = url.partition("://")[0].lower()
        if engine in ("sqlite", "duckdb") and not url.partition("://")[2].lstrip("/"):
            raise InputError(f"{_hide(text)} names no file; write it as {EXAMPLE}")
        return cls(engine, url, table.strip())

    @property
    def path(self) -> Path:
        """The file of a database that is one."""
        return Path(self.url.partition("://")[2].removeprefix("/"))

    def __str__(self) -> str:
        return f"{_hide(self.url)}::{self.table}"

    def open(self, writing: bool) -> Session:
        """Return a session; reading creates no database."""
        if self.engine in ("sqlite", "duckdb") and not writing and not self.path.is_file():
            raise InputError(f"cannot read {self}: there is no file {self.path}; check its name and place")
        if self.engine in ("sqlite", "duckdb") and not self.path.resolve().parent.is_dir():
            raise InputError(f"cannot write {self}: there is no folder {self.path.resolve().parent}; create it")
        with _reporting(self):
            if self.engine == "sqlite":
                return SQLite(self.path, writing)
            return DuckDB(self.path, writing) if self.engine == "duckdb" else Postgres(self.url)


def _hide(text: str) -> str:
    """A URI without its password."""
    return re.sub(r"(://[^/@:]*:)[^@]*@", r"\1***@", text)


def read_database(text: str) -> pd.DataFrame:
    """Read a table of a database."""
    source = Source.parse(text)
    session = source.open(writing=False)
    try:
        with _reporting(source):
            if not session.has(source.table):
                names = ", ".join(session.names()[:20]) or "no tables"
                raise InputError(f"there is no table {source.table} in {_hide(source.url)}, which holds {names}")
            return session.read(source.table)
    finally:
        session.close(complete=False)


def check_database(text: str, overwrite: bool) -> None:
    """Raise InputError if a table is there that is to be kept."""
    source = Source.parse(text)
    if source.engine in ("sqlite", "duckdb") and not source.path.exists():
        source.open(writing=True).close(complete=False)
        return
    session = source.open(writing=False)
    try:
        with _reporting(source):
            _refuse(source, session, overwrite)
    finally:
        session.close(complete=False)


def _refuse(source: Source, session: Session, overwrite: bool) -> None:
    if session.has(source.table) and not overwrite:
        raise InputError(
            f"{source} exists and is kept; name another table, or {spell('overwrite', True)} to replace it"
        )


def open_database(text: str, overwrite: bool) -> DatabaseWriter:
    """Return a writer of a table that is there, whole, once it is closed as complete."""
    return DatabaseWriter(Source.parse(text), overwrite)


class DatabaseWriter:
    """Writes blocks of rows in one transaction."""

    def __init__(self, source: Source, overwrite: bool) -> None:
        self.source, self.overwrite, self.started = source, overwrite, False
        self.session = source.open(writing=True)

    def write(self, block: pd.DataFrame) -> None:
        """Append rows; the first block settles the types."""
        block = block.rename(columns=str)
        with _reporting(self.source):
            if not self.started:
                _refuse(self.source, self.session, self.overwrite)
                if self.session.has(self.source.table):
                    self.session.drop(self.source.table)
                self.session.create(self.source.table, block)
                self.started = True
            self.session.append(self.source.table, block)

    def close(self, complete: bool) -> None:
        """Keep all rows, or none."""
        with _reporting(self.source):
            self.session.close(complete)


@contextmanager
def _reporting(source: Source) -> Iterator[None]:
    """Turn what a database says is wrong into an InputError."""
    try:
        yield
    except (InputError, MemoryError):
        raise
    except ImportError as error:
        raise InputError(
            f"{source} needs {error.name}, which is not installed; pip install 'tabgan-wgangp[database]'"
        ) from error
    except Exception as error:  # each library has its own
        reason = _hide(" ".join(str(error).split())) or type(error).__name__
        raise InputError(
            f"cannot use {source} ({reason}); check it with the database's own tools, and whether its disk is full"
        ) from error


class Postgres:
    """A PostgreSQL server, through Arrow's driver; a table may be named with its schema: public.measurements."""

    def __init__(self, url: str) -> None:
        self.connection: Any = import_module("adbc_driver_postgresql.dbapi").connect(url)
        self.cursor = self.connection.cursor()

    def has(self, table: str) -> bool:
        self.cursor.execute("SELECT to_regclass($1) IS NOT NULL", (self._quoted(table),))
        return bool(self.cursor.fetchone()[0])

    def names(self) -> list[str]:
        self.cursor.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        return [row[0].removeprefix("public.") for row in self.cursor.fetchall()]

    def read(self, table: str) -> pd.DataFrame:
        self.cursor.execute(f"SELECT * FROM {self._quoted(table)}")
        return as_frame(self.cursor.fetch_arrow_table())

    def drop(self, table: str) -> None:
        self.cursor.execute(f"DROP TABLE {self._quoted(table)}")

    def create(self, table: str, block: pd.DataFrame) -> None:
        self._ingest(table, as_arrow(block)[:0], "create")

    def append(self, table: str, block: pd.DataFrame) -> None:
        self._ingest(table, as_arrow(block), "append")

    def _ingest(self, table: str, rows: pa.Table, mode: str) -> None:
        schema, dot, name = table.rpartition(".")
        self.cursor.adbc_ingest(name, rows, mode=mode, db_schema_name=schema if dot else None)

    @staticmethod
    def _quoted(table: str) -> str:
        return ".".join(map(quote, table.rsplit(".", 1)))

    def close(self, complete: bool) -> None:
        if complete:
            self.connection.commit()
        else:
            self.connection.rollback()
        self.cursor.close()
        self.connection.close()
