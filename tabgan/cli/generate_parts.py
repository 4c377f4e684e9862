"""`tabgan generate -o FOLDER/`: rows in Parquet parts, made by several processes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

import click

from tabgan.cli import options
from tabgan.cli.generate_series import ONLY_SERIES
from tabgan.errors import BundleError, InputError
from tabgan.setting_rules import MOST_ROWS
from tabgan.spelling import command_line, spell

LOOK = ("delimiter", "encoding", "escape_formulas")
"""Options that say how text is written."""


class Folder(NamedTuple):
    """A folder that parts are written to."""

    path: Path


class TableOrFolder(options.NewTable):
    """A table's place, or a folder: what ends in "/", or is one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, Folder):
            return value
        place = super().convert(value, param, ctx)
        if isinstance(place, Path) and (str(value).endswith(("/", "\\")) or place.is_dir()):
            return Folder(place)
        return place


class Count(click.ParamType):
    """A whole number, as 1000, 1e9 or 1_000_000."""

    name = "n"

    def __init__(self, least: int = 0, most: int = MOST_ROWS) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not (number.is_finite() and self.least <= number <= self.most and number == int(number)):
            ends = f"{self.least} to {self.most:,}"
            self.fail(f"must be a whole number from {ends}, such as 500 or 1e3, but is {value!r}", param, ctx)
        return int(number)


def refuse_options(given: dict[str, Any], names: Sequence[str], why: str) -> None:
    """Raise InputError if one of these options was given."""
    context = click.get_current_context()
    for name in names:
        if name in given and context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            raise InputError(f"{spell(name)} {why}")


def generate_parts(folder: Path, path: Path, n_samples: int | None, seed: int | None, given: dict[str, Any]) -> None:
    """Write parts to a folder, and print how many."""
    refuse_options(given, ONLY_SERIES, "is for time series, which are written to one file; leave it out")
    refuse_options(given, (*LOOK, "no_header"), "is for text, but a folder holds Parquet files; leave it out")
    refuse_options(given, ("mark",), "is for one file; name that, or leave it out")
    refuse_options(
        given, ("overwrite",), "is for one file, and a folder is not replaced; leave it out, and give a new one"
    )
    refuse_options(
        given,
        ("balance", "known"),
        "makes rows depend on those of other parts, and is for one file; name that, or leave it out",
    )
    from tabgan.columns import select_columns
    from tabgan.synthesizers.row_sampler import RowSampler
    from tabgan.synthesizers.stored_rows import load_rows

    start = time.monotonic()
    model = load_rows(path)
    if not isinstance(model, RowSampler) or n_samples is None:
        raise BundleError(
            f"parts are made by a synthesizer of rows, but {path} holds a {type(model).__name__}; write one file"
        )
    used = model.seed_ if seed is None else seed
    names = model.schema_.names
    chosen = [names[i] for i in select_columns(given["cols"], names)] if given["cols"] else list(names)
    told = {"conditions": given["where"], "columns": chosen, "resume": given["resume"]}
    try:
        with command_line(columns="cols"), options.cluster(given["ray"], given["workers"]) as workers:
            told |= {"n_jobs": workers, "verbose": int(not given["quiet"])}
            parts = model.sample_to(folder, n_samples, seed, **told)
    except KeyboardInterrupt:
        click.echo(f"stopped; finished parts in {folder} are kept, and --resume goes on", err=True)
        raise
    if given["as_json"]:
        files = {"output": str(folder), "model": str(path), "parts": parts.parts}
        counted = {"candidates": parts.candidates, "accepted": parts.accepted}
        columns = [str(name) for name in chosen]
        options.print_json({"rows": parts.rows, "columns": columns, **files, "seed": used, **counted})
    elif not given["quiet"]:
        took = f"in {time.monotonic() - start:.1f} s (seed {used})"
        click.echo(f"{parts.rows:,} rows x {len(chosen)} columns in {parts.parts:,} parts {took}: {folder}")
        if parts.accepted < parts.candidates:
            share = 100 * parts.accepted / parts.candidates
            click.echo(f"accepted {share:.3g}% of {parts.candidates:,} candidates")
