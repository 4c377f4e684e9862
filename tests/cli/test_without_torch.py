"""What commands wait for: neither torch nor scikit-learn to give rows, nothing heavy to say what a file holds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tabgan
from tabgan import WGANGPSynthesizer
from tabgan.synthesizers.stored_rows import StoredRows, load_rows

OLD = Path(__file__).parents[1] / "fixtures" / "version_1" / "mixed.tabgan"
RUN = """
import sys
class Absent:  # what cannot be imported; libraries ask sys.modules for modules of others, which is as without them
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent}:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)
sys.meta_path.insert(0, Absent())
from tabgan.cli.main import main
for line in {lines}:
    try:
        main(line.split())
    except SystemExit as end:
        print("exit", end.code)
heavy = {{"torch", "sklearn", "pandas", "scipy.stats", "matplotlib"}}
print(sorted(name for name in heavy if sys.modules.get(name)))
"""


def run(folder: Path, *lines: str, absent: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run commands one after the other in one process, in which some modules are absent."""
    command = [sys.executable, "-c", RUN.format(absent=absent, lines=lines)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, small_sieve) -> Path:
    """A folder with a table of numbers, labels, dates and gaps, and a model of it with all that makes rows."""
    folder, rng = tmp_path_factory.mktemp("models"), np.random.default_rng(0)
    x, kind = rng.normal(size=300), rng.choice(["a", "b", "c"], 300, p=[0.7, 0.2, 0.1])
    table = pd.DataFrame(
        {
            "x": np.where(rng.random(300) < 0.1, np.nan, x.round(2)),
            "y": np.exp(x + 0.3 * rng.normal(size=300)).round(3),
            "n": rng.poisson(4, 300),
            "kind": kind,
            "code": pd.Series(kind).map({"a": 10, "b": 20, "c": 30}),
            "rare": [f"r{i:02d}" for i in np.minimum(rng.geometric(0.2, 300), 30)],
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, 300), "D"),
        }
    )
    table.to_csv(folder / "data.csv", index=False)
    quick = dict(iterations=20, hidden=(16,), snapshots=3, random_state=0)
    for name, more in {"label": {"label": "kind"}, "model": {"pca": 0.99}}.items():
        WGANGPSynthesizer(**quick, **more).fit(folder / "data.csv").save(folder / f"{name}.tabgan")
    return folder


def test_to_say_what_a_file_holds_nothing_heavy_is_waited_for(folder):
    ended = run(folder, "info", "info label.tabgan --json")
    assert ended.stdout.count("exit 0") == 2
    assert ended.stdout.endswith("[]\n")


def test_rows_wait_for_neither_torch_nor_scikit_learn(folder):
    ended = run(folder, "generate -n 50 -o rows.csv --overwrite", "schema data.csv")
    assert ended.stdout.count("exit 0") == 2
    assert ended.stdout.endswith("['pandas']\n")


def test_without_torch_the_same_bytes_are_written(folder):
    asked = [
        "generate -n 30 -m {name} -o {to}few.csv",
        "generate -n 20000 -m {name} -o {to}many.csv --where kind=b",
        "generate -n 40 -m {name} -o {to}even.csv --balance kind",
        "export {name} --to numpy -o {to}numpy",
        "evaluate data.csv {to}few.csv --model {name} --only privacy --json {to}scores.json --quiet",
    ]
    names = ("model.tabgan", "label.tabgan")
    for where, absent in (("with", ()), ("without", ("torch",))):
        (folder / where).mkdir()
        ended = run(
            folder, *(line.format(name=name, to=f"{where}/{name}-") for name in names for line in asked), absent=absent
        )
        assert ended.stdout.count("exit 0") == 2 * len(asked), ended.stdout + ended.stderr
    with_it, without = (
        {p.relative_to(folder / where): p.read_bytes() for p in (folder / where).rglob("*") if p.is_file()}
        for where in ("with", "without")
    )
    assert with_it.keys() == without.keys()
    for path, contents in with_it.items():
        if path.suffix == ".json":
            scores = [json.loads(one)["scores"] for one in (contents, without[path])]
            assert scores[0] == scores[1]
        else:
            assert contents == without[path], path


@pytest.mark.parametrize("line", ["fit data.csv -o new.tabgan", f"generate -n 5 -m {OLD} -o old.csv"])
def test_what_needs_torch_says_so_in_a_line(folder, line):
    ended = run(folder, line, absent=("torch",))
    assert "exit 1" in ended.stdout
    assert "needs torch, which is not installed" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["model.tabgan", "label.tabgan"])
def test_stored_rows_are_those_of_the_synthesizer(folder, name):
    stored, model = load_rows(folder / name), tabgan.load(folder / name)
    assert isinstance(stored, StoredRows)
    for asked in ({}, {"conditions": "kind=c"}, {"balance": "kind"}):
        pd.testing.assert_frame_equal(stored.sample(300, 5, **asked), model.sample(300, 5, **asked), check_exact=True)
    assert stored.memorisation_ == model.memorisation_
    assert stored.summary() == json.loads(json.dumps(model.summary()))
    np.testing.assert_array_equal(stored.history_.critic_loss, model.history_.critic_loss)


@pytest.mark.parametrize("name", ["model.tabgan", "label.tabgan"])
def test_the_first_candidates_of_a_block_are_had_alone(folder, name):
    """A small request costs little, and changes no row."""
    rows = load_rows(folder / name).row_generator_
    whole = rows.make(9, 2)
    for n_rows in (1024, 4096, 1500):
        few = rows.make(9, 2, None, n_rows)
        assert 0 < len(few) < len(whole)
        np.testing.assert_array_equal(few, whole[: len(few)])
