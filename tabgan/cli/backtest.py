"""`tabgan backtest`: compare forecasters on days that they have not learned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.forecast import read_columns, read_settings, series_options
from tabgan.cli.headings import OUTPUT, under
from tabgan.cli.showing import append_summary, check_summary, github_summary, show
from tabgan.report.shown import Rows, Shown

if TYPE_CHECKING:
    import pandas as pd

    from tabgan.forecasting.backtest import Backtest

EPILOG = """\b
Examples:
  tabgan backtest data.csv --target water_demand_mgd --factors tmax_f,tmin_f --train 998
  tabgan backtest data.csv --target demand --train 365 --models dwt-pca-lstm,lstm,yesterday --plot test.png
  tabgan backtest data.csv --target demand --train 998 --protocol both --json
  tabgan backtest pumps.csv --target flow --time stamp --entity pump --train 5000 --models lstm --horizon 24 \
      --horizon-plot ahead.png

Learns the first N rows and forecasts each later one from all rows before it. Models: dwt-pca-lstm and what it is
without some part, dwt-lstm, pca-lstm, lstm, dwt-pca-rnn, dwt-pca-bp, dwt-pca-svm; linear is ridge regression on past
values; seasonal-naive repeats the day, week or year before; last-value, yesterday and last-week repeat, too. linear and
seasonal-naive are in every table.

Leak-free, the inputs of a day are denoised from the days before it alone. The protocol of the paper denoises the whole
series at once, so that they hold something of the day itself; no real forecast is that good.

MAPE is the mean absolute error in percent, pMAPE that of the tenth of rows with the highest values, R the correlation,
EVS the explained variance; MAE and RMSE are in the units of the target. Intervals are made from the errors that were
known when a row was forecast: in80 is how often the truth was in the one that promises 80%, width its width, pinball
the loss of their ends. The plot shows the first of the models."""
MOST_STEPS = 8
HEADS = {
    "mape": "MAPE",
    "pmape": "pMAPE",
    "r": "R",
    "evs": "EVS",
    "mae": "MAE",
    "rmse": "RMSE",
    "coverage_80": "in80",
    "width_80": "width",
    "coverage_95": "in95",
    "width_95": "width",
}
_SPREAD = {
    "mae": "number",
    "rmse": "number",
    "pinball": "number",
    "coverage_80": ".2f",
    "width_80": "number",
    "coverage_95": ".2f",
    "width_95": "number",
}
SHOWN = {"model": "", "mape": ".2f", "pmape": ".2f", "r": ".3f", "evs": ".3f", **_SPREAD, "seconds": ".1f"}
"""The scores of a table, and how they are written."""
SHOWN_AHEAD = {"model": "", "ahead": "", "mape": ".2f", **_SPREAD}
PROTOCOL = click.Choice(["leak-free", "paper", "both"])


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("data", type=options.TABLE)
@click.option("--train", type=int, required=True, metavar="N", help="How many rows are learned, the first.")
@click.option("--models", metavar="MODELS", help="Which models, such as dwt-pca-lstm,yesterday; all when left out.")
@click.option("--protocol", type=PROTOCOL, default="leak-free", show_default=True, help="How the series is denoised.")
@click.option("--horizon", type=int, default=1, show_default=True, metavar="N", help="How many steps ahead.")
@series_options
@under(
    OUTPUT,
    click.option(
        "--plot", type=options.NEW_FILE, metavar="backtest.png", help="Draw forecasts and errors (.png .svg .pdf)."
    ),
    click.option("--horizon-plot", type=options.NEW_FILE, metavar="ahead.png", help="Draw scores by steps ahead."),
    github_summary,
    options.overwrite,
    options.quiet,
    options.as_json,
)
def backtest(data: Path, train: int, models: str | None, protocol: str, horizon: int, **given: Any) -> None:
    """Compare forecasters on rows that they have not learned.

    These are the rows of DATA after the first N; each step ahead is judged by itself.
    """
    options.check_plot(given["plot"])
    options.check_plot(given["horizon_plot"])
    outputs = [given["plot"], given["horizon_plot"]]
    options.check_outputs([data], outputs, given["overwrite"])
    check_summary(given["github_summary"], [data, *outputs])
    from tabgan.forecasting.backtest import PROTOCOLS
    from tabgan.forecasting.backtest import backtest as run_backtest

    names = [name.strip() for name in models.split(",")] if models else None
    protocols = PROTOCOLS if protocol == "both" else (protocol,)
    given["quiet"] |= given["as_json"]
    columns = read_columns(data, given)
    asked = {"train": train, "models": names, "horizon": horizon, **read_settings(given)}
    results = [run_backtest(**columns, protocol=name, **asked) for name in protocols]
    _draw(results[0], given)
    shown = [part for result in results for part in (*_format(result), "")][:-1]
    append_summary(given["github_summary"], f"tabgan backtest: {data}", shown)
    if given["as_json"]:
        found = results[0].to_dict()
        options.print_json({**found, "paper": results[1].to_dict()["models"]} if protocol == "both" else found)
    elif not given["quiet"]:
        show(*shown)


def _draw(result: Backtest, given: dict[str, Any]) -> None:
    if not (given["plot"] or given["horizon_plot"]):
        return
    from tabgan.figures import save_figure
    from tabgan.forecasting.plots import plot_backtest, plot_horizons

    if path := given["plot"]:
        axes = plot_backtest(result.forecasts, result.scores["model"][0], given["target"])
        save_figure(axes[0].get_figure(), path, given["overwrite"])
    if path := given["horizon_plot"]:
        save_figure(plot_horizons(result.by_horizon)[0].get_figure(), path, given["overwrite"])


def _format(result: Backtest) -> Shown:
    """Return the table of all steps ahead, those by step and by entity if there are several, and the verdict."""
    horizon = int(result.by_horizon["ahead"].max())
    ahead = "one step ahead" if horizon == 1 else f"1 to {horizon} steps ahead"
    title = f"{result.protocol}: {result.train:,} rows learned, {len(result.forecasts):,} forecast {ahead}"
    parts: list[str | Rows] = [title, _table(result.scores, SHOWN)]
    if result.by_entity is not None:
        parts[0] = title.replace("rows learned", "rows of each entity learned")
        names = {result.by_entity.columns[0]: "", **SHOWN}
        parts += ["", "by entity (above are the means):", _table(result.by_entity, names)]
    if horizon > 1:
        parts += ["", "by steps ahead:", _table(_some_steps(result.by_horizon, horizon), SHOWN_AHEAD)]
    return Shown([*parts, "", result.verdict] if result.verdict else parts)


def _some_steps(by_horizon: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Return about eight of the steps ahead; --json and the plot have all."""
    import numpy as np

    steps = np.unique(np.geomspace(1, horizon, MOST_STEPS).round().astype(int))
    return by_horizon[by_horizon["ahead"].isin(steps)].sort_values("ahead", kind="stable")


def _table(scores: pd.DataFrame, shown: dict[str, str]) -> Rows:
    """Return columns as text, numbers in their forms; "" stands for text."""
    columns = [[_write(value, form) for value in scores[name]] for name, form in shown.items()]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Rows([HEADS.get(name, str(name)) for name in shown], rows)


def _write(value: Any, form: str) -> str:
    from tabgan.text import format_number

    if not form:
        return str(value)
    return format_number(value) if form == "number" or value != value else format(value, form)
