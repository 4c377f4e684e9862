"""What all commands do alike: errors and warnings are one line each on standard error, and speak of options."""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Callable, Collection, Sequence
from typing import IO, Any

import click

from tabgan.cli.config import read_config
from tabgan.cli.headings import ALWAYS, sort_options
from tabgan.cli.help_words import SaidContext, says_help
from tabgan.cli.language import ask_language, make_option, speaking, translate
from tabgan.cli.options import PATH
from tabgan.cli.remedies import leave_in, leave_out, list_options
from tabgan.cli.signals import stopped_by_signals
from tabgan.cli.terminal import find_terminal, shown_streams
from tabgan.errors import InputError, TabganError, TabganWarning
from tabgan.name_clash import warn_of_name_clash
from tabgan.spelling import command_line, offering

TORCH = (
    "pip install torch --index-url https://download.pytorch.org/whl/cpu, "
    "or for a GPU pip install torch, on Linux 5.8 GB with CUDA"
)
TORCH_IS_MISSING = (
    "this needs torch, which is not installed (only rows of tables come without, from model files of format 3); "
    + TORCH
)


HELP_NAMES = ["-h", "--help"]
SHORT_HELP = 63
"""Letters of what a command does, in the list of all, of which a line of a narrow terminal has 80."""
COMMANDS = "Commands"
MEND = "mend it in the file"


class _Help(click.Command):
    """A command whose help has the suffixes of all formats where it says FORMATS, and panels on a terminal."""

    context_class = SaidContext

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from tabgan.tables.formats import list_suffixes

        texts = self.help, self.epilog
        self.help, self.epilog = (text and text.replace("FORMATS", list_suffixes()) for text in texts)
        super().format_help(ctx, formatter)
        self.help, self.epilog = texts  # there may be more formats the next time

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        if option := super().get_help_option(ctx):
            option.callback = _show_help
        return option


def _show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Print the help, as click's own option does, or draw it."""
    if not value or ctx.resilient_parsing:
        return
    if terminal := find_terminal():
        from tabgan.cli.drawing import PanelFormatter, draw, fit_width

        formatter = PanelFormatter(fit_width(ctx.make_formatter().width))
        ctx.command.format_help(ctx, formatter)
        draw(terminal, formatter.finish(), formatter.width)
    else:
        if says_help():  # whose characters are twice as wide as click takes them for
            ctx.terminal_width = 2 * ctx.make_formatter().width // 3
        click.echo(ctx.get_help())
    ctx.exit()


class TabganGroup(_Help, click.Group):
    """All commands, each under a heading, and all that is shown of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings: dict[str, str] = {}
        self.params.append(make_option())

    def add_under(self, heading: str, *commands: click.Command) -> None:
        """Add commands that stand under a heading in `tabgan --help`."""
        for command in commands:
            self.add_command(command)
            self.headings[str(command.name)] = heading

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[click.Command]] = {}
        for command in self.commands.values():
            groups.setdefault(self.headings.get(str(command.name), COMMANDS), []).append(command)
        for heading, commands in groups.items():
            with formatter.section(heading):
                formatter.write_dl([(str(one.name), one.get_short_help_str(SHORT_HELP)) for one in commands])

    def main(self, args: Sequence[str] | None = None, *more: Any, **kwargs: Any) -> Any:
        given = sys.argv[1:] if args is None else args
        with shown_streams(), speaking(ask_language(given)):
            try:
                return super().main(args, *more, **kwargs)
            except OSError as error:  # of help on a disk that is full: all else is a command's
                said = _one_line(error)
                if not kwargs.get("standalone_mode", True):
                    raise said from error
                said.show()
                sys.exit(said.exit_code)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or HELP_NAMES[-1:])


class TabganCommand(_Help):
    """A command whose errors are one line and an exit code: 2 for bad input, 1 for a failed run.

    An option with a `group` stands under that heading in `--help`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"context_settings": {"help_option_names": HELP_NAMES}, **kwargs})
        self.params += [option for option in _of_all() if option.name not in {param.name for param in self.params}]

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except TabganError as error:  # of what an option is converted to, or is when it is left out
            raise _one_line(error) from error

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, records in sort_options(self, ctx).items():
            with formatter.section(heading):
                formatter.write_dl(records)

    def invoke(self, ctx: click.Context) -> Any:
        debug = ctx.params.pop("debug")
        with stopped_by_signals(), warnings.catch_warnings(), command_line(), offering(list_options(self)) as lacking:
            warnings.simplefilter("default" if debug else "ignore")
            warnings.simplefilter("always", TabganWarning)
            warnings.showwarning = _make_shower(lacking)
            warn_of_name_clash()
            try:
                return super().invoke(ctx)
            except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
                raise
            except Exception as error:
                if debug:
                    traceback.print_exc()
                raise _one_line(error, lacking) from error


def _of_all() -> list[click.Option]:
    """Return the options that every command has."""
    about: dict[str, Any] = {"type": PATH, "is_eager": True, "expose_value": False, "callback": read_config}
    told = "File of TOML or JSON with options by their names, such as iterations = 5000; the command line wins."
    found = [
        click.Option(["--config"], metavar="FILE", help=told, **about),
        make_option(),
        click.Option(["--debug"], is_flag=True, help="Show the traceback of an error."),
    ]
    for option in found:
        option.group = ALWAYS  # type: ignore[attr-defined]
    return found


def _make_shower(lacking: set[str]) -> Callable[..., None]:
    """Return what shows a warning in one line, without remedies that the command lacks, and no line twice."""
    shown: set[str] = set()

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        if str(message) not in shown:
            shown.add(str(message))
            click.echo(leave_out(translate(f"Warning: {message}"), lacking), err=True)

    return show


class _Refusal(click.ClickException):
    """An error of ours, without remedies that the command lacks."""

    def __init__(self, message: str, lacking: Collection[str]) -> None:
        super().__init__(message)
        self.lacking = lacking

    def format_message(self) -> str:
        return leave_in(self.message, self.lacking, MEND)

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(leave_in(translate(f"Error: {self.message}"), self.lacking, translate(MEND)), file, err=True)


def _one_line(error: Exception, lacking: Collection[str] = ()) -> click.ClickException:
    """Return the error as one that click shows in a line."""
    if isinstance(error, TabganError):
        shown = _Refusal(str(error), lacking)
        shown.exit_code = error.exit_code
        return shown
    if about_torch := explain_torch(error):
        return click.ClickException(about_torch)
    if isinstance(error, OSError) and error.strerror:  # of a place that is neither read nor written as tables are
        where = "" if error.filename is None else f" {error.filename}"
        return _one_line(InputError(f"cannot use{where or ' a file'}: {error.strerror}; check its place, and its disk"))
    name = type(error).__name__
    return click.ClickException(f"unexpected {name}: {error}; run again with --debug and report what it shows")


def explain_torch(error: BaseException) -> str | None:
    """Say what is wrong with torch, and the remedy, if that is where an error comes from."""
    if isinstance(error, ModuleNotFoundError) and error.name == "torch":
        return TORCH_IS_MISSING
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    inside = any(frame.f_globals.get("__name__") == "torch" for frame in frames)
    if inside and isinstance(error, (ImportError, OSError)) and "torch" not in sys.modules:  # gone, since it failed
        said = str(error).partition("\n")[0]
        return f"torch is installed, but does not start ({said}); pip uninstall torch, then {TORCH}"
    return None
