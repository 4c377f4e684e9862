"""Commands of a file that run one after the other, checked before the first of them runs."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tabgan.cli.config import take_defaults
from tabgan.cli.generate_parts import Folder
from tabgan.cli.language import speaking, spoken
from tabgan.cli.options import NewFile, NewTable, Table, check_apart
from tabgan.errors import InputError, TabganError
from tabgan.files import check_output
from tabgan.rules import suggest
from tabgan.tables.places import STREAM

_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_COMMAND = "command"  # the key that says it where the step is called otherwise


@dataclass
class Step:
    """A command with all that it is given."""

    name: str
    context: click.Context

    def run(self) -> None:
        """Run the command; its errors say which step it was."""
        told = self.context.default_map or {}
        with naming(self.name, self.context.command), speaking(str(told.get("lang", spoken()))), self.context:
            self.context.command.invoke(self.context)

    def typed(self) -> str:
        """Return the step as it would be typed."""
        words = ["tabgan", str(self.context.info_name)]
        told = self.context.default_map or {}
        for param in self.context.command.params:
            if (value := told.get(str(param.name))) is not None:
                words += _type(param, value)
        return shlex.join(words)

    def places(self, *, written: bool) -> Iterator[tuple[Path | str, bool]]:
        """Yield the files and folders that it is told to read, or those that it is to write; and if it is a table."""
        for param in self.context.command.params:
            value = self.context.params.get(str(param.name))
            one = param.type
            pairs = zip(one.types, value or (), strict=False) if isinstance(one, click.Tuple) else [(one, value)]
            for kind, place in pairs:
                place = place.path if isinstance(place, Folder) else place
                known = isinstance(kind, (Table, click.Path)) and isinstance(kind, (NewFile, NewTable)) == written
                if known and isinstance(place, (Path, str)) and (isinstance(kind, Table) or str(place) != STREAM):
                    is_table = isinstance(kind, Table)
                    yield place if is_table else Path(place), is_table and not isinstance(value, Folder)


def _type(param: click.Parameter, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if not isinstance(param, click.Option):
        return [str(value)]
    if isinstance(value, bool):
        return [(param.opts if value else param.secondary_opts or [""])[-1]] if value or param.secondary_opts else []
    if param.nargs != 1:
        return [param.opts[-1], *values]
    return [word for one in values for word in ([param.opts[-1], one] if one else [param.opts[-1]])]


@contextmanager
def naming(step: str, command: click.Command | None = None) -> Iterator[None]:
    """Let an error that is shown say which step it is of, and speak of keys where it would of the command's flags."""
    try:
        yield
    except (click.ClickException, TabganError) as error:
        told = error.format_message() if isinstance(error, click.ClickException) else str(error)
        keys = dict(_name_flags(command)) if command else {}
        shown = click.ClickException(f"[{step}] {_FLAG.sub(lambda flag: keys.get(flag[0], flag[0]), told)}")
        shown.exit_code = error.exit_code
        raise shown from error


def _name_flags(command: click.Command) -> Iterator[tuple[str, str]]:
    """Yield the flags of a command, and what says the same in a file."""
    for param in command.params:
        if isinstance(param, click.Option) and param.is_bool_flag:
            key = param.opts[-1].lstrip("-")
            yield from ((flag, f"{key} = true") for flag in param.opts)
            yield from ((flag, f"{key} = false") for flag in param.secondary_opts)


def read_steps(sections: Mapping[str, Any], group: click.Group, parent: click.Context) -> list[Step]:
    """Return the steps that sections of a file are, in their order, with all their options read.

    Raises
    ------
    InputError, ClickException
        A section is no command, or an option of one is unknown, lacks or has a value that it cannot have.
    """
    if not sections:
        raise InputError("a pipeline has a section for each step, such as [fit], but there is none; write some")
    steps = []
    for name, told in sections.items():
        with naming(name):
            if not isinstance(told, Mapping):
                raise InputError(f"a pipeline holds sections, each a step, but {name} is a value; put it below [fit]")
            options = dict(told)
            word = str(options.pop(_COMMAND, name))
            command = group.commands.get(word)
            if command is None or command is parent.command:
                known = [one for one in group.commands if group.commands[one] is not parent.command]
                remedy = suggest(word, known, "commands", 99)
                raise InputError(
                    f"a section is called as a command, or has a key {_COMMAND!r}, but {word!r} is none; {remedy}"
                )
            defaults = take_defaults(command, options, "this section")
            with speaking(spoken()):  # its language is that of its run alone
                made = command.make_context(word, [], parent=parent.parent, default_map=defaults)
            steps.append(Step(name, made))
    return steps


def check_steps(steps: list[Step]) -> None:
    """Raise an error unless what each step reads is there, or is written by one before it, and outputs can be."""
    made: dict[Path, str] = {}
    for step in steps:
        with naming(step.name, step.context.command):
            for path, is_table in step.places(written=False):
                _check_input(path, is_table, made)
            read = [path for path, _ in step.places(written=False)]
            check_apart(read, [path for path, _ in step.places(written=True)])
            for path, is_table in step.places(written=True):
                _check_output(step, path, is_table, made)
                made[_real(path)] = step.name


def _check_input(path: Path | str, is_table: bool, made: Mapping[Path, str]) -> None:
    from tabgan.tables.formats import table_format
    from tabgan.tables.scan.folders import find_files

    if isinstance(path, str):  # standard input, or a database
        return
    if _real(path) in made or _real(path).parent in made or path.is_dir():
        return
    if not (path.exists() or (is_table and find_files(path))):  # it says itself that a pattern fits nothing
        raise InputError(
            f"a step reads what is there, or what a step before it writes, but {path} is neither; check the name"
        )
    if is_table and path.is_file():
        table_format(path, reading=True)


def _check_output(step: Step, path: Path | str, is_table: bool, made: Mapping[Path, str]) -> None:
    from tabgan.tables.formats import check_writable, table_format

    given = step.context.params
    gives_way = bool(given.get("overwrite") or given.get("resume"))
    if (place := _real(path)) in made and not gives_way:
        raise InputError(f"each step writes files of its own, but {path} is written by [{made[place]}], too; rename it")
    if place.parent in made or Path(path).is_dir():
        return
    if is_table:
        table_format(path)
        check_writable(path, gives_way)
    elif isinstance(path, Path):
        check_output(path, gives_way)


def _real(path: Path | str) -> Path:
    return Path(os.path.realpath(path) if isinstance(path, Path) else path)
