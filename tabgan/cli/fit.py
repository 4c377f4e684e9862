"""`tabgan fit`: learn a table and write a model file."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import click

import tabgan.columns
from tabgan.cli import fit_series, fit_table, options
from tabgan.cli.command import TabganCommand
from tabgan.cli.fit_more import go_on, load_earlier, name_columns, say_what_stays
from tabgan.cli.fitting import check_settings, fit_options, read_parameters
from tabgan.errors import DivergenceError, InputError
from tabgan.spelling import command_line, spell

EPILOG = f"""\b
Examples:
  tabgan fit data.csv --cols 1-9
  tabgan fit vibration.mat --variable X -o pump.tabgan --plot loss.png
  tabgan fit data.xlsx --sheet Pumps --cols A:I --preset fast --seed 7 --json
  tabgan fit people.csv --drop id --categorical postcode
  tabgan fit faults.csv --label class                      # then: tabgan generate --where class=b
  tabgan fit strength.csv --target strength               # its targets as sharp as learners can tell
  tabgan fit trips.csv --constraint "start <= end" --constraint "fare + tip == total"
  tabgan fit days.csv --smooth 3sigma --denoise db4:3 --pca 0.95
  tabgan fit plant.csv --series --time stamp               # then: tabgan generate -n 500 --length 24
  tabgan fit pumps.csv --series --time stamp --entity pump --static model --known-future holiday --label fault
  tabgan fit plant.csv --series --time stamp --step 10min --dry-run     # what is a series, a stretch, a channel
  tabgan fit more.csv --continue-from model.tabgan -o newer.tabgan   # the same columns, other rows
  tabgan fit data.csv --rival                              # does a GAN pay here, or is a vine copula as good?
  tabgan fit measurements/ --learn-rows 300000            # a folder, or 'part-*.parquet': larger than memory
  tabgan fit measurements/ --batch-size 8192 --workers 4  # large batches, shared by processes
  tabgan fit data.csv --config tuned.toml                  # as tabgan tune or you wrote it
  tabgan fit data.csv --checkpoint-every 30s --resume      # goes on if it was killed

Time series. With --series the rows of DATA are steps of one series or, with --entity, of several. A gap in time ends a
stretch, and no step is learned across it. The other columns are channels: numbers, labels, truth values, with gaps.
Settings of tables, such as --constraint or --pca, are refused; the help of others says so where "series:" stands.

Columns. {tabgan.columns.__doc__}
Ctrl-C stops training early, keeps the best generator so far, and is no failure: the exit code is 0."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("data", type=options.TABLE)
@click.option(
    "-o", "--output", type=options.NEW_FILE, default="model.tabgan", show_default=True, help="The model file to write."
)
@click.option(
    "--plot",
    type=options.NEW_FILE,
    metavar="loss.png",
    help="Draw the critic's loss with and without penalty, and the distance (.png .svg .pdf).",
)
@click.option(
    "--rival",
    is_flag=True,
    help="Then say, too, whether a vine copula, which has no network, is nearer to held-aside rows. Needs "
    "pyvinecopulib.",
)
@click.option(
    "--continue-from",
    type=options.PATH,
    metavar="MODEL",
    help="Train the networks of a model file further on DATA, with its settings where none are given.",
)
@click.option("--dry-run", is_flag=True, help="Check the table, print the settings and stop.")
@fit_options("Table", "Training", "Generated rows", "Time series", "Run")
@options.sign
@options.verify
@options.ray
def fit(
    data: Path,
    output: Path,
    plot: Path | None,
    rival: bool,
    continue_from: Path | None,
    ray: str | None,
    series: bool,
    overwrite: bool,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    **parameters: Any,
) -> None:
    """Learn the rows of DATA and write a model file.

    With --series the time series in it are learned.
    """
    check_settings(parameters, series)
    check_asked(series, rival, ray)
    options.check_plot(plot)
    resume, checkpoint = parameters["resume"], output.with_name(f"{output.name}.ckpt")
    goes_on = resume and checkpoint.exists()
    if not dry_run:
        _check_state(output, checkpoint, resume, overwrite)
        options.check_outputs([data], [plot], overwrite)
        # A model gives way to its own continuation; a picture does not.
        options.check_outputs([data, plot], [output, checkpoint], overwrite or goes_on)
    from tabgan.gan.checkpoint import AT_THE_END
    from tabgan.tables.formats import suffix_like

    earlier = load_earlier(continue_from, series)
    table, given = read_parameters(data, name_columns(earlier, parameters))
    is_kept = resume or "checkpoint_every" in given
    if not is_kept:
        given["checkpoint_every"] = AT_THE_END  # until the model is written, what was trained is there
    kind: Any = fit_series if series else fit_table
    model = go_on(earlier, kind.make, verbose=int(not quiet), checkpoint=checkpoint, **given)
    if dry_run:
        kind.print_plan(model, table, as_json)
        return
    say_what_stays(earlier, table, quiet or as_json)
    if not (series or quiet):
        fit_series.propose(table, given)
    start = time.monotonic()
    write = partial(_write, model, output, plot, overwrite or goes_on, overwrite, None if is_kept else checkpoint)
    try:
        with command_line(warm_start="continue_from"), options.cluster(ray, parameters["n_jobs"]) as workers:
            model.set_params(**({} if series else {"n_jobs": workers})).fit(table)
    except DivergenceError as error:
        if error.best_iteration:
            write()
            click.echo(f"the best generator so far is in {output}", err=True)
        raise
    seconds = time.monotonic() - start
    write()
    found = {"rival": fit_table.find_rival(model, table)} if rival else {}
    if as_json:
        options.print_json(kind.summarise(model, output, **found))
    elif not quiet:
        kind.print_summary(model, output, plot, seconds, f"synth{suffix_like(data)}", **found)


def _check_state(output: Path, checkpoint: Path, resume: bool, overwrite: bool) -> None:
    """Raise InputError if a checkpoint would be lost, or a model for which there is none that goes on."""
    anew = f"begin anew with {spell('overwrite', True)}"
    if checkpoint.exists() and not (resume or overwrite):
        raise InputError(f"{checkpoint} exists and is kept; go on from it with {spell('resume', True)}, or {anew}")
    if resume and output.exists() and not (checkpoint.exists() or overwrite):
        raise InputError(f"there is no {checkpoint} to go on from, and {output} exists and is kept; {anew}")


def check_asked(series: bool, rival: bool, ray: str | None) -> None:
    """Raise InputError, before anything is learned, if no vine copula can be asked for afterwards, or no cluster."""
    if ray and series:
        raise InputError("--ray is for tables, and one process learns a time series; leave it out")
    if rival and series:
        raise InputError("--rival is for tables, and time series have no vine copula to beat; leave it out")
    if rival:
        from tabgan.synthesizers.vine import import_pyvinecopulib

        import_pyvinecopulib()


def _write(
    model: Any,
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
