"""A column to predict from the others: models learn it from any rows, and how well they predict that of real ones."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge

from tabgan.evaluation.closeness import to_points
from tabgan.evaluation.detector import ROUNDS, fill_empty, make_trees
from tabgan.evaluation.features import GAP, Feature
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import LEAST_ROWS, NotComputableError
from tabgan.evaluation.tables import Tables
from tabgan.schema.column import Floats

MOST_CLASSES = 100
MOST_TREES = 1000
"""Boosting makes a tree of each class in each of its 100 rounds; with more than 10 classes there are fewer rounds."""

ROWS_OF_CLASSES = 40_000
"""Of many classes, as many rows in all are learned: 20,000 of 2 classes, 4,000 of 10, but never fewer than 1,000."""

MOST_CATEGORIES = 255
"""Columns of more levels are numbers to the trees."""


class NumberPredictions:
    """Predictions of a number."""

    def __init__(self, truth: Floats, predicted: Floats) -> None:
        self.truth, self.predicted = truth, predicted

    def skill(self, places: NDArray[np.intp]) -> float:
        """Return R2 = 1 - sum of squared errors / sum of squares about the mean; NaN for equal numbers."""
        truth = self.truth[places]
        total = np.square(truth - truth.mean()).sum()
        return float(1 - np.square(truth - self.predicted[places]).sum() / total) if total else np.nan


class ClassPredictions:
    """Probabilities of classes, of shape (n_rows, n_codes); of the true codes there are at least two.

    Only classes that occur in `truth` are scored; others can be predicted, wrongly.

    Examples
    --------
    >>> chances = np.array([[0.9, 0.1], [0.6, 0.4], [0.7, 0.3], [0.2, 0.8]])
    >>> predictions = ClassPredictions(np.array([0, 0, 1, 1]), chances)
    >>> rows = np.arange(4)
    >>> predictions.skill(rows), predictions.recalls(rows)
    (0.75, array([1. , 0.5]))
    """

    def __init__(self, truth: NDArray[np.intp], probabilities: Floats) -> None:
        self.truth, self.present = truth, np.unique(truth)
        self.predicted = probabilities.argmax(axis=1)
        columns = probabilities[:, self.present].T
        if len(self.present) == 2:  # one class against the other, whatever the rest got
            columns = columns[1:] - columns[:1]
        self._classes = self.present[-len(columns) :]
        self._ranks = [np.unique(column, return_inverse=True)[1] for column in columns]

    def skill(self, places: NDArray[np.intp]) -> float:
        """Return the area under the ROC curve, the mean over classes, each against the rest, if there are several.

        Classes that none or all of the rows are of are left out; NaN if none is left.
        """
        areas = [_area(self.truth[places] == c, r[places]) for c, r in zip(self._classes, self._ranks, strict=True)]
        defined = [area for area in areas if not np.isnan(area)]
        return float(np.mean(defined)) if defined else np.nan

    def f1(self, places: NDArray[np.intp]) -> float:
        """Return the macro F1: the mean over classes of 2 hits / (predictions + rows of the class)."""
        hits, rows, said = self._count(places)
        some = rows + said > 0
        return float(np.mean(2 * hits[some] / (rows + said)[some]))

    def recalls(self, places: NDArray[np.intp]) -> Floats:
        """Return the share of each class's rows that are found, shape (n_present,); NaN where it has no rows."""
        hits, rows, _ = self._count(places)
        return np.asarray(np.divide(hits, rows, out=np.full(len(hits), np.nan), where=rows > 0))

    def _count(self, places: NDArray[np.intp]) -> tuple[NDArray[np.int64], ...]:
        """Hits, rows and predictions of each present class."""
        truth, predicted = self.truth[places], self.predicted[places]
        size = int(max(self.truth.max(), self.predicted.max())) + 1
        found = (truth[truth == predicted], truth, predicted)
        hits, rows, said = (np.bincount(codes, minlength=size)[self.present] for codes in found)
        return hits, rows, said


def _area(labels: NDArray[np.bool_], ranks: NDArray[np.intp]) -> float:
    """The area under the ROC curve by counting: ranks are small whole numbers. NaN without rows of both kinds."""
    size = int(ranks.max()) + 1
    true, false = (np.bincount(ranks[kind], minlength=size) for kind in (labels, ~labels))
    pairs = true.sum() * false.sum()
    return float(true @ (np.cumsum(false) - false / 2) / pairs) if pairs else np.nan


