"""How many decimals a column has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.schema.numbers import count_decimals


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1), st.integers(0, 6))
def test_values_written_with_d_decimals_need_at_most_d(wholes, decimals):
    values = np.array([float(f"{w}e-{decimals}") for w in wholes])
    found = count_decimals(values)
    assert found is not None
    assert found <= decimals
    assert np.array_equal(np.round(values, found), values)


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([1.0, 2.0], 0),
        ([1.25], 2),
        ([0.1 + 0.2], None),
        ([2e15 + 0.25], 2),
        ([1 / 3], None),
        ([1e300], 0),
        ([1e-300], None),
        ([0.0, -0.5], 1),
        ([1e-10], 10),
        ([1e-11], None),
    ],
)
def test_decimals_of_known_values(values, decimals):
    assert count_decimals(np.array(values)) == decimals


def test_decimals_of_single_precision():
    assert count_decimals(np.array([0.1, 2.75], dtype=np.float32)) == 2
    assert count_decimals(np.array([2e6 + 0.25], dtype=np.float32)) == 1  # 2000000.2 is stored as 2000000.25
    assert count_decimals(np.array([1 / 3, 1e-6 / 3], dtype=np.float32)) is None
    assert count_decimals(np.array([1.001, 1.002], dtype=np.float16)) == 3
