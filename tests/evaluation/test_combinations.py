"""Combinations that no real row has, where only few exist: planted shares, copies, shuffled columns, the ceiling."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.evaluation.families.combinations import FAMILY, judge, measure
from tabgan.evaluation.scores import NotComputableError, Score
from tabgan.evaluation.tables import make_tables

PRICES = {"north": (1.5, 2.25, 7.0), "south": (1.75, 3.5, 9.25), "west": (4.5, 5.25, 6.75)}


def draw(seed: int, n_rows: int = 400) -> pd.DataFrame:
    """A catalogue: each shop has three prices of its own; a number that is tied to nothing."""
    rng = np.random.default_rng(seed)
    shop = rng.choice(list(PRICES), n_rows)
    price = [PRICES[one][place] for one, place in zip(shop, rng.integers(3, size=n_rows), strict=True)]
    return pd.DataFrame({"shop": shop, "price": price, "free": rng.normal(size=n_rows)})


TRAIN, LIKE, TEST = (draw(seed) for seed in range(3))


def score(rows: pd.DataFrame, who: str = "synthetic", train: pd.DataFrame = TRAIN, test: pd.DataFrame | None = TEST):
    return measure(make_tables(train, rows, test), who, 0)["impossible_combinations"]


@pytest.mark.parametrize("test", [TEST, None])
def test_rows_of_the_same_source_have_none(test):
    for who in ("synthetic", "real", "copies"):
        found = score(LIKE, who, test=test)
        assert (found.value, found.spread) == (0, 0)
        np.testing.assert_array_equal(found.per_column, [0, 0, np.nan])
        assert found.per_class.to_dict() == {"shop × price": 0}


def test_one_row_of_ten_with_a_foreign_price_is_a_tenth():
    rows = LIKE.assign(price=LIKE["price"].where(LIKE.index % 10 > 0, LIKE["shop"].map(dict(north=9.25))).fillna(1.5))
    foreign = [price not in PRICES[shop] for shop, price in zip(rows["shop"], rows["price"], strict=True)]
    found = score(rows)
    assert found.value == pytest.approx(np.mean(foreign))
    assert 0.05 < found.value <= 0.1
    assert found.spread == pytest.approx(np.sqrt(found.value * (1 - found.value) / 400))


def test_a_value_that_no_real_row_has_makes_no_combination_that_exists():
    assert score(LIKE.assign(price=LIKE["price"] + 0.25 * (LIKE.index < 100))).value == pytest.approx(0.25, abs=0.06)
    assert score(LIKE.assign(price=LIKE["price"] + 1e-9)).value == 0  # rounded as real prices are


def test_shuffled_columns_have_what_independence_brings():
    assert score(LIKE, "shuffled").value == pytest.approx(2 / 3, abs=0.06)  # two of three prices are another shop's


@pytest.mark.filterwarnings("ignore:400 of 400 synthetic rows are in the holdout")
def test_the_ceiling_is_what_is_new_in_real_rows():
    rare = TEST.assign(
        price=TEST["price"].where(TEST.index > 1, 9.25), shop=TEST["shop"].where(TEST.index > 1, "north")
    )
    assert score(LIKE, "real", test=rare).value == pytest.approx(2 / 400)
    assert score(rare, test=rare).value == 0  # rows of the reference are real


@pytest.mark.parametrize(("share", "level"), [(0.0, "good"), (0.05, "fair"), (0.5, "poor")])
def test_the_verdict_names_the_columns(share, level):
    tables = make_tables(TRAIN, LIKE.assign(price=LIKE["price"].where(LIKE.index >= 400 * share, 0.0)), TEST)
    spec = FAMILY.specs["impossible_combinations"]
    measured = {who: measure(tables, who, 0)["impossible_combinations"] for who in ("synthetic", "real")}
    everyone = Score("impossible_combinations", "combinations", spec, measured, tuple(tables.names))
    said = judge({"impossible_combinations": everyone}, tables)
    assert said.level == level
    assert "of shop × price it is" in said.text


def test_where_nothing_is_tied_it_is_said():
    with pytest.raises(NotComputableError, match="in no group of columns are the combinations of values few"):
        score(LIKE[["shop", "free"]], train=TRAIN[["shop", "free"]], test=TEST[["shop", "free"]])
