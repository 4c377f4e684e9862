"""docs/warnings.md explains every warning that the sources can give, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "warnings.md"
WARNS = re.compile(r"\bTabganWarning\b|(?<![.\w])warn\(|\b_say\(|\bnotes\.append\(|\bself\._add\(")
NOTES = {
    "notes",
    "_list_notes",
    "_list_refusals",
    "find_doubts",
    "_find_last",
    "spoiled",
    "find_layout",
    "_tell_titles",
    "_is_turned",
    "describe_clash",
}
"""Functions whose texts become warnings elsewhere."""
APART = ("cli/signals.py", "report/", "evaluation/series/", "evaluation/tables.py", "evaluation/features.py")
LEAST = 28  # letters between two values, by which a text is known; shorter ones are parts of others


def templates(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the texts of a function, with … where values come in, but for its docstring and what it raises."""
    passed = {id(node) for one in ast.walk(function) if isinstance(one, ast.Raise) for node in ast.walk(one)}
    if ast.get_docstring(function):
        passed |= {id(node) for node in ast.walk(function.body[0])}
    for node in ast.walk(function):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in ast.walk(node)}
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def texts() -> list[tuple[str, str]]:
    """Return where warnings are made, and their texts."""
    found = []
    for path in sorted((ROOT / "tabgan").rglob("*.py")):
        place, text = path.relative_to(ROOT / "tabgan").as_posix(), path.read_text(encoding="utf-8")
        if place.startswith(APART):
            continue
        lines = text.splitlines()
        for function in ast.walk(ast.parse(text)):
            if not isinstance(function, ast.FunctionDef):
                continue
            makes = function.name in NOTES or (place, function.name) == ("evaluation/closeness.py", "describe")
            if makes or WARNS.search("\n".join(lines[function.lineno - 1 : function.end_lineno])):
                found += [(f"{place}: {function.name}", template) for template in templates(function)]
    return found


def phrases() -> list[re.Pattern[str]]:
    """Return what stands in the first cells of the page, where … is anything."""
    rows = re.findall(r"^\| (`.*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    cells = [cell for row in rows for cell in re.findall("`([^`]+)`", row)]
    return [re.compile(".*".join(map(re.escape, cell.strip("… ").split("…"))), re.DOTALL) for cell in cells]


def test_every_warning_is_explained():
    told = phrases()
    lacking = [
        f"{place}: {text}"
        for place, text in texts()
        if max(map(len, text.split("…"))) >= LEAST and not any(one.search(text) for one in told)
    ]
    assert lacking == [], f"{PAGE.name} lacks these"


def test_no_explanation_is_of_a_warning_that_is_gone():
    found = [text for _, text in texts()]
    assert [one.pattern for one in phrases() if not any(one.search(text) for text in found)] == []
