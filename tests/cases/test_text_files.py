"""Text files and sheets as people have them: the right values come out, and what is a guess is said."""

from __future__ import annotations

import warnings

import openpyxl
import pytest

from tabgan.errors import InputError, TabganWarning
from tabgan.schema import Schema
from tabgan.tables.formats import read_table, write_table
from tests.cases.reading import read

PLAIN = [(0.5, 3), (1.5, 4), (2.25, 7), (3.5, 1), (4.5, 9), (5.75, 2)]


def lines(delimiter, *above, end="\n"):
    return end.join([*above, *(f"{t}{delimiter}{p}" for t, p in PLAIN), ""])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " ", "  ", "，"])
def test_delimiters_are_found(tmp_path, delimiter):
    table, said = read(tmp_path, lines(delimiter, f"temp{delimiter}flow"))
    assert list(zip(table["temp"], table["flow"], strict=True)) == PLAIN
    assert ("delimiter" in said) == (delimiter not in (",", ";", "\t"))


def test_matlabs_ascii_files_have_no_header(tmp_path):
    rows = "".join(f"  {t:.7e}  {p:.7e}\n" for t, p in PLAIN)
    table, said = read(tmp_path, rows, "t.dat")
    assert table[1].tolist() == [t for t, _ in PLAIN]
    assert "line 1 of" in said
    assert "is taken for a row" in said


@pytest.mark.parametrize(
    ("above", "what"),
    [
        (["Logger 7", "temp,flow"], "1 row above the header"),
        (["# Logger 7; export 2024-03-01", "# site: north", "temp,flow"], "2 rows above the header"),
        (["temp,flow", "°C,m3/h"], "is taken for units"),
        (["[°C],[m3/h]", "temp,flow"], "is taken for units"),
        (["sep=,", "temp,flow"], ""),
        (["", "temp,flow", ""], ""),
        (["# temp,flow"], ""),
    ],
)
def test_titles_units_and_comments_are_left_out(tmp_path, above, what):
    table, said = read(tmp_path, lines(",", *above))
    assert list(table.columns) == ["temp", "flow"]
    assert list(zip(table["temp"], table["flow"], strict=True)) == PLAIN
    assert what in said
    assert ("skip_rows=" in said) == bool(what)


def test_rows_above_can_be_counted(tmp_path):
    table, said = read(tmp_path, lines(",", "x,y", "temp,flow"), skip_rows=1)
    assert list(table.columns) == ["temp", "flow"]
    assert not said


def test_a_header_of_any_length_is_read(tmp_path):
    names = [f"the_feature_called_{i}_{'x' * 80}" for i in range(2000)]
    rows = [",".join(map(str, range(k, k + 2000))) for k in range(3)]
    table, _ = read(tmp_path, "\n".join([",".join(names), *rows]))
    assert list(table.columns) == names
    assert table.iloc[:, -1].tolist() == [1999, 2000, 2001]


def test_short_rows_are_left_out_counted_and_never_filled(tmp_path):
    table, said = read(tmp_path, lines(",", "temp,flow") * 1 + lines(",") + "7\n")
    assert len(table) == 12
    assert "1 row has fewer fields than the 2 columns" in said
    assert "in line 14" in said
    with pytest.raises(InputError, match=r"2 of 8 of .* have fewer, the first in line 8"):
        read(tmp_path, lines(",", "temp,flow") + "7\n8\n")


def test_long_rows_are_refused_unless_nothing_is_in_them(tmp_path):
    with pytest.raises(InputError, match="there are columns, 2, but line 8 has 3"):
        read(tmp_path, lines(",", "temp,flow") + "7,8,9\n")
    table, said = read(tmp_path, lines(",", "temp,flow") + "7,8,\n")
    assert table["flow"].iloc[-1] == 8
    assert "behind the last column" in said
    table, said = read(tmp_path, "".join(f"{line},,\n" for line in lines(",", "temp,flow").splitlines()))
    assert list(table.columns) == ["temp", "flow"]
    assert "2 columns" in said


def test_empty_rows_are_left_out_and_counted(tmp_path):
    table, said = read(tmp_path, lines(",", "temp,flow") + ",\n , \n\n7,8\n")
    assert table["flow"].tolist() == [p for _, p in PLAIN] + [8]
    assert "3 empty rows" in said


