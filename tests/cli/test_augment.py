"""`tabgan augment`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from tabgan.augmentation.gains import Gain
from tabgan.cli.augment import _find_best
from tabgan.cli.main import main

RNG = np.random.default_rng(0)
QUICK = ("--learner", "linear", "--folds", "2", "--repeats", "1")

pytestmark = pytest.mark.usefixtures("small_teachers")


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("augment") / "faults.csv"
    x = RNG.normal(size=(60, 2)).round(3)
    state = np.where(x[:, 0] > 0.5, "fault", "fine")
    table = pd.DataFrame({"a": x[:, 0], "state": state, "b": x[:, 1], "load": (x.sum(axis=1) * 3).round(2)})
    table["machine"] = np.repeat(list("uvwxyz"), 10)
    table.to_csv(path, index=False)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["augment", *map(str, arguments)])


def test_rows_are_added_below_the_real_ones(faults: Path, tmp_path: Path):
    out, page = tmp_path / "more.csv", tmp_path / "page.html"
    asked = ("--cols", "a,b", "--target", "state", "--amount", "balance", "--mark", "origin", "--report", page)
    summary = tmp_path / "summary.md"
    result = run(faults, *asked, "-o", out, *QUICK, "--github-summary", summary)
    assert result.exit_code == 0, result.output
    assert "| learners with rows: " in summary.read_text(encoding="utf-8")
    real, more = pd.read_csv(faults)[["a", "state", "b"]], pd.read_csv(out)
    assert list(more.columns) == ["a", "state", "b", "origin"]
    assert more.iloc[:60, :3].equals(real)
    assert more["state"].value_counts().nunique() == 1
    assert set(more["origin"][60:]) == {"generated"}
    lines = faults.read_text().splitlines()[1:61]
    assert [line.split(",")[0] for line in lines] == [line.split(",")[0] for line in out.read_text().splitlines()[1:61]]
    for words in ("target state: 2 classes", "2 folds", "SMOTE", "learners with rows", "generated rows are added"):
        assert words in result.output
    assert "state" in page.read_text(encoding="utf-8")


def test_numbers_come_with_as_many_decimals(faults: Path, tmp_path: Path):
    out = tmp_path / "more.csv"
    result = run(faults, "--cols", "a,b", "--target", "load", "--amount", "50", "-o", out, *QUICK, "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    more = pd.read_csv(out)
    assert len(more) == 110
    assert np.array_equal(more["load"], more["load"].round(2))
    assert more["load"].between(more["load"][:60].min(), more["load"][:60].max()).all()


def test_auto_writes_nothing_unless_it_pays(faults: Path, tmp_path: Path):
    out = tmp_path / "more.csv"
    result = run(faults, "--cols", "a,b", "--target", "load", "-o", out, *QUICK, "--json")
    found = json.loads(result.stdout)
    assert (found["amount"] > 0) == out.exists()
    assert result.exit_code == (0 if found["amount"] else 1)
    assert found["task"] == "numbers"
    assert found["verdict"] in ("helps", "harms", "cannot tell")
    assert found["rivals"]["no rows"]["mean"] == 0
    if not found["amount"]:
        assert "no rows are added" in result.stderr


def test_taught_classes_come_with_weights_and_the_same_seed_gives_the_same_bytes(faults: Path, tmp_path: Path):
    written = []
    for name in ("one.csv", "two.csv"):
        asked = ("--target", "state", "--drop", "load", "--groups", "machine", "--amount", "30", "--labels", "taught")
        assert run(faults, *asked, "--seed", "4", "-o", tmp_path / name, *QUICK).exit_code == 0
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    more = pd.read_csv(tmp_path / "one.csv")
    assert list(more.columns) == ["a", "state", "b", "weight"]  # groups are not learned
    assert (more["weight"][:60] == 1).all()
    assert more["weight"][60:].between(0, 1).all()
    assert more["weight"][60:].sum() == pytest.approx(30, abs=0.7)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--target", "nothing"), "nothing"),
        (("--target", "state", "--amount", "many"), "--amount must be auto"),
        (("--target", "load", "--amount", "balance"), "is for classes"),
        (("--target", "state", "--task", "numbers"), "must be numbers for --task numbers"),
        (("--target", "state", "--mark", "a"), "--mark adds a column 'a'"),
        (("--target", "state", "--mark", "weight", "--labels", "taught"), "adds a column 'weight'"),
        (("--target", "state", "--scoring", "best"), "best"),
        (("--target", "state", "--drop-rows", "31-60"), "40 rows are needed"),
        (("--target", "state", "--groups", "state"), "--groups must name another column"),
        (("--target", "state", "--drop", "state"), "--drop leaves columns out, but names the target"),
        (("--target", "state", "--id", "state"), "--id names what tells rows apart"),
        (("--target", "state", "--mark", " "), "its name is ' '"),
        (("--target", "state", "--amount", "999999999"), "at most 1,000,000 rows"),
    ],
)
def test_bad_input_is_one_line(faults: Path, tmp_path: Path, asked: tuple[str, ...], words: str):
    out = tmp_path / "more.csv"
    result = run(faults, *asked, "-o", out, *QUICK)
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert not out.exists()


def test_the_input_is_never_overwritten(faults: Path):
    before = faults.read_bytes()
    result = run(faults, "--target", "state", "-o", faults, "--overwrite", *QUICK)
    assert result.exit_code == 2
    assert "different files" in result.stderr
    assert faults.read_bytes() == before


def test_an_unknown_format_is_told_before_the_work(faults: Path, tmp_path: Path):
    result = run(faults, "--target", "state", "-o", tmp_path / "more.foo", *QUICK)
    assert result.exit_code == 2
    assert "suffix" in result.stderr
    assert "folds" not in result.stdout


def test_the_amount_that_got_most_is_named():
    """It was 3x, whatever had been tried."""
    gains = {"1x": Gain(score=0.7), "3x": Gain(score=0.6), "5x": Gain()}
    assert _find_best(SimpleNamespace(amount="auto", amounts_=gains)) == "1x"
    assert _find_best(SimpleNamespace(amount="balance", amounts_={"balance": Gain(score=1)})) == "3x"  # it came to none
