"""Number formats on their way from a workbook through a model to a workbook; openpyxl says what is in the cells."""

from __future__ import annotations

import datetime as dt
import time
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest

from tabgan.schema import Column, Schema
from tabgan.schema.column import NUMBER_FORMATS
from tabgan.tables.formats import open_writer, read_table, write_table

FORMATS = {"share": "0.0%", "money": '"¥"#,##0.00', "day": "d.m.yyyy", "time": "h:mm"}
FRAME = pd.DataFrame(
    {
        "share": [0.125, None, 0.5],
        "money": [1234.5, 2.25, 3],
        "day": pd.to_datetime(["2024-01-31", "2024-02-01", "2024-03-01"]),
        "time": pd.to_timedelta(["10:30:00", "11:00:00", "12:00:00"]),
        "note": ["=1", "一段很长的说明文字", None],
    }
)


def formatted(frame, formats):
    frame = frame.copy()
    frame.attrs[NUMBER_FORMATS] = formats
    return frame


def column(path, place):
    """Values and formats in a column below the header."""
    sheet = openpyxl.load_workbook(path).active
    return [(cell.value, cell.number_format) for (cell,) in sheet.iter_rows(2, None, place, place)]


def test_cells_have_the_formats_of_their_columns(tmp_path):
    path = tmp_path / "a.xlsx"
    with open_writer(path) as writer:
        for cut in (slice(0, 2), slice(2, 3)):
            writer.write(formatted(FRAME, FORMATS).iloc[cut])
    assert column(path, 1) == [(0.125, "0.0%"), (None, "General"), (0.5, "0.0%")]
    assert column(path, 2)[0] == (1234.5, '"¥"#,##0.00')
    assert column(path, 3)[2] == (dt.datetime(2024, 3, 1), "d.m.yyyy")
    assert column(path, 4)[0] == (dt.time(10, 30), "h:mm")
    assert column(path, 5)[0] == ("=1", "General")
    back = read_table(path)
    assert back.attrs[NUMBER_FORMATS] == FORMATS
    times = [dt.time(10, 30), dt.time(11)]
    pd.testing.assert_frame_equal(back.iloc[:2], FRAME.iloc[:2].assign(time=times), check_dtype=False)


def test_columns_are_as_wide_as_their_values(tmp_path):
    write_table(FRAME, tmp_path / "a.xlsx")
    widths = openpyxl.load_workbook(tmp_path / "a.xlsx").active.column_dimensions
    assert widths["E"].width >= 2 * len("一段很长的说明文字")
    assert widths["C"].width >= len("2024-01-31 00:00:00")
    assert 9 <= widths["A"].width <= 12
    write_table(pd.DataFrame({"a": ["x" * 1000]}), tmp_path / "b.xlsx")
    assert openpyxl.load_workbook(tmp_path / "b.xlsx").active.column_dimensions["A"].width == 50


def test_a_schema_keeps_formats():
    schema = Schema.learn(formatted(FRAME.drop(columns="note"), FORMATS))
    assert {c.name: c.number_format for c in schema} == FORMATS
    again = Schema.from_dict(schema.to_dict())
    assert again == schema
    assert again.restore(schema.to_matrix(FRAME)).attrs[NUMBER_FORMATS] == FORMATS
    assert schema.columns[0].describe()["number_format"] == "0.0%"
    plain = Schema.learn(FRAME.drop(columns="note"))
    assert not any("number_format" in c.to_dict() or "number_format" in c.describe() for c in plain)
    assert NUMBER_FORMATS not in plain.restore(plain.to_matrix(FRAME)).attrs


def test_a_column_of_an_older_model_has_no_format():
    old = {"name": "a", "dtype": "float64", "kind": "continuous", "minimum": 0.0, "maximum": 1.0}
    assert Column.from_dict(old).number_format is None


@pytest.mark.parametrize(
    ("texts", "dtype", "number_format"),
    [
        (["2024-01-31", "2024-02-01"], "datetime64[s]", "yyyy-mm-dd"),
        (["2024/1/31 9:05", "2024/2/1 10:30"], "datetime64[s]", "yyyy/m/d h:mm"),
        (["31.01.2024 09:05:01", "01.02.2024 10:30:02"], "datetime64[s]", "dd.mm.yyyy hh:mm:ss"),
        (["2024-01-31T10:00:00.25", "2024-02-01T10:00:00.50"], "datetime64[ms]", 'yyyy-mm-dd"T"hh:mm:ss.00'),
        (["2024-01-31T10:00Z", "2024-02-01T10:00Z"], "object", None),
        (["1024-01-31", "2024-02-01"], "object", None),
    ],
)
def test_text_dates_become_dates_in_their_form(texts, dtype, number_format, tmp_path):
    frame = pd.DataFrame({"day": pd.Series([*texts, None], dtype=object), "x": [1.5, 2, 3]})
    schema = Schema.learn(frame)
    cells = schema.for_cells()
    rows = cells.restore(schema.to_matrix(frame))
    assert str(rows["day"].dtype) == dtype
    write_table(rows, tmp_path / "a.xlsx")
    written = column(tmp_path / "a.xlsx", 1)[:2]
    if number_format is None:
        assert [value for value, _ in written] == texts
    else:
        assert [value for value, _ in written] == pd.to_datetime(
            pd.Series(texts), dayfirst="." in texts[0][:3]
        ).tolist()
        assert {name for _, name in written} == {number_format}
    assert rows["day"].isna().tolist() == [False, False, True]
    assert schema.for_cells().columns[1] == schema.columns[1]


def test_dates_without_times_are_shown_so():
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-01-31", "2024-02-01"]),
            "noon": pd.to_datetime(["2024-01-31 12:00", "2024-02-01 12:00"]),
        }
    )
    assert [c.number_format for c in Schema.learn(frame).for_cells()] == ["yyyy-mm-dd", None]


def test_equal_rows_give_equal_bytes_on_any_day(tmp_path, monkeypatch):
    table = pd.DataFrame({"a": ["x", "=1"], "b": [1.5, 2.0]})
    write_table(table, tmp_path / "a.xlsx")
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + 1e7)
    write_table(table, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with ZipFile(tmp_path / "a.xlsx") as book:
        assert {info.date_time[0] for info in book.infolist()} == {1980}
    assert read_table(tmp_path / "a.xlsx").equals(table)
