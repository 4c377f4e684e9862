"""Parts of files have their rows as they stand there: together they are the file, line for line and type for type."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
import scipy.io
from hypothesis import assume, given
from hypothesis import strategies as st

from tabgan import InputError
from tabgan.tables import parts as module
from tabgan.tables.delimited import look_at
from tabgan.tables.formats import read_table, table_format
from tabgan.tables.parts import check_parts, name_parts, write_parts
from tabgan.tables.text_parts import split_text
from tabgan.tables.text_source import TextSource

TEXT = 'id;amount;note\r\n001;1,50;"two\r\nlines"\r\n002;;5" pipe\r\n\r\n010;2,0; "a ""b"";"\r\n011;NA;流量\r\n'


def cut(path: Path, chosen: list[int], n: int, **options) -> tuple[Path, Path]:
    """Write a file's parts, the rows `chosen` to the second."""
    parts = name_parts(path)
    write_parts(path, np.isin(range(n), chosen), parts, **options)
    return parts


@pytest.mark.filterwarnings("ignore:the texts in column")
@pytest.mark.filterwarnings("ignore:.*data.*csv is not in UTF-8")
@pytest.mark.filterwarnings("ignore:1 empty row of")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_text_is_split_character_by_character(tmp_path, encoding):
    path = tmp_path / "data.csv"
    path.write_bytes(TEXT.encode(encoding))
    train, test = cut(path, [1, 3], 4)
    bytes_of = {part: part.read_bytes() for part in (train, test)}
    assert bytes_of[train] == 'id;amount;note\r\n001;1,50;"two\r\nlines"\r\n010;2,0; "a ""b"";"\r\n'.encode(encoding)
    assert bytes_of[test] == 'id;amount;note\r\n002;;5" pipe\r\n011;NA;流量\r\n'.encode(encoding)
    assert len(read_table(train)) == len(read_table(test)) == 2


def test_big_endian_text_and_packed_text_stay_so(tmp_path):
    big = tmp_path / "big.tsv"
    big.write_bytes(b"\xfe\xff" + "a\tb\n1\t2\n3\t4".encode("utf-16-be"))
    train, test = cut(big, [1], 2)
    assert train.read_bytes() == b"\xfe\xff" + "a\tb\n1\t2\n".encode("utf-16-be")
    assert test.read_bytes() == b"\xfe\xff" + "a\tb\n3\t4\n".encode("utf-16-be")
    packed = tmp_path / "data.csv.gz"
    packed.write_bytes(gzip.compress(b"a,b\n1,2.50\n3,4\n"))
    train, test = cut(packed, [0], 2)
    assert gzip.decompress(test.read_bytes()) == b"a,b\n1,2.50\n"
    assert test.name == "data-test.csv.gz"


