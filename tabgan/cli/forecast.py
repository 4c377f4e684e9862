"""`tabgan forecast`: the steps to come, with intervals; and the options of all commands that read a series."""

from __future__ import annotations

import math
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.headings import COLUMNS, OUTPUT, TRAINING, under
from tabgan.cli.kinds import find_columns
from tabgan.cli.showing import show
from tabgan.errors import warn
from tabgan.report.shown import Rows
from tabgan.tables.places import STREAM

if TYPE_CHECKING:
    import pandas as pd

WRITTEN, SHOWN = (6, 4), (4, 2)  # digits of a number that is written or shown, or of the width of its interval
MOST_ROWS = 14  # that are shown
NUMBERS = ("forecast", "lower", "upper")
EPILOG = """\b
Examples:
  tabgan forecast data.csv --target water_demand_mgd --factors tmax_f,tmin_f \\
      --horizon 7 -o forecast.csv --plot forecast.png
  tabgan forecast data.csv --target demand --factors tmax,holiday --known-future holiday \\
      --horizon 30 --coverage 0.8 -o forecast.csv --save demand.tabgan
  tabgan forecast pumps.csv --target flow --time stamp --entity pump --variant linear --horizon 96 -o flow.csv

Learns DATA, one row a step of time - minutes, hours, days, business days, weeks, months, quarters - with the
DWT-PCA-LSTM hybrid: two LSTMs, one on the series without its noise, one on the noise, both with principal components of
factors and calendar. Rows at the end of DATA that have no target yet are the future: there stands what is known in
advance. `tabgan backtest` says whether the network is worth it beside --variant linear. docs/forecasting.md says more.
"""

MOST = {"target": 1, "time": 2, "date": 2}
"""How many columns options may name that have no list of them."""
SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)

