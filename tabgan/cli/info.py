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
    """Show columns, ranges, settings, training and versions of MODEL (model.tabgan when left out)."""
    import numpy as np

    from tabgan.bundle import load_bundle
    from tabgan.gan.history import History

    state = load_bundle(model)
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
    summary = {"model": str(model), **shared, "columns": state["schema"]["columns"], "training": training}
    if as_json:
        options.print_json(summary)
    else:
        _print(summary)


def _print(summary: dict[str, Any]) -> None:
    from tabgan.report.text import format_number, format_rows, format_settings

    columns = summary["columns"]
    click.echo(f"{summary['model']}: {summary['class']}, format {summary['format_version']}, seed {summary['seed']}")
    click.echo(f"learned from {summary['n_samples']:,} rows x {len(columns)} columns\n")
    rows = [
        [
            c["name"],
            c["dtype"],
            c.get("decimals", "any" if c["kind"] == "continuous" else ""),
            *(format_number(c[k]) if k in c else "" for k in ("minimum", "maximum")),
        ]
        for c in columns
    ]
    click.echo(format_rows(["column", "dtype", "decimals", "minimum", "maximum"], rows))
    for title in ("settings", "training", "versions"):
        click.echo(f"\n{title}:\n{format_settings(summary[title])}")
