"""Dates and clock times as people write them: read as the right moments, and written as they were."""

from __future__ import annotations

import datetime as dt
import warnings
from time import process_time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabgan.errors import InputError, TabganWarning
from tabgan.evaluation.features import align
from tabgan.evaluation.series.reading import read_times
from tabgan.schema import Schema
from tabgan.schema.dates.date_template import write_dates
from tabgan.schema.dates.datetext import read_dates
from tabgan.schema.dates.days_agreed import agree_in_column
from tabgan.schema.dates.units import UNITS
from tabgan.schema.texts.reading import READING, Reading
from tabgan.spelling import command_line
from tabgan.tables.formats import open_writer, read_table

# How a column is written, in the words of strftime; days above 12 and years above 31 tell what is what.
FORMS = [
    "%d %b %Y",
    "%d-%b-%Y %H:%M:%S",
    "%d%b%Y",
    "%B %d, %Y",
    "%a, %d %b %Y %H:%M:%S GMT",
    "%a %b %d %H:%M:%S +0000 %Y",
    "%d/%b/%Y:%H:%M:%S -0000",
    "%Y年%m月%d日",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分%S秒",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%Y-%m-%d %H:%M UTC",
    "%Y-%m-%d %H:%MZ",
    "%Y%m%dT%H%M%SZ",
    "%Y%m%d %H%M",
    "%d.%m.%Y %H.%M",
    "%Y-%m-%d  %H:%M",
    "%Y-%m-%d %H:%M:%S,%f",
    "%Y. %m. %d",
    "%d.%m.%y",
    "%y-%m-%d",
    "%m/%d/%y %H:%M",
]
MOMENTS = st.datetimes(dt.datetime(2032, 1, 1), dt.datetime(2040, 12, 31))


def back(texts, **reading):
    """The moments as they are read, and the texts as they come back, also from a file; what is said is ignored."""
    frame = pd.DataFrame({"t": texts})
    if reading:
        frame.attrs[READING] = Reading(**reading).to_dict()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)
        schema = Schema.learn(frame)
    schema = Schema.from_dict(schema.to_dict())
    matrix = schema.to_matrix(frame)
    (column,) = schema
    assert column.kind == "datetime"
    nanos = column.type.start + matrix[:, 0].astype(np.int64) * UNITS[column.type.unit]
    return nanos.view("datetime64[ns]").astype("datetime64[s]").tolist(), schema.restore(matrix)["t"].tolist()


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=20)
@given(moments=st.lists(MOMENTS, min_size=1, max_size=6))
def test_every_form_is_read_rightly_and_comes_back(form, moments):
    """Against Python's own strftime and strptime."""
    texts = [moment.strftime(form) for moment in [dt.datetime(2039, 12, 31, 23, 59, 58), *moments]]
    read, written = back(texts)
    assert written == texts
    expected = [dt.datetime.strptime(text, form).replace(tzinfo=None, microsecond=0) for text in texts]
    assert read == expected


@pytest.mark.parametrize(
    ("texts", "moments"),
    [
        (["2023-01-01 10:00+08", "2023-01-02 11:00+08"], ["2023-01-01 02:00", "2023-01-02 03:00"]),
        (["2023-01-01 10:00 +0800", "2023-01-02 11:00 +0800"], ["2023-01-01 02:00", "2023-01-02 03:00"]),
        (["2023-01-01 10:00 CET", "2023-07-01 10:00 CEST"], ["2023-01-01 09:00", "2023-07-01 08:00"]),
        (["2023年4月1日", "2023年12月31日"], ["2023-04-01", "2023-12-31"]),
        (["2023/8/15 上午9:05", "2023/8/16 下午12:15"], ["2023-08-15 09:05", "2023-08-16 12:15"]),
        (["2023-01-01 24:00", "2023-01-02 01:00"], ["2023-01-02", "2023-01-02 01:00"]),
        (["1/5/2023 9:05 AM", "12/31/2023 12:00 AM"], ["2023-01-05 09:05", "2023-12-31"]),
        (["Jul  4 2020", "Jul 14 2020"], ["2020-07-04", "2020-07-14"]),
        (["1st March 2020", "22nd April 2021"], ["2020-03-01", "2021-04-22"]),
        (["2021-12", "2022-01"], ["2021-12-01", "2022-01-01"]),
        (["Dec 2021", "Jan 2022"], ["2021-12-01", "2022-01-01"]),
        (["12.03.55", "31.12.99", "01.01.02"], ["1955-03-12", "1999-12-31", "2002-01-01"]),
    ],
    ids=lambda value: value[0],
)
def test_rarer_forms(texts, moments):
    read, written = back(texts)
    assert written == texts
    assert read == [dt.datetime.fromisoformat(moment) for moment in moments]


