"""What a terminal is drawn by rich, which is imported for nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tabgan.cli.help_words import SaidFormatter, say_help, say_rows
from tabgan.report.shown import Rows, Said
from tabgan.text import shorten_cell, show_control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tabgan.cli.terminal import ShownText

SPELT = 30
"""How wide the spelling of an option may be, beside its help."""
GAP = 2
"""Blanks between columns."""
LEAST = 8
"""How narrow a column is made whose texts are broken."""
NARROW = 48
"""How wide panels are below which options get half of them."""
STYLES = {"good": "green", "fair": "yellow", "poor": "bold red"}
"""The only colours that there are."""


def fit_width(wanted: int) -> int:
    """Return how wide panels are: as wanted, on a terminal that is as wide, for which click has a least width."""
    return max(min(wanted, shutil.get_terminal_size().columns - 2), 4 * LEAST)


class _Styled:
    """A terminal as rich writes to it."""

    def __init__(self, stream: ShownText) -> None:
        self.write, self.flush = stream.write_styled, stream.flush
        self.isatty, self.fileno, self.encoding = stream.isatty, stream.fileno, stream.encoding


def draw(stream: ShownText, drawn: Iterable[RenderableType], width: int | None = None) -> None:
    """Draw on a terminal, as wide as it is when nothing else is said."""
    width = width or shutil.get_terminal_size().columns
    console = Console(file=_Styled(stream), width=width, highlight=False, markup=False, emoji=False)  # type: ignore[arg-type]
    for one in drawn:
        console.print(one, soft_wrap=isinstance(one, Text))  # a command, or a path, is not broken: it may be copied
    stream.flush()


def as_text(said: object, style: str = "") -> Text:
    """Return a text of which nothing commands the terminal; only here rich is given any."""
    return Text(show_control(str(said), kept="\n"), style)


def draw_parts(parts: Iterable[str | Rows]) -> Iterator[RenderableType]:
    """Yield what rich draws of texts and tables."""
    for part in parts:
        if isinstance(part, Rows):
            yield _Drawn(part)
        elif isinstance(part, Said):
            yield _draw_said(part)
        else:
            yield as_text(part)


def _draw_said(said: Said) -> Table:
    """Return prose in the colour of its level, an item of a list with its lines below each other."""
    drawn, style = Table.grid(padding=(0, 1, 0, 0)), STYLES.get(said.level, "")
    mark, text = ("- ", said[2:]) if said.startswith("- ") else ("", said)
    prose = as_text(text, style)
    prose.overflow = "fold"  # what is as long as a line, as prose in Chinese is, goes on in the next
    drawn.add_row(*([as_text(mark.strip(), style)] if mark else []), prose)
    return drawn


class _Drawn:
    """A table; where it is wider than the terminal, several below each other, so that no number is cut."""

    def __init__(self, table: Rows) -> None:
        self.table = table
        self.cells = [[shorten_cell(str(cell)) for cell in row] for row in (table.header, *table.rows)]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for number, columns in enumerate(self._cut(options.max_width)):
            if number:
                yield ""
            yield self._draw(columns)

    def _cut(self, most: int) -> Iterator[list[int]]:
        """Yield the columns of each table: the first, and as many others as there is room for."""
        first, *others = [max(map(cell_len, column)) for column in zip(*self.cells, strict=True)]
        if self.table.left and others:  # whose last texts can be broken
            others[-1] = min(others[-1], LEAST)
        first = min(first, max(LEAST, most - GAP - max(others, default=0)))  # names are folded, and no number is cut
        found, width = [0], first
        for place, wide in enumerate(others, 1):
            if len(found) > 1 and width + GAP + wide > most:
                yield found
                found, width = [0], first
            found.append(place)
            width += GAP + wide
        yield found

    def _draw(self, columns: list[int]) -> Table:
        drawn = Table(box=box.SIMPLE_HEAD, padding=(0, GAP - 1, 0, 0), pad_edge=False, show_edge=False)
        drawn.header_style, drawn.border_style = "bold", "dim"
        last = len(self.cells[0]) - 1
        for place in columns:
            is_text = self.table.left or not place
            drawn.add_column(
                as_text(self.cells[0][place]),
                justify="left" if is_text else "right",
                overflow="fold",
                no_wrap=place > 0 and not (self.table.left and place == last),
            )
        for row in self.cells[1:]:
            drawn.add_row(*(as_text(row[place]) for place in columns))
        return drawn


class PanelFormatter(SaidFormatter):
    """Makes of each list of a command's help a panel with its heading, and leaves the rest as it is."""

    def __init__(self, width: int) -> None:
        super().__init__(width=width)
        self.drawn: list[RenderableType] = []
        self.heading = ""

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        self.heading = say_help(name)
        yield

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = SPELT, col_spacing: int = 2) -> None:
        self._take_text()
        grid = Table.grid(padding=(0, col_spacing, 0, 0))
        grid.add_column(max_width=col_max if self.width >= NARROW else self.width // 2 - 4, overflow="fold")
        grid.add_column(ratio=1, overflow="fold")
        for spelt, text in say_rows(rows):
            grid.add_row(as_text(spelt, "bold"), as_text(text))
        title = as_text(self.heading, "not dim bold")
        self.drawn.append(Panel(grid, title=title, title_align="left", box=box.ROUNDED, border_style="dim"))

    def finish(self) -> list[RenderableType]:
        self._take_text()
        return self.drawn

    def _take_text(self) -> None:
        if text := self.getvalue():
            self.drawn.append(as_text(text))
        self.buffer.clear()
