"""Warnings and errors name options that the running command has, and say nothing of others."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabgan.cli.main import main
from tabgan.cli.remedies import leave_in, leave_out, list_options
from tabgan.spelling import ABOUT_TABLES
from tests.docs.pages import ROOT


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


def test_errors_name_options_of_the_command_alone(tabgan_command):
    rows = [{"a": [i], "b": i % 7} for i in range(60)]
    Path("lists.json").write_text(json.dumps(rows))
    said = "a column must hold numbers, dates, truth values or text, but 'a' has '[0]' (list) in row 1; convert it"
    for lacking in (("evaluate", "lists.json"), ("forecast", "--target", "b", "--time", "a", "-o", "f.csv")):
        refused = tabgan_command(lacking[0], "lists.json", *lacking[1:])
        assert (refused.exit_code, refused.stderr) == (2, f"Error: {said}\n")
    chinese = tabgan_command("evaluate", "lists.json", "lists.json", "--lang", "zh").stderr
    assert chinese == "错误：列中必须是数值、日期、真假值或文本，但 'a' 第 1 行是 '[0]'（list）；请转换它\n"
    for having in (("fit", "-o", "m.tabgan"), ("augment", "--target", "a", "-o", "f.csv")):
        refused = tabgan_command(having[0], "lists.json", *having[1:])
        assert refused.stderr.endswith(f"Error: {said}, or leave it out with --drop a\n")


def test_an_error_whose_remedy_is_of_other_commands_has_one():
    line = "a label has 9 letters, but 'x' has 10; leave it out with --drop x"
    assert leave_in(line, {"--drop x"}, "mend it") == "a label has 9 letters, but 'x' has 10; mend it"
    assert leave_in(line, {"--id x"}, "mend it") == line
    assert leave_in("标签过长；用 --drop x 去掉它", {"--drop x"}, "请改正") == "标签过长；请改正"


def find_remedies() -> Iterator[str]:
    """Yield what errors say, with options about tables in the place of `spell`, as far as they stand in the raise."""
    for path in sorted((ROOT / "tabgan").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text if "spell(" in text else "")
        for raised in (node for node in ast.walk(tree) if isinstance(node, ast.Raise)):
            for text in (node for node in ast.walk(raised) if isinstance(node, ast.JoinedStr)):
                said = "".join(map(_say, text.values))
                if "--x" in said:
                    yield said


def _say(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    called = part.value if isinstance(part, ast.FormattedValue) else part
    if not isinstance(called, ast.Call) or getattr(called.func, "id", "") != "spell" or len(called.args) < 2:
        return "…"
    name = called.args[0]
    return "--x" if isinstance(name, ast.Constant) and name.value in ABOUT_TABLES else "…"


def test_all_remedies_of_errors_can_be_left_out():
    found = list(find_remedies())
    assert len(found) > 15
    for said in found:
        kept = leave_in(said, {"--x"}, "mend it")
        # Where no clause before it can go, the option is one that was given.
        assert "--x" not in kept or "; " not in said.partition("--x")[0], said
        assert "; " in kept or "; " not in said
