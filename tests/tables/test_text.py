"""Text files as people have them."""

from __future__ import annotations

import gzip

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.errors import InputError, TabganWarning
from tabgan.tables.read import read_table

TABLE = "时间,流量\n1,2.5\n3,4.25\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_the_encoding_is_found(tmp_path, encoding):
    path = tmp_path / "rows.csv"
    path.write_bytes(TABLE.encode(encoding))
    table = read_table(path)
    assert list(table.columns) == ["时间", "流量"]
    assert table["流量"].tolist() == [2.5, 4.25]


def test_gbk_behind_a_long_ascii_part_is_found(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 300_000 + "3,好\n".encode("gbk"))
    assert read_table(path)["b"].iloc[-1] == "好"


def test_other_encodings_are_refused(tmp_path):
    path = tmp_path / "rows.csv"
    for content in (b"a,b\n1,\xff\xff\n", b"a,b\n1,\0\n", TABLE.encode("utf-16")[:-1]):
        path.write_bytes(content)
        with pytest.raises(InputError, match="must be encoded in UTF-8 or GBK"):
            read_table(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_delimiter_is_found(tmp_path, delimiter, end):
    path = tmp_path / "rows.csv"
    path.write_bytes(end.join(delimiter.join(row) for row in (['"a;b,c"', "d"], ["1", "2"], ["3", "4"])).encode())
    assert list(read_table(path).columns) == ["a;b,c", "d"]


def test_a_decimal_comma_is_found(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a;b\n01.02.2020;1,5\n02.02.2020;0,25\n")
    with pytest.warns(TabganWarning, match="numbers such as 1,5 in .* are read with a decimal comma"):
        assert read_table(path)["b"].tolist() == [1.5, 0.25]
    path.write_text("1,5;2,5\n3,5;4,5\n")
    with pytest.warns(TabganWarning):
        assert read_table(path, header=False)[2].tolist() == [2.5, 4.5]
    path.write_text("a;b\n1.5;2\n1,500;3\n")
    assert read_table(path)["a"].tolist() == ["1.5", "1,500"]


def test_spaces_around_names_and_numbers_do_not_count(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(" a , b\n1 , 2.5\n")
    assert read_table(path).to_dict("list") == {"a": [1], "b": [2.5]}


def test_one_column_needs_no_delimiter(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("flow\n1.5\n2.5\n")
    assert read_table(path)["flow"].tolist() == [1.5, 2.5]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_are_read_to_the_last_bit(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("text") / "rows.csv"
    pd.DataFrame({"x": values}).to_csv(path, index=False)
    assert read_table(path)["x"].tolist() == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("a,b\n", "has only a header"),
        ("a,b,a\n1,2,3\n", "'a' is there 2 times in"),
        ("a,b\n1,2,3\n", "the header's 2, but the first row has 3"),
        ("a,b\n1,2\n1,2,3\n", "Expected 2 fields in line 3, saw 3"),
    ],
)
def test_broken_tables_are_explained(tmp_path, text, message):
    path = tmp_path / "rows.csv"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        read_table(path)
    assert message in str(error.value)


def test_half_a_gzip_file_is_explained(tmp_path):
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode() * 100)[:60])
    with pytest.raises(InputError, match="is not a whole gzip file"):
        read_table(path)
