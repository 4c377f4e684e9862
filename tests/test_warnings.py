"""A warning stands at the line of the caller's that led to it, however deep the library found it out."""

from __future__ import annotations

import ast
import runpy
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

import tabgan
from tabgan import TabganWarning, WGANGPSynthesizer
from tabgan.tables.formats import read_table

TABLE = pd.DataFrame({"x": [1.5, 2.5, 4.0] * 70, "y": [1, 2] * 105})


def test_it_stands_at_the_line_that_called(tmp_path):
    settings = dict(iterations=2, hidden=(4,), sieve=False, copula=False, random_state=0)
    model = WGANGPSynthesizer(**settings, checkpoint=tmp_path / "none.ckpt", resume=True)
    (tmp_path / "decimal.csv").write_text("a;b\n1,5;2,5\n2,5;3,5\n")
    calls = [
        lambda: model.fit(TABLE),
        lambda: make_pipeline(model).fit(TABLE),
        lambda: read_table(tmp_path / "decimal.csv"),
        lambda: model.impute(TABLE[["x"]]),
    ]
    for call in calls:
        (tmp_path / "none.ckpt").unlink(missing_ok=True)
        with pytest.warns(TabganWarning) as told:
            call()
        ours = [one for one in told if issubclass(one.category, TabganWarning)]
        assert {one.filename for one in ours} == {__file__}
        assert {one.lineno for one in ours} <= {call.__code__.co_firstlineno}


def test_packages_of_other_environments_are_passed_by(tmp_path):
    (tmp_path / "site-packages").mkdir()
    other = tmp_path / "site-packages" / "other.py"
    other.write_text("def through(call):\n    return call()\n")
    (tmp_path / "decimal.csv").write_text("a;b\n1,5;2,5\n2,5;3,5\n")
    through = runpy.run_path(str(other))["through"]
    with pytest.warns(TabganWarning) as told:
        through(partial(read_table, tmp_path / "decimal.csv"))
    assert {one.filename for one in told} == {__file__}


def test_no_call_counts_its_frames():
    """What is said in another place than where it was found out repeats what was caught, and has no line."""
    package = Path(tabgan.__file__).parent
    found = []
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "stacklevel":
                found.append(path.relative_to(package).as_posix())
    assert sorted(found) == ["errors.py", "forecasting/entities.py", "name_clash.py"]
