"""`tabgan split`: cut a table into rows to learn and rows to judge by."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.kinds import find_columns
from tabgan.errors import InputError
from tabgan.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

EPILOG = """\b
Examples:
  tabgan split data.csv
  tabgan split data.csv --test 200 --seed 7
  tabgan split data.csv --test 30% --by label fault
  tabgan split visits.xlsx --by group patient -o learn.xlsx aside.xlsx
  tabgan split plant.csv --test 0.25 --by time stamp

\b
Learn the one part, and judge the generated rows by the other, which nothing has learned:
  tabgan fit data-train.csv
  tabgan generate -n 1000 -o synth.csv
  tabgan evaluate data-train.csv synth.csv --holdout data-test.csv

The parts have the rows of DATA in their order, as they stand in it, and its header. Tables are files whose names end in
one of FORMATS.

--by label keeps the shares of the classes: each with two rows or more is in both parts. --by time keeps the
latest rows aside, and rows of one time together. --by group keeps the rows of each value, such as those of one patient
or machine, together; the test part is as near to the share as the groups allow. A gap is a class, or group, too."""

KEPT: dict[str, Any] = {"header": True, "censored": False}
KEPT |= dict.fromkeys(("variable", "transpose", "delimiter", "encoding", "decimal", "dayfirst", "missing", "serial"))
"""Options of reading that the parts need as DATA does, and what each is when it is left out; the sheet, and lines that
are left out, are DATA's alone."""
WORDS = {"label": "by the classes of", "time": "in time by", "group": "between groups of"}


def _beside_data(ctx: click.Context, param: click.Parameter, parts: tuple[Path, Path] | None) -> tuple[Path, Path]:
    """Return where the parts go: beside DATA, if nothing else is said."""
    from tabgan.tables.parts import name_parts

    return parts or name_parts(ctx.params["data"])


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("data", type=options.TABLE)
@click.option(
    "--test",
    default="1/3",
    show_default=True,
    metavar="SHARE|N",
    help="How much is kept aside: a share, such as 1/3, 0.25 or 30%, or a number of rows.",
)
@click.option(
    "--by",
    type=(click.Choice(list(WORDS)), str),
    default=None,
    metavar="label|time|group COLUMN",
    help="Keep the shares of classes; cut in time; or keep groups together. At random when left out.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of all that is drawn.")
@click.option(
    "-o",
    "--output",
    "parts",
    type=(options.NEW_FILE, options.NEW_FILE),
    default=None,
    callback=_beside_data,
    metavar="TRAIN TEST",
    help="The files to write.  [default: DATA-train and DATA-test, beside DATA]",
)
@options.no_header
@options.reading
@options.overwrite
@options.quiet
@options.as_json
def split(data: Path, test: str, by: tuple[str, str] | None, seed: int, overwrite: bool, **given: Any) -> None:
    """Write DATA to two files: rows to learn, and rows to judge by."""
    from tabgan.seeds import resolve_seed
    from tabgan.tables.check import check_table
    from tabgan.tables.formats import read_table
    from tabgan.tables.parts import check_parts, write_parts
    from tabgan.tables.split import cut_table

    parts = given.pop("parts")
    quiet, as_json = given.pop("quiet"), given.pop("as_json")
    check_parts(data, parts)
    options.check_outputs([data], parts, overwrite)
    chosen = options.take_reading(given)
    table = check_table(read_table(data, **chosen), f"the table in {data}")[0]
    way, column = by[0] if by else None, _find_column(table, by[1]) if by else None
    cut = cut_table(table, test, by=(way, column) if way else None, seed=resolve_seed(seed))
    chosen |= write_parts(data, cut.test, parts, overwrite, **chosen)
    about: dict[str, Any] = {
        "rows": len(table),
        "columns": [str(name) for name in table.columns],
        "train": {"file": str(parts[0]), "rows": int((~cut.test).sum())},
        "test": {"file": str(parts[1]), "rows": int(cut.test.sum())},
        "by": way and [way, str(column)],
        "seed": seed,
        "rare": [str(name) for name in cut.rare],
        "repeated": cut.repeated,
    }
    about["next"] = _following(about, chosen)
    if as_json:
        options.print_json(about)
    elif not quiet:
        _print(data, about, cut.notes())


def _print(data: Path, about: dict[str, Any], notes: list[str]) -> None:
    way, column = about["by"] or (None, None)
    how = f"{WORDS[way]} {column}" if way else "at random"
    drawn = "" if way == "time" else f" (seed {about['seed']})"
    click.echo(f"{data}: {about['rows']:,} rows x {len(about['columns'])} columns, cut {how}{drawn}")
    for part, what in (("train", "to learn:"), ("test", "kept aside:")):
        click.echo(f"{what:<12} {about[part]['rows']:,} rows, {about[part]['file']}")
    for note in notes:
        click.echo(f"note:        {note}")
    click.echo("next:        " + f"\n{'':13}".join(about["next"]))


def _find_column(table: pd.DataFrame, text: str) -> Hashable:
    """Return the name of the column that is meant, in the grammar of `--cols`."""
    if len(found := find_columns(table, text, "--by")) != 1:
        raise InputError(f"--by takes one column, but {text!r} is {len(found)}; name one")
    return list(table.columns)[found[0]]


def _following(about: dict[str, Any], chosen: dict[str, Any]) -> list[str]:
    """The commands to type next, in which files are read as DATA was."""
    from tabgan.tables.formats import suffix_like

    train, aside = (shlex.quote(about[part]["file"]) for part in ("train", "test"))
    told = {name: value for name, value in chosen.items() if name in KEPT and value not in (None, KEPT[name])}
    same = "".join(f" {spell(name, value)}" for name, value in told.items())
    way, column = about["by"] or (None, "")
    target = f" --target {shlex.quote(column)}" if way == "label" else ""
    synth = f"synth{suffix_like(about['train']['file'])}"  # for the program that the table is from
    return [
        f"tabgan fit {train}{same}",
        f"tabgan generate -n {about['train']['rows']} -o {synth}",
        f"tabgan evaluate {train} {synth} --holdout {aside}{target}{same}",
    ]
