"""A file format of one's own: JSON lines, an object in each line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

import tabgan
from tabgan.cli.main import main
from tabgan.registry import registered
from tabgan.tables.formats import Format, read_table, write_table


def read_lines(path: Path) -> pd.DataFrame:
    return pd.DataFrame([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])


class LinesWriter:
    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8")

    def write(self, block: pd.DataFrame) -> None:
        block.to_json(self.file, orient="records", lines=True, force_ascii=False)

    def close(self, complete: bool) -> None:
        self.file.close()


LINES = Format("json lines", (".jsonl",), read_lines, LinesWriter)


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    """As when a package that has it is imported; after the test it is gone."""
    tabgan.register("format", LINES)
    yield
    del registered("format")[LINES.name]  # type: ignore[attr-defined]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def data(table, tmp_path, monkeypatch, _registered) -> Path:
    monkeypatch.chdir(tmp_path)
    write_table(table, "data.jsonl")
    return tmp_path / "data.jsonl"


def test_what_is_written_is_read(data, table):
    pd.testing.assert_frame_equal(read_table(data), table)
    assert json.loads(data.read_text(encoding="utf-8").splitlines()[0]).keys() == {"price", "流量", "count"}


def test_the_command_line_reads_and_writes_it(data):
    assert run("fit", data, "--iterations", 20, "--no-sieve", "--seed", 0).exit_code == 0
    assert run("generate", "-n", 30, "-o", "rows.jsonl").exit_code == 0
    rows = read_table("rows.jsonl")
    assert rows.shape == (30, 3)
    assert rows["count"].dtype == "int64"
    judged = run("evaluate", data, "rows.jsonl", "--only", "marginals", "--quiet")
    assert judged.exit_code == 0, judged.output


def test_options_that_it_has_not_are_refused(data):
    refused = run("schema", data, "--sheet", "2")
    assert refused.exit_code == 2
    assert "--sheet is for .xlsx .xlsm, but" in refused.stderr


def test_help_and_messages_list_it(data):
    assert ".jsonl" in run("--help").stdout
    assert ".jsonl" in run("generate", "--help").stdout
    assert ".jsonl" in run("schema", "data.xyz").stderr
