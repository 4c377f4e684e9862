"""What is shown runs: examples, and the code blocks of README and examples, with few iterations."""

from __future__ import annotations

import re
import runpy
import shlex
import sys
from pathlib import Path

import pandas as pd
import pytest

from tabgan.evaluation import detection
from tabgan.synthesizers import settings

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def quick(tmp_path, monkeypatch, small_sieve):
    """An empty folder with data/ in it, where fits that name no number of iterations are short."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    for preset in settings.PRESETS.values():
        monkeypatch.setitem(preset, "iterations", 20)


def few(code: str) -> str:
    return re.sub(r"(iterations[ =])\d+", r"\g<1>20", code)


@pytest.mark.parametrize("document", ["README.md", "examples/02_from_matlab.md"])
def test_code_blocks_run_in_order(quick, tabgan_command, document):
    blocks = BLOCK.findall((ROOT / document).read_text(encoding="utf-8"))
    assert {language for language, _ in blocks} == {"sh", "python"}
    names: dict = {}
    for language, code in blocks:
        if language == "python":
            exec(few(code), names)
            continue
        for line in code.splitlines():
            program, *arguments = shlex.split(few(line))
            assert program == "tabgan"
            result = tabgan_command(*arguments)
            assert result.exit_code == 0, f"{line}: {result.output}"


def test_the_table_example_runs(quick, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["01_table.py", "--iterations", "20"])
    runpy.run_path(str(ROOT / "examples" / "01_table.py"), run_name="__main__")
    shown = capsys.readouterr().out
    assert "the saved model gives the same rows: True" in shown
    assert "another seed gives others: True" in shown


def test_the_rows_of_any_tool_are_judged(quick, monkeypatch, capsys):
    monkeypatch.setattr(detection, "REPEATS", 1)
    runpy.run_path(str(ROOT / "examples" / "03_evaluate_any_tool.py"), run_name="__main__")
    mixture, copies = capsys.readouterr().out.split("== copies")
    assert "Do not hand these rows out" not in mixture
    assert "Do not hand these rows out" in copies
    for name in ("mixture.html", "copies.html"):
        assert Path(name).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_table_in_data_is_what_its_script_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["make_breast_cancer.py", str(tmp_path / "again.csv")])
    runpy.run_path(str(ROOT / "data" / "make_breast_cancer.py"), run_name="__main__")
    written = (tmp_path / "again.csv").read_bytes()
    assert written == (ROOT / "data" / "breast_cancer.csv").read_bytes()
    checksum = __import__("hashlib").sha256(written).hexdigest()
    assert checksum in (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert pd.read_csv(tmp_path / "again.csv").shape == (569, 10)


@pytest.mark.parametrize("document", [*sorted(p.name for p in ROOT.glob("*.md")), "docs", "examples"])
def test_links_between_documents_lead_somewhere(document):
    path = ROOT / document
    for page in path.glob("*.md") if path.is_dir() else [path]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert "://" in target or (page.parent / target).exists(), f"{page.name} links to {target}"
