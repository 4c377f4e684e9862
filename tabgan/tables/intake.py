"""Tables as people have them: the path of a file, the URI of a database, or any kind of frame."""

from __future__ import annotations

import os
from typing import Any

from tabgan.schema.containers import FRAME, open_frame


def open_table(X: Any) -> tuple[Any, str]:
    """Return a table as a pandas DataFrame, and what it came in; an array as it is.

    A file is read as `tabgan.tables.formats.read_table` does, and counts as a frame of pandas.
    """
    if isinstance(X, (str, os.PathLike)):
        from tabgan.tables.formats import read_table

        return read_table(X), FRAME
    return open_frame(X)
