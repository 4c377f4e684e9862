"""All that the page says is in its catalogue."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import tabgan.ui
from tabgan.ui.commands import KINDS
from tabgan.ui.live import COUNTED
from tabgan.ui.pages import FIELDS, TITLES, find_words

ROOM = Path(tabgan.ui.__file__).parent


def said() -> set[str]:
    """Every text in the templates and the code that is looked up."""
    texts = set(KINDS) | set(TITLES.values()) | set(COUNTED.values()) | set(FIELDS.values())
    for path in (ROOM / "templates").glob("*.j2"):
        texts |= {two or one for two, one in re.findall(r"""\bt\((?:"([^"]*)"|'([^']*)')""", path.read_text("utf-8"))}
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "words":
                texts |= {c.value for a in node.args for c in ast.walk(a) if isinstance(c, ast.Constant)}
    return {text for text in texts if isinstance(text, str)}


def test_every_text_is_translated_with_its_values():
    catalogue = find_words("zh").catalogue
    assert sorted(said() - catalogue.keys()) == []
    for text in said():
        fields = [sorted(name for _, name, _, _ in Formatter().parse(t) if name) for t in (text, catalogue[text])]
        assert fields[0] == fields[1], text
