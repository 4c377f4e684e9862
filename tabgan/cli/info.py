"""`tabgan info`: what a model file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.series_words import describe_aucs, describe_series
from tabgan.cli.showing import show

EPILOG = """\b
Examples:
  tabgan info
  tabgan info pump.tabgan --json"""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("model", type=options.PATH, default="model.tabgan")
@options.verify
@options.as_json
def info(model: Path, as_json: bool) -> None:
    """Show the columns, settings and training of MODEL.

    MODEL is model.tabgan when left out.
    """
    from tabgan.persistence import load_summary, using

    summary = {"model": str(model), **load_summary(model)}
    if as_json:
        options.print_json(summary)
    else:
        with using(model):  # what a summary says is for this to read alone
            _print(summary)


def _print(summary: dict[str, Any]) -> None:
    """Print size and columns, then what a model has in one line, then its groups of values."""
    from tabgan.report.listing import format_columns, format_encoding, format_settings

    columns = summary["columns"]
    click.echo(f"{summary['model']}: {summary['class']}, format {summary['format_version']}, seed {summary['seed']}")
    if isinstance(columns, dict):  # those of a forecaster, by their parts
        said = {name: "none" if value == [] else value for name, value in columns.items() if value is not None}
        click.echo(f"learned from {summary['n_samples']:,} rows\n\ncolumns:\n{format_settings(said)}")
    else:
        show(f"learned from {summary['n_samples']:,} rows x {len(columns)} columns\n", format_columns(columns))
        if all("slots" in column for column in columns):
            show("", *format_encoding(columns))
        if "series" in summary:
            click.echo(f"\n{describe_series(summary)}")
            if summary.get("auc") is not None:
                click.echo(describe_aucs(summary))
        else:
            click.echo(f"\nlabel:       {'none' if summary['label'] is None else summary['label']}")
            click.echo(f"constraints: {'; '.join(summary['constraints']) or 'none'}")
    _print_generator(summary)
    for title in ("settings", "params", "training", "versions"):
        if summary.get(title):
            click.echo(f"\n{title}:\n{format_settings(summary[title])}")


def _print_generator(summary: dict[str, Any]) -> None:
    """Print a line for each thing that stands beside a generator of rows, and how close these come."""
    from tabgan.report.listing import format_combinations, format_gap_ties

    if summary.get("combinations"):
        click.echo(f"tied:        {format_combinations(summary['combinations'])}")
    if summary.get("gap_ties"):
        click.echo(f"tied gaps:   {format_gap_ties(summary['gap_ties'])}")
    if summary.get("teaching"):
        from tabgan.report.target_words import list_target

        click.echo("\n".join(f"{name + ':':12} {said}" for name, said in list_target(summary["teaching"])))
    if summary.get("copula"):
        click.echo(f"copula:      makes {100 * summary['copula']:.2g}% of the candidates")
    if summary.get("acceptance") is not None:
        click.echo(f"sieve:       accepts {100 * summary['acceptance']:.2g}% of generated rows")
    if close := summary.get("memorisation"):
        click.echo(f"closeness:   {close['said']}")
