"""What is written is read back, in every format."""

from __future__ import annotations

import contextlib
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tabgan.errors import InputError, TabganWarning
from tabgan.schema.dtypes import Contents, spelt_numbers
from tabgan.tables.formats import open_writer, parsing, read_table, write_table

SUFFIXES = [".csv", ".tsv", ".csv.gz", ".tsv.gz", ".parquet", ".xlsx", ".mat"]
FRAME = pd.DataFrame({"mean, radius": [0.1, 1 / 3, -2e-7], "计数": [1.0, 2.0, 3.0], 'quote"d': [1e300, 0.0, 5e-324]})


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_written_table_is_read_back(tmp_path, suffix):
    path = tmp_path / f"rows{suffix}"
    write_table(FRAME, path)
    pd.testing.assert_frame_equal(read_table(path).astype(float), FRAME, check_exact=True)


MIXED = pd.DataFrame(
    {
        "text": ["a", None, "=1+1", 'q"uote, é', "None", "?"],
        "number": [0.5, np.nan, 3.0, -2.0, 1e300, 7.0],
        "whole": pd.array([1, None, 3, 4, 5, 6], "Int64"),
        "grade": pd.Categorical(["b", None, "b", "a", "a", "b"], categories=["c", "b", "a"], ordered=True),
        "truth": [True, None, False, True, True, False],
        "day": ["2024-01-31", None, "2024-02-01", "2024-02-01", "2024-02-02", "2024-02-02"],
        "time": pd.to_datetime(["2024-01-31 10:00", None, *["2024-02-01"] * 4], format="mixed"),
        "zone": pd.to_datetime(["2024-01-31 10:00", None, *["2024-07-01"] * 4], format="mixed", utc=True).tz_convert(
            "Europe/Berlin"
        ),
        "none": [None] * 6,
        "full": np.arange(6) / 4,  # so that none is empty
    }
)


@pytest.mark.parametrize("suffix", [".csv", ".tsv.gz", ".parquet", ".xlsx", ".mat"])
@pytest.mark.parametrize("cut", [1, 2, 6])
def test_text_dates_and_gaps_are_read_back(tmp_path, suffix, cut):
    path = tmp_path / f"rows{suffix}"
    with open_writer(path) as writer:
        writer.write(MIXED.iloc[:cut])
        writer.write(MIXED.iloc[cut:])
    back = read_table(path)
    for name in MIXED:
        assert back[name].isna().tolist() == MIXED[name].isna().tolist()
    present, found = MIXED.drop(index=1), back.drop(index=1)
    for name in ("text", "number", "whole", "grade", "truth", "day"):
        assert found[name].tolist() == present[name].tolist(), name
    assert found["time"].astype(str).tolist() == ["2024-01-31 10:00:00", *["2024-02-01 00:00:00"] * 4]
    assert found["zone"].astype(str).tolist() == ["2024-01-31 11:00:00+01:00", *["2024-07-01 02:00:00+02:00"] * 4]
    if suffix == ".parquet":
        pd.testing.assert_frame_equal(back, MIXED.astype({"none": back["none"].dtype}))


