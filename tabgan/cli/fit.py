"""`tabgan fit`: learn a table and write a model file."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import tabgan.columns
from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.config import config
from tabgan.cli.settings import only_given, read_training_table, settings
from tabgan.errors import DivergenceError, InputError

if TYPE_CHECKING:
    import pandas as pd

    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer

EPILOG = f"""\b
Examples:
  tabgan fit data.csv --cols 1-9
  tabgan fit vibration.mat --variable X -o pump.tabgan --plot loss.png
  tabgan fit data.xlsx --sheet Pumps --cols A:I --preset fast --seed 7 --json
  tabgan fit people.csv --drop id --categorical postcode
  tabgan fit faults.csv --label class                      # then: tabgan generate --where class=b
  tabgan fit trips.csv --constraint "start <= end" --constraint "fare + tip == total"
  tabgan fit days.csv --smooth 3sigma --denoise db4:3 --pca 0.95
  tabgan fit data.csv --config tuned.toml                  # as tabgan tune or you wrote it
  tabgan fit data.csv --checkpoint-every 30s --resume      # goes on if it was killed

Columns. {tabgan.columns.__doc__}
Ctrl-C stops training early, keeps the best generator so far, and is no failure: the exit code is 0."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("data", type=options.PATH)
@click.option(
    "-o", "--output", type=options.PATH, default="model.tabgan", show_default=True, help="The model file to write."
)
@settings
@click.option(
    "--smooth",
    metavar="3sigma[:WINDOW]",
    help="Rows are in the order of time: replace outliers of continuous columns by an average of those before.",
)
@click.option(
    "--denoise",
    metavar="db4:3[:...]",
    help="Then denoise them: WAVELET[:LEVEL[:THRESHOLD[:MODE]]], with universal, sure, bayes or a number, and "
    "soft, hard or garrote. Generated rows look like the smooth ones.",
)
@click.option("--patience", type=int, metavar="N", help="Stop after N checks (50 iterations each) without gain.")
@click.option("--max-seconds", type=float, metavar="X", help="Stop after so many seconds of training.")
@click.option(
    "--checkpoint-every",
    metavar="30s|500iterations",
    help="Write the state of the training to OUTPUT.ckpt every so often.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on from OUTPUT.ckpt, if it is there, as if never stopped; --iterations, --patience and --max-seconds may "
    "be raised.",
)
@click.option(
    "--seed",
    "random_state",
    type=int,
    metavar="N",
    help="Seed of everything random; the same seed gives the same model file.  [default: a fresh one]",
)
@click.option(
    "--plot",
    type=options.PATH,
    metavar="loss.png",
    help="Draw the critic's loss with and without penalty, and the distance (.png .svg .pdf).",
)
@click.option(
    "--log-dir",
    type=options.PATH,
    metavar="DIR",
    help="Write losses, distance and learning rates to DIR for TensorBoard.",
)
@config
@options.no_header
@options.reading
@options.overwrite
@click.option("--dry-run", is_flag=True, help="Check the table, print the settings and stop.")
@options.quiet
@options.as_json
def fit(
    data: Path,
    output: Path,
    plot: Path | None,
    checkpoint_every: str | None,
    resume: bool,
    overwrite: bool,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    **parameters: Any,
) -> None:
    """Learn the rows of DATA and write a model file."""
    options.check_plot(plot)
    checkpoint = output.with_name(f"{output.name}.ckpt") if checkpoint_every or resume else None
    goes_on = resume and checkpoint is not None and checkpoint.exists()
    if checkpoint and checkpoint.exists() and not (resume or overwrite):
        raise InputError(
            f"{checkpoint} exists and is kept; go on from it with --resume, or begin anew with --overwrite"
        )
    if not dry_run:
        options.check_outputs([data], [plot], overwrite)
        # A model gives way to its own continuation; a picture does not.
        options.check_outputs([data, plot], [output, checkpoint], overwrite or goes_on)
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer  # imports torch, which takes a second

    table, kinds = read_training_table(data, parameters)
    given = only_given(parameters, list(table.columns))
    if checkpoint_every is not None:
        given["checkpoint_every"] = checkpoint_every
    model = WGANGPSynthesizer(kinds=kinds, verbose=int(not quiet), checkpoint=checkpoint, resume=resume, **given)
    if dry_run:
        _print_plan(model, table, as_json)
        return
    try:
        model.fit(table)
    except DivergenceError as error:
        if error.best_iteration:
            _write(model, output, plot, overwrite or goes_on, overwrite)
            click.echo(f"the best generator so far is in {output}", err=True)
        raise
    _write(model, output, plot, overwrite or goes_on, overwrite)
    if as_json:
        options.print_json(_summary(model, output))
    elif not quiet:
        _print_summary(model, output, plot)


