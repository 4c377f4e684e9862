"""What all commands do alike: errors and warnings are one line each on standard error, and speak of options."""

from __future__ import annotations

import ast
import io
import re
import shlex
import sys
import traceback
import warnings
from typing import Any

import click

from tabgan.errors import TabganError, TabganWarning
from tabgan.name_clash import warn_of_name_clash

PARAMETER = re.compile(r"""\b([a-z]\w*)=(True\b|False\b|'[^']*'|"[^"]*"|(?![\w.=]))""")


class _Help(click.Command):
    """A command whose help has the suffixes of all formats where it says FORMATS."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from tabgan.tables.formats import list_suffixes

        self.help, self.epilog = (
            text and text.replace("FORMATS", list_suffixes()) for text in (self.help, self.epilog)
        )
        super().format_help(ctx, formatter)


class TabganGroup(_Help, click.Group):
    """All commands."""


class TabganCommand(_Help):
    """A command whose errors are one line and an exit code: 2 for bad input, 1 for a failed run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(click.Option(["--debug"], is_flag=True, help="Show the traceback of an error."))

    def invoke(self, ctx: click.Context) -> Any:
        debug = ctx.params.pop("debug")
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # names may hold what a GBK terminal cannot show
        with warnings.catch_warnings():
            warnings.simplefilter("default" if debug else "ignore")
            warnings.simplefilter("always", TabganWarning)
            warnings.showwarning = self._show_warning
            warn_of_name_clash()
            try:
                return super().invoke(ctx)
            except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
                raise
            except Exception as error:
                if debug:
                    traceback.print_exc()
                raise self._one_line(error) from error

    def _show_warning(self, message: Warning | str, *_: Any, **__: Any) -> None:
        click.echo(f"Warning: {self.spell(str(message))}", err=True)

    def _one_line(self, error: Exception) -> click.ClickException:
        """Return the error as one that click shows in a line."""
        if isinstance(error, TabganError):
            shown = click.ClickException(self.spell(str(error)))
            shown.exit_code = error.exit_code
            return shown
        name = type(error).__name__
        return click.ClickException(f"unexpected {name}: {error}; run again with --debug and report what it shows")

    def spell(self, message: str) -> str:
        """Return one of the library's messages with this command's options in place of parameters.

        Parameters are written as ``transpose=False``, ``sheet='A'``, or ``sheet=`` with any value.
        """
        options = {option.name: option for option in self.params if isinstance(option, click.Option)}

        def write(match: re.Match[str]) -> str:
            name, value = match.groups()
            if value == "False" and f"no_{name}" in options:
                return options[f"no_{name}"].opts[0]
            if name not in options:
                return match[0]
            spelling = (options[name].secondary_opts if value == "False" else options[name].opts)[0]
            return f"{spelling} {shlex.quote(ast.literal_eval(value))}" if value[:1] in ("'", '"') else spelling

        return PARAMETER.sub(write, message)
