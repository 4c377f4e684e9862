"""What is shipped in other ways than a wheel says the same as pyproject.toml, and names files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import tabgan

ROOT = Path(__file__).resolve().parents[1]
CONDA = {"matplotlib": "matplotlib-base", "torch": "pytorch"}
"""What distributions are called on conda-forge, where that differs."""


@pytest.fixture(scope="module")
def project():
    toml = pytest.importorskip("tomllib")  # Python 3.11
    return toml.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def recipe():
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load((ROOT / "recipe" / "recipe.yaml").read_text(encoding="utf-8"))


def test_the_recipe_needs_what_pyproject_needs(project, recipe):
    wanted = {f"python {project['requires-python']}"}
    for line in project["dependencies"]:
        needed = Requirement(line)
        versions = ",".join(sorted(str(needed.specifier).split(","), reverse=True))
        wanted.add(f"{CONDA.get(needed.name, needed.name)} {versions}")
    assert set(recipe["requirements"]["run"]) == wanted
    assert recipe["context"]["version"] == tabgan.__version__
    starts = [f"{name} = {start}" for name, start in project["scripts"].items()]
    assert recipe["build"]["python"]["entry_points"] == starts


def test_the_image_is_made_of_files_that_are_there_and_runs_as_nobody_special():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for name in line.split()[:-1]]
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied
    for name in copied:
        assert (ROOT / name).exists(), f"the Dockerfile copies {name}"
        assert f"!{name}" in allowed, f".dockerignore leaves {name} out"
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!root|0)\w+", last, re.MULTILINE)
    assert text.index("whl/cpu") < text.index(" torch\n")


def test_the_source_distribution_has_what_the_tests_read():
    lines = [line.split() for line in (ROOT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()]
    grafted = {words[1] for words in lines if words[:1] == ["graft"]}
    included = {
        path.name for words in lines if words[:1] == ["include"] for name in words[1:] for path in ROOT.glob(name)
    }
    assert {"tests", "data", "docs", "examples", "benchmarks"} <= grafted
    for name in grafted:
        assert (ROOT / name).is_dir(), f"MANIFEST.in grafts {name}"
    for words in lines:
        if words[:1] == ["include"]:
            for name in words[1:]:
                assert [*ROOT.glob(name)], f"MANIFEST.in includes {name}"
    assert {"README.zh-CN.md", "Makefile", "constraints.txt", "mkdocs.yml"} <= included
