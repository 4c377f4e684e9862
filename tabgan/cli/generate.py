"""`tabgan generate`: write new rows from a model file."""

from __future__ import annotations

import time
from pathlib import Path

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.tables.formats import table_format

EPILOG = """\b
Examples:
  tabgan generate -n 1000 -o synth.csv
  tabgan generate -n 200 -o more.xlsx -m pump.tabgan --seed 7

The format is told by the suffix: .csv .tsv .csv.gz .tsv.gz .parquet .xlsx .mat. The same model and seed always give the
same rows, and the first k rows do not depend on -n."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.option(
    "-n", "--rows", "n_samples", type=click.IntRange(min=0), required=True, metavar="N", help="How many rows."
)
@click.option("-o", "--output", type=options.PATH, required=True, help="The table to write.")
@click.option(
    "-m", "--model", "model_file", type=options.PATH, default="model.tabgan", show_default=True, help="The model file."
)
@click.option(
    "--cols",
    metavar="COLUMNS",
    help="Which of the model's columns to write, such as 1-3 or age,income; all when left out.",
)
@click.option(
    "--seed", type=int, metavar="N", help="Seed of the rows; another seed gives other rows.  [default: the model's own]"
)
@options.overwrite
@options.quiet
@options.as_json
def generate(
    n_samples: int,
    output: Path,
    model_file: Path,
    cols: str | None,
    seed: int | None,
    overwrite: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Write N new rows to a table."""
    table_format(output)
    options.check_outputs([model_file], [output], overwrite)
    import pandas as pd

    from tabgan.columns import select_columns
    from tabgan.progress import Progress
    from tabgan.synthesizers.load import load  # imports torch, which takes a second
    from tabgan.tables.write import open_writer

    start = time.monotonic()
    model = load(model_file)
    names = model.schema_.names
    chosen = select_columns(cols, names) if cols else list(range(len(names)))
    done = 0
    with open_writer(output, overwrite) as writer, Progress(n_samples, "row") as progress:
        for block in model.iter_samples(n_samples, seed):
            writer.write(
                pd.DataFrame(block, columns=names if model.schema_.container == "array" else None).iloc[:, chosen]
            )
            done += len(block)
            if not quiet:
                progress.update(done)
    used = model.seed_ if seed is None else seed
    if as_json:
        options.print_json(
            {
                "rows": n_samples,
                "columns": [str(names[i]) for i in chosen],
                "output": str(output),
                "model": str(model_file),
                "seed": used,
            }
        )
    elif not quiet:
        click.echo(
            f"{n_samples:,} rows x {len(chosen)} columns in {time.monotonic() - start:.1f} s (seed {used}): {output}"
        )
