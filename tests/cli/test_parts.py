"""Folders, patterns and large files as tables: what is learned of them, what is said, what is refused in one line."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabgan.tables import text_source
from tabgan.tables.scan import arrow_parts, folders, text_part

FIT = ("--iterations", 5, "--preset", "fast", "--seed", 1)


@pytest.fixture
def folder(tmp_path) -> Path:
    """1,200 rows in three parts, with files beside them that are none."""
    place = tmp_path / "d"
    place.mkdir()
    for i in range(3):
        rng = np.random.default_rng(i)
        part = pd.DataFrame({"a": rng.normal(size=400).round(2), "b": rng.integers(0, 9, 400)})
        part.assign(c=rng.choice(list("xyz"), 400)).to_parquet(place / f"part-{i}.parquet", index=False)
    for name in ("_SUCCESS", ".part-0.parquet.crc", "part-0.parquet.crc"):
        (place / name).touch()
    return place


def whole(folder: Path) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(path) for path in sorted(folder.glob("part-?.parquet"))], ignore_index=True)


def test_a_folder_is_learned_as_the_file_of_all_its_rows(tabgan_command, folder, tmp_path):
    whole(folder).to_parquet("all.parquet", index=False)
    for name, data in {"one": "all.parquet", "folder": "d", "pattern": "d/part-*.parquet"}.items():
        assert tabgan_command("fit", data, *FIT, "-o", f"{name}.tabgan").exit_code == 0
    one, *others = ((tmp_path / f"{name}.tabgan").read_bytes() for name in ("one", "folder", "pattern"))
    assert others == [one, one]


def test_some_rows_are_learned_by_a_schema_of_all_and_it_is_said(tabgan_command, folder, tmp_path):
    models = []
    for readers in (1, 2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "cpu_count", lambda count=readers: count)
            result = tabgan_command("fit", "d", "--cols", "a,c", "--learn-rows", 300, *FIT, "--overwrite")
        assert result.exit_code == 0
        models.append((tmp_path / "model.tabgan").read_bytes())
    assert models[0] == models[1]
    assert "d: 1,200 rows in 3 parts; 300 of them are learned (--learn-rows): a fit draws" in result.stderr
    table = whole(folder)
    described = tabgan_command("info", "model.tabgan").stdout
    assert f"{table['a'].min():g} to {table['a'].max():g}" in described
    plan = tabgan_command("fit", "d", "--learn-rows", 300, "--dry-run", *FIT).stdout
    assert "300 of 1,200 rows x 3 columns" in plan


def test_only_the_columns_that_are_asked_for_are_read(tabgan_command, folder, monkeypatch):
    read, names = arrow_parts.ParquetPart._read, set()

    def spy(self, schema):
        names.update(schema.names)
        return read(self, schema)

    monkeypatch.setattr(arrow_parts.ParquetPart, "_read", spy)
    assert tabgan_command("schema", "d", "--cols", "3,1").exit_code == 0
    assert names == {"a", "c"}


def test_parts_are_judged_and_what_was_drawn_is_said(tabgan_command, folder, monkeypatch):
    monkeypatch.setattr("tabgan.tables.scan.draw.LEARN_ROWS", 500)
    result = tabgan_command("evaluate", "d", "d", "--holdout", "d/part-2.*", "--only", "marginals")
    assert result.exit_code == 0
    assert "d: 1,200 rows in 3 parts; 500 of them are read" in result.stderr


def test_a_large_text_file_is_read_in_blocks_as_it_is_as_a_whole(tabgan_command, tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    lines = [f'{i};"{rng.integers(0, 99)},{i % 10} %";"a\n{i % 3}";{i % 7:03}' for i in range(3000)]
    (tmp_path / "big.csv").write_text("\n".join(["no;share;note;code", *lines, "7;", ""]))
    there = tabgan_command("schema", "big.csv").output
    monkeypatch.setattr(folders, "MOST_BYTES", 1000)
    monkeypatch.setattr(text_source, "CHUNK", 5000)
    monkeypatch.setattr(text_part.cut_blocks, "__defaults__", (5000,))
    assert tabgan_command("schema", "big.csv").output == there
    assert "1 row has fewer fields than the 4 columns of big.csv and is left out, the first in line 6,002" in there


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--learn-rows", 0), "must be a whole number of at least 2, but is 0"),
        (("--sheet", "A"), "--sheet makes no sense with the parts of a table, d"),
        (("--drop-rows", "1"), "--drop-rows makes no sense"),
        (("--series", "--learn-rows", 9), "--learn-rows is for tables"),
    ],
)
def test_options_that_make_no_sense_with_parts_are_refused(tabgan_command, folder, options, said):
    result = tabgan_command("fit", "d", *options, *FIT)
    assert result.exit_code == 2
    assert said in result.stderr.splitlines()[-1]


def test_a_series_is_read_whole_or_refused(tabgan_command, folder, monkeypatch):
    monkeypatch.setattr("tabgan.tables.scan.draw.LEARN_ROWS", 500)
    result = tabgan_command("fit", "d", "--series", "--cols", "a", *FIT)
    assert (result.exit_code, "steps of a time series belong together" in result.stderr) == (2, True)


def test_a_folder_is_not_cut_in_two(tabgan_command, folder):
    assert "d is a folder; move some" in tabgan_command("split", "d").stderr


def _differ(folder: Path) -> str:
    whole(folder)[["a", "b"]].to_parquet(folder / "part-1.parquet")
    return "d/part-1.parquet has no 'c', which d/part-0.parquet has"


def _have_more(folder: Path) -> str:
    whole(folder).assign(e=1).to_parquet(folder / "part-2.parquet")
    return "d/part-2.parquet has 'e', which d/part-0.parquet has not; make them alike, or name the columns with --cols"


def _differ_in_types(folder: Path) -> str:
    whole(folder).assign(b="x").to_parquet(folder / "part-1.parquet")
    return "'b' is int64 in d/part-0.parquet and string in d/part-1.parquet"


def _be_damaged(folder: Path) -> str:
    (folder / "part-1.parquet").write_bytes((folder / "part-1.parquet").read_bytes()[:500])
    return "d/part-1.parquet is not a whole Parquet file"


def _be_damaged_inside(folder: Path) -> str:
    content = bytearray((folder / "part-1.parquet").read_bytes())
    content[8:200] = bytes(192)
    (folder / "part-1.parquet").write_bytes(content)
    return "d/part-1.parquet is not a whole Parquet file"


def _be_of_two_formats(folder: Path) -> str:
    (folder / "rest.csv").write_text("a,b,c\n1,2,x\n")
    return "of one format, but d has part-0.parquet and rest.csv; name those of one by a pattern in quotes"


def _hold_folders(folder: Path) -> str:
    (folder / "more").mkdir()
    return "d has a folder more in it"


def _be_empty(folder: Path) -> str:
    for path in folder.iterdir():
        path.unlink()
    return "d is empty"


def _be_workbooks(folder: Path) -> str:
    _be_empty(folder)
    (folder / "a.xlsx").touch()
    return "the parts of a table are files of .csv"


@pytest.mark.parametrize(
    "do",
    [
        _differ,
        _have_more,
        _differ_in_types,
        _be_damaged,
        _be_damaged_inside,
        _be_of_two_formats,
        _hold_folders,
        _be_empty,
        _be_workbooks,
    ],
)
def test_parts_that_make_no_table_are_named_in_one_line(tabgan_command, folder, do):
    said = do(folder)
    result = tabgan_command("fit", "d", *FIT)
    assert result.exit_code == 2
    assert said in result.stderr.replace("large_string", "string")  # of pandas 3
    assert len(result.stderr.splitlines()) == 1


def test_a_pattern_without_a_file_is_refused(tabgan_command, folder):
    assert "no file has a name like d/q-*.parquet" in tabgan_command("fit", "d/q-*.parquet", *FIT).stderr


@pytest.mark.parametrize(("do", "said"), [(Path.unlink, "is gone now"), (os.utime, "was changed while it was read")])
def test_a_part_that_is_not_what_it_was_is_noticed(tabgan_command, folder, monkeypatch, do, said):
    read = arrow_parts.ParquetPart._read

    def touch(self, schema):
        yield from read(self, schema)
        if self.path.name == "part-0.parquet":
            do(folder / "part-2.parquet")

    monkeypatch.setattr(arrow_parts.ParquetPart, "_read", touch)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    result = tabgan_command("fit", "d", *FIT)
    assert (
        result.exit_code,
        f"d/part-2.parquet {'was there when reading began, and ' if do is Path.unlink else ''}{said}" in result.stderr,
    ) == (2, True)


def test_the_output_is_no_part_of_the_input(tabgan_command, folder):
    result = tabgan_command("fit", "d", *FIT, "-o", "d/model.tabgan")
    assert (result.exit_code, (folder / "model.tabgan").exists()) == (2, False)
    assert "d/model.tabgan would be a part of the table in d" in result.stderr


def test_rows_that_messages_name_are_counted_among_those_drawn(tabgan_command, tmp_path):
    (tmp_path / "c").mkdir()
    for i in range(2):
        rows = [f"{j % 50}.5,{j}" for j in range(500)] + ["oops,1"] * i
        (tmp_path / "c" / f"part-{i}.csv").write_text("\n".join(["a,b", *rows, ""]))
    result = tabgan_command("fit", "c", "--learn-rows", 100, *FIT)
    assert result.exit_code == 2
    assert "'oops'" in result.stderr
    assert "counted among the 100 rows drawn of 1,001" in result.stderr
