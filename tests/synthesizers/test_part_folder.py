"""Rows in a folder of parts: those of `sample`, the same bytes however they were made, and whole after any accident."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
from joblib import parallel_config

from tabgan import InputError, TabganError, WGANGPSynthesizer
from tabgan.synthesizers import part_folder
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.workers import WorkerDiedError

N = 3 * BLOCK_ROWS + 5


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    """A part is a block."""
    monkeypatch.setattr(part_folder, "MOST_BLOCKS", 1)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def digest(folder: Path) -> list[str]:
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names(folder)]


def read(folder: Path) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(folder / name) for name in names(folder)[1:]], ignore_index=True)


@pytest.fixture(scope="module")
def whole(model, tmp_path_factory):
    """The parts of one worker."""
    with pytest.MonkeyPatch.context() as context:
        context.setattr(part_folder, "MOST_BLOCKS", 1)
        folder = tmp_path_factory.mktemp("whole") / "rows"
        account = model.sample_to(folder, N)
    assert account == (folder, 4, N, 4 * BLOCK_ROWS, 4 * BLOCK_ROWS)
    return folder


def test_parts_together_are_the_rows_of_a_sample(model, whole):
    assert names(whole) == ["_tabgan.json", *(f"part-00000{i}.parquet" for i in range(4))]
    pd.testing.assert_frame_equal(read(whole), model.sample(N))
    assert pyarrow.parquet.read_metadata(whole / "part-000003.parquet").num_rows == 5


@pytest.mark.parametrize("workers", [2, 4])
def test_the_bytes_do_not_depend_on_the_number_of_workers(model, whole, tmp_path, workers):
    """Of processes `test_workers.py` shows it; threads end in any order, too."""
    with parallel_config("threading"):
        model.sample_to(tmp_path / "rows", N, n_jobs=workers)
    assert digest(tmp_path / "rows") == digest(whole)


@pytest.mark.parametrize("made", [0, 1, 3])
def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(model, whole, tmp_path, monkeypatch, made):
    folder, write, calls = tmp_path / "rows", part_folder.write_table, []

    def stop(*arguments, **options):
        if len(calls) == made:
            (folder / ".tabgan-123.part-000009.parquet").touch()  # as a process that was killed leaves it
            raise KeyboardInterrupt
        calls.append(arguments)
        write(*arguments, **options)

    monkeypatch.setattr(part_folder, "write_table", stop)
    with pytest.raises(KeyboardInterrupt):
        model.sample_to(folder, N)
    assert names(folder) == ["_tabgan.json", *(f"part-00000{i}.parquet" for i in range(made))]
    monkeypatch.setattr(part_folder, "write_table", lambda *a, **k: (calls.append(a), write(*a, **k)))
    model.sample_to(folder, N, resume=True)
    assert len(calls) == 4
    assert digest(folder) == digest(whole)


def test_a_full_disk_is_one_failure_that_leaves_whole_parts(model, whole, tmp_path, monkeypatch):
    folder, fsync = tmp_path / "rows", os.fsync

    def full(descriptor):
        if (folder / "part-000001.parquet").exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TabganError, match="free some space; finished parts are kept, and resume=True goes on") as told:
        model.sample_to(folder, N)
    assert told.value.exit_code == 1
    assert names(folder) == ["_tabgan.json", "part-000000.parquet", "part-000001.parquet"]
    monkeypatch.setattr(os, "fsync", fsync)
    model.sample_to(folder, N, resume=True)
    assert digest(folder) == digest(whole)


def test_a_part_whose_worker_died_is_made_again_but_not_for_ever(model, whole, tmp_path, monkeypatch):
    left = [2]

    def dying(function, jobs, workers, *, in_order=True):
        yield 0, function(jobs[0])
        if left[0]:
            left[0] -= 1
            raise WorkerDiedError("a worker died")
        yield from ((place, function(job)) for place, job in enumerate(jobs) if place)

    monkeypatch.setattr(part_folder, "spread", dying)
    model.sample_to(tmp_path / "rows", N)
    assert digest(tmp_path / "rows") == digest(whole)
    tries = []

    def dead(function, jobs, workers, *, in_order=True):
        tries.append(jobs)
        raise WorkerDiedError("a worker died")
        yield

    monkeypatch.setattr(part_folder, "spread", dead)
    with pytest.raises(WorkerDiedError, match="a worker died; 0 finished parts are kept, and resume=True goes on"):
        model.sample_to(tmp_path / "more", N)
    assert len(tries) == 1 + part_folder.MOST_DEATHS


def test_conditions_leave_rows_out_and_as_many_parts_are_made_as_it_takes(model, table, tmp_path):
    middle = f"price>={table['price'].median()}"
    account = model.sample_to(tmp_path / "rows", BLOCK_ROWS, 7, conditions=middle, columns=["price"])
    expected = model.sample(BLOCK_ROWS, 7, conditions=middle)
    pd.testing.assert_frame_equal(read(tmp_path / "rows"), expected[["price"]])
    assert account.parts == account.candidates // BLOCK_ROWS > 1
    assert len(names(tmp_path / "rows")) == 1 + account.parts
    fewer = model.sample_to(tmp_path / "few", 10, 7, conditions=middle, columns=["price"])
    pd.testing.assert_frame_equal(read(tmp_path / "few"), expected[["price"]][:10])
    assert fewer.parts == 1
    assert model.sample_to(tmp_path / "none", 0).rows == len(read(tmp_path / "none")) == 0


def test_conditions_that_no_row_meets_end_the_run(model, table, tmp_path, monkeypatch):
    monkeypatch.setattr(part_folder, "MOST_IN_VAIN", 2 * BLOCK_ROWS)
    with pytest.raises(InputError, match="among 32,768 candidates, but 0 of these were accepted, of 9 asked for"):
        model.sample_to(
            tmp_path / "rows", 9, conditions=[f"price=={table['price'].min()}", f"流量>={table['流量'].max()}"]
        )
    assert list((tmp_path / "rows").iterdir()) == []  # other conditions may be tried there


def test_what_cannot_go_on_is_refused_by_name(model, whole, tmp_path):
    with pytest.raises(
        InputError, match=r"holds parts of a run \(4\), which are kept; go on with resume=True or give another"
    ):
        model.sample_to(whole, N)
    with pytest.raises(InputError, match="begun with another in the seed and the number of rows; give the same"):
        model.sample_to(whole, 9, 8, resume=True)
    other = WGANGPSynthesizer(iterations=1, sieve=False, random_state=3).fit(model.sample(50))
    with pytest.raises(InputError, match="another in the model;"):
        other.sample_to(whole, N, resume=True)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="parts go to a folder, but"):
        model.sample_to(tmp_path / "file", N)
    (tmp_path / "part-000000.parquet").touch()
    with pytest.raises(InputError, match=r"holds parts, but no _tabgan\.json that says of what"):
        model.sample_to(tmp_path, N, resume=True)
    (tmp_path / "_tabgan.json").write_text('{"format": "tabgan-parts"')
    with pytest.raises(InputError, match="damaged; remove the folder and begin anew"):
        model.sample_to(tmp_path, N, resume=True)
    with pytest.raises(InputError, match="n_jobs must be a whole number other than 0, but is 0"):
        model.sample_to(tmp_path / "rows", N, n_jobs=0)


@pytest.mark.parametrize("number", [0, 2, 3])
@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:1000])])
def test_a_part_that_vanished_or_was_cut_is_made_again(model, whole, tmp_path, number, harm):
    shutil.copytree(whole, tmp_path / "rows")
    harm(tmp_path / "rows" / f"part-{number:06d}.parquet")
    model.sample_to(tmp_path / "rows", N, resume=True)
    assert digest(tmp_path / "rows") == digest(whole)


def test_candidates_are_those_that_were_made(model, tmp_path):
    """A part of which fewer blocks are enough has no more."""
    parts = model.sample_to(tmp_path / "rows", 10)
    assert (parts.rows, parts.candidates, parts.accepted) == (10, BLOCK_ROWS, BLOCK_ROWS)


def test_identifiers_which_count_on_are_refused(tmp_path):
    table = pd.DataFrame({"pump": [f"P{i:04}" for i in range(40)], "v": np.random.default_rng(0).normal(size=40)})
    model = WGANGPSynthesizer(iterations=1, sieve=False, random_state=0, kinds={"pump": "id"}).fit(table)
    with pytest.raises(InputError, match="column 'pump' are counted on from row to row; leave it out of columns, or"):
        model.sample_to(tmp_path / "rows", 10)
    model.sample_to(tmp_path / "rows", 10, columns=["v"])
    assert list(read(tmp_path / "rows")) == ["v"]


def test_arrays_have_columns_that_are_numbered(tmp_path):
    model = WGANGPSynthesizer(iterations=1, sieve=False, random_state=0).fit(
        np.random.default_rng(0).normal(size=(40, 2))
    )
    model.sample_to(tmp_path / "rows", 10)
    np.testing.assert_array_equal(read(tmp_path / "rows").to_numpy(), model.sample(10))
    assert json.loads((tmp_path / "rows" / "_tabgan.json").read_text())["run"]["columns"] == ["1", "2"]


def test_the_command_line_says_how_many_parts_and_refuses_what_parts_cannot_have(tabgan_command, model):
    model.save("model.tabgan")
    made = tabgan_command("generate", "-n", "2e4", "-o", "rows/", "--where", "price>=10", "--cols", "1", "--seed", 3)
    assert made.exit_code == 0, made.output
    first, second = made.stdout.splitlines()
    assert first.startswith("20,000 rows x 1 columns in 3 parts in ")
    assert second.startswith("accepted ")
    account = json.loads(tabgan_command("generate", "-n", "20_000", "-o", "rows", "--where", "price>=10", "--cols", "1",
                                        "--seed", 3, "--resume", "--json").stdout)  # fmt: skip
    assert (account["rows"], account["parts"], account["columns"]) == (20_000, 3, ["price"])
    for options, message in {
        ("--seed", 4, "--resume"): "begun with another in the seed and the number of rows",
        (): "rows holds parts of a run (3), which are kept; go on with --resume or give another folder",
        ("--overwrite",): "--overwrite is for one file, and a folder is not replaced",
        ("--balance", "x"): "--balance makes rows depend on those of other parts",
        ("--length", 5): "--length is for time series",
        ("--delimiter", ","): "--delimiter is for text, but a folder holds Parquet files",
        ("--workers", 0): "0 is not in the range x>=1",
    }.items():
        result = tabgan_command("generate", "-n", 10, "-o", "rows", *options)
        assert result.exit_code == 2
        assert message in result.stderr, message
    result = tabgan_command("generate", "-n", "1.5", "-o", "rows/")
    assert "must be a whole number from 0 to 1,000,000,000,000, such as 500 or 1e3, but is '1.5'" in result.stderr
    result = tabgan_command("generate", "-n", 5, "-o", "rows.csv", "--resume")
    assert "--resume is for folders of parts, but rows.csv is a file; write rows.csv/" in result.stderr
