"""Write docs/commands.md, the reference of the command line, from the commands: `python docs/commands.py`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from tabgan.cli.headings import sort_options
from tabgan.cli.main import main
from tabgan.tables.formats import list_suffixes

PAGE = Path(__file__).with_suffix(".md")
HEAD = """# Commands

Each option of each command, as `tabgan COMMAND --help` has them; made from the commands by `python docs/commands.py`.
`--config FILE` and what `--json` prints are on [a page of their own](json.md); what settings of a fit do is in
[Tuning](tuning.md), with the table of [all settings](settings.md). Exit codes: 0 for success, 1 for what failed or did
not hold (`--fail-under`), 2 for input or options that cannot be used.
"""


def make_page() -> str:
    """Return the page."""
    parts = [HEAD]
    for name, command in main.commands.items():
        parts += [f"\n## tabgan {name}\n", describe(command.help), ""]
        with click.Context(command, info_name=f"tabgan {name}", **command.context_settings) as ctx:
            usage = " ".join(command.collect_usage_pieces(ctx))
            parts.append(f"```text\ntabgan {name} {usage}\n```\n")
            groups = sort_options(command, ctx)
        for heading, records in groups.items():
            parts += [f"| {heading} | |", "|---|---|"]
            parts += [f"| `{spelt.replace('|', chr(92) + '|')}` | {cell(text)} |" for spelt, text in records]
            parts.append("")
        if command.epilog:
            parts.append(describe(command.epilog))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def describe(text: str | None) -> str:
    """Return a help text as Markdown: what click leaves as it is, behind a form feed, as a block."""
    text = (text or "").replace("FORMATS", list_suffixes())
    blocks = [block.strip("\n") for block in text.split("\n\n")]
    shown = []
    for block in blocks:
        if block.lstrip().startswith("\b"):
            shown.append(f"```text\n{block.replace(chr(8), '').strip(chr(10))}\n```")
        else:
            shown.append(cell(block))
    return "\n\n".join(part for part in shown if part.strip()) + "\n"


def cell(text: str) -> str:
    """Return a text in one line in which nothing is Markdown."""
    return re.sub(r"([|*_<>\[\]`~])", r"\\\1", " ".join(text.split()))


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
