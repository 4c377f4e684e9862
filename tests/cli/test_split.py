"""split: what a stranger types before fitting."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.io

from tabgan.tables.formats import read_table, write_table

DATA = Path(__file__).resolve().parents[2] / "data" / "breast_cancer.csv"


@pytest.fixture
def data(tmp_path) -> Path:
    """A copy, beside which parts can be written."""
    (tmp_path / "data.csv").write_bytes(DATA.read_bytes())
    return Path("data.csv")


def ok(result):
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result, *parts: str):
    assert result.exit_code == 2, result.output
    shown = " ".join(result.stderr.split())
    for part in parts:
        assert part in shown


def test_what_it_says_to_type_next_works(tabgan_command, data):
    shown = ok(tabgan_command("split", data, "--test", "1/3", "--by", "label", "diagnosis"))
    assert shown.startswith("data.csv: 569 rows x 10 columns, cut by the classes of diagnosis (seed 0)\n")
    assert "to learn:    379 rows, data-train.csv\nkept aside:  190 rows, data-test.csv\nnext:  " in shown
    following = [line.removeprefix("next:").strip() for line in shown.splitlines()[3:]]
    assert following[-1] == "tabgan evaluate data-train.csv synth.csv --holdout data-test.csv --target diagnosis"
    quick = {"fit": ["--iterations", "20"], "evaluate": ["--only", "marginals"], "generate": []}
    for line in following:
        _, name, *arguments = shlex.split(line)
        ok(tabgan_command(name, *arguments, *quick[name]))


def test_the_parts_are_the_lines_of_the_table(tabgan_command, data):
    ok(tabgan_command("split", data, "--seed", 5, "--quiet"))
    header, *lines = data.read_bytes().splitlines(keepends=True)
    parts = [Path(f"data-{what}.csv").read_bytes().splitlines(keepends=True) for what in ("train", "test")]
    assert [part[0] for part in parts] == [header, header]
    assert sorted(parts[0][1:] + parts[1][1:]) == sorted(lines)
    assert [line for line in lines if line in set(parts[1])] == parts[1][1:]
    ok(tabgan_command("split", data, "--seed", 5, "-o", "again.csv", "aside.csv"))
    assert Path("again.csv").read_bytes() == b"".join(parts[0])
    ok(tabgan_command("split", data, "--seed", 6, "-o", "again.csv", "aside.csv", "--overwrite"))
    assert Path("again.csv").read_bytes() != b"".join(parts[0])


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".csv.gz", ".parquet", ".xlsx", ".mat"])
def test_every_format_is_split(tabgan_command, table, suffix):
    write_table(table, f"data{suffix}")
    shown = ok(tabgan_command("split", f"data{suffix}", "--test", 50))
    assert f" -o synth{suffix}\n" in shown
    parts = [read_table(f"data-{what}{suffix}") for what in ("train", "test")]
    assert [len(part) for part in parts] == [150, 50]
    whole = read_table(f"data{suffix}")
    for part in parts:
        assert list(part.columns) == list(table.columns)
        pd.testing.assert_series_equal(part.dtypes, whole.dtypes)
    together = pd.concat(parts).sort_values(list(table.columns), ignore_index=True)
    pd.testing.assert_frame_equal(together, whole.sort_values(list(table.columns), ignore_index=True))


def test_machines_get_all_of_it(tabgan_command):
    Path("data.csv").write_text("x,group\n" + "".join(f"{i % 4},{i // 4}\n" for i in range(20)) + "7,9\n")
    told = json.loads(ok(tabgan_command("split", "data.csv", "--test", "8", "--by", "group", "2", "--json")))
    assert told["rows"] == 21
    assert told["columns"] == ["x", "group"]
    assert told["train"] == {"file": "data-train.csv", "rows": 13}
    assert told["test"] == {"file": "data-test.csv", "rows": 8}
    assert told["by"] == ["group", "group"]
    assert (told["seed"], told["rare"], told["repeated"]) == (0, [], 0)
    assert told["next"][0] == "tabgan fit data-train.csv"
    assert json.loads(ok(tabgan_command("split", "data.csv", "--json", "--overwrite")))["by"] is None


def test_rare_classes_and_repeated_rows_are_named(tabgan_command):
    Path("data.csv").write_text("x,kind\n" + "1,a\n" * 6 + "2,b\n3,c\n")
    shown = ok(tabgan_command("split", "data.csv", "--by", "label", "kind", "--test", 2))
    assert "note:        too rare for both parts, with one row each, which is learned: b, c\n" in shown
    assert "note:        2 of 2 rows of the test part are also in the other part" in shown
    assert "(--by group)" in shown


def test_a_cut_in_time_is_not_drawn(tabgan_command):
    Path("data.csv").write_text("day,x\n2024-01-02,1\n2024-01-01,2\n2024-01-03,3\n")
    assert "cut in time by day\n" in ok(tabgan_command("split", "data.csv", "--by", "time", "day"))
    assert Path("data-test.csv").read_text() == "day,x\n2024-01-03,3\n"


def test_options_of_reading_go_on_to_the_next_commands(tabgan_command):
    Path("data.csv").write_text("".join(f"{i},{i * i}\n" for i in range(30)))
    shown = ok(tabgan_command("split", "data.csv", "--no-header", "-o", "a b.csv", "c.csv"))
    assert "tabgan fit 'a b.csv' --no-header\n" in shown
    assert "synth.csv --holdout c.csv --no-header\n" in shown
    assert len(Path("a b.csv").read_text().splitlines()) + len(Path("c.csv").read_text().splitlines()) == 30


def test_what_cannot_be_done_is_refused_and_nothing_written(tabgan_command, data):
    refused(tabgan_command("split", data, "--test", "569"), "--test must be a share between 0 and 1", "but is 569")
    refused(tabgan_command("split", data, "--by", "label", "mean_area"), "classes", "change --test, or cut at random")
    refused(tabgan_command("split", data, "--by", "time", "diagnosis"), "column 'diagnosis' holds labels")
    refused(tabgan_command("split", data, "--by", "label", "1-3"), "--by takes one column, but '1-3' is 3; name one")
    refused(tabgan_command("split", data, "--by", "label", "grade"), "--by names a column 'grade' that is not in the")
    refused(tabgan_command("split", data, "--by", "order", "grade"), "'order' is not one of")
    refused(tabgan_command("split", data, "-o", "a.csv", "b.xlsx"), "parts have the format of the table, csv")
    refused(tabgan_command("split", data, "-o", "a.csv", "a.csv"), "inputs and outputs must be different files")
    refused(tabgan_command("split", data, "-o", "a.csv", "data.csv"), "data.csv is named twice")
    refused(tabgan_command("split", data, "--seed", "-1"), "a seed must be a whole number")
    refused(tabgan_command("split", "none.csv"), "cannot read none.csv")
    assert [path.name for path in Path().iterdir()] == ["data.csv"]
    Path("data-test.csv").write_text("mine")
    refused(tabgan_command("split", data), "data-test.csv exists and is kept", "--overwrite")
    assert not Path("data-train.csv").exists()


def test_a_table_of_a_database_is_not_cut(tabgan_command):
    refused = tabgan_command("split", "sqlite:///plant.db::t")
    assert refused.exit_code == 2
    assert "only files are cut in two, of which the parts are files, too, but sqlite:///plant.db::t" in refused.stderr


@pytest.mark.parametrize(("asked", "kept"), [("X,y", "X,y"), ("S.data,y", "S_data,y"), ("X", "X")])
def test_the_parts_of_matlab_files_are_read_by_their_variables(tabgan_command, asked, kept):
    X, y = np.arange(40.0).reshape(20, 2), np.arange(20.0)[:, None]
    scipy.io.savemat("data.mat", {"X": X, "y": y, "S": {"data": X, "rate": 3.0}})
    told = json.loads(ok(tabgan_command("split", "data.mat", "--variable", asked, "--json")))
    assert told["next"][0] == f"tabgan fit data-train.mat --variable {kept}"
    assert told["next"][2].endswith(f" --variable {kept}")
    assert read_table("data-train.mat", variable=kept).shape == (13, len(told["columns"]))


def test_a_table_of_dates_in_a_matlab_file_has_a_variable_of_its_own(tabgan_command, monkeypatch):
    rows = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=6), "x": range(6)})
    monkeypatch.setattr("tabgan.tables.mat.load_variables", lambda path: {"T": rows})
    Path("data.mat").touch()
    told = json.loads(ok(tabgan_command("split", "data.mat", "--variable", "T", "--json")))
    assert told["next"][0] == "tabgan fit data-train.mat"


def test_how_cells_are_read_goes_on_and_what_was_left_out_does_not(tabgan_command):
    Path("data.txt").write_text("made today\na;b\n" + "".join(f"{i},5;{i}\n" for i in range(8)) + "-999;<3\n")
    how = ("--decimal", "comma", "--missing", "-999", "--censored", "--delimiter", "semicolon")
    told = json.loads(ok(tabgan_command("split", "data.txt", "--skip-rows", 1, "--drop-rows", "1", *how, "--json")))
    assert told["next"][0] == "tabgan fit data-train.txt --delimiter ';' --decimal comma --missing -999 --censored"
