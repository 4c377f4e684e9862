"""What models learn from rows against scikit-learn by hand and closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, r2_score, recall_score, roc_auc_score

from tabgan.evaluation.closeness import to_points
from tabgan.evaluation.families.utility import SPECS, measure
from tabgan.evaluation.features import Feature
from tabgan.evaluation.predictions import ClassPredictions, NumberPredictions, Task, make_task
from tabgan.evaluation.scores import NotComputableError
from tabgan.evaluation.tables import make_tables


def linear(n_rows: int, seed: int) -> pd.DataFrame:
    """y = a + b + noise of variance 1/2, so that the best R2 is 2 / 2.5 = 0.8."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.normal(size=(n_rows, 2)), columns=["a", "b"])
    return table.assign(y=table["a"] + table["b"] + np.sqrt(0.5) * rng.normal(size=n_rows))


def classes(n_rows: int, seed: int, names: str = "xyz") -> pd.DataFrame:
    """Classes one apart on a line, with a column of labels that also tells."""
    rng = np.random.default_rng(seed)
    code = rng.integers(len(names), size=n_rows)
    told = np.where(rng.random(n_rows) < 0.5, code, rng.integers(len(names), size=n_rows))
    return pd.DataFrame(
        {
            "a": code + rng.normal(size=n_rows),
            "told": np.array(list("pqrst"))[told],
            "y": np.array(list(names))[code],
        }
    )


@st.composite
def answered(draw):
    truth = np.array([0, 2, *draw(st.lists(st.sampled_from([0, 1, 2]), min_size=2, max_size=30))])
    weights = st.lists(st.integers(1, 5), min_size=4, max_size=4)
    probabilities = np.array([draw(weights) for _ in truth], float)
    return truth, probabilities / probabilities.sum(axis=1, keepdims=True)


@given(answered())
def test_the_scores_of_classes_are_those_of_sklearn(case):
    truth, probabilities = case
    predictions, places = ClassPredictions(truth, probabilities), np.arange(len(truth))
    present, predicted = np.unique(truth), probabilities.argmax(axis=1)
    if len(present) == 2:
        areas = [roc_auc_score(truth == present[1], probabilities[:, present[1]] - probabilities[:, present[0]])]
    else:
        areas = [roc_auc_score(truth == c, probabilities[:, c]) for c in present]
    settings = dict(labels=present, average=None, zero_division=0)
    assert predictions.skill(places) == pytest.approx(np.mean(areas))
    assert predictions.f1(places) == pytest.approx(f1_score(truth, predicted, **settings).mean())
    assert predictions.recalls(places) == pytest.approx(recall_score(truth, predicted, **settings))


def test_scores_of_some_rows_leave_out_what_they_do_not_show():
    predictions = ClassPredictions(np.array([0, 1, 2, 2]), np.eye(3)[[0, 1, 2, 0]])
    assert predictions.skill(np.array([0, 0, 1])) == 1
    assert np.isnan(predictions.skill(np.array([1, 1])))
    assert np.isnan(predictions.recalls(np.array([0, 2]))[1])
    numbers = NumberPredictions(np.array([1.0, 1.0, 3.0]), np.array([1.0, 2.0, 3.0]))
    assert numbers.skill(np.arange(3)) == pytest.approx(r2_score(numbers.truth, numbers.predicted))
    assert np.isnan(numbers.skill(np.array([0, 1])))


@pytest.fixture(scope="module")
def numbers():
    return make_tables(linear(1500, 0), linear(1500, 1), linear(3000, 2), "y")


def test_a_linear_target_gets_the_r2_that_its_noise_allows(numbers):
    for who in ("synthetic", "real"):
        found = measure(numbers, who, 0)
        assert found["tstr_linear"].value == pytest.approx(0.8, abs=3 * found["tstr_linear"].spread)
        assert found["tstr_linear"].spread == pytest.approx(np.sqrt(4 * 0.8 * 0.2**2 / 3000), rel=0.5)
        assert 0.7 < found["tstr"].value < 0.8
        assert found["tstr"].note == "R2"
        assert set(found) == {"tstr", "tstr_linear", "gain", "gain_linear"}


def test_more_of_the_same_helps_and_useless_rows_do_harm(numbers):
    fresh, useless = measure(numbers, "synthetic", 0)["gain"], measure(numbers, "shuffled", 0)
    assert fresh.value > 0
    assert fresh.spread < 0.005  # paired: that of each score alone is larger
    assert measure(numbers, "synthetic", 0)["tstr"].spread > 0.005
    assert useless["tstr"].value < 0.1
    assert useless["gain"].value < 0
    assert useless["gain_linear"].value < -0.1
    assert useless["gain"].note == "R2"
    half = measure(numbers, "real", 0)["gain"]
    assert half.value > 0
    assert "one half" in half.note


def test_a_gain_says_that_one_fit_and_one_draw_cannot_tell(numbers):
    found = measure(numbers, "synthetic", 0)
    for name in ("gain", "gain_linear"):
        assert "R2; the interval is that of test rows alone, another fit or draw changes it by more" in found[name].note
        assert "`tabgan augment` repeats both" in found[name].note
        assert not SPECS[name].has_ceiling


def test_the_same_call_gives_the_same_numbers(numbers):
    again = make_tables(linear(1500, 0), linear(1500, 1), linear(3000, 2), "y")
    assert measure(again, "synthetic", 0) == measure(numbers, "synthetic", 0)


