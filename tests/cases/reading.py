"""Files of a few lines, and what is said of them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from tabgan import TabganWarning
from tabgan.tables.formats import read_table


def read(folder: Path, content: str | bytes, name: str = "t.csv", **options: Any) -> tuple[pd.DataFrame, str]:
    """Return the table in a file of such content, and what was said of it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", TabganWarning)
        table = read_table(path, **options)
    return table, "\n".join(str(line.message) for line in said)
