"""What a terminal is drawn by rich, which is imported for nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich import box
from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tabgan.text import show_control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tabgan.cli.terminal import ShownText

SPELT = 30
"""How wide the spelling of an option may be, beside its help."""


class _Styled:
    """A terminal as rich writes to it."""

    def __init__(self, stream: ShownText) -> None:
        self.write, self.flush = stream.write_styled, stream.flush
        self.isatty, self.fileno, self.encoding = stream.isatty, stream.fileno, stream.encoding


def draw(stream: ShownText, drawn: Iterable[RenderableType], width: int | None = None) -> None:
    """Draw on a terminal, as wide as it is when nothing else is said."""
    console = Console(file=_Styled(stream), width=width, highlight=False, markup=False, emoji=False)  # type: ignore[arg-type]
    for one in drawn:
        console.print(one)
    stream.flush()


def as_text(said: object, style: str = "") -> Text:
    """Return a text of which nothing commands the terminal; only here rich is given any."""
    return Text(show_control(str(said), kept="\n"), style)


class PanelFormatter(click.HelpFormatter):
    """Makes of each list of a command's help a panel with its heading, and leaves the rest as it is."""

    def __init__(self, width: int) -> None:
        super().__init__(width=width)
        self.drawn: list[RenderableType] = []
        self.heading = ""

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        self.heading = name
        yield

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = SPELT, col_spacing: int = 2) -> None:
        self._take_text()
        grid = Table.grid(padding=(0, col_spacing, 0, 0))
        grid.add_column(max_width=col_max)
        grid.add_column(ratio=1)
        for spelt, text in rows:
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
