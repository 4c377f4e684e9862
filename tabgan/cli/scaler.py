"""`tabgan scaler`: the scaling of a model as MATLAB's mapminmax has it."""

from __future__ import annotations

from pathlib import Path

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand

EPILOG = """\b
Examples:
  tabgan scaler model.tabgan -o ps_output.mat

In MATLAB: load ps_output.mat, then mapminmax('reverse', Y, ps_output). The struct array marginals beside it has the
name, range and quantiles of each row. docs/matlab.md says more."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("model_file", metavar="MODEL", type=options.PATH)
@click.option(
    "-o", "--output", type=options.NEW_FILE, default="ps_output.mat", show_default=True, help="Where to write."
)
@options.overwrite
@options.quiet
def scaler(model_file: Path, output: Path, overwrite: bool, quiet: bool) -> None:
    """Write the scaling of MODEL to a .mat file.

    Also what it knows of its marginals.
    """
    options.check_outputs([model_file], [output], overwrite)
    from tabgan.interop.matlab import model_scaler, save_scaler
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer  # imports torch, which takes a second

    model = WGANGPSynthesizer.load(model_file)
    save_scaler(model, output, overwrite)
    if not quiet:
        what = "normal scores" if model.encoder_.stage("quantile") else "columns"
        click.echo(f"ps_output ({len(model_scaler(model).xmin_)} rows, of {what}) and marginals: {output}")
