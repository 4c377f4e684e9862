"""What `tabgan fit --series` makes and prints of time series."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.fit_table import describe_speed, name_model, print_files
from tabgan.cli.series_words import describe_aucs, describe_series
from tabgan.cli.showing import show
from tabgan.errors import InputError
from tabgan.spelling import write_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from tabgan.synthesizers.time_series import TimeSeriesSynthesizer

LOOKED_AT = 100  # rows, to see which columns may hold dates
LEAST = 200  # rows of which a series is proposed


def make(**given: Any) -> TimeSeriesSynthesizer:
    """Return what is fitted."""
    from tabgan.synthesizers.time_series import TimeSeriesSynthesizer  # imports torch, which takes a second

    return TimeSeriesSynthesizer(**given)


def propose(table: pd.DataFrame, given: Mapping[str, Any]) -> None:
    """Say on standard error that `--series` exists, if a column of a table has dates in their order."""
    from tabgan.schema import Schema
    from tabgan.schema.known import KNOWN
    from tabgan.synthesizers.series_rows import find_time

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in table.columns if len(table) >= LEAST and KNOWN not in table.attrs else ():  # all steps are needed
            column = table[[name]]
            kinds = {asked: kind for asked, kind in (given["kinds"] or {}).items() if asked == name}
            try:  # what is wrong with a column is for the fit to say
                found = None
                if any(one.kind == "datetime" for one in Schema.learn(column.head(LOOKED_AT), kinds=kinds)):
                    schema = Schema.learn(column, kinds=kinds)
                    found = find_time(schema.to_matrix(column), schema, None, [])
            except InputError:
                continue
            if found is not None:
                words = (
                    f"the dates in {str(name)!r} are in order: --series --time {write_name(name)} learns a time series"
                )
                click.echo(f"{words}; here, rows are learned one by one", err=True)
                return


def print_plan(model: TimeSeriesSynthesizer, table: pd.DataFrame, as_json: bool) -> None:
    """Print what would be learned, and how."""
    from tabgan.gan.checkpoint import parse_interval
    from tabgan.gan.device import resolve_device
    from tabgan.report.listing import format_columns, format_settings
    from tabgan.synthesizers.series_summary import survey

    parse_interval(model.checkpoint_every)
    found, device = survey(model, table), str(resolve_device(model.device))
    if as_json:
        options.print_json({"rows": len(table), **found, "device": device})
        return
    show(
        f"{len(table):,} rows x {len(found['columns'])} columns\ndevice: {device}\n",
        format_columns(found["columns"]),
        f"\n{describe_series(found)}\n",
        format_settings(found["settings"]),
        "nothing was fitted or written (--dry-run)",
    )


def summarise(model: TimeSeriesSynthesizer, output: Path) -> dict[str, Any]:
    """Return what came of the fit as JSON values."""
    about = model.summary()
    return {
        "model": str(output),
        "rows": model.n_samples_,
        "columns": [str(name) for name in model.schema_.names],
        "series": about["series"],
        **about["training"],
        **{name: about[name] for name in ("auc", "linear_auc", "network_added")},
        "seconds": model.history_.seconds,
        "seed": model.seed_,
        "settings": about["settings"],
    }


def print_summary(model: TimeSeriesSynthesizer, output: Path, plot: Path | None, seconds: float, synth: str) -> None:
    """Print what came of a fit that took so long, and how rows come into a file of some name."""
    from tabgan.synthesizers.fit_report import describe

    history, about = model.history_, model.summary()
    click.echo(f"learned {model.n_samples_:,} rows in {describe_speed(model, seconds)}")
    click.echo(describe_series(about))
    if about["auc"] is not None:
        click.echo(describe_aucs(about, warned=True))
    scores = [f"score {i + 1}" for i in range(len(model.series_generator_.chain.scale))]
    click.echo(f"{describe(history, scores)}; the best generator was that of iteration {history.best_iteration:,}")
    print_files(model, output, plot)
    click.echo("       it holds the series that were learned: new ones begin from them, so share it as you share these")
    click.echo(f"next:  tabgan generate -n 500 --length 24 -o {synth}{name_model(output)}")
