"""Text files as people have them."""

from __future__ import annotations

import csv
import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tabgan.errors import InputError, TabganWarning
from tabgan.schema.texts.reading import MARKERS
from tabgan.tables.formats import read_table, write_table

TABLE = "时间,流量\n1,2.5\n3,4.25\n"


@pytest.mark.filterwarnings("ignore:.*rows.csv is not in UTF-8")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-32", "utf-16-be"])
def test_the_encoding_is_found(tmp_path, encoding):
    path = tmp_path / "rows.csv"
    path.write_bytes(TABLE.encode(encoding))
    table = read_table(path)
    assert list(table.columns) == ["时间", "流量"]
    assert table["流量"].tolist() == [2.5, 4.25]


def test_gbk_behind_a_long_ascii_part_is_found(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 300_000 + "3,好\n".encode("gbk"))
    with pytest.warns(TabganWarning, match="rows.csv is not in UTF-8 and read as gb18030, with '好' in it"):
        assert read_table(path)["b"].iloc[-1] == "好"


def test_other_encodings_are_refused(tmp_path):
    path = tmp_path / "rows.csv"
    for content in (b"a,b\n1,\xff\xff\n", b"a,b\n1,\0\n", TABLE.encode("utf-16")[:-1]):
        path.write_bytes(content)
        with pytest.raises(
            InputError, match=r"a text table (must be encoded in UTF-8|has no NUL)|cannot be read as utf-16"
        ):
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
    with pytest.warns(
        TabganWarning, match="column 'b' are read as numbers with a decimal comma \\('1,5' in row 1 is 1.5\\)"
    ):
        assert read_table(path)["b"].tolist() == [1.5, 0.25]
    path.write_text("1,5;2,5\n3,5;4,5\n")
    with pytest.warns(TabganWarning):
        assert read_table(path, header=False)[2].tolist() == [2.5, 4.5]
    path.write_text("a;b\n1.5;2\n1,50;3\n")
    assert read_table(path)["a"].tolist() == ["1.5", "1,50"]


def test_spaces_around_names_and_numbers_do_not_count(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(" a , b\n1 , 2.5\n")
    assert read_table(path).to_dict("list") == {"a": [1], "b": [2.5]}


def test_one_column_needs_no_delimiter(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("flow\n1.5\n2.5\n")
    assert read_table(path)["flow"].tolist() == [1.5, 2.5]


@pytest.mark.filterwarnings("ignore:the last row of")
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_are_read_to_the_last_bit(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("text") / "rows.csv"
    pd.DataFrame({"x": values}).to_csv(path, index=False)
    assert read_table(path)["x"].tolist() == values


def written(tmp_path_factory, table, suffix=".csv"):
    path = tmp_path_factory.mktemp("text") / f"rows{suffix}"
    write_table(table, path)
    return path


WHOLE = {name: np.iinfo(name) for name in ("int8", "uint16", "int32", "int64", "uint64")}


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=30), st.sampled_from([".csv", ".tsv", ".csv.gz"]))
@example([10.0, 1e-7, 1e22, -0.0, 5e-324, 1.7976931348623157e308, 1e16, 123456789012345680.0, 1e-5], ".csv")
def test_written_doubles_come_back_to_the_last_bit(tmp_path_factory, values, suffix):
    table = pd.DataFrame({"x": values, "n": range(len(values))})
    back = read_table(written(tmp_path_factory, table, suffix))
    assert back["x"].astype(float).tolist() == values
    assert back["n"].tolist() == list(range(len(values)))


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=30))
def test_written_singles_come_back_to_the_last_bit(tmp_path_factory, values):
    table = pd.DataFrame({"x": np.array(values, dtype=np.float32)})
    back = read_table(written(tmp_path_factory, table))["x"].astype(np.float32)
    assert back.tolist() == values


@given(
    st.sampled_from(list(WHOLE)).flatmap(
        lambda name: st.tuples(
            st.just(name), st.lists(st.integers(int(WHOLE[name].min), int(WHOLE[name].max)), min_size=1, max_size=30)
        )
    )
)
def test_written_whole_numbers_come_back_and_have_no_point(tmp_path_factory, drawn):
    dtype, values = drawn
    path = written(tmp_path_factory, pd.DataFrame({"x": np.array(values, dtype=dtype)}))
    assert read_table(path)["x"].tolist() == values
    assert path.read_text() == "".join(f"{line}\n" for line in ["x", *values])


@pytest.mark.parametrize("dtype", ["bool", "boolean", "Int64", "Float64", "float16", "int64[pyarrow]", "category"])
def test_every_dtype_comes_back_by_value(tmp_path, dtype):
    table = pd.DataFrame({"a": [1, 0, 1], "b": [0.5, 1.5, 2.5]}).astype({"a": dtype})
    write_table(table, tmp_path / "rows.csv")
    back = read_table(tmp_path / "rows.csv")
    assert back["a"].tolist() == [1, 0, 1]
    assert (back["a"].dtype == bool) == (dtype in ("bool", "boolean"))
    assert back["b"].tolist() == [0.5, 1.5, 2.5]


