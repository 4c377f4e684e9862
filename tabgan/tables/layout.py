"""Where a table begins in rows of cells of a text file or a sheet: titles, comments, names and units above its rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

from tabgan.errors import InputError
from tabgan.spelling import spell
from tabgan.tables.blocks import find_below
from tabgan.tables.cell_looks import is_blank, is_empty, is_gap, is_number, is_unit, is_value

LOOKED_AT = 100  # rows, of those that a table begins with
SHOWN = 40  # characters of a row that a message shows
LEAST_ROWS = 4  # with names and units, when a row is taken for units
SURE = 0.8  # of the cells above names that must look like units
COMMENTS = ("#", "%", "//")
_POWER = re.compile(r"\s*[-+]?\d*\.?\d+[eEdD][-+]?\d+\s*", re.ASCII)

Row = Sequence[Any]


@dataclass(frozen=True)
class Layout:
    """What rows are.

    Attributes
    ----------
    width : int
        How many cells a row of the table has; the last ones may have no names, and hold nothing.
    names : list of str, or None
        Those of the columns, "" where one has none. None: no header.
    header : int or None
        The place of the header among the rows.
    start : int
        The place of the table's first row.
    notes : list of str
        What should be said of it, a line each.
    """

    width: int
    names: list[str] | None
    header: int | None
    start: int
    notes: list[str]


class Place(NamedTuple):
    """What messages call rows: the first is ``f"{row} {first} of {where}"``."""

    where: str
    row: str = "line"
    first: int = 1

    def call(self, i: int) -> str:
        return f"{self.row} {self.first + i:,} of {self.where}"


def find_layout(
    rows: Sequence[Row],
    place: Place,
    *,
    header: bool = True,
    skip_rows: int | None = None,
    drops: bool = False,
    bare: bool = False,
) -> Layout:
    """Find the table among the first rows of a file, or all.

    Rows of text have their own lengths, those of a sheet one. `skip_rows` of them stand before the table if it is not
    None; `drops` says that the user leaves out others, and `bare` that fields have nothing but blanks between them: a
    first line of numbers is no header then, and there may be no name for the first column, as R writes tables.
    """
    places = [i for i, row in enumerate(rows) if not is_empty(row)]
    notes: list[str] = []
    above, named, width, used = _find_top(rows, places, header, skip_rows, place, notes)
    table = [rows[i] for i in places[above:]]
    if named and skip_rows is None and above and (names := _commented(rows[places[above - 1]], table, used)):
        above -= 1
        table.insert(0, names)
    if named and not drops and skip_rows is None:
        for i in (above - 1, above):
            if 0 <= i < len(places) - 1:
                _refuse_two([rows[j] for j in places[i:]], i < above, used, place.call(places[i]))
    if above and skip_rows is None:
        notes.append(_tell_titles([rows[i] for i in places[:above]], place))
    places = [*places[above:], len(rows)]
    if not table or not named or _is_row(table[0], bare):
        if table and header:
            notes.append(
                f"{place.call(places[0])} holds numbers, {show_cells(table[0])}, and is taken for a row; columns are "
                "called 1, 2 and so on"
            )
        return Layout(width, None, None, places[0], notes)
    head, start = _find_names(table, used, [place.call(i) for i in places], skip_rows, drops, notes)
    if start > 1 and skip_rows is None:
        units = 1 - head
        notes.append(
            f"{place.call(places[units])}, {show_cells(table[units])}, is taken for units and left out; "
            f"{spell('skip_rows', places[head])} reads it as a row"
        )
    names = _names(table[head], table[start : start + 1], used, place.call(places[head]), bare)
    return Layout(max(width, len(names)), names, places[head], places[start], notes)


class _Top(NamedTuple):
    """How many rows, of which none is blank, stand above a table, and whether names follow; and as `_widths` says."""

    above: int
    named: bool
    width: int
    used: int


def _find_top(
    rows: Sequence[Row], places: Sequence[int], header: bool, skip_rows: int | None, place: Place, notes: list[str]
) -> _Top:
    width, used = _widths(rows[skip_rows or 0 :])
    if skip_rows is not None:
        return _Top(sum(i < skip_rows for i in places), header, width, used)
    filled = [rows[i] for i in places]
    above = _count_titles(filled, used, header)
    below = find_below(filled, above) if header else None
    if below and below.sure:
        return _Top(below.place, below.named, *_widths(filled[below.place :]))
    if below:
        notes.append(
            f"{place.call(places[below.place])}, {show_cells(filled[below.place])}, may hold the names of a table "
            f"below other lines; {spell('skip_rows', places[below.place])} leaves these out"
        )
    return _Top(above, header, width, used)


def _widths(rows: Sequence[Row]) -> tuple[int, int]:
    """Return how many cells most rows have, and how many of these are not blank in all of them."""
    counts = Counter(len(row) for row in rows if not is_empty(row))
    width = max(counts, key=lambda length: (counts[length], length), default=0)
    full = [row for row in rows if len(row) >= width]
    return width, next((i for i in range(width, 0, -1) if not all(is_blank(row[i - 1]) for row in full)), width)


def _count_titles(rows: Sequence[Row], width: int, header: bool) -> int:
    """Return how many rows, of which none is blank, stand above the names or, without a header, the first row."""
    filled = [sum(not is_blank(cell) for cell in row[:width]) for row in rows]
    most = max(filled, default=0)
    for i, row in enumerate(rows):
        under = rows[i + 1] if i + 1 < len(rows) else ()
        values = any(map(is_value, row))
        if header and not values and 1 < len(row) == filled[i] < width and _is_data(under, width):
            return i  # names, of which one is missing
        sparse = width > 2 and 2 * filled[i] <= most and not values
        # A row with values above names is a title, too, such as "Logger 7" with blanks between fields; and so is one
        # beside an empty cell.
        odd = header and (values or filled[i] < 2 <= most) and _are_names(under, width) and len(rows) > i + 2
        if not (len(row) < width or sparse or odd or _is_comment(row)):
            return i
    return 0


def _is_comment(row: Row) -> bool:
    """Whether a row begins with the sign of a comment and a blank; "#" alone is the name of a column."""
    return isinstance(row[0], str) and row[0].strip().startswith(tuple(f"{sign} " for sign in COMMENTS))


def _commented(row: Row, table: Sequence[Row], width: int) -> list[Any] | None:
    """Return the names of columns in a comment right above the first row, as in "# time speed"."""
    first = row[0].strip() if isinstance(row[0], str) else ""
    if not first.startswith(COMMENTS) or not table or not _is_data(table[0], width):
        return None
    rest = first.lstrip("".join(COMMENTS)).strip()
    names = [rest, *row[1:]] if rest else list(row[1:])
    return names if len(names) == width and not any(is_blank(name) or is_value(name) for name in names) else None


def _is_data(row: Row, width: int) -> bool:
    return len(row) >= width and any(map(is_value, row))


def _is_row(row: Row, bare: bool) -> bool:
    """Whether a first row cannot hold names: numbers with powers of ten, or any numbers with blanks between them."""
    cells = [cell for cell in row if not is_blank(cell)]
    if not all(isinstance(cell, str) and is_number(cell) for cell in cells):
        return False
    return bare or any(_POWER.fullmatch(cell) for cell in cells)


def _are_names(row: Row, width: int) -> bool:
    """Whether a row has a name for each column."""
    texts = [cell.strip() for cell in row[:width] if isinstance(cell, str) and not is_value(cell) and not is_gap(cell)]
    return len(texts) == width > 0 and len(set(texts)) == width


def _number_columns(rows: Sequence[Row], width: int) -> list[int]:
    """Return the places of columns of numbers, dates or times."""
    found = []
    for i in range(width):
        cells = [row[i] for row in rows if len(row) > i and not is_gap(row[i])]
        if cells and sum(map(is_value, cells)) >= 0.8 * len(cells):
            found.append(i)
    return found


def _find_names(
    table: Sequence[Row], width: int, places: Sequence[str], skip_rows: int | None, drops: bool, notes: list[str]
) -> tuple[int, int]:
    """Return which row of the table holds the names, and which is its first; units may be above or below the names."""
    if len(table) < LEAST_ROWS:
        return 0, 1
    numbers = _number_columns(table[2:], width)
    first, second = (_share_of_units(table, i, numbers) for i in (0, 1))
    if skip_rows is not None:
        if second:
            notes.append(f"{places[1]}, {show_cells(table[1])}, may be units; {spell('drop_rows', '1')} leaves it out")
        return 0, 1
    if first > max(second, SURE) and _are_names(table[1], width):  # one-letter names are units, too
        return 1, 2
    if second:
        return 0, 2
    cells = [table[1][i] for i in numbers if i < len(table[1])]
    if not drops and len(cells) > 1 and not any(is_gap(cell) or is_value(cell) for cell in cells):
        raise InputError(
            f"a header has one row, but {places[1]} seems to be a second one, {show_cells(table[1])}; join it with the "
            f"first, or leave it out with {spell('drop_rows', '1')}"
        )
    return 0, 1


def _refuse_two(table: Sequence[Row], merged: bool, width: int, place: str) -> None:
    """Refuse two rows of texts above numbers of which one names columns alike, but both together do not.

    If cells of the first were `merged`, those that are blank go on with the one before, and the second repeats names.
    """
    top, under = table[:2]
    groups, names = ([("" if is_blank(cell) else str(cell).strip()) for cell in row[:width]] for row in (top, under))
    alike = [name for name in (names if merged else groups) if name]
    if len(set(alike)) == len(alike) or len(names) < len(groups) or any(map(is_value, (*top, *under))):
        return
    if not _number_columns(table[2:], width):
        return  # labels, of which the first row is none of names
    whole = accumulate(groups + [""] * (len(names) - len(groups)), lambda before, cell: cell or merged * before)
    joined = [f"{group} {name}".strip() for group, name in zip(whole, names, strict=True)]
    if len(set(joined)) == len(joined):
        first = next(name for name in joined if " " in name)
        raise InputError(
            f"a header has one row, but {place} and the next seem to be one of two rows, {show_cells(top)} above "
            f"{show_cells(under)}; join them in one row, as in {first!r}"
        )


def _share_of_units(table: Sequence[Row], place: int, numbers: Collection[int]) -> float:
    """Return how much of a row's texts above numbers look like units; 0.0 if it is another row."""
    row, below = table[place], table[max(place + 1, 2) :]
    over = [row[i] for i in numbers if i < len(row) and not is_blank(row[i])]
    if any(map(is_value, over)) or all(map(is_gap, over)):
        return 0.0
    for i, cell in enumerate(row):
        if i not in numbers and not is_blank(cell) and not is_gap(cell) and cell in {r[i] for r in below if len(r) > i}:
            return 0.0  # a label that others have, too
    share = sum(map(is_unit, over)) / len(over)
    return share if share >= 0.5 else 0.0


def _names(row: Row, under: Sequence[Row], width: int, place: str, bare: bool) -> list[str]:
    names = ["" if is_blank(cell) else str(cell).strip() for cell in row]
    while len(names) > width and not names[-1]:
        names.pop()
    if len(names) == width - 1 and bare:
        names.insert(0, "")
    if len(names) < width and under:
        raise InputError(
            f"every row must have as many fields as the header's {len(names)}, but the first row has {len(under[0])} "
            f"below {place}; mend the header"
        )
    return names


def _tell_titles(rows: Sequence[Row], place: Place) -> str:
    count = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    verb = "is" if len(rows) == 1 else "are"
    return (
        f"{count} above the header in {place.where} {verb} left out, {show_cells(rows[0])}; {spell('skip_rows', 0)} "
        "keeps the first"
    )


def show_cells(row: Row) -> str:
    """Return what a row holds, shortened, for messages."""
    text = ", ".join(" ".join(str(cell).split()) for cell in row if not is_blank(cell))
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")
