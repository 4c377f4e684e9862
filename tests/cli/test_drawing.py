"""What is drawn on a terminal: panels and tables, in which nothing from a file counts as a command."""

from __future__ import annotations

import io
import re
import sys

import pytest

from tabgan.cli.main import main
from tabgan.cli.terminal import find_terminal, shown_streams

STYLES = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.BytesIO):
    """A terminal, for what asks whether it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def seen(monkeypatch):
    """Return what a command, or what a function draws, is shown as on a terminal."""

    def see(*asked, columns: int = 80, encoding: str = "utf-8") -> str:
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", str(columns))
        raw = Terminal()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding, newline="\n"))
        if callable(asked[0]):
            with shown_streams():
                asked[0]()
        else:
            main(asked, prog_name="tabgan", standalone_mode=False)
        sys.stdout.flush()
        return raw.getvalue().decode(encoding)

    return see


def plain(text: str) -> list[str]:
    """The lines of what was drawn, without styles."""
    return STYLES.sub("", text).splitlines()


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_help_is_drawn_in_panels_that_fit(seen, tabgan_command, columns):
    drawn = plain(seen("fit", "--help", columns=columns))
    panels = [line for line in drawn if line.startswith("╭")]
    headings = re.findall(r"^(\S.*):$", tabgan_command("fit", "--help").stdout, re.MULTILINE)
    assert [line.strip("╭─╮ ") for line in panels] == headings
    assert all(len(line) == min(columns, 110) - 2 for line in drawn if line[:1] in ("╭", "│", "╰"))


def test_all_commands_are_drawn(seen):
    drawn = "\n".join(plain(seen("--help")))
    assert all(re.search(rf"^│ {name} ", drawn, re.MULTILINE) for name in main.commands)


def test_where_no_box_can_be_shown_there_is_one_of_ascii(seen):
    assert all(line.isascii() for line in plain(seen("info", "--help", encoding="latin-1")))


@pytest.mark.parametrize("name", ["NO_COLOR", "TERM"])
def test_a_terminal_without_colour_gets_none(seen, monkeypatch, name):
    if name == "NO_COLOR":
        monkeypatch.setenv(name, "1")
        assert not re.search(r"\x1b\[[0-9;]*3\d", seen("--help"))
    else:
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(Terminal(), "utf-8"))
        monkeypatch.setenv(name, "dumb")
        with shown_streams():
            assert find_terminal() is None


def test_only_styles_of_ours_pass_and_no_other_command(seen):
    def write():
        find_terminal().write_styled("\x1b[1mbold\x1b[0m\x1b[2J\x1b]0;title\x07\x1b[1Am\n")

    assert seen(write) == "\x1b[1mbold\x1b[0m\\x1b[2J\\x1b]0;title\\x07\\x1b[1Am\n"


def test_styles_in_a_text_are_none(seen):
    def write():
        from tabgan.cli.drawing import as_text, draw

        draw(find_terminal(), [as_text("a\x1b[31mb[bold]c[/bold]:smile:")])

    assert seen(write) == "a\\x1b[31mb[bold]c[/bold]:smile:\n"
