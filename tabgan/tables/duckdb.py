"""Tables of DuckDB, whose views may read other files and take any time and memory, unless they are kept from it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from tabgan.errors import InputError
from tabgan.tables.arrow_rows import as_arrow, as_frame
from tabgan.tables.bounds import EACH, VALUES
from tabgan.tables.sqlite import REMEDY, quote

MOST_SECONDS, LOOK_EVERY = 20, 0.1
"""Of processors, for a view may go on for ever; a second more for each MB of the file."""
SHORT, MEMORY = 1 << 28, "1GiB"
"""A file of fewer bytes is read within this, and puts nothing else on the disk."""
ROWS = 2048  # at a time, as DuckDB itself has them
CLOSED = {"enable_external_access": False, "autoinstall_known_extensions": False, "autoload_known_extensions": False}


class DuckDB:
    """A file of DuckDB, for reading or in a transaction that writes."""

    def __init__(self, path: Path, writing: bool) -> None:
        self.path = path
        self.made = [file for file in (path, path.with_name(f"{path.name}.wal")) if writing and not file.exists()]
        self.library: Any = import_module("duckdb")
        config: dict[str, Any] = {} if writing else dict(CLOSED)
        if not writing and path.stat().st_size < SHORT:
            config |= {"memory_limit": MEMORY, "temp_directory": ""}
        try:
            self.connection = self.library.connect(str(path), read_only=not writing, config=config)
        except self.library.Error as error:
            if "lock" not in str(error).lower():  # then another process has made it meanwhile
                self._remove(self.made)
            raise
        self.connection.execute("SET enable_progress_bar = false")  # which it draws among the lines of a command
        if writing:
            self.connection.begin()

    def has(self, table: str) -> bool:
        """Whether there is a table or view of this name."""
        return table in self.names()

    def names(self) -> list[str]:
        """Return the names of tables and views."""
        found = self.connection.execute("SELECT table_name FROM information_schema.tables")
        return [row[0] for row in found.fetchall()]

    def read(self, table: str) -> pd.DataFrame:
        """Return all rows, unless they are more than a file of this length holds."""
        batches: list[pa.RecordBatch] = []
        n_bytes = 0
        with self._bounded():
            rows = self.connection.sql(f"SELECT * FROM {quote(table)}")
            named = "to_arrow_reader" if hasattr(rows, "to_arrow_reader") else "fetch_arrow_reader"  # until 2.0
            reader = getattr(rows, named)(ROWS)
            for batch in reader:
                batches.append(batch)
                n_bytes += max(batch.nbytes, EACH * batch.num_rows * batch.num_columns)
                VALUES.check(n_bytes, self.path, REMEDY)
        return as_frame(pa.Table.from_batches(batches, reader.schema))

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        """Let what takes too long, too much memory, or other files be an InputError."""
        most = MOST_SECONDS + self.path.stat().st_size / 1e6
        ended, late = threading.Event(), threading.Event()
        start = time.process_time()

        def look() -> None:
            while not ended.wait(LOOK_EVERY):
                if time.process_time() - start > most:
                    late.set()
                    self.connection.interrupt()
                    return

        watch = threading.Thread(target=look, daemon=True)
        watch.start()
        try:
            yield
        except (self.library.Error, OSError) as error:
            if late.is_set():
                took = f"in {most:,.0f} seconds of processors at most, but took more"
            elif isinstance(error, self.library.OutOfMemoryException):
                took = f"in {MEMORY} at most, but took more"
            elif isinstance(error, self.library.PermissionException):
                took = "without other files and extensions, but asks for one"
            else:
                raise
            raise InputError(f"a table of {self.path} is read {took}; {REMEDY}") from error
        finally:
            ended.set()
            watch.join()

    def drop(self, table: str) -> None:
        """Remove a table."""
        self.connection.execute(f"DROP TABLE {quote(table)}")

    def create(self, table: str, block: pd.DataFrame) -> None:
        """Make a table of the types that a block has."""
        self.connection.register("tabgan_block", as_arrow(block)[:0])
        self.connection.execute(f"CREATE TABLE {quote(table)} AS SELECT * FROM tabgan_block")

    def append(self, table: str, block: pd.DataFrame) -> None:
        """Append rows."""
        self.connection.register("tabgan_block", as_arrow(block))
        self.connection.execute(f"INSERT INTO {quote(table)} SELECT * FROM tabgan_block")
        self.connection.unregister("tabgan_block")

    def close(self, complete: bool) -> None:
        """End the transaction, and remove what one that failed has made."""
        made = self.made
        try:
            if complete:
                self.connection.commit()
                made = []
        finally:
            self.connection.close()
            self._remove(made)

    @staticmethod
    def _remove(made: list[Path]) -> None:
        for path in made:
            path.unlink(missing_ok=True)
