"""`tabgan demo`: the whole way, on a table that tabgan brings along."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import webbrowser
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.language import spoken
from tabgan.cli.signals import end_if_stopped
from tabgan.errors import InputError

EPILOG = """\b
Examples:
  tabgan demo
  tabgan demo --open
  tabgan demo --lang zh --overwrite

A third of the table is kept aside, the rest learned, new rows are judged by what was kept aside, and then all rows are
learned. Each command is shown as you would type it in the folder tabgan-demo/, which holds what they write. It takes a
minute of one core."""

TABLE = "breast_cancer.csv"
FOLDER = Path("tabgan-demo")
STEPS = (
    (
        f"split {TABLE} -o train.csv test.csv",
        "{train[rows]} rows to learn, {test[rows]} kept aside",
    ),
    ("fit train.csv --cols 1-9 --seed 0 -o judged.tabgan", "{iterations:,} iterations"),
    ("generate -n 1000 -m judged.tabgan -o judged.csv", ""),
    (
        "evaluate train.csv judged.csv --holdout test.csv --model judged.tabgan --report report.html",
        "{verdict[summary]}",
    ),
    (f"fit {TABLE} --cols 1-9 --seed 0 -o model.tabgan", "{iterations:,} iterations"),
    ("generate -n 1000 -m model.tabgan -o synth.csv", ""),
)
"""Each command, and what to say of the JSON that it prints."""
OUTPUTS = {name for line, _ in STEPS for name in shlex.split(line) if Path(name).suffix in (".csv", ".tabgan", ".html")}


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.option("--open", "show", is_flag=True, help="Open the page in a browser.")
@options.overwrite
def demo(show: bool, overwrite: bool) -> None:
    """Try all of it on a table that comes along.

    It is split, learned, generated and evaluated in the folder tabgan-demo/.
    """
    from tabgan.files import check_output, replacing

    try:
        FOLDER.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(
            f"the demo writes into a folder {FOLDER}, but it cannot be made here ({error.strerror}); "
            "go to a folder of your own"
        ) from error
    table = (files("tabgan") / "demo" / TABLE).read_bytes()
    overwrite = overwrite or _was_stopped(table)
    for name in sorted(OUTPUTS):
        check_output(FOLDER / name, overwrite)
    with replacing(FOLDER / TABLE, overwrite) as beside:
        beside.write_bytes(table)
    click.echo(f"in {FOLDER}/: {TABLE}, 569 rows of nine measurements")
    with _inside(FOLDER):
        for line, told in STEPS:
            shown = line + " --lang zh" * (spoken() == "zh" and line.startswith("evaluate"))
            click.echo(f"$ tabgan {shown}")
            found = _run(shown, overwrite)
            end_if_stopped()
            if told:
                click.echo(f"  {told.format_map(found)}")
    page = (FOLDER / "report.html").resolve()
    click.echo(f"rows: {FOLDER / 'synth.csv'}")
    click.echo(f"page: {page} - open it in a browser")
    if show:
        webbrowser.open(page.as_uri())


def _was_stopped(table: bytes) -> bool:
    """Whether the folder holds what a run left that did not come to its end, which the next one replaces."""
    ours = FOLDER / TABLE
    return ours.is_file() and ours.read_bytes() == table and not all((FOLDER / name).exists() for name in OUTPUTS)


def _run(line: str, overwrite: bool) -> dict[str, Any]:
    """Run a command as part of this one, and return what it says as JSON."""
    here = click.get_current_context()
    group = here.find_root().command
    assert isinstance(group, click.Group)
    name, *arguments = shlex.split(line)
    command = group.commands[name]
    with (
        contextlib.redirect_stdout(io.StringIO()) as printed,
        command.make_context(name, [*arguments, "--json", *["--overwrite"] * overwrite], parent=here) as context,
    ):
        context.params.pop("debug")  # errors and warnings are shown by the command that runs it
        click.Command.invoke(command, context)
    found: dict[str, Any] = json.loads(printed.getvalue())
    return found


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