@pytest.mark.parametrize(
    "column",
    [
        [1.5, None, 2.5],
        pd.array([1, None, 3], "Int64"),
        pd.array([0.5, None, 3], "Float64"),
        pd.array([True, None, False], "boolean"),
        ["x", None, "y"],
    ],
    ids=["float", "Int64", "Float64", "boolean", "text"],
)
@pytest.mark.parametrize("alone", [True, False])
def test_missing_values_are_empty_fields(tmp_path, column, alone):
    table = pd.DataFrame({"a": column} if alone else {"a": column, "b": [1, 2, 3]})
    write_table(table, tmp_path / "rows.csv")
    back = read_table(tmp_path / "rows.csv")
    assert back["a"].isna().tolist() == [False, True, False]
    assert back["a"].iloc[[0, 2]].tolist() == [table["a"].iloc[0], table["a"].iloc[2]]
    line = (tmp_path / "rows.csv").read_text().splitlines()[2]
    assert line == ('""' if alone else ",2")


def texts(alphabet):
    """Texts that look neither like a number nor like a missing value, as which they would be read."""
    return st.text(st.sampled_from(alphabet), max_size=8).map(lambda text: f"x{text}x")


names = st.lists(texts("ab,;\"'\t\n 时间é"), min_size=2, max_size=4, unique=True)
cells = st.lists(texts("ab,\"'\n 时间é"), min_size=2, max_size=2)  # ; or tab in each row would be taken for delimiters


@pytest.mark.filterwarnings("ignore:the first line of")
@given(names, st.sampled_from([".csv", ".tsv"]), st.data())
def test_names_and_texts_of_any_kind_come_back(tmp_path_factory, names, suffix, data):
    table = pd.DataFrame({"number": [1.5, 2.0]} | {name: data.draw(cells) for name in names})
    back = read_table(written(tmp_path_factory, table, suffix))
    pd.testing.assert_frame_equal(back, table, check_dtype=False)


@given(names, st.sampled_from([".csv", ".tsv"]))
def test_names_over_numbers_come_back(tmp_path_factory, names, suffix):
    table = pd.DataFrame(np.arange(2.0 * len(names)).reshape(2, -1) / 8, columns=names)
    back = read_table(written(tmp_path_factory, table, suffix))
    pd.testing.assert_frame_equal(back.astype(float), table, check_exact=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("a,b\n", "has only a header"),
        ("a,b,a\n1,2,3\n", "'a' is there 2 times in"),
        ("a,b\n1,2,3\n", "the header's 2, but the first row has 3"),
        ("a,b\n1,2\n1,2,3\n", "there are columns, 2, but line 3 has 3"),
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


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".csv.gz"])
def test_formulas_are_texts_when_asked(tmp_path, suffix):
    table = pd.DataFrame({"=name": ["=cmd|' /C calc'!A0", "+1.5", "-1-1", None], "v": [-1.5, 2, 3, 4]})
    table.attrs[MARKERS] = {"=name": [["@", 1]]}
    write_table(table, tmp_path / f"a{suffix}")
    write_table(table, tmp_path / f"b{suffix}", escape_formulas=True)
    kept, escaped = (read_text(tmp_path / f"{name}{suffix}") for name in "ab")
    assert kept[0][0] == "=name"
    assert [row[0] for row in kept[1:]] == ["=cmd|' /C calc'!A0", "+1.5", "-1-1", "@"]
    assert [row[0] for row in escaped] == ["'=name", "'=cmd|' /C calc'!A0", "+1.5", "'-1-1", "'@"]
    assert [row[1] for row in escaped] == [row[1] for row in kept]
    with pytest.raises(InputError, match=r"escape_formulas is for \.csv"):
        write_table(table, tmp_path / "a.parquet", escape_formulas=True)


def read_text(path):
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.reader(data.decode().splitlines(), delimiter="," if ".csv" in path.name else "\t"))


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (
            "Sensor A,Sensor A,Sensor B\nmin,max,min",
            "line 1 .*'Sensor A, .*' above 'min, max, min'; join .*'Sensor A min'",
        ),
        (
            "made by X\n,Sensor A,,Sensor B,\nt,min,max,min,max",
            "line 2 of .*; join them in one row, as in 'Sensor A min'",
        ),
        ("temp,temp,p\n°C,°F,bar", "as in 'temp °C'"),
        ("temp,temp,p\n°C,°C,bar", "names must be distinct, but 'temp' is there 2 times"),
        ("a,a,b", "names must be distinct, but 'a' is there 2 times"),
    ],
)
def test_a_header_of_two_rows_is_refused_with_what_helps(tmp_path, head, told):
    width = head.splitlines()[-1].count(",") + 1
    rows = [",".join(f"{i + j / 8}" for j in range(width)) for i in range(9)]
    (tmp_path / "t.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_table(tmp_path / "t.csv")


def test_labels_without_a_header_are_no_header_of_two_rows(tmp_path):
    (tmp_path / "t.csv").write_text("yes,yes\nno,yes\n" + "yes,no\n" * 9)
    with pytest.raises(InputError, match="if these are no names, use header=False"):
        read_table(tmp_path / "t.csv")
