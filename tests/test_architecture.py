"""The house keeps its shape: imports point one way, and files stay short."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "tabgan"
ORDER = ["text", "errors", "registry", "setting_rules", "settings", "spelling", "columns", "files", "seeds"]
ORDER += ["palette", "fonts", "figures", "rules", "workers", "distributed", "forms", "signing", "persistence", "schema"]
ORDER += [
    "progress",
    "name_clash",
    "tables",
    "preprocessing",
    "gan",
    "series",
    "evaluation",
    "teaching",
    "synthesizers",
    "augmentation",
    "forecasting",
    "interop",
]
ORDER += ["report", "ui", "cli"]
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.parent != PACKAGE or p.stem not in ("__init__", "__main__"))


def imported(path: Path) -> set[str]:
    """The modules of tabgan that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively; write the full name"
            module = node.module or ""
            names |= {f"tabgan.{alias.name}" for alias in node.names} if module == "tabgan" else {module}
    assert "tabgan" not in names, f"{path.name} imports all of tabgan; import the part it needs"
    return {name for name in names if name.startswith("tabgan.")} - {"tabgan.__version__"}


def part(name: str) -> str:
    return name.split(".")[1]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_part_imports_only_parts_above_it(path: Path):
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for name in imported(path):
        assert part(name) == own or ORDER.index(part(name)) < ORDER.index(own), f"{path} imports {name} from below"


def test_modules_of_one_part_do_not_import_each_other_in_a_circle():
    graph = {
        "tabgan." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): imported(path)
        for path in MODULES
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"circle: {' -> '.join((*trail, name))}"
        if name not in done:
            for other in graph[name] & graph.keys():
                visit(other, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def count_code(text: str, tree: ast.Module) -> int:
    """The lines of a file that are neither blank, nor comments, nor part of a docstring."""
    words: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            words |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(i not in words and bool(line.strip()) and not line.lstrip().startswith("#") for i, line in lines)


def test_docstrings_comments_and_blank_lines_are_no_code():
    text = '"""Doc\n\nstring."""\n\n# why\nx = 1\ndef f():\n    """Doc."""\n    return """no\ndoc"""\n'
    assert count_code(text, ast.parse(text)) == 4


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_and_functions_are_short(path: Path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    lines_of_code = count_code(text, tree)
    assert lines_of_code <= 250, f"{path.name} has {lines_of_code} lines of code"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            code = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (code[-1].end_lineno or 0) - code[0].lineno + 1 if code else 0
            assert lines <= 50, f"{path.name}:{node.name} has {lines} lines"


def test_no_file_name_stands_in_three_rooms():
    rooms = Counter(path.name for path in MODULES if path.name != "__init__.py")
    assert [name for name, count in rooms.items() if count > 2] == []


@pytest.mark.parametrize(
    "command", ["import tabgan", "from tabgan.cli.main import main; main(['--help'], standalone_mode=False)"]
)
def test_import_and_help_do_not_wait_for_heavy_libraries(command: str):
    heavy = {"torch", "pandas", "sklearn", "scipy", "matplotlib"}
    check = f"import sys; {command}; print(sorted({heavy} & set(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True).stdout
    assert output.endswith("[]\n")


def test_the_public_names_are_those_of_the_documentation():
    import tabgan

    page = (PACKAGE.parent / "docs" / "api" / "index.md").read_text(encoding="utf-8")
    listed = re.findall(r"\[`(\w+)`\]\(", page)
    assert sorted(listed) == sorted(tabgan.__all__)
    for name in tabgan.__all__:
        value = getattr(tabgan, name)
        assert isinstance(value, int) or value.__name__ == name
    assert set(tabgan.__all__) <= set(dir(tabgan))
    with pytest.raises(AttributeError, match="nothing"):
        _ = tabgan.nothing