@pytest.mark.parametrize(
    "texts",
    [
        ["2024-01-31", "2024-01-31 10:30"],  # as R writes them
        ["31.1.2024", "1.2.2024 10:30:05", "1.2.2024 10:30:00"],
        ["2024-01-31T10:30:00", "2024-01-31T10:30:00.250000"],  # as Python does
        ["2024-01-31T10:30:00+01:00", "2024-01-31T10:30:00.250000+01:00"],
        ["10:30", "10:30:05"],
        ["2024-01-31", "2024-01-31 10:30", "2024-01-31 10:30:05"],
    ],
    ids=str,
)
def test_what_is_left_out_just_where_it_is_zero_is_left_out_again(texts):
    frame = pd.DataFrame({"t": texts})
    schema = Schema.learn(frame)
    assert schema.restore(schema.to_matrix(frame))["t"].tolist() == texts


def test_what_is_written_in_two_ways_comes_back_in_one():
    assert back(["2023-01-01 24:00", "2023-01-02 00:00", "2023-01-02 01:00"])[1][0] == "2023-01-02 00:00"
    assert back(["2023-01-31  03:35", "2023-02-01 12:00", "2023-02-02 12:00"])[1][0] == "2023-01-31 03:35"


@pytest.mark.parametrize(
    "texts",
    [["1.2.3", "1.10.4"], ["2010/11", "2011/12"], ["4711/01", "4712/02"], ["99-99-99", "98-97-96"], ["16:9", "4:3"]],
    ids=str,
)
def test_versions_seasons_and_codes_are_no_dates(texts):
    assert Schema.learn(pd.DataFrame({"t": texts})).columns[0].kind == "categorical"


def test_two_hundred_thousand_texts_take_a_second_or_two():
    """With a wide margin for slow machines."""
    texts = pd.date_range("2000-01-01", periods=200_000, freq="37min").strftime("%d %b %Y %H:%M").tolist()
    start = process_time()
    found = read_dates(texts)
    assert write_dates(found.seconds, found.nanos, found.template) == texts
    assert process_time() - start < 10


def test_a_cell_that_spoils_dates_is_named():
    days = [f"2024-01-{day:02d}" for day in range(1, 31)]
    with pytest.raises(InputError, match=r"because 'soon' in row 31 is not written as the others are.*missing='soon'"):
        Schema.learn(pd.DataFrame({"t": [*days, "soon"]}))
    with pytest.warns(TabganWarning, match="because '1/2/2024' in row 31 is not"):
        Schema.learn(pd.DataFrame({"t": [*days, "1/2/2024"] * 2}))


# Day or month first.


def test_what_no_cell_decides_is_said_in_one_line():
    frame = pd.DataFrame({"t": ["01/02/2024", "05/06/2024"]})
    with command_line(), pytest.warns(TabganWarning) as said:
        Schema.learn(frame)
    (line,) = [str(one.message) for one in said]
    assert line == (
        "column 't' is read with the month first, '01/02/2024' as 2024-01-02, but all its cells fit both ways; "
        "say --dayfirst or --monthfirst"
    )


