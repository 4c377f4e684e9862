"""Messages name what the running command can be told: remedies with options of other commands are left out."""

from __future__ import annotations

from collections.abc import Collection

import click

from tabgan.cli.headings import OUTPUT

BEGINS, ENDS = ("; ", "；", ", or ", "，或"), ("; ", "；")


def list_options(command: click.Command) -> set[str]:
    """Return a command's options, those that say how a table is written with "written " before them."""
    found: set[str] = set()
    for param in command.params:
        before = "written " if getattr(param, "group", "") == OUTPUT else ""
        found |= {before + option for option in (*param.opts, *param.secondary_opts)}
    return found


def leave_out(line: str, lacking: Collection[str]) -> str:
    """Return a line without the remedies, each from a semicolon or an "or" on, that name options that are not there.

    Examples
    --------
    >>> leave_out("'x' is read as numbers; --categorical x takes it for labels", {"--categorical x"})
    "'x' is read as numbers"
    >>> leave_out("mend it, or leave it out with --drop x", {"--drop x"})
    'mend it'
    """
    for option in sorted(lacking, key=len, reverse=True):
        if (place := line.find(option)) < 0:
            continue
        begin = max(line.rfind(mark, 0, place) for mark in BEGINS)
        ends = [found for mark in ENDS if (found := line.find(mark, place + len(option))) >= 0]
        if begin >= 0:
            line = line[:begin] + line[min(ends, default=len(line)) :]
    return line


def leave_in(line: str, lacking: Collection[str], remedy: str) -> str:
    """Return the line of an error as `leave_out` does; where no remedy is left, `remedy` stands there.

    Examples
    --------
    >>> leave_in("a label is short, but 'x' is not; leave it out with --drop x", {"--drop x"}, "mend it in the file")
    "a label is short, but 'x' is not; mend it in the file"
    """
    kept = leave_out(line, lacking)
    if kept == line or any(mark in kept for mark in ENDS):
        return kept
    return kept + next(mark for mark in ENDS if mark in line) + remedy
