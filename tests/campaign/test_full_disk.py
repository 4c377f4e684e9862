"""A disk that is full after any block: one line, exit code 2, the old file, and nothing left."""

from __future__ import annotations

import atexit
import resource
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabgan.tables.formats import read_table
from tests.campaign.conftest import Cases
from tests.campaign.probe import command, run_command, run_forked

BLOCK = 4096
ROWS = ("generate", "-n", 1500, "--quiet", "--overwrite", "-o")
FIT = ("fit", "data.csv", "--iterations", 5, "--seed", 0, "--no-sieve", "--no-copula", "--snapshots", 1, "--quiet")
JUDGE = ("evaluate", "data.csv", "data.csv", "--only", "marginals", "--overwrite")
DATABASES = {"out.db": "sqlite:///out.db::t", "out.duckdb": "duckdb:///out.duckdb::t"}
SUFFIXES = ["csv", "csv.gz", "tsv", "json.gz", "jsonl", "jsonl.gz", "parquet", "feather", "xlsx", "mat"]
COMMANDS: dict[str, tuple[object, ...]] = {
    **{f"out.{suffix}": (*ROWS, f"out.{suffix}") for suffix in SUFFIXES},
    **{name: (*ROWS, place) for name, place in DATABASES.items()},
    "out.npy": (*ROWS, "out.npy", "--cols", "a,b"),
    "out.tabgan": (*FIT, "--overwrite", "-o", "out.tabgan"),
    "out.html": (*JUDGE, "--report", "out.html"),
    "out.json": (*JUDGE, "--json", "out.json"),
    **{f"out.{suffix}": (*JUDGE, "--plot", f"out.{suffix}") for suffix in ("png", "svg", "pdf")},
    "schema.json": ("schema", "data.csv", "--overwrite", "-o", "schema.json"),
    "out-train.csv": ("split", "long.csv", "--overwrite", "-o", "out-train.csv", "out-test.csv"),
    "numpy": ("export", "model.tabgan", "--to", "numpy", "--overwrite", "-o", "numpy"),
    "matlab": ("export", "model.tabgan", "--to", "matlab", "--overwrite", "-o", "matlab"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a table, a model of it, and old outputs."""
    folder = tmp_path_factory.mktemp("disk")
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"a": rng.normal(size=80), "b": rng.integers(0, 9, 80), "c": rng.choice(["x", "y"], 80)})
    table.to_csv(folder / "data.csv", index=False)
    pd.concat([table] * 20).to_csv(folder / "long.csv", index=False)
    (folder / "tmp").mkdir()
    assert run_command(*FIT, "-o", "model.tabgan", folder=folder).code == 0
    return folder


def _run(limit: int, args: list[str]) -> int:
    tempfile.tempdir = "tmp"
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))  # Python ignores its signal
    code = command(args)
    atexit._run_exitfuncs()  # as at the end of a process that was not forked
    return code


def _look(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_full_disk_at_any_block(cases: Cases, place: Path) -> None:
    sizes: dict[str, int] = {}
    for seed in cases(0.05):
        name = list(COMMANDS)[seed % len(COMMANDS)]
        args = list(map(str, COMMANDS[name]))
        if name not in sizes:
            done = run_command(*args, folder=place)
            assert done.code == 0, done.said
            path = place / name
            sizes[name] = max(p.stat().st_size for p in (path.rglob("*") if path.is_dir() else [path]))
        before = _look(place)
        blocks = sizes[name] // BLOCK
        limit = BLOCK // 2 if blocks == 0 else BLOCK * (seed // len(COMMANDS) % (blocks + 1)) or BLOCK // 2
        end = run_forked(_run, limit, args, folder=place)
        if end.code == 0:  # as there was room for the rest
            assert limit + BLOCK > sizes[name] or name in DATABASES
            if name in DATABASES:  # which write into the room that they have, or beside
                assert len(read_table(DATABASES[name].replace("///", f"///{place}/"))) == ROWS[2]
            continue
        about = f"{name} with {limit} bytes: {end.said.decode()}"
        assert end.code == 2, about
        said = [line for line in end.said.splitlines() if not line.startswith(b"Warning: ")]
        assert len(said) == 1, about
        assert said[0].startswith(b"Error: cannot "), about
        after = _look(place)
        after.pop("out.tabgan.ckpt", None)  # all that was trained is there
        (place / "out.tabgan.ckpt").unlink(missing_ok=True)
        assert after == before, f"{about}: {set(after) ^ set(before)} left or gone"
    shutil.rmtree(place)
