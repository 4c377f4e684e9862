"""`tabgan export`: write a trained generator for programs without Python or without tabgan."""

from __future__ import annotations

from pathlib import Path

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand

EPILOG = """\b
Examples:
  tabgan export --to onnx -o model.onnx
  tabgan export pump.tabgan --to matlab -o pump_matlab
  tabgan export pump.tabgan --to numpy -o pump_numpy

onnx is one file for ONNX Runtime, from Python, C++, C# and others: latents in, rows out. matlab is a folder with
generate_rows.m, for MATLAB and Octave without toolboxes, and its weights. numpy is one with generate_rows.py. Scaling,
PCA, calibration, rounding and the rules between columns are inside; what is not, such as the sieve, is warned of."""


class _Program(click.Choice):  # type: ignore[type-arg]
    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"Choose from {', '.join(self.choices)}"  # in one line


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("model", type=options.PATH, default="model.tabgan")
@click.option("--to", "target", type=_Program(["onnx", "matlab", "numpy"]), required=True, help="For what.")
@click.option("-o", "--output", type=options.NEW_FILE, required=True, help="The file, or folder, to write.")
@click.option("--overwrite", is_flag=True, help="Replace a file that exists, or the folder of an earlier export.")
@options.verify
@options.as_json
def export(model: Path, target: str, output: Path, overwrite: bool, as_json: bool) -> None:
    """Write the generator of MODEL for other programs.

    MODEL is model.tabgan when left out.
    """
    from tabgan.interop.folders import export_matlab, export_numpy
    from tabgan.interop.onnx_file import export_onnx
    from tabgan.synthesizers.stored_rows import load_rows

    exporters = {"onnx": export_onnx, "matlab": export_matlab, "numpy": export_numpy}
    spec = exporters[target](load_rows(model), output, overwrite)
    if as_json:
        about = {"model": str(model), "output": str(output), "latents": spec.n_latents, "label": spec.label_name}
        options.print_json({**about, "columns": spec.columns.tolist(), "notes": spec.notes.tolist()})
        return
    columns = len(spec.columns)
    if spec.label_name is None:
        click.echo(f"{spec.n_latents} latents to rows of {columns} columns: {output}")
    else:
        click.echo(
            f"{spec.n_latents} latents and the codes of {spec.label_name} to rows of {columns} columns: {output}"
        )
