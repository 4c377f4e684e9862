"""Excel workbooks as people make them: several sheets, titles, merged cells, dates, formats, text that is numbers."""

from __future__ import annotations

import datetime as dt
import re
import zipfile

import openpyxl
import pandas as pd
import pytest

from tabgan.columns import BEFORE
from tabgan.errors import InputError, TabganWarning
from tabgan.schema.column import NUMBER_FORMATS
from tabgan.schema.table import Schema
from tabgan.tables.formats import read_table

ROWS = [["a", "b"], [1, 2.5], [3, 4], [5, 6]]


def save(path, **sheets):
    """Write sheets of rows; a value is put in its cell as it is."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def edit(path, change):
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


@pytest.fixture
def two(tmp_path):
    return save(tmp_path / "two.xlsx", Empty=[], Pumps=ROWS, Fans=[["c"], [7], [8]])


def test_the_first_sheet_with_cells_is_read_and_the_others_are_named(two):
    with pytest.warns(TabganWarning, match=r"sheet 'Pumps' of .* is read; it also has 'Fans'; choose with sheet="):
        assert read_table(two)["a"].tolist() == [1, 3, 5]


@pytest.mark.parametrize("sheet", ["Fans", "fans", "3", 3])
def test_a_sheet_has_a_name_and_a_number(two, sheet):
    assert read_table(two, sheet=sheet)["c"].tolist() == [7, 8]


def test_a_name_goes_before_a_number(tmp_path):
    path = save(tmp_path / "a.xlsx", **{"2": [["a"], [1]], "b": [["b"], [2]]})
    assert list(read_table(path, sheet="2")) == ["a"]


def test_a_hidden_sheet_is_read_only_when_named(two):
    edit(two, lambda sheet: setattr(sheet.parent["Pumps"], "sheet_state", "hidden"))
    assert list(read_table(two)) == ["c"]
    assert list(read_table(two, sheet="Pumps")) == ["a", "b"]


def test_a_wrong_sheet_names_the_nearest_first(two):
    with pytest.raises(InputError, match=r"there is no sheet Fan in .*, whose sheets are Fans, "):
        read_table(two, sheet="Fan")
    with pytest.raises(InputError, match="there is no sheet 4 in"):
        read_table(two, sheet=4)
    with pytest.raises(InputError, match=r"sheet 'Empty' of .* is empty"):
        read_table(two, sheet="Empty")
    with pytest.raises(InputError, match=r"sheet 'Pumps' of .* is empty in F3:G9;"):
        read_table(two, sheet="Pumps:F3:G9")


def test_sheets_are_those_of_workbooks(tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\n")
    with pytest.raises(InputError, match=r"sheet is for \.xlsx \.xlsm, but .*a\.csv is none of these"):
        read_table(tmp_path / "a.csv", sheet="Data")


TITLED = [[], [None, "Pumps in 2024"], [], [None, "a", "b", "c"], *([None, i, 2 * i, 3 * i] for i in range(5))]


def test_empty_rows_and_columns_around_a_table_are_left_out(tmp_path):
    path = save(tmp_path / "a.xlsx", A=[[], [], *([None, *row, None, " "] for row in ROWS), [], [" "]])
    table = read_table(path)
    assert list(table) == ["a", "b"]
    assert table["b"].tolist() == [2.5, 4, 6]
    assert table.attrs[BEFORE] == 1


def test_a_title_is_left_out_and_a_range_passes_over_it(tmp_path):
    path = save(tmp_path / "a.xlsx", A=TITLED)
    for change in (lambda _: None, lambda sheet: sheet.merge_cells("B2:D2")):
        edit(path, change)
        message = r"1 row above the header in sheet 'A' of .* is left out, 'Pumps in 2024'; skip_rows=0 keeps"
        with pytest.warns(TabganWarning, match=message):
            assert read_table(path)["c"].tolist() == [0, 3, 6, 9, 12]
    assert list(read_table(path, skip_rows=3)) == ["a", "b", "c"]
    for chosen in ("A:B4:D", "B4:D9", "A!b4:d", "1:A3:D500"):
        table = read_table(path, sheet=chosen)
        assert list(table) == ["a", "b", "c"]
        assert table["c"].tolist() == [0, 3, 6, 9, 12]
        assert table.attrs[BEFORE] == 1
    assert read_table(path, sheet="A:C6:D7", header=False).to_numpy().tolist() == [[2, 3], [4, 6]]
    with pytest.raises(InputError, match="runs from the upper left to the lower right, but B4:A9 does not"):
        read_table(path, sheet="B4:A9")


def test_an_index_without_a_name_is_no_title(tmp_path):
    pd.DataFrame({"a": [1.5, 2]}).to_excel(tmp_path / "a.xlsx")
    assert list(read_table(tmp_path / "a.xlsx")) == ["Unnamed: 0", "a"]


def test_merged_cells_are_named(tmp_path):
    rows = [["x", "size", None], [None, "least", "most"], *([i, i, i] for i in range(9))]
    path = edit(save(tmp_path / "a.xlsx", A=rows), lambda sheet: [sheet.merge_cells(m) for m in ("A1:A2", "B1:C1")])
    with pytest.raises(InputError, match=r"a header has one row .* merged: (A1:A2, B1:C1|B1:C1, A1:A2); unmerge"):
        read_table(path)
    path = edit(save(tmp_path / "b.xlsx", A=ROWS), lambda sheet: sheet.merge_cells("A2:A4"))
    with pytest.raises(InputError, match=r"each cell .* these are merged: A2:A4; unmerge them"):
        read_table(path)
    path = edit(save(tmp_path / "c.xlsx", A=ROWS), lambda sheet: sheet.merge_cells("F8:G9"))
    assert len(read_table(path)) == 3  # outside the table


def test_a_row_of_units_is_left_out_and_a_second_header_refused(tmp_path):
    rows = [["t", "state"], ["°C", "-"], *([i, "on"] for i in range(5))]
    with pytest.warns(
        TabganWarning, match=r"row 2 of sheet 'A' of .*, '°C, -', is taken for units and left out; skip_r"
    ):
        assert read_table(save(tmp_path / "a.xlsx", A=rows))["t"].tolist() == [0, 1, 2, 3, 4]
    rows = [["t", "p"], ["inlet", "outlet"], *([i, 2 * i] for i in range(5))]
    path = save(tmp_path / "b.xlsx", A=rows)
    with pytest.raises(InputError, match=r"row 2 of sheet 'A' of .* seems to be a second one, 'inlet, outlet'; join"):
        read_table(path)
    assert read_table(path, drop_rows="1")["p"].tolist() == [0, 2, 4, 6, 8]


def test_empty_rows_are_left_out_and_counted(tmp_path):
    path = save(tmp_path / "a.xlsx", A=[*ROWS[:2], [], [None, " "], *ROWS[2:]])
    with pytest.warns(TabganWarning, match="2 empty rows of sheet 'A'"):
        assert read_table(path)["a"].tolist() == [1, 3, 5]


def test_dates_are_dates(tmp_path):
    day, moment = dt.datetime(2024, 1, 31), dt.datetime(2024, 2, 1, 10, 30, 5)
    rows = [["day", "moment", "gap", "mixed", "time", "span"]]
    rows += [[day.date(), moment, day, day, dt.time(10, 30), dt.timedelta(hours=30)]]
    rows += [[day.date(), day, None, "soon", dt.time(0, 15), dt.timedelta(minutes=1)]]
    path = save(tmp_path / "a.xlsx", A=rows)
    for epoch in (None, openpyxl.utils.datetime.MAC_EPOCH):
        if epoch:
            book = openpyxl.load_workbook(path)
            book.epoch = epoch
            book.save(path)
            with zipfile.ZipFile(path) as archive:
                assert b'date1904="1"' in archive.read("xl/workbook.xml")
        table = read_table(path)
        assert [table[name].dtype.kind for name in table] == ["M", "M", "M", "O", "O", "m"]
        assert table["time"].tolist() == [dt.time(10, 30), dt.time(0, 15)]
        assert table["day"].tolist() == [day, day]
        assert table["moment"].tolist() == [moment, day]
        assert table["gap"].isna().tolist() == [False, True]
        assert table["mixed"].tolist() == [day, "soon"]
        assert table["span"].tolist() == [pd.Timedelta("30:00:00"), pd.Timedelta("00:01:00")]


@pytest.mark.parametrize("value", [dt.datetime(2024, 1, 31), dt.time(10, 30), dt.timedelta(hours=30)])
def test_marks_of_gaps_among_dates_and_times_are_gaps(tmp_path, value):
    rows = [["at", "n"], [value, 1], ["-", 2], ["n.a.", 3], [value, 4]]
    said = re.escape("'-', 'n.a.' in column 'at' (2 cells) stand for gaps among dates or times, and are left empty")
    with pytest.warns(TabganWarning, match=said):
        table = read_table(save(tmp_path / "a.xlsx", A=rows))
    assert table["at"].isna().tolist() == [False, True, True, False]
    assert Schema.learn(table).columns[0].type.ordered


@pytest.mark.parametrize("value", [dt.datetime(2024, 1, 31, 9), dt.time(9, 30), dt.timedelta(hours=30)])
def test_texts_among_dates_and_times_are_gaps_if_one_says_so(tmp_path, value):
    path = save(tmp_path / "a.xlsx", Data=[["at"], [value], ["unsure"], [value], [" soon "]])
    with pytest.raises(InputError, match=r"make gaps of the texts with missing=\['unsure', 'soon'\]"):
        Schema.learn(read_table(path))
    at = read_table(path, missing=["unsure", "soon"])["at"]
    assert at.isna().tolist() == [False, True, False, True]
    assert Schema.learn(at.to_frame()).columns[0].kind == ("time" if isinstance(value, dt.time) else "datetime")


def test_times_of_day_may_be_durations(tmp_path):
    rows = [["took"], *([dt.time(i % 5, i)] for i in range(30))]
    table = read_table(save(tmp_path / "a.xlsx", A=rows))
    assert Schema.learn(table).columns[0].kind == "time"
    schema = Schema.learn(table, kinds={"took": "duration"})
    spans = schema.restore(schema.to_matrix(table))["took"]
    assert pd.to_timedelta(spans).tolist() == [pd.Timedelta(hours=i % 5, minutes=i) for i in range(30)]


def test_number_formats_are_kept(tmp_path):
    rows = [
        ["share", "money", "day", "plain", "text"],
        *([i / 8, 1000 * i, dt.datetime(2024, 1, i), i, "x"] for i in range(1, 5)),
    ]
    path = save(tmp_path / "a.xlsx", A=rows)

    def style(sheet):
        for row in sheet.iter_rows(min_row=2):
            for cell, name in zip(row, ["0.0%", "#,##0.00", 'yyyy"年"m"月"', "General", "@"], strict=True):
                cell.number_format = name
        sheet["A2"].number_format = "0.000"  # one of four

    table = read_table(edit(path, style))
    assert table.attrs[NUMBER_FORMATS] == {"share": "0.0%", "money": "#,##0.00", "day": 'yyyy"年"m"月"'}
    assert table["share"].tolist() == [0.125, 0.25, 0.375, 0.5]
    headless = read_table(path, header=False, sheet="A2:E5")
    assert headless.attrs[NUMBER_FORMATS][2] == "#,##0.00"


def test_errors_are_gaps_that_are_counted(tmp_path):
    rows = [["a", "b"], [1, "#DIV/0!"], ["#N/A", 2], [3, "#DIV/0!"]]
    with pytest.warns(TabganWarning, match="taken for gaps: sheet 'A' of .* has 2 x #DIV/0!, 1 x #N/A"):
        table = read_table(save(tmp_path / "a.xlsx", A=rows))
    assert table.isna().sum().tolist() == [1, 2]
    assert table.dtypes.tolist() == ["float64", "float64"]


def compute(path, values):
    """Put computed values beside formulas, as Excel does when it saves."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    for cell, value in values.items():
        kind = ' t="str"' if isinstance(value, str) else ""
        old = rb'<c r="' + cell.encode() + rb'"><f>(.*?)</f><v ?/?>(</v>)?</c>'
        new = f'<c r="{cell}"{kind}><f>\\1</f><v>{value}</v></c>'.encode()
        parts[sheet], count = re.subn(old, new, parts[sheet])
        assert count == 1
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_formulas_are_read_by_their_values(tmp_path):
    path = save(tmp_path / "a.xlsx", A=[["a", "b"], [1, "=2*A2"], [2, "=2*A3"], [3, '=IF(A4=3,"",1)']])
    with pytest.raises(InputError, match=r"that in B2 of sheet 'A' .* was never computed; open the file in Excel"):
        read_table(path)
    compute(path, {"B2": 2, "B4": ""})
    with pytest.raises(InputError, match="that in B3"):
        read_table(path)
    assert read_table(path, sheet="A1:B2")["b"].tolist() == [2]  # the others are not looked at
    compute(path, {"B3": 4})
    assert read_table(path)["b"].tolist()[:2] == [2, 4]
    assert read_table(path)["b"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("cells", "numbers", "number_format"),
    [
        (["12.5%", "3%", None], [0.125, 0.03, None], "0.0%"),
        (["1,234.5", "950", "?"], [1234.5, 950, None], "#,##0.0"),
        (["¥1,234", "￥950"], [1234, 950], '"¥"#,##0'),
        (["１２３", "4"], [123, 4], "0"),
        (["1\u00a0234", "-5"], [1234, -5], "#,##0"),
        ([7, "8", 9.5], [7, 8, 9.5], None),
    ],
)
def test_text_that_writes_numbers_is_read_with_a_notice(tmp_path, cells, numbers, number_format):
    path = save(tmp_path / "a.xlsx", A=[["n", "x"], *([cell, "y"] for cell in cells)])
    with pytest.warns(TabganWarning) as said:
        table = read_table(path)
    assert all(re.search("in column 'n'", str(line.message)) for line in said)
    assert table["n"].dtype.kind in "if"
    assert [None if pd.isna(value) else value for value in table["n"]] == numbers
    assert table.attrs.get(NUMBER_FORMATS, {}).get("n") == number_format