def test_text_without_a_header_has_none_in_its_parts(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("1,2\n3,4\n5,6\n")
    train, test = cut(path, [2], 3, header=False)
    assert (train.read_text(), test.read_text()) == ("1,2\n3,4\n", "5,6\n")


def bare(rows: list[dict]) -> list[list[str]]:
    """Blanks before a field do not count, whether the reader has left them out, or does so later."""
    return [[(cell or "").lstrip(" ") for cell in row.values()] for row in rows]


@given(st.text('a1", \n', max_size=40), st.sampled_from(["\n", "\r\n"]), st.randoms(use_true_random=False))
def test_lines_are_cut_where_the_reader_cuts_them(tmp_path_factory, text, end, random):
    path = tmp_path_factory.mktemp("any") / "data.csv"
    path.write_text(f"a,b,c\n{text}", encoding="utf-8", newline=end)
    try:
        rows = look_at(TextSource(path), True, ",", None).rows.read().to_pylist()
        test = np.array([random.random() < 0.5 for _ in rows], dtype=bool)
        parts = name_parts(path)
        split_text(path, delimiter=",", test=test, parts=parts)
    except InputError:
        assume(False)
    for part, aside in zip(parts, (False, True), strict=True):
        written = look_at(TextSource(part), True, ",", None).rows.read().to_pylist()
        expected = [row for row, chosen in zip(rows, test, strict=True) if chosen == aside]
        assert bare(written) == bare(expected)


def test_parquet_keeps_types_and_metadata(tmp_path):
    table = pa.table(
        {
            "id": pa.array(["001", "002", None]).dictionary_encode(),
            "price": pa.array([1, None, 3], pa.decimal128(9, 2)),
            "at": pa.array([datetime(2024, 1, 1)] * 3, pa.timestamp("ms", "Europe/Berlin")),
            "list": [[1], [], [2, 3]],
        }
    ).replace_schema_metadata({"origin": "plant"})
    pyarrow.parquet.write_table(table, tmp_path / "data.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "data.parquet")
    train, test = cut(tmp_path / "data.parquet", [1], 3)
    assert pyarrow.parquet.read_table(train).equals(table.take([0, 2]), check_metadata=True)
    assert pyarrow.parquet.read_table(test).equals(table.take([1]), check_metadata=True)


def test_workbooks_keep_texts_numbers_and_formats(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Pumps"
    rows = [
        ["code", "share", "day", "clock", "ok"],
        ["001", 0.125, datetime(2024, 1, 31), time(7, 30), True],
        ["=x", None, datetime(2024, 2, 1), time(8), False],
        ["1,5", 0.5, datetime(2024, 2, 2), time(9), True],
    ]
    for i, row in enumerate(rows, 3):  # the table does not begin at A1
        for j, value in enumerate(row, 2):
            sheet.cell(i, j, value)
        if i > 3:
            sheet.cell(i, 2).data_type = "s"
            sheet.cell(i, 3).number_format = "0.0%"
            sheet.cell(i, 4).number_format = "dd/mm/yyyy"
    sheet["B1"] = "a title"
    book.create_sheet("Notes")["A1"] = "left out"
    path = tmp_path / "data.xlsx"
    book.save(path)
    train, test = cut(path, [1], 3, sheet="Pumps:B3:F")
    for part, places in ((train, [0, 1, 3]), (test, [0, 2])):
        written = openpyxl.load_workbook(part)
        assert written.sheetnames == ["Pumps"]
        assert [[cell.value for cell in row] for row in written["Pumps"]] == [rows[i] for i in places]
        assert [cell.data_type for cell in written["Pumps"]["A"]] == ["s"] * len(places)
        assert [cell.number_format for cell in written["Pumps"][2]][2:4] == ["dd/mm/yyyy", "h:mm:ss"]
    whole = read_table(path, sheet="Pumps:B3:F")
    pd.testing.assert_frame_equal(read_table(train), whole.iloc[[0, 2]].reset_index(drop=True))


def test_a_sheet_without_a_header_has_none_in_its_parts(tmp_path):
    book = openpyxl.Workbook()
    for row in ([1, "a"], [2, None], [3, "c"]):
        book.active.append(row)
    book.save(tmp_path / "data.xlsx")
    train, _ = cut(tmp_path / "data.xlsx", [1], 3, header=False)
    assert list(openpyxl.load_workbook(train).active.values) == [(1, "a"), (3, "c")]


@pytest.mark.parametrize("dtype", ["float64", "float32", "int8", "bool"])
@pytest.mark.parametrize("turned", [False, True])
def test_matrices_keep_class_name_and_direction(tmp_path, dtype, turned):
    matrix = (np.arange(14).reshape(7, 2) % 5).astype(dtype)
    scipy.io.savemat(tmp_path / "data.mat", {"X": matrix.T if turned else matrix, "note": "left out"})
    train, test = cut(tmp_path / "data.mat", [0, 5, 6], 7, variable="X", transpose=turned)
    for part, places in ((train, [1, 2, 3, 4]), (test, [0, 5, 6])):
        content = scipy.io.loadmat(part, mat_dtype=True)
        np.testing.assert_array_equal(content["X"], matrix[places].T if turned else matrix[places])
        assert content["X"].dtype == dtype
        assert "note" not in content
        np.testing.assert_array_equal(read_table(part), matrix[places])  # the names say which way round


def test_a_part_that_could_be_read_either_way_round_is_refused(tmp_path):
    scipy.io.savemat(tmp_path / "data.mat", {"X": np.zeros((3, 9))})
    with pytest.raises(InputError, match="a part of 3 rows of as many columns could not be told"):
        cut(tmp_path / "data.mat", [0, 1, 2], 9, transpose=True)
    assert [path.name for path in tmp_path.iterdir()] == ["data.mat"]


def test_structs_and_cells_keep_their_columns(tmp_path):
    names = np.array(["α", "β", "γ"], dtype=object)
    struct = {"x": np.array([[1.5], [2.5], [3.5]]), "s": np.array([["a"], ["bb"], [""]], dtype=object)}
    struct["c"] = np.array(["one", "two", "six"])
    scipy.io.savemat(tmp_path / "data.mat", {"T": struct, "columns": names})
    train, test = cut(tmp_path / "data.mat", [1], 3)
    whole = read_table(tmp_path / "data.mat")
    assert list(whole) == ["α", "β", "γ"]
    pd.testing.assert_frame_equal(read_table(train), whole.iloc[[0, 2]].reset_index(drop=True))
    assert scipy.io.loadmat(train)["T"].dtype.names == ("x", "s", "c")
    assert len(read_table(test)) == 1
    scipy.io.savemat(tmp_path / "cells.mat", {"columns": np.array([[1.0, "a"], [2.0, "b"], [3.0, "c"]], dtype=object)})
    train, _ = cut(tmp_path / "cells.mat", [1], 3)
    assert read_table(train).values.tolist() == [[1, "a"], [3, "c"]]


def test_images_of_signals_are_cut_along_their_samples(tmp_path):
    images = np.arange(30.0).reshape(1, 3, 1, 10)
    scipy.io.savemat(tmp_path / "data.mat", {"X": images})
    train, _ = cut(tmp_path / "data.mat", [9], 10)  # without the warning that reading it has given
    np.testing.assert_array_equal(scipy.io.loadmat(train)["X"], images[..., :9])


def test_a_format_without_a_way_of_its_own_is_read_and_written(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "table_format", lambda path, reading=False: replace(table_format(path), split=None))
    monkeypatch.setattr(module, "check_parts", lambda path, parts: replace(table_format(path), split=None))
    (tmp_path / "data.csv").write_text("a,b\n1,x\n2,y\n3,z\n")
    train, test = cut(tmp_path / "data.csv", [1], 3)
    assert (train.read_text(), test.read_text()) == ("a,b\n1,x\n3,z\n", "a,b\n2,y\n")


def test_nothing_is_left_when_a_part_cannot_be_written(tmp_path):
    (tmp_path / "data.csv").write_text("a\n1\n2\n3\n")
    with pytest.raises(InputError, match="4 rows were read and 3 are there"):
        cut(tmp_path / "data.csv", [0], 4)
    assert [path.name for path in tmp_path.iterdir()] == ["data.csv"]


def test_files_that_exist_are_kept(tmp_path):
    (tmp_path / "data.csv").write_text("a\n1\n2\n")
    (tmp_path / "data-test.csv").write_text("mine")
    with pytest.raises(InputError, match=r"data-test\.csv exists and is kept"):
        cut(tmp_path / "data.csv", [0], 2)
    assert not (tmp_path / "data-train.csv").exists()
    write_parts(tmp_path / "data.csv", np.array([True, False]), name_parts(tmp_path / "data.csv"), overwrite=True)
    assert (tmp_path / "data-test.csv").read_text() == "a\n1\n"


def test_parts_are_named_after_the_table():
    assert [part.name for part in name_parts(Path("up/book.xlsm"))] == ["book-train.xlsx", "book-test.xlsx"]
    assert name_parts(Path("up/a.b.TSV"))[1] == Path("up/a.b-test.TSV")


def test_parts_have_the_format_of_the_table():
    with pytest.raises(InputError, match=r"parts have the format of the table, csv, .* name it y\.csv"):
        check_parts(Path("data.csv"), (Path("x.csv.gz"), Path("y.xlsx")))
    with pytest.raises(InputError, match="but xlsx is only read"), pytest.MonkeyPatch.context() as context:
        form = replace(table_format("a.xlsx"), open_writer=None)
        context.setattr(module, "table_format", lambda path, reading=False: form)
        check_parts(Path("data.xlsx"), (Path("x.xlsx"), Path("y.xlsx")))
