"""The quickest of the journeys runs with a fresh wheel, and none types a command that no page has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, read
from tests.journeys import ci
from tests.journeys.environment import borrowed_environment, build_wheel
from tests.journeys.run import NAMES
from tests.journeys.user import User

QUICK = "--iterations"  # which journeys give to be quick
HERE = Path(__file__).resolve().parent
JOURNEYS = [HERE / f"{name}.py" for name in NAMES]


@pytest.mark.long
def test_a_ci_pipeline(tmp_path):
    programs = borrowed_environment(tmp_path / "env", build_wheel(tmp_path))
    ci.journey(User(tmp_path / "job", programs, ci.WHO))


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_its_commands_stand_in_the_pages(path):
    """Names of files and columns, numbers, and which of the options are left out, are the user's own."""
    shown = [parts(line) for page in PAGES for line in commands(read(page))]
    for line in typed(path):
        command, options = parts(line)
        assert any(command == other and options <= others for other, others in shown), f"no page has: {line}"


def typed(path: Path) -> Iterator[str]:
    """The commands of tabgan in what a journey types."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "types":
            assert isinstance(node.args[0], ast.Constant), f"{path.name}:{node.lineno}: types() takes a text as it is"
            yield from commands(node.args[0].value)


def commands(text: str) -> Iterator[str]:
    """The commands of tabgan in a text: at the start of a line, and after a prompt, a `, & or |."""
    for found in re.finditer(r"(?:^|[`$&|])\s*(tabgan [^`\n&|#]*)", text.replace("\\\n", " "), re.MULTILINE):
        yield found[1]


def parts(command: str) -> tuple[str, set[str]]:
    """The name of a command, and its options."""
    name, *words = command.replace('"', "").split()[1:] or [""]
    return name, {word for word in words if re.match(r"--?[a-z]", word)} - {QUICK}
