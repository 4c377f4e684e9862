"""`tabgan ui`: the page on this machine."""

from __future__ import annotations

import os
import sys

import click

from tabgan.cli.command import TabganCommand
from tabgan.cli.language import find_language, translate_to
from tabgan.errors import InputError

EPILOG = """\b
Examples:
  tabgan ui
  tabgan ui --port 8350 --no-browser
  tabgan ui --max-upload 2000

Drop a table, see and correct how its columns were read, learn it, make rows, judge them, and save the model, the rows
and the report. Each step is one of the other commands, and shown as such.

The page is served to this machine only, to who has the address with its token. Nothing leaves the machine, and nothing
is loaded from elsewhere. Files are kept in a temporary folder until the command ends (Ctrl-C): save what you need."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", default=0, help="Where to serve; a free one when left out."
)
@click.option("--browser/--no-browser", default=True, help="Open the page in a browser, or only print its address.")
@click.option(
    "--max-upload",
    type=click.IntRange(1),
    metavar="MB",
    default=200,
    show_default=True,
    help="The largest table that is taken; `tabgan fit` learns larger ones.",
)
def ui(port: int, browser: bool, max_upload: int) -> None:
    """Do all of it on a page in the browser."""
    try:
        from tabgan.ui.serving import serve
        from tabgan.ui.session import Speech
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("werkzeug"):
            raise
        raise InputError("the page needs werkzeug, which is not installed; pip install 'tabgan-wgangp[ui]'") from error

    program = [sys.executable, "-m", "tabgan.cli.piped"]
    speech = Speech(find_language(os.environ), translate_to)
    serve(program, port, max_upload << 20, speech, open_browser=browser, tell=click.echo)