@pytest.mark.parametrize(
    ("texts", "reading", "first"),
    [
        (["01/02/2024", "31/01/2024"], {}, dt.datetime(2024, 2, 1)),
        (["01/02/2024", "01/31/2024"], {}, dt.datetime(2024, 1, 2)),
        (["01/02/2024", "05/06/2024"], {"dayfirst": True}, dt.datetime(2024, 2, 1)),
        (["01.02.2024", "05.06.2024"], {"dayfirst": False}, dt.datetime(2024, 1, 2)),
        (["01/02/2024", "31/01/2024"], {"dayfirst": False}, dt.datetime(2024, 2, 1)),
    ],
)
def test_cells_decide_and_then_the_user(texts, reading, first):
    frame = pd.DataFrame({"t": texts})
    frame.attrs[READING] = Reading(**reading).to_dict()
    Schema.learn(frame)  # and nothing is said
    read, written = back(texts, **reading)
    assert (read[0], written) == (first, texts)


def test_the_firsts_of_months_tell_the_day_by_never_changing():
    with pytest.warns(TabganWarning, match="with the day first, '01/02/1990' as 1990-02-01"):
        Schema.learn(pd.DataFrame({"t": ["01/01/1990", "01/02/1990", "01/03/1990"]}))


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (["01.03.2024 00:00", "02.03.2024 00:37"], "2024-03-01"),  # a logger, some days of March
        (["01.01.2024", "02.01.2024"], "2024-01-01"),
        (["03/01/2024", "03/02/2024"], "2024-03-01"),
        (["02/03/2024", "03/03/2024"], "2024-03-02"),
        (["1/2/2024 0:00", "1/3/2024 12:30"], "2024-01-02"),
        (["1/2/2024 0:00", "1/3/2024 0:00"], "2024-02-01"),
    ],
)
def test_some_days_of_a_month_tell_the_month_by_never_changing(texts, day):
    with pytest.warns(TabganWarning, match="all its cells fit both ways"):
        (column,) = Schema.learn(pd.DataFrame({"t": texts}))
    assert column.type.start == pd.Timestamp(day).value


