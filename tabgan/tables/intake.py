"""Tables as people have them: the path of a file or of many, the URI of a database, any kind of frame, or several."""

from __future__ import annotations

import os
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from tabgan.errors import InputError, warn
from tabgan.schema.containers import FRAME, open_frame
from tabgan.schema.known import KNOWN
from tabgan.schema.texts.reading import Reading
from tabgan.tables.formats import read_table

if TYPE_CHECKING:
    from tabgan.tables.scan.part import Parts

PENDING = "pending_rows"
"""Key of `DataFrame.attrs`: the `Pending` rows of a table of which only the names of the columns were read."""
_READING = ("decimal", "dayfirst", "missing", "censored", "serial")


def open_table(X: Any) -> tuple[Any, str]:
    """Return a table as a pandas DataFrame, and what it came in; an array as it is.

    A file is read as `tabgan.tables.formats.read_table` does, and counts as a frame of pandas. Of what comes in parts,
    such as a folder, a dataset or an iterator of frames, rows are drawn where there are too many, which is said.
    """
    table, container = open_to_learn(X)
    return _say_drawn(table) if table is not X else X, container


def open_whole(X: Any) -> tuple[Any, str]:
    """Return a table as `open_table` does; InputError if rows would have to be drawn, as steps belong together."""
    table, container = open_to_learn(X)
    if known := getattr(table, "attrs", {}).get(KNOWN):
        raise InputError(
            f"the steps of a time series belong together, but of {known.where}, {known.rows:,} rows in parts, only "
            f"{known.drawn:,} fit in; name a file, or parts, with no more rows"
        )
    return table, container


def open_to_learn(X: Any, learn_rows: int | None = None) -> tuple[Any, str]:
    """Return a table as `open_table` does, or at most so many rows of one in parts; a model says which were drawn."""
    from tabgan.tables.scan.draw import draw_rows
    from tabgan.tables.scan.frames import open_parts

    if (parts := open_parts(X)) is not None:
        return draw_rows(parts, Reading(), learn_rows=learn_rows), parts.container
    if isinstance(X, (str, os.PathLike)):
        return fill(read_place(X, later=True), learn_rows), FRAME
    return open_frame(X)


def read_place(place: str | os.PathLike[str], later: bool = False, **options: Any) -> pd.DataFrame:
    """Read a table as `read_table` does, or draw rows of one in parts, which is said.

    Of a table in parts nothing is read `later` but the names of the columns, for `fill` to read those that are kept.
    """
    from tabgan.tables.scan.folders import find_files, open_files

    if (files := find_files(place)) is None:
        return read_table(place, **options)
    reading = Reading(**{name: value for name in _READING if (value := options.pop(name, None))})
    options.pop("cols", None)
    told = {name: value for name, value in options.items() if value is not None}
    pending = Pending(open_files(place, files, told), reading)
    return pending.header() if later else _say_drawn(pending.draw(None, None))


def fill(table: pd.DataFrame, learn_rows: int | None = None) -> pd.DataFrame:
    """Return a table of at most so many rows; those of its columns are read now, if they are still to be."""
    from tabgan.tables.scan.draw import draw_in_memory

    pending = table.attrs.get(PENDING)
    return draw_in_memory(table, learn_rows) if pending is None else pending.draw(list(table.columns), learn_rows)


@dataclass(frozen=True, eq=False)
class Pending:
    """Rows of a table in parts that are still to be read."""

    parts: Parts
    reading: Reading

    def __deepcopy__(self, memo: Any) -> Pending:
        """Return itself, as pandas copies `attrs` whenever a frame is taken apart."""
        return self

    def header(self) -> pd.DataFrame:
        """Return a table without rows."""
        table = pd.DataFrame(columns=pd.Index(self.parts.names))
        table.attrs[PENDING] = self
        return table

    def draw(self, names: Sequence[Hashable] | None, learn_rows: int | None) -> pd.DataFrame:
        """Return the rows, or some of them."""
        from tabgan.tables.scan.draw import draw_rows

        return draw_rows(self.parts, self.reading, names, learn_rows)


def _say_drawn(table: Any) -> Any:
    if known := getattr(table, "attrs", {}).get(KNOWN):
        warn(f"{known.describe()} are read")
    return table
