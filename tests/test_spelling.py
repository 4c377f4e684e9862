"""Messages of the library speak of parameters; those of the command line speak of options."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pandas as pd
import pytest

import tabgan
from tabgan import InputError, WGANGPSynthesizer
from tabgan.columns import select_columns
from tabgan.files import check_output
from tabgan.gan.objectives import find_objective
from tabgan.settings import SETTINGS
from tabgan.spelling import command_line, spell
from tabgan.tables.formats import read_table

PACKAGE = Path(tabgan.__file__).parent
OPTION = re.compile(r"(?<![\w-])--[a-z]")
PARAMETER = re.compile(r"\b[a-z]+(_[a-z]+)+\b|\b[a-z]\w*=")


def table() -> pd.DataFrame:
    return pd.DataFrame({"x": [1.5, 2.5, 4.0] * 10, "word": [f"w{i % 3}" for i in range(30)]})


def fit(**parameters):
    return WGANGPSynthesizer(iterations=1, sieve=False, random_state=0).set_params(**parameters).fit(table())


def identifiers():
    return fit_table(pd.DataFrame({"id": [f"p{i}" for i in range(30)], "x": [1, 2, 4] * 10}))


def fit_table(X: pd.DataFrame):
    return WGANGPSynthesizer(iterations=1, sieve=False, random_state=0).fit(X)


MISTAKES = {
    "a number": (lambda: fit(n_critic=0), "n_critic must be", "--n-critic must be"),
    "None": (lambda: fit(batch_size=0), "or None for the whole table", "or all for the whole table"),
    "no word for None": (lambda: fit(patience=0), "or None for no early stop, but is 0", "of at least 1, but is 0"),
    "a tuple": (lambda: fit(hidden=(0, 8)), "but is (0, 8)", "--hidden must be whole numbers from 1 to 10,000, such"),
    "an objective's": (lambda: fit(gp_weight=-1), "gp_weight must", "--gp-weight must"),
    "preset": (lambda: fit(preset="good"), "preset must be one of", "--preset must be one of"),
    "tails": (
        lambda: fit(tails="extrapolate", calibrate=False),
        "tails='extrapolate' needs marginals='quantile' and calibrate=True",
        "--tails extrapolate needs --marginals quantile and --calibrate",
    ),
    "label": (lambda: fit(label="y"), "label must be a column", "--label must be a column"),
    "smooth": (lambda: fit(smooth="much"), "smooth must be", "--smooth must be"),
    "denoise": (lambda: fit(denoise=":"), "denoise must be", "--denoise must be"),
    "identifiers": (identifiers, "leave it out with X.drop(columns='id')", "leave it out with --drop id"),
    "objective": (lambda: find_objective("lsgan"), "objective must be one of", "--objective must be one of"),
    "overwrite": (lambda: check_output(__file__), "or overwrite=True to replace", "or --overwrite to replace"),
    "columns": (lambda: select_columns("9", ["a"]), "but cols asks for 9", "but --cols asks for 9"),
    "sheet": (lambda: read_table(__file__ + ".csv", sheet="A"), "sheet is for", "--sheet is for"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_same_mistake_is_told_as_it_was_made(name):
    make, in_python, typed = MISTAKES[name]
    with pytest.raises(InputError) as error:
        make()
    assert in_python in str(error.value)
    assert not OPTION.search(str(error.value))
    with command_line(), pytest.raises(InputError) as error:
        make()
    assert typed in str(error.value)
    said = str(error.value).replace(__file__, "").replace('tabgan.registry.register("objective", its class)', "")
    assert not PARAMETER.search(said)


def test_a_command_lets_the_library_speak_of_options_and_no_longer(tabgan_command):
    table().to_csv("data.csv", index=False)
    refused = tabgan_command("fit", "data.csv", "--n-critic", "0", "--batch-size", "0")
    assert "Error: --batch-size must be a whole number of at least 1, or all for the whole table" in refused.stderr
    assert "; --n-critic must be" in refused.stderr
    assert spell("n_critic") == "n_critic"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("sieve", True, "--sieve"),
        ("sieve", False, "--no-sieve"),
        ("header", False, "--no-header"),
        ("batch_size", None, "--batch-size all"),
        ("hidden", (64, 32), "--hidden 64,32"),
        ("frequencies", (), "--frequencies none"),
        ("random_state", 3, "--seed 3"),
        ("constraints", "a <= b", "--constraint 'a <= b'"),
        ("sheet", "Joe's:A3:I", """--sheet 'Joe'"'"'s:A3:I'"""),
        ("kinds", {"a b": "integer", 3: "categorical"}, "--integer 'a b' --categorical 3"),
        ("drop", "a,b", "--drop '\"a,b\"'"),
        ("to", "onnx", "--to onnx"),
    ],
)
def test_values_are_typed_for_a_shell(name, value, shown):
    with command_line():
        assert spell(name, value) == shown
    assert not OPTION.search(spell(name, value))


def test_no_text_of_the_library_speaks_of_an_option():
    """But the help of the settings, which is shown beside options, and what the page runs and calls otherwise."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        spoken = [PACKAGE / name for name in ("settings.py", "spelling.py")]
        spoken += [PACKAGE / "ui" / name for name in ("commands.py", "pages.py", "session.py")]
        if path.parent.name == "cli" or path in spoken:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        owners = (ast.Module, ast.ClassDef, ast.FunctionDef)
        docstrings = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, owners) and node.body
                      and isinstance(node.body[0], ast.Expr)}  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                found += [f"{path.name}: {node.value}"] if OPTION.search(node.value) else []
    assert found == []


def test_settings_have_names_of_their_own():
    options = [setting.option for setting in SETTINGS.values()]
    assert len(set(options)) == len(options)
