"""What a table must be, and how a message says what is wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.errors import InputError
from tabgan.tables.check import check_table, check_training_table

GOOD = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (GOOD.iloc[:1], "must have at least 2 rows, but has n_samples = 1"),
        (GOOD.iloc[:, :0], "must have a column"),
        (np.zeros((2, 16_385)), "at most 16,384 columns to learn, but there are 16,385; select some"),
        (GOOD.set_axis(["a", "a"], axis=1), "'a' is there more than once"),
        (GOOD.set_axis([("a", "x"), ("a", "y")], axis=1), "or all whole numbers, but they are ('a', 'x'), ('a', 'y')"),
        (None, "must be a frame, the path of a file or a matrix of numbers, but is NoneType"),
        (np.arange(500.0), "a matrix of numbers, but is a vector; give X.reshape(-1, 1) if it is one column"),
        ([GOOD, GOOD], "but is list (Found array with dim 3"),
        ([[1, 2], [3]], "but is list (setting an array element with a sequence"),
        (np.array([[{}]]), "but is ndarray (float() argument must be"),
        (GOOD.set_axis(["a", 1], axis=1), "all text or all whole numbers, but they are 'a', 1"),
    ],
)
def test_mistakes_are_explained(table, message):
    with pytest.raises(InputError) as error:
        check_table(table, "the table")
    assert message in str(error.value)


def test_an_array_gets_numbered_columns():
    numbers, container = check_table([[1, 2], [3, 4]])
    assert container == "array"
    assert list(numbers.columns) == [1, 2]


def test_masked_values_are_missing():
    table, _ = check_table(np.ma.masked_equal([[1, 2], [3, 4]], 4))
    assert table.isna().to_numpy().tolist() == [[False, False], [False, True]]


def test_text_dates_and_gaps_are_left_to_the_schema():
    mixed = GOOD.assign(c=["x", None], d=pd.to_datetime(["2020-01-01", None]), e=[[1], {}])
    table, container = check_training_table(mixed)
    assert container == "frame"
    pd.testing.assert_frame_equal(table, mixed)


def test_a_gap_beside_one_value_varies():
    check_training_table(pd.DataFrame({"a": ["x", None]}))
    with pytest.raises(InputError, match="must have a column that varies"):
        check_training_table(pd.DataFrame({"a": ["x", "x"], "b": [None, None]}))


def test_numbers_in_the_other_order_of_bytes_are_turned():
    other = np.array([[1.5, 2], [3, 4]]).astype(np.dtype(float).newbyteorder("S"))
    for table in (other, pd.DataFrame(other, columns=["a", "b"]).assign(c=["x", "y"])):
        found = check_table(table)[0]
        assert found.dtypes.iloc[0] == np.dtype(float)
        assert found.iloc[:, 0].tolist() == [1.5, 3]