def test_codes_keep_their_zeros(tmp_path):
    table, _ = read(tmp_path, "zip,station,v\n01067,07090002,0.5\n80331,00060,1.5\n")
    assert table["zip"].tolist() == ["01067", "80331"]
    assert table["station"].tolist() == ["07090002", "00060"]
    assert table["v"].tolist() == [0.5, 1.5]


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("cp1252", "Müller"),
        ("latin-1", "arrêté"),
        ("gb18030", "温度"),
        ("big5", "溫度"),
        ("shift_jis", "センサー"),
        ("utf-8", "Größe"),
        ("utf-8-sig", "温度"),
        ("utf-16", "Größe"),
        ("utf-16-le", "place"),
        ("utf-16-be", "place"),
        ("utf-32", "温度"),
    ],
)
def test_letters_are_right_and_guesses_said(tmp_path, encoding, word):
    text = f"{word},flow\n" + "".join(f"{word}{i % 2},{i}\n" for i in range(6))
    table, said = read(tmp_path, text.encode(encoding))
    assert list(table.columns) == [word, "flow"]
    assert table[word].iloc[1] == f"{word}1"
    assert ("encoding=" in said) == (encoding not in ("utf-8", "utf-8-sig", "utf-16", "utf-32"))


def test_letters_far_down_are_right_too(tmp_path):
    content = b"name,flow\n" + b"on,1\n" * 300_000 + "Müller,2\n".encode("cp1252")
    table, said = read(tmp_path, content)
    assert table["name"].iloc[-1] == "Müller"
    assert "cp1252" in said


def test_a_wrong_encoding_is_refused_with_the_line(tmp_path):
    with pytest.raises(InputError, match=r"line 3 of .* cannot be read as encoding='utf-8' says"):
        read(tmp_path, "name,flow\nok,1\nMüller,2\n".encode("cp1252"), encoding="utf-8")
    with pytest.raises(InputError, match="looks like text in none"):
        read(tmp_path, "город,x\nМосква,1\nОмск,2\n".encode("cp1251"))


def test_a_row_of_totals_is_said_and_can_be_left_out(tmp_path):
    text = "site,n\n" + "".join(f"{'ns'[i % 2]},{i}\n" for i in range(9)) + "Total,36\n"
    table, said = read(tmp_path, text)
    assert len(table) == 10
    assert "is the sum of all others, 'Total'" in said
    table, said = read(tmp_path, text, drop_rows="-1")
    assert table["n"].tolist() == list(range(9))
    assert not said


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "index", "id", "序号"])
def test_a_column_that_numbers_the_rows_is_said_once(tmp_path, name):
    text = f"{name},t\n" + "".join(f"{(7 * i) % 20 + 3},{i / 4}\n" for i in range(20))
    table, said = read(tmp_path, text)
    assert not said
    with pytest.warns(TabganWarning) as caught:
        Schema.learn(table)
    (line,) = [str(one.message) for one in caught]
    assert "seems to be one that numbers the rows; if so, leave it out with" in line


def test_a_first_row_of_data_is_not_taken_for_names_in_silence(tmp_path):
    text = "0.5,0.25,x\n" + "".join(f"{i}.5,{i}.25,{'xy'[i % 2]}\n" for i in range(1, 6))
    _, said = read(tmp_path, text)
    assert "header=False" in said
    table, said = read(tmp_path, text, header=False)
    assert table[1].tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert not said
    _, said = read(tmp_path, "land,2019,2020\na,1,2\nb,2,3\nc,3,5\n")
    assert not said


def test_quotes_line_ends_and_long_cells(tmp_path):
    table, _ = read(tmp_path, 'name,n\r\n"two\r\nlines, one comma",1\r\n "x ""y""",2\r\n')
    assert table["name"].tolist() == ["two\r\nlines, one comma", 'x "y"']
    assert read(tmp_path, "a,b\r1,2\r3,4\r")[0]["b"].tolist() == [2, 4]
    assert read(tmp_path, "a,b\r\n1,2\r3,4\n5,6\r\n")[0]["a"].tolist() == [1, 3, 5]
    table, _ = read(tmp_path, f"a,b\n{'x' * 10_000_000},2\ny,3\n")
    assert len(table["a"][0]) == 10_000_000
    with pytest.raises(InputError, match="a quote is closed by another, but that in line 2"):
        read(tmp_path, 'a,b\n"1,2\n3,4\n')
    with pytest.raises(InputError, match="has no NUL characters"):
        read(tmp_path, b"a,b\n1,\0\n")


def test_sheets_are_read_like_text(tmp_path):
    book = openpyxl.Workbook()
    rows = [["Pump 7"], ["temp", "flow", "line"], ["°C", "m3/h", "-"]]
    rows += [[t, p, "ab"[i % 2]] for i, (t, p) in enumerate(PLAIN)]
    rows += [["Total", sum(p for _, p in PLAIN), None]]
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    table, said = read(tmp_path, (tmp_path / "t.xlsx").read_bytes(), "t.xlsx", drop_rows="-1")
    assert list(zip(table["temp"], table["flow"], strict=True)) == PLAIN
    assert "1 row above the header" in said
    assert "'°C, m3/h, -', is taken for units" in said


def test_a_wide_comma_between_plain_numbers_comes_back(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("温度，湿度\n" + "".join(f"{i}，{i * i}\n" for i in range(9)), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_table(read_table(path), tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text(encoding="utf-8") == path.read_text(encoding="utf-8")
