"""What `tabgan fit` makes and prints of a table of single rows."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options

if TYPE_CHECKING:
    import pandas as pd

    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer


def make(**given: Any) -> WGANGPSynthesizer:
    """Return what is fitted."""
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer  # imports torch, which takes a second

    return WGANGPSynthesizer(**given)


def print_plan(model: WGANGPSynthesizer, table: pd.DataFrame, as_json: bool) -> None:
    """Print what would be learned, and how."""
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


def summarise(model: WGANGPSynthesizer, output: Path) -> dict[str, Any]:
    """Return what came of the fit as JSON values."""
    from tabgan.gan.objectives import estimates_distance
    from tabgan.synthesizers.fit_report import describe_training

    close = model.memorisation_
    return {
        "model": str(output),
        "rows": model.n_samples_,
        "columns": [str(name) for name in model.schema_.names],
        **describe_training(model.history_, estimates_distance(str(model.objective))),
        "memorisation": close and close.to_dict(),
        "seconds": model.history_.seconds,
        "seed": model.seed_,
        "settings": asdict(model.settings_),
    }


def print_summary(model: WGANGPSynthesizer, output: Path, plot: Path | None, seconds: float) -> None:
    """Print what came of a fit that took so long."""
    from tabgan.synthesizers.fit_report import describe

    history = model.history_
    click.echo(f"learned {model.n_samples_:,} rows x {len(model.schema_)} columns in {describe_speed(model, seconds)}")
    compared = f"{history.n_held_aside:,} held-aside rows" if history.n_held_aside else "the training rows"
    click.echo(
        f"best generator: iteration {history.best_iteration:,}, sliced Wasserstein distance "
        f"{history.best_distance:.4f} to {compared} ({history.floor:.4f} between real rows)"
    )
    click.echo(describe(history, model.schema_.names))
    if model.memorisation_ and not model.memorisation_.too_close:  # otherwise there was a warning
        click.echo(model.memorisation_.describe())
    print_files(model, output, plot)
    click.echo(f"next:  tabgan generate -n {model.n_samples_} -o synth.csv{name_model(output)}")


def describe_speed(model: Any, seconds: float) -> str:
    """Return how long a fit took, and how many iterations in a second of training."""
    n, trained = len(model.history_), model.history_.seconds or 0
    return f"{seconds:.1f} s ({n:,} iterations, {n / max(trained, 1e-9):,.0f}/s)"


def print_files(model: Any, output: Path, plot: Path | None) -> None:
    """Print what was written."""
    click.echo(f"model: {output}" + (f"\nplot:  {plot}" if plot else ""))
    if model.checkpoint and Path(model.checkpoint).exists():
        more = "more --iterations, --patience or --max-seconds"
        click.echo(f"state: {model.checkpoint}; --resume goes on from there with {more}; else remove it")


def name_model(output: Path) -> str:
    """Return the option that names a model file, if it is needed."""
    return "" if str(output) == "model.tabgan" else f" -m {shlex.quote(str(output))}"
