"""Numbers that come in steps: found where the values show it, and held to the last bit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan.errors import InputError
from tabgan.schema import Schema
from tabgan.schema.infer import learn_column
from tabgan.schema.steps import Grid, find_step

grids = st.builds(
    lambda decimals, step, start: Grid(decimals, step, float(f"{start}e-{decimals}")),
    st.integers(0, 6),
    st.integers(1, 10_000),
    st.integers(-(10**7), 10**7),
)


@given(grids, st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_rounding_twice_is_rounding_once(grid, values):
    once = grid.round(np.array(values))
    assert np.array_equal(grid.round(once), once)
    assert np.array_equal(np.round(once, grid.decimals), once)
    assert grid.holds(once).all()


@given(grids, st.lists(st.integers(-1000, 1000), min_size=1))
def test_numbers_on_the_grid_stay_to_the_last_bit(grid, places):
    first = round(grid.start * 10**grid.decimals)
    values = np.array([float(f"{first + grid.step * place}e-{grid.decimals}") for place in places])
    assert np.array_equal(grid.round(values), values)
    assert np.array_equal(grid.least_from(values), values)
    assert np.array_equal(grid.greatest_to(values), values)
    assert (grid.least_from(values, strict=True) > values).all()
    assert (grid.greatest_to(values, strict=True) < values).all()


@given(st.integers(-(2**53) + 20, 2**53 - 20))
def test_whole_numbers_are_told_apart_to_the_last(number):
    grid = Grid(0)
    assert grid.least_from(float(number)) == grid.greatest_to(float(number)) == number
    assert grid.least_from(float(number), strict=True) == number + 1
    assert grid.greatest_to(float(number), strict=True) == number - 1


@given(st.integers(1, 5000), st.integers(-50, 50), st.sets(st.integers(0, 400), min_size=1), st.integers(0, 3))
def test_no_value_breaks_the_step_that_is_found(step, offset, places, decimals):
    values = np.array([float(f"{offset + step * place}e-{decimals}") for place in sorted(places)])
    found = find_step(values, decimals)
    assert np.array_equal(Grid(decimals, found, values.min()).round(values), values)


@pytest.mark.parametrize(
    ("values", "decimals", "step"),
    [
        (np.arange(0, 200, 5), 0, 5),
        (np.arange(2, 200, 5), 0, 5),
        (np.arange(50, 90_000, 5000), 0, 5000),
        (np.arange(40) * 0.05, 2, 5),
        (np.arange(40) * 0.25, 2, 25),
        (np.arange(40) * 0.5, 1, 5),
        (np.arange(40), 0, 1),
        ([10, 20, 40, 80], 0, 1),  # four values may be chance
        (np.arange(0, 24, 2), 0, 1),  # twelve even numbers may be, too
        (np.arange(0, 80, 2), 0, 2),
        ([0, 50, 100] * 10, 0, 50),  # but not three that all rows have
        ([7.0], 0, 1),
        ([*range(100, 6000, 100), 1234, 5678, 4322, 2226, 898], 0, 1),  # five even ones beside hundreds may be chance
        ([95_000, *range(95_150, 105_000, 350)], 0, 50),  # multiples of 7 are no rounding
        ([*range(30), 7.5, 9.5, 12.5], 1, 5),  # three halves beside whole ones are none
    ],
)
def test_a_step_is_found_where_it_can_be_no_chance(values, decimals, step):
    assert find_step(np.round(np.asarray(values, float), decimals), decimals) == step


def test_few_random_whole_numbers_have_no_step():
    rng = np.random.default_rng(0)
    alarms = [find_step(rng.integers(0, 1000, n).astype(float), 0) > 1 for n in (5, 8, 12, 20) for _ in range(300)]
    assert not any(alarms)


@pytest.mark.parametrize("dtype", ["int64", "int8", "float64", "float32", "Int64", "str"])
def test_generated_numbers_stand_on_the_step_and_come_back_in_their_dtype(dtype):
    table = pd.DataFrame({"x": pd.Series(np.resize(np.arange(2, 127, 5), 100)).astype(dtype)})
    schema = Schema.learn(table)
    assert schema.columns[0].describe()["step"] == 5
    back = schema.restore(np.random.default_rng(0).uniform(-50, 200, (500, 1)))
    assert back.dtypes.equals(schema.restore(schema.to_matrix(table)).dtypes)
    values = back["x"].astype(float)
    assert ((values - 2) % 5 == 0).all()
    assert values.between(2, 122).all()


def test_an_open_end_is_on_the_step_too():
    table = pd.DataFrame({"x": np.resize(np.arange(2, 127, 5), 100).astype("int8")})
    schema = Schema.learn(table).without_ends()
    assert schema.columns[0].ends == (2.0, 127.0)
    assert schema.restore(np.array([[500.0], [-9.0]]))["x"].tolist() == [127, 2]


def test_values_between_steps_cannot_be_asked_for():
    column = learn_column(pd.Series(np.arange(50, 5000, 50), name="rent"))
    with pytest.raises(InputError, match="column 'rent' has values in steps of 50 from 50 on"):
        column.type.allow("==", 120, "rent=120", column)
    with pytest.raises(InputError, match=r"column 'rent' of the known rows \(120\) cannot be met"):
        column.check(np.array([120.0]), "column 'rent' of the known rows")
    allowed = column.type.allow(">", 120, "rent>120", column)
    assert (allowed.low, column.type.allow("<", 120, "rent<120", column).high) == (150, 100)


def test_values_of_a_fine_column_with_a_wide_step_can_be_asked_for_one_by_one():
    fine = learn_column(pd.Series(np.arange(0, 30_000) / 100, name="x"))
    wide = learn_column(pd.Series(np.arange(0, 30_000, 25) / 100, name="x"))
    wide.check(np.array([1.25]), "x")
    with pytest.raises(InputError, match="hardly ever be met"):
        fine.check(np.array([1.25]), "x")


def test_columns_that_are_asked_for_as_continuous_may_lie_between_whole_steps():
    column = learn_column(pd.Series(np.arange(0.0, 500, 5)), "continuous")
    assert column.type.step == 1
    assert column.round(np.array([1.234])).tolist() == [1.234]
