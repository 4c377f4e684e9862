"""Options and types of values that commands share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from tabgan.errors import InputError
from tabgan.files import check_output

if TYPE_CHECKING:
    import pandas as pd

PATH = click.Path(path_type=Path)  # whether it can be read or written is for the library to say

cols = click.option(
    "--cols",
    metavar="COLUMNS",
    help="Columns to use, such as 1-9 or age,income (see tabgan fit --help); all when left out.",
)
no_header = click.option("--no-header", is_flag=True, help="The first line is data; columns are named 1, 2, ...")
overwrite = click.option("--overwrite", is_flag=True, help="Replace files that exist.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet = click.option("--quiet", is_flag=True, help="Print neither progress nor summary.")


_READING = [
    click.option(
        "--sheet",
        metavar="NAME|N[:A3:I]",
        help="Which sheet of a workbook to read, by name or number, and which cells.",
    ),
    click.option("--variable", metavar="NAME", help="Which variable of a .mat file to read."),
    click.option(
        "--transpose/--no-transpose",
        default=None,
        help="Whether a matrix in a .mat file is features x samples; asked for when it is wide and has no names.",
    ),
]


def reading(command: Callable) -> Callable:
    """Give a command the options that say what to read of a file."""
    for option in reversed(_READING):
        command = option(command)
    return command


def read_data(path: Path, given: dict[str, Any]) -> pd.DataFrame:
    """Read a table, and take what `reading` and `no_header` say out of `given`."""
    from tabgan.tables.formats import read_table

    chosen = {name: given.pop(name) for name in ("sheet", "variable", "transpose")}
    return read_table(path, header=not given.pop("no_header", False), **chosen)


def check_outputs(inputs: Sequence[Path | None], outputs: Sequence[Path | None], overwrite: bool) -> None:
    """Raise InputError, before the work, unless all outputs can be written and none is an input or another output."""
    taken = {path.resolve() for path in inputs if path}
    for path in (path for path in outputs if path):
        if path.resolve() in taken:
            raise InputError(
                f"inputs and outputs must be different files, but {path} is named twice; give another name"
            )
        taken.add(path.resolve())
        check_output(path, overwrite)


def check_plot(path: Path | None) -> None:
    """Raise InputError unless the suffix is that of a kind of picture we write."""
    if path:
        from tabgan.figures import check_plot_path

        check_plot_path(path)


def print_json(value: Any) -> None:
    """Print a result for machines."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


WHOLE: click.ParamType = click.INT


class BatchSize(click.ParamType):
    """A number of rows, or all of them."""

    name = "N|all"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        return None if str(value).lower() == "all" else WHOLE.convert(value, param, ctx)


class Widths(click.ParamType):
    """Whole numbers separated by commas, or one word: "auto", which stays, or "none", which is no number."""

    name = "N,N,..."

    def __init__(self, word: str) -> None:
        self.word = word

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...] | str:
        if value == self.word:
            return () if value == "none" else value
        items = value if isinstance(value, (list, tuple)) else str(value).split(",")
        return tuple(WHOLE.convert(item, param, ctx) for item in items)


class Components(click.ParamType):
    """A whole number, or a share."""

    name = "N|SHARE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | float:
        return int(value) if str(value).isdecimal() else click.FLOAT.convert(value, param, ctx)


class Duration(click.ParamType):
    """Seconds, or a number of seconds, minutes or hours."""

    name = "90s|10m|1h"
    units: ClassVar = {"": 1, "s": 1, "m": 60, "h": 3600}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", str(value), re.ASCII)
        if match is None or not float(match[1]):
            self.fail(f"{value!r} is no duration; write 90s, 10m or 1h", param, ctx)
        return float(match[1]) * self.units[match[2]]
