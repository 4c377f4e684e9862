"""`tabgan evaluate`: compare a synthetic table with a real one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand

if TYPE_CHECKING:
    import pandas as pd

EPILOG = """\b
Examples:
  tabgan evaluate data.csv synth.csv
  tabgan evaluate train.csv synth.csv --holdout test.csv --plot marginals.png
  tabgan evaluate data.csv synth.csv --json

Each score stands beside its baseline: what real rows get in place of the synthetic ones. Without --cols the columns of
SYNTH are compared. With --holdout, real rows that were not learned, the synthetic rows are compared with these."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("real", type=options.PATH)
@click.argument("synth", type=options.PATH)
@options.cols
@click.option("--holdout", type=options.PATH, metavar="FILE", help="Real rows that were not learned.")
@click.option(
    "--plot", type=options.PATH, metavar="marginals.png", help="Draw the distribution of every column (.png .svg .pdf)."
)
@options.no_header
@click.option("--variable", metavar="NAME", help="Which variable of REAL and FILE to read, when they are .mat files.")
@click.option("--synth-variable", metavar="NAME", help="Which variable of SYNTH to read, when it is a .mat file.")
@options.overwrite
@options.as_json
def evaluate(
    real: Path,
    synth: Path,
    cols: str | None,
    holdout: Path | None,
    plot: Path | None,
    no_header: bool,
    variable: str | None,
    synth_variable: str | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Compare the columns of SYNTH with those of REAL. Judges the rows of any tool."""
    options.check_plot(plot)
    options.check_outputs([real, synth, holdout], [plot], overwrite)
    from tabgan.evaluation.evaluate import evaluate as evaluate_tables
    from tabgan.report.text import format_evaluation
    from tabgan.tables.formats import has_names
    from tabgan.tables.read import read_table

    tables = [read_table(path, header=not no_header, variable=variable) for path in (real, holdout) if path]
    # A real table without names, such as a matrix from a .mat file, has given rows without names.
    synthetic = read_table(synth, header=has_names(tables[0].columns), variable=synth_variable)
    tables = [_pick(table, cols, synthetic) for table in tables]
    if cols:
        synthetic = _same_columns(synthetic, tables[0])
    result = evaluate_tables(tables[0], synthetic, *tables[1:])
    if plot:
        from tabgan.report.plots import plot_marginals, save_figure

        figure = plot_marginals(tables[-1], synthetic, result, "holdout" if holdout else "real")
        save_figure(figure, plot, overwrite)
    if as_json:
        options.print_json(result.to_dict())
    else:
        click.echo(format_evaluation(result))
        if plot:
            click.echo(f"plot: {plot}")


def _pick(table: pd.DataFrame, cols: str | None, synthetic: pd.DataFrame) -> pd.DataFrame:
    """Return the selected columns of a real table, else those that the synthetic table has."""
    from tabgan.columns import select_columns
    from tabgan.tables.formats import has_names

    if cols:
        return table.iloc[:, select_columns(cols, list(table.columns))]
    shared = [name for name in table.columns if name in set(synthetic.columns)]
    return table[shared] if shared and has_names(synthetic.columns) else table


def _same_columns(synthetic: pd.DataFrame, real: pd.DataFrame) -> pd.DataFrame:
    """Return the synthetic columns that match the real ones: by name, or all in order where they are only numbered."""
    from tabgan.tables.formats import has_names

    if not has_names(synthetic.columns) and synthetic.shape[1] == real.shape[1]:
        return synthetic.set_axis(real.columns, axis=1)
    names = list(real.columns)
    return synthetic[names] if set(names) <= set(synthetic.columns) else synthetic
