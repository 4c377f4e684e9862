"""What may help as much as generated rows, and costs less: each a model to be fitted and scored like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import has_fit_parameter

from tabgan.augmentation.amounts import BALANCE, count_rows, is_imbalanced
from tabgan.augmentation.interpolation import interpolate
from tabgan.augmentation.makers import MadeRows, RowMaker, balance
from tabgan.augmentation.rows import put_below
from tabgan.teaching.learners import LEARNERS, class_learners, number_learners
from tabgan.teaching.table_features import TableFeatures

if TYPE_CHECKING:
    from typing_extensions import Self


def make_learner(name: str, n_classes: int) -> Any:
    """Return a learner by its name, for tables of any kind."""
    learners = class_learners(n_classes) if n_classes else number_learners()
    return make_pipeline(TableFeatures(), StandardScaler(), learners[name])


def make_rivals(estimator: Any, y: NDArray[Any], n_classes: int, score: Score, seed: int) -> Iterator[tuple[str, Any]]:
    """Yield names and unfitted models that learn the real rows alone."""
    if is_imbalanced(y, n_classes):
        if "class_weight" in estimator.get_params() or takes_weights(estimator):
            yield "class weights", ClassWeights(estimator)
        if hasattr(estimator, "predict_proba"):
            yield "moved threshold", MovedThreshold(estimator, score, seed)
    yield "SMOTE", (SmoteClassifier if n_classes else SmoteRegressor)(estimator, seed)
    for name in LEARNERS:
        yield LEARNER_NAMES[name], make_learner(name, n_classes)


def make_guess(n_classes: int) -> Any:
    """Return what sees no feature: the most frequent class, or the mean."""
    return DummyClassifier(strategy="prior") if n_classes else DummyRegressor()


LEARNER_NAMES = {
    "boosting": "boosted trees",
    "forest": "a random forest",
    "linear": "a linear model",
    "svm": "a support vector machine",
    "knn": "nearest neighbours",
    "mlp": "a small network",
}
GUESS = "no model: a guess"
MOST_FOLDS = 5
POWERS = np.linspace(0, 4, 33)
Score = Callable[[Any, Any, Any], float]


def takes_weights(estimator: Any) -> bool:
    """Return whether an estimator, or the last step of a pipeline, takes `sample_weight`."""
    return has_fit_parameter(estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator, "sample_weight")


def fit_weighted(estimator: Any, X: Any, y: NDArray[Any], weights: NDArray[Any]) -> Any:
    """Return a clone of the estimator that has learned rows; equal weights are none."""
    model = clone(estimator)
    if (weights == 1).all():
        return model.fit(X, y)
    step = f"{model.steps[-1][0]}__" if isinstance(model, Pipeline) else ""
    return model.fit(X, y, **{f"{step}sample_weight": weights})


class _Wrapper(BaseEstimator):
    """Answers as the model that it fits."""

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def predict(self, X: Any) -> NDArray[Any]:
        return np.asarray(self.model_.predict(X))

    def __getattr__(self, name: str) -> Any:
        if name in ("predict_proba", "decision_function") and "model_" in vars(self):
            return getattr(self.model_, name)
        raise AttributeError(name)


class ClassWeights(ClassifierMixin, _Wrapper):
    """Gives the rows of each class the same weight in all."""

    def fit(self, X: Any, y: NDArray[Any]) -> Self:
        self.classes_ = np.unique(y)
        if takes_weights(self.estimator):
            self.model_ = fit_weighted(self.estimator, X, y, compute_sample_weight("balanced", y))
        else:
            self.model_ = clone(self.estimator).set_params(class_weight="balanced").fit(X, y)
        return self


class Leaning(ClassifierMixin, BaseEstimator):
    """Chooses from chances that are known the class whose chance is largest beside a power of its share."""

    def __init__(self, chances: NDArray[Any], shares: NDArray[Any], classes: NDArray[Any], power: float) -> None:
        self.chances, self.shares, self.power = chances, shares, power
        self.classes = self.classes_ = classes

    def predict_proba(self, X: Any = None) -> NDArray[np.float64]:
        return balance(self.chances, self.shares**self.power)

    def predict(self, X: Any = None) -> NDArray[Any]:
        return np.asarray(self.classes_[self.predict_proba().argmax(axis=1)])


class MovedThreshold(ClassifierMixin, _Wrapper):
    """Chooses the class whose chance most exceeds a power of its share in the rows that were learned.

    The power is the one that scores best on chances of rows that were not learned: those of an overconfident model are
    far from what they say, so that no one power is fair to all (1 is if they are calibrated, 0 moves nothing). Of two
    classes every threshold has its power.
    """

    def __init__(self, estimator: Any, score: Score, seed: int) -> None:
        self.estimator, self.score, self.seed = estimator, score, seed

    def fit(self, X: Any, y: NDArray[Any]) -> Self:
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_, self.power_ = counts / len(y), 1.0
        if (n_folds := min(MOST_FOLDS, counts.min())) > 1:
            folds = StratifiedKFold(n_folds, shuffle=True, random_state=self.seed)
            chances = cross_val_predict(self.estimator, X, y, cv=folds, method="predict_proba")
            leaning = (Leaning(chances, self.shares_, self.classes_, power) for power in POWERS)
            scores = np.array([self.score(one, X, y) for one in leaning])
            best = POWERS[scores == scores.max()]  # none if some score is NaN
            self.power_ = float(best[len(best) // 2]) if len(best) else 1.0
        self.model_ = clone(self.estimator).fit(X, y)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        return Leaning(self.model_.predict_proba(X), self.shares_, self.classes_, self.power_).predict()


class _Smote(_Wrapper):
    """Learns rows between neighbours beside the real ones."""

    def __init__(self, estimator: Any, seed: int) -> None:
        self.estimator, self.seed = estimator, seed

    def _learn(self, X: Any, codes: NDArray[Any], n_classes: int) -> MadeRows:
        amount = BALANCE if is_imbalanced(codes, n_classes) else "1x"
        return interpolate(X, codes, count_rows(amount, codes, n_classes), self.seed)


class SmoteClassifier(ClassifierMixin, _Smote):
    """Learns rows between neighbours of one class, as many as lack to the largest, or one for each real one."""

    def fit(self, X: Any, y: NDArray[Any]) -> Self:
        self.classes_, codes = np.unique(y, return_inverse=True)
        made = self._learn(X, codes, len(self.classes_))
        self.model_ = clone(self.estimator).fit(put_below(X, made.X), np.concatenate([y, self.classes_[made.y]]))
        return self


class SmoteRegressor(RegressorMixin, _Smote):
    """Learns a row between neighbours for each real one, its target as far between theirs."""

    def fit(self, X: Any, y: NDArray[Any]) -> Self:
        made = self._learn(X, y, 0)
        self.model_ = clone(self.estimator).fit(put_below(X, made.X), np.concatenate([y, made.y]))
        return self


class TeacherClassifier(ClassifierMixin, BaseEstimator):
    """The teacher of classes that a maker has fitted."""

    def __init__(self, maker: RowMaker, classes: NDArray[Any]) -> None:
        self.maker, self.classes_ = maker, classes

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        return self.maker.ask(X)

    def predict(self, X: Any) -> NDArray[Any]:
        return np.asarray(self.classes_[self.maker.ask(X).argmax(axis=1)])


class TeacherRegressor(RegressorMixin, BaseEstimator):
    """The teacher of a number that a maker has fitted."""

    def __init__(self, maker: RowMaker) -> None:
        self.maker = maker

    def predict(self, X: Any) -> NDArray[np.float64]:
        return self.maker.ask(X)
