"""Distances by hand; copies are found, and independent draws are not accused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from tabgan.evaluation.families.privacy import SPECS, measure
from tabgan.evaluation.features import Feature
from tabgan.evaluation.scores import NotComputableError
from tabgan.evaluation.tables import Tables, make_tables

WITH_HOLDOUT = {"closeness", "dcr_ratio", "nearer_train", "membership"}


def draws(n_rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.normal(size=(n_rows, 3)), columns=list("abc"))
    return table.assign(kind=rng.choice(list("xyz"), n_rows))


def on_a_line(train: np.ndarray, reference: np.ndarray, rows: np.ndarray, has_holdout: bool = True) -> Tables:
    contestants = {"synthetic": rows[:, None], "real": train[:, None]}
    return Tables((Feature("x", decimals=2),), train[:, None], reference[:, None], contestants, None, has_holdout)


def test_distances_are_those_worked_by_hand():
    """Learned rows at 0, 10, ..., 190, others at 4, 14, ..., and rows at 1, 11, ...: 1, 9 and 3 apart."""
    train = np.arange(20) * 10.0
    tables = on_a_line(train, train + 4, train + 1)
    unit = np.concatenate([train, train + 4]).std(ddof=1)
    found = measure(tables, "synthetic", 0)
    assert found["dcr"].value == pytest.approx(1 / unit)
    assert found["nndr"].value == pytest.approx(1 / 9)
    assert found["dcr_ratio"].value == pytest.approx(1 / 3)
    assert found["closeness"].value == pytest.approx(1 / 3)  # learned rows are 1 from the rows, others 3
    assert found["nearer_train"].value == 1
    assert found["near_copies"].value == 1
    assert found["copies"].value == 0
    assert found["membership"].value == 1  # learned rows are 1 from the rows, others 3
    assert found["membership"].note == "95% confidence interval 1.000 to 1.000"
    real = measure(tables, "real", 0)
    assert real["dcr"].value == pytest.approx(4 / unit)  # the others to the learned
    assert real["nndr"].value == pytest.approx(4 / 6)
    assert real["dcr_ratio"].value == pytest.approx(10 / 4)  # the learned to each other, beside the others
    assert real["nearer_train"].value == 0
    assert real["near_copies"].value == 1  # all are equally near


def test_without_a_holdout_learned_rows_are_compared_with_each_other():
    train = np.append(np.arange(39) * 10.0, 0)
    tables = on_a_line(train, train[::2], train[1::2] + 1, has_holdout=False)
    found, real = measure(tables, "synthetic", 0), measure(tables, "real", 0)
    assert set(found) == set(SPECS) - WITH_HOLDOUT
    assert "without a holdout" in found["dcr"].note
    assert real["dcr"].value == pytest.approx(10 / train.std(ddof=1))
    assert real["copies"].value == 2 / 40  # the two at 0
    assert real["nndr"].value == pytest.approx(1)


def test_copies_are_found_by_every_score():
    train, holdout = draws(800, 0), draws(800, 1)
    found = measure(make_tables(train, train.iloc[:500], holdout), "synthetic", 0)
    assert (found["copies"].value, found["dcr"].value, found["nndr"].value, found["near_copies"].value) == (1, 0, 0, 1)
    assert (found["dcr_ratio"].value, found["nearer_train"].value) == (0, 1)
    assert found["membership"].value > 0.8  # 500 of 800 learned rows are there
    assert found["closeness"].value == 0
    everything = measure(make_tables(train, train, holdout), "synthetic", 0)
    assert everything["membership"].value == 1


def test_some_copies_count_as_some():
    train, holdout = draws(800, 0), draws(800, 1)
    rows = pd.concat([train.iloc[:100], draws(300, 2)])
    found = measure(make_tables(train, rows, holdout), "synthetic", 0)
    assert found["copies"].value == 0.25
    assert found["copies"].spread == pytest.approx(np.sqrt(0.25 * 0.75 / 400))
    assert 0.25 < found["near_copies"].value < 0.35


@pytest.mark.parametrize("who", ["synthetic", "real"])
def test_independent_draws_are_not_accused(who):
    found = measure(make_tables(draws(1500, 0), draws(1500, 1), draws(1500, 2)), who, 0)
    for name, fair in {
        "closeness": 1,
        "dcr_ratio": 1,
        "nearer_train": 0.5,
        "membership": 0.5,
        "near_copies": 0.05,
    }.items():
        assert found[name].value == pytest.approx(fair, abs=3 * found[name].spread), name
    assert found["copies"].value == 0


def test_membership_is_the_auc_of_the_distance():
    train, rows, holdout = np.random.default_rng(0).normal(size=(3, 60))
    rows = np.where(np.arange(60) < 30, train, rows)
    gaps = [np.abs(real[:, None] - rows).min(axis=1) for real in (train, holdout)]
    expected = roc_auc_score(np.arange(120) < 60, -np.concatenate(gaps))
    found = measure(on_a_line(train, holdout, rows), "synthetic", 0)["membership"]
    assert found.value == pytest.approx(expected)
    assert 0.01 < found.spread < 0.1


def test_rows_are_equal_when_they_are_written_equally():
    train = np.append(np.arange(1, 21) / 4, [0.0, np.nan])
    rows = np.append(train[:20] + 1e-12, [-0.0, np.nan])
    assert measure(on_a_line(train, train + 100, rows), "synthetic", 0)["copies"].value == 1
    assert measure(on_a_line(train, train + 100, rows + 0.01), "synthetic", 0)["copies"].value == 1 / 22  # the gap
    exactly = Tables((Feature("x"),), train[:, None], train[:, None] + 100, {"synthetic": rows[:, None]}, None, True)
    assert measure(exactly, "synthetic", 0)["copies"].value == 2 / 22


def test_a_small_holdout_does_not_hide_copies():
    """Ratios need equally many rows; the distance to the learned rows itself is to all of them."""
    train = draws(1000, 0)
    found = measure(make_tables(train, train.iloc[:400], draws(50, 1)), "synthetic", 0)
    assert found["near_copies"].value == 1
    assert found["dcr"].value == 0
    assert found["dcr_ratio"].value < 1
    assert 0.5 < found["nearer_train"].value < 0.7  # 5% of the copies meet their original
    assert found["closeness"].value < 0.8  # four tenths of the learned rows do


def test_the_same_call_gives_the_same_numbers():
    found = [measure(make_tables(draws(300, 0), draws(300, 1), draws(200, 2)), "smote", 0) for _ in range(2)]
    assert found[0] == found[1]


def test_too_few_rows_say_so():
    with pytest.raises(NotComputableError, match="there must be 20 each"):
        measure(make_tables(draws(300, 0), draws(300, 1), draws(19, 2)), "synthetic", 0)
