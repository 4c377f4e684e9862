"""How many rows an amount is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.augmentation.amounts import count_rows, is_imbalanced, read_amount
from tabgan.errors import InputError

CODES = st.lists(st.integers(0, 4), min_size=2, max_size=60).map(np.array)


@given(CODES, st.integers(1, 500))
def test_a_number_is_shared_equally(codes: np.ndarray, n: int):
    counts = count_rows(n, codes, 5)
    assert sum(counts.values()) == n
    assert set(counts) == set(codes.tolist())
    assert max(counts.values()) - min(counts.values()) <= 1


@given(CODES)
def test_balance_makes_all_classes_as_large_as_the_largest(codes: np.ndarray):
    counts, present = count_rows("balance", codes, 5), np.bincount(codes, minlength=5)
    assert {present[code] + n for code, n in counts.items()} == {present.max()}
    more = count_rows("balance+2x", codes, 5)
    assert sum(more.values()) == sum(counts.values()) + 2 * len(codes)


def test_numbers_have_no_classes():
    assert count_rows("3x", np.arange(10.0), 0) == {None: 30}
    assert count_rows("0.5x", np.arange(10.0), 0) == {None: 5}


def test_imbalanced_is_what_takes_more_than_three_tenths():
    assert not is_imbalanced(np.repeat([0, 1], [50, 35]), 2)
    assert is_imbalanced(np.repeat([0, 1], [70, 30]), 2)
    assert not is_imbalanced(np.arange(10.0), 0)


@pytest.mark.parametrize(
    ("given_", "read"),
    [("auto", "auto"), (" Balance", "balance"), (200, 200), ("200", 200), ("3X", "3x"), ("balance+50", "balance+50")],
)
def test_amounts_are_read(given_: object, read: object):
    assert read_amount(given_, 2) == read


@pytest.mark.parametrize(
    "given_", ["", "0", 0, -3, "-3x", "0x", "x", "3 x y", True, None, 2.5, "nan", "1e9", "balance+", "٣x"]
)
def test_what_is_no_amount_is_refused(given_: object):
    with pytest.raises(InputError, match="amount must be auto"):
        read_amount(given_, 2)


def test_numbers_cannot_be_balanced():
    with pytest.raises(InputError, match="is for classes, but the target is a number"):
        read_amount("balance", 0)
