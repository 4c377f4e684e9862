"""What the pages show runs, with few iterations, and their links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest

from tabgan.evaluation import tables
from tabgan.evaluation.families import dependence
from tests.docs.pages import PAGES, ROOT, anchors, blocks, commands, links, read

RUN = ("python", "sh", "bash", "console")
PROGRAMS = {"pip", "git", "make", "cd"}  # that pages may name beside tabgan and python; they are not run


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_pages_and_headings(page):
    for link in links(page):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name(page)} links to {link}, which is not there"
        assert target.is_relative_to(ROOT), f"{name(page)} links to {link}, outside the repository"
        if anchor and target.suffix in (".md", ".ipynb"):
            assert anchor in anchors(target), f"{name(page)} links to {link}, but there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_code_that_is_not_run_says_why(page):
    """`<!-- no-run: reason -->` stands on the line above a block that would run, and what is Python is still Python."""
    left_out = [block for block in blocks(page) if block.reason]
    assert read(page).count("no-run") == len(left_out), f"{name(page)}: <!-- no-run: REASON --> goes above a block"
    for block in left_out:
        assert block.language in RUN, f"{name(page)}:{block.line} is not run anyway"
        if block.language == "python":
            compile(block.code, f"{name(page)}:{block.line}", "exec")


SHOWING = [page for page in PAGES if any(b.language in RUN and not b.reason for b in blocks(page))]


@pytest.mark.filterwarnings("ignore::tabgan.errors.TabganWarning")  # of fits that are short
@pytest.mark.parametrize("page", SHOWING, ids=name)
def test_code_blocks_run_in_order(quick, tabgan_command, monkeypatch, page):
    monkeypatch.setattr(tables, "MOST_ROWS", 100)  # are judged
    monkeypatch.setattr(dependence, "MOST_DISTANCE_ROWS", 50)
    names: dict = {}
    for block in blocks(page):
        if block.language not in RUN or block.reason:
            continue
        if block.language == "python":
            exec(compile(few(block.code), f"{name(page)}:{block.line}", "exec"), names)
            continue
        for command in commands(block):
            program, *arguments = shlex.split(few(command), comments=True)
            if program == "python":
                assert (ROOT / arguments[0]).is_file(), f"{name(page)}: {command}"
            elif program == "tabgan":
                result = tabgan_command(*arguments)
                assert result.exit_code == 0, f"{name(page)}: {command}\n{result.output}"
            else:
                assert program in PROGRAMS, f"{name(page)}: {command}"


def few(code: str) -> str:
    """Shorten what is trained for a given number of iterations or epochs."""
    return re.sub(r"\b(iterations|epochs|members)([ =])\d+", r"\1\g<2>2", code)
