"""The Chinese pages keep up with the English ones; what they lack is listed by `make missing-translations`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tabgan.evaluation.scores import find_families
from tabgan.report.catalogue import read_catalogue

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.zh-CN.md", *sorted((ROOT / "docs" / "zh").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`]*`")
SAME_CODE = [
    "adding-rows",
    "augmentation",
    "ci",
    "cluster",
    "command-line",
    "custom-networks",
    "databases",
    "digits",
    "excel",
    "export",
    "file-format",
    "forecasting",
    "impute",
    "json",
    "pipelines",
    "python",
    "reliability",
    "scale",
    "series-how-to",
    "small-tables",
    "ui",
]


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code(page: Path) -> list[tuple[str, str]]:
    """The blocks of a page without their comments."""
    return [(language, re.sub(r" *[#%] .*", "", text)) for language, text in BLOCK.findall(read(page))]


@pytest.mark.translations
def test_the_readme_has_the_code_and_the_figures_of_the_english_one():
    english, chinese = ROOT / "README.md", ROOT / "README.zh-CN.md"
    assert code(chinese) == code(english)
    figures = re.compile(r"(?<=\| )\.?\d[\d.]*(?= \|)")
    assert figures.findall(read(chinese)) == figures.findall(read(english))


@pytest.mark.translations
@pytest.mark.parametrize("name", SAME_CODE)
def test_pages_have_the_code_of_the_english_ones(name):
    assert code(ROOT / "docs" / "zh" / f"{name}.md") == code(ROOT / "docs" / f"{name}.md")


@pytest.mark.translations
def test_every_key_of_results_is_explained():
    keys = re.compile(r"^\| ((?:`\w+`(?:, )?)+) \|", re.MULTILINE)
    assert keys.findall(read(ROOT / "docs" / "zh" / "json.md")) == keys.findall(read(ROOT / "docs" / "json.md"))


@pytest.mark.translations
def test_every_warning_is_explained_as_it_is_said_in_both_languages():
    english, chinese = read(ROOT / "docs" / "warnings.md"), read(ROOT / "docs" / "zh" / "warnings.md")
    original = [re.findall("`([^`]+)`", cell) for cell in re.findall(r"^\| (`.*?) \|", english, re.MULTILINE)]
    beside = [re.findall("`([^`]+)`", cell) for cell in re.findall(r"^\| [^|]+ \| (`.*?) \|", chinese, re.MULTILINE)]
    assert beside == original
    said = "\n".join([*read_catalogue("zh").values(), *read_catalogue("zh", "tabgan.cli").values()])
    said = re.sub(r"\{[^}]*\}", "…", said)
    phrases = [text for cell in re.findall(r"^\| (`.*?) \|", chinese, re.MULTILINE) for text in CODE.findall(cell)]
    searched = [re.compile(r".*?".join(map(re.escape, text.strip("`… ").split("…")))) for text in phrases]
    assert [one.pattern for one in searched if not one.search(said)] == []


@pytest.mark.translations
@pytest.mark.parametrize(
    "name",
    [
        "augmentation",
        "compare",
        "digits",
        "evaluation",
        "export",
        "forecasting",
        "impute",
        "matlab",
        "tuning",
        "water-demand",
    ],
)
def test_numbers_in_tables_are_those_of_the_english_page(name):
    numbers = re.compile(r"\d[\d,]*\.?\d+")
    english = set(numbers.findall(read(ROOT / "docs" / f"{name}.md")))
    chinese = CODE.sub("", read(ROOT / "docs" / "zh" / f"{name}.md"))
    rows = [line for line in chinese.splitlines() if line.startswith("|")]
    assert set(numbers.findall("\n".join(rows))) <= english


@pytest.mark.translations
def test_every_score_is_explained():
    page = read(ROOT / "docs" / "zh" / "evaluation.md")
    assert [name for family in find_families().values() for name in family.specs if f"`{name}`" not in page] == []


@pytest.mark.translations
def test_pages_that_are_only_in_english_are_listed():
    page = read(ROOT / "docs" / "zh" / "index.md").partition("只有英文")[2].partition("\n## ")[0]
    english = {path.name for path in (ROOT / "docs").glob("*.md")}
    chinese = {path.name for path in (ROOT / "docs" / "zh").glob("*.md")}
    assert {name for name in english - chinese if f"](../{name})" not in page} == set()
    assert set(re.findall(r"\]\(\.\./([\w-]+\.md)\)", page)) & chinese == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_letters_stand_apart_from_characters_and_punctuation_is_chinese(page):
    prose = re.sub(r"\]\([^)]*\)", "", CODE.sub("", BLOCK.sub("", read(page))))
    assert re.findall(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]", prose) == []
    assert re.findall(r"[\u4e00-\u9fff][,;:?!]", prose) == []
