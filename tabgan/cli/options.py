"""Options and types of values that commands share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from tabgan.cli.headings import COLUMNS, OUTPUT, READING, RUN, SIGNING, under
from tabgan.cli.language import speaking
from tabgan.errors import InputError
from tabgan.files import reserved
from tabgan.signing import only_signed_by, signed_by
from tabgan.tables.places import STREAM, as_place

if TYPE_CHECKING:
    import pandas as pd


_INPUTS = "tabgan.inputs"
DELIMITERS = {"tab": "\t", "\\t": "\t", "space": " ", "comma": ",", "semicolon": ";", "pipe": "|"}


class Delimiter(click.ParamType):
    """One character, or the name of one that is hard to type."""

    name = "delimiter"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = DELIMITERS.get(value.lower(), value)
        if len(found) != 1 or found in '"\r\n':
            self.fail(f"must be one character or one of {', '.join(DELIMITERS)}, but is {value!r}", param, ctx)
        return found


class Decimal(click.ParamType):
    """A decimal mark, or its name."""

    name = "decimal"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = {"point": ".", "comma": ","}.get(value.lower(), value)
        if found not in (".", ","):
            self.fail(f"must be point or comma, but is {value!r}", param, ctx)
        return found


class Items(click.ParamType):
    """Texts, with commas between."""

    name = "items"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        return value if isinstance(value, tuple) else tuple(item.strip() for item in value.split(",") if item.strip())


class Table(click.ParamType):
    """Where a table is: a path, "-", or the URI of a database."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        return as_place(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type="file")]


class NewTable(Table):
    """Where a table is written."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        return super().convert(_named(self, value, param, ctx), param, ctx)


class NewFile(click.Path):
    """Where a file is written, or a folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(_named(self, value, param, ctx), param, ctx)


