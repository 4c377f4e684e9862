"""Short files that unpack to very much are refused in one line, before the memory is taken."""

from __future__ import annotations

import gzip
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
import scipy.io

from tabgan.errors import InputError
from tabgan.tables import bounds, duckdb, json_lines, json_records, sqlite
from tabgan.tables.bounds import PACKED, Bound
from tabgan.tables.formats import read_table

BOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"
BEGIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


@pytest.mark.parametrize("suffix", ["csv", "npy", "parquet"])
def test_tables_of_very_many_columns_are_refused(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(bounds, "MOST_COLUMNS", 5)
    path = tmp_path / f"wide.{suffix}"
    frame = pd.DataFrame(np.zeros((3, 6)), columns=list("abcdef"))
    np.save(path, frame) if suffix == "npy" else getattr(frame, f"to_{suffix}")(path, index=False)
    with pytest.raises(InputError, match=r"a table may have at most 5 columns, but .*wide\.\w+ has 6; keep those that"):
        read_table(path)


ALL = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (f"CREATE VIEW t AS {ALL} SELECT max(x) FROM n", r"t\.db is read in 2,000,000 steps of SQLite at most"),
        (f"CREATE VIEW t AS {ALL} SELECT x FROM n", r"2,000,000 steps of SQLite"),
        ("CREATE TABLE t(a, b AS (zeroblob(300000000))); INSERT INTO t(a) VALUES (1)", r"may unpack to 256 MiB"),
    ],
)
def test_what_a_database_computes_has_an_end(tmp_path, monkeypatch, made, said):
    monkeypatch.setattr(sqlite, "MOST_STEPS", 2 * sqlite.LOOK_EVERY)
    with closing(sqlite3.connect(tmp_path / "t.db")) as file:
        file.executescript(made)
    with pytest.raises(InputError, match=said):
        read_table(f"sqlite:///{tmp_path / 't.db'}::t")


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (f"{ALL} SELECT max(x) FROM n", "read in [01] seconds of processors at most, but took more"),
        ("SELECT range AS x FROM range(100000000000)", "may unpack to 16 MiB, .* write what its views compute"),
        ("SELECT range AS x FROM range(1000000000) ORDER BY hash(range)", "read in 50MiB at most, but took more"),
        ("SELECT * FROM read_csv('other.csv')", "read without other files and extensions, but asks for one; write"),
    ],
)
def test_what_duckdb_computes_has_an_end_and_reads_no_other_file(tmp_path, monkeypatch, view, said):
    monkeypatch.setattr(duckdb, "MOST_SECONDS", 0.3)
    monkeypatch.setattr(duckdb, "MEMORY", "50MiB")
    monkeypatch.setattr(duckdb, "VALUES", Bound(1 << 24, 1))
    monkeypatch.chdir(tmp_path)
    Path("other.csv").write_text("x\n1\n")
    with pytest.importorskip("duckdb").connect("t.duckdb") as file:
        file.execute(f"CREATE VIEW t AS {view}")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match=said):
        read_table("duckdb:///t.duckdb::t")
    assert sorted(tmp_path.iterdir()) == before


def write_gzip(path: Path) -> None:
    part = gzip.compress(b"0\n" * (1 << 20))
    path.write_bytes(gzip.compress(b"a\n") + part * (PACKED.least >> 21))


def write_sheet(path: Path, rows: bytes, times: int = 1) -> None:
    pd.DataFrame({"a": [1, 2]}).to_excel(path, index=False)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    before, named, after = re.split(b"(<sheet .*?/>)", members[BOOK])
    members[BOOK] = before + named * times + after
    members[SHEET] = BEGIN + rows + b"</sheetData></worksheet>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def write_blanks(path: Path) -> None:
    write_sheet(path, b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b" " * (1 << 24) + b"</t></is></c></row>")


def write_many_sheets(path: Path) -> None:
    write_sheet(path, b'<row r="1"><c r="A1"><v>1</v></c></row>', 1000)


def write_wide_rows(path: Path) -> None:
    write_sheet(path, b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (i, 2 * i) for i in range(1, 900)))


def write_far_cell(path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    write_sheet(path, b'<row r="1"><c r="A1"><v>1</v></c></row>' + far)


def write_constant(path: Path) -> None:
    pyarrow.parquet.write_table(pa.table({"a": np.zeros(34_000_000, np.int8)}), path)


def write_long_text(path: Path) -> None:
    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(300, np.int32)), ["x" * 1_000_000])
    pyarrow.parquet.write_table(pa.table({"a": texts}), path, compression="zstd", store_schema=False)


def write_nothing(path: Path) -> None:
    pyarrow.feather.write_feather(pa.table({"a": pa.nulls(10**8)}), str(path))


def write_no_letters(path: Path) -> None:
    head = b"{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000, 2), }".ljust(117) + b"\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head)


