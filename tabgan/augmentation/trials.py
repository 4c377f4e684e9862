"""Cross-validation in which everything is learned inside each fold: generator, teacher, rivals and the model."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import _safe_indexing

from tabgan.augmentation.amounts import count_rows
from tabgan.augmentation.folds import Fold
from tabgan.augmentation.gains import Gain, choose_apart, measure_gain
from tabgan.augmentation.interpolation import join_rows
from tabgan.augmentation.makers import MadeRows, RowMaker
from tabgan.augmentation.rivals import TeacherClassifier, TeacherRegressor, fit_weighted, make_rivals, takes_weights
from tabgan.errors import TabganWarning
from tabgan.progress import Progress
from tabgan.seeds import Use, whole_seed

BARE = "no rows"
TEACHER = "the teacher itself"
Score = Callable[[Any, Any, Any], float]


@dataclass
class Trials:
    """What is tried in each fold, and the scores that it got.

    Attributes
    ----------
    estimator : estimator
        Unfitted.
    maker : RowMaker
        Unfitted; each fold has one of its own.
    classes : ndarray or None
        What the codes of the target stand for; None for numbers.
    amounts : sequence of str or int
        Of rows.
    score : callable
        A scorer of scikit-learn.
    scores : DataFrame
        What each choice, a row, got in each fold, a column.
    """

    estimator: Any
    maker: RowMaker
    classes: NDArray[Any] | None
    amounts: Sequence[str | int]
    score: Score
    seed: int
    scores: pd.DataFrame = field(default_factory=pd.DataFrame)
    ratio: float = 0.0

    def run(self, X: Any, codes: NDArray[Any], folds: Sequence[Fold], progress: Progress | None = None) -> None:
        """Learn and score all choices in all folds."""
        got: list[dict[str, float]] = []
        for turn, (learned, tested) in enumerate(folds):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)  # a fit of all rows says so again
                parts = (_safe_indexing(rows, places) for places in (learned, tested) for rows in (X, codes))
                got.append(self._try(turn, *parts))
            if progress:
                progress.update(turn + 1)
        self.scores = pd.DataFrame(got).T
        self.ratio = float(np.mean([len(tested) / len(learned) for learned, tested in folds]))

    def _try(self, turn: int, X: Any, codes: Any, X_test: Any, codes_test: Any) -> dict[str, float]:
        seed = whole_seed(self.seed, Use.TRIED, turn)
        maker = self.maker.anew(seed).fit(X, codes)
        y, y_test = self._name(codes), self._name(codes_test)
        teacher = TeacherRegressor(maker) if self.classes is None else TeacherClassifier(maker, self.classes)
        scores = {BARE: self._score(clone(self.estimator).fit(X, y), X_test, y_test)}
        for amount in self.amounts:
            rows = maker.make(count_rows(amount, codes, maker.n_classes), takes_weights(self.estimator))
            made = MadeRows(rows.X, self._name(rows.y), rows.weights)
            scores[str(amount)] = self._score(learn_with(self.estimator, X, y, made), X_test, y_test)
        scores[TEACHER] = self._score(teacher, X_test, y_test)
        for name, model in make_rivals(self.estimator, codes, maker.n_classes, seed):
            scores[name] = self._try_rival(name, model, X, y, X_test, y_test)
        return scores

    def _name(self, codes: NDArray[Any]) -> NDArray[Any]:
        """Return the targets that codes stand for."""
        return codes if self.classes is None else self.classes[codes]

    def _score(self, model: Any, X: Any, y: NDArray[Any]) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a class that no tested row has
            return float(self.score(model, X, y))

    def _try_rival(self, name: str, model: Any, X: Any, y: Any, X_test: Any, y_test: Any) -> float:
        """Return what a rival gets; NaN, and a word, if it cannot be had of these rows."""
        try:
            return self._score(model.fit(X, y), X_test, y_test)
        except (ValueError, AttributeError, TypeError) as error:
            warnings.warn(TabganWarning(f"{name} was not tried: {error}"), stacklevel=2)
            return np.nan

    def gain_of(self, names: Iterable[str]) -> Gain:
        """Return the gain over no rows of the best of these choices, chosen in the other folds than it is measured."""
        scores = self.scores.loc[list(names)].to_numpy()
        return measure_gain(choose_apart(scores), self.scores.loc[BARE].to_numpy(), self.ratio)

    @property
    def best_amount(self) -> str | int:
        """The amount with the best mean score."""
        return max(self.amounts, key=lambda amount: self.scores.loc[str(amount)].mean())

    def rivals(self) -> dict[str, Gain]:
        """Return the gain of every choice but the amounts, the best first; no rows have none."""
        names = [name for name in self.scores.index if name not in map(str, self.amounts)]
        gains = {name: self.gain_of([name]) for name in names if self.scores.loc[name].notna().any()}
        return dict(sorted(gains.items(), key=lambda item: -item[1].score))


def learn_with(estimator: Any, X: Any, y: NDArray[Any], rows: MadeRows) -> Any:
    """Return a clone of the estimator that has learned real rows and, beside them, generated ones."""
    weights = np.concatenate([np.ones(len(y)), rows.weights])
    return fit_weighted(estimator, join_rows(X, rows.X), np.concatenate([y, rows.y]), weights)
