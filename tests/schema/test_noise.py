"""What is off in the last bits is read as what it means; small numbers are meant as they are."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.errors import TabganWarning
from tabgan.schema.infer import learn_column
from tabgan.schema.noise import is_single, meant_decimals, settle
from tabgan.schema.texts.reading import DIALECT


@given(st.lists(st.integers(1, 10**6), min_size=1), st.integers(0, 4))
def test_decimals_are_found_in_sums_that_are_off(wholes, decimals):
    values = np.array([float(f"{w}e-{decimals}") for w in wholes])
    off = values + np.spacing(values) * 3
    exact = meant_decimals(values)
    assert exact <= decimals
    assert np.array_equal(settle(off, decimals), values)
    assert np.array_equal(settle(values, decimals), values)


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([0.1 + 0.2, 1.25, 7.5], 2),
        (np.cumsum(np.full(500, 0.1)), 1),
        ([1.1 * 3, 2.2, 1e-16 * 0.55511151231257], 1),  # what is left of 0.1 + 0.2 - 0.3
        (np.array([0.1, 0.25, 123.4], np.float32).astype(float), 2),
        ([0.1, 1e-17], None),  # a small number
        ([1 / 3, 0.5], None),
        (np.random.default_rng(0).normal(size=3000).astype(np.float32).astype(float), None),
        ([1.0, 2.9999999999999996], 0),
    ],
)
def test_decimals_are_those_that_are_meant(values, decimals):
    assert meant_decimals(np.asarray(values, float)) == decimals


def test_it_is_said_once_with_a_cell_and_the_option():
    fees = pd.Series([*np.round(np.random.default_rng(0).uniform(0, 9, 60), 2), 0.1 + 0.2], name="fee")
    assert learn_column(fees).decimals == 2  # of sums in memory nobody sees the last bits
    fees.attrs[DIALECT] = {"delimiter": ","}
    with pytest.warns(TabganWarning) as caught:
        column = learn_column(fees)
    (said,) = [str(warning.message) for warning in caught]
    assert "column 'fee': 1 of 61 numbers" in said
    assert "such as 0.30000000000000004 in row 61 for 0.3" in said
    assert "kinds={'fee': 'continuous'}" in said
    assert column.decimals == 2
    assert column.encode(fees).tolist() == [*fees[:-1], 0.3]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert learn_column(fees, "continuous").decimals is None


def test_numbers_of_single_precision_come_back_as_such():
    values = np.random.default_rng(0).normal(size=100).astype(np.float32).astype(float)
    column = learn_column(pd.Series(values))
    assert column.decimals is None
    back = column.round(np.random.default_rng(1).uniform(-1, 1, 500))
    assert is_single(back)
    assert np.array_equal(column.round(values), values)
