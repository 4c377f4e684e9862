"""Tables of all formats with harmed bytes: read, or refused in one line, in little memory and time."""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabgan.tables.formats import write_table
from tests.campaign.bytes_edits import edit, edit_elements, edit_footer, edit_gzip, edit_zip
from tests.campaign.conftest import Cases
from tests.campaign.probe import run_forked

MOST_MEGABYTES, MOST_SECONDS = 2000, 30
BATCH = 40  # cases in a process
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
WITHIN: dict[str, Callable[[bytes, random.Random], bytes]] = {
    ".xlsx": edit_zip,
    ".csv.gz": edit_gzip,
    ".jsonl.gz": edit_gzip,
    ".parquet": edit_footer,
    ".feather": edit_footer,
    ".mat": edit_elements,
}
"""How to edit what a format packs."""
CASE, GOOD = "CASE", "GOOD"
FIT = ["fit", CASE, "--iterations", "2", "--no-sieve", "-o", "m.tabgan", "--overwrite"]
SPLIT = ["split", CASE, "-o", "one.csv", "two.csv", "--overwrite"]
COMMANDS = {
    3: SPLIT,
    23: SPLIT,
    43: SPLIT,
    63: SPLIT,
    7: FIT,
    47: FIT,
    11: ["evaluate", GOOD, CASE],
    71: ["evaluate", CASE, GOOD],
    31: [*FIT, "--series"],
    51: [*FIT, "--learn-rows", "5"],
}
"""What is asked of a file, by the rest of its seed divided by 80; of all others their schema."""
RESULTS = "results"


def make_tables(folder: Path) -> list[Path]:
    """Write small tables of all formats."""
    rng = np.random.default_rng(0)
    days = pd.date_range("2024-01-01", periods=12, freq="h")
    table = pd.DataFrame({"a": np.arange(12), "b": rng.normal(size=12).round(3), "c": list("xyz") * 4, "日": days})
    table.loc[3, "b"] = np.nan
    plain = table.assign(d=table["日"].astype(str)).drop(columns="日")
    paths = [folder / f"t{suffix}" for suffix in (".csv", ".tsv", ".json", ".jsonl", ".npy", *WITHIN)]
    for path in paths:
        write_table(table if path.suffix in (".parquet", ".feather", ".xlsx") else plain, path)
    (folder / "units.txt").write_bytes('# 泵\n时间;流量\n01.02.2024;1.234,5\n02.02.2024;"2"\n'.encode("gbk"))
    table.to_parquet(folder / "plain.parquet", compression="none", use_dictionary=False)
    table.to_parquet(folder / "zstd.parquet", compression="zstd", version="1.0")
    _write_parquet(folder)
    with sqlite3.connect(folder / "t.db") as connection:
        connection.execute("CREATE TABLE rows (a INTEGER, b REAL, c TEXT)")
        connection.executemany("INSERT INTO rows VALUES (?, ?, ?)", table[["a", "b", "c"]].to_numpy().tolist())
    connection.close()
    _write_hdf5(folder / "new.mat")
    return sorted(path for path in folder.iterdir() if path.is_file())


def _write_parquet(folder: Path) -> None:
    """Write pages of all kinds, and lists."""
    import pyarrow as pa
    import pyarrow.parquet

    plain = pa.table({"a": range(60), "b": np.linspace(0, 1, 60), "c": ["x" * (i % 5) for i in range(60)]})
    lists = pa.table({"e": [[1, 2]] * 60, "f": [{"p": 1, "q": "zz"}] * 60, "g": pa.nulls(60)})
    encodings = {"a": "DELTA_BINARY_PACKED", "b": "BYTE_STREAM_SPLIT", "c": "DELTA_BYTE_ARRAY"}
    pages = {"data_page_version": "2.0", "data_page_size": 50, "write_page_index": True, "write_page_checksum": True}
    pyarrow.parquet.write_table(lists, folder / "lists.parquet", row_group_size=20)
    pyarrow.parquet.write_table(plain, folder / "pages.parquet", **pages)
    pyarrow.parquet.write_table(plain, folder / "delta.parquet", use_dictionary=False, column_encoding=encodings)


