"""Rules that were planted are found and no others; broken in one row of ten, they are kept in nine."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabgan.evaluation.families.rules import FAMILY, judge, measure
from tabgan.evaluation.scores import NotComputableError, Score
from tabgan.evaluation.tables import make_tables
from tabgan.preprocessing.exact_rules import find_rules


def plant(seed: int, n_rows: int = 300) -> pd.DataFrame:
    """Parts and their sum, a price in two currencies, a start before an end, a copy, and a column tied to nothing."""
    rng = np.random.default_rng(seed)
    a, b = rng.gamma(2, 5, n_rows).round(2), rng.gamma(2, 5, n_rows).round(2)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, n_rows), unit="D")
    price = rng.uniform(1, 100, n_rows).round(2)
    return pd.DataFrame(
        {
            "a": a,
            "b": b,
            "sum": (a + b).round(2),
            "price": price,
            "cents": (100 * price).round(),
            "start": start,
            "end": start + pd.to_timedelta(rng.integers(0, 200, n_rows), unit="D"),
            "free": rng.normal(20, 10, n_rows),
        }
    )


RULES = {"a + b = sum", "100 price = cents", "start ≤ end"}
TRAIN, LIKE, TEST = (plant(seed) for seed in range(3))


def score(rows: pd.DataFrame, train: pd.DataFrame = TRAIN, test: pd.DataFrame | None = TEST):
    return measure(make_tables(train, rows, test), "synthetic", 0)


@pytest.mark.parametrize("test", [TEST, None])
def test_planted_rules_are_found_and_no_others(test):
    found = score(LIKE, test=test)
    assert set(found["rules_kept"].per_class.index) == RULES
    assert (found["rules_kept"].value, found["rules_kept"].spread) == (1.0, 0.0)


def test_rows_that_break_a_sum_in_one_of_ten_keep_it_in_nine():
    broken = LIKE.assign(sum=LIKE["sum"] + 0.01 * (LIKE.index % 10 == 0))
    found = score(broken)
    assert found["rules_kept"].value == found["worst_rule"].value == pytest.approx(0.9)
    assert found["rules_kept"].spread == pytest.approx(np.sqrt(0.9 * 0.1 / 300))
    assert found["rules_kept"].per_class.to_dict() == pytest.approx(dict.fromkeys(RULES, 1.0) | {"a + b = sum": 0.9})
    apart = score(broken.assign(end=LIKE["end"].where(LIKE.index % 10 != 1, LIKE["start"] - pd.Timedelta(days=1))))
    assert apart["rules_kept"].value == pytest.approx(0.8)
    assert apart["worst_rule"].value == pytest.approx(0.9)


@pytest.mark.parametrize(("share", "level"), [(0, "good"), (0.05, "fair"), (0.5, "poor")])
def test_the_verdict_names_the_rule_that_is_broken_most(share, level):
    tables = make_tables(TRAIN, LIKE.assign(sum=LIKE["sum"] + (LIKE.index < 300 * share)), TEST)
    spec = FAMILY.specs["rules_kept"]
    measured = {who: measure(tables, who, 0)["rules_kept"] for who in ("synthetic", "real")}
    said = judge({"rules_kept": Score("rules_kept", "rules", spec, measured, tuple(tables.names))}, tables)
    assert said.level == level
    assert ("broken most is a + b = sum" in said.text) == bool(share)


def test_shuffled_columns_break_and_copies_keep():
    tables = make_tables(TRAIN, LIKE, TEST)
    assert measure(tables, "shuffled", 0)["rules_kept"].value < 0.1
    assert measure(tables, "copies", 0)["rules_kept"].value == 1
    assert measure(tables, "real", 0)["rules_kept"].value == 1


def test_a_rule_that_one_real_row_breaks_is_none():
    odd = TEST.assign(sum=TEST["sum"] + (TEST.index == 7))
    assert "a + b = sum" not in score(LIKE, test=odd)["rules_kept"].per_class.index


def test_rounding_is_no_fault_but_more_than_real_rows_need_is():
    train, rows, test = (
        table[["a", "b", "free"]].assign(sum=(table["a"] + table["b"]).round(1)) for table in (TRAIN, LIKE, TEST)
    )
    found = score(rows, train, test)
    assert found["rules_kept"].per_class.to_dict() == {"a + b = sum": 1.0}
    assert score(rows.assign(sum=rows["sum"] + 0.1), train, test)["rules_kept"].value < 0.2


def test_gaps_break_nothing_and_equal_columns_are_said_once():
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table = table.assign(copy=table["a"], again=table["a"], few=(table["free"] > 20) + 0)
        return table.assign(least=np.minimum(table["few"], 0), b=table["b"].where(table["free"] > 5))

    found = score(change(LIKE), change(TRAIN), change(TEST))["rules_kept"]
    assert set(found.per_class.index) == RULES | {"a = copy", "a = again"}
    assert found.value == 1


def test_small_whole_numbers_take_part():
    def draw(seed: int) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        rooms = rng.integers(1, 9, 200)
        return pd.DataFrame({"beds": rng.integers(1, rooms + 1), "rooms": rooms, "kind": rng.choice(["x", "y"], 200)})

    rows = draw(1)
    assert set(score(rows, draw(0), draw(2))["rules_kept"].per_class.index) == {"beds ≤ rooms"}
    rows.loc[:19, ["beds", "rooms"]] = (8, 1)
    assert score(rows, draw(0), draw(2))["rules_kept"].value == pytest.approx(0.9)


@settings(max_examples=30)
@given(st.integers(0, 2**31), st.integers(2, 8))
def test_columns_that_know_nothing_of_each_other_have_no_rules(seed, n_columns):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(200, n_columns)).round(1)
    assert find_rules(values, np.full(n_columns, 0.05), np.zeros(n_columns, bool), rng) == []


def test_where_no_rule_holds_it_is_said():
    with pytest.raises(NotComputableError, match="no equality, ratio, order or sum of columns holds in all real rows"):
        score(LIKE[["a", "free"]], TRAIN[["a", "free"]], TEST[["a", "free"]])


def test_numbers_whose_squares_are_none_have_no_rule():
    rng = np.random.default_rng(0)
    values = np.column_stack([rng.random(150) * 1e-300, rng.integers(0, 2, 150), rng.random((150, 2))])
    assert find_rules(values, np.full(4, 0.0), np.zeros(4, bool), rng) == []
