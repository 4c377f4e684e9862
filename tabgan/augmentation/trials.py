"""Cross-validation in which everything is learned inside each fold: generator, teacher, rivals and the model."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import _safe_indexing
from threadpoolctl import threadpool_limits

from tabgan.augmentation.amounts import count_rows
from tabgan.augmentation.folds import Fold
from tabgan.augmentation.gains import Gain, choose_apart, find_width, measure_gain
from tabgan.augmentation.makers import MadeRows, RowMaker
from tabgan.augmentation.rivals import (
    GUESS,
    LEARNER_NAMES,
    Score,
    TeacherClassifier,
    TeacherRegressor,
    fit_weighted,
    make_guess,
    make_learner,
    make_rivals,
    takes_weights,
)
from tabgan.augmentation.rows import put_below
from tabgan.errors import InputError, TabganWarning, warn
from tabgan.progress import Progress
from tabgan.seeds import Use, whole_seed
from tabgan.spelling import spell
from tabgan.workers import spread

BARE = "no rows"
TEACHER = "the teacher itself"
WITH_ROWS = ", with rows"


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
    rivals_too : bool
        Whether other learners, and other ways to help this one, are tried.
    score : callable
        A scorer of scikit-learn.
    scores : DataFrame
        What each choice, a row, got in each fold, a column.
    found : dict of choice to DataFrame
        How many rows of each class were tested, and found by the estimator.
    """

    estimator: Any
    maker: RowMaker
    classes: NDArray[Any] | None
    amounts: Sequence[str | int]
    score: Score
    seed: int
    rivals_too: bool = True
    scores: pd.DataFrame = field(default_factory=pd.DataFrame)
    ratio: float = 0.0
    found: dict[str, pd.DataFrame] = field(default_factory=dict)

    def run(
        self,
        X: Any,
        codes: NDArray[Any],
        folds: Sequence[Fold],
        progress: Progress | None = None,
        workers: int = 1,
    ) -> None:
        """Learn and score all choices in all folds."""
        got: list[dict[str, float]] = []
        in_fold = partial(self._try_fold, X, codes)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("ignore", ConvergenceWarning)  # a fit of all rows says so again
            warnings.simplefilter("always", TabganWarning)
            for turn, (scores, found) in spread(in_fold, list(enumerate(folds)), workers):
                got.append(scores)
                for choice, counted in found.items():
                    self.found[choice] = counted + self.found.get(choice, 0)
                if progress:
                    progress.update(turn + 1)
        for text in dict.fromkeys(str(one.message) for one in told if issubclass(one.category, TabganWarning)):
            warn(text)  # what all folds say, once
        self.scores = pd.DataFrame(got).T
        if self.scores.loc[BARE].isna().all():
            raise InputError(f"{spell('scoring')} must give numbers, but gives none in any fold; name another")
        self.ratio = float(np.mean([len(tested) / len(learned) for learned, tested in folds]))

    def _try_fold(
        self, X: Any, codes: NDArray[Any], job: tuple[int, Fold]
    ) -> tuple[dict[str, float], dict[str, pd.DataFrame]]:
        """Return what choices got in a fold, and how many rows of each class were tested and found, in any process."""
        turn, (learned, tested) = job
        alone = replace(self, found={})
        parts = (_safe_indexing(rows, places) for places in (learned, tested) for rows in (X, codes))
        with threadpool_limits(1, "blas"):  # sums over several threads would depend on how many there are
            return alone._try(turn, *parts), alone.found

    def _try(self, turn: int, X: Any, codes: Any, X_test: Any, codes_test: Any) -> dict[str, float]:
        if self.classes is not None and len(np.unique(codes)) < 2:
            raise InputError(
                f"the learned rows of each fold must have two classes, but those of fold {turn + 1} are all "
                f"{str(self.classes[codes[0]])!r}; give other groups, or fewer folds"
            )
        seed = whole_seed(self.seed, Use.TRIED, turn)
        maker = self.maker.anew(seed).fit(X, codes)
        learned, tested = (X, self._name(codes)), (X_test, self._name(codes_test))
        bare = clone(self.estimator).fit(*learned)
        try:
            scores = {BARE: self._score(bare, *tested)}
        except (AttributeError, ValueError) as error:
            raise InputError(
                f"{spell('scoring')} must be a score that can be had of the model, but: {error}; name another, or "
                "leave it out"
            ) from error
        self._count(BARE, bare, *tested)
        rows: dict[tuple[str | int, bool], MadeRows] = {}
        for amount in self.amounts:
            counts = count_rows(amount, codes, maker.n_classes)
            for soft in (False, True):
                made = maker.make(counts, soft)
                rows[amount, soft] = MadeRows(made.X, self._name(made.y), made.weights)
            model = learn_with(self.estimator, *learned, rows[amount, takes_weights(self.estimator)])
            scores[str(amount)] = self._score(model, *tested)
            self._count(str(amount), model, *tested)
        teacher = TeacherRegressor(maker) if self.classes is None else TeacherClassifier(maker, self.classes)
        scores[TEACHER] = self._score(teacher, *tested)
        scores[GUESS] = self._score(make_guess(maker.n_classes).fit(*learned), *tested)
        if not self.rivals_too:
            return scores
        for name, model in make_rivals(self.estimator, codes, maker.n_classes, self._score, seed):
            scores[name] = self._attempt(name, partial(model.fit, *learned), tested)
        for learner, name in LEARNER_NAMES.items():
            model = make_learner(learner, maker.n_classes)
            added = rows[self.amounts[-1], takes_weights(model)]
            scores[name + WITH_ROWS] = self._attempt(name, partial(learn_with, model, *learned, added), tested)
        return scores

    def _count(self, choice: str, model: Any, X: Any, y: NDArray[Any]) -> None:
        """Count the tested rows of each class, and those that a model finds."""
        if self.classes is None:
            return
        hit = np.asarray(model.predict(X)) == y
        counted = {"rows": y, "found": y[hit]}
        of_fold = pd.DataFrame({k: pd.Series(v).value_counts().reindex(self.classes) for k, v in counted.items()})
        self.found[choice] = of_fold.fillna(0)

    def _name(self, codes: NDArray[Any]) -> NDArray[Any]:
        """Return the targets that codes stand for."""
        return codes if self.classes is None else self.classes[codes]

    def _score(self, model: Any, X: Any, y: NDArray[Any]) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a class that no tested row has
            return float(self.score(model, X, y))

    def _attempt(self, name: str, learn: Callable[[], Any], tested: tuple[Any, NDArray[Any]]) -> float:
        """Return what a model gets; NaN, and a word, if it cannot be had of these rows."""
        try:
            return self._score(learn(), *tested)
        except (ValueError, AttributeError, TypeError) as error:
            warn(f"{name} was not tried: {error}")
            return np.nan

    def gain_of(self, names: Iterable[str]) -> Gain:
        """Return the gain over no rows of the best of these choices, chosen in the other folds than it is measured."""
        scores = self.scores.loc[list(names)].to_numpy()
        return measure_gain(choose_apart(scores), self.scores.loc[BARE].to_numpy(), self.ratio, find_width(self.score))

    @property
    def best_amount(self) -> str | int:
        """The amount with the best mean score, of the folds in which all have one."""
        scores = self.scores.loc[list(map(str, self.amounts))].dropna(axis=1)
        return self.amounts[int(scores.to_numpy().mean(axis=1).argmax())]

    def tried(self) -> dict[str, Gain]:
        """Return the gain of each amount."""
        return {str(amount): self.gain_of([str(amount)]) for amount in self.amounts}

    def rivals(self) -> dict[str, Gain]:
        """Return the gain of every choice without generated rows, the best first; no rows have none."""
        names = [name for name in self.scores.index if name not in map(str, self.amounts)]
        names = [name for name in names if not name.endswith(WITH_ROWS) and self.scores.loc[name].notna().any()]
        return dict(sorted(((name, self.gain_of([name])) for name in names), key=lambda item: -item[1].score))

    def learners(self) -> dict[str, Gain]:
        """Return by learner what it gains by the last amount of rows, over itself."""
        gains = {}
        for name in LEARNER_NAMES.values() if self.rivals_too else ():
            changed, unchanged = (self.scores.loc[choice].to_numpy() for choice in (name + WITH_ROWS, name))
            gains[name] = measure_gain(changed, unchanged, self.ratio, find_width(self.score))
        return gains

    def recalls(self) -> pd.DataFrame:
        """Return the share of each class's rows that the estimator finds, by class (rows) and choice (columns)."""
        return pd.DataFrame({choice: found["found"] / found["rows"] for choice, found in self.found.items()})


def learn_with(estimator: Any, X: Any, y: NDArray[Any], rows: MadeRows) -> Any:
    """Return a clone of the estimator that has learned real rows and, beside them, generated ones."""
    weights = np.concatenate([np.ones(len(y)), rows.weights])
    return fit_weighted(estimator, put_below(X, rows.X), np.concatenate([y, rows.y]), weights)
