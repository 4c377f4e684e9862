"""Where a table begins below lines about a measurement, as instruments write them: a key and its values in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from tabgan.tables.cell_looks import is_blank, is_gap, is_unit, is_value

LEAST_ROWS = 4  # like each other, which are a table
LEAST_ABOVE = 3  # two alone may be names and units

Row = Sequence[Any]


class Below(NamedTuple):
    """Where the names of a table stand, or its first row if there are none; and whether that is sure."""

    place: int
    named: bool
    sure: bool


def find_below(rows: Sequence[Row], first: int) -> Below | None:
    """Return where a table begins further down than in row `first`, which is taken for its names; None if it does not.

    The last quarter of the rows tells which columns are numbers. The table begins with the first row from which on all
    have nothing else there; the row above has a text in each, or is of another length, and none above is like these.
    It is sure where most columns are numbers, unless all rows above are as long, of three or more cells, and the first
    is of names.

    Examples
    --------
    >>> keys = [["Channels", "2"], ["Samples", "200"], ["Unit", "V"]]
    >>> find_below([*keys, ["time", "U"], *(["0.1", "5"] for _ in range(8))], 0)
    Below(place=3, named=True, sure=True)
    """
    body = rows[-max(LEAST_ROWS, len(rows) // 4) :]
    width = Counter(map(len, body)).most_common(1)[0][0] if body else 0
    numbers = [i for i in range(width) if _is_number_column([row[i] for row in body if len(row) == width])]
    start = len(rows)
    while start > first and _fits(rows[start - 1], numbers, width):
        start -= 1
    if not numbers or len(rows) - start < LEAST_ROWS or start - first < LEAST_ABOVE:
        return None
    place = _find_names(rows[first + 1 : start], numbers, width)
    named = place is not None
    place = start if place is None else first + 1 + place
    keys = rows[first + 1 : place]
    sure = 1 < len(numbers) >= width // 2
    if width > 2 and {len(row) for row in rows[first:start]} == {width}:
        sure &= not _are_names(rows[first], range(width), width)  # the table may be theirs, with words in some rows
    if any(_fits(row, numbers, width) for row in keys) or not any(_is_key(row, width) for row in keys):
        return None
    return Below(place, named, sure) if named or (sure and len(rows[start - 1]) != width) else None


def _is_number_column(cells: Sequence[Any]) -> bool:
    filled = [cell for cell in cells if not is_gap(cell)]
    return 2 * len(filled) > len(cells) and all(map(is_value, filled))


def _fits(row: Row, numbers: Sequence[int], width: int) -> bool:
    """Whether a row has a number, or a gap, in each column of numbers, and nothing behind the last column."""
    cells = [row[i] for i in numbers if i < len(row)]
    alike = len(cells) == len(numbers) and all(is_value(cell) or is_gap(cell) for cell in cells)
    return alike and any(map(is_value, cells)) and all(map(is_blank, row[width:]))


def _is_key(row: Row, width: int) -> bool:
    """Whether a row is none of texts alone, as many as there are columns."""
    return len(row) != width or any(is_blank(cell) or is_value(cell) for cell in row)


def _find_names(above: Sequence[Row], numbers: Sequence[int], width: int) -> int | None:
    """Return the place of the names among the rows above a table, of which the last may hold units."""
    last = len(above) - 1
    if not _are_names(above[last], numbers, width):
        return None
    units = sum(is_unit(above[last][i]) for i in numbers)
    return last - 1 if 2 * units >= len(numbers) and last and _are_names(above[last - 1], numbers, width) else last


def _are_names(row: Row, numbers: Sequence[int], width: int) -> bool:
    """Whether a row has texts alone, one for each column of numbers, of which none is there twice."""
    texts = [cell.strip() for cell in row[:width] if isinstance(cell, str) and not is_blank(cell)]
    over = [row[i] for i in numbers if i < len(row)]
    full = len(over) == len(numbers) and not any(map(is_gap, over))
    return full and len(set(texts)) == len(texts) and not any(map(is_value, texts))
