"""Write the reference of the command line from the commands, in both languages: `python docs/commands.py`."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import click

from tabgan.cli.headings import sort_options
from tabgan.cli.help_words import say_help
from tabgan.cli.language import speaking
from tabgan.cli.main import main
from tabgan.tables.formats import list_suffixes

DOCS = Path(__file__).parent
PAGES = {"en": DOCS / "commands.md", "zh": DOCS / "zh" / "commands.md"}
HEADS = {
    "en": """# Commands

Each option of each command, as `tabgan COMMAND --help` has them; made from the commands by `python docs/commands.py`.
`--config FILE` and what `--json` prints are on [a page of their own](json.md); what settings of a fit do is in
[Tuning](tuning.md), with the table of [all settings](settings.md). Exit codes: 0 for success, 1 for what failed or did
not hold (`--fail-under`), 2 for input or options that cannot be used.
""",
    "zh": """# 全部命令

每个命令的每个选项，与 `tabgan COMMAND --help --lang zh` 相同；由 `python docs/commands.py` 从命令生成。
没有译文的，例如例子之后的说明，仍是英文。

`--config FILE` 和 `--json` 的输出见[配置与 JSON](json.md)；训练的各项设置有什么作用，见[调参](tuning.md)，
以及[全部设置](settings.md)的表。退出码：0 为成功；1 为失败，或条件不成立（`--fail-under`）；2 为输入或选项不能使用。
""",
}


class Terminal(io.StringIO):
    """One that shows Chinese: to others help is in English."""

    speaks = True


def make_page(lang: str = "en") -> str:
    """Return the page."""
    parts = [HEADS[lang]]
    with speaking(lang), redirect_stdout(Terminal()):
        for name, command in main.commands.items():
            parts += [f"\n## tabgan {name}\n", describe(command.help), ""]
            with click.Context(command, info_name=f"tabgan {name}", **command.context_settings) as ctx:
                usage = " ".join(command.collect_usage_pieces(ctx))
                parts.append(f"```text\ntabgan {name} {usage}\n```\n")
                groups = sort_options(command, ctx)
            for heading, records in groups.items():
                parts += [f"| {say_help(heading)} | |", "|---|---|"]
                parts += [
                    f"| `{spelt.replace('|', chr(92) + '|')}` | {cell(say_help(text))} |" for spelt, text in records
                ]
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
            shown.append(cell(say_help(" ".join(block.split()))))
    return "\n\n".join(part for part in shown if part.strip()) + "\n"


def cell(text: str) -> str:
    """Return a text in one line in which nothing is Markdown."""
    return re.sub(r"([|*_<>\[\]`~])", r"\\\1", " ".join(text.split()))


if __name__ == "__main__":
    for lang, page in PAGES.items():
        page.write_text(make_page(lang), encoding="utf-8")
