"""Rows balanced on purpose are judged with the real shares; what is wrong, or equal by chance, is not excused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, evaluate
from tabgan.evaluation.balance import EQUAL, MORE_THAN_EQUAL, choose_by_shares, compare_shares
from tabgan.evaluation.features import GAP, Feature
from tabgan.evaluation.tables import make_tables
from tabgan.report.listing import format_evaluation
from tabgan.report.page import render_report
from tabgan.spelling import command_line


def draw(classes: np.ndarray, seed: int, shift: float = 0.0) -> pd.DataFrame:
    """A number that the class moves, one that follows it, and labels that it makes more frequent."""
    rng = np.random.default_rng(seed)
    x = 2.5 * classes + shift + rng.normal(size=len(classes))
    told = np.where(rng.random(len(classes)) < 0.3 + 0.4 * classes, "on", "off")
    return pd.DataFrame(
        {"x": x, "z": x + rng.normal(size=len(classes)), "told": told, "y": np.array(["no", "yes"])[classes]}
    )


def unequal(n_rows: int, seed: int, share: float = 0.1) -> pd.DataFrame:
    return draw((np.random.default_rng([seed, 1]).random(n_rows) < share).astype(int), seed)


TRAIN, HOLDOUT = unequal(1200, 0), unequal(800, 1)
TURNS = np.arange(1000) % 2
EVEN = draw(TURNS, 2)
FAMILIES = ["marginals", "dependence", "detection", "coverage", "utility", "privacy"]


@pytest.fixture(autouse=True)
def _quick(small_detectors):
    """All evaluations are quick."""


def test_balanced_rows_are_judged_as_real_ones_and_as_they_are_when_told():
    with command_line():
        result = evaluate(TRAIN, EVEN, HOLDOUT, "y", only=FAMILIES)
    assert {finding.level for finding in result.verdict.findings} <= {"good", "unknown"}
    real = TRAIN["y"].value_counts(normalize=True)
    count = len(result.tables.synthetic)
    assert count == int(500 / real["no"])  # as many as the 500 of the common class allow
    assert np.mean(result.tables.synthetic[:, 3]) == pytest.approx(real["yes"], abs=1 / count)
    said = f"balanced by column y, and judged as if its classes had the real shares: by {count:,} of 1,000 rows"
    for text in (str(format_evaluation(result)), render_report(result), " ".join(result.to_dict()["notes"])):
        assert said in text
        assert "--balanced none judges them as they are" in text
    assert "这些行按列 y 做了类别平衡" in render_report(result, lang="zh")
    plain = evaluate(TRAIN, EVEN, HOLDOUT, "y", only=FAMILIES, balanced="none")
    assert plain.verdict.level == "poor"
    assert "Do not use these rows" in plain.verdict.summary
    assert not any("balanced" in note for note in plain.notes)


def test_chosen_rows_get_what_rows_with_the_real_shares_get():
    chosen = evaluate(TRAIN, EVEN, HOLDOUT, "y", only=["marginals", "dependence", "detection"]).scores
    fresh = evaluate(TRAIN, unequal(550, 3), HOLDOUT, "y", only=["marginals", "dependence", "detection"]).scores
    for name in ("shape", "wasserstein", "pairs", "detection"):
        margin = 3 * np.hypot(chosen[name].spread, fresh[name].spread)
        assert chosen[name].value == pytest.approx(fresh[name].value, abs=margin), name


def test_rows_that_are_wrong_within_classes_are_not_excused():
    wrong = draw(TURNS, 2, shift=1.5)
    assert evaluate(TRAIN, wrong, HOLDOUT, "y", only=FAMILIES).verdict.level == "poor"
    swapped = EVEN.assign(y=EVEN["y"].map({"no": "yes", "yes": "no"}))
    assert evaluate(TRAIN, swapped, HOLDOUT, "y", only=FAMILIES).verdict.level == "poor"


def test_copies_in_balanced_rows_are_found():
    rare = TRAIN[TRAIN["y"] == "yes"].sample(500, replace=True, random_state=0)
    copies = pd.concat([TRAIN[TRAIN["y"] == "no"].iloc[:500], rare])
    result = evaluate(TRAIN, copies, HOLDOUT, "y", only=["privacy"])
    assert "Do not hand these rows out" in result.verdict.summary
    assert len(result.tables.all_rows("synthetic")) == 1000  # closeness and membership look at all
    assert len(result.tables.synthetic) < 600
    assert len(result.tables.all_rows("smote")) == len(result.tables.synthetic)
    missed = pd.concat([EVEN[EVEN["y"] == "no"], rare])  # a class by heart: half of all rows, a tenth of the chosen
    one = evaluate(TRAIN, missed, HOLDOUT, "y", only=["privacy"])
    assert one.scores["copies"].value == pytest.approx(0.1, abs=0.03)
    assert one.verdict.level == "fair"


@pytest.mark.parametrize("target", ["y", None])
def test_equal_real_classes_are_left_alone(target):
    real, rows = draw(np.arange(600) % 2, 0), draw(np.arange(400) % 2, 1)
    told, plain = (make_tables(real, rows, target=target, balanced=balanced) for balanced in ("auto", "none"))
    assert told.notes == plain.notes
    assert told.balance is None
    for who, table in plain.contestants.items():
        np.testing.assert_array_equal(told.contestants[who], table)


def test_few_rows_are_not_excused():
    assert make_tables(TRAIN, EVEN.iloc[:8], HOLDOUT, "y").balance is None
    assert make_tables(TRAIN, EVEN.iloc[:60], HOLDOUT, "y").balance is not None


@pytest.mark.parametrize("shares", [(0.9, 0.1), (0.6, 0.4), (0.5, 0.3, 0.2), (0.7, 0.2, 0.05, 0.05)])
def test_rows_with_the_real_shares_are_hardly_ever_taken_for_balanced(shares):
    rng = np.random.default_rng(0)
    real = rng.multinomial(2000, shares)
    found = [compare_shares(real, rng.multinomial(n, shares)) for n in (6, 20, 60, 200, 1000) for _ in range(1000)]
    assert sum(chance is not None for chance in found) <= 5


def test_equal_shares_are_found_whatever_was_filtered_afterwards():
    rng = np.random.default_rng(0)
    real = np.array([700, 200, 100])
    assert compare_shares(real, np.array([134, 133, 133])) == 0
    kept = [rng.binomial(200, 0.8, size=3) for _ in range(200)]
    assert all(chance <= EQUAL for counts in kept if (chance := compare_shares(real, counts)) is not None)
    drawn = [compare_shares(real, rng.multinomial(600, [1 / 3] * 3)) for _ in range(2000)]
    assert np.mean([chance <= EQUAL for chance in drawn]) == pytest.approx(EQUAL, abs=0.02)
    assert np.mean([chance <= MORE_THAN_EQUAL for chance in drawn]) == pytest.approx(MORE_THAN_EQUAL, abs=0.02)
    assert compare_shares(real, np.array([260, 180, 160])) > EQUAL  # nearer to equal than to real, but not equal
    assert compare_shares(np.array([540, 460]), np.array([5000, 5000])) is None  # hardly anything is excused by it
    assert compare_shares(np.array([9, 4]), np.array([500, 500])) is None  # the real shares may be equal
    assert compare_shares(real, np.array([300, 300, 0])) is None
    assert compare_shares(np.array([1000]), np.array([300])) is None


def test_another_column_is_found_if_it_is_the_most_equal():
    real = TRAIN.assign(w=np.where(np.arange(1200) % 5, "a", "b"))
    turns = np.where(np.arange(1000) // 2 % 2, "a", "b")
    rows = unequal(1000, 4).assign(w=turns)
    for target in (None, "y"):
        assert "by column w" in make_tables(real, rows, HOLDOUT.assign(w="a"), target).balance
    both = EVEN.assign(w=turns)
    assert "by column y" in make_tables(real, both, HOLDOUT.assign(w="a"), "y").balance
    assert "by column w" in make_tables(real, both, HOLDOUT.assign(w="a"), "w").balance
    nearly = rows.assign(w=np.where(np.arange(1000) < 510, "a", "b"))
    assert make_tables(real, nearly, HOLDOUT.assign(w="a"), "y").balance is None  # of many columns one may be so
    assert "by column w" in make_tables(real, nearly, HOLDOUT.assign(w="a"), "w").balance
    assert "by column w" in make_tables(real, nearly, HOLDOUT.assign(w="a"), "y", balanced="w").balance


def test_rows_are_chosen_by_whole_numbers_and_none_twice():
    feature = Feature("y", ("a", "b", "c", GAP, "unseen"), 4)
    real = np.repeat([0.0, 1, 2, 3], [60, 30, 10, 5])[:, None]
    codes = np.repeat([0.0, 1, 2, 4], [30, 30, 30, 10])
    rows = np.column_stack([codes, np.arange(100)])
    chosen = choose_by_shares(feature, 0, real, rows, 1000, np.random.default_rng(0))
    assert len(chosen) == int(30 / (0.6 * 0.9))  # a tenth of the rows has no real class and keeps its share
    np.testing.assert_allclose(np.bincount(chosen[:, 0].astype(int)) / 55, [0.54, 0.27, 0.09, 0, 0.1], atol=1 / 55)
    assert len(set(chosen[:, 1])) == 55
    assert (np.diff(chosen[:, 1]) > 0).all()
    assert len(choose_by_shares(feature, 0, real, rows, 20, np.random.default_rng(0))) == 20
    lacking = rows[(codes != 0) & (codes != 4)]
    chosen = choose_by_shares(feature, 0, real, lacking, 1000, np.random.default_rng(0))
    assert np.bincount(chosen[:, 0].astype(int)).tolist() == [0, 30, 10]
    strange = choose_by_shares(feature, 0, real, rows[codes == 4], 1000, np.random.default_rng(0))
    assert len(strange) == 10


def test_large_tables_are_chosen_at_once():
    tables = make_tables(TRAIN.iloc[:300], draw(np.arange(4000) % 2, 5), HOLDOUT, "y")
    assert len(tables.synthetic) == 300
    assert tables.notes == (tables.balance,)
    assert "by 300 of 4,000 rows" in tables.balance
    again, other = (make_tables(TRAIN, EVEN, HOLDOUT, "y", random_state=seed).synthetic for seed in (0, 1))
    np.testing.assert_array_equal(again, make_tables(TRAIN, EVEN, HOLDOUT, "y").synthetic)
    assert not np.array_equal(again, other)


def test_a_column_that_is_told_must_be_one_of_labels():
    message = (
        "balanced must be auto, none or a column of labels that is scored, but is 'x'; the columns of labels are: told"
    )
    with pytest.raises(InputError, match=message):
        evaluate(TRAIN, EVEN, HOLDOUT, balanced="x")
    assert make_tables(TRAIN, EVEN, HOLDOUT, "y", balanced=None).balance is None