def _write(model: WGANGPSynthesizer, output: Path, plot: Path | None, overwrite_model: bool, overwrite: bool) -> None:
    model.save(output, overwrite_model)
    if plot:
        from tabgan.report.plots import plot_history

        plot_history(model, plot, overwrite)


def _print_plan(model: WGANGPSynthesizer, table: pd.DataFrame, as_json: bool) -> None:
    from tabgan.gan.checkpoint import parse_interval
    from tabgan.gan.device import resolve_device
    from tabgan.report.listing import format_columns, format_settings
    from tabgan.schema import Schema
    from tabgan.seeds import resolve_seed
    from tabgan.synthesizers.scaling import place_scaler
    from tabgan.synthesizers.settings import resolve_settings

    resolve_seed(model.random_state)
    parse_interval(model.checkpoint_every)
    schema = Schema.learn(table, kinds=model.kinds)
    place_scaler(model.scaler, schema, schema.to_matrix(table))
    settings = asdict(resolve_settings(model.get_params(), len(table)))
    device = str(resolve_device(model.device))
    if as_json:
        columns = [column.describe() for column in schema]
        options.print_json({"rows": len(table), "columns": columns, "device": device, "settings": settings})
        return
    click.echo(f"{len(table):,} rows x {len(schema)} columns\ndevice: {device}\n")
    click.echo(format_columns([column.describe() for column in schema]) + "\n")
    click.echo(format_settings(settings))
    click.echo("nothing was fitted or written (--dry-run)")


def _summary(model: WGANGPSynthesizer, output: Path) -> dict[str, Any]:
    history = model.history_
    return {
        "model": str(output),
        "rows": model.n_samples_,
        "columns": [str(name) for name in model.schema_.names],
        "status": history.status,
        "conclusion": history.conclusion,
        "iterations": len(history),
        "best_iteration": history.best_iteration,
        "distance": history.best_distance,
        "floor": history.floor,
        "held_aside": history.n_held_aside,
        "memorisation": asdict(model.memorisation_) | {"too_close": model.memorisation_.too_close},
        "seconds": history.seconds,
        "seed": model.seed_,
        "settings": asdict(model.settings_),
    }


def _print_summary(model: WGANGPSynthesizer, output: Path, plot: Path | None) -> None:
    from tabgan.synthesizers.fit_report import describe

    history = model.history_
    rate = len(history) / max(history.seconds or 0, 1e-9)
    click.echo(
        f"learned {model.n_samples_:,} rows x {len(model.schema_)} columns in {history.seconds:.1f} s "
        f"({len(history):,} iterations, {rate:,.0f}/s)"
    )
    compared = f"{history.n_held_aside:,} held-aside rows" if history.n_held_aside else "the training rows"
    click.echo(
        f"best generator: iteration {history.best_iteration:,}, sliced Wasserstein distance "
        f"{history.best_distance:.4f} to {compared} ({history.floor:.4f} between real rows)"
    )
    click.echo(describe(history, model.schema_.names))
    if not model.memorisation_.too_close:  # otherwise there was a warning
        click.echo(model.memorisation_.describe())
    click.echo(f"model: {output}" + (f"\nplot:  {plot}" if plot else ""))
    if model.checkpoint and Path(model.checkpoint).exists():
        more = "more --iterations, --patience or --max-seconds"
        click.echo(f"state: {model.checkpoint}; --resume goes on from there with {more}; else remove it")
    named = "" if str(output) == "model.tabgan" else f" -m {shlex.quote(str(output))}"
    click.echo(f"next:  tabgan generate -n {model.n_samples_} -o synth.csv{named}")
