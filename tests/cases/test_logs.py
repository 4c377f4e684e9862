"""Tables as instruments and spreadsheets leave them: words among numbers, blocks above the header, totals, groups."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from tabgan import TabganWarning
from tabgan.errors import InputError
from tabgan.schema.table import Schema
from tabgan.tables.formats import open_writer, read_table


def read(tmp_path, text, **options):
    """Return the table in a file of such text, and what was said of it."""
    (tmp_path / "t.csv").write_text(text)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", TabganWarning)
        table = read_table(tmp_path / "t.csv", **options)
    return table, "\n".join(str(line.message) for line in said)


def rows(cells):
    return "v,k\n" + "".join(f"{cell},{i % 7}\n" for i, cell in enumerate(cells))


NUMBERS = [f"{k * 0.25:.2f}" for k in range(60)]


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
