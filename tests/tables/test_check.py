"""What a table must be, and how a message says what is wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.errors import InputError
from tabgan.tables.check import check_table

GOOD = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (GOOD.iloc[:1], "must have at least 2 rows, but has n_samples = 1"),
        (GOOD.iloc[:, :0], "must have a column"),
        (GOOD.assign(c=["x", "y"]), "column 'c' has 'x' in row 1; select columns of numbers, such as --cols 1-2"),
        (GOOD.assign(b=["1.5", "n.a."]), "column 'b' has 'n.a.' in row 2; select columns of numbers, such as --cols 1"),
        (pd.DataFrame({"c": ["x", "y"]}), "none of its columns holds numbers"),
        (GOOD.assign(c=pd.to_datetime(["2020-01-01", "2020-01-02"])), "column 'c' has '2020-01-01 00:00:00' in row 1"),
        (GOOD.assign(b=[1j, 2j]), "column 'b' has '1j' in row 1"),
        (GOOD.assign(b=[np.nan, np.inf]), "2 are missing (NaN) or infinite (inf), the first in row 1 of column 'b'"),
        (
            GOOD.assign(b=pd.array([1, None], "Int64")),
            "the first in row 2 of column 'b' (per column: 'b' 1); drop the 1 rows",
        ),
        (GOOD.set_axis(["a", "a"], axis=1), "'a' is there more than once"),
        (GOOD.set_axis([("a", "x"), ("a", "y")], axis=1), "or all whole numbers, but they are ('a', 'x'), ('a', 'y')"),
        (GOOD.set_axis(["a", 1], axis=1), "all text or all whole numbers, but they are 'a', 1"),
        (
            GOOD.assign(b=[2**53 - 1, 2**63 - 1]),
            "below 2^53, above which they are not exact, but column 'b' has 9223372036",
        ),
    ],
)
def test_mistakes_are_explained(table, message):
    with pytest.raises(InputError) as error:
        check_table(table, "the table")
    assert message in str(error.value)


@pytest.mark.parametrize("dtype", [object, "string", "category"])
def test_numbers_spelt_as_text_are_numbers(dtype):
    numbers, container = check_table(GOOD.assign(b=pd.Series(["1.5", "2"], dtype=dtype)))
    assert container == "frame"
    assert numbers["b"].tolist() == [1.5, 2.0]


def test_an_array_gets_numbered_columns():
    numbers, container = check_table([[1, 2], [3, 4]])
    assert container == "array"
    assert list(numbers.columns) == [1, 2]


def test_masked_values_are_missing():
    with pytest.raises(InputError, match="1 are missing"):
        check_table(np.ma.masked_equal([[1, 2], [3, 4]], 4))


def test_the_given_table_is_left_alone():
    given = GOOD.assign(b=["1.5", "2"])
    check_table(given)
    assert given["b"].tolist() == ["1.5", "2"]