def test_an_option_reaches_the_reader(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("t,v\n01/02/2024,1.5\n03/04/2024,2.5\n")
    (column, _) = Schema.learn(read_table(path, dayfirst=True))
    assert column.describe()["range"] == ["01/02/2024", "03/04/2024"]
    assert column.type.start == pd.Timestamp("2024-02-01").value


def test_the_learned_order_holds_for_other_tables_and_for_conditions():
    (column,) = Schema.learn(pd.DataFrame({"t": ["31/01/2024", "01/03/2024", "15/04/2024"]}))
    assert column.encode(pd.Series(["02/03/2024"], name="t")).tolist() == [31.0]  # the second of March
    assert column.type.allow(">=", "02/03/2024", "t>=02/03/2024", column).low == 31.0
    assert column.type.allow(">=", "2024-03-02", "t>=2024-03-02", column).low == 31.0


def test_a_table_with_another_order_is_refused():
    with pytest.warns(TabganWarning, match="month first"):
        (column,) = Schema.learn(pd.DataFrame({"t": ["01/02/2024", "03/04/2024"]}))
    with pytest.raises(InputError, match=r"with the month first, but has cells such as '31/01/2024'.*dayfirst=True"):
        column.encode(pd.Series(["01/01/2024", "31/01/2024"], name="t"))


@pytest.mark.parametrize("decides", ["real", "synthetic"])
def test_what_one_table_decides_holds_for_the_other(decides):
    tables = {"real": ["01/02/2024", "05/06/2024"], "synthetic": ["01/02/2024", "05/06/2024"]}
    tables[decides] = [*tables[decides], "31/12/2024"]
    frames = {what: pd.DataFrame({"t": texts}) for what, texts in tables.items()}
    _, matrices, _ = align(frames)
    for matrix in matrices.values():
        assert matrix[0, 0] == pd.Timestamp("2024-02-01").timestamp()


def test_what_one_table_of_series_decides_holds_for_the_other():
    real, synthetic = (pd.DataFrame({"t": texts}) for texts in (["31/12/2024"], ["01/02/2024"]))
    found = agree_in_column({"train": real, "synthetic": synthetic, "holdout": None}, "t")
    assert read_times(found["synthetic"]["t"], "it").astype(str)[0][:10] == "2024-02-01"


def test_years_of_two_digits_are_said_where_others_would_read_them_otherwise():
    with pytest.warns(
        TabganWarning, match="years of two digits, and is read with '31.12.55' as 1955-12-31; write four"
    ):
        Schema.learn(pd.DataFrame({"t": ["31.12.55", "30.11.98", "29.03.01", "28.03.02"]}))


# Several offsets.


def test_the_offsets_of_one_place_follow_its_clock():
    moments = pd.date_range("2020-01-01", "2022-12-31 23:00", freq="h", tz="Europe/Berlin")
    frame = pd.DataFrame({"t": [moment.isoformat() for moment in moments]})
    schema = Schema.learn(frame)
    assert schema.restore(schema.to_matrix(frame))["t"].tolist() == frame["t"].tolist()


def test_a_time_on_the_wall_stays_one_across_a_change_of_the_clock():
    moments = pd.date_range("2023-03-20 08:00", periods=10, freq="D", tz="Europe/Berlin")
    schema = Schema.learn(pd.DataFrame({"t": [moment.isoformat() for moment in moments]}))
    drawn = np.linspace(0, schema.columns[0].type.maximum, 50)[:, None]
    texts = schema.restore(drawn)["t"]
    assert set(texts.str[11:]) == {"08:00:00+01:00", "08:00:00+02:00"}
    assert (texts.str[-6:] == np.where(texts < "2023-03-26", "+01:00", "+02:00")).all()


def test_offsets_that_change_from_row_to_row_keep_their_shares():
    rng = np.random.default_rng(0)
    offsets = rng.choice(["+01:00", "+08:00", "-05:00"], 600, p=[0.6, 0.3, 0.1])
    minutes = rng.integers(0, 500_000, 600)
    walls = pd.Timestamp("2023-01-01") + pd.to_timedelta(minutes, unit="min")
    frame = pd.DataFrame({"t": [f"{wall:%Y-%m-%d %H:%M}{offset}" for wall, offset in zip(walls, offsets, strict=True)]})
    schema = Schema.from_dict(Schema.learn(frame).to_dict())
    matrix = schema.to_matrix(frame)
    texts = schema.restore(matrix)["t"]
    assert (pd.to_datetime(texts, utc=True) == pd.to_datetime(frame["t"], utc=True)).all()
    shares, real = (column.str[-6:].value_counts(normalize=True) for column in (texts, frame["t"]))
    assert np.abs(shares - real).max() < 0.06


# Numbers.


@pytest.mark.parametrize(
    ("values", "dtype", "written"),
    [
        ([20240131, 20240229, 20240301], "int64", "2024-02-29"),
        ([20240131, 20240229, None], "Int64", "2024-02-29"),
        ([20240131, 20240229, None], "float64", "2024-02-29"),
        ([202401311030, 202402292359], "int64", "2024-02-29 23:59"),
        ([20240131103000, 20240229235959], "int64", "2024-02-29 23:59:59"),
        (["20240131", "20240229"], "object", "2024-02-29"),
        (["20240131", "20240229"], "string", "2024-02-29"),
    ],
    ids=str,
)
def test_digits_of_dates_are_dates_and_come_back_as_numbers(values, dtype, written):
    frame = pd.DataFrame({"day": pd.Series(values, dtype=dtype)})
    with pytest.warns(TabganWarning, match=r"such as 20240131.* as 2024-01-31.*kinds=\{'day': 'integer'\}"):
        schema = Schema.learn(frame)
    matrix = schema.to_matrix(frame)
    pd.testing.assert_frame_equal(schema.restore(matrix), frame)
    found = schema.columns[0].type
    moment = pd.Timestamp(found.start + int(matrix[1, 0]) * UNITS[found.unit])
    assert moment == pd.Timestamp(written)


def test_no_day_that_is_none_comes_out():
    with pytest.warns(TabganWarning):
        schema = Schema.learn(pd.DataFrame({"day": [20230115, 20230301, 20240229]}))
    days = schema.restore(np.linspace(0, schema.columns[0].type.maximum, 411)[:, None])["day"]
    assert days.nunique() == 411
    assert pd.to_datetime(days.astype(str), format="%Y%m%d").notna().all()


@pytest.mark.parametrize(
    "values", [[20240131, 20240230], [19990101, 21990101], [1, 2], [20240131.5, 20240201.0]], ids=str
)
def test_other_numbers_stay_numbers(values):
    assert Schema.learn(pd.DataFrame({"n": values})).columns[0].kind in ("integer", "continuous")


def test_a_user_may_say_that_digits_are_numbers():
    frame = pd.DataFrame({"n": [20240131, 20240201]})
    assert Schema.learn(frame, kinds={"n": "integer"}).columns[0].kind == "integer"


@pytest.mark.parametrize(
    ("serial", "values"),
    [("excel", [45000.5, 45001.0, 45002.75]), ("matlab", [738000.25, 738001.5, 738010.0]), ("excel", [45000, 45010])],
)
def test_serial_numbers_are_dates_if_a_user_says_so(serial, values):
    frame = pd.DataFrame({"when": values})
    frame.attrs[READING] = Reading(serial=serial).to_dict()
    schema = Schema.learn(frame, kinds={"when": "datetime"})
    schema = Schema.from_dict(schema.to_dict())
    pd.testing.assert_frame_equal(schema.restore(schema.to_matrix(frame)), frame)
    day = {"excel": "2023-03-15", "matlab": "2020-07-28"}[serial]
    assert pd.Timestamp(schema.columns[0].type.start).normalize() == pd.Timestamp(day)


def test_numbers_that_may_be_dates_of_matlab_are_said():
    frame = pd.DataFrame({"t": [738000.25, 738001.5, 738002.0]})
    with (
        command_line(),
        pytest.warns(TabganWarning, match="may hold dates as MATLAB.*--datetime t and --serial matlab"),
    ):
        assert Schema.learn(frame).columns[0].kind == "continuous"
    with pytest.raises(InputError, match="serial='matlab'"):
        Schema.learn(frame, kinds={"t": "datetime"})


# Clock times and durations.


@pytest.mark.parametrize(
    ("kind", "texts", "seconds"),
    [
        ("time", ["14:44", "05:27", "23:59"], [53_040, 19_620, 86_340]),
        ("time", ["9:05", "14:44", "0:17"], [32_700, 53_040, 1_020]),
        ("time", ["2:05 PM", "11:10 AM", "12:00 AM"], [50_700, 40_200, 0]),
        ("time", ["上午9:05", "下午3:10"], [32_700, 54_600]),
        ("time", ["14时30分", "8时05分"], [52_200, 29_100]),
        ("time", ["14:44:05.250", "14:44:06.000"], [53_045.25, 53_046]),
        ("duration", ["0:17:33", "26:10:00"], [1_053, 94_200]),
        ("duration", ["1 day, 3:00:00", "0:00:05", "2 days, 10:00:00"], [97_200, 5, 208_800]),
        ("duration", ["0 days 03:00:00", "1 days 04:00:00"], [10_800, 100_800]),
        ("duration", ["-0:10:00", "0:05:30"], [-600, 330]),
        ("duration", ["-1 day, 23:50:00", "0:00:10"], [-600, 10]),
        ("duration", ["1:02.345", "12:59.100"], [62.345, 779.1]),
        ("time", [dt.time(14, 44), dt.time(0, 1, 0, 5)], [53_040, 60.000005]),
    ],
    ids=str,
)
def test_clock_times_and_durations_are_kinds_of_their_own(kind, texts, seconds):
    frame = pd.DataFrame({"t": [*texts, None]})
    schema = Schema.from_dict(Schema.learn(frame).to_dict())
    (column,) = schema
    assert column.kind == kind
    assert column.type.compared(frame["t"])[:-1] == pytest.approx(seconds)
    assert schema.restore(schema.to_matrix(frame))["t"].tolist() == frame["t"].tolist()


@settings(max_examples=20)
@given(st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=8, unique=True))
def test_durations_come_back_as_pandas_and_python_write_them(seconds):
    for texts in ([str(dt.timedelta(seconds=s)) for s in seconds], [f"{abs(s) // 3600}:{s % 60:02d}" for s in seconds]):
        frame = pd.DataFrame({"t": texts})
        schema = Schema.learn(frame, kinds={"t": "duration"})
        assert schema.restore(schema.to_matrix(frame))["t"].tolist() == texts