series_options = under(
    COLUMNS,
    click.option("--target", metavar="COLUMN", help="What is forecast.  [default: the only other column of numbers]"),
    click.option("--factors", metavar="COLUMNS", help="What it depends on, besides its past and the calendar."),
    click.option(
        "--known-future",
        metavar="COLUMNS",
        help="Those factors that are known in advance, such as holidays; others are used from the step before on.",
    ),
    click.option(
        "--time",
        metavar="COLUMNS",
        help="The column of times, or those of dates and hours, as in day,hour.  [default: the first of dates]",
    ),
    click.option("--date", metavar="COLUMNS", help="The same as --time."),
    click.option(
        "--entity", metavar="COLUMNS", help="Whose a row is, if DATA holds several series: each has its own model."
    ),
    click.option("--step", default="auto", show_default=True, help="The step of time, such as 15min, h, D, B, W, MS."),
    click.option("--fill", is_flag=True, help="Interpolate gaps, and average rows with the same time."),
    options.reading,
    under(
        TRAINING,
        click.option("--epochs", type=int, metavar="N", help="The most passes over the rows that are learned."),
        click.option("--members", type=int, metavar="N", help="How many networks are averaged."),
        click.option("--seed", type=int, default=0, show_default=True, help="Of the networks."),
    ),
)
"""What forecast and backtest share."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("data", type=options.TABLE)
@click.option("-o", "--output", type=options.NEW_TABLE, required=True, help="The table to write.")
@click.option("--variant", default="dwt-pca-lstm", show_default=True, metavar="MODEL", help="Or a rival, or linear.")
@click.option("--horizon", type=int, default=1, show_default=True, metavar="N", help="How many steps ahead.")
@click.option("--coverage", type=SHARE, default=0.9, show_default=True, help="How often the truth is in the interval.")
@click.option(
    "--calibration",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="SHARE",
    help="Which share of the rows, the last, intervals are made from.  [default: 0.15]",
)
@click.option("--save", "model_file", type=options.NEW_FILE, metavar="model.tabgan", help="Write the forecaster, too.")
@series_options
@under(
    OUTPUT,
    click.option("--plot", type=options.NEW_FILE, metavar="forecast.png", help="Draw it (.png .svg .pdf)."),
    options.escape_formulas,
    options.overwrite,
    options.quiet,
    options.as_json,
)
@options.sign
def forecast(data: Path, variant: str, horizon: int, coverage: float, **given: Any) -> None:
    """Forecast the steps after the last one in DATA."""
    from tabgan.tables.formats import table_format

    table_format(given["output"])
    options.check_stream(given["output"], given["as_json"])
    options.check_plot(given["plot"])
    options.check_outputs([data], [given["output"], given["plot"], given["model_file"]], given["overwrite"])
    from tabgan.forecasting.forecast_checks import check_whole
    from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
    from tabgan.forecasting.held_aside import describe_each, measure_each, say_each
    from tabgan.tables.formats import write_table

    check_whole("horizon", horizon, 1)
    columns = read_columns(data, given)
    model = DWTPCALSTMForecaster(variant, **read_settings(given)).fit(**columns)
    table = model.forecast(horizon, coverage)
    rounded = _round(table, *WRITTEN)
    form = table_format(given["output"])
    written = model.spell_out(rounded, cells=form.cells, stamps=form.typed)
    _write_alike(written, columns["frame"], columns["target"])
    write_table(written, given["output"], given["overwrite"], escape_formulas=given["escape_formulas"])
    accuracy = measure_each(model, horizon)
    if path := given["plot"]:
        from tabgan.figures import save_figure
        from tabgan.forecasting.plots import plot_entities, plot_forecast

        if model.parts_:  # one below the other
            figure = plot_entities(model, table, given["target"], coverage)
        else:
            axes = plot_forecast(model.series_, table, given["target"], coverage, accuracy[""])
            figure = axes.figure  # type: ignore[assignment]
        save_figure(figure, path, given["overwrite"])
    if given["model_file"]:
        model.save(given["model_file"], given["overwrite"])
    if given["as_json"]:
        found = {"target": given["target"], "coverage": coverage, "seed": model.seed_}
        rows = model.spell_out(rounded).to_dict("records")
        options.print_json({**found, "forecast": rows, "accuracy": describe_each(accuracy, columns["entity"])})
    elif not given["quiet"]:
        said = [*_say_floor(table, given["target"]), f"intervals of coverage {coverage:g}, forecast: {given['output']}"]
        _show(model.spell_out(_round(table, *SHOWN)), say_each(accuracy), said, given["output"])


def _round(table: pd.DataFrame, digits: int, of_width: int) -> pd.DataFrame:
    """Return forecasts with so many digits, or with more, which tell the ends of an interval of large numbers apart."""
    widths = table["upper"] - table["lower"]

    def cut(value: float, width: float) -> float:
        return round(value, max(digits - _size(value), of_width - _size(width)))

    return table.assign(**{name: [*map(cut, table[name], widths)] for name in NUMBERS})


def _size(value: float) -> int:
    """Return how many digits stand before the point, of 0.05 -1."""
    return math.floor(math.log10(abs(value))) + 1 if value and math.isfinite(value) else 1


def _write_alike(table: pd.DataFrame, frame: pd.DataFrame, target: Hashable) -> None:
    """Let numbers be written as those of the target, and a text file as that of the table."""
    from tabgan.schema.column import NUMBER_FORMATS
    from tabgan.schema.texts.reading import DIALECT, SPELLINGS

    for key in (NUMBER_FORMATS, SPELLINGS):
        if form := frame.attrs.get(key, {}).get(target):
            table.attrs[key] = {**table.attrs.get(key, {}), **dict.fromkeys(NUMBERS, form)}
    if DIALECT in frame.attrs:
        table.attrs[DIALECT] = frame.attrs[DIALECT]


def _say_floor(table: pd.DataFrame, target: str) -> list[str]:
    """Return that forecasts or ends of intervals were cut at 0, where some are 0 to the last digit."""
    cut = (table[["forecast", "lower"]] == 0).any(axis=None)
    return [f"nothing forecast is below 0, as no value of {target!r} was"] if cut else []


def _show(table: pd.DataFrame, accuracy: list[str], last: list[str], output: Path | str) -> None:
    names = [name for name in table if name not in NUMBERS]
    rows = []
    for row in table.head(MOST_ROWS).astype(object).to_numpy():  # as objects whole numbers stay whole
        rows.append([*map(str, row[: len(names)]), *(f"{value:.15g}" for value in row[len(names) :])])
    said = [*_say_more(len(table)), *accuracy[:MOST_ROWS], *_say_more(len(accuracy))]
    show(Rows([str(name) for name in table.columns], rows), *said, *last, err=output == STREAM)


def _say_more(n: int) -> list[str]:
    return [f"and {n - MOST_ROWS:,} more"] if n > MOST_ROWS else []


def read_columns(data: Path | str, given: dict[str, Any]) -> dict[str, Any]:
    """Read the table and return what `read_series` takes, by its parameters' names."""
    frame = options.read_data(data, given)
    chosen: dict[str, Any] = {}
    for name in ("target", "factors", "known_future", "time", "date", "entity"):
        places = find_columns(frame, given[name], f"--{name.replace('_', '-')}")
        chosen[name] = [frame.columns[place] for place in places]
    if not chosen["target"]:
        chosen["target"] = [_find_target(frame, [name for names in chosen.values() for name in names])]
        given["target"] = str(chosen["target"][0])
    for name, most in MOST.items():
        if len(chosen[name]) > most:
            wanted = "one column is wanted" if most == 1 else "one column of times is wanted, or dates and hours"
            raise click.BadParameter(f"{wanted}, but {given[name]} are {len(chosen[name])}")
    for name in (*MOST, "entity"):
        names = chosen[name]
        chosen[name] = None if not names else names[0] if len(names) == 1 else names
    return {"frame": frame, **chosen, "fill": given["fill"], "step": given["step"]}


def _find_target(frame: pd.DataFrame, taken: list[Hashable]) -> Hashable:
    """Return the only column of numbers besides those that have another part, and say so."""
    from pandas.api.types import is_numeric_dtype

    numbers = [name for name in frame.columns if is_numeric_dtype(frame[name].dtype) and name not in taken]
    if not numbers:
        raise click.UsageError("--target must name the column that is forecast, but none holds numbers")
    if len(numbers) > 1:
        raise click.UsageError(f"--target must name the column that is forecast, one of {', '.join(map(str, numbers))}")
    warn(f"column {numbers[0]!r} is forecast, as it is the only one of numbers; --target names another")
    return numbers[0]


def read_settings(given: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a forecaster that were given."""
    names = ("epochs", "members", "calibration")
    chosen = {name: given[name] for name in names if given.get(name) is not None}
    return {**chosen, "random_state": given["seed"], "verbose": not given["quiet"]}
