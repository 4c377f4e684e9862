"""Rows made of real ones, with a target that is worth learning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone

from tabgan.augmentation.amounts import Counts
from tabgan.augmentation.folds import hash_rows
from tabgan.augmentation.rows import as_table, learn_twice
from tabgan.gan.interruption import as_a_part
from tabgan.seeds import Use, whole_seed
from tabgan.teaching.table_features import TableFeatures, as_frame
from tabgan.teaching.teacher import Teacher

if TYPE_CHECKING:
    from typing_extensions import Self

Target = NDArray[Any]

LEAST_CHANCE = 0.02  # of a class that a row is taught as
SPARE = 4  # times as many rows as are wanted, if a teacher is to confirm their classes


@dataclass(frozen=True, eq=False)
class MadeRows:
    """Generated rows: a frame with the columns of the real ones, targets (codes of classes or numbers), and weights."""

    X: pd.DataFrame
    y: Target
    weights: NDArray[np.float64]

    def take(self, chosen: NDArray[Any]) -> MadeRows:
        """Return some of the rows."""
        return MadeRows(self.X.iloc[chosen], self.y[chosen], self.weights[chosen])


class RowMaker:
    """A generator of rows and a teacher of their targets, both of the same real rows.

    Parameters
    ----------
    synthesizer : RowSynthesizer
        Unfitted; a clone is fitted.
    n_classes : int
        0 for a target of numbers.
    labels : {"taught", "checked", "kept"}
        See `Augmenter`.
    seed : int
    teacher : estimator, optional
        In place of a mix of learners.
    """

    def __init__(self, synthesizer: Any, n_classes: int, labels: str, seed: int, teacher: Any = None) -> None:
        self.synthesizer, self.n_classes, self.labels, self.seed = synthesizer, n_classes, labels, seed
        self.teacher = teacher

    def anew(self, seed: int) -> RowMaker:
        """Return such a maker, unfitted, with another seed."""
        return RowMaker(self.synthesizer, self.n_classes, self.labels, seed, self.teacher)

    @property
    def _learns_target(self) -> bool:
        """Whether the generator makes targets: those of numbers come from the teacher alone."""
        return bool(self.n_classes) or self.labels == "kept"

    def fit(self, X: Any, y: Target) -> Self:
        """Learn real rows and their targets, codes of classes or numbers."""
        table, self.target_ = as_table(X)
        self.empty_, self.learned_ = as_frame(X)[:0], fingerprint(X, y)
        params: dict[str, Any] = {"random_state": self.seed}
        if self._learns_target:
            table[self.target_] = [f"c{code}" for code in y] if self.n_classes else y
        if self.n_classes and "label" in self.synthesizer.get_params():
            params["label"] = self.target_
        table = learn_twice(table, y) if self.n_classes else table
        with as_a_part():
            self.generator_ = clone(self.synthesizer).set_params(**params).fit(table)
        self.features_ = TableFeatures().fit(X)
        seed = whole_seed(self.seed, Use.TEACHER)
        learners = None if self.teacher is None else {"teacher": self.teacher}
        self.teacher_ = Teacher(self.n_classes, seed, learners).fit(self.features_.transform(X), y)
        self.range_ = float(min(y)), float(max(y))
        self.priors_ = np.bincount(y, minlength=self.n_classes) / len(y) if self.n_classes else None
        return self

    def knows(self, X: Any, y: Target) -> bool:
        """Return whether these are the rows that were learned."""
        return self.learned_ == fingerprint(X, y)

    def make(self, counts: Counts, soft: bool) -> MadeRows:
        """Return new rows: as many as `counts` says of each class (key), or in all (key None).

        With `soft` rows that are taught come once for each class that they may be of, with its chance as weight. Else
        their class must be the teacher's.
        """
        total = sum(counts.values())
        if not total:
            return MadeRows(self.empty_, np.empty(0, int if self.n_classes else float), np.empty(0))
        if not self.n_classes:
            rows = self._draw(total)
            return rows if self.labels == "kept" else replace(rows, y=np.clip(self.ask(rows.X), *self.range_))
        as_drawn = self.labels == "kept" or (self.labels == "taught" and soft)
        most = max(counts.values())
        rows = self._draw(len(counts) * most * (1 if as_drawn else SPARE))
        if as_drawn:
            rows = rows.take(_first(rows.y, counts))
            return rows if self.labels == "kept" else self._teach(rows)
        confirmed = balance(self.ask(rows.X), self.priors_).argmax(axis=1) == rows.y
        return rows.take(_first(rows.y, counts, confirmed))

    def _draw(self, n: int) -> MadeRows:
        """Return rows as they are generated; classes come equally often, and targets that nobody made are 0."""
        seed, by = whole_seed(self.seed, Use.AUGMENTED_ROWS), self.target_ if self.n_classes else False
        table = as_frame(self.generator_.sample(n, random_state=seed, balance=by))
        made = table.pop(self.target_) if self._learns_target else pd.Series(0.0, table.index)
        y = made.map(lambda level: int(level[1:])) if self.n_classes else made
        return MadeRows(table.set_axis(self.empty_.columns, axis=1), y.to_numpy(), np.ones(n))

    def ask(self, X: Any) -> NDArray[np.float64]:
        """Return what the teacher says of rows: numbers, or chances of classes, (n_samples, n_classes)."""
        return self.teacher_.answer(self.features_.transform(X))

    def _teach(self, rows: MadeRows) -> MadeRows:
        """Return each row once for each class that it may be of."""
        chances = balance(self.ask(rows.X), self.priors_)
        row, code = np.nonzero(chances > LEAST_CHANCE)
        return MadeRows(rows.X.iloc[row], code, chances[row, code])


def fingerprint(X: Any, y: Target) -> str:
    """Return a text that other rows do not have."""
    return sha256(hash_rows(X).tobytes() + np.ascontiguousarray(y).tobytes()).hexdigest()


def _first(codes: Target, counts: Counts, better: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """Return the places of the first rows of each class, as many as `counts` says, but only better ones if any are."""
    chosen = []
    for code, n in counts.items():
        own = np.flatnonzero(codes == code)
        if better is not None and better[own].any():
            own = own[better[own]]
        chosen.append(own[:n])
    return np.concatenate(chosen)


def balance(chances: NDArray[Any], priors: Any) -> NDArray[np.float64]:
    """Return what chances of classes would be were classes equally frequent.

    Examples
    --------
    >>> balance(np.array([[0.8, 0.2]]), np.array([0.8, 0.2]))
    array([[0.5, 0.5]])
    """
    weighed = np.divide(chances, priors, out=np.zeros_like(chances), where=priors > 0)
    return np.asarray(weighed / np.maximum(weighed.sum(axis=1, keepdims=True), 1e-300))
