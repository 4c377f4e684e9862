"""A cell of 10 MB or a name of 100 kB costs no more than a second, and messages stay short."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from click.testing import CliRunner

from tabgan.cli.main import main
from tabgan.errors import InputError, TabganWarning
from tabgan.rules import read_comparison, suggest
from tabgan.text import format_rows

CELL, WORDS, NAME = "A" * 10_000_000, 'it\'s "so" ' * 1_000_000, "N" * 100_000


@pytest.fixture(autouse=True)
def _quick():
    started = time.process_time()
    yield
    assert time.process_time() - started < 5  # with all else that a command does


@pytest.mark.parametrize("cell", [CELL, WORDS], ids=["letters", "words"])
@pytest.mark.parametrize("column", ["number", "label", "day"])
def test_a_cell_is_read_or_named_in_a_short_message(tmp_path, cell, column):
    table = pd.DataFrame(
        {"number": range(30), "label": list("abc") * 10, "day": pd.date_range("2024-01-01", periods=30)}
    )
    table[column] = table[column].astype(str)
    table.loc[17, column] = cell
    table.to_csv(tmp_path / "t.csv", index=False)
    result = CliRunner().invoke(main, ["schema", str(tmp_path / "t.csv")])
    assert result.exit_code == 0
    assert len(result.output) < 3000


def test_a_name_is_cut_where_it_is_shown(tmp_path):
    pd.DataFrame({NAME: list("ab") * 20, "x": range(40)}).to_csv(tmp_path / "t.csv", index=False)
    result = CliRunner().invoke(main, ["schema", str(tmp_path / "t.csv")])
    assert result.exit_code == 0
    assert "NNN…  categorical" in result.output
    asked = CliRunner().invoke(main, ["fit", str(tmp_path / "t.csv"), "--cols", f"{NAME}M", "--dry-run"])
    assert asked.exit_code == 2
    assert len(asked.output) < 3000


def test_messages_and_tables_of_text_cut_what_is_long():
    for kind in (InputError, TabganWarning):
        said = str(kind(f"a cell must be short, but is {CELL!r} in row 3; leave it out"))
        assert said.startswith("a cell must be short, but is 'AAA")
        assert said.endswith("A…' in row 3; leave it out")
        assert len(said) < 200
        assert len(str(kind(f"a cell must be short, but is {WORDS!r} in row 3; leave it out"))) < 2100
    assert format_rows(["a"], [[CELL], ["流" * 10**6]]).splitlines()[1:] == ["A" * 31 + "…", "流" * 15 + "…"]
    assert len(suggest(NAME, [NAME + "M", "x"], "columns")) < 300
    with pytest.raises(InputError) as error:
        read_comparison(f"{NAME} <=> 3")
    assert len(str(error.value)) < 500


def test_a_cell_far_away_is_refused_before_memory_is_taken(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in range(1, 30):
        book.active.append([row, row % 3])
    book.active["ABC20000"] = 1
    book.save(tmp_path / "far.xlsx")
    result = CliRunner().invoke(main, ["schema", str(tmp_path / "far.xlsx")])
    assert result.exit_code == 2
    assert "has 59 filled ones in 20,000 rows and 731 columns" in result.output
    assert "--sheet" in result.output


def test_messages_and_tables_of_text_command_a_terminal_nothing():
    assert str(InputError("a name is \x1b[2J")) == r"a name is \x1b[2J"
    assert format_rows(["a\x1b"], [["b\n\x07"]]) == "a\\x1b\nb \\x07"
