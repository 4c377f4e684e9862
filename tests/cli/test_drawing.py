"""What is drawn on a terminal: panels and tables, in which nothing from a file counts as a command."""

from __future__ import annotations

import io
import re
import sys
import unicodedata

import pytest

from tabgan.cli.language import speaking
from tabgan.cli.main import main
from tabgan.cli.showing import show
from tabgan.cli.terminal import find_terminal, shown_streams
from tabgan.report.shown import Rows, Said

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


@pytest.mark.parametrize("columns", [36, 44, 60, 80, 120])
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


WIDE = Rows(
    ["列", *(f"score {i}" for i in range(12))],
    [[name, *(f"{1000 * i + len(name)}.5" for i in range(12))] for name in ("流量计", "a b", "x" * 40)],
)


def width(line: str) -> int:
    """How many places a terminal gives to a line."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


@pytest.mark.parametrize("columns", [24, 30, 36, 60, 80, 200])
def test_a_table_is_cut_between_columns_and_no_number_is(seen, columns):
    drawn = plain(seen(lambda: show(WIDE), columns=columns))
    assert all(width(line) <= columns for line in drawn)
    assert set(re.findall(r"\S+\.5", "\n".join(drawn))) == {cell for row in WIDE.rows for cell in row[1:]}
    heads = [line for line in drawn if line.startswith("列")]
    assert re.findall(r"score \d+", "".join(heads)) == WIDE.header[1:]
    assert (len(heads) == 1) == (columns == 200)
    for line in drawn:
        if line.strip("─ ") and ".5" in line:
            ends = [width(line[: match.end()]) for match in re.finditer(r"\S+\.5", line)]
            head = next(head for head in heads if width(head.rstrip()) == ends[-1])
            assert ends == [width(head[: match.end()]) for match in re.finditer(r"score \d+", head)]


def test_on_a_narrow_terminal_no_column_is_lost_and_a_width_of_none_is_none(seen):
    rows = [["total_daily_water_consumption", "continuous", "float64", "195", "-", "0 to 5"]]
    table = Rows(["column", "kind", "dtype", "distinct", "missing", "values"], rows, left=True)
    drawn = plain(seen(lambda: show(table), columns=24))
    assert all(len(line) <= 24 for line in drawn)
    assert sum(line.startswith("column") for line in drawn) == 5
    assert {"continuous", "float64", "195", "-"} <= set(" ".join(drawn).split())
    assert "continuous" in "".join(plain(seen(lambda: show(table), columns=0)))


def test_texts_in_a_table_are_broken_and_not_lost(seen):
    table = Rows(["column", "values"], [["kind", "one of many levels, of which there are some"]], left=True)
    drawn = plain(seen(lambda: show(table), columns=30))
    assert "".join(line[8:].strip() + " " for line in drawn[2:]).split() == f"{table.rows[0][1][:31]}…".split()
    assert all(len(line) <= 30 for line in drawn)


def test_colour_is_only_for_good_fair_and_poor(seen):
    def write():
        show(*(Said(f"- {level}", level) for level in ("good", "fair", "poor", "unknown")), "said", WIDE)

    first = seen(write).splitlines()
    assert ["32m" in first[0], "33m" in first[1], "31m" in first[2]] == [True] * 3
    assert not re.search(r"\x1b\[[0-9;]*[349]\dm", "\n".join(first[3:]))


def test_what_is_piped_is_plain_text(tabgan_command, capsys):
    show(Said("fine", "good"), "", WIDE)
    assert capsys.readouterr().out == f"fine\n\n{WIDE}\n"


def test_a_path_is_not_broken(seen):
    path = "a/" * 60
    assert seen(lambda: show(f"report: {path}")) == f"report: {path}\n"


def test_cells_and_texts_command_nothing(seen):
    hostile = "a\x1b[31mb\x1b]0;t\x07\x9b2J\u202e"

    def write():
        show(Said(hostile, "good"), hostile, Rows([hostile, "n"], [[hostile, "1"]]))

    found = STYLES.sub("", seen(write))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", found)
    assert found.count("\\x1b[31m") == 4


def test_a_result_for_another_stream_goes_there(capsys):
    show("rows", err=True)
    assert capsys.readouterr() == ("", "rows\n")


def test_what_is_drawn_is_in_the_language_of_the_command(seen):
    def write():
        with speaking("zh"):
            show(Said("Not enough scores were computed to say whether the rows may be used.", "unknown"), WIDE)

    first, *others = plain(seen(write))
    assert first.startswith("计算的指标不足")
    assert others == plain(seen(lambda: show(WIDE)))


def test_of_prose_nothing_is_left_out_whatever_the_width(seen):
    words = (
        "- 88% 的真实行附近有合成行；其他真实行能达到 95%。无法判断是否良好：覆盖率可能为 0.815 至 0.941（95% 区间），"
        "达到 0.858 才算良好。"
    )
    for columns in range(40, 110):
        drawn = plain(seen(lambda: show(Said(words, "fair")), columns=columns))
        assert re.sub(r"\s", "", "".join(drawn)) == re.sub(r"\s", "", words)


@pytest.mark.parametrize("terminal", [True, False])
def test_what_a_terminal_cannot_write_shifts_no_row(seen, monkeypatch, terminal):
    monkeypatch.setattr(Terminal, "isatty", lambda _: terminal)
    table = Rows(["name", "n"], [["a\U0001f600", "12345"], ["b", "1"]])
    *_, first, second = plain(seen(lambda: show(table), encoding="gbk"))
    assert first.rstrip().startswith("a\\ud83d\\ude00")
    assert len(first.rstrip()) == len(second.rstrip())
