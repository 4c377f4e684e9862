"""Results as Markdown, as another program reads it."""

from __future__ import annotations

import html
import re

import pytest
from markdown_it import MarkdownIt

from tabgan.report.shown import Rows, Said, to_markdown

HOSTILE = [
    "a|b", "<script>alert(1)</script>", "<img src=x onerror=y>", "**b** _i_ `c` ~~s~~", "[l](http://x.y) ![i](z)",
    "# h", "1. one", "- item", "+ item", "=== ---", "&lt; &amp; &#60;", "\\| \\\\", "$x$ :smile: @name", "line\nbreak", "http://x.y",
    "流量", "> quote", "```",
]  # fmt: skip


def read(text: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)


def say(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_is_markup(text):
    line = say(text)
    parts = [Said(f"so {line}", "good"), line.removeprefix("- "), f"- of {line}", Rows([text, "n"], [[text, "1"]])]
    made = read(to_markdown(parts))
    assert set(re.findall(r"<(\w+)", made)) <= {"p", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
    cells = [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", made)]
    assert cells == [line, "n", line, "1"]
    assert html.unescape(re.findall(r"<strong>(.*?)</strong>", made)[0]) == f"so {line}"
    assert html.unescape(re.findall(r"<li>(?:<p>)?(.*?)(?:</p>)?</li>", made)[-1]) == f"of {line}"


def test_a_very_long_cell_is_shortened():
    assert len(to_markdown([Rows(["a"], [["x" * 10**6]])])) < 100
