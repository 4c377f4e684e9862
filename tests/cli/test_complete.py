"""Known columns are completed, gaps are filled, and files say that rows are synthetic."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet
import pytest

from tabgan import WGANGPSynthesizer, __version__
from tabgan.synthesizers import impute
from tabgan.tables.formats import read_table


@pytest.fixture(scope="module")
def saved(tmp_path_factory, table):
    labelled = table.assign(kind=np.where(table["price"] > 10, "a", "b"))
    path = tmp_path_factory.mktemp("model") / "kinds.tabgan"
    WGANGPSynthesizer(iterations=3, sieve=False, copula=False, random_state=4).fit(labelled).save(path)
    return path


@pytest.fixture(autouse=True)
def few_donors(monkeypatch):
    monkeypatch.setattr(impute, "ENOUGH_DONORS", 1)


def test_known_columns_are_completed(tabgan_command, saved):
    Path("part.csv").write_text("kind\nb\na\nb\n")
    done = tabgan_command("generate", "--known", "part.csv", "-o", "whole.csv", "-m", saved)
    assert done.exit_code == 0, done.stderr
    assert pd.read_csv("whole.csv")["kind"].tolist() == ["b", "a", "b"]
    for arguments, said in {
        ("-n", 2, "-o", "new.csv"): "a row for each of the 3 known ones, but --rows is 2",
        ("-o", "parts/"): "--known makes rows depend on those of other parts",
        ("-o", "part.csv", "--overwrite"): "part.csv is named twice",
    }.items():
        refused = tabgan_command("generate", "--known", "part.csv", "-m", saved, *arguments)
        assert refused.exit_code == 2
        assert said in refused.stderr


def test_files_say_that_rows_are_synthetic(tabgan_command, saved):
    told = {"origin": "synthetic", "model": "kinds.tabgan", "seed": 7, "version": __version__}
    for name in ("a.parquet", "b.parquet", "a.xlsx", "b.xlsx", "a.csv"):
        more = ("--mark", "origin", "--seed", 7, "-m", saved)
        assert "3 rows x 5 columns" in tabgan_command("generate", "-n", 3, "-o", name, *more).stdout
        assert read_table(name)["origin"].tolist() == ["synthetic"] * 3
        assert "about" not in read_table(name).attrs  # what is made of them says its own
    assert json.loads(pyarrow.parquet.read_schema("a.parquet").metadata[b"tabgan"]) == told
    assert json.loads(openpyxl.load_workbook("a.xlsx").properties.description) == told
    assert Path("a.parquet").read_bytes() == Path("b.parquet").read_bytes()
    assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes()
    refused = tabgan_command("generate", "-n", 3, "-o", "c.csv", "--mark", "kind", "-m", saved)
    assert "there is a column 'kind' already" in refused.stderr


def test_gaps_are_filled_as_often_as_asked(tabgan_command, saved, table):
    Path("holed.csv").write_text("price;流量;count;kind;note\n10,50;;3;;x\n;2,5;n/a;b;y\n11,25;2,5;3;a;z\n", "utf-8")
    done = tabgan_command("impute", "holed.csv", "-o", "filled.csv", "-m", saved)
    assert done.exit_code == 0, done.stderr
    assert "4 gaps of 3 rows filled" in done.stdout
    lines = Path("filled.csv").read_text("utf-8").splitlines()
    assert lines[0] == "price;流量;count;kind;note"
    assert lines[3] == "11,25;2,5;3;a;z"  # as it was, in the dialect of the file
    assert lines[1].startswith("10,50;")
    assert not any(";;" in line for line in lines)
    told = tabgan_command("impute", "holed.csv", "-o", "thrice.csv", "-n", 3, "-m", saved, "--json")
    assert json.loads(told.stdout) == {
        "rows": 3, "gaps": {"price": 1, "流量": 1, "count": 1, "kind": 1}, "left": {}, "times": 3, "seed": 4,
        "output": "thrice.csv", "model": str(saved),
    }  # fmt: skip
    assert pd.read_csv("thrice.csv", sep=";")["imputation"].tolist() == [1] * 3 + [2] * 3 + [3] * 3
    again = tabgan_command("impute", "thrice.csv", "-o", "new.csv", "-n", 2, "-m", saved)
    assert "a column 'imputation' is added, but thrice.csv has one" in again.stderr


@pytest.mark.filterwarnings("ignore:column 'empty' has no values:tabgan.errors.TabganWarning")
def test_gaps_that_stay_are_counted_and_explained(tabgan_command, table):
    """All were called filled, of columns, too, of which no value is known."""
    learned = table.head(60).assign(empty=np.nan, code=[f"P-{i * 7919 % 9973:04d}" for i in range(60)])
    settings = dict(iterations=2, hidden=(4,), sieve=False, copula=False, kinds={"code": "id"}, random_state=4)
    WGANGPSynthesizer(**settings).fit(learned).save("model.tabgan")
    holed = learned.head(9).assign(other=np.nan)
    holed.loc[:2, ["price", "code"]] = None
    holed.to_csv("holed.csv", index=False)
    done = tabgan_command("impute", "holed.csv", "-o", "filled.csv")
    assert done.stdout.startswith("3 gaps of 9 rows filled in ")
    assert done.stdout.splitlines()[1:] == [
        "9 gaps stay in column 'empty': no value of it was learned",
        "3 gaps stay in column 'code': identifiers are not filled",
        "9 gaps stay in column 'other': it was not learned",
    ]
    told = json.loads(tabgan_command("impute", "holed.csv", "-o", "filled.csv", "--overwrite", "--json").stdout)
    assert told["gaps"] == {"price": 3, "流量": 0, "count": 0, "empty": 9}
    assert {name: about["gaps"] for name, about in told["left"].items()} == {"empty": 9, "code": 3, "other": 9}
