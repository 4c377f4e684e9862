"""Under which headings the options of a command stand in its help."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import click

OPTIONS = "Options"
"""Those that only this command has."""
COLUMNS, READING, SERIES, TRAINING, RUN = "Columns", "Reading files", "Time series", "Training", "Run"
SCORES, OUTPUT, SIGNING, ALWAYS = "Scores", "Output", "Signed models", "Every command"


def together(*added: Callable[..., Any]) -> Callable[..., Any]:
    """Return one decorator for several options, which stand in `--help` in this order."""
    return lambda command: reduce(lambda decorated, option: option(decorated), reversed(added), command)


def under(heading: str, *added: Callable[..., Any]) -> Callable[..., Any]:
    """Return one decorator for several options that stand under a heading, unless they already do under another."""

    def add(command: Any) -> Any:
        before = list(getattr(command, "__click_params__", []))
        command = together(*added)(command)
        for option in command.__click_params__:  # where click keeps them until there is a command
            if isinstance(option, click.Option) and option not in before:
                option.group = getattr(option, "group", heading)  # type: ignore[attr-defined]
        return command

    return add


def sort_options(command: click.Command, ctx: click.Context) -> dict[str, list[tuple[str, str]]]:
    """Return spelling and help of a command's options by their headings: its own first, those of every command last."""
    groups: dict[str, list[tuple[str, str]]] = {OPTIONS: []}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record and isinstance(param, click.Option):  # arguments have one from click 8.5.1 on, an empty one
            known = ALWAYS if "--help" in param.opts else OPTIONS
            groups.setdefault(getattr(param, "group", known), []).append(record)
    groups[ALWAYS] = groups.pop(ALWAYS)
    return {heading: records for heading, records in groups.items() if records}
