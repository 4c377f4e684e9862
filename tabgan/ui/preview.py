"""The first rows of what was made, without reading all of it: there may be millions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tabgan.errors import TabganError
from tabgan.report.svg import shorten
from tabgan.text import clean

SHOWN, ROOM = 12, 300.0
MOST_READ = 1 << 20
"""Bytes of a text file that are read."""
MOST_WHOLE = 8 << 20
"""Bytes of another file, which is read as a whole or not at all."""
OF_LINES = (".csv", ".jsonl")


def preview(path: Path) -> dict[str, Any]:
    """Return names and first rows of a table, as texts; none if it is large, or for others to read."""
    from tabgan.tables.formats import read_table

    if path.suffix not in OF_LINES and path.stat().st_size > MOST_WHOLE:
        return {"names": [], "rows": []}
    try:
        table = read_table(_cut(path) if path.suffix in OF_LINES else path)
    except TabganError:
        return {"names": [], "rows": []}
    head = table.head(SHOWN).astype(object).where(table.head(SHOWN).notna(), "")
    return {
        "names": [clean(str(name)) for name in table.columns],
        "rows": [[shorten(str(cell), ROOM) for cell in row] for row in head.itertuples(index=False)],
    }


def _cut(path: Path) -> Path:
    """Return a file of the first lines."""
    with path.open("rb") as file:
        begin = file.read(MOST_READ)
    first = path.with_name(f"first{path.suffix}")
    first.write_bytes(begin if len(begin) < MOST_READ else begin[: begin.rfind(b"\n") + 1])
    return first
