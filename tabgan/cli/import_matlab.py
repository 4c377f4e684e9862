"""`tabgan import-matlab`: fit with the scaling of a MATLAB program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.fit import fit
from tabgan.cli.showing import show
from tabgan.report.shown import Rows

EPILOG = """\b
Examples:
  tabgan import-matlab ps_output.mat features.mat --transpose
  tabgan import-matlab ps_output.mat data.csv --cols 1-9 -o pump.tabgan --preset matlab --seed 0

SETTINGS is a .mat file with the struct that [Y, ps_output] = mapminmax(X) returned, which has a row for each column of
numbers of DATA, in their order. Its xmin, xmax, ymin and ymax are used in place of the extremes of DATA, and columns
are scaled linearly (--marginals minmax). All other options are those of tabgan fit. docs/matlab.md says more."""

PARAMETERS = [
    click.Argument(["settings_file"], type=options.PATH, metavar="SETTINGS"),
    *fit.params,
    click.Option(["--settings-variable"], metavar="NAME", help="Which struct of SETTINGS.  [default: ps_output]"),
]


@click.command("import-matlab", cls=TabganCommand, epilog=EPILOG, params=PARAMETERS)
def import_matlab(settings_file: Path, settings_variable: str | None, **given: Any) -> None:
    """Learn DATA, scaled as mapminmax in MATLAB scaled it.

    A model file is written, as by tabgan fit.
    """
    options.check_apart([settings_file], [given["output"], given["plot"]])  # fit does the rest
    from tabgan.interop.matlab import load_scaler

    scaler = load_scaler(settings_file, settings_variable)
    if not (given["quiet"] or given["as_json"]):
        _show(scaler, settings_file)
    assert fit.callback is not None
    fit.callback(**given, scaler=scaler)


def _show(scaler: Any, path: Path) -> None:
    from tabgan.text import format_number

    passed = set(scaler.no_change_.tolist())
    low, high = scaler.feature_range
    rows = [
        [str(i + 1), format_number(xmin), format_number(xmax), "passed through" if i in passed else ""]
        for i, (xmin, xmax) in enumerate(zip(scaler.xmin_.tolist(), scaler.xmax_.tolist(), strict=True))
    ]
    scaled = f"{path}: {len(scaler.xmin_)} rows scaled to [{low:g}, {high:g}]"
    show(scaled, Rows(["row", "xmin", "xmax", ""], rows), "")
