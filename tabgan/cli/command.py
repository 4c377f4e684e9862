"""What all commands share: errors as one line on standard error, warnings likewise, and common options."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tabgan.errors import TabganError, TabganWarning
from tabgan.rivals import warn_of_rivals


class TabganCommand(click.Command):
    """A command whose errors are one line and an exit code: 2 for bad input, 1 for a failed run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(click.Option(["--debug"], is_flag=True, help="Show the traceback of an error."))

    def invoke(self, ctx: click.Context) -> Any:
        debug = ctx.params.pop("debug")
        with warnings.catch_warnings():
            warnings.simplefilter("default" if debug else "ignore")
            warnings.simplefilter("always", TabganWarning)
            warnings.showwarning = _show_warning
            warn_of_rivals()
            try:
                return super().invoke(ctx)
            except (click.ClickException, click.Abort, click.exceptions.Exit):
                raise
            except Exception as error:
                if debug:
                    raise
                raise _one_line(error) from error


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    click.echo(f"Warning: {message}", err=True)


def _one_line(error: Exception) -> click.ClickException:
    """Return the error as one that click shows in a line."""
    if isinstance(error, TabganError):
        shown = click.ClickException(str(error))
        shown.exit_code = error.exit_code  # type: ignore[misc]
        return shown
    name = type(error).__name__
    return click.ClickException(f"unexpected {name}: {error}; run again with --debug and report what it shows")


OUTPUT = click.Path(dir_okay=True, path_type=Path)  # what can be written is for files.check_output to say
INPUT = click.Path(path_type=Path)

cols_option = click.option(
    "--cols", metavar="COLUMNS", help="Columns to use, such as 1-9 or age,income; all when left out."
)
header_option = click.option(
    "--no-header", "header", flag_value=False, default=True, help="The first line is data; columns are named 1, 2, ..."
)
variable_option = click.option("--variable", metavar="NAME", help="Which variable of a .mat file to read.")
overwrite_option = click.option("--overwrite", is_flag=True, help="Replace files that exist.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet_option = click.option("--quiet", is_flag=True, help="Print neither progress nor summary.")


def print_json(value: Any) -> None:
    """Print a result for machines."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def read_config(ctx: click.Context, param: click.Parameter, path: Path | None) -> None:
    """Take defaults of the command's options from a TOML file with their names as keys. The command line wins."""
    if path is None:
        return
    tomllib = _tomllib()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.BadParameter(f"cannot read {path}: {error.strerror}", ctx, param) from error
    except ValueError as error:  # TOML errors and bad UTF-8 are ValueErrors
        raise click.BadParameter(f"{path} must be TOML, but: {error}", ctx, param) from error
    options = {
        o.lstrip("-"): p.name
        for p in ctx.command.params
        if isinstance(p, click.Option)
        for o in p.opts
        if p.name not in ("config", "debug")
    }
    given = {key.replace("_", "-"): value for key, value in values.items()}
    if unknown := sorted(given.keys() - options.keys()):
        names = ", ".join(sorted(name for name in options if len(name) > 1))
        raise click.BadParameter(
            f"{path} sets {', '.join(unknown)}, which is no option of tabgan {ctx.command.name}; it has {names}",
            ctx,
            param,
        )
    ctx.default_map = {**(ctx.default_map or {}), **{options[key]: value for key, value in given.items()}}


def _tomllib() -> Any:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib


def config_option(command: Callable) -> Callable:
    """Add `--config FILE`."""
    text = "TOML file with options, such as iterations = 5000; the command line wins."
    return click.option(
        "--config", type=INPUT, is_eager=True, expose_value=False, callback=read_config, metavar="FILE", help=text
    )(command)
