"""Warnings name options that the running command has, and say nothing of others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabgan.cli.main import main
from tabgan.cli.remedies import leave_out, list_options


@pytest.fixture
def german(tabgan_command):
    days = pd.date_range("2023-01-01", periods=90)
    table = pd.DataFrame({"day": days, "sales": np.sin(np.arange(90)).round(2)})
    table.to_csv("german.csv", index=False, sep=";", decimal=",")
    return tabgan_command


def test_a_command_that_reads_does_not_say_how_to_write(german):
    """`--delimiter` says in it how the file is read."""
    done = german("forecast", "german.csv", "--variant", "linear", "-o", "fc.csv")
    assert done.exit_code == 0, done.stderr
    assert "Warning: rows are written with ';' between fields, as those that were learned\n" in done.stderr
    assert "--delimiter" not in done.stderr
    assert "--categorical" not in done.stderr


def test_remedies_that_a_command_has_stay(german):
    read = "Warning: the texts in column 'sales' are read as numbers with a decimal comma ('0,0' in row 1 is 0)"
    assert german("split", "german.csv").stderr == f"{read}\n"
    assert f"{read}; --categorical sales takes them for labels\n" in german("schema", "german.csv").stderr
    chinese = german("split", "german.csv", "--overwrite", "--lang", "zh").stderr
    assert chinese == "警告：列 'sales' 中的文本按带小数逗号的数值读取（第 1 行的 '0,0' 为 0）\n"
    assert Path("german-test.csv").exists()


def test_what_is_written_is_told_apart_from_what_is_read():
    assert "--delimiter" in list_options(main.commands["forecast"])
    assert "written --delimiter" in list_options(main.commands["generate"])
    assert "--delimiter" not in list_options(main.commands["generate"])


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("a is read; --drop x leaves it out", "a is read"),
        ("mend it, or leave it out with --drop x", "mend it"),
        ("a; if so, say --drop x; b", "a; b"),
        ("读取；--drop x 去掉它", "读取"),
        ("--drop x is all that is said", "--drop x is all that is said"),
        ("a; --drop y leaves it out", "a; --drop y leaves it out"),
    ],
)
def test_a_remedy_goes_with_its_clause(line, kept):
    assert leave_out(line, {"--drop x"}) == kept
