"""A forest gives what the model that it was copied from gives."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from tabgan.preprocessing.forest import DEPTH, Forest

rng = np.random.default_rng(0)
X = rng.normal(size=(600, 5)).round(1)
Y = (X[:, 0] * X[:, 1] + X[:, 2] + rng.normal(size=600) > 0).astype(int)
NEW = np.vstack([X, 3 * rng.normal(size=(300, 5)), np.full((1, 5), -1e30), np.full((1, 5), np.inf)])


def fit(**settings) -> HistGradientBoostingClassifier:
    settings = dict(max_iter=25, max_depth=DEPTH, max_leaf_nodes=None, early_stopping=False) | settings
    return HistGradientBoostingClassifier(**settings, random_state=0).fit(X, Y)


@pytest.mark.parametrize(
    "settings",
    [
        {"min_samples_leaf": 1},  # trees as full as can be
        {"min_samples_leaf": 60},  # leaves at all depths
        {"max_leaf_nodes": 4, "min_samples_leaf": 1},  # lopsided trees
        {"max_depth": 1},
        {"min_samples_leaf": 400},  # nothing but roots
    ],
    ids=str,
)
def test_it_is_the_decision_function(settings):
    model = fit(**settings)
    forest = Forest.of(model)
    np.testing.assert_allclose(forest.sums(NEW), model.decision_function(NEW), rtol=0, atol=1e-12)
    depths = [stage[0].nodes["depth"][stage[0].nodes["is_leaf"] == 1] for stage in model._predictors]
    assert (settings == {"min_samples_leaf": 60}) <= (len(set(depths[0])) > 1)  # the cases are what they say
    again = Forest(**forest.get_state())
    np.testing.assert_array_equal(again.sums(NEW), forest.sums(NEW))


def test_forests_add_up():
    first, second = fit(), fit(min_samples_leaf=60)
    both = Forest.empty() + Forest.of(first) + Forest.of(second)
    expected = first.decision_function(NEW) + second.decision_function(NEW)
    np.testing.assert_allclose(both.sums(NEW), expected, rtol=0, atol=1e-12)


def test_no_trees_say_nothing():
    assert Forest.empty().sums(NEW).tolist() == [0.0] * len(NEW)
    assert len(Forest.of(fit()).sums(NEW[:0])) == 0


def test_trees_of_a_regressor_are_its_prediction():
    model = HistGradientBoostingRegressor(max_iter=25, max_depth=DEPTH, max_leaf_nodes=None, random_state=0)
    model.fit(X, X[:, 0] ** 2 + 100)
    np.testing.assert_allclose(Forest.of(model).sums(NEW), model.predict(NEW), rtol=0, atol=1e-10)


def test_each_of_several_classes_has_a_forest():
    model = HistGradientBoostingClassifier(max_iter=10, max_depth=DEPTH, max_leaf_nodes=None, random_state=0)
    model.fit(X, np.digitize(X[:, 0], [-0.5, 0.5]))
    scores = np.column_stack([Forest.of(model, output).sums(NEW) for output in range(3)])
    np.testing.assert_allclose(scores, model.decision_function(NEW), rtol=0, atol=1e-12)
