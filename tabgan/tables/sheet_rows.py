"""Which rows of a sheet are the table: its names, its rows, and nothing that stands around them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from tabgan.errors import InputError
from tabgan.tables.cell_looks import is_empty
from tabgan.tables.layout import LOOKED_AT, Place, find_layout
from tabgan.tables.left_out import kept_rows
from tabgan.tables.workbook import Cells


class SheetRows(NamedTuple):
    """The place of the header among a sheet's cells, None if there is none, those of the rows, and what to say."""

    header: int | None
    places: list[int]
    notes: list[str]


def find_rows(cells: Cells, path: Path, header: bool, skip_rows: int | None, drop_rows: str | None) -> SheetRows:
    """Find the table in the cells of a sheet, as in the rows of text; empty rows are left out, too.

    InputError if cells of it are merged, or if there seem to be two headers.
    """
    where = f"sheet {cells.sheet!r} of {path}"
    above = None if skip_rows is None else max(0, skip_rows - cells.area.top + 1)
    layout = find_layout(
        cells.rows[: LOOKED_AT + (above or 0)],
        Place(where, "row", cells.area.top),
        header=header,
        skip_rows=above,
        drops=bool(drop_rows or cells.merged),  # of which more can be said
    )
    _check_merged(cells, layout.header, layout.start, where)
    # In a column alone an empty cell is a gap.
    places = [i for i in range(layout.start, len(cells.rows)) if layout.width == 1 or not is_empty(cells.rows[i])]
    notes = layout.notes
    if empty := len(cells.rows) - layout.start - len(places):
        notes.append(f"{empty:,} empty {'row' if empty == 1 else 'rows'} of {where} left out")
    if drop_rows:
        places = np.array(places)[kept_rows(len(places), drop_rows)].tolist()
    return SheetRows(layout.header, places, notes)


def _check_merged(cells: Cells, header: int | None, start: int, where: str) -> None:
    """Refuse merged cells, of which only the first holds a value; those above the table do not matter."""
    top = cells.area.top + (start if header is None else header)
    merged = [area for area in cells.merged if area.bottom >= top]
    if not merged:
        return
    above = [area for area in merged if header is not None and area.top <= top]
    shown = above or merged
    listed = ", ".join(map(str, shown[:5])) + (" and others" if len(shown) > 5 else "")
    if above:
        raise InputError(
            f"a header has one row with a name in each column, but in {where} these cells of it are merged: {listed}; "
            "unmerge them in Excel and give each column its name in one row"
        )
    raise InputError(
        f"each cell of a table holds a value of its own, but in {where} these are merged: {listed}; unmerge them in "
        "Excel and write the value into each"
    )
