"""A teacher: the mix of learners that predicts a column best of rows that it has not learned."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from tabgan.teaching.learners import class_learners, number_learners

if TYPE_CHECKING:
    from typing_extensions import Self

Floats = NDArray[np.float64]

FOLDS = 5
BEST = 3  # learners that share half of the weight
LEAST_WEIGHT = 0.05
MOST_SLOW = 3000  # rows that learners whose time grows with the square of the rows can have


class Teacher:
    """Predicts a number, or how likely classes are, as a mix of learners that is settled on rows they have not learned.

    Half of the weight goes to non-negative stacking (Breiman 1996, "Stacked Regressions"), half to the three best.

    Parameters
    ----------
    n_classes : int
        Of the codes that it is taught; 0 for a number.
    seed : int
        Of the folds.
    learners : mapping of name to estimator, optional
        Learners to choose among, in place of the usual ones.

    Attributes
    ----------
    weights_ : dict of name to float
        Of the learners that are mixed; they sum to one.
    errors_ : dict of name to float
        Mean squared error out of fold of every learner: of standardised numbers, or of probabilities (Brier's score).
    answers_ : ndarray of shape (n_samples,) or (n_samples, n_classes)
        What the mix says of each row out of fold.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(100, 2))
    >>> teacher = Teacher().fit(X, X[:, 0] + 10)
    >>> bool(abs(teacher.answer(np.array([[0.5, 0.0]]))[0] - 10.5) < 0.1)
    True
    """

    def __init__(self, n_classes: int = 0, seed: int = 0, learners: Mapping[str, Any] | None = None) -> None:
        self.n_classes, self.seed, self.learners = n_classes, seed, learners

    def fit(self, X: Floats, y: NDArray[Any]) -> Self:
        """Learn from features of shape (n_samples, n_features), without gaps, a number or codes of classes."""
        self.scaler_ = StandardScaler().fit(X)
        self.center_, self.scale_ = (0.0, 1.0) if self.n_classes else (float(y.mean()), float(y.std()) or 1.0)
        self.classes_ = np.unique(y) if self.n_classes else None
        taught = y if self.n_classes else (y - self.center_) / self.scale_
        features = self.scaler_.transform(X)
        with threadpool_limits(1), warnings.catch_warnings():  # sums over threads would depend on how many there are
            warnings.simplefilter("ignore", ConvergenceWarning)  # after so many steps it is near enough
            warnings.filterwarnings(
                "ignore", "The number of unique classes", UserWarning
            )  # which were found to be some
            answers = self._cross_fit(features, taught)
            truth = np.eye(self.n_classes)[taught] if self.n_classes else taught[:, None]
            self.errors_ = {name: float(np.mean((truth - answer) ** 2)) for name, answer in answers.items()}
            self.weights_ = _mix(answers, truth, self.errors_)
            self.models_ = {name: clone(self._candidates(len(X))[name]).fit(features, taught) for name in self.weights_}
        self.answers_ = self._join({name: answers[name] for name in self.weights_})
        return self

    def answer(self, X: Floats) -> Floats:
        """Return the number of each row, shape (n_samples,), or how likely each class is, (n_samples, n_classes)."""
        features = self.scaler_.transform(X)
        return self._join({name: self._ask(model, features) for name, model in self.models_.items()})

    def _candidates(self, n_rows: int) -> dict[str, Any]:
        """Return the learners that so many rows can be taught to, and that say how likely classes are."""
        every = self.learners or (class_learners(self.n_classes) if self.n_classes else number_learners())
        slow = {"svm", "process", "mlp"} if n_rows > MOST_SLOW else {"svm"} if self.n_classes else set()
        return {name: learner for name, learner in every.items() if name not in slow}

    def _cross_fit(self, features: Floats, taught: NDArray[Any]) -> dict[str, Floats]:
        """Return what each learner says of each row, (n_samples, n_outputs), when it has learned the other folds."""
        shape = len(taught), self.n_classes or 1
        answers: dict[str, Floats] = {name: np.zeros(shape) for name in self._candidates(len(taught))}
        for learned, tested in _folds(taught, bool(self.n_classes), self.seed):
            is_one = self.n_classes and len(np.unique(taught[learned])) == 1  # which few learners bear
            for name, learner in self._candidates(len(taught)).items():
                learner = DummyClassifier() if is_one else learner
                model = clone(learner).fit(features[learned], taught[learned])
                answers[name][tested] = self._ask(model, features[tested])
        return answers

    def _ask(self, model: Any, features: Floats) -> Floats:
        if not self.n_classes:
            return np.asarray(model.predict(features)).reshape(-1, 1)
        chances = np.zeros((len(features), self.n_classes))
        chances[:, model.classes_] = model.predict_proba(features)
        return chances

    def _join(self, answers: Mapping[str, Floats]) -> Floats:
        mixed: Floats = sum(self.weights_[name] * answer for name, answer in answers.items())  # type: ignore[assignment]
        return mixed if self.n_classes else self.center_ + self.scale_ * mixed[:, 0]


def _folds(taught: NDArray[Any], stratified: bool, seed: int) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Return which rows are learned and which are asked of, in each fold; every class is spread over the folds."""
    n_splits = min(FOLDS, len(taught))
    if not stratified:
        return list(KFold(n_splits, shuffle=True, random_state=seed % 2**32).split(taught))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class of fewer rows than folds is in some of them
        n_splits = max(2, min(n_splits, int(np.bincount(taught).max())))
        return list(StratifiedKFold(n_splits, shuffle=True, random_state=seed % 2**32).split(taught, taught))


def _mix(answers: Mapping[str, Floats], truth: Floats, errors: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of the learners that have one."""
    stacked = nnls(np.column_stack([answer.ravel() for answer in answers.values()]), truth.ravel())[0]
    stacked = stacked / (stacked.sum() or 1.0)
    best = sorted(errors, key=lambda name: errors[name])[:BEST]
    weights = {name: (w + (name in best) / len(best)) / 2 for name, w in zip(answers, stacked, strict=True)}
    weights = {name: w for name, w in weights.items() if w > LEAST_WEIGHT}
    return {name: float(w / sum(weights.values())) for name, w in weights.items()}
