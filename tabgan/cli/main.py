"""The command `tabgan` and its sub-commands. Nothing heavy is imported here, so that `tabgan --help` is quick."""

from __future__ import annotations

import click

from tabgan import __version__
from tabgan.cli.augment import augment
from tabgan.cli.backtest import backtest
from tabgan.cli.command import HELP_NAMES, TabganGroup
from tabgan.cli.demo import demo
from tabgan.cli.doctor import doctor
from tabgan.cli.evaluate import evaluate
from tabgan.cli.export import export
from tabgan.cli.fit import fit
from tabgan.cli.forecast import forecast
from tabgan.cli.generate import generate
from tabgan.cli.import_matlab import import_matlab
from tabgan.cli.impute import impute
from tabgan.cli.info import info
from tabgan.cli.run import run
from tabgan.cli.scaler import scaler
from tabgan.cli.schema import schema
from tabgan.cli.split import split
from tabgan.cli.tune import tune
from tabgan.cli.ui import ui


@click.group(cls=TabganGroup, context_settings={"help_option_names": HELP_NAMES, "max_content_width": 110})
@click.version_option(__version__, prog_name="tabgan")
def main() -> None:
    """Learn a table of measurements with a WGAN-GP and generate more rows like it.

    \b
    tabgan split data.csv --test 1/3
    tabgan fit data-train.csv --cols 1-9
    tabgan generate -n 1000 -o synth.csv
    tabgan evaluate data-train.csv synth.csv --holdout data-test.csv

    Tables are files whose names end in one of FORMATS, - (text on standard input or
    output), or of a database: sqlite:///pump.db::measurements. Each command has its own --help.
    """


main.add_under("Main work", demo, split, fit, generate, evaluate)
main.add_under("Make more of it", augment, impute, tune)
main.add_under("Forecasts", forecast, backtest)
main.add_under("Files", schema, info, export, import_matlab, scaler)
main.add_under("More", run, ui, doctor)
