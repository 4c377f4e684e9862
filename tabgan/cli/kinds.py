"""Options that say which columns are learned, and what they are."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.columns import BEFORE, select_columns
from tabgan.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

ASKED = ("categorical", "integer", "continuous", "datetime")
HELP = {
    "drop": "Columns to leave out, such as an identifier.",
    "categorical": "Columns to take as labels, whatever they hold.",
    "integer": "Columns to take as whole numbers.",
    "continuous": "Columns to take as numbers with decimals.",
    "datetime": "Columns to take as dates or times.",
}


def column_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --cols, --drop, an option for each kind, and --schema."""
    for name in reversed(HELP):
        command = click.option(f"--{name}", metavar="COLUMNS", help=HELP[name])(command)
    schema = click.option(
        "--schema", type=options.PATH, metavar="FILE", help="Columns and kinds from a file that `tabgan schema` wrote."
    )
    return options.cols(schema(command))


def choose_columns(table: pd.DataFrame, given: dict[str, Any]) -> tuple[pd.DataFrame, dict[Any, str]]:
    """Take the options' values out of `given`; return the columns they leave and the kinds they ask for.

    Raises
    ------
    InputError
        Columns that are not there, that are left out but have a kind, that have two kinds, or none that are left.
    """
    texts = {name: given.pop(name) for name in ("cols", "schema", *HELP)}
    names = list(table.columns)

    def select(option: str) -> list[int]:
        before = table.attrs.get(BEFORE, 0)
        return select_columns(texts[option], names, f"--{option}", before) if texts[option] else []

    kept = select("cols") if texts["cols"] else list(range(len(names)))
    asked: dict[int, str] = {}
    if texts["schema"]:
        kept, asked = _from_file(texts["schema"], names, kept)
    dropped = select("drop")
    kept = [place for place in kept if place not in dropped]
    by_option: dict[int, str] = {}
    for kind in ASKED:
        for place in select(kind):
            if place not in kept:
                raise InputError(
                    f"--{kind} names column {str(names[place])!r}, which is left out; leave it out here too"
                )
            if place in by_option:
                raise InputError(
                    f"a column has one kind, but {str(names[place])!r} is in --{by_option[place]} and --{kind}; "
                    "choose one"
                )
            by_option[place] = kind
    if not kept:
        raise InputError("no column is left to learn; drop fewer")
    return table.iloc[:, kept], {names[place]: kind for place, kind in (asked | by_option).items() if place in kept}


def _from_file(path: Path, names: list[Hashable], kept: list[int]) -> tuple[list[int], dict[int, str]]:
    from tabgan.schema.infer import read_schema

    kinds = read_schema(path, names)
    asked = {names.index(name): kind for name, kind in kinds.items() if kind is not None}
    return [place for place in kept if names[place] in kinds], asked