def _write_hdf5(path: Path) -> None:
    import h5py

    with h5py.File(path, "w", userblock_size=512, libver="earliest") as file:
        matrix = file.create_dataset("X", data=np.arange(24.0).reshape(2, 12), chunks=(2, 6), compression="gzip")
        matrix.attrs["MATLAB_class"] = np.bytes_("double")
        names = [file.create_dataset(f"#refs#/{name}", data=np.array([[ord(name)]], "u2")) for name in "ab"]
        for name in names:
            name.attrs["MATLAB_class"] = np.bytes_("char")
        cells = file.create_dataset("columns", data=np.array([[name.ref for name in names]], h5py.ref_dtype))
        cells.attrs["MATLAB_class"] = np.bytes_("cell")
    with path.open("rb+") as written:
        written.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")


def write_case(seed: int, paths: list[Path], folder: Path) -> Path:
    """Write the file of a seed."""
    rng = random.Random(seed)
    path = rng.choice(paths)
    suffix = path.name[path.name.index(".") :]
    within = WITHIN.get(suffix) if rng.random() < 0.7 and path.name != "new.mat" else None
    case = folder / f"case{suffix}"
    case.write_bytes((within or edit)(path.read_bytes(), rng))
    return case


def command_of(seed: int, case: Path, paths: list[Path]) -> list[str]:
    """Return the command that a seed gives a file to."""
    place = f"sqlite:///{case.name}::rows" if case.suffix == ".db" else case.name
    names = {CASE: place, GOOD: next(str(path) for path in paths if path.name == "t.csv")}
    return [names.get(word, word) for word in COMMANDS.get(seed % 80, ["schema", CASE])]


def run_cases(seeds: list[int], made: str, folder: str) -> int:
    """Run the cases of some seeds in this process, and write down what became of each."""
    from click.testing import CliRunner

    from tabgan.cli.main import main

    paths = sorted(Path(made).iterdir())
    with Path(folder, RESULTS).open("w") as results:
        for seed in seeds:
            case = write_case(seed, paths, Path(folder))
            command = command_of(seed, case, paths)
            print(json.dumps([seed, command]), file=results, flush=True)
            Path("/proc/self/clear_refs").write_text("5")
            before, start = _held("VmRSS"), sum(os.times()[:4])
            result = CliRunner().invoke(main, command)
            figures = (_held("VmHWM") - before, sum(os.times()[:4]) - start)
            print(json.dumps([result.exit_code, *figures, result.output]), file=results, flush=True)
    return 0


def _held(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def find_faults(path: Path, code: int) -> list[Any]:
    """Return the cases that did not end as they must, of a batch that ended with a code."""
    faults: list[Any] = []
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for asked, became in zip(lines[::2], lines[1::2], strict=False):
        exit_code, megabytes, seconds, said = became
        odd = CONTROLS.search(said) or "Traceback" in said or "Error: unexpected" in said
        if exit_code not in (0, 2) or odd or megabytes > MOST_MEGABYTES or seconds > MOST_SECONDS:
            faults.append([*asked, exit_code, round(megabytes), round(seconds, 1), said[-300:]])
    return faults + ([[*lines[-1], f"the process ended with {code}"]] if len(lines) % 2 else [])


@pytest.mark.filterwarnings("ignore")
def test_harmed_tables_are_read_or_refused(tmp_path: Path, cases: Cases) -> None:
    made, folder = tmp_path / "made", tmp_path / "cases"
    made.mkdir()
    folder.mkdir()
    make_tables(made)
    seeds, faults = cases(0.14), []
    while chosen := list(islice(seeds, BATCH)):
        outcome = run_forked(run_cases, chosen, str(made), str(folder), folder=folder, seconds=60 + MOST_SECONDS)
        faults += find_faults(folder / RESULTS, outcome.code)
    assert not faults, "\n".join(map(str, faults))