def test_whole_numbers_beside_gaps_have_no_point(tmp_path):
    write_table(pd.DataFrame({"a": [129.0, np.nan, 0.5], "b": ["x", "y", None]}), tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_text() == "a,b\n129,x\n,y\n0.5,\n"


def test_a_matrix_has_gaps(tmp_path):
    write_table(MIXED[["number", "whole"]], tmp_path / "rows.mat")
    assert read_table(tmp_path / "rows.mat")["whole"].isna().tolist() == MIXED["whole"].isna().tolist()


def test_what_a_format_cannot_hold_is_explained(tmp_path):
    with pytest.raises(InputError, match="an Excel cell cannot hold control characters"):
        write_table(pd.DataFrame({"a": ["x\x01"]}), tmp_path / "rows.xlsx")
    with pytest.raises(InputError, match="a Parquet column holds values of one type"):
        write_table(pd.DataFrame({"a": ["x", 1]}), tmp_path / "rows.parquet")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_question_marks_are_gaps_among_numbers_and_labels_among_text(tmp_path, suffix):
    path = tmp_path / f"rows{suffix}"
    cells = [["1", "x", "?", "NA"], ["?", "?", "?", "x"], ["2.5", "None", "?", "n/a"], ["None", "x", "?", ""]]
    raw = pd.DataFrame(cells, columns=list("abcd"))
    raw.to_csv(path, index=False) if suffix == ".csv" else raw.to_excel(path, index=False)
    with warnings.catch_warnings():  # which csv and xlsx do not say alike yet
        warnings.simplefilter("ignore", TabganWarning)
        table = read_table(path).astype(object)
    assert table["a"].tolist()[::2] == [1.0, 2.5]
    assert table["a"].isna().tolist() == [False, True, False, True]
    assert table["b"].tolist() == ["x", "?", "None", "x"]
    assert table["c"].tolist() == ["?"] * 4
    assert table["d"].isna().tolist() == [True, False, True, True]


def test_question_marks_among_numbers_with_a_decimal_comma(tmp_path):
    (tmp_path / "rows.csv").write_text("a;b\n1,5;x\n?;y\n0,1;z\n")
    with pytest.warns(TabganWarning) as said:
        table = read_table(tmp_path / "rows.csv")
    assert ["decimal comma" in str(line.message) for line in said] == [True, False]
    assert table["a"].tolist()[::2] == [1.5, 0.1]
    assert np.isnan(table["a"][1])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_blocks_make_one_table(tmp_path, suffix):
    path = tmp_path / f"rows{suffix}"
    with open_writer(path) as writer:
        writer.write(FRAME.iloc[:2])
        writer.write(FRAME.iloc[2:])
    pd.testing.assert_frame_equal(read_table(path).astype(float), FRAME, check_exact=True)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
def test_a_block_is_in_the_file_before_the_next_one_comes(tmp_path, suffix):
    """So that memory is bounded by a block; Excel and MATLAB files are collected."""
    block = pd.DataFrame(np.random.default_rng(0).normal(size=(5000, 3)), columns=["a", "b", "c"])
    sizes = []
    with open_writer(tmp_path / f"rows{suffix}") as writer:
        for _ in range(4):
            writer.write(block)
            (beside,) = tmp_path.iterdir()
            sizes.append(beside.stat().st_size)
    assert (np.diff([0, *sizes]) > 50_000).all()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_table_without_names_has_no_header(tmp_path, suffix):
    path = tmp_path / f"rows{suffix}"
    numbered = FRAME.set_axis([1, 2, 3], axis=1)
    write_table(numbered, path)
    pd.testing.assert_frame_equal(read_table(path, header=False).astype(float), numbered, check_column_type=False)


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet", ".mat"])
def test_equal_tables_give_equal_bytes(tmp_path, suffix, monkeypatch):
    for name, time in (("a", 1e9), ("b", 1.5e9)):
        monkeypatch.setattr("time.time", lambda time=time: time)
        monkeypatch.setattr("time.asctime", lambda time=time: str(time))
        write_table(FRAME, tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx", ".mat"])
def test_no_rows_are_written_as_a_header(tmp_path, suffix):
    path = tmp_path / f"rows{suffix}"
    write_table(FRAME.iloc[:0], path)
    with pytest.raises(InputError, match="has only a header"):
        read_table(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_failed_write_leaves_nothing(tmp_path, suffix):
    with pytest.raises(RuntimeError), open_writer(tmp_path / f"rows{suffix}") as writer:
        writer.write(FRAME)
        raise RuntimeError("broken")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_harmed_file_is_refused(tmp_path, suffix):
    path = tmp_path / f"rows{suffix}"
    path.write_bytes(b"\x00\xff" + np.random.default_rng(0).bytes(300))
    with pytest.raises(InputError):
        read_table(path)


@pytest.mark.parametrize("suffix", [".csv.gz", ".parquet", ".xlsx", ".mat"])
def test_a_file_with_flipped_bytes_is_read_or_refused(tmp_path, suffix):
    """Whatever a format's library raises inside becomes an InputError."""
    path = tmp_path / f"rows{suffix}"
    write_table(FRAME, path)
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    for _ in range(60):
        harmed = bytearray(whole)
        for at in rng.integers(len(whole), size=3):
            harmed[at] ^= 1 << rng.integers(8)
        path.write_bytes(harmed)
        with contextlib.suppress(InputError):
            read_table(path)


def test_a_file_that_asks_for_more_memory_than_there_is_is_refused(tmp_path):
    with (
        pytest.raises(InputError, match=r"asks for more memory than there is \(malloc of size \d+ failed\)"),
        parsing(tmp_path / "a.feather", "Feather file"),
    ):
        pa.allocate_buffer(10**18)


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx", ".mat"])
def test_an_empty_file_is_refused(tmp_path, suffix):
    path = tmp_path / f"rows{suffix}"
    path.write_bytes(b"")
    with pytest.raises(InputError):
        read_table(path)


def test_an_unknown_suffix_names_the_known_ones(tmp_path):
    with pytest.raises(InputError, match=r"one of \.csv \.tsv .* but .*rows\.xls has none"):
        read_table(tmp_path / "rows.xls")
    with pytest.raises(InputError, match="one of"):
        write_table(FRAME, tmp_path / "rows")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_table(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="Is a directory"):
        read_table(tmp_path / "folder.csv")


def test_variable_is_for_mat_files(tmp_path):
    write_table(FRAME, tmp_path / "rows.csv")
    with pytest.raises(InputError, match=r"variable is for \.mat, but"):
        read_table(tmp_path / "rows.csv", variable="X")


def test_a_header_of_numbers_is_pointed_out(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("1.5,2.5\n3.5,4.5\n")
    with pytest.warns(TabganWarning, match="use header=False"):
        assert len(read_table(path)) == 1
    assert len(read_table(path, header=False)) == 2


def test_exponents_of_ten_digits_and_keys_that_are_no_text_end_no_process(tmp_path):
    number = "1.0" + "2" * 40 + "e3309222222"
    assert np.isfinite(Contents(pd.Series(["1.5", number])).spelt).tolist() == [True, False]
    with pytest.raises(ValueError, match="is no number"):
        spelt_numbers([number], "raise")
    (tmp_path / "t.jsonl").write_bytes(b'{"a": 1, "\x80": 2}\n')
    with pytest.raises(InputError, match=r"t\.jsonl is not a whole file of JSON lines"):
        read_table(tmp_path / "t.jsonl")
