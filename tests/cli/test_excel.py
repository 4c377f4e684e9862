"""Workbooks on the command line, and the page about them."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tabgan import settings
from tabgan.tables.formats import read_table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "excel.md"
FORMATS = ['yyyy"年"m"月"d"日"', "#,##0.0", "0.0%", "General", "General"]
QUICK = ("--preset", "fast", "--iterations", 20, "--seed", 0, "--quiet")


@pytest.fixture
def book():
    """The workbook of the page: a sheet of pumps that begins in B4 below a title, and one of notes before it."""
    rng = np.random.default_rng(0)
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["written in spring"])
    sheet = book.create_sheet("Pumps")
    sheet["B2"] = "Pumps in 2024"
    sheet.merge_cells("B2:F2")
    rows = [["day", "flow", "efficiency", "state", "code"]]
    for i in range(60):
        day, flow, efficiency = dt.datetime(2024, 1, 1 + i % 28), 1200 + rng.normal(), rng.integers(500, 950)
        rows.append([day, round(flow, 1), efficiency / 1000, "on", f"{i % 7:03d}"])
    for r, row in enumerate(rows):
        for c, (value, number_format) in enumerate(zip(row, FORMATS, strict=True)):
            cell = sheet.cell(4 + r, 2 + c, value)
            if r:
                cell.number_format = number_format
    sheet["E9"] = "off"
    book.save("book.xlsx")


def ok(result):
    assert result.exit_code == 0, result.output
    return result


def cells(path):
    """The cells below the header, by column."""
    names, *rows = openpyxl.load_workbook(path).active.iter_rows()
    return {name.value: [row[i] for row in rows] for i, name in enumerate(names)}


@pytest.fixture
def run(tabgan_command, book, monkeypatch):
    """The command line in a folder with the workbook, where fits are short."""
    for preset in settings.PRESETS.values():
        monkeypatch.setitem(preset, "iterations", 20)
    return tabgan_command


def test_every_command_of_the_page_runs(run):
    (block,) = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for line in block.splitlines():
        program, *arguments = shlex.split(line, comments=True)
        assert program == "tabgan"
        ok(run(*arguments))
    written = cells("synth.xlsx")
    assert list(written) == ["day", "flow", "efficiency", "state"]
    for name, number_format in zip(written, FORMATS, strict=False):
        assert {cell.number_format for cell in written[name]} == {number_format}


def test_formats_go_through_a_model(run):
    ok(run("fit", "book.xlsx", "--sheet", "Pumps:B4:F", "--cols", "B:D,F", *QUICK))
    ok(run("generate", "-n", 30, "-o", "synth.xlsx", "--cols", "code,A,3"))
    written = cells("synth.xlsx")
    assert list(written) == ["code", "day", "efficiency"]
    assert {cell.number_format for cell in written["efficiency"]} == {"0.0%"}
    assert all(isinstance(cell.value, dt.datetime) for cell in written["day"])
    assert {len(cell.value) for cell in written["code"]} == {3}
    ok(run("generate", "-n", 30, "-o", "synth.csv"))
    assert pd.read_csv("synth.csv", dtype=str)["code"].str.len().eq(3).all()
    chosen = ("--sheet", "Pumps:B4:F", "--only", "marginals", "--cols", "C:D", "--categorical", "D", "--json")
    scored = json.loads(ok(run("evaluate", "book.xlsx", "synth.csv", *chosen)).stdout)
    numbers = {column["column"]: column["real_mean"] is not None for column in scored["columns"]}
    assert numbers == {"flow": True, "efficiency": False}  # as the letters of the sheet say
    ok(run("schema", "synth.xlsx", "-o", "schema.json"))
    assert '"number_format": "0.0%"' in Path("schema.json").read_text()
    ok(run("fit", "synth.xlsx", "--schema", "schema.json", "-o", "again.tabgan", *QUICK))


def test_a_model_of_text_writes_dates(run):
    read_table("book.xlsx", sheet="Pumps:B4:F").drop(columns="code").to_csv("rows.csv", index=False)
    ok(run("fit", "rows.csv", *QUICK))
    ok(run("generate", "-n", 30, "-o", "synth.xlsx", "--where", "day>=2024-01-05"))
    written = cells("synth.xlsx")
    assert {cell.number_format for cell in written["day"]} == {"yyyy-mm-dd"}
    assert all(cell.value >= dt.datetime(2024, 1, 5) for cell in written["day"])
    assert {cell.number_format for cell in written["flow"]} == {"General"}
    ok(run("evaluate", "rows.csv", "synth.xlsx", "--only", "marginals"))


def test_a_title_and_a_wrong_sheet_are_one_line(run):
    assert "Pumps in 2024" in run("schema", "book.xlsx", "--sheet", "Pumps").stderr
    result = run("fit", "book.xlsx", "--sheet", "Pump")
    assert result.exit_code == 2
    assert "sheets are Pumps, Notes;" in result.stderr
    assert result.stderr.count("\n") == 1
