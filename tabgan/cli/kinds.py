"""Options that say which columns are learned, and what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.headings import COLUMNS, under
from tabgan.columns import BEFORE, select_columns
from tabgan.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

ASKED = ("categorical", "integer", "continuous", "datetime", "duration", "id")
HELP = {
    "drop": "Columns to leave out, such as an identifier.",
    "categorical": "Columns to take as labels, whatever they hold.",
    "integer": "Columns to take as whole numbers.",
    "continuous": "Columns to take as numbers with decimals.",
    "datetime": "Columns to take as dates, perhaps with a time.",
    "duration": "Columns to take as durations, such as 1:30, which are else taken for clock times.",
    "id": "Columns of identifiers: not learned, and new rows get new ones like them.",
}


column_options = under(
    COLUMNS,
    options.cols,
    click.option("--schema", type=options.PATH, metavar="FILE", help="Columns and kinds that `tabgan schema` wrote."),
    *(click.option(f"--{name}", metavar="COLUMNS", help=text) for name, text in HELP.items()),
)


def find_columns(table: pd.DataFrame, text: str | None, option: str) -> list[int]:
    """Return the places of the columns that the text of an option names; none when it is left out."""
    return select_columns(text, list(table.columns), option, table.attrs.get(BEFORE, 0)) if text else []


def choose_columns(table: pd.DataFrame, given: dict[str, Any]) -> tuple[pd.DataFrame, dict[Any, str]]:
    """Take the options' values out of `given`; return the columns they leave and the kinds they ask for.

    Rows that are still to be read are: of these columns only.
    """
    from tabgan.tables.intake import fill

    texts = {name: given.pop(name) for name in ("cols", "schema", *HELP)}
    names = list(table.columns)
    kept = find_columns(table, texts["cols"], "--cols") or list(range(len(names)))
    asked: dict[int, str] = {}
    if texts["schema"]:
        from tabgan.schema.infer import read_schema

        in_file = read_schema(texts["schema"], names)
        asked = {names.index(name): kind for name, kind in in_file.items() if kind is not None}
        kept = [place for place in kept if names[place] in in_file]
    dropped = find_columns(table, texts["drop"], "--drop")
    kept = [place for place in kept if place not in dropped]
    by_option: dict[int, str] = {}
    for kind in ASKED:
        for place in find_columns(table, texts[kind], f"--{kind}"):
            if place not in kept:
                raise InputError(f"--{kind} names column {str(names[place])!r}, which is left out; drop it here, too")
            if place in by_option:
                raise InputError(
                    f"a column has one kind, but {str(names[place])!r} is in --{by_option[place]} and --{kind}; "
                    "choose one"
                )
            by_option[place] = kind
    if not kept:
        raise InputError("no column is left to learn; drop fewer")
    chosen = fill(table.iloc[:, kept], given.get("learn_rows"))
    return chosen, {names[place]: kind for place, kind in (asked | by_option).items() if place in kept}
