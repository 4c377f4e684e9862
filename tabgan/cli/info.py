"""`tabgan info`: what a model file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand

EPILOG = """\b
Examples:
  tabgan info
  tabgan info pump.tabgan --json"""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("model", type=options.PATH, default="model.tabgan")
@options.as_json
def info(model: Path, as_json: bool) -> None:
    """Show columns and how they are learned, settings, training and versions of MODEL (model.tabgan when left out)."""
    import numpy as np

    from tabgan.bundle import load_bundle
    from tabgan.gan.history import History
    from tabgan.report.encoding import describe_columns
    from tabgan.schema import Schema

    state = load_bundle(model)
    if "series" in state:  # a forecaster
        _show_forecaster(model, state, as_json)
        return
    history = History.from_state(state["history"])
    measured = np.flatnonzero(np.isfinite(history.critic_loss))  # a run that diverged ends with some that are not
    training = {
        "status": history.status,
        "conclusion": history.conclusion,
        "iterations": len(history),
        "best_iteration": history.best_iteration,
        "distance": history.best_distance,
        "floor": history.floor,
        "held_aside": history.n_held_aside,
        "step": history.step,
        "device": history.device,
        "critic_loss": float(history.critic_loss[measured[-1]]),
    }
    if state["settings"]["objective"] != "gan":  # whose loss is no distance
        training["wasserstein"] = float(history.wasserstein[measured[-1]])
    shared = {key: state[key] for key in ("class", "format_version", "n_samples", "seed", "settings", "versions")}
    columns = describe_columns(Schema.from_dict(state["schema"]), state["encoder"])
    summary = {
        "model": str(model),
        **shared,
        "label": state["label"],
        "constraints": state["constraints"]["rules"],
        "acceptance": state["sieve"] and state["sieve"]["acceptance"],
        "columns": columns,
        "training": training,
    }
    if as_json:
        options.print_json(summary)
    else:
        _print(summary)


def _show_forecaster(model: Path, state: dict[str, Any], as_json: bool) -> None:
    from tabgan.report.listing import format_settings

    summary = {key: state[key] for key in ("class", "format_version", "seed", "columns", "params", "versions")}
    summary = {"model": str(model), "n_samples": len(state["series"]["values"]), **summary}
    if as_json:
        options.print_json(summary)
        return
    click.echo(f"{model}: {state['class']}, format {state['format_version']}, seed {state['seed']}")
    click.echo(f"learned from {summary['n_samples']:,} rows")
    for title, values in (
        ("columns", state["columns"]),
        ("settings", state["params"]),
        ("versions", state["versions"]),
    ):
        click.echo(f"\n{title}:\n{format_settings(values)}")


def _print(summary: dict[str, Any]) -> None:
    from tabgan.report.encoding import format_encoding
    from tabgan.report.listing import format_columns, format_settings

    columns = summary["columns"]
    click.echo(f"{summary['model']}: {summary['class']}, format {summary['format_version']}, seed {summary['seed']}")
    click.echo(f"learned from {summary['n_samples']:,} rows x {len(columns)} columns\n")
    click.echo(format_columns(columns))
    click.echo(f"\n{format_encoding(columns)}")
    click.echo(f"\nlabel:       {'none' if summary['label'] is None else summary['label']}")
    click.echo(f"constraints: {'; '.join(summary['constraints']) or 'none'}")
    if summary["acceptance"] is not None:
        click.echo(f"sieve:       accepts {100 * summary['acceptance']:.2g}% of generated rows")
    for title in ("settings", "training", "versions"):
        click.echo(f"\n{title}:\n{format_settings(summary[title])}")
