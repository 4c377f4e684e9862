"""What the command line says in Chinese keeps up with what it says; `make missing-translations` lists what it lacks."""

from __future__ import annotations

import ast
import errno
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from tabgan.cli.language import read_templates
from tabgan.cli.main import main
from tabgan.report.catalogue import read_catalogue
from tests.conftest import ROOT

TOLD = re.compile(r"(?:\w+\.)*(?:warn|TabganWarning|echo|tell|fail|\w*Error|UsageError|BadParameter)")
APART = ("forms/",)  # of files that only a program writes
HOLE, OPEN, CLOSE = "\0\1\2"
PUT_TOGETHER = 218  # translations of lines that no single text in the sources makes
OF_CLICK = re.compile(r"Usage|Try|No such|Missing|Option|Got|Invalid|Argument|Aborted|Show th|Error|\{value")
"""How texts of click begin, of which each version has its own."""
OF_PARSERS = re.compile(r"\{reason\}|'utf-8'|Expect|Unclosed|Unterminated|Cannot |Illegal|Unescaped|Extra data")
"""How those of the parsers of TOML, JSON and UTF-8 begin."""


@cache
def trees() -> dict[str, ast.Module]:
    paths = sorted((ROOT / "tabgan").rglob("*.py"))
    return {p.relative_to(ROOT / "tabgan").as_posix(): ast.parse(p.read_text(encoding="utf-8")) for p in paths}


def texts(tree: ast.AST, hole: str = "7") -> Iterator[str]:
    """Yield the texts of a tree, with a sign where values come in."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else hole for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def holes(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@cache
def catalogue() -> dict[str, str]:
    return read_catalogue("zh", "tabgan.cli")


def skeleton(template: str) -> str:
    """Return the words of a template, or of a text in the sources, with one sign for each hole."""
    return (
        re.sub(r"\{[^{}]*\}", HOLE, template.replace("{{", OPEN).replace("}}", CLOSE))
        .strip()
        .replace(OPEN, "{")
        .replace(CLOSE, "}")
    )


def test_translations_are_of_texts_that_there_are():
    written = {text for tree in trees().values() for text in texts(tree, HOLE)}
    known = {line.strip() for text in written for line in text.split("\n")} | {*map(os.strerror, errno.errorcode)}
    ours = [key for key in catalogue() if not (OF_CLICK.match(key) or OF_PARSERS.match(key))]
    others = [key for key in ours if skeleton(key) not in known]
    assert len(others) <= PUT_TOGETHER, f"a text has changed, or more of these are put together: {others}"


def test_a_translation_has_the_values_of_its_text():
    assert [key for key, said in catalogue().items() if holes(key) != holes(said)] == []


def test_every_translation_can_be_found():
    made = read_templates("zh").templates
    assert [one.known for one in made if one.known in catalogue() and not (one.is_line or one.is_phrase)] == []


def test_what_the_page_says_is_not_translated_twice():
    assert catalogue().keys() & read_catalogue("zh").keys() == set()


def test_letters_stand_apart_from_characters_and_punctuation_is_chinese():
    for said in catalogue().values():
        shown = re.sub(r"\{\w+:zh\??\}", "中", said)  # which sees to its own spaces
        shown = re.sub(r"\{\w+\}", "A", re.sub(r"'[^']*'|`[^`]*`", "A", shown))
        assert re.findall(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]", shown) == [], said
        assert re.findall(r"[\u4e00-\u9fff][,;:?!]", shown) == [], said


def messages() -> Iterator[str]:
    """Yield the lines that errors, warnings and commands say, by the calls that make them."""
    for place, tree in trees().items():
        for node in ast.walk(tree):
            if place.startswith(APART) or not isinstance(node, ast.Call) or not TOLD.fullmatch(ast.unparse(node.func)):
                continue
            for text in texts(ast.Module([ast.Expr(arg) for arg in node.args], [])):
                yield from (line.strip() for line in text.split("\n") if re.search(r"[a-z]{3}.* .*[a-z]{3}", line))


def letters(words: str) -> int:
    return sum(map(str.isalpha, words))


def is_known(text: str) -> bool:
    """Whether a template has all words of a text, and not only some around a hole."""
    known = read_templates("zh")
    return text in known.phrases or any(
        one.match(text) is not None and letters("".join(part.words for part in one.parts)) >= 0.9 * letters(text)
        for one in known.templates
    )


def helps() -> Iterator[str]:
    """Yield what commands and options are for, but for defaults."""
    for command in main.commands.values():
        texts = [
            (command.help or "").partition("\n\n")[0],
            *(getattr(one, "help", None) or "" for one in command.params),
        ]
        yield from (" ".join(text.partition("  [")[0].split()) for text in texts if text)


@pytest.mark.translations
def test_every_message_is_translated():
    said = sorted({*messages(), *helps()})
    lacking = [text for text in said if not is_known(text)]
    assert lacking == [], f"{len(lacking)} of {len(said)} messages are only in English"


@pytest.mark.parametrize(
    "text", ['{"a": [}', "{a: 1}", '{"a" 1}', "[1 2]", "[1] 2", '{"a', '{"\\q": 1}', '{"\\u1": 1}']
)
@pytest.mark.parametrize("place", ["rows.json", "rows.jsonl", "config.json", "schema.json"])
def test_what_is_wrong_with_json_is_said_in_chinese(tabgan_command, text, place):
    arguments = ("rows.csv", f"--{place[:6]}", place) if place[0] in "cs" else (place,)
    Path("rows.csv").write_text("a,b\n1,2\n3,4\n")
    Path(place).write_text(text)
    said = tabgan_command("fit", *arguments, "--lang", "zh").stderr
    assert re.search(r"第 1 行第 \d+ 列，第 \d+ 个字符", said), said
    assert not re.search("Invalid|Expecting|Extra|Unterminated", said), said
