"""Tables as instruments and spreadsheets leave them: words among numbers, blocks above the header, totals, groups."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tabgan import TabganWarning
from tabgan.errors import InputError
from tabgan.schema.table import Schema
from tabgan.schema.texts.reading import Reading
from tabgan.tables.formats import open_writer, read_table
from tabgan.tables.scan.draw import draw_rows
from tabgan.tables.scan.folders import find_files, open_files
from tabgan.tables.scan.text_orders import find_ends, find_shapes
from tests.cases.reading import read


def rows(cells):
    return "v,k\n" + "".join(f"{cell},{i % 7}\n" for i, cell in enumerate(cells))


LABVIEW = """LabVIEW Measurement\t
Separator\tTab
Decimal_Separator\t.
Date\t2023/05/04
***End_of_Header***\t
\t
Channels\t2\t\t
Samples\t40\t40\t
Date\t2023/05/04\t2023/05/04\t
Y_Unit_Label\tVolts\tVolts\t
X0\t0.0000000000000000E+0\t0.0000000000000000E+0\t
***End_of_Header***\t\t\t
X_Value\tVoltage_0\tVoltage_1\tComment
"""
VALUES = [(k * 0.25, k % 7 - 3.5) for k in range(40)]
NUMBERS = [f"{k * 0.25:.2f}" for k in range(60)]


def test_words_in_the_first_rows_are_no_keys_above_a_table(tmp_path):
    rows = "".join(f"{i},{i}.5,{i}\n" for i in range(4, 60))
    (path := tmp_path / "a.csv").write_text(f"size,price,qty\nS,1,2\n,cheap,few\nM,dear,many\nL,cheap2,few2\n{rows}")
    with pytest.warns(TabganWarning, match="may hold the names of a table below other lines"):
        assert list(read_table(path).columns) == ["size", "price", "qty"]


def test_infinite_cells_are_gaps_where_that_is_said_and_come_back_as_they_were(tmp_path):
    text = rows([*NUMBERS, "Inf", "-Inf", "Inf"])
    with pytest.raises(InputError, match=r"3 are infinite .* make gaps of such cells with missing=\['Inf', '-Inf'\]"):
        Schema.learn(read(tmp_path, text)[0])
    table, _ = read(tmp_path, text, missing=["Inf", "-Inf"])
    assert table["v"].isna().sum() == 3
    assert table["v"].max() == 14.75
    schema = Schema.learn(table)
    with open_writer(tmp_path / "back.csv") as writer:
        writer.write(schema.restore(schema.to_matrix(table)))
    back = (tmp_path / "back.csv").read_text().split()
    assert back[1:61] == text.split()[1:61]  # of which 5.00 has two decimals
    assert sorted(line.partition(",")[0] for line in back[61:]) == ["-Inf", "Inf", "Inf"]


def test_infinite_numbers_of_files_with_types_are_gaps_where_that_is_said(tmp_path):
    values = np.arange(60) * 0.25
    values[[7, 9]] = np.inf, -np.inf
    pd.DataFrame({"v": values, "k": np.arange(60) % 7}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(InputError, match=r"missing=\['inf', '-inf'\]"):
        Schema.learn(read_table(tmp_path / "t.parquet"))
    table = read_table(tmp_path / "t.parquet", missing=["inf", "-inf"])
    assert np.flatnonzero(table["v"].isna()).tolist() == [7, 9]
    schema = Schema.learn(table)
    for name in ("back.parquet", "back.jsonl", "back.xlsx"):
        with open_writer(tmp_path / name) as writer:
            writer.write(schema.restore(schema.to_matrix(table)))
        assert read_table(tmp_path / name, missing=["inf", "-inf"])["v"].isna().sum() == 2


def values(delimiter, last="", count=40):
    return "".join(f"{t:.6f}{delimiter}{v}{last}\n" for t, v in VALUES[:count])


@pytest.mark.parametrize(
    ("above", "delimiter", "names"),
    [
        ("latitude,longitude,height,zone\n52.5,13.4,38,GMT\n\ntime,rain (mm)\n", ",", ["time", "rain (mm)"]),
        ("Model,MSO44\n\nType,ANALOG\nScale,0.0004\nUnits,V\nLabel,\nTIME,CH1\n", ",", ["TIME", "CH1"]),
        ('"Venue","Spa",,,"Sheet",""\n"Rate","50.0","Hz",,"End","60","s"\n"Note","3"\n\n"t","v"\n"s","km/h"\n', ",",
         ["t", "v"]),
        ("Logger;7\nSerial;12\nUnit;V\nGain;10\nTime;U\n", ";", ["Time", "U"]),
        ("EXPLAIN\nTAG\tCV\nVINIT\tPOTEN\t0.0\tT\nCURVE\tTABLE\t60\nPt\tVf\n#\tV\n", "\t", ["Pt", "Vf"]),
        ("Test: 7\nDate: 2023-05-04\nRate: 100 Hz\nTime[s] Force[N]\n", " ", ["Time[s]", "Force[N]"]),
        ("".join(f"key{k},{k}.5\n" for k in range(55)) + "t,v\n", ",", ["t", "v"]),
        ("LOCATION,Denver,CO,39.7\nDESIGN,1,Climate\nHOLIDAYS,No,0\nDATA PERIODS,1,1,Data,Sunday\n", ",", [1, 2]),
    ],
)  # fmt: skip
def test_a_table_below_blocks_of_keys_is_found(tmp_path, above, delimiter, names):
    table, said = read(tmp_path, above + values(delimiter))
    assert list(table.columns) == names
    assert list(table.itertuples(index=False, name=None)) == VALUES
    assert "above the header in" in said
    assert "may hold the names" not in said


def test_a_file_of_labview_is_read_also_in_parts(tmp_path):
    text = LABVIEW + values("\t", "\t2.5\t")
    for name in ("a.lvm", "b.txt"):
        (tmp_path / name).write_text(text)
        with pytest.warns(TabganWarning, match="11 rows above the header in .* left out, 'LabVIEW Measurement'"):
            table = read_table(tmp_path / name)
        assert list(table.columns) == ["X_Value", "Voltage_0", "Voltage_1", "Comment"]
        assert table["Voltage_0"].tolist() == [v for _, v in VALUES]
        assert table["Comment"].isna().all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)
        parts = draw_rows(open_files(tmp_path, find_files(tmp_path / "b*.txt"), {}), Reading())
    pd.testing.assert_frame_equal(parts, table, check_dtype=False)
    (tmp_path / "c.txt").write_text(text.replace(".", ","))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)
        assert read_table(tmp_path / "c.txt")["Voltage_0"].tolist() == [v for _, v in VALUES]


def test_where_a_table_may_begin_is_said_with_the_option(tmp_path):
    sheet = "By,lab,\nGauge,G7,\nPlace,hall,\nsample,kind,g\n" + "".join(f"s{k % 5},x,{k}.5\n" for k in range(30))
    _, said = read(tmp_path, sheet)
    assert "line 4 of" in said
    assert "skip_rows=3 leaves these out" in said
    table, said = read(tmp_path, sheet, skip_rows=3)
    assert list(table.columns) == ["sample", "kind", "g"]
    assert "may hold" not in said
    keys = "".join(f"key{k},{k}.5\n" for k in range(150))
    rest = "t,a,b,c\n" + "".join(f"{k},{k}.5,2,3\n" for k in range(9))
    with pytest.raises(InputError, match=r"line 151 has 4; give the delimiter, or .* with skip_rows=150"):
        read(tmp_path, keys + rest)
    assert len(read(tmp_path, keys + rest, skip_rows=150)[0]) == 9
    with pytest.raises(InputError, match=r"line 42 has 3; mend that line"):
        read(tmp_path, "t,v\n" + values(",") + "1,2,3\n" + values(","))


@pytest.mark.parametrize(
    "text",
    [
        "t,a,b\n" + "".join(f"{k},{'off' if k < 4 else k},{k}\n" for k in range(30)),
        "site,code\n" + "".join(f"s{k},{'A' * (k < 9)}{k}\n" for k in range(40)),
        "t,a\n" + "".join(f"{k},{k}\n" for k in range(8)) + "t,b\n" + "".join(f"{k},{k}\n" for k in range(30)),
        "site,a,b\n" + "".join(f"s{k},,\n" for k in range(15)) + "".join(f"s{k},{k},{k}\n" for k in range(30)),
    ],
)
def test_no_row_of_a_table_is_taken_for_its_names(tmp_path, text):
    table, said = read(tmp_path, text)
    assert list(table.columns) == text.split("\n")[0].split(",")
    assert "header in" not in said
    assert "may hold" not in said


@pytest.mark.parametrize("letter", ["D", "d"])
def test_exponents_of_fortran_are_numbers_and_come_back(tmp_path, letter):
    values = np.random.default_rng(0).normal(0, 300, 60)
    cells = [f"{value:.6E}".replace("E", letter) for value in values]
    table, said = read(tmp_path, rows(cells))
    assert table["v"].tolist() == [float(f"{value:.6E}") for value in values]
    assert repr(cells[0]) in said
    schema = Schema.learn(table)
    with open_writer(tmp_path / "back.csv") as writer:
        writer.write(schema.restore(schema.to_matrix(table)))
    assert (tmp_path / "back.csv").read_text() == (tmp_path / "t.csv").read_text()
    shapes = find_shapes(pa.array(cells))
    assert find_ends(pa.array(cells), shapes)["number"][1::2] == (cells[values.argmin()], cells[values.argmax()])
    for codes in (["1D1", "2D4", "3D2"], ["12D05", "1D+5", "3D+1"]):
        assert Schema.learn(read(tmp_path, rows(codes * 20))[0]).columns[0].kind == "categorical"


def grouped(label, total, each=6):
    lines = []
    for name in ("North", "South", "East"):
        values = [(3 * k + len(lines)) % 11 for k in range(each)]
        lines += [f"{label(name, k)},{k},{value}\n" for k, value in enumerate(values)]
        lines += [f"{total.format(name)},,{sum(values)}\n"] if total else []
    return "region,slot,v\n" + "".join(lines)


@pytest.mark.parametrize("total", ["{} Total", "Total {}", "{}小计", "{} 汇总", "{} Ergebnis", "Subtotal", "合计:"])
def test_totals_inside_a_table_are_said_with_the_rows_to_leave_out(tmp_path, total):
    text = grouped(lambda name, k: name, total)
    _, said = read(tmp_path, text)
    assert f"3 rows of {tmp_path / 't.csv'} seem to be totals of those above them" in said
    assert f"{total.format('North')!r} in row 7 the first" in said
    assert said.endswith("leave such rows out with drop_rows='7,14,21'")
    table, said = read(tmp_path, text, drop_rows="7,14,21")
    assert (len(table), said) == (18, "")
    _, said = read(tmp_path, text + "Grand Total,,999\n")
    assert "drop_rows='7,14,21'" in said
    assert "the last" in said


@pytest.mark.parametrize(
    "cells",
    [
        ["Total", "Mean", "Max"] * 10,
        ["Shell", "Total", "BP", "Total Energies"] * 10,
        ["Iron", "Iron total", "Lead", "Lead total"] * 8,  # what is measured
        ["Iron", "Iron total", "Lead", "Lead total", "Tin", "Zinc"],
        ["partial", "total", "none", "none"] * 9,
        [*["acid"] * 9, "acid total", *["base"] * 9],
    ],
)
def test_labels_with_such_words_are_no_totals(tmp_path, cells):
    assert "totals" not in read(tmp_path, rows(cells).replace("v,", "kind,", 1))[1]


def test_labels_in_the_first_row_of_each_group_alone_are_said(tmp_path):
    def say(cells, slots=None):
        lines = [f"{cell},{k if slots is None else slots[k]},{(7 * k) % 5}\n" for k, cell in enumerate(cells)]
        return read(tmp_path, "label,slot,v\n" + "".join(lines))[1]

    def first(cells, each=6):
        return [cells[k // each] if k % each == 0 else "" for k in range(each * len(cells))]

    again = list(range(6)) * 4
    for cells in ("ABCA", ["2024-01-01", "2024-01-02", "2024-01-05", "2024-01-06"], [1, 2, 3, 4]):
        assert "'label' of" in say(first(cells), again)
        assert "in the first row of each group alone" in say(first(cells), again)
    uneven = ["A", "", "", "B", "", "C", "", "", "", "D", "", ""]
    assert "first row of each group" in say(uneven, [1, 2, 3, 1, 2, 1, 2, 3, 4, 1, 2, 3])
    assert "first row of each group" in say(first("ABCA"))  # as even as that
    pairs = [("AB"[k // 12] if k % 12 == 0 else "", f"c{k // 4}" if k % 4 == 0 else "", k % 4) for k in range(24)]
    pairs += [("C", "d", 0), ("", "", 1)]
    said = read(tmp_path, "region,city,slot\n" + "".join(f"{a},{b},{c}\n" for a, b, c in pairs))[1]
    assert "'region'" in said  # groups of groups
    assert "'city'" in said
    remarks = ["A", "", "", "", "B", "", "C", "", "", "", "", "", "B", "", "", "", "D", ""]
    measured = [f"{k / 7:.3f}" if k % 7 == 0 else "" for k in range(70)]
    for cells in (remarks, first("AABB"), ["", *first("ABCD")], measured):
        assert "first row of each group" not in say(cells)


def test_a_header_that_stands_again_is_said(tmp_path):
    part = "t,v\n" + values(",")
    _, said = read(tmp_path, part + part + part)
    assert "stand again in row 41; leave such rows out with drop_rows='41,82'" in said
    table, said = read(tmp_path, part + part + part, drop_rows="41,82")
    assert table["t"].tolist() == 3 * [t for t, _ in VALUES]
    assert "again" not in said
