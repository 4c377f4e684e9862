"""`tabgan run`: several commands from one file."""

from __future__ import annotations

from pathlib import Path

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.config import load_config
from tabgan.cli.pipeline import check_steps, read_steps
from tabgan.cli.signals import end_if_stopped

EPILOG = """\b
Examples:
  tabgan run pipeline.toml
  tabgan run pipeline.toml --dry-run                       # check it, and print its commands

\b
A pipeline has a section for each step, in TOML or JSON:
  [split]
  data = "pump.csv"
  [fit]
  data = "pump-train.csv"
  iterations = 500
  [generate]
  rows = 1000
  output = "synth.csv"
  [evaluate]
  real = "pump-train.csv"
  synth = "synth.csv"
  holdout = "pump-test.csv"
  report = "report.html"

A section is called as its command, or has a key 'command', so that one can stand there twice. Its keys are the options
and arguments of the command by their names, with the values that --config takes. Places are seen from where tabgan is
run. Before the first step all of them are checked: names and values of options, that inputs are there or are written by
a step before, and that outputs can be written. The first step that fails ends it, with its exit code."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("pipeline", type=options.PATH)
@click.option("--dry-run", is_flag=True, help="Check all steps and print them as commands; run none.")
@options.quiet
@click.pass_context
def run(ctx: click.Context, pipeline: Path, dry_run: bool, quiet: bool) -> None:
    """Run the commands in PIPELINE, one file for several.

    They run one after the other, once all of them were checked.
    """
    assert ctx.parent is not None
    assert isinstance(ctx.parent.command, click.Group)
    steps = read_steps(load_config(pipeline), ctx.parent.command, ctx)
    check_steps(steps)
    for step in steps:
        if dry_run:
            click.echo(step.typed())
            continue
        if not quiet:
            click.echo(f"[{step.name}] {step.typed()}", err=True)
        step.run()
        end_if_stopped()
