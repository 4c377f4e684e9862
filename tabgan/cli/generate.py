"""`tabgan generate`: write new rows from a model file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.errors import BundleError
from tabgan.rules import CONDITIONS
from tabgan.tables.formats import table_format

EPILOG = f"""\b
Examples:
  tabgan generate -n 1000 -o synth.csv
  tabgan generate -n 200 -o more.xlsx -m pump.tabgan --seed 7
  tabgan generate -n 1000 -o faults.csv --where class=Ball_007_1 --where "load>=2"
  tabgan generate -n 1000 -o even.csv --balance class

The format is told by the suffix, one of FORMATS. The same model and seed always give the same rows, and the first k
rows do not depend on -n.

Conditions. Rows that do not meet all of them are left out until there are N that do. The last line says how many were
accepted; it is an error if that is none of 500,000, or fewer than N of 5 million (or of 200 N).

{CONDITIONS}
Only the label that a model was fitted with (--label) is generated as wished, without leaving rows out."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.option("-n", "--rows", "n_samples", type=click.IntRange(0), required=True, metavar="N", help="How many rows.")
@click.option("-o", "--output", type=options.PATH, required=True, help="The table to write.")
@click.option("-m", "--model", type=options.PATH, default="model.tabgan", show_default=True, help="The model file.")
@click.option(
    "--cols",
    metavar="COLUMNS",
    help="Which of the model's columns to write, such as 1-3 or age,income; all if left out.",
)
@click.option(
    "--seed", type=int, metavar="N", help="Of the rows; another gives other rows.  [default: the model's own]"
)
@click.option(
    "--where",
    multiple=True,
    metavar="CONDITION",
    help='What all rows meet: class=b or "age>=60"; may be given repeatedly.',
)
@click.option(
    "--balance",
    is_flag=False,
    flag_value="",
    metavar="[COLUMN]",
    help="Let each level of a column come equally often; without COLUMN, of the model's label.",
)
@options.overwrite
@options.quiet
@options.as_json
def generate(n_samples: int, output: Path, model: Path, seed: int | None, balance: str | None, **given: Any) -> None:
    """Write N new rows to a table."""
    cells = table_format(output).cells
    options.check_outputs([model], [output], given["overwrite"])
    import pandas as pd

    from tabgan.columns import select_columns
    from tabgan.persistence import load  # imports torch, which takes a second
    from tabgan.progress import Progress
    from tabgan.synthesizers.row_synthesizer import RowSynthesizer
    from tabgan.tables.formats import open_writer

    start = time.monotonic()
    synthesizer = load(model)
    if not isinstance(synthesizer, RowSynthesizer):
        raise BundleError(
            f"rows are made by a synthesizer, but {model} holds a {type(synthesizer).__name__}; name another with -m"
        )
    names = synthesizer.schema_.names
    if cells:
        synthesizer.schema_ = synthesizer.schema_.for_cells()
    chosen = select_columns(given["cols"], names) if given["cols"] else list(range(len(names)))
    balanced = {None: False, "": True}.get(balance, balance)
    blocks = synthesizer.iter_samples(n_samples, seed, conditions=given["where"], balance=balanced)
    done = 0
    with open_writer(output, given["overwrite"]) as writer, Progress(n_samples, "row") as progress:
        for block in blocks:
            table = block if isinstance(block, pd.DataFrame) else pd.DataFrame(block, columns=names)
            writer.write(table.iloc[:, chosen])
            done += len(block)
            if not given["quiet"]:
                progress.update(done)
    used, seconds = synthesizer.seed_ if seed is None else seed, time.monotonic() - start
    if given["as_json"]:
        files = {"output": str(output), "model": str(model)}
        found = {"rows": n_samples, "columns": [str(names[i]) for i in chosen], **files, "seed": used}
        options.print_json({**found, "candidates": blocks.candidates, "accepted": blocks.accepted})
    elif not given["quiet"]:
        click.echo(f"{n_samples:,} rows x {len(chosen)} columns in {seconds:.1f} s (seed {used}): {output}")
        if blocks.accepted < blocks.candidates:
            click.echo(f"accepted {100 * blocks.acceptance:.2g}% of {blocks.candidates:,} candidates")
