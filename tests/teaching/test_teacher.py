"""The teacher against truths that are known."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from tabgan.teaching import teacher as teacher_module
from tabgan.teaching.teacher import FOLDS, LEAST_WEIGHT, Teacher


def make(n: int, noise: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows of a linear truth of variance 1 and 0.25 whose noise has this standard deviation."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    return X, 5 + X[:, 0] + 0.5 * X[:, 1] + noise * rng.normal(size=n)


@pytest.mark.parametrize("noise", [0.2, 0.8])
def test_what_it_leaves_out_of_fold_is_the_noise(noise):
    X, y = make(300, noise)
    left = np.mean((y - Teacher().fit(X, y).answers_) ** 2)
    assert left == pytest.approx(noise**2, rel=0.2)


def test_it_answers_of_new_rows_what_is_true():
    X, y = make(200, 0.3)
    new, truth = make(500, 0, seed=1)
    assert np.mean((Teacher().fit(X, y).answer(new) - truth) ** 2) < 0.2 * 0.3**2


def test_it_knows_nothing_of_noise():
    X, _ = make(150, 0)
    y = np.random.default_rng(1).normal(size=150)
    assert np.mean((y - Teacher().fit(X, y).answers_) ** 2) > 0.9 * y.var()  # learned rows would be known by heart


def test_learners_that_are_right_have_the_weight():
    X, y = make(100, 0.1)
    far = KNeighborsRegressor(50)
    found = Teacher(learners={"line": LinearRegression(), "far": far, "farther": far, "farthest": far}).fit(X, y)
    assert sum(found.weights_.values()) == pytest.approx(1)
    assert found.weights_["line"] > 0.6
    assert min(found.weights_.values()) > LEAST_WEIGHT
    assert found.errors_["line"] == pytest.approx(0.1**2 / y.var(), rel=0.3)


def test_learners_that_are_slow_leave_large_tables(monkeypatch):
    monkeypatch.setattr(teacher_module, "MOST_SLOW", 50)
    X, y = make(60, 0.1)
    assert not {"svm", "process", "mlp"} & Teacher().fit(X, y).errors_.keys()


def test_the_same_seed_gives_the_same_answers():
    X, y = make(60, 0.5)
    first, second = (Teacher(seed=3).fit(X, y) for _ in range(2))
    np.testing.assert_array_equal(first.answers_, second.answers_)
    np.testing.assert_array_equal(first.answer(X), second.answer(X))


def test_chances_are_those_of_the_classes():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2))
    codes = (rng.random(400) < 1 / (1 + np.exp(-2 * x[:, 0]))).astype(int)
    answers = Teacher(2).fit(x, codes).answers_
    np.testing.assert_allclose(answers.sum(axis=1), 1)
    assert np.abs(answers[:, 1] - 1 / (1 + np.exp(-2 * x[:, 0]))).mean() < 0.1


@pytest.mark.parametrize("counts", [(40, 1), (40, 30, 2), (30, 0, 20), (5, 5)], ids=str)
def test_a_class_may_have_fewer_rows_than_there_are_folds(counts):
    assert min(counts) <= FOLDS
    codes = np.repeat(np.arange(len(counts)), counts)
    X = np.random.default_rng(0).normal(size=(len(codes), 2)) + 5 * codes[:, None]
    found = Teacher(len(counts)).fit(X, codes)
    assert found.answers_.shape == (len(codes), len(counts))
    np.testing.assert_allclose(found.answer(X).sum(axis=1), 1)
    frequent = np.isin(codes, np.flatnonzero(np.array(counts) > FOLDS))
    assert (found.answers_.argmax(axis=1) == codes)[frequent].all()


def test_many_classes_are_no_reason_to_warn():
    """scikit-learn takes classes of more than half the rows for numbers, which ours have been found not to be."""
    X, codes = np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 40
    taught = Teacher(40, learners={"knn": KNeighborsClassifier(2)}).fit(X, codes)  # warnings are errors here
    assert taught.answer(X).shape == (60, 40)
