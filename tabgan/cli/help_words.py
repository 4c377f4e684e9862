"""Help in the language of the command: paragraphs, headings and what stands beside an option, each as a whole."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from tabgan.cli.language import spoken, translate

_ADDED = re.compile(r"\s+(\[[^\[\]]*\])$")
"""What stands behind the help of an option: its default, or its range."""


def says_help() -> bool:
    """Whether help is in another language than English, and standard output can write it."""
    return spoken() != "en" and getattr(sys.stdout, "speaks", False)


def say_help(text: str) -> str:
    """Return a text of help without breaks in the language of the command, what is added to it by itself."""
    if not says_help():
        return text
    if found := _ADDED.search(text):
        return f"{say_help(text[: found.start()])}  {translate(found[1])}"
    return translate(text)


def say_rows(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what options and commands are for."""
    return [(spelt, say_help(text)) for spelt, text in rows]


class SaidFormatter(click.HelpFormatter):
    """Writes help in the language of the command."""

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write options or commands, and what they are for."""
        super().write_dl(say_rows(rows), col_max, col_spacing)

    def write_text(self, text: str) -> None:
        """Write paragraphs; examples stay as they are."""
        if says_help():
            parts = text.split("\n\n")
            text = "\n\n".join(part if "\b" in part else _say_paragraph(part) for part in parts)
        super().write_text(text)

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        if says_help():
            self.write(f"{'':>{self.current_indent}}{heading}：\n")
        else:
            super().write_heading(heading)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a heading, and what is below it."""
        with super().section(say_help(name)):
            yield


def _say_paragraph(text: str) -> str:
    words = " ".join(text.split())
    said = say_help(words)
    return text if said == words else said


class SaidContext(click.Context):
    """A context whose help is in its language."""

    formatter_class = SaidFormatter
