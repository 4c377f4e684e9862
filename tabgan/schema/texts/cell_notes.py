"""What is said of how cells were read: a line for each way, with the columns and an example."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

from tabgan.errors import warn
from tabgan.spelling import spell

MOST_SHOWN = 3
_LONGEST = 40


class Example(NamedTuple):
    """A cell of a column, the first row that has it, and what it was taken for."""

    name: Hashable
    cell: str
    row: int
    value: float

    def __str__(self) -> str:
        return f"{show(self.cell)} in row {self.row} is {self.value:.15g}"


def show(cell: str) -> str:
    """Return a cell in quotes, shortened."""
    return repr(cell if len(cell) <= _LONGEST else cell[:_LONGEST] + "…")


class Notes:
    """Collects what is to be said of columns; those of which the same is to be said share a line."""

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[list[str], Callable[[str], str]]] = {}

    def _add(self, key: Hashable, name: Hashable, words: Callable[[str], str]) -> None:
        self._found.setdefault(key, ([], words))[0].append(show(str(name)))

    def add_texts(self, example: Example, decimal: str, look: Hashable) -> None:
        """Texts were read as numbers; those of one look are told together."""
        comma = " with a decimal comma" if decimal == "," else ""
        kinds = spell("kinds", {example.name: "categorical"})
        self._add(
            ("texts", look),
            example.name,
            lambda where: f"the texts in {where} are read as numbers{comma} ({example}); {kinds} takes them for labels",
        )

    def add_doubt(self, example: Example, decimal: str, other: float, why: str) -> None:
        """A column can be read with a point or with a comma."""
        mark, remedy = ("point", ",") if decimal == "." else ("comma", ".")
        group = "" if other == example.value else " and thousands marked" if example.value > other else ""
        self._add(
            ("doubt", decimal, why),
            example.name,
            lambda where: (
                f"the numbers in {where} can be read with a decimal point or with a decimal comma; they are read with "
                f"a decimal {mark}{group}, {why}: {example}; {spell('decimal', remedy)} makes it {other:.15g}"
            ),
        )

    def add_gaps(self, name: Hashable, found: list[tuple[str, int]], beside: str) -> None:
        """Cells stand for gaps among numbers or dates."""
        texts = ", ".join(show(text) for text, _ in found[:MOST_SHOWN])
        texts += " and others" if found[MOST_SHOWN:] else ""
        cells, kinds = _count(sum(count for _, count in found)), spell("kinds", {name: "categorical"})
        several = len(found) > 1
        self._add(
            ("gaps", texts, beside),
            name,
            lambda where: (
                f"{texts} in {where} ({cells}) are taken for gaps among {beside}, and come back as they are written; "
                f"{kinds} takes all for labels"
                if several
                else f"{texts} in {where} ({cells}) is taken for a gap among {beside}, and comes back as it is "
                f"written; {kinds} takes all for labels"
            ),
        )

    def add_bounds(self, name: Hashable, cell: str, row: int, count: int) -> None:
        """Cells are bounds."""
        self._add(
            ("bounds", cell[0]),
            name,
            lambda where: (
                f"cells such as {show(cell)} in row {row} are no numbers, but stay as written, in their share, beside "
                f"those in {where} ({_count(count)}); {spell('censored', True)} reads the bound"
            ),
        )

    def add_zeros(self, name: Hashable, cells: tuple[str, str], written: str) -> None:
        """Texts that differ by zeros at their ends are one number."""
        self._add(
            ("zeros", cells, written),
            name,
            lambda where: (
                f"{show(cells[0])} and {show(cells[1])} in {where} are one number, and come back as {show(written)}; "
                f"if they are versions or other labels, write them with a letter: {show('v' + cells[0])}"
            ),
        )

    def add_far(self, name: Hashable, texts: list[str], count: int, low: float, high: float) -> None:
        """Numbers stand for gaps."""
        told, cells, missing = " and ".join(texts), _count(count), spell("missing", ["NA"])
        several = len(texts) > 1
        self._add(
            ("far", tuple(texts)),
            name,
            lambda where: (
                f"{told} in {where} ({cells}) are taken for gaps, as all other numbers lie from {low:.6g} to "
                f"{high:.6g}, and come back as they are; {missing} takes them for numbers"
                if several
                else f"{told} in {where} ({cells}) is taken for a gap, as all other numbers lie from {low:.6g} to "
                f"{high:.6g}, and comes back as it is; {missing} takes it for a number"
            ),
        )

    def say(self) -> None:
        """Say all of it."""
        for names, words in self._found.values():
            shown = ", ".join(names[:MOST_SHOWN]) + (
                f" and {len(names) - MOST_SHOWN} more" if names[MOST_SHOWN:] else ""
            )
            warn(words(f"column{'s' * (len(names) > 1)} {shown}"))


def _count(cells: int) -> str:
    return f"{cells:,} cell{'s' * (cells > 1)}"
