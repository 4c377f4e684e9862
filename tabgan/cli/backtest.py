"""`tabgan backtest`: compare forecasters on days that they have not learned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.forecast import read_columns, read_settings, series_options

if TYPE_CHECKING:
    from tabgan.forecasting.backtest import Backtest

EPILOG = """\b
Examples:
  tabgan backtest data.csv --target water_demand_mgd --factors tmax_f,tmin_f --train 998
  tabgan backtest data.csv --target demand --train 365 --models dwt-pca-lstm,lstm,yesterday --plot test.png
  tabgan backtest data.csv --target demand --train 998 --protocol both --json

Learns the first N rows and forecasts each later one from all rows before it. Models: dwt-pca-lstm and what it is
without some part, dwt-lstm, pca-lstm, lstm, dwt-pca-rnn, dwt-pca-bp, dwt-pca-svm; yesterday and last-week repeat.

Leak-free, the inputs of a day are denoised from the days before it alone. The protocol of the paper denoises the whole
series at once, so that they hold something of the day itself; no real forecast is that good.

MAPE is the mean absolute error in percent, pMAPE that of the tenth of days with the highest demand, R the correlation,
EVS the explained variance. The plot shows the first of the models."""
PROTOCOL = click.Choice(["leak-free", "paper", "both"])


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("data", type=options.PATH)
@series_options
@click.option("--train", type=int, required=True, metavar="N", help="How many rows are learned, the first.")
@click.option("--models", metavar="MODELS", help="Which models, such as dwt-pca-lstm,yesterday; all when left out.")
@click.option("--protocol", type=PROTOCOL, default="leak-free", show_default=True, help="How the series is denoised.")
@click.option("--plot", type=options.PATH, metavar="backtest.png", help="Draw forecasts and errors (.png .svg .pdf).")
@options.overwrite
@options.quiet
@options.as_json
def backtest(data: Path, train: int, models: str | None, protocol: str, **given: Any) -> None:
    """Compare models one step ahead on the rows of DATA after the first N."""
    options.check_plot(given["plot"])
    options.check_outputs([data], [given["plot"]], given["overwrite"])
    from tabgan.forecasting.backtest import MODELS, PROTOCOLS
    from tabgan.forecasting.backtest import backtest as run_backtest

    names = [name.strip() for name in models.split(",")] if models else MODELS
    protocols = PROTOCOLS if protocol == "both" else (protocol,)
    given["quiet"] |= given["as_json"]
    columns = read_columns(data, given)
    results = [
        run_backtest(**columns, train=train, models=names, protocol=name, **read_settings(given)) for name in protocols
    ]
    if path := given["plot"]:
        from tabgan.figures import save_figure
        from tabgan.forecasting.plots import plot_backtest

        axes = plot_backtest(results[0].forecasts, names[0], given["target"])
        save_figure(axes[0].get_figure(), path, given["overwrite"])
    if given["as_json"]:
        found = results[0].to_dict()
        options.print_json({**found, "paper": results[1].to_dict()["models"]} if protocol == "both" else found)
    elif not given["quiet"]:
        click.echo("\n\n".join(map(_format, results)))


def _format(result: Backtest) -> str:
    from tabgan.text import format_rows

    rows = [
        [s.model, f"{s.mape:.2f}", f"{s.pmape:.2f}", f"{s.r:.3f}", f"{s.evs:.3f}", f"{s.seconds:.1f}"]
        for s in result.scores.itertuples()
    ]
    title = f"{result.protocol}: {result.train:,} rows learned, {len(result.forecasts):,} forecast one step ahead"
    return f"{title}\n{format_rows(['model', 'MAPE', 'pMAPE', 'R', 'EVS', 'seconds'], rows)}"