def test_a_clock_time_stays_within_the_day_and_its_range():
    schema = Schema.learn(pd.DataFrame({"t": ["00:00", "12:30", "23:59"]}))
    assert schema.restore(np.array([[-50.0], [5000.0]]))["t"].tolist() == ["00:00", "23:59"]


def test_quarter_hours_of_the_clock_stay_such():
    quarters = [f"{hour}:{minute:02d}" for hour in range(24) for minute in (0, 15, 30, 45)]
    schema = Schema.learn(pd.DataFrame({"t": quarters}))
    drawn = schema.restore(np.random.default_rng(0).uniform(0, 1425, (200, 1)))["t"]
    assert set(drawn.str[-2:]) == {"00", "15", "30", "45"}


def test_conditions_on_clock_times():
    (column,) = Schema.learn(pd.DataFrame({"t": ["05:00", "14:44", "20:00"]}))
    assert column.type.allow(">=", "14:00", "t>=14:00", column).low == 540
    with pytest.raises(InputError, match="clock times"):
        column.type.allow(">=", "noon", "t>=noon", column)
    with pytest.raises(InputError, match=r"column 't' holds clock times, but .* compares it with '25:00'"):
        column.type.allow("<", "25:00", "t<25:00", column)


def test_a_user_may_say_that_clock_times_are_durations():
    frame = pd.DataFrame({"t": ["0:17:33", "1:10:00"]})
    assert Schema.learn(frame).columns[0].kind == "time"
    assert Schema.learn(frame, kinds={"t": "duration"}).columns[0].kind == "duration"
    with pytest.raises(InputError, match="durations in one form, but has 'soon' in row 2"):
        Schema.learn(pd.DataFrame({"t": ["1:30:00", "soon"]}), kinds={"t": "duration"})


