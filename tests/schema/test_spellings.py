"""Numbers are written as those of their column were."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.errors import BundleError
from tabgan.schema.texts.numerals import plain_spelling
from tabgan.schema.texts.spellings import Spelling, write_shortest


@pytest.mark.parametrize(
    "cells",
    [
        ["6.0", "7.25", "-1.5"],
        ["12.50", "7.00"],
        ["1.720", "950", "1.724"],
        ["1.0e+00", "2.5e-07"],
        ["1.0E000", "2.5E-107"],
        ["1e5", "2.25e-3"],
        ["1.55e-07", "1.73e-05", "0.5"],
        ["1e-05", "0.0001", "12.0", "1234567890.5", "-1e+16", "0.0"],
        ["2.95e+07", "1e+30", "12.5", "0.000123", "999999", "0"],
        ["1.5E-7", "0", "2.5E-6"],
        [".5", "-.25", "1"],
        ["+5", "-3"],
        ["5.", "7.5"],
        ["12.5", "7"],
        ["1", None, "-20000000000"],
        ["0.00000012", "3"],
        [None],
        [],
    ],
)  # fmt: skip
def test_plain_numbers_come_back_as_they_were(cells):
    found = Spelling.from_text(plain_spelling(pa.array(cells, pa.string())))
    values = np.array([np.nan if cell is None else float(cell) for cell in cells])
    assert found.write(values).to_pylist() == cells


def test_decimals_that_a_few_cells_do_not_show_are_found():
    assert plain_spelling(pa.array(["5"] * 2000 + ["7.5"])) is None
    assert plain_spelling(pa.array(["5.0"] * 2000 + ["7"])) is None
    assert plain_spelling(pa.array(["5.50"] * 2000 + ["7.125"])) == '{"decimals": 2}'
    assert plain_spelling(pa.array(["1e5"] * 2000 + ["7"])) == '{"exponent": "e-0*", "low": -4, "high": 5}'
    assert plain_spelling(pa.array(["1e5"] * 2000 + ["7", "200000"])) is None  # it is not the size that tells
    assert plain_spelling(pa.array(["7.5"] * 2000 + [".5"])) is not None


@given(st.lists(st.decimals(-(10**8), 10**8, places=3, allow_nan=False), min_size=1, max_size=30))
def test_numbers_of_fixed_decimals_come_back(numbers):
    cells = [f"{number:.3f}" for number in numbers if number or not number.is_signed()]
    found = Spelling.from_text(plain_spelling(pa.array(cells, pa.string())))
    assert found.write(np.array(list(map(float, cells)))).to_pylist() == cells


@given(st.lists(st.floats(0, 1e300), min_size=1))
def test_the_shortest_digits_give_a_number_back(numbers):
    texts = write_shortest(np.array(numbers)).to_pylist()
    assert list(map(float, texts)) == numbers
    assert not any("e" in text for text in texts)


def test_a_spelling_is_text_and_comes_back_from_it():
    spelling = Spelling(decimal=",", group=".", suffix=" €", decimals=2, wide=True)
    assert Spelling.from_text(spelling.to_text()) == spelling
    assert Spelling().to_text() is None
    for text in ("3", '{"decimal": 3}', '{"mark": ","}', "{"):
        with pytest.raises(BundleError, match="a spelling must hold"):
            Spelling.from_text(text)


@pytest.mark.parametrize("name", ["0.00", "#,##0", "0.0%", '"¥"#,##0.00', '0.000" mm"'])
def test_simple_number_formats_are_spellings(name):
    found = Spelling.of_format(name)
    assert found != Spelling()
    assert found.to_format(found.decimals) == name


def test_other_number_formats_are_not():
    assert Spelling.of_format("yyyy-mm-dd") == Spelling.of_format(None) == Spelling.of_format("General") == Spelling()


@pytest.mark.parametrize(
    ("spelling", "texts"),
    [
        (Spelling(group=",", indian=True), ["12,34,567", "-1,234", "-7"]),
        (Spelling(group=",", parentheses=True), ["1,234,567", "(1,234)", "(7)"]),
        (Spelling(group=".", decimal=",", behind=True, suffix=" €"), ["1.234.567 €", "1.234 €-", "7 €-"]),
        (Spelling(minus="−", prefix="$"), ["$1234567", "−$1234", "−$7"]),
        (Spelling(inside=True, prefix="USD "), ["USD 1234567", "USD -1234", "USD -7"]),
        (Spelling(plus=True, suffix=" mm"), ["+1234567 mm", "-1234 mm", "-7 mm"]),
        (Spelling(percent=True, suffix=" %", decimals=1, decimal=","), ["123456700,0 %", "-123400,0 %", "-700,0 %"]),
        (Spelling(wide=True, group=","), ["１，２３４，５６７", "－１，２３４", "－７"]),
    ],
)
def test_numbers_are_written_by_their_spelling(spelling, texts):
    assert spelling.write(np.array([1234567.0, -1234, -7])).to_pylist() == texts