@pytest.mark.parametrize(
    "cells",
    [["001", "002"], ["1", "2"], ["12.5%", "7"], ["1,234", "x"], ["1,23", "4.5"], ["¥1", "$2"], ["1234567890123456", 1],
     ["007", 1], ["12%", 0.5], ["１月", "２月"], ["①", "②"], [True, "1,000"]],
)  # fmt: skip
def test_other_text_stays(tmp_path, cells):
    path = save(tmp_path / "a.xlsx", A=[["n", "x"], *([cell, "y"] for cell in cells)])
    assert read_table(path)["n"].tolist() == cells


def test_names_have_no_line_breaks(tmp_path):
    assert list(read_table(save(tmp_path / "a.xlsx", A=[["flow\n(m3/h) ", " t"], [1, 2]]))) == ["flow (m3/h)", "t"]


def test_a_column_of_gaps_alone_keeps_its_rows(tmp_path):
    assert read_table(save(tmp_path / "a.xlsx", A=[["a"], [1], [None], [3]]))["a"].isna().tolist() == [
        False,
        True,
        False,
    ]


def test_workbooks_with_macros_are_read_and_old_ones_are_not(tmp_path):
    path = save(tmp_path / "a.xlsm", A=ROWS)
    assert read_table(path)["a"].tolist() == [1, 3, 5]
    for name in ("a.xls", "a.xlsb", "a.ods"):
        with pytest.raises(InputError, match=rf"{name} has none of them; open it in Excel and save it as \.xlsx"):
            read_table(tmp_path / name)
    (tmp_path / "b.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    with pytest.raises(InputError, match=r"is encrypted, or an old \.xls under another name; open it in Excel"):
        read_table(tmp_path / "b.xlsx")
