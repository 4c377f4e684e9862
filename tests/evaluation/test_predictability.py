"""What is learned of each column from the others: closed forms, copies, shuffled columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.evaluation.families import predictability
from tabgan.evaluation.families.predictability import judge, measure
from tabgan.evaluation.scores import NotComputableError, Score
from tabgan.evaluation.tables import make_tables


def draw(seed: int, n_rows: int = 1000) -> pd.DataFrame:
    """Two columns that tell each other with R2 = 0.8, a label that tells of the first, and noise that tells nothing."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=n_rows)
    table = pd.DataFrame({name: shared + np.sqrt(0.25) * rng.normal(size=n_rows) for name in "ab"})
    kind = np.where(shared + rng.normal(size=n_rows) > 0, "up", "down")
    return table.assign(kind=kind, noise=rng.normal(size=n_rows))


TRAIN, LIKE, TEST = (draw(seed) for seed in range(3))


def score(rows: pd.DataFrame, who: str = "synthetic", train: pd.DataFrame = TRAIN, test: pd.DataFrame = TEST):
    return measure(make_tables(train, rows, test), who, 0)


def test_copies_of_all_rows_teach_what_real_rows_teach_exactly():
    found = score(TRAIN)["global_utility"]
    assert (found.value, found.spread) == (1.0, 0.0)
    np.testing.assert_array_equal(found.per_column, [1, 1, 1, np.nan])
    assert found.note == "of 4 columns real rows predict 3 from the others; only these count"


def test_rows_of_the_same_source_are_within_the_spread():
    found = score(LIKE)
    assert found["global_utility"].value == pytest.approx(1, abs=3 * found["global_utility"].spread)
    assert 0 < found["global_utility"].spread < 0.03


def test_shuffled_columns_teach_nothing():
    found = score(LIKE, "shuffled")
    assert found["global_utility"].value == pytest.approx(0, abs=0.05)
    assert found["predictability"].value < 0.1


def test_a_skill_is_the_r2_that_noise_allows_or_the_auc_of_labels():
    """The variances are 1.25 and the covariance 1: R2 is 1 / 1.25^2 = 0.64, a little more with the label."""
    skills = score(TRAIN, "real")["predictability"].per_column
    assert skills[:2] == pytest.approx([0.64, 0.64], abs=0.06)
    assert 0.5 < skills[2] < 0.75  # 2 AUC - 1


def test_a_column_that_lost_its_ties_is_told_by_name():
    rows = LIKE.assign(kind=np.random.default_rng(3).permutation(LIKE["kind"]))
    tables = make_tables(TRAIN, rows, TEST)
    found = measure(tables, "synthetic", 0)
    assert found["global_utility"].per_column[2] < 0.15
    assert found["global_utility"].per_column[:2].min() > 0.85
    spec = predictability.SPECS["global_utility"]
    measured = {who: measure(tables, who, 0)["global_utility"] for who in ("synthetic", "real")}
    everyone = Score("global_utility", "", spec, measured, ("a", "b", "kind", "noise"))
    said = judge({"global_utility": everyone}, tables)
    assert said.level == "poor"
    assert "the worst is kind (" in said.text
    numbered = Score("global_utility", "", spec, measured, (1, 2, 3, 4))
    assert "the worst is column 3 (" in judge({"global_utility": numbered}, tables).text


def test_rows_without_values_teach_nothing_and_gaps_are_no_test():
    empty = score(LIKE.assign(b=np.nan))["global_utility"].per_column
    assert empty[1] == 0
    gappy = TEST.assign(b=TEST["b"].where(TEST.index < 500), kind=TEST["kind"].where(TEST.index > 300))
    found = score(TRAIN, test=gappy)
    assert found["global_utility"].value == 1
    assert found["predictability"].per_column[1] > 0.5


def test_of_many_columns_some_are_drawn_by_the_seed(monkeypatch):
    monkeypatch.setattr(predictability, "MOST_COLUMNS", 2)
    real, test = (table.drop(columns="noise") for table in (TRAIN, TEST))
    first, second = (score(real, train=real, test=test)["global_utility"] for _ in range(2))
    np.testing.assert_array_equal(first.per_column, second.per_column)
    assert np.isfinite(first.per_column).sum() == 2
    assert first.note == "of 3 columns 2 were drawn, of which real rows predict 2; only these count"
    monkeypatch.setattr(predictability, "MOST_OTHERS", 2)
    tables = make_tables(real, real, test)
    drawn = {tuple(np.isfinite(measure(tables, "real", seed)["predictability"].per_column)) for seed in range(6)}
    assert len(drawn) > 1


def test_where_nothing_tells_anything_nothing_is_scored():
    rng = np.random.default_rng(0)
    tables = [rng.normal(size=(200, 3)) for _ in range(3)]
    with pytest.raises(NotComputableError, match="real rows predict no column from the others"):
        score(*tables[:1], train=tables[1], test=tables[2])
    with pytest.raises(NotComputableError, match="no column"):
        score(LIKE[["a"]], train=TRAIN[["a"]], test=TEST[["a"]])
    with pytest.raises(NotComputableError, match="one side has 12"):
        score(LIKE.iloc[:12])
