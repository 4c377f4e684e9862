"""Options and types of values that commands share."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    click.option("--variable", metavar="NAME[,NAME]", help="Which variables of a .mat file to read."),
    click.option(
        "--transpose/--no-transpose",
        default=None,
        help="Whether a matrix in a .mat file is features x samples; asked for when it is wide and has no names.",
    ),
]


def reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what to read of a file."""
    for option in reversed(_READING):
        command = option(command)
    return command


def read_data(path: Path, given: dict[str, Any]) -> pd.DataFrame:
    """Read a table, and take what `reading` and `no_header` say out of `given`."""
    from tabgan.tables.formats import read_table

    chosen = {name: given.pop(name) for name in ("sheet", "variable", "transpose")}
    return read_table(path, header=not given.pop("no_header", False), cols=given.get("cols"), **chosen)


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
