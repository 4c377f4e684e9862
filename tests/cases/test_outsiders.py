"""What an outsider's files showed: time slots, dates with points and gaps, columns alone, footers, indexes, threads."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pytest

from tabgan import TabganWarning
from tabgan.errors import InputError
from tabgan.schema.table import Schema
from tabgan.tables.formats import read_table
from tabgan.tables.text_looks import look_at_text
from tests.cases.reading import read


@pytest.mark.parametrize("cells", [["08:00-09:00", "09:00-10:00"], ["07.50", "08.00"], ["08:00+01:00", "10:00+01:00"]])
def test_slots_and_padded_numbers_are_labels_that_come_back(tmp_path, cells):
    table, _ = read(tmp_path, "slot,v\n" + "".join(f"{cell},{k}.5\n" for k in range(20) for cell in cells))
    schema = Schema.learn(table)
    assert schema.columns[0].kind == "categorical"
    assert schema.restore(schema.to_matrix(table))["slot"].tolist() == cells * 20


@pytest.mark.parametrize("gap", ["-", "n.a."])
def test_gaps_among_dates_with_points_are_said(tmp_path, gap):
    days = "".join(f"{k:02}.01.2024,{k}\n" for k in range(1, 29))
    table, said = read(tmp_path, f"d,v\n{days}{gap},1\n{gap},2\n")
    assert table["d"].isna().sum() == 2
    assert repr(gap) in said
    assert Schema.learn(table).columns[0].kind == "datetime"


@pytest.mark.parametrize(
    ("cells", "numbers"), [(["3,97", "4,03"], [3.97, 4.03]), (["4.968,50 €", "1.200,25 €"], [4968.5, 1200.25])]
)
def test_one_column_of_decimal_commas_is_one(tmp_path, cells, numbers):
    table, said = read(tmp_path, "Durchfluss\n" + "\n".join(cells * 10) + "\n")
    assert table["Durchfluss"].tolist() == numbers * 10
    assert "Durchfluss" in said


def test_a_footer_of_several_rows_is_said(tmp_path):
    rows = "".join(f"s{k},{k}.5,{k % 7}\n" for k in range(30))
    table, said = read(tmp_path, "site,a,b\n" + rows + "Maximum,29.5,6\nMinimum,0.5,0\n")
    assert "the last 2 rows" in said
    assert "'Maximum', 'Minimum'" in said
    table, said = read(tmp_path, "site,a,b\n" + rows + "Maximum,29.5,6\nMinimum,0.5,0\n", drop_rows="-1,-2")
    assert (len(table), said) == (30, "")


@pytest.mark.parametrize("code", ["-32768", "65535", "1e+30", "9.96921e+36"])
def test_what_loggers_fill_up_with_is_a_gap(tmp_path, code):
    cells = [code if k % 9 == 0 else f"{20 + k / 10:.1f}" for k in range(60)]
    table, said = read(tmp_path, "t,k\n" + "".join(f"{cell},{k % 3}\n" for k, cell in enumerate(cells)))
    assert table["t"].isna().sum() == 7
    assert "missing=" in said


def test_an_index_in_a_file_of_arrow_is_a_column(tmp_path):
    hours = pd.date_range("2024-01-01", periods=5, freq="h", name="time")
    frame = pd.DataFrame({"v": range(5)}, index=hours)
    frame.to_parquet(tmp_path / "t.parquet")
    pyarrow.feather.write_feather(pa.Table.from_pandas(frame), str(tmp_path / "t.feather"))
    for name in ("t.parquet", "t.feather"):
        table = read_table(tmp_path / name)
        assert table["time"].tolist() == hours.tolist()
        assert table["v"].tolist() == list(range(5))
    frame.reset_index(drop=True)[1:4].to_parquet(tmp_path / "t.parquet")  # numbers of rows alone
    assert read_table(tmp_path / "t.parquet").columns.tolist() == ["v"]


def test_a_short_row_is_found_in_any_block_of_any_line_end(tmp_path):
    rows = [f"{k}.5,{k},x{k}" for k in range(200_000)]
    rows[150_000] = "1,2"
    for end in ("\n", "\r\n"):
        (tmp_path / "t.csv").write_bytes(end.join(["a,b,c", *rows, ""]).encode())
        with pytest.warns(TabganWarning, match="the first in line 150,002"):
            table = read_table(tmp_path / "t.csv")
        assert len(table) == 199_999
        assert table["b"].iloc[-1] == 199_999
    rows[170_000] = "1,2,3,4"
    (tmp_path / "t.csv").write_bytes("\n".join(["a,b,c", *rows]).encode())
    with pytest.raises(InputError, match="line 170,002 has 4"):
        read_table(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("text", "even"),
    [
        (b"1,2\r\n3,4\r\n", True),
        ("ü,2\n3,名".encode(), True),
        (b"1,2\n\n3,4\n", False),
        (b"1,2,3\n4\n", False),
        (b'"1",2\n', False),
        (b"1,2\r3,4\n", False),
        (b"\xff,2\n", False),
        (b"x" * 600_000 + b",2\n", False),
    ],
)
def test_threads_read_only_what_cannot_be_wrong(text, even):
    cuts = np.random.default_rng(0).integers(1, len(text), 3)
    parts = np.split(np.frombuffer(text, np.uint8), np.sort(cuts))
    assert look_at_text([text], ",", 2).even is look_at_text([part.tobytes() for part in parts], ",", 2).even is even