def _named(kind: click.ParamType, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
    """Return the name of an output if it is one that files can have."""
    try:
        if (name := os.fsencode(value)) and b"\0" not in name:
            return value
    except UnicodeEncodeError:  # half of a character
        pass
    return kind.fail(f"an output needs a name that files can have, but is {os.fspath(value)!r}; give one", param, ctx)


TABLE, NEW_TABLE = Table(), NewTable()
PATH, NEW_FILE = click.Path(path_type=Path), NewFile(path_type=Path)  # whether they can be used is the library's to say

cols = under(
    COLUMNS,
    click.option(
        "--cols",
        metavar="COLUMNS",
        help="Columns to use, such as 1-9 or age,income (see tabgan fit --help); all when left out.",
    ),
)
no_header = under(
    READING, click.option("--no-header", is_flag=True, help="The first line is data; columns are named 1, 2, ...")
)
overwrite = under(OUTPUT, click.option("--overwrite", is_flag=True, help="Replace files that exist."))
as_json = under(OUTPUT, click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."))


def note_input(ctx: click.Context, path: Path) -> None:
    """Let an option's file be one that no output may replace."""
    ctx.meta.setdefault(_INPUTS, []).append(path)


def _within(manager: Callable[[Path], AbstractContextManager[None]]) -> Callable[..., None]:
    """Return the callback of an option under which all of the command runs in a context."""

    def enter(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
        if value is not None and not ctx.resilient_parsing:
            note_input(ctx, value)
            try:
                ctx.with_resource(manager(value))
            except InputError as error:
                raise click.BadParameter(str(error), ctx, param) from error

    return enter


verify = under(
    SIGNING,
    click.option(
        "--verify",
        type=PATH,
        metavar="PUBLIC.pem",
        expose_value=False,
        callback=_within(only_signed_by),
        help="Use a model only if its owner's key signed it.",
    ),
)
sign = under(
    SIGNING,
    click.option(
        "--sign",
        type=PATH,
        metavar="KEY.pem",
        expose_value=False,
        callback=_within(signed_by),
        help="Sign the model: MODEL.sig beside it, which --verify asks for.",
    ),
)
workers = under(
    RUN,
    click.option(
        "--workers",
        type=click.IntRange(1),
        metavar="K",
        help="Processes that share the work; how many they are changes no figure.  [default: 1]",
    ),
)
ray = under(
    RUN,
    click.option(
        "--ray",
        metavar="auto|local|HOST:PORT",
        help="Let workers be those of a Ray cluster: the one that runs here, one begun for this, or another; one for "
        "each of its processors, if --workers does not say fewer. Needs ray.",
    ),
)
escape_formulas = under(
    OUTPUT,
    click.option(
        "--escape-formulas",
        is_flag=True,
        help="Put ' before texts in text files that spreadsheets take for formulas: =, +, -, @ before what is no "
        "number.",
    ),
)
quiet = under(OUTPUT, click.option("--quiet", is_flag=True, help="Print neither progress nor summary."))


_READING = {
    "sheet": {
        "metavar": "NAME|N[:A3:I]",
        "help": "Which sheet of a workbook to read, by name or number, and which cells.",
    },
    "variable": {"metavar": "NAME[,NAME]", "help": "Which variables of a .mat file to read."},
    "transpose/--no-transpose": {
        "default": None,
        "help": "Whether a matrix in a .mat file is features x samples; asked for when it is wide and has no names.",
    },
    "delimiter": {
        "metavar": "CHAR",
        "type": Delimiter(),
        "help": "What stands between fields of text: , ; | tab space.",
    },
    "encoding": {"metavar": "NAME", "help": "How a text file is encoded, such as utf-8, gbk or cp1252."},
    "skip-rows": {"metavar": "N", "type": click.IntRange(0), "help": "Leave out N lines above the header."},
    "drop-rows": {"metavar": "ROWS", "help": "Leave out rows of the table: 1-3,-1 are the first three and the last."},
    "decimal": {"metavar": "MARK", "type": Decimal(), "help": "The decimal mark of numbers: point or comma."},
    "dayfirst/--monthfirst": {"default": None, "help": "Whether 01/02/2024 is the first of February, or January 2."},
    "missing": {"metavar": "CELLS", "type": Items(), "help": "More cells that are gaps, such as 'n.a.,-999'."},
    "censored": {"is_flag": True, "help": "Read cells such as <0.01 as the bound."},
    "serial": {
        "type": click.Choice(["excel", "matlab"]),
        "help": "What numbers in columns of --datetime are: days since 1900, or since the year 0.",
    },
}
"""Options of all commands that read a table; parameters of `read_table`."""
CELLS = ("decimal", "dayfirst", "missing", "censored", "serial")
"""Those that say how cells are read, and not where the table is in a file."""


reading = under(READING, *(click.option(f"--{name}", **about) for name, about in _READING.items()))  # type: ignore[arg-type]
"""The options that say what to read of a file, and how."""
writing = under(
    OUTPUT,
    click.option(
        "--delimiter",
        metavar="CHAR",
        type=Delimiter(),
        help="What to write between fields of text: , ; | tab space; as in what was learned.",
    ),
    click.option(
        "--encoding", metavar="NAME", help="How text is encoded, such as utf-8-sig or gbk; as what was learned was."
    ),
    escape_formulas,
)
"""The options that say how text is written."""


def take_reading(given: dict[str, Any]) -> dict[str, Any]:
    """Take what `reading` and `no_header` say out of `given`; return parameters of `read_table`, `cols` among them."""
    names = [name.partition("/")[0].replace("-", "_") for name in _READING]
    told = {"header": not given.pop("no_header", False), "cols": given.get("cols")}
    return told | {name: given.pop(name) for name in names}


def read_data(path: Path | str, given: dict[str, Any], later: bool = False) -> pd.DataFrame:
    """Read a table, and take what `reading` and `no_header` say out of `given`; of one in parts only names, `later`."""
    from tabgan.tables.intake import read_place

    return read_place(path, later, **take_reading(given))


def check_appended(path: Path, inputs: Sequence[Path | str | None]) -> None:
    """Raise InputError unless a file that a command appends to is none, or a regular one, and no input by any name."""
    if path.exists() and not path.is_file():
        raise InputError(f"an output must be a file, but {path} is not one; give another name")
    taken = [*inputs, *click.get_current_context().meta.get(_INPUTS, [])]
    check_apart(taken, [path])
    if any(isinstance(one, Path) and one.exists() and path.exists() and one.samefile(path) for one in taken):
        raise InputError(f"inputs and outputs must be different files, but {path} is named twice; give another name")


def check_outputs(inputs: Sequence[Path | str | None], outputs: Sequence[Path | str | None], overwrite: bool) -> None:
    """Raise InputError, before the work, unless all outputs can be written and none is an input or another output.

    No other command may write them until this one has ended.
    """
    ctx = click.get_current_context()
    check_apart([*inputs, *ctx.meta.get(_INPUTS, [])], outputs)
    for path in outputs:
        if isinstance(path, Path):
            ctx.with_resource(reserved(path, overwrite))
        elif path:
            from tabgan.tables.formats import check_writable

            check_writable(path, overwrite)


def check_apart(inputs: Sequence[Path | str | None], outputs: Sequence[Path | str | None]) -> None:
    """Raise InputError if an output is an input, a part of one, or another output."""
    if inputs.count(STREAM) > 1:
        raise InputError("standard input can be read once, but - is named twice; name a file for one of them")
    taken = {_place_key(path) for path in inputs if path and path != STREAM}
    for path in (path for path in outputs if path):
        key = _place_key(path)
        if key in taken:
            raise InputError(
                f"inputs and outputs must be different files, but {path} is named twice; give another name"
            )
        taken.add(key)
        if isinstance(path, Path) and key.parent in taken:
            raise InputError(
                f"{path} would be a part of the table in {path.parent}, which is an input; write it elsewhere"
            )


def _place_key(path: Path | str) -> Path:
    return Path(os.path.realpath(path) if isinstance(path, Path) else path)


def tell(text: str, output: Path | str) -> None:
    """Print for people what was done: on standard error if standard output holds a table."""
    click.echo(text, err=output == STREAM)


def check_stream(output: Path | str, as_json: bool) -> None:
    """Raise InputError if a table and the result for machines would both be standard output."""
    if output == STREAM and as_json:
        raise InputError("standard output is the table, but --json asks for the result there, too; leave one out")


def check_plot(path: Path | None) -> None:
    """Raise InputError unless the suffix is that of a kind of picture we write."""
    if path:
        from tabgan.figures import check_plot_path

        check_plot_path(path)


def print_json(value: Any) -> None:
    """Print a result for machines."""
    print_text(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def print_text(text: str) -> None:
    """Print what is not for people, so in no language."""
    with speaking("en"):
        click.echo(text)


@contextmanager
def cluster(address: str | None, workers: int | None) -> Iterator[int]:
    """Yield how many workers there are: those asked for, or all that a cluster has, which without one is 1."""
    from tabgan.distributed.ray_cluster import on_ray

    with on_ray(address) as there:
        yield there if workers is None else workers
