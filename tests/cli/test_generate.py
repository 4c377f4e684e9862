"""generate --where and --balance: conditions as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabgan import WGANGPSynthesizer
from tabgan.synthesizers.blocks import FEW


@pytest.fixture(scope="module")
def mixed() -> WGANGPSynthesizer:
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, 300), "D")
    table = pd.DataFrame(
        {
            "start": start,
            "end": start + pd.to_timedelta(rng.integers(0, 60, 300), "D"),
            "class": rng.choice(["a", "b", ">50K"], 300, p=[0.7, 0.2, 0.1]),
            "age group": rng.integers(17, 90, 300),
        }
    )
    return WGANGPSynthesizer(iterations=10, random_state=0, constraints="start <= end").fit(table)


def generate(tabgan_command, *arguments: object) -> tuple[pd.DataFrame, str]:
    result = tabgan_command("generate", "-o", "rows.csv", "--overwrite", *arguments)
    assert result.exit_code == 0, result.output
    return pd.read_csv("rows.csv"), result.stdout


def test_where_is_the_librarys_conditions(tabgan_command, mixed):
    mixed.save("model.tabgan")
    rows, shown = generate(tabgan_command, "-n", 50, "--where", "class=>50K", "--where", "age group>=60")
    assert len(rows) == 50
    assert (rows["class"] == ">50K").all()
    assert (rows["age group"] >= 60).all()
    blocks = mixed.iter_samples(50, conditions=["class=>50K", "age group>=60"])
    pd.testing.assert_frame_equal(rows[["class", "age group"]], pd.concat(list(blocks))[["class", "age group"]])
    assert shown.splitlines()[-1] == f"accepted {100 * blocks.acceptance:.3g}% of {blocks.candidates:,} candidates"
    rows, _ = generate(tabgan_command, "-n", 20, "--where", "start>=2024-03-01", "--where", "end < 2024/4/1")
    assert rows["start"].min() >= "2024-03-01"
    assert rows["end"].max() < "2024-04-01"
    assert (rows["start"] <= rows["end"]).all()


def test_json_has_the_account(tabgan_command, mixed):
    mixed.save("model.tabgan")
    _, shown = generate(tabgan_command, "-n", 5, "--where", "class=b", "--json")
    account = json.loads(shown)
    assert account["candidates"] == FEW[0]
    assert 5 <= account["accepted"] < FEW[0]


def test_balance_takes_a_column_or_the_label(tabgan_command, mixed):
    mixed.save("model.tabgan")
    rows, _ = generate(tabgan_command, "-n", 31, "--balance", "class")
    assert sorted(rows["class"].value_counts()) == [10, 10, 11]
    result = tabgan_command("generate", "-o", "none.csv", "-n", 31, "--balance")
    assert result.exit_code == 2
    assert "--balance needs a model with a label, but this one has none; name a column" in result.stderr


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (
            "class=c",
            "must have one of its 3 levels, but the condition 'class=c' names another; the levels are >50K, a, b",
        ),
        ("age grup>=60", "no 'age grup'; did you mean 'age group'? The columns are start, end, class, age group"),
        ("age group>=120", "column 'age group' goes from 17 to 89; choose within it"),
        ("start>=soon", "column 'start' holds dates, but the condition 'start>=soon' compares it with 'soon'; write"),
        ("class", "a condition is a column, a comparison"),
    ],
)
def test_a_condition_that_cannot_be_met_is_one_line_and_writes_nothing(tabgan_command, mixed, condition, message):
    mixed.save("model.tabgan")
    result = tabgan_command("generate", "-n", 5, "-o", "rows.csv", "--where", condition)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr
    assert not Path("rows.csv").exists()
