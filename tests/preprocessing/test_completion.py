"""What fills gaps moves to where rules hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.preprocessing.completion import complete
from tabgan.preprocessing.constraints import Constraints
from tabgan.schema import Schema

RULES = ["net + tax == gross", "low <= x <= high", "start < end", "code -> name", "f ~= 1.8*c + 32", "net != tax"]


def make_table(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    net, tax = rng.gamma([[3], [2]], [[20], [5]], (2, n)).round(2)
    low, x, high = rng.integers([[0], [1], [1]], [[50], [20], [30]], (3, n)).cumsum(axis=0)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, n), "D")
    end = start + pd.to_timedelta(rng.integers(1, 60, n), "D")
    code, c = rng.choice(list("ABCD"), n), rng.normal(20, 5, n).round(1)
    numbers = {"net": net, "tax": tax, "gross": (net + tax).round(2), "low": low, "x": x, "high": high}
    texts = {"code": code, "name": pd.Series(code).map({"A": "alpha", "B": "beta", "C": "gamma", "D": "delta"})}
    return pd.DataFrame({**numbers, "start": start, "end": end, **texts, "c": c, "f": (1.8 * c + 32).round(0)})


@pytest.fixture(scope="module")
def learned() -> tuple[Constraints, np.ndarray]:
    table = make_table(400)
    schema = Schema.learn(table)
    rows = schema.round(schema.to_matrix(table))
    return Constraints.parse(RULES, schema, rows), rows


def fill_and_complete(learned: tuple[Constraints, np.ndarray], gaps: np.ndarray) -> np.ndarray:
    """Fill gaps from other rows, and check that what is known stays."""
    constraints, rows = learned
    donors = np.roll(rows, 7, axis=0)
    made = complete(np.where(gaps, donors, rows), donors, gaps, constraints)
    np.testing.assert_array_equal(made[~gaps], rows[~gaps])
    np.testing.assert_array_equal(constraints.schema.round(made), made)
    return made


@pytest.mark.parametrize("name", ["net", "tax", "gross", "low", "x", "high", "start", "end", "name", "c", "f"])
def test_one_gap_in_a_row_is_filled_so_that_all_rules_hold(learned, name):
    constraints, rows = learned
    gaps = np.zeros(rows.shape, bool)
    gaps[:, list(constraints.schema.names).index(name)] = True
    assert constraints.holds(fill_and_complete(learned, gaps)).all()


def test_many_gaps_are_filled_so_that_almost_all_rules_hold(learned):
    constraints, rows = learned
    gaps = np.random.default_rng(1).random(rows.shape) < 0.4
    gaps[:, list(constraints.schema.names).index("code")] = (
        False  # a name goes with one code of several, which is drawn
    )
    assert constraints.holds(np.where(gaps, np.roll(rows, 7, axis=0), rows)).mean() < 0.1
    assert constraints.holds(fill_and_complete(learned, gaps)).mean() > 0.99


def test_what_keeps_the_rules_stays(learned):
    constraints, rows = learned
    gaps = np.ones(rows.shape, bool)
    assert complete(rows, rows, gaps, constraints).tobytes() == rows.tobytes()


def test_rows_that_nothing_can_mend_stay_as_they_are_filled(learned):
    constraints, rows = learned
    names = list(constraints.schema.names)
    some, gaps = rows[:5].copy(), np.zeros((5, len(names)), bool)
    some[:, names.index("low")], some[:, names.index("high")] = 60, 3
    gaps[:, names.index("x")] = True
    assert not constraints.holds(complete(some, rows[5:10], gaps, constraints)).any()


def test_the_largest_numbers_are_no_fault():
    table = pd.DataFrame({"a": [-1.7e308, 1.7e308, 1e308], "b": [-1e308, 1.7e308, 1.5e308]})
    schema = Schema.learn(table)
    rules, donors = Constraints.parse("a <= b", schema), schema.to_matrix(table)
    filled = complete(np.array([[1.6e308, -1e308]]), donors[:1], np.array([[False, True]]), rules)
    assert filled[0, 0] <= filled[0, 1] <= 1.7e308
