"""A column to predict from the others: models learn it from any rows and answer for real ones."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge

from tabgan.evaluation.answers import ClassAnswers, NumberAnswers
from tabgan.evaluation.encode import to_points
from tabgan.evaluation.features import GAP, Feature
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import LEAST_ROWS, NotComputableError
from tabgan.evaluation.tables import Tables

MOST_CLASSES = 100
ROUNDS, MOST_TREES = 100, 1000
"""Boosting makes a tree of each class in each of its 100 rounds; with more than 10 classes there are fewer rounds."""

ROWS_OF_CLASSES = 40_000
"""Of many classes, as many rows in all are learned: 20,000 of 2 classes, 4,000 of 10, but never fewer than 1,000."""

MOST_CATEGORIES = 255
"""Columns of more levels are numbers to the trees."""

Answers = ClassAnswers | NumberAnswers


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be predicted.

    Attributes
    ----------
    features : tuple of Feature
        The columns.
    target : int
        The place of the column to predict.
    n_classes : int
        How many classes real rows have; 0 for a number.
    real : ndarray of shape (n_real, n_columns)
        The rows whose mean and standard deviation linear models measure numbers in.
    test : ndarray of shape (n_test, n_columns)
        Real rows with a target.
    """

    features: tuple[Feature, ...]
    target: int
    n_classes: int
    real: np.ndarray
    test: np.ndarray

    @property
    def most_rows(self) -> int:
        """How many rows a model learns."""
        return max(ROWS_OF_CLASSES // max(self.n_classes, 2), 1000)

    def learn(self, rows: np.ndarray) -> dict[str, Answers]:
        """Return what boosted trees ("") and a linear model ("_linear") that learned the rows answer for `test`."""
        others = [feature for place, feature in enumerate(self.features) if place != self.target]
        x, test, real = (np.delete(table, self.target, axis=1) for table in (rows, self.test, self.real))
        points, test_points = to_points([x, test], others, real)
        y = rows[:, self.target]
        trees, linear = self._make_models(others)
        return {"": self._answer(trees, x, y, test), "_linear": self._answer(linear, points, y, test_points)}

    def _make_models(self, others: list[Feature]):
        labels = [feature.levels is not None and len(feature.levels) <= MOST_CATEGORIES for feature in others]
        settings = dict(categorical_features=np.array(labels), random_state=0, early_stopping=False)
        if not self.n_classes:
            return HistGradientBoostingRegressor(**settings), Ridge(alpha=1.0)
        rounds = min(ROUNDS, MOST_TREES // self.n_classes)
        return HistGradientBoostingClassifier(max_iter=rounds, **settings), LogisticRegression(max_iter=2000)

    def _answer(self, model, x: np.ndarray, y: np.ndarray, test: np.ndarray) -> Answers:
        truth = self.test[:, self.target]
        if not self.n_classes:
            return NumberAnswers(truth, model.fit(x, y).predict(test))
        y = y.astype(int)
        probabilities = np.zeros((len(test), len(self.features[self.target].levels or ())))
        if (y == y[0]).all():
            probabilities[:, y[0]] = 1
        else:
            with warnings.catch_warnings():  # after 2,000 steps it is near enough
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(x, y)
            probabilities[:, model.classes_] = model.predict_proba(test)
        return ClassAnswers(truth.astype(int), probabilities)


def make_task(tables: Tables) -> Task:
    """Return the task of the tables' target.

    Raises
    ------
    NotComputableError
        No target; no other column; fewer than 20 real rows with a target; one class or more than 100; equal numbers.
    """
    if tables.target is None:
        raise NotComputableError(Phrase("no target was named; name the column that a model is to predict"))
    if len(tables.features) < 2:
        raise NotComputableError(Phrase("there is no other column to predict the target from"))
    feature = tables.features[tables.target]
    test, stand_in = (with_target(rows, tables) for rows in (tables.reference, tables.contestants["real"]))
    if min(len(test), len(stand_in)) < LEAST_ROWS:
        template = "of {rows} real rows to learn and {test} to test, with a target, there must be {least} each"
        raise NotComputableError(Phrase(template, rows=len(stand_in), test=len(test), least=LEAST_ROWS))
    if len(np.unique(test[:, tables.target])) < 2:
        raise NotComputableError(Phrase("all real rows to test have the same value of the target"))
    real = tables.real
    n_classes = 0 if feature.levels is None else len(np.unique(with_target(real, tables)[:, tables.target]))
    if n_classes > MOST_CLASSES:
        template = "the target has {count:,} classes, more than {most}"
        raise NotComputableError(Phrase(template, count=n_classes, most=MOST_CLASSES))
    return Task(tables.features, tables.target, n_classes, real, test)


def with_target(rows: np.ndarray, tables: Tables) -> np.ndarray:
    """Return the rows whose target is not missing."""
    assert tables.target is not None
    levels, values = tables.features[tables.target].levels, rows[:, tables.target]
    if levels is None:
        return rows[~np.isnan(values)]
    return rows[values != levels.index(GAP)] if GAP in levels else rows
