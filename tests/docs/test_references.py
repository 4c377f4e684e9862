"""The pages for look-ups say what the commands have: docs/commands.md all options, docs/json.md all keys of results."""

from __future__ import annotations

import json
import re
import runpy
import shutil

import pytest

from tests.docs.pages import ROOT

KEYS = re.compile(r"^\| ((?:`\w+`(?:, )?)+) \|", re.MULTILINE)


@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.translations)])
def test_the_page_of_commands_is_made_of_the_commands(lang):
    made = runpy.run_path(str(ROOT / "docs" / "commands.py"))
    assert made["PAGES"][lang].read_text(encoding="utf-8") == made["make_page"](lang), "python docs/commands.py"


def documented(command: str) -> set[str]:
    """The keys that the page lists for a command."""
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    section = page.split(f"### `tabgan {command}`")[1].split("\n### ")[0]
    return {key for cell in KEYS.findall(section) for key in re.findall(r"`(\w+)`", cell)}


@pytest.mark.filterwarnings("ignore::tabgan.errors.TabganWarning")  # of fits that are short
def test_the_keys_of_results_are_those_of_the_page(tabgan_command, tmp_path):
    shutil.copy(ROOT / "data" / "breast_cancer.csv", tmp_path / "data.csv")
    demand = ROOT / "data" / "simulated_water_demand.csv"
    series = (str(demand), "--target", "demand", "--time", "date", "--horizon", "1")
    for command, *arguments in (
        ("split", "data.csv", "-o", "a.csv", "b.csv"),
        ("schema", "a.csv", "--cols", "1-3"),
        ("fit", "a.csv", "--cols", "1-3", "--iterations", "2", "--snapshots", "1"),
        ("generate", "-n", "30", "-o", "c.csv"),
        ("evaluate", "a.csv", "c.csv", "--only", "marginals", "--quiet"),
        ("info",),
        ("impute", "b.csv", "-m", "model.tabgan", "-o", "e.csv"),
        ("export", "model.tabgan", "--to", "numpy", "-o", "m.npz"),
        ("forecast", *series, "--variant", "linear", "-o", "d.csv"),
        ("backtest", *series, "--train", "1640", "--models", "last-value"),
    ):
        result = tabgan_command(command, *arguments, "--json")
        assert result.exit_code == 0, result.output
        found = json.loads(result.stdout)
        assert documented(command) == set(found), command
