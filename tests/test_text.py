"""Numbers and rows as text."""

from __future__ import annotations

from tabgan.text import format_number, format_rows


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
