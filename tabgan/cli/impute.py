"""`tabgan impute`: fill the gaps of a table from a model file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.generate_parts import Count
from tabgan.errors import BundleError, InputError
from tabgan.setting_rules import MOST_TIMES

if TYPE_CHECKING:
    import pandas as pd

    from tabgan.schema import Schema

NUMBER = "imputation"

EPILOG = """\b
Examples:
  tabgan fit data.csv
  tabgan impute data.csv -o filled.csv
  tabgan impute data.csv -o filled.csv -n 20 --seed 7      # twenty times below each other, in a column "imputation"
  tabgan impute new.xlsx -o filled.xlsx -m pump.tabgan

Gaps get values that go with what is known of their row: all that a row lacks comes from one generated row that is close
to it. They are possible values, no best guesses: fill the table several times (-n), compute what you want to know from
each, and look how much it differs. Cells that are known stay as they are, and so do columns that were not learned;
learned ones that DATA has not are filled as a whole. The model may have been fitted on DATA itself, gaps and all, or on
other rows. docs/impute.md says how well it does."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("data", type=options.TABLE)
@click.option("-o", "--output", type=options.NEW_TABLE, required=True, help="The table to write.")
@click.option("-m", "--model", type=options.PATH, default="model.tabgan", show_default=True, help="The model file.")
@click.option(
    "-n",
    "--times",
    "n",
    type=Count(least=1, most=MOST_TIMES),
    metavar="N",
    help=f'Fill it so often, one below the other, told apart by a first column "{NUMBER}".',
)
@click.option("--seed", type=int, metavar="N", help="Another gives other values.  [default: the model's own]")
@options.no_header
@options.reading
@options.escape_formulas
@options.overwrite
@options.quiet
@options.as_json
def impute(data: Path | str, output: Path | str, model: Path, n: int | None, seed: int | None, **given: Any) -> None:
    """Fill gaps of DATA with values that go with their rows."""
    options.check_stream(output, given["as_json"])
    options.check_outputs([data, model], [output], given["overwrite"])
    import pandas as pd

    from tabgan.synthesizers.row_sampler import RowSampler
    from tabgan.synthesizers.stored_rows import load_rows
    from tabgan.tables.formats import write_table

    start = time.monotonic()
    rows = load_rows(model)
    if not isinstance(rows, RowSampler):
        raise BundleError(
            f"gaps are filled by a model of rows, but {model} holds a {type(rows).__name__}; give another"
        )
    table = options.read_data(data, given)
    if n is not None and NUMBER in table.columns:
        raise InputError(f"a column {NUMBER!r} is added, but {data} has one already; rename it")
    made = rows.impute(table, 1 if n is None else n, seed)
    filled = made[0]
    if n is not None:
        for number, one in enumerate(made, 1):
            one.insert(0, NUMBER, number)
        filled = pd.concat(made, ignore_index=True)
        filled.attrs = made[0].attrs
    more = {"escape_formulas": True} if given["escape_formulas"] else {}
    write_table(filled, output, given["overwrite"], **more)
    names = [column.name for column in rows.schema_ if column.kind != "id"]
    gaps = {str(name): int(table[name].isna().sum()) if name in table else len(table) for name in names}
    left = {name: (count, why) for name, count, why in _find_left(made[0], rows.schema_)}
    used = rows.seed_ if seed is None else seed
    if given["as_json"]:
        files = {"output": str(output), "model": str(model)}
        told = {name: {"gaps": stay, "why": why} for name, (stay, why) in left.items()}
        options.print_json({"rows": len(table), "gaps": gaps, "left": told, "times": n or 1, "seed": used, **files})
    elif not given["quiet"]:
        took = f"in {time.monotonic() - start:.1f} s (seed {used})"
        times = "" if n is None else f", {n} times,"
        count = sum(gaps.values()) - sum(one for name, (one, _) in left.items() if name in gaps)
        options.tell(f"{count:,} gaps of {len(table):,} rows filled{times} {took}: {output}", output)
        for name, (stay, why) in left.items():
            options.tell(f"{stay:,} gaps stay in column {name!r}: {why}", output)


def _find_left(filled: pd.DataFrame, schema: Schema) -> Iterator[tuple[str, int, str]]:
    """Yield columns that still have gaps, how many these are, and why."""
    learned = {column.name: column for column in schema}
    for name in filled:
        if not (count := int(filled[name].isna().sum())):
            continue
        if name not in learned:
            why = "it was not learned"
        elif learned[name].kind == "id":
            why = "identifiers are not filled"
        elif getattr(learned[name].type, "of", name) is None:
            why = "no value of it was learned"
        else:
            why = "generated rows have none either"
        yield str(name), count, why