def test_classes_are_learned_as_by_hand():
    train, rows, test = classes(600, 0), classes(400, 1), classes(500, 2)
    found = measure(make_tables(train, rows, test, "y"), "synthetic", 0)
    codes, tested = (
        np.column_stack([table["a"], table["told"].map(dict(p=0, q=1, r=2))]).astype(float) for table in (rows, test)
    )
    trees = HistGradientBoostingClassifier(categorical_features=[False, True], random_state=0, early_stopping=False)
    trees.fit(codes, rows["y"])
    area = roc_auc_score(test["y"], trees.predict_proba(tested), multi_class="ovr")
    assert found["tstr"].value == pytest.approx(area)
    assert "3 classes" in found["tstr"].note
    assert found["tstr_f1"].value == pytest.approx(f1_score(test["y"], trees.predict(tested), average="macro"))
    recalls = recall_score(test["y"], trees.predict(tested), average=None)
    assert found["recall_worst_class"].per_class.to_dict() == pytest.approx(dict(zip("xyz", recalls, strict=True)))
    assert found["recall_worst_class"].value == min(recalls)
    real = pd.concat([train, test])
    points, test_points = (
        np.column_stack(
            [(table["a"] - real["a"].mean()) / real["a"].std(), np.eye(3)[codes[:, 1].astype(int)] / 2**0.5]
        )
        for table, codes in ((rows, codes), (test, tested))
    )
    model = LogisticRegression(max_iter=2000).fit(points, rows["y"])
    area = roc_auc_score(test["y"], model.predict_proba(test_points), multi_class="ovr")
    assert found["tstr_linear"].value == pytest.approx(area, abs=1e-4)
    assert set(found) == set(SPECS)


def test_classes_that_are_not_learned_are_not_found():
    train, test = classes(300, 0), classes(300, 2)
    rows = classes(300, 1, "xy")
    found = measure(make_tables(train, rows, test, "y"), "synthetic", 0)
    assert found["recall_worst_class"].value == 0
    assert found["recall_worst_class"].per_class["z"] == 0
    found = measure(make_tables(train, rows.assign(y="x"), test, "y"), "synthetic", 0)
    assert found["tstr"].value == 0.5
    assert found["tstr_f1"].value == pytest.approx(f1_score(test["y"], ["x"] * 300, average="macro"))
    assert "one class" in found["tstr"].note
    found = measure(make_tables(train, rows.assign(y="new"), test, "y"), "synthetic", 0)
    assert (found["tstr"].value, found["tstr_f1"].value) == (0.5, 0)


@pytest.mark.parametrize("make", [linear, classes])
def test_rows_without_a_target_are_dropped(make):
    train, rows, test = make(100, 0), make(100, 1), make(100, 2)
    expected = measure(make_tables(train, rows.iloc[:60], test.iloc[10:], "y"), "synthetic", 0)["tstr_linear"].value
    gappy = [
        table.assign(y=table["y"].where(kept)) for table, kept in ((rows, rows.index < 60), (test, test.index > 9))
    ]
    found = measure(make_tables(train, *gappy, "y"), "synthetic", 0)
    assert found["tstr_linear"].value == pytest.approx(expected, abs=0.02)  # the scale has ten rows more
    few = measure(make_tables(train, rows.assign(y=rows["y"].where(rows.index < 9)), test, "y"), "synthetic", 0)
    assert np.isnan(few["tstr"].value)
    assert few["tstr"].note == "only 9 of these rows have a target"


def test_of_many_classes_fewer_rows_are_learned_and_baselines_have_no_gain():
    tables = make_tables(*[classes(120, seed, "abcde") for seed in range(3)], "y")
    assert make_task(tables, tables.target).most_rows == 8000
    assert "gain" not in measure(tables, "smote", 0)


def test_a_constant_column_has_no_scale_of_rounding():
    """The standard deviation of equal numbers can be 1e-17."""
    rows = np.full((3, 1), 0.1)
    assert to_points([rows, rows + 1], [Feature("x")], rows)[1].tolist() == [[1.0]] * 3


@pytest.mark.parametrize(
    ("change", "target", "reason"),
    [
        (lambda table: table, None, "no target was named"),
        (lambda table: table[["y"]], "y", "no other column"),
        (lambda table: table.iloc[:15], "y", "of 15 real rows to learn and 15 to test"),
        (lambda table: table.assign(y="x"), "y", "the same value"),
        (lambda table: table.assign(y=[f"c{i}" for i in range(len(table))]), "y", "has 120 classes, more than 100"),
    ],
)
def test_what_cannot_be_computed_says_why(change, target, reason):
    tables = make_tables(*[change(classes(120, seed)) for seed in range(3)], target)
    with pytest.raises(NotComputableError, match=reason):
        measure(tables, "synthetic", 0)


def test_many_classes_are_no_reason_to_warn():
    """scikit-learn takes classes of more than half the rows for numbers, which ours have been found not to be."""
    levels = tuple(f"c{code}" for code in range(40))
    rows = np.column_stack([np.random.default_rng(0).normal(size=60), np.arange(60) % 40])
    task = Task((Feature("a"), Feature("y", levels, 40)), 1, 40, rows, rows)
    assert isinstance(task.learn_trees(rows, 1), ClassPredictions)  # warnings are errors here