Predictions = ClassPredictions | NumberPredictions


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be predicted."""

    features: tuple[Feature, ...]
    target: int  # the place of the column to predict
    n_classes: int  # how many classes real rows have; 0 for a number
    real: Floats  # the rows whose mean and standard deviation linear models measure numbers in
    test: Floats  # real rows with a target

    @property
    def most_rows(self) -> int:
        """How many rows a model learns."""
        return max(ROWS_OF_CLASSES // max(self.n_classes, 2), 1000)

    @property
    def others(self) -> list[Feature]:
        """What the target is predicted from."""
        return [feature for place, feature in enumerate(self.features) if place != self.target]

    def learn(self, rows: Floats) -> dict[str, Predictions]:
        """Return what boosted trees ("") and a linear model ("_linear") that learned the rows predict for `test`."""
        x, test, real = (np.delete(table, self.target, axis=1) for table in (rows, self.test, self.real))
        points, test_points = to_points([x, test], self.others, real)
        linear: Any = LogisticRegression(max_iter=2000) if self.n_classes else Ridge(alpha=1.0)
        y = rows[:, self.target]
        rounds = min(ROUNDS, MOST_TREES // max(self.n_classes, 1))
        return {"": self.learn_trees(rows, rounds), "_linear": self._predict(linear, points, y, test_points)}

    def learn_trees(self, rows: Floats, rounds: int, bins: int = MOST_CATEGORIES, **more: Any) -> Predictions:
        """Return what boosted trees that learned the rows predict for `test`; `more` are scikit-learn's parameters."""
        x, test = (np.delete(table, self.target, axis=1) for table in (rows, self.test))
        labels = np.array([feature.levels is not None and len(feature.levels) <= bins for feature in self.others])
        trees: Any = HistGradientBoostingRegressor(
            categorical_features=labels, max_iter=rounds, random_state=0, early_stopping=False
        )
        if self.n_classes:
            trees = make_trees(labels, rounds)
        return self._predict(trees.set_params(max_bins=bins, **more), fill_empty(x), rows[:, self.target], test)

    def _predict(self, model: Any, x: Floats, y: Floats, test: Floats) -> Predictions:
        truth = self.test[:, self.target]
        if not self.n_classes:
            return NumberPredictions(truth, model.fit(x, y).predict(test))
        y = y.astype(int)
        probabilities = np.zeros((len(test), len(self.features[self.target].levels or ())))
        if (y == y[0]).all():
            probabilities[:, y[0]] = 1
        else:
            with warnings.catch_warnings():  # after 2,000 steps it is near enough
                warnings.simplefilter("ignore", ConvergenceWarning)
                warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)  # found to be some
                model.fit(x, y)
            probabilities[:, model.classes_] = model.predict_proba(test)
        return ClassPredictions(truth.astype(int), probabilities)


def make_task(tables: Tables, target: int | None) -> Task:
    """Return the task to predict a column, the target, of real rows, if models can learn and test it."""
    if target is None:
        raise NotComputableError(Phrase("no target was named; name the column that a model is to predict"))
    if len(tables.features) < 2:
        raise NotComputableError(Phrase("there is no other column to predict the target from"))
    feature = tables.features[target]
    test, stand_in = (with_value(rows, feature, target) for rows in (tables.reference, tables.contestants["real"]))
    if min(len(test), len(stand_in)) < LEAST_ROWS:
        template = "of {rows} real rows to learn and {test} to test, with a target, there must be {least} each"
        raise NotComputableError(Phrase(template, rows=len(stand_in), test=len(test), least=LEAST_ROWS))
    if len(np.unique(test[:, target])) < 2:
        raise NotComputableError(Phrase("all real rows to test have the same value of the target"))
    real = with_value(tables.real, feature, target)
    n_classes = 0 if feature.levels is None else len(np.unique(real[:, target]))
    if n_classes > MOST_CLASSES:
        template = "the target has {count:,} classes, more than {most}"
        raise NotComputableError(Phrase(template, count=n_classes, most=MOST_CLASSES))
    return Task(tables.features, target, n_classes, tables.real, test)


def with_value(rows: Floats, feature: Feature, place: int) -> Floats:
    """Return the rows in which a column, the feature at a place, is not missing."""
    return rows[has_value(rows[:, place], feature)]


def has_value(values: Floats, feature: Feature) -> NDArray[np.bool_]:
    """Return which values of a column are not missing."""
    gap = feature.levels.index(GAP) if feature.levels and GAP in feature.levels else np.nan
    return np.asarray(~np.isnan(values) & (values != gap))
