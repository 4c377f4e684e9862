"""What was text in a file with types is text again, and gaps are what marked them; rows of text files are numbers."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tabgan import TabganWarning
from tabgan.schema.table import Schema
from tabgan.tables.formats import read_table, write_table

ROWS = [
    {
        "length": f"{10 + k / 8:.3f} mm",
        "flow": -999 if k % 9 == 0 else 20.5 + k % 7,
        "count": "n.a." if k % 8 == 0 else str(k),
        "lead": "<0.1" if k % 5 == 0 else f"{k / 4}",
    }
    for k in range(40)
]


@pytest.fixture
def written(tmp_path):
    """The rows as JSON lines, read and written by the schema of what was read."""

    def write(table: pd.DataFrame, name: str) -> str:
        path = f"sqlite:///{tmp_path / name}::t" if name.endswith(".db") else tmp_path / name
        schema = Schema.learn(table)
        write_table(schema.restore(schema.to_matrix(table)), path)
        return path

    return write


@pytest.mark.filterwarnings("ignore::tabgan.TabganWarning")
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet", "rows.feather", "rows.db"])
def test_text_comes_back_as_text_and_gaps_as_what_marked_them(tmp_path, written, name):
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    path = written(read_table(tmp_path / "in.jsonl"), name)
    if name.endswith(".jsonl"):
        assert [json.loads(line) for line in path.read_text().splitlines()] == ROWS
    again = read_table(path)
    pd.testing.assert_frame_equal(again, read_table(tmp_path / "in.jsonl"))
    assert again["length"].tolist() == [10 + k / 8 for k in range(40)]


def test_rows_of_a_text_file_are_numbers_in_files_with_types(tmp_path, written):
    pd.DataFrame(ROWS)[["length"]].to_csv(tmp_path / "in.csv", index=False)
    with pytest.warns(TabganWarning, match="mm"):
        table = read_table(tmp_path / "in.csv")
    assert json.loads(written(table, "rows.jsonl").read_text().splitlines()[1]) == {"length": 10.125}


def test_what_is_told_of_columns_is_not_copied_with_each_of_them(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1.50,x\n2.25,y\n")
    table = read_table(tmp_path / "a.csv")
    assert table["b"].attrs["spellings"] is table.attrs["spellings"]
