"""Numbers as people write them, and what stands for gaps, are read by their values and come back as they were."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.errors import InputError, TabganWarning
from tabgan.schema import Schema
from tabgan.schema.texts.numbertext import read_numerals
from tabgan.schema.texts.spellings import Spelling
from tabgan.tables.formats import open_writer, read_table, write_table


def trip(folder, text, *, encoding="utf-8", out="back.csv", **options):
    """Read a table, learn its schema, and write its rows again; return the table, the text, and what was said."""
    path = folder / "data.csv"
    path.write_bytes(text.encode(encoding))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", TabganWarning)
        table = read_table(path, **options)
        schema = Schema.from_dict(Schema.learn(table).to_dict())
        write_table(schema.restore(schema.to_matrix(table)), folder / out, overwrite=True)
    lines = [str(line.message) for line in said if line.category is TabganWarning]
    return table, (folder / out).read_bytes().decode(encoding), lines


COLUMNS = [
    (["1.234,56", "7,10", "8,00"], [1234.56, 7.1, 8]),
    (["1 234,5", "7,25", "8"], [1234.5, 7.25, 8]),
    (["1\u202f234,5", "7,25", "8"], [1234.5, 7.25, 8]),
    (["1'234.50", "7.10", "8.00"], [1234.5, 7.1, 8]),
    (["1,234.50", "7.10", "8.00"], [1234.5, 7.1, 8]),
    (["12,34,567", "1,234", "8"], [1234567, 1234, 8]),
    (["(1,234.5)", "7.1", "8.0"], [-1234.5, 7.1, 8]),
    (["12.3%", "7%", "0.5%"], [0.123, 0.07, 0.005]),
    (["12,3 %", "4,5 %", "8,0 %"], [0.123, 0.045, 0.08]),
    (["10.06 mm", "3.50 mm", "8.00 mm"], [10.06, 3.5, 8]),
    (["85kg", "6kg", "7kg"], [85, 6, 7]),
    (["5 m³/h", "6 m³/h", "8 m³/h"], [5, 6, 8]),
    (["100米", "20米", "30米"], [100, 20, 30]),
    (["$5", "-$1,234", "$7"], [5, -1234, 7]),
    (["5 €", "7 €", "9 €"], [5, 7, 9]),
    (["USD 5", "USD -7", "USD 8"], [5, -7, 8]),
    (["−5", "7", "8"], [-5, 7, 8]),
    (["１２", "３４", "５"], [12, 34, 5]),
    (["+5", "-3", "+8"], [5, -3, 8]),
    ([".5", "1.25", "-.75"], [0.5, 1.25, -0.75]),
    (["6.0", "7.25", "8.0"], [6, 7.25, 8]),
    (["12.50", "7.00", "8.75"], [12.5, 7, 8.75]),
    (["1.5e-03", "2.5e+10", "1.0e+00"], [0.0015, 2.5e10, 1]),
    (["1.55e-07", "1.73e-05", "0.5"], [1.55e-7, 1.73e-5, 0.5]),
    (["2.95e+07", "1e+30", "12.5"], [2.95e7, 1e30, 12.5]),
    (["1,5E-07 mm", "0,25 mm", "3,5 mm"], [1.5e-7, 0.25, 3.5]),
    (["10e-6", "22e-6", "194e3"], [1e-5, 2.2e-5, 194e3]),
    (["162.3e-9", "22e-6", "1.25e3"], [162.3e-9, 22e-6, 1250]),
    (["162.3E-09", "22.0E-06", "1.5E+03"], [162.3e-9, 22e-6, 1500]),
    (["1.4-", "0.6", "12.5-"], [-1.4, 0.6, -12.5]),
    (["1.234,50 €-", "7,00 €"], [-1234.5, 7]),
    (["150e3 Hz", "22e3 Hz", "1e6 Hz"], [150e3, 22e3, 1e6]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "values"), COLUMNS, ids=[cells[0] for cells, _ in COLUMNS])
def test_numbers_are_read_and_come_back_as_they_are_written(tmp_path, cells, values):
    text = "x|y\n" + "".join(f"{cell}|{'abc'[i]}\n" for i, cell in enumerate(cells))
    table, back, _ = trip(tmp_path, text, delimiter="|")
    assert table["x"].tolist() == values
    assert back == text


@pytest.mark.parametrize(("cells", "values"), COLUMNS, ids=[cells[0] for cells, _ in COLUMNS])
def test_texts_of_a_data_frame_come_back_as_they_are_written(cells, values):
    frame = pd.DataFrame({"x": cells})
    schema = Schema.learn(frame)
    assert schema.columns[0].kind in ("continuous", "integer")
    matrix = schema.to_matrix(frame)
    np.testing.assert_array_equal(matrix[:, 0], values)
    pd.testing.assert_frame_equal(schema.restore(matrix), frame)


@pytest.mark.parametrize("cells", [["0.2131E+04", "0.1E-01"], ["1500e3", "22e3"], ["12e4", "1.5e5"], [".5e3", "75e3"]])
def test_exponents_of_any_kind_keep_their_values(tmp_path, cells):
    _, back, _ = trip(tmp_path, "x,y\n" + "".join(f"{cell},a\n" for cell in cells))
    assert [float(line.split(",")[0]) for line in back.split()[1:]] == list(map(float, cells))


@pytest.mark.parametrize(
    "cells",
    [["A12", "A13"], ["3x", "4x"], ["001", "1,234"], ["5 mm", "5 kg"], ["$1", "¥2"], ["1,5", "1.5"],
     ["2 doors", "4 doors"], ["27 Dec 2020", "28 Dec 2020"], ["3月", "4月"],
     ["1.2.3", "1.2.4"], ["5-10", "11-20"], ["2-", "3", "1-"], ["1.5-", "-1.5"],
     ["5.-", "12.50"], ["1.5-", "2.5-"], ["1.234-", "2.345"], ["1.5-", "3"], ["1234567890123456", "1"]],
)  # fmt: skip
def test_codes_and_names_are_no_numbers(cells):
    assert read_numerals(cells) is None


@given(
    st.lists(st.decimals(-(10**7), 10**7, places=2, allow_nan=False), min_size=1, max_size=20),
    st.sampled_from([(",", "."), (".", ","), (",", " "), (".", "'"), (",", "")]),
    st.sampled_from(["", " €", "kg", " mm"]),
    st.booleans(),
)
def test_any_numbers_come_back_from_their_texts(numbers, marks, suffix, behind):
    values = np.array([float(number) for number in numbers]) + 0.0
    spelling = Spelling(decimal=marks[0], group=marks[1], suffix=suffix, decimals=2, behind=behind)
    texts = spelling.write(values)
    found = read_numerals(texts)
    if behind and (values < 0).all():
        assert found is None
        return
    read, _, _ = found.read(marks[0])
    np.testing.assert_array_equal(read, values)


def test_a_column_that_fits_both_ways_is_read_as_the_others_and_said(tmp_path):
    german = "temp;kg;version\n20,5;1.724;1.0\n21,0;950.100;1.1\n"
    table, back, said = trip(tmp_path, german)
    assert table["kg"].tolist() == [1724, 950100]
    assert table["version"].tolist() == [1.0, 1.1]
    assert back == german
    (line,) = [line for line in said if "'kg'" in line]
    assert "thousands" in line
    assert "'1.724' in row 1 is 1724" in line
    assert "decimal='.' makes it 1.724" in line
    assert trip(tmp_path, german, decimal=".")[0]["kg"].tolist() == [1.724, 950.1]
    table, back, said = trip(tmp_path, 'a,b\n"1,234",5\n950,6\n')
    assert table["a"].tolist() == [1234, 950]
    assert "decimal=',' makes it 1.234" in said[0]
    assert trip(tmp_path, 'a,b\n"1,234",5\n950,6\n', decimal=",")[0]["a"].tolist() == [1.234, 950]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.500", "2.250", "900", "12.000"], [1500, 2250, 900, 12000]),
        (["1.000", "20.000", "500"], [1000, 20000, 500]),
        (["9800", "12.400", "950"], [9800, 12400, 950]),
        (["1.500", "-2.250", "-9.000"], [1500, -2250, -9000]),
        (["1.500", "NA", "900", ""], [1500, np.nan, 900, np.nan]),
    ],
)
def test_thousands_are_such_whatever_else_stands_there(tmp_path, cells, values):
    text = "k;v;p\n" + "".join(f"a;{cells[i % len(cells)]};{i % 7},5{i % 10}\n" for i in range(60))
    table, back, said = trip(tmp_path, text)
    np.testing.assert_array_equal(table["v"][: len(values)], values)
    (line,) = [line for line in said if "'v'" in line]
    assert "thousands" in line
    assert sorted(back.split()) == sorted(text.split()) or np.isnan(values).any()
    table, _, said = trip(tmp_path, text, decimal=",")
    np.testing.assert_array_equal(table["v"][: len(values)], values)
    points = text.replace(";", "|").replace(",5", ".5")
    np.testing.assert_array_equal(trip(tmp_path, points, delimiter="|")[0]["v"][:1], [float(cells[0])])


def test_points_of_a_plain_file_are_not_called_in_question(tmp_path):
    table, _, said = trip(tmp_path, "a,b\n1.724,5\n2.125,6\n")
    assert table["a"].tolist() == [1.724, 2.125]
    assert said == []


def test_texts_that_are_one_number_but_for_zeros_are_said(tmp_path):
    text = "version,v\n" + "".join(f"{version},{i}\n" for i, version in enumerate(["1.9", "1.10", "1.1", "2.0"] * 9))
    table, back, said = trip(tmp_path, text)
    assert table["version"].tolist()[:4] == [1.9, 1.1, 1.1, 2.0]
    assert back == text.replace("1.10", "1.1")
    (line,) = [line for line in said if "'version'" in line]
    assert "'1.10' and '1.1' in column 'version' are one number, and come back as '1.1'" in line
    assert "write them with a letter: 'v1.10'" in line
    lettered = text.replace(",1", ";1").replace("1.", "v1.").replace("2.0", "v2.0").replace(";1", ",1")
    assert trip(tmp_path, lettered)[1] == lettered
    for plain in (["1.9", "1.2", "2.0"], ["1.50", "2.25", "3.00"], ["1.5", "2.25", "3.0"], ["0", "0.0", "1.5"]):
        assert trip(tmp_path, "v\n" + "\n".join(plain) + "\n")[2] == []


def test_known_markers_of_gaps_are_read_said_and_come_back(tmp_path):
    text = "t,p\n1.5,1\nn.a.,2\n2.5,Bad\n---,4\n4.5,5\n"
    table, back, said = trip(tmp_path, text)
    assert table["t"].isna().tolist() == [False, True, False, True, False]
    assert sorted(line.split(",")[0] for line in back.split()) == sorted(line.split(",")[0] for line in text.split())
    assert any(
        "'n.a.', '---' in column 't' (2 cells) are taken for gaps among numbers, and come back as" in line
        for line in said
    )
    assert any("'Bad' in column 'p' (1 cell) is taken for a gap" in line for line in said)


def test_markers_beside_labels_are_labels(tmp_path):
    table, _, said = trip(tmp_path, "t\na\n-\na\n?\n")
    assert table["t"].tolist() == ["a", "-", "a", "?"]
    assert said == []


def test_dates_have_gaps_too(tmp_path):
    text = "day,v\n2024-01-31,1\n-,2\n2024-02-01,3\n"
    table, back, said = trip(tmp_path, text)
    assert Schema.learn(table).columns[0].kind == "datetime"
    assert back == text
    assert "'-' in column 'day' (1 cell) is taken for a gap among dates" in said[0]


def test_numbers_far_from_all_others_are_gaps(tmp_path):
    text = "v,w\n-999,1\n20.5,2\n-999,1\n21.5,9999\n22.5,3\n"
    table, back, said = trip(tmp_path, text)
    assert table["v"].isna().tolist() == [True, False, True, False, False]
    assert table["w"].tolist() == [1, 2, 1, 9999, 3]  # it does not repeat
    assert back == text
    assert "-999 in column 'v' (2 cells) is taken for a gap" in said[0]
    assert trip(tmp_path, text, missing=["NA"])[0]["v"].min() == -999
    several = trip(tmp_path, "v\n-999\n9999\n20.5\n-999\n9999\n22.5\n")[2]
    assert "-999 and 9999 in column 'v' (4 cells) are taken for gaps, as" in several[0]
    assert "and come back as they are; missing=['NA'] takes them for numbers" in several[0]
    assert trip(tmp_path, text, missing=["9999"])[0]["w"].isna().sum() == 1


@pytest.mark.parametrize(
    ("cells", "gaps"),
    [
        (["5.00", "NaN", "6.25"], [1]),
        (["5.00", "nan", "6.25", ""], [1, 3]),
        (["5.00", "-999", "6.25", "-999", "7.00"], [1, 3]),
        (["28.0", "-9999", "27.5", "-9999", "26.0"], [1, 3]),
        (["5", "-999.00", "6", "-999.00", "12"], [1, 3]),
        (["5,00", "-999", "6,25", "-999", "7,00"], [1, 3]),
        (["5.00 mm", "-999 mm", "6.25 mm", "-999 mm"], [1, 3]),
        (["5.25", "-99.9", "6.50", "-99.9", "7.00"], [1, 3]),
    ],
)  # fmt: skip
def test_what_stands_for_gaps_does_not_change_how_others_are_written(tmp_path, cells, gaps):
    text = "x;y\n" + "".join(f"{cell};a\n" for cell in cells)
    table, back, _ = trip(tmp_path, text, delimiter=";")
    assert np.flatnonzero(table["x"].isna()).tolist() == gaps
    assert sorted(back.split()) == sorted(text.split())
    assert [line for i, line in enumerate(back.splitlines()[1:]) if i not in gaps] == [
        f"{cell};a" for i, cell in enumerate(cells) if i not in gaps
    ]


def test_a_number_that_is_said_to_be_a_gap_comes_back_as_it_is(tmp_path):
    for text in ("x,y\n5.00,a\n-1,b\n6.25,c\n", "x,y\n5,a\n-1.00,b\n6,c\n", "x,y\n5.00,a\n9999,b\n6.25,c\n"):
        assert trip(tmp_path, text, missing=["-1"])[1] == text
        assert trip(tmp_path, text)[1] == text


def test_bounds_stay_as_written_or_are_read(tmp_path):
    text = "lead,w\n<0.01,1\n0.25,2\n0.31,1\n>10,3\n1.50,2\n"
    table, back, said = trip(tmp_path, text)
    assert table["lead"].isna().sum() == 2
    assert sorted(row.split(",")[0] for row in back.split()) == sorted(row.split(",")[0] for row in text.split())
    assert "censored=True reads the bound" in said[-1]
    table, _, _ = trip(tmp_path, text, censored=True)
    assert table["lead"].tolist() == [0.01, 0.25, 0.31, 10, 1.5]


def test_what_gaps_are_written_as_does_not_depend_on_the_blocks(tmp_path):
    frame = pd.DataFrame({"v": [1.0, np.nan, 3.0, np.nan, np.nan, np.nan, 2.5] * 9})
    frame.attrs = {"markers": {"v": [["n.a.", 0.5], ["", 0.25], ["-", 0.25]]}, "spellings": {"v": '{"decimals": 2}'}}
    write_table(frame, tmp_path / "whole.csv")
    with open_writer(tmp_path / "parts.csv") as writer:
        for start in range(0, len(frame), 5):
            writer.write(frame[start : start + 5])
    whole = (tmp_path / "whole.csv").read_bytes()
    assert (tmp_path / "parts.csv").read_bytes() == whole
    cells = whole.decode().split("\n")[1:-1]
    assert cells[0] == "1.00"
    counts = [cells.count(marker) for marker in ("n.a.", '""', "-")]
    assert np.abs(np.array(counts) - [18, 9, 9]).max() <= 1


def test_the_file_is_written_as_it_was_unless_asked_otherwise(tmp_path):
    text = "数;b\r\n1,5;甲\r\n2,5;乙\r\n"
    _, back, said = trip(tmp_path, text, encoding="gb18030")
    assert back == text
    assert any("rows are written with ';' between fields and gb18030" in line for line in said)
    frame = pd.DataFrame({"a": ["é", "x|y"]})
    write_table(frame, tmp_path / "a.csv", delimiter="|", encoding="utf-8-sig")
    assert (tmp_path / "a.csv").read_bytes() == '\ufeffa\né\n"x|y"\n'.encode()
    with pytest.raises(InputError, match="ascii has no character 'é', but it is in 'é', row 1 of column 'a'"):
        write_table(frame, tmp_path / "b.csv", encoding="ascii")
    with pytest.raises(InputError, match="must be one that Python knows"):
        write_table(frame, tmp_path / "b.csv", encoding="klingon")
    with pytest.raises(InputError, match="encoding is for"):
        write_table(frame, tmp_path / "b.parquet", encoding="gbk")


@pytest.mark.parametrize("levels", [("TRUE", "FALSE"), ("True", "False"), ("true", "false"), ("yes", "no")])
def test_truth_comes_back_as_it_is_written(tmp_path, levels):
    text = "ok,v\n" + "".join(f"{levels[i % 2]},{i}\n" for i in range(4))
    assert trip(tmp_path, text)[1] == text


def test_workbooks_keep_the_look_and_the_markers(tmp_path):
    pytest.importorskip("openpyxl")
    path = tmp_path / "data.csv"
    path.write_text("a;b\n12,5 %;n.a.\n3,0 %;4\n1,5 %;5\n")
    with pytest.warns(TabganWarning):
        table = read_table(path)
    schema = Schema.learn(table)
    write_table(schema.restore(schema.to_matrix(table)), tmp_path / "back.xlsx")
    with pytest.warns(TabganWarning, match=r"'n\.a\.' in column 'b'"):
        back = read_table(tmp_path / "back.xlsx")
    assert back["a"].tolist() == [0.125, 0.03, 0.015]
    assert back.attrs["number_formats"]["a"] == "0.0%"
    assert back["b"].isna().tolist() == [True, False, False]
