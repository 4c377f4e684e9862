"""How messages name a parameter: as one writes it in Python, or on the command line."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from tabgan.settings import SETTINGS

_renamed: ContextVar[dict[str, str] | None] = ContextVar("_renamed", default=None)
"""Which options are not called as their parameters; None in Python."""

# What is no parameter in Python.
_PYTHON = {"drop": "X.drop(columns={!r})", "to": "export_{}", "report": "to_frame()", "json": "to_json()"}
ABOUT_TABLES = ("kinds", "drop", "header", "delimiter", "encoding", "skip_rows", "drop_rows", "transpose", "variable",
                "sheet", "decimal", "dayfirst", "missing", "censored", "serial")  # fmt: skip
"""What messages of any command may name, as all read tables, though not all have each of these options."""
_offered: ContextVar[tuple[Collection[str], set[str]] | None] = ContextVar("_offered", default=None)
_OPPOSITE = {"dayfirst": "--monthfirst"}
"""Options whose opposite has a name of its own."""


@contextmanager
def command_line(**renamed: str) -> Iterator[None]:
    """Let messages speak of options, some of which stand for parameters of other names."""
    token = _renamed.set(renamed)
    try:
        yield
    finally:
        _renamed.reset(token)


@contextmanager
def offering(options: Collection[str]) -> Iterator[set[str]]:
    """Yield the set that collects how options about tables are spelled that are none of those of the running command.

    An option that says how a table is written stands in `options` with "written " before it.
    """
    lacking: set[str] = set()
    token = _offered.set((options, lacking))
    try:
        yield lacking
    finally:
        _offered.reset(token)


def renamed_options() -> dict[str, str] | None:
    """Return what `command_line` was given where messages speak of options, for another process; None in Python."""
    return _renamed.get()


def spell(name: str, value: Any = ..., *, written: bool = False) -> str:
    """Return how a parameter is named, or given a value, by whom a message is for.

    Its `name` is that in Python: of a setting, or of another parameter whose option has the same. `written` is for
    those that say how a table is written, of which some say in other commands how one is read.

    Examples
    --------
    >>> spell("n_critic"), spell("sieve", False), spell("kinds", {"id": "categorical"})
    ('n_critic', 'sieve=False', "kinds={'id': 'categorical'}")
    >>> with command_line():
    ...     spell("n_critic"), spell("sieve", False), spell("kinds", {"id": "categorical"})
    ('--n-critic', '--no-sieve', '--categorical id')
    """
    told = _spell(name, value)
    options, lacking = _offered.get() or ((), set())
    if name in ABOUT_TABLES and "written " * written + told.partition(" ")[0] not in options:
        lacking.add(told)
    return told


def _spell(name: str, value: Any) -> str:
    if (renamed := _renamed.get()) is None:
        return _PYTHON.get(name, name) if value is ... else _PYTHON.get(name, f"{name}={{!r}}").format(value)
    if name == "kinds" and value is not ...:
        return " ".join(f"--{kind} {write_name(column)}" for column, kind in value.items())
    setting, option = SETTINGS.get(name), option_name(renamed.get(name, name))
    if value is ... or isinstance(value, bool):
        return _OPPOSITE.get(option, f"--no-{option}") if value is False else f"--{option}"
    if name == "drop":
        return f"--drop {write_name(value)}"
    typed = setting.typed(value) if setting else _type(value)
    return f"--{option} {shlex.quote(typed)}"


def _type(value: Any) -> str:
    """Return the value of an option that is no setting as it can be typed."""
    names = {".": "point", ",": "comma", "\t": "tab"}
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else names.get(value, str(value))


def option_name(name: str) -> str:
    """Return what an option is called that is a setting, or anything else."""
    return SETTINGS[name].option if name in SETTINGS else name.replace("_", "-")


def show(name: str, value: Any) -> str:
    """Return a setting's value as it is written."""
    return SETTINGS[name].typed(value) if _renamed.get() is not None else repr(value)


def allowed(name: str) -> str:
    """Return in words which values a setting takes."""
    setting = SETTINGS[name]
    return setting.describe_rule((setting.word or ("",))[0] if _renamed.get() is not None else "None")


def write_name(name: Hashable) -> str:
    """Write a column's name as an item of `--cols` that can be typed in a shell.

    Examples
    --------
    >>> print(write_name("age"), write_name("2020"), write_name("a b"))
    age '"2020"' 'a b'
    """
    return shlex.quote(write_item(name))


def write_item(name: Hashable) -> str:
    """Write a column's name as an item of `--cols`, for a program that is called without a shell."""
    text = str(name)
    plain = not isinstance(name, str) or not (text[:1].isdigit() or set(text) & set(",\"'") or text != text.strip())
    return text if plain else '"' + text.replace('"', '""') + '"'
