"""Results as text."""

from __future__ import annotations

import pandas as pd

from tabgan import evaluate
from tabgan.report.text import format_evaluation, format_number, format_rows


def test_numbers_have_four_digits():
    numbers = [0.0, 0.017840461, 1.5, 452600.0, -452600.4, 1e-9, 1.23456e12, float("nan"), 3]
    assert [format_number(n) for n in numbers] == [
        "0",
        "0.01784",
        "1.5",
        "452600",
        "-452600",
        "1e-09",
        "1.235e+12",
        "-",
        "3",
    ]


def test_rows_are_aligned_whatever_the_names():
    text = format_rows(["column", "x"], [["流量 m³/h", "1"], ["é" * 3, "10"], ["two\nlines", "3"], ["n" * 99, "4"]])
    assert text == "\n".join(
        [
            "column                             x",
            "流量 m³/h                          1",
            "ééé                               10",
            "two lines                          3",
            "n" * 31 + "…   4",
        ]
    )


def test_an_evaluation_is_a_table_per_column_and_a_line_in_words():
    real = pd.DataFrame({"mean": [1.0, 2, 3, 4], "b": [0.1, 0.2, 0.3, 0.4]})
    text = format_evaluation(evaluate(real, real.iloc[::2]))
    lines = text.splitlines()
    assert lines[0].startswith(
        "2 synthetic rows against the real table; baseline: two random halves of it, 2 rows each; 4 real rows"
    )
    assert lines[2].split() == ["column", "KS", "distance", "baseline", "Wasserstein-1", "/", "std", "baseline"]
    assert lines[3].split()[:2] == ["mean", "0.250"]
    assert lines[5].startswith("(average)")
    assert lines[-1] == evaluate(real, real.iloc[::2]).verdict
    assert ["mean", "2.5", "2", "1.291", "1.414", "1", "1", "4", "3"] in [line.split() for line in lines]
