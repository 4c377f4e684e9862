"""Options of the commands that read a series, and how its columns are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tabgan.cli import options

_OPTIONS: list[Callable] = [
    click.option("--target", required=True, metavar="COLUMN", help="What is forecast."),
    click.option("--factors", metavar="COLUMNS", help="What it depends on, besides its past and the calendar."),
    click.option(
        "--known-future",
        metavar="COLUMNS",
        help="Those factors that are known in advance, such as holidays; others are used from the day before on.",
    ),
    click.option("--date", metavar="COLUMN", help="The column of dates.  [default: the first that reads as dates]"),
    options.reading,
    click.option("--fill", is_flag=True, help="Interpolate gaps, and average rows with the same date."),
    click.option("--epochs", type=int, metavar="N", help="The most passes over the days that are learned."),
    click.option("--members", type=int, metavar="N", help="How many networks are averaged."),
    click.option("--seed", type=int, default=0, show_default=True, help="Of the networks."),
]


def series_options(command: Callable) -> Callable:
    """Add the options that forecast and backtest share."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_columns(data: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Read the table and return what `read_series` takes, by its parameters' names."""
    from tabgan.columns import BEFORE, select_columns

    frame = options.read_data(data, given)
    names = list(frame.columns)

    def pick(option: str) -> list[Any]:
        text = given[option.strip("-").replace("-", "_")]
        places = select_columns(text, names, option, frame.attrs.get(BEFORE, 0)) if text else []
        return [names[place] for place in places]

    return {
        "frame": frame,
        "target": _one(pick("--target"), given["target"]),
        "factors": pick("--factors"),
        "known_future": pick("--known-future"),
        "date": _one(pick("--date"), given["date"]),
        "fill": given["fill"],
    }


def read_settings(given: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a forecaster that were given."""
    chosen = {name: given[name] for name in ("epochs", "members") if given[name] is not None}
    return {**chosen, "random_state": given["seed"], "verbose": not given["quiet"]}


def _one(names: list[Any], text: str | None) -> Any:
    if len(names) > 1:
        raise click.BadParameter(f"one column is wanted, but {text} are {len(names)}")
    return names[0] if names else None
