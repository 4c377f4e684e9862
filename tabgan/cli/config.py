"""Options from a TOML file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tabgan.cli.options import PATH
from tabgan.settings import SETTINGS
from tabgan.spelling import option_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_config(ctx: click.Context, param: click.Parameter, path: Path | None) -> None:
    """Take defaults of the command's options from a TOML file with their names as keys. The command line wins."""
    if path is None:
        return
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise click.BadParameter(f"cannot read {path}: {error.strerror}", ctx, param) from error
    except (ValueError, RecursionError) as error:  # TOML errors and bad UTF-8 are ValueErrors
        raise click.BadParameter(f"{path} must be TOML, but: {error}", ctx, param) from error
    options = [p for p in ctx.command.params if isinstance(p, click.Option) and p.name not in ("config", "debug")]
    by_key = {option.opts[-1].lstrip("-"): option for option in options}
    given = {key.replace("_", "-"): value for key, value in values.items()}
    if unknown := ", ".join(sorted(given.keys() - by_key.keys())):
        message = f"{path} sets {unknown}, which is no option of tabgan {ctx.command.name}; it has {', '.join(by_key)}"
        raise click.BadParameter(message, ctx, param)
    ctx.default_map = {str(by_key[key].name): _type(value, by_key[key]) for key, value in given.items()}


def _type(value: Any, option: click.Option) -> Any:
    """Numbers and lists as they would be typed, so that 2.9 is refused for a whole number rather than cut to 2."""
    if option.multiple:
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if option.is_flag else str(value)


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


config = click.option(
    "--config",
    type=PATH,
    is_eager=True,
    expose_value=False,
    callback=read_config,
    metavar="FILE",
    help="TOML file with options, such as iterations = 5000; the command line wins.",
)