def write_many_keys(path: Path) -> None:
    path.write_text("".join(f'{{"k{i}":1}}\n' for i in range(4000)))


def write_deep(path: Path) -> None:
    path.write_text('{"a":' * 100_000 + "1" + "}" * 100_000)


def write_many_records(path: Path) -> None:
    path.write_text("[" + ",".join(f'{{"k{i}":1}}' for i in range(4000)) + "]")


def write_deep_lists(path: Path) -> None:
    path.write_text('[{"a":' + "[" * 100_000)


def write_zeros(path: Path) -> None:
    scipy.io.savemat(path, {})
    packed = zlib.compress(bytes(PACKED.least + 1), 1)
    path.write_bytes(path.read_bytes() + struct.pack("<II", 15, len(packed)) + packed)


def write_many_cells(path: Path) -> None:
    scipy.io.savemat(path, {"X": np.array([[1.0, "a"]], dtype=object)}, do_compression=False)
    path.write_bytes(path.read_bytes().replace(struct.pack("<II", 1, 2), struct.pack("<II", 1, 10**9), 1))


def write_strange_type(path: Path) -> None:
    """Of numbers that have a type which there is not, of which scipy ends the process."""
    scipy.io.savemat(path, {"X": np.eye(3)}, do_compression=True)
    data = path.read_bytes()
    unpacked = zlib.decompress(data[136:]).replace(struct.pack("<II", 9, 72), struct.pack("<II", 999, 72))
    packed = zlib.compress(unpacked)
    path.write_bytes(data[:132] + struct.pack("<I", len(packed)) + packed)


CASES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "gzip": ("a.csv.gz", write_gzip, r"may unpack to 64 MiB, or 20 times its length.*unpack it, and name a\.csv$"),
    "a long string": ("a.xlsx", write_blanks, r"may unpack to 8 MiB, or 40 times.*save the sheet as \.csv$"),
    "sheets": ("a.xlsx", write_many_sheets, r"has 1,000 sheets in 1 parts; save the sheet as \.csv"),
    "two cells": ("a.xlsx", write_far_cell, "has 2 filled ones in 1,048,576 rows and 16,384 columns"),
    "equal numbers": (
        "a.parquet",
        write_constant,
        r"272,000,000 bytes or more; read it piece by piece.*'a\*\.parquet'",
    ),
    "equal texts": ("a.parquet", write_long_text, "300,000,000 bytes or more"),
    "gaps": ("a.feather", write_nothing, "bytes or more; read it piece by piece"),
    "no letters": ("a.npy", write_no_letters, "16,000,000,000 bytes or more"),
    "keys": ("a.jsonl", write_many_keys, "has 4,000 of them in 4,000 rows, which hold 4,000 values"),
    "nested": ("a.jsonl", write_deep, "line 1 of .* is nested too deep"),
    "records": ("a.json", write_many_records, "has 4,000 of them in 4,000 rows, which hold 4,000 values"),
    "nested lists": ("a.json", write_deep_lists, "a.json is nested too deep; a value is a number or a text"),
    "packed records": ("a.json.gz", write_gzip, "read at once, up to 48 MiB, but .* is longer"),
    "zeros": ("a.mat", write_zeros, "may unpack to 64 MiB, or 20 times"),
    "cells": ("a.mat", write_many_cells, "1,000,000,000 elements has only"),
    "a type": ("a.mat", write_strange_type, "an element of type 999 stands where"),
}


@pytest.mark.parametrize("name", CASES)
def test_short_files_that_hold_very_much_are_refused(tmp_path: Path, name: str) -> None:
    file, write, reason = CASES[name]
    write(tmp_path / file)
    with pytest.raises(InputError, match=reason):
        read_table(tmp_path / file)


def test_a_list_of_records_may_be_long_but_not_longer_than_is_read_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(json_records, "LONGEST", 1 << 20)
    (tmp_path / "a.json").write_text(" " * ((1 << 20) - 18) + '[{"a": 1},{"a":2}]')
    assert len(read_table(tmp_path / "a.json")) == 2
    (tmp_path / "a.json").write_text(" " * (1 << 20) + '[{"a": 1},{"a":2}]')
    with pytest.raises(InputError, match=r"up to 1 MiB, but .*a\.json is longer; write JSON lines"):
        read_table(tmp_path / "a.json")


def test_a_wide_sheet_with_few_cells_in_each_row_is_a_column(tmp_path: Path) -> None:
    write_wide_rows(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx", header=False).shape == (899, 1)


def test_what_is_not_short_may_unpack_to_more(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).random(4000)
    pd.DataFrame({"a": rows}).to_csv(tmp_path / "a.csv.gz", index=False)
    assert len(read_table(tmp_path / "a.csv.gz")) == 4000
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n' * 20)
    assert (tmp_path / "a.jsonl").stat().st_size < json_lines.BLOCK
    assert len(read_table(tmp_path / "a.jsonl")) == 20
