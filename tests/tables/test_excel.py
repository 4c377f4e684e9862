"""Excel workbooks."""

from __future__ import annotations

import sys

import openpyxl
import pytest

from tabgan.errors import InputError
from tabgan.tables import excel
from tabgan.tables.check import check_table
from tabgan.tables.formats import read_table, write_table


def save(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_the_first_sheet_is_read(tmp_path):
    table = read_table(save(tmp_path / "a.xlsx", ["a", 2020], [1, 2.5], [3, 4]))
    assert list(table.columns) == ["a", "2020"]
    assert table["a"].dtype == "int64"
    assert table["2020"].tolist() == [2.5, 4.0]


def test_repeated_names_are_found(tmp_path):
    with pytest.raises(InputError, match="distinct column names"):
        check_table(read_table(save(tmp_path / "a.xlsx", ["a", "a"], [1, 2.5], [3, 4])))


def test_without_openpyxl_the_remedy_is_said(tmp_path, monkeypatch):
    path = save(tmp_path / "a.xlsx", ["a"], [1])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(InputError, match=r"pip install 'tabgan-wgangp\[excel\]'"):
        read_table(path)


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "MOST_ROWS", 3)
    table = read_table(save(tmp_path / "a.xlsx", ["a"], [1], [2], [3]))
    with pytest.raises(InputError, match="at most 3 rows, header included"):
        write_table(table, tmp_path / "b.xlsx")
