"""What a result is shown as: texts and tables, of which a pipe, a terminal and a Markdown file each make their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tabgan.text import clean, format_rows, shorten_cell

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&!@^]|:(?=\S))")
_BEGIN = re.compile(r"^(\d*)([-+=.)])")
"""What Markdown takes for the begin of a list, or of a heading."""


class Said(str):
    """A text that says how good something is: its `level` is "good", "fair", "poor" or "unknown"."""

    level: str

    def __new__(cls, text: object, level: str) -> Said:
        said = super().__new__(cls, text)
        said.level = level
        return said


@dataclass(frozen=True)
class Rows:
    """A table of texts under a header; with `left` no column is one of numbers.

    Words are `ours` in all columns, or in those that are named.

    Examples
    --------
    >>> print(Rows(["score", "synthetic"], [["shape", "0.95"]]))
    score  synthetic
    shape       0.95
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: bool = False
    ours: bool | Sequence[str] = False

    def __str__(self) -> str:
        return format_rows(self.header, self.rows, self.left)

    def map(self, change: Callable[[str], str]) -> Rows:
        """Return the table with all texts changed."""
        return replace(self, header=[*map(change, self.header)], rows=[[*map(change, row)] for row in self.rows])


class Shown(tuple["str | Rows", ...]):
    """Texts and tables, one below the other; as a text, what is piped.

    Examples
    --------
    >>> print(Shown([Said("Usable.", "good"), "", Rows(["n"], [["5"]])]))
    Usable.
    <BLANKLINE>
    n
    5
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self))


def to_markdown(shown: Sequence[str | Rows]) -> str:
    r"""Return Markdown of texts and tables, as GitHub reads it; nothing in them is markup, or HTML.

    Examples
    --------
    >>> print(to_markdown([Said("Usable.", "good"), "- a|b: <fine>", Rows(["n", "x_1"], [["5", "-"]])]))
    **Usable.**
    <BLANKLINE>
    - a\|b: \<fine\>
    <BLANKLINE>
    | n | x\_1 |
    |---|---:|
    | 5 | - |
    <BLANKLINE>
    """
    blocks: list[str] = []
    for part in shown:
        if isinstance(part, Rows):
            blocks.append(_tabulate(part))
            continue
        for line in filter(None, part.split("\n")):
            if line.startswith("- "):
                blocks.append(f"- {_escape_begin(line[2:])}")
            else:
                blocks.append(f"**{_escape(line)}**" if isinstance(part, Said) else _escape_begin(line))
    return "\n\n".join(blocks) + "\n"


def _tabulate(table: Rows) -> str:
    rule = "".join("---|" if table.left or not place else "---:|" for place in range(len(table.header)))
    rows = [
        "| " + " | ".join(_escape(shorten_cell(str(cell))) for cell in row) + " |"
        for row in (table.header, *table.rows)
    ]
    return "\n".join([rows[0], f"|{rule}", *rows[1:]])


def _escape(text: str) -> str:
    """Return a text, on one line, in which nothing is Markdown."""
    return _MARKUP.sub(r"\\\1", " ".join(clean(text).split()))


def _escape_begin(line: str) -> str:
    """Return a text that begins a line, of which no list is made."""
    return _BEGIN.sub(r"\1\\\2", _escape(line))
