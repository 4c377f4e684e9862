"""`tabgan tune`: search for settings that suit a table, and write them for `tabgan fit --config`."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.config import format_config
from tabgan.cli.fitting import fit_options, is_given, read_parameters
from tabgan.cli.showing import show
from tabgan.files import replacing
from tabgan.report.shown import Rows

if TYPE_CHECKING:
    from tabgan.synthesizers.tune import Trial, TuneResult

DEFAULT_BUDGET = 600.0

EPILOG = """\b
Examples:
  tabgan tune data.csv --budget 10m
  tabgan tune faults.csv --label class --no-sieve --budget 1h -o faults.toml
  tabgan tune data.csv --trials 20 --iterations 1000 --seed 7
  tabgan fit data.csv --config tuned.toml

A fifth of the rows is held aside. Each trial learns the others, and a detector tells its rows from those held aside:
its AUC on rows that it has not learned is the score; 0.5 is best, 1 worst. The first trial has the default settings.
Options that are given are the same in all trials and are written to FILE.toml too.

Ctrl-C ends the search, keeps the best so far, and is no failure: the exit code is 0. Needs optuna: pip install
'tabgan-wgangp[tune]'."""


class _Duration(click.ParamType):
    """Seconds, or a number of seconds, minutes or hours."""

    name = "90s|10m|1h"
    units: ClassVar[dict[str, int]] = {"": 1, "s": 1, "m": 60, "h": 3600}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", str(value), re.ASCII)
        if match is None or not float(match[1]):
            self.fail(f"{value!r} is no duration; write 90s, 10m or 1h", param, ctx)
        return float(match[1]) * self.units[match[2]]


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("data", type=options.TABLE)
@click.option(
    "--budget",
    type=_Duration(),
    metavar="90s|10m|1h",
    help="Stop after so long; trials are as short as it takes to make about ten.  [default: 10m, none with --trials]",
)
@click.option("--trials", type=click.IntRange(min=1), metavar="N", help="Stop after so many trials.")
@click.option(
    "-o",
    "--output",
    type=options.NEW_FILE,
    default="tuned.toml",
    show_default=True,
    metavar="FILE.toml",
    help="The options to write.",
)
@options.workers
@options.ray
@fit_options("Table", "Training", "Generated rows")
def tune(
    data: Path,
    budget: float | None,
    trials: int | None,
    output: Path,
    workers: int | None,
    ray: str | None,
    overwrite: bool,
    quiet: bool,
    as_json: bool,
    **parameters: Any,
) -> None:
    """Search for settings that suit DATA, for tabgan fit --config."""
    options.check_outputs([data], [output], overwrite)
    from tabgan.synthesizers.tune import tune as search

    table, given = read_parameters(data, parameters)
    with options.cluster(ray, workers) as there:
        result = search(
            table,
            max_seconds=DEFAULT_BUDGET if budget is None and trials is None else budget,
            n_trials=trials,
            verbose=int(not quiet),
            n_jobs=there,
            after_trial=None if quiet or as_json else _make_teller(),
            **given,
        )
    _write(result, output, data, overwrite)
    if as_json:
        options.print_json(_summary(result, output))
    elif not quiet:
        _print_summary(result, data, output)


def _make_teller() -> Callable[[Trial], None]:
    """Return what says on a terminal what came of each trial, as it ends."""
    scores: list[float] = []

    def tell(trial: Trial) -> None:
        scores.append(trial.score)
        if sys.stderr.isatty():
            best = min((score for score in scores if score == score), default=trial.score)
            told = f"AUC {trial.score:.3f} (best {best:.3f})" if trial.score == trial.score else trial.status
            click.echo(f"trial {len(scores) - 1}: {told}, {trial.seconds:.0f} s", err=True)

    return tell


def _write(result: TuneResult, output: Path, data: Path, overwrite: bool) -> None:
    """Write what was given and what was found."""
    apart = {"data", "budget", "trials", "output", "workers", "ray", "overwrite", "quiet", "as_json"}
    params = click.get_current_context().params
    given = {name: value for name, value in params.items() if name not in apart and is_given(name)}
    name = json.dumps(getattr(data, "name", data), ensure_ascii=False)  # a line break in it would end the comment
    head = f"# tabgan tune {name}: AUC {result.best_score:.4f}, default {result.default_score:.4f}, seed {result.seed}"
    with replacing(output, overwrite) as beside:
        beside.write_text(f"{head}\n{format_config(given | result.best_params)}\n", encoding="utf-8")


def _summary(result: TuneResult, output: Path) -> dict[str, Any]:
    trials = [{k: None if v != v else v for k, v in row.items()} for row in result.trials.to_dict("records")]
    return {
        "output": str(output),
        "status": result.status,
        "best": result.best_params,
        "score": result.best_score,
        "default_score": None if result.default_score != result.default_score else result.default_score,
        "held_aside": result.n_held_aside,
        "seed": result.seed,
        "trials": trials,
    }


def _print_summary(result: TuneResult, data: Path, output: Path) -> None:
    from tabgan.text import format_value

    table = result.trials.rename(columns={"score": "AUC"}).sort_values("AUC", kind="stable").astype(object)
    rows = [[str(trial), *map(format_value, values)] for trial, *values in table.itertuples()]
    show(
        Rows(["trial", *table.columns], rows),
        "",
        f"{result.status}: AUC {result.best_score:.3f} against {result.n_held_aside:,} held-aside rows, "
        f"{result.default_score:.3f} with the default settings (trial 0), seed {result.seed}",
        f"settings: {output}",
        f"next:     tabgan fit {shlex.quote(str(data))} --config {shlex.quote(str(output))}",
    )
