"""Options from a file of TOML or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tabgan.cli.options import note_input
from tabgan.errors import InputError
from tabgan.rules import suggest
from tabgan.settings import SETTINGS
from tabgan.spelling import option_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_NOT_SET = ("config", "debug")


def read_config(ctx: click.Context, param: click.Parameter, path: Path | None) -> None:
    """Take defaults of the command's options from a file with their names as keys. The command line wins."""
    if path is not None:
        note_input(ctx, path)
        try:
            ctx.default_map = take_defaults(ctx.command, load_config(path), str(path))
        except InputError as error:
            raise click.BadParameter(str(error), ctx, param) from error


def load_config(path: Path) -> dict[str, Any]:
    """Return what a file holds: TOML, or JSON where the name ends in .json; InputError if it is neither."""
    kind, parse = ("JSON", _parse_json) if path.suffix.lower() == ".json" else ("TOML", tomllib.loads)
    try:
        values = parse(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; check the name") from error
    except (ValueError, RecursionError) as error:  # those of TOML, of JSON and of UTF-8 are ValueErrors
        raise InputError(f"{path} must be {kind}, but: {error}; mend it") from error
    if not isinstance(values, dict):
        raise InputError(f"{path} must hold names and values, but holds a {type(values).__name__}; write {{...}}")
    return values


def _parse_json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_each_once)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return what a pair of braces holds; a ValueError, as TOML has it, if a key is there twice."""
    held = dict(pairs)
    if len(held) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"it has {next(key for key in keys if keys.count(key) > 1)!r} twice")
    return held


def take_defaults(command: click.Command, values: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return values of a command's options and arguments, by their keys in a file, as click takes defaults."""
    known = {key: param for param in command.params if param.name not in _NOT_SET for key in _keys(param)}
    given: dict[str, Any] = {}
    for key, value in values.items():
        if (param := known.get(key.replace("_", "-"))) is None:
            near = suggest(key.replace("_", "-"), [*known], "options", 99)
            raise InputError(f"{where} sets {key}, which is no option of tabgan {command.name}; {near}")
        if param.name in given:
            raise InputError(f"{where} sets {key} twice, under two names; leave one out")
        given[str(param.name)] = _as_given(value, param, f"{key} in {where}")
    return given


def _keys(param: click.Parameter) -> list[str]:
    """Return what a parameter is called in a file: as on the command line, an argument as its help shows it."""
    if isinstance(param, click.Option):
        return [name.lstrip("-") for name in reversed(param.opts)]
    return [param.human_readable_name.lower().replace("_", "-")]


def _as_given(value: Any, param: click.Parameter, what: str) -> Any:
    """Values as they would be typed, so that 2.9 is refused for a whole number rather than cut to 2."""
    if value is None or isinstance(value, dict):
        raise InputError(f"{what} must be a value, or a list of them, but is {json.dumps(value, default=str)}; mend it")
    if any("\0" in str(item) for item in (value if isinstance(value, list) else [value])):
        raise InputError(f"{what} must be what could be typed, but has a zero in it, {value!r}; mend it")
    if isinstance(param, click.Option) and isinstance(value, bool):
        if isinstance(param.flag_value, str):  # of an option that may stand without a value
            return param.flag_value if value else None
        if param.is_flag:
            return value
    several = param.nargs != 1 or getattr(param, "multiple", False)
    if several:
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def format_config(values: Mapping[str, Any]) -> str:
    """Write options as TOML that `read_config` reads, by their names or those of their parameters.

    Examples
    --------
    >>> print(format_config({"n_critic": 5, "batch_size": None, "hidden": (64, 64), "constraint": ['"a b" <= c']}))
    n-critic = 5
    batch-size = "all"
    hidden = [64, 64]
    constraint = ["\\"a b\\" <= c"]
    """
    return "\n".join(f"{option_name(name)} = {_as_toml(_as_typed(name, value))}" for name, value in values.items())


def _as_typed(name: str, value: Any) -> Any:
    """Return the word that stands for a value that is none in TOML, and others as they are."""
    word, meant = (SETTINGS[name].word if name in SETTINGS else None) or ("", ...)
    return word if value == meant else value


def _as_toml(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_as_toml, value))}]"
    if isinstance(value, (str, Path)):
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML's escapes are JSON's
    return str(value).lower() if isinstance(value, bool) else repr(value)
