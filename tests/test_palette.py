"""All charts look alike: colours stand in one file, which pages and pictures read."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from matplotlib.colors import CSS4_COLORS, is_color_like, to_hex

from tabgan import figures, palette
from tabgan.evaluation.scores import CONTESTANTS
from tabgan.report.charts.score_lines import MARKS

PACKAGE = Path(palette.__file__).parent
PAGES = sorted(path for kind in ("css", "js", "j2") for path in PACKAGE.rglob(f"*.{kind}"))
LITERAL = re.compile(r"(?<![&\w(])#(?:[0-9a-fA-F]{3}){1,2}\b(?!-)|\b(?:rgba?|hsla?|lab|lch|oklch)\(")
SETTING = r"(?:color|fill|stroke|background|border[\w-]*)\s*:[^;}]*?"
NAMED = re.compile(rf"{SETTING}(?<![\w-])({'|'.join(CSS4_COLORS)})\b(?!-)")


def colours_of(path: Path) -> list[str]:
    """What a file of Python gives for a colour, and hexadecimal colours wherever they are."""
    text = path.read_text(encoding="utf-8")
    found = LITERAL.findall(text)
    for node in ast.walk(ast.parse(text)):
        pairs = []
        if isinstance(node, ast.keyword):
            pairs = [(node.arg or "", node.value)]
        elif isinstance(node, ast.Dict):
            pairs = [(getattr(key, "value", ""), value) for key, value in zip(node.keys, node.values, strict=True)]
        for name, value in pairs:
            constant = getattr(value, "value", None)
            if "color" in str(name) and isinstance(constant, str) and is_color_like(constant):
                found.append(constant)
    return found


def test_what_a_colour_is_is_seen(tmp_path):
    path = tmp_path / "drawing.py"
    path.write_text('axes.plot(x, color="0.4")\nLOOK = {"facecolor": "black", "label": "k"}\nREAL = "#0072B2"\n')
    assert sorted(colours_of(path)) == ["#0072B2", "0.4", "black"]
    assert LITERAL.search("a { color: #fff }")
    assert NAMED.search("a { border: 1px solid black }")
    assert not NAMED.search("a { white-space: pre; color: var(--red) }")


def test_no_colour_stands_beside_the_palette():
    drawing = [path for path in PACKAGE.rglob("*.py") if path != Path(palette.__file__)]
    drawing = [path for path in drawing if re.search("color|#[0-9a-fA-F]{6}", path.read_text(encoding="utf-8"))]
    assert {path.name: found for path in drawing if (found := colours_of(path))} == {}
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        assert LITERAL.findall(text) == NAMED.findall(text) == [], path.name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_variable_of_a_style_sheet_is_in_the_palette(page):
    text = page.read_text(encoding="utf-8")
    own = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) - own <= set(re.findall(r"(--[\w-]+)\s*:", palette.to_css()))


def test_light_dark_and_paper_have_the_same_names():
    assert list(palette.LIGHT) == list(palette.DARK) == list(palette.PAPER)
    for colours in (palette.LIGHT, palette.DARK):
        assert all(re.fullmatch("#[0-9a-f]{6}", value) for value in colours.values())
    css = palette.to_css()
    assert css.count("--synthetic: #d55e00;") == 2  # on the screen and on paper
    assert css.index("dark") < css.index("@media print")  # paper is light whatever the screen is


def test_pictures_have_the_colours_and_sizes_of_pages():
    assert to_hex(figures.SYNTHETIC) == palette.LIGHT["synthetic"]
    with figures.style():
        from matplotlib import rcParams

        assert rcParams["xtick.labelsize"] / palette.POINT == palette.SMALL
        assert rcParams["lines.linewidth"] / palette.POINT == pytest.approx(palette.LINE)
    assert to_hex(figures.SIGNED(0.0)) == palette.LIGHT["negative"]


def test_every_contestant_has_a_mark_of_its_own_on_pages_and_in_pictures():
    assert figures.MARKERS.keys() == MARKS.keys()
    assert len({figures.MARKERS[who] for who in CONTESTANTS}) == len(CONTESTANTS)