# Workbooks.


@pytest.mark.parametrize(
    ("texts", "value", "number_format"),
    [
        (
            ["13-Apr-2022 02:00:05 PM", "31-May-2022 12:00:00 AM"],
            dt.datetime(2022, 4, 13, 14, 0, 5),
            "dd-mmm-yyyy hh:mm:ss AM/PM",
        ),
        (["2020年08月15日", "2021年10月05日"], dt.datetime(2020, 8, 15), 'yyyy"年"mm"月"dd"日"'),
        (["14:44", "05:27"], dt.time(14, 44), "hh:mm"),
        (["0:17:33", "26:10:00"], dt.timedelta(seconds=1053), "[h]:mm:ss"),
        (["27th Dec 2020", "1st Jan 2021"], "27th Dec 2020", "General"),
        (["2023-01-01T10:00:00+01:00", "2023-07-01T10:00:00+02:00"], "2023-01-01T10:00:00+01:00", "General"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_workbook_gets_dates_where_excel_has_them_and_text_else(tmp_path, texts, value, number_format):
    openpyxl = pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"t": texts})
    schema = Schema.learn(frame)
    with open_writer(tmp_path / "t.xlsx") as writer:
        writer.write(schema.for_cells().restore(schema.to_matrix(frame)))
    cell = openpyxl.load_workbook(tmp_path / "t.xlsx").active["A2"]
    assert (cell.value, cell.number_format) == (value, number_format)
