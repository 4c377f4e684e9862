"""Tables in .jsonl, .feather and .npy, of databases, and of standard input and output."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from contextlib import closing
from datetime import date

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import tabgan
from tabgan.cli.main import main
from tabgan.errors import InputError
from tabgan.schema import Schema
from tabgan.tables.formats import open_writer, read_table, write_table
from tabgan.tables.parts import write_parts

TABLE = pd.DataFrame(
    {
        "load": [1.5, None, 2.25, 0.1],
        "count": [1, 2, 3, 4],
        "kind": ["a", None, "流", "b"],
        "on": [True, False, True, True],
        "day": ["2024-01-31", "2024-02-01", "2024-02-02", None],
    }
)
FILES = (
    "rows.json",
    "rows.json.gz",
    "rows.jsonl",
    "rows.ndjson.gz",
    "rows.feather",
    "rows.npy",
    "sqlite:///rows.db::my rows",
)


@pytest.fixture(autouse=True)
def _in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("place", [*FILES, "duckdb:///rows.duckdb::my rows"])
def test_what_is_written_is_read(place):
    if place.startswith("duckdb"):
        pytest.importorskip("duckdb")
    with open_writer(place) as writer:
        writer.write(TABLE[:1])
        writer.write(TABLE[1:])
    pd.testing.assert_frame_equal(read_table(place), TABLE, check_dtype=False, check_column_type=False)
    assert read_table(place).dtypes.map(lambda dtype: dtype.kind).tolist() == list("fiObO")
    with pytest.raises(InputError, match=r"exists and is kept.*overwrite=True"):
        write_table(TABLE, place)
    write_table(TABLE[:2], place, overwrite=True)
    assert len(read_table(place)) == 2


def test_dates_and_times_of_a_database_come_back_in_their_types():
    with pytest.importorskip("duckdb").connect("a.duckdb") as base:
        base.execute(
            "CREATE TABLE t AS SELECT DATE '2024-01-31' + range::INT AS day, "
            "TIMESTAMP '2024-01-31 10:00' + INTERVAL 1 HOUR * range AS at, range AS n FROM range(60)"
        )
        base.execute("INSERT INTO t VALUES (NULL, NULL, 7)")
    table = read_table("duckdb:///a.duckdb::t")
    schema = Schema.learn(table)
    assert [column.kind for column in schema] == ["datetime", "datetime", "integer"]
    write_table(schema.restore(schema.to_matrix(table)), "duckdb:///b.duckdb::t")
    with pytest.importorskip("duckdb").connect("b.duckdb") as base:
        types = [row[1] for row in base.execute("DESCRIBE t").fetchall()]
        assert types == ["DATE", "TIMESTAMP", "BIGINT"]
        base.execute("ATTACH 'a.duckdb' AS a")
        assert base.execute("SELECT count(*) FROM (FROM t EXCEPT ALL FROM a.t)").fetchone() == (0,)


def test_dates_without_end_are_read():
    with pytest.importorskip("duckdb").connect("a.duckdb") as base:
        base.execute("CREATE TABLE t AS SELECT DATE '2024-01-31' AS day, 1 AS n UNION ALL SELECT 'infinity'::DATE, 2")
    assert sorted(read_table("duckdb:///a.duckdb::t")["n"]) == [1, 2]


@pytest.mark.parametrize("day", ["2024-01-31", "2024-01-31 00:00:00", "2024-01-31T10:30:00", "31.01.2024"])
def test_texts_of_dates_come_back_from_sqlite_as_they_went(day):
    texts = [day, day.replace("2024", "2023"), *[day.replace("2024", f"{year}") for year in range(1960, 2010)], None]
    write_table(pd.DataFrame({"day": texts}), "sqlite:///rows.db::rows")
    table = read_table("sqlite:///rows.db::rows")
    schema = Schema.learn(table)
    assert schema.columns[0].kind == "datetime"
    write_table(schema.restore(schema.to_matrix(table)), "sqlite:///rows.db::rows", overwrite=True)
    with closing(sqlite3.connect("rows.db")) as base:
        assert [row[0] for row in base.execute("SELECT day FROM rows")] == texts


def test_stamps_are_written_to_sqlite_in_the_form_of_iso():
    stamps = pd.DataFrame({"at": pd.to_datetime(["2024-01-31 10:00", None]), "day": [date(2024, 1, 31), None]})
    write_table(stamps, "sqlite:///rows.db::rows")
    with closing(sqlite3.connect("rows.db")) as base:
        found = base.execute("SELECT at, day FROM rows").fetchall()
    assert found == [("2024-01-31 10:00:00", "2024-01-31"), (None, None)]


@pytest.mark.parametrize("place", ["sqlite:///rows.db::rows", "duckdb:///rows.duckdb::rows"])
def test_a_table_of_a_database_is_written_whole_or_not(place, tmp_path):
    if place.startswith("duckdb"):
        pytest.importorskip("duckdb")
    with pytest.raises(ZeroDivisionError), open_writer(place) as writer:
        writer.write(TABLE)
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []
    write_table(TABLE, place)
    with pytest.raises(ZeroDivisionError), open_writer(place, overwrite=True) as writer:
        writer.write(TABLE[:1])
        _ = 1 / 0
    assert len(read_table(place)) == 4


@pytest.mark.parametrize("place", ["sqlite:///rows.db::rows", "duckdb:///rows.duckdb::rows"])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_disk_without_room_for_a_database_leaves_what_was_there(place, is_new, tmp_path):
    resource = pytest.importorskip("resource")
    if place.startswith("duckdb"):
        pytest.importorskip("duckdb")
    if not is_new:
        write_table(TABLE, place)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2048, limits[1]))
    try:
        with pytest.raises(InputError, match=r"cannot use .*, and whether its disk is full"):
            write_table(pd.concat([TABLE] * 500), place, overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("sqlite:///none.db::rows", r"there is no file none\.db"),
        ("sqlite:///there.db::rows", "there is no table rows in sqlite:///there.db, which holds other"),
        ("sqlite:///there.db", "after two colons, but sqlite:///there.db names none"),
        ("sqlite:///::rows", "names no file"),
        ("sqlite:///text.csv::rows", "cannot use .*not a database"),
        ("mysql://there::rows", "or as sqlite:// duckdb:// postgresql://"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_created(place, reason, tmp_path):
    sqlite3.connect("there.db").execute("CREATE TABLE other (x)").connection.close()
    (tmp_path / "text.csv").write_text("a,b\n1,2\n" * 300)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match=reason):
        read_table(place)
    assert sorted(tmp_path.iterdir()) == before


def test_a_password_is_not_shown():
    pytest.importorskip("adbc_driver_postgresql")
    with pytest.raises(InputError, match=r"cannot use postgresql://me:\*\*\*@127\.0\.0\.1:1/x::rows") as caught:
        read_table("postgresql://me:secret@127.0.0.1:1/x::rows")
    assert "secret" not in str(caught.value)


def test_an_absolute_path_has_four_slashes(tmp_path):
    write_table(TABLE, f"sqlite:///{tmp_path}/abs.db::rows")
    assert (tmp_path / "abs.db").is_file()


NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda name: name.strip() == name and "::" not in name and not name.lower().startswith("sqlite_")
)


@settings(max_examples=30, deadline=None)
@given(table=NAMES, column=NAMES)
def test_names_of_tables_and_columns_are_only_names(table, column):
    rows = pd.DataFrame({column: [1, 2]})
    write_table(rows, f"sqlite:///names.db::{table}", overwrite=True)
    pd.testing.assert_frame_equal(read_table(f"sqlite:///names.db::{table}"), rows)


def test_lines_may_lack_keys_and_dates_stay_text(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"t": "2024-01-31 10:00:00", "n": 1}\n\n{"n": null}\n{"t": null, "n": 3}\n')
    table = read_table("a.jsonl")
    assert table["t"].fillna("").tolist() == ["2024-01-31 10:00:00", "", ""]
    assert table["n"].tolist() == [1, pd.NA, 3]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2 of .* is not JSON"),
        ("[1]", "line 2 is list"),
        ('"a"', "line 2 is str"),
        ('{"n": 1, "n": 2}', "line 2 of .* is not JSON .the key 'n' stands twice in an object"),
        ('{"n": "\\ud800"}', "line 2 of .* is not JSON .*surrogates not allowed"),
    ],
)
def test_the_line_that_is_no_row_is_named(tmp_path, line, reason):
    (tmp_path / "a.jsonl").write_text('{"n": 1}\n' + line + "\n")
    with pytest.raises(InputError, match=reason):
        read_table("a.jsonl")


def test_records_of_pandas_are_read_as_it_wrote_them():
    stamps = pd.date_range("2024-01-31 10:00", periods=3, freq="h")
    frame = pd.DataFrame({"n": [1, 2, 3], "x": [0.5, None, 2], "s": ["a", None, "流"], "on": [True, False, True]})
    frame.to_json("a.json", orient="records")
    pd.testing.assert_frame_equal(read_table("a.json"), frame, check_dtype=False, check_column_type=False)
    frame.assign(t=stamps).to_json("a.json", orient="records", date_format="iso")
    assert Schema.learn(read_table("a.json")).columns[-1].kind == "datetime"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "has no rows; name a file with data"),
        (
            '{"a": {"0": 1}}',
            'must be a list of objects such as .*, but it is an object; write it with orient="records"',
        ),
        ("[1]", "element 1 is a single value"),
        ('[{"a": 1}, ["a"]]', "element 2 is a list"),
        ('[{"a": 1, "a": 2}]', "is not JSON .the key 'a' stands twice in an object.; mend it, or write it again"),
        ('{"a": 1}\n{"a": 2}\n', "Extra data.*; if each line is an object, name it .jsonl"),
        ('[{"a": 1},', "Expecting value: line 1 column 11"),
        ('[{"a": "\\ud800"}]', "surrogates not allowed"),
        ('[{"a": "\udcff"}]', "can't decode byte 0xff"),
    ],
)
def test_json_that_is_no_list_of_records_is_refused_with_what_helps(tmp_path, text, reason):
    (tmp_path / "a.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=reason):
        read_table("a.json")


@pytest.mark.parametrize("digits", [310, 5000])
def test_numbers_of_json_that_no_double_holds_are_infinite(tmp_path, digits):
    (tmp_path / "a.json").write_text(f'[{{"a": {"9" * digits}, "b": 1}}, {{"a": -1, "b": 2}}]')
    table = read_table("a.json")
    assert table["a"].tolist() == [np.inf, -1]
    write_parts(tmp_path / "a.json", np.array([True, False]), (tmp_path / "b.json", tmp_path / "c.json"))
    assert (tmp_path / "c.json").read_text() == f'[{{"a": {"9" * digits}, "b": 1}}]\n'
    with pytest.raises(InputError, match="infinite"):
        Schema.learn(table)


def test_rows_of_json_in_blocks_are_one_list(tmp_path):
    with open_writer("a.json") as writer:
        writer.write(TABLE[:0])
    assert (tmp_path / "a.json").read_text() == "[]\n"
    with open_writer("a.json", overwrite=True) as writer:
        writer.write(TABLE[:2])
        writer.write(TABLE[2:])
    assert json.loads((tmp_path / "a.json").read_text())[3] == {"load": 0.1, "count": 4, "kind": "b", "on": True,
                                                                "day": None}  # fmt: skip


def test_parts_have_the_lines_as_they_stand(tmp_path):
    lines = ['{"x": 1.50, "s": "a"}', '{"x": 2e0}', '{"x":  3}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    write_parts(tmp_path / "a.jsonl", np.array([True, False, True]), (tmp_path / "b.jsonl", tmp_path / "c.jsonl"))
    assert (tmp_path / "b.jsonl").read_text() == '{"x": 2e0}\n'
    assert (tmp_path / "c.jsonl").read_text().splitlines() == [lines[0], lines[2]]
    (tmp_path / "a.json").write_text("[ " + " ,\n\t".join(lines) + " ]\n")
    write_parts(tmp_path / "a.json", np.array([True, False, True]), (tmp_path / "b.json", tmp_path / "c.json"))
    assert (tmp_path / "b.json").read_text() == f"[{lines[1]}]\n"
    assert (tmp_path / "c.json").read_text() == f"[{lines[0]},\n{lines[2]}]\n"
    for name in ("a.feather", "a.npy"):
        write_table(TABLE, name)
        ends = name.partition(".")[2]
        write_parts(tmp_path / name, np.arange(4) == 1, (tmp_path / f"b.{ends}", tmp_path / f"c.{ends}"))
        assert read_table(f"c.{ends}")["count"].tolist() == [2]


def test_arrays_of_numpy(tmp_path):
    matrix = np.arange(6.0).reshape(3, 2)
    np.save("m.npy", matrix)
    assert read_table("m.npy").to_dict("list") == {1: [0, 2, 4], 2: [1, 3, 5]}
    np.save("v.npy", np.arange(3, dtype=">i2"))
    assert read_table("v.npy")[1].tolist() == [0, 1, 2]
    np.save("o.npy", np.array([{"a": 1}, None]), allow_pickle=True)
    with pytest.raises(InputError, match="holds Python objects"):
        read_table("o.npy")
    np.save("c.npy", np.zeros((2, 2, 2)))
    with pytest.raises(InputError, match="holds 2x2x2 of float64"):
        read_table("c.npy")
    whole = (tmp_path / "m.npy").read_bytes()
    (tmp_path / "s.npy").write_bytes(whole.replace(b"(3, 2)", b"(3, 9)"))  # promises more than there is
    with pytest.raises(InputError, match="not a whole numpy file"):
        read_table("s.npy")
    write_table(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "n.npy")
    assert np.load("n.npy").tolist() == [[1, 3], [2, 4]]


class Stdin(io.TextIOWrapper):
    def isatty(self):
        return False


def test_standard_input_is_text(monkeypatch, capsysbinary):
    monkeypatch.setattr(sys, "stdin", Stdin(io.BytesIO(b"x;y\n1.5;a\n2.5;b\n")))
    table = read_table("-")
    assert table["x"].tolist() == [1.5, 2.5]
    write_table(TABLE[:1], "-")
    assert capsysbinary.readouterr().out == b"load,count,kind,on,day\n1.5,1,a,True,2024-01-31\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.tabgan"
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"x": rng.normal(size=60).round(2), "y": rng.choice(["a", "b"], 60)})
    tabgan.WGANGPSynthesizer(iterations=20, random_state=0).fit(data).save(path)
    return path


def test_rows_go_to_standard_output_and_nothing_else(model):
    run = CliRunner().invoke(main, ["generate", "-n", "5", "-o", "-", "-m", str(model)])
    assert run.exit_code == 0, run.output
    lines = run.stdout.splitlines()
    assert (len(lines), lines[0]) == (6, "x,y")
    assert "5 rows x 2 columns" in run.stderr
    refused = CliRunner().invoke(main, ["generate", "-n", "5", "-o", "-", "-m", str(model), "--json"])
    assert (refused.exit_code, "--json" in refused.stderr) == (2, True)


def test_rows_go_to_a_database_and_are_judged_from_there(model):
    arguments = ["generate", "-n", "50", "-m", str(model), "-o", "sqlite:///pump.db::synthetic"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    again = CliRunner().invoke(main, arguments)
    assert (again.exit_code, "exists and is kept" in again.stderr) == (2, True)
    assert CliRunner().invoke(main, [*arguments, "--overwrite"]).exit_code == 0
    real = read_table("sqlite:///pump.db::synthetic").to_csv(index=False)
    same = ["evaluate", "-", "sqlite:///pump.db::synthetic", "--only", "marginals"]
    run = CliRunner().invoke(main, same, input=real)
    assert run.exit_code == 0, run.output
    twice = CliRunner().invoke(main, ["evaluate", "-", "-"], input=real)
    assert "standard input can be read once" in twice.stderr
    empty = CliRunner().invoke(main, ["schema", "-"], input="")
    assert "needs a header and rows, but standard input is empty" in empty.stderr
    told = CliRunner().invoke(main, ["schema", "-"], input=f"{real}\n,\n").stderr
    assert told == "Warning: 2 empty rows of standard input left out\n"
    shown = CliRunner().invoke(main, ["schema", "sqlite:///pump.db::synthetic"])
    assert "50 rows x 2 columns" in shown.output
    refused = CliRunner().invoke(main, ["split", "sqlite:///pump.db::synthetic"])
    assert "only files are cut in two" in refused.stderr
