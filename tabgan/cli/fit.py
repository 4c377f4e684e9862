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
from tabgan.cli.fitting import fit_options, read_parameters
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
@click.option(
    "--plot",
    type=options.PATH,
    metavar="loss.png",
    help="Draw the critic's loss with and without penalty, and the distance (.png .svg .pdf).",
)
@click.option("--dry-run", is_flag=True, help="Check the table, print the settings and stop.")
@fit_options("Table", "Training", "Generated rows", "Series", "Run")
def fit(
    data: Path,
    output: Path,
    plot: Path | None,
    overwrite: bool,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    **parameters: Any,
) -> None:
    """Learn the rows of DATA and write a model file."""
    options.check_plot(plot)
    resume, checkpoint = parameters["resume"], output.with_name(f"{output.name}.ckpt")
    goes_on = resume and checkpoint.exists()
    if checkpoint.exists() and not (resume or overwrite or dry_run):
        raise InputError(
            f"{checkpoint} exists and is kept; go on from it with --resume, or begin anew with --overwrite"
        )
    if not dry_run:
        options.check_outputs([data], [plot], overwrite)
        # A model gives way to its own continuation; a picture does not.
        options.check_outputs([data, plot], [output, checkpoint], overwrite or goes_on)
    from tabgan.gan.checkpoint import AT_THE_END
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer  # imports torch, which takes a second

    table, given = read_parameters(data, parameters)
    is_kept = resume or "checkpoint_every" in given
    if not is_kept:
        given["checkpoint_every"] = AT_THE_END  # until the model is written, what was trained is there
    model = WGANGPSynthesizer(verbose=int(not quiet), checkpoint=checkpoint, **given)
    if dry_run:
        _print_plan(model, table, as_json)
        return
    try:
        model.fit(table)
    except DivergenceError as error:
        if error.best_iteration:
            _write(model, output, plot, overwrite or goes_on, overwrite, None if is_kept else checkpoint)
            click.echo(f"the best generator so far is in {output}", err=True)
        raise
    _write(model, output, plot, overwrite or goes_on, overwrite, None if is_kept else checkpoint)
    if as_json:
        options.print_json(_summary(model, output))
    elif not quiet:
        _print_summary(model, output, plot)


def _write(
    model: WGANGPSynthesizer,
    output: Path,
    plot: Path | None,
    overwrite_model: bool,
    overwrite: bool,
    checkpoint: Path | None,
) -> None:
    """Write the model; then a checkpoint that was not asked for is not needed any more."""
    model.save(output, overwrite_model)
    if checkpoint:
        checkpoint.unlink(missing_ok=True)
    if plot:
        from tabgan.report.plots import plot_history

        plot_history(model, plot, overwrite)


def _print_plan(model: WGANGPSynthesizer, table: pd.DataFrame, as_json: bool) -> None:
    from tabgan.gan.checkpoint import parse_interval
    from tabgan.gan.device import resolve_device
    from tabgan.report.listing import format_columns, format_settings
    from tabgan.schema import Schema
    from tabgan.seeds import resolve_seed
    from tabgan.synthesizers.base import ask_for_classes
    from tabgan.synthesizers.resolve import resolve_settings
    from tabgan.synthesizers.scaling import place_scaler

    resolve_seed(model.random_state)
    parse_interval(model.checkpoint_every)
    schema = Schema.learn(table, kinds=ask_for_classes(table, model.label, model.kinds, True))
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
    from tabgan.gan.objectives import estimates_distance
    from tabgan.synthesizers.fit_report import describe_training

    close = model.memorisation_
    return {
        "model": str(output),
        "rows": model.n_samples_,
        "columns": [str(name) for name in model.schema_.names],
        **describe_training(model.history_, estimates_distance(str(model.objective))),
        "memorisation": close and asdict(close) | {"too_close": close.too_close},
        "seconds": model.history_.seconds,
        "seed": model.seed_,
        "settings": asdict(model.settings_),
    }


def _print_summary(model: WGANGPSynthesizer, output: Path, plot: Path | None) -> None:
    from tabgan.synthesizers.fit_report import describe

    history, seconds = model.history_, model.history_.seconds or 0
    click.echo(
        f"learned {model.n_samples_:,} rows x {len(model.schema_)} columns in {seconds:.1f} s "
        f"({len(history):,} iterations, {len(history) / max(seconds, 1e-9):,.0f}/s)"
    )
    compared = f"{history.n_held_aside:,} held-aside rows" if history.n_held_aside else "the training rows"
    click.echo(
        f"best generator: iteration {history.best_iteration:,}, sliced Wasserstein distance "
        f"{history.best_distance:.4f} to {compared} ({history.floor:.4f} between real rows)"
    )
    click.echo(describe(history, model.schema_.names))
    if model.memorisation_ and not model.memorisation_.too_close:  # otherwise there was a warning
        click.echo(model.memorisation_.describe())
    click.echo(f"model: {output}" + (f"\nplot:  {plot}" if plot else ""))
    if model.checkpoint and Path(model.checkpoint).exists():
        more = "more --iterations, --patience or --max-seconds"
        click.echo(f"state: {model.checkpoint}; --resume goes on from there with {more}; else remove it")
    named = "" if str(output) == "model.tabgan" else f" -m {shlex.quote(str(output))}"
    click.echo(f"next:  tabgan generate -n {model.n_samples_} -o synth.csv{named}")
