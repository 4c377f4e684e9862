"""How results are shown: drawn on a terminal, as plain text in a pipe or a file, as Markdown to a CI server."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from tabgan.cli import options
from tabgan.cli.headings import OUTPUT, under
from tabgan.cli.language import translate, translate_header
from tabgan.cli.terminal import ShownText, find_terminal
from tabgan.errors import InputError
from tabgan.report.shown import Rows, Said, Shown, to_markdown

STEP_SUMMARY = "$GITHUB_STEP_SUMMARY"
"""How the file that a CI server shows is asked for."""

github_summary = under(
    OUTPUT,
    click.option(
        "--github-summary",
        type=options.NewFile(path_type=str),
        is_flag=False,
        flag_value=STEP_SUMMARY,
        callback=lambda ctx, param, value: find_summary(value),
        metavar="[summary.md]",
        help=f"Append the result as Markdown to a file; without one, to that which {STEP_SUMMARY} names.",
    ),
)


def show(*parts: str | Rows, err: bool = False) -> None:
    """Print texts and tables, one below the other."""
    stream = sys.stderr if err else sys.stdout
    said = _say(parts) if getattr(stream, "speaks", False) else parts
    if isinstance(stream, ShownText):  # what is escaped is longer
        said = [part.map(stream.escaped) if isinstance(part, Rows) else part for part in said]
    if terminal := find_terminal(err):
        from tabgan.cli.drawing import draw, draw_parts

        draw(terminal, draw_parts(said))
    else:
        click.echo(str(Shown(said)), err=err)


def find_summary(asked: str | None) -> Path | None:
    """Return the file that a summary is appended to, if one is asked for."""
    if asked != STEP_SUMMARY:
        return None if asked is None else Path(asked)
    if not (named := os.environ.get(STEP_SUMMARY[1:])):
        raise InputError(
            f"--github-summary needs a file, but none is given and {STEP_SUMMARY} is not set, as it is in GitHub "
            "Actions; name one, such as --github-summary summary.md"
        )
    return Path(named)


def check_summary(path: Path | None, inputs: Sequence[Any]) -> None:
    """Raise InputError, before the work, if a summary cannot be appended to its file, or that is an input."""
    if path:
        options.check_appended(path, inputs)
        _append(path, "")


def append_summary(path: Path | None, title: str, parts: Sequence[str | Rows]) -> None:
    """Append a result as Markdown under a title to a file, if there is one."""
    if path:
        _append(path, f"### {to_markdown([title])}\n{to_markdown(_say(parts))}\n")


def _say(parts: Sequence[str | Rows]) -> list[str | Rows]:
    """Return the parts in the language of the command, but for the cells of tables with names of the user's."""
    said: list[str | Rows] = []
    for part in parts:
        if isinstance(part, Rows):
            ours = part.header if part.ours is True else part.ours or ()
            says = [translate if name in ours else str for name in part.header]
            rows = [[say(cell) for say, cell in zip(says, row, strict=True)] for row in part.rows]
            said.append(Rows(translate_header(part.header), rows, part.left))
        else:
            said.append(Said(translate(part), part.level) if isinstance(part, Said) else translate(part))
    return said


def _append(path: Path, text: str) -> None:
    from tabgan.files import blaming

    with blaming(path), path.open("a", encoding="utf-8") as summary:
        summary.write(text)
