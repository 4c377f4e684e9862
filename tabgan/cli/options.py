"""Options and types of values that commands share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from tabgan.errors import InputError
from tabgan.files import check_output

PATH = click.Path(path_type=Path)  # whether it can be read or written is for the library to say

cols = click.option(
    "--cols",
    metavar="COLUMNS",
    help="Columns to use, such as 1-9 or age,income (see tabgan fit --help); all when left out.",
)
no_header = click.option("--no-header", is_flag=True, help="The first line is data; columns are named 1, 2, ...")
variable = click.option("--variable", metavar="NAME", help="Which variable of a .mat file to read.")
overwrite = click.option("--overwrite", is_flag=True, help="Replace files that exist.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet = click.option("--quiet", is_flag=True, help="Print neither progress nor summary.")


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
        from tabgan.report.plots import check_plot_path

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
    """Whole numbers separated by commas."""

    name = "N,N,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        items = value if isinstance(value, (list, tuple)) else str(value).split(",")
        return tuple(WHOLE.convert(item, param, ctx) for item in items)
