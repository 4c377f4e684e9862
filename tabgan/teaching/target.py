"""What a teacher makes of the column that matters: a sharper number, or a label that is confirmed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from tabgan.preprocessing.forest import DEPTH, Forest, without_gaps
from tabgan.preprocessing.stages import pack, unpack
from tabgan.seeds import Use, numpy_rng, whole_seed
from tabgan.teaching.plain import PlainFeatures
from tabgan.teaching.teacher import Floats, Teacher

if TYPE_CHECKING:
    from typing_extensions import Self

MOST_TAUGHT = 20_000  # real rows
TIMES = 16  # as many generated rows as real ones are the teacher's answers distilled from,
LEAST_ANSWERED, MOST_ANSWERED = 4_000, 65_536  # but so many at least and at most
ANSWERED_AT_ONCE = 4096
ROUNDS = 300  # of boosting, to distil a teacher
MOST_TREES = 600  # of all classes together: fewer of each, which learn faster
LEAST_KEPT = 0.35  # of what the teacher leaves open
MOST_SHARED = 0.05  # of the rows that have one value, without ranks being held
MOST_RANKS = 5000
LEAST_CONFIRMED = 0.02  # of a class: confirming rarer ones takes too long
TRIED = 4  # one in so many rows is not distilled from, and says how often a label is confirmed


def count_answered(n_rows: int) -> int:
    """Return how many generated rows a teacher of so many real rows is asked of."""
    return min(max(TIMES * n_rows, LEAST_ANSWERED), MOST_ANSWERED)


class TaughtTarget:
    """Teaches a column from the others and keeps what the teacher says as trees, in which there is no real row.

    Parameters
    ----------
    column : int
        The target, among those of the rows.
    categorical : collection of int
        Columns of labels.
    seed : int
        Of what is random about learning; nothing else is.

    Attributes
    ----------
    features_ : ndarray of int
        The columns that it is taught from: all others that vary.
    weights_ : dict of name to float
        Of the learners in the teacher's mix.
    """

    learned: ClassVar[tuple[str, ...]] = ("features_",)

    def __init__(self, column: int, categorical: Collection[int] = (), seed: int = 0) -> None:
        self.column, self.categorical, self.seed = column, categorical, seed

    def _teach(self, real: Floats, n_classes: int) -> tuple[PlainFeatures, Teacher, NDArray[Any]]:
        """Return what makes features, a teacher, and the targets that it was taught, of rows that have one."""
        rows = real[~np.isnan(real[:, self.column])]
        if len(rows) > MOST_TAUGHT:
            chosen = numpy_rng(self.seed, Use.TAUGHT_ROWS).permutation(len(rows))[:MOST_TAUGHT]
            rows = rows[np.sort(chosen)]
        varies = [len(np.unique(column)) > 1 for column in rows.T]
        self.features_ = np.array([i for i, one in enumerate(varies) if one and i != self.column], np.int64)
        labels = [i for i, place in enumerate(self.features_) if place in self.categorical]
        X, y = rows[:, self.features_], rows[:, self.column]
        y = y.astype(np.int64) if n_classes else y
        plain = PlainFeatures(labels).fit(X)
        teacher = Teacher(n_classes, whole_seed(self.seed, Use.TEACHER)).fit(plain.transform(X), y)
        self.weights_ = teacher.weights_
        return plain, teacher, y

    def _ask(self, plain: PlainFeatures, teacher: Teacher, rows: Floats) -> Floats:
        """Return what a teacher answers of rows; of some at once, as learners compare them with all they know."""
        X = rows[:, self.features_]
        with threadpool_limits(1):
            return np.concatenate(
                [
                    teacher.answer(plain.transform(X[start : start + ANSWERED_AT_ONCE]))
                    for start in range(0, len(X), ANSWERED_AT_ONCE)
                ]
            )

    def _see(self, rows: Floats) -> Floats:
        """Return what trees are shown of rows."""
        return without_gaps(rows[:, self.features_])

    def _distil(self, kind: Any, rows: Floats, answers: NDArray[Any], n_rounds: int) -> Any:
        """Return boosted trees that answer of rows as the teacher does."""
        model = kind(
            max_iter=n_rounds,
            max_depth=DEPTH,
            max_leaf_nodes=None,
            early_stopping=False,
            random_state=whole_seed(self.seed, Use.DISTILLED),
        )
        with threadpool_limits(1):  # sums over several threads would depend on how many there are
            return model.fit(self._see(rows), answers)

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as nested dicts of arrays and JSON values."""
        return {"kind": KINDS[type(self)], "column": self.column, "weights": self.weights_, **pack(self, self.learned)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Make what `get_state` described."""
        target = cls(state["column"])
        target.weights_ = state["weights"]
        unpack(target, cls.learned, state)
        return target


class SharpTarget(TaughtTarget):
    """Pulls the number that rows have towards what a teacher says of them: y' = m(x) + s k (y - m(x)).

    `m` is the teacher, as boosted trees that have learned its answers. `k`, at most 1, brings the spread of what is
    left of generated targets down to that of real ones out of fold. That is the noise *and* what the teacher does not
    know, so only a part `s` of it is kept: the share of the variance that is left out of fold, at least 0.35. Where a
    value is shared by many rows, such as zero, targets are then mapped by rank on the real ones.

    Attributes
    ----------
    kept_, shrunk_ : float
        s and k.
    r2_, error_ : float
        Share of the variance that the teacher explains out of fold, and its root mean squared error there.
    made_, real_ : ndarray
        Quantiles of generated and of real targets, of which the former are mapped on the latter; empty: they are not.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(100, 1))
    >>> real, made = np.hstack([x, 2 * x]), rng.normal(size=(4000, 2))
    >>> sharp = SharpTarget(column=1).fit(real, made)
    >>> targets = sharp.transform(np.array([[0.5, 3.0], [0.5, np.nan]]))
    >>> bool(abs(targets[0] - 1) < 0.1), targets[1]
    (True, np.float64(nan))
    """

    learned = (*TaughtTarget.learned, "kept_", "shrunk_", "r2_", "error_", "made_", "real_")

    def fit(self, real: Floats, made: Floats) -> Self:
        """Learn from real and from generated rows, both of shape (n, n_columns); gaps in the target are not taught."""
        plain, teacher, y = self._teach(real, 0)
        spread = float(np.mean((y - teacher.answers_) ** 2))
        left = spread / (float(y.var()) or 1.0)
        self.r2_, self.error_ = 1 - left, spread**0.5
        self.kept_ = float(np.clip(left, LEAST_KEPT, 1))
        answers = self._ask(plain, teacher, made)
        self.forest_ = Forest.of(self._distil(HistGradientBoostingRegressor, made, answers, ROUNDS))
        known = made[~np.isnan(made[:, self.column])]
        own = float(np.mean((known[:, self.column] - self.answer(known)) ** 2)) if len(known) else 0.0
        self.shrunk_ = min(1.0, (spread / own) ** 0.5) if own else 1.0
        self.made_: NDArray[Any] = np.zeros(0)
        self.real_: NDArray[Any] = np.zeros(0)
        if len(known) and np.unique(y, return_counts=True)[1].max() > MOST_SHARED * len(y):
            ranks = (np.arange(n := min(len(y), MOST_RANKS)) + 0.5) / n
            self.made_, self.real_ = np.quantile(self.transform(known), ranks), np.quantile(y, ranks)
        return self

    def answer(self, rows: Floats) -> Floats:
        """Return what the teacher says of the targets of rows, of shape (n_samples,)."""
        return np.asarray(self.forest_.sums(self._see(rows)))

    def transform(self, rows: Floats) -> Floats:
        """Return the targets of rows, of shape (n_samples,), not rounded; a gap stays one."""
        answers, own = self.answer(rows), rows[:, self.column]
        pulled: Floats = answers + self.kept_ * self.shrunk_ * (own - answers)
        return pulled if not len(self.real_) else np.interp(pulled, self.made_, self.real_)

    def describe(self) -> dict[str, Any]:
        """Return what it learned as JSON values."""
        about = {"taken_for": "number", "r2": self.r2_, "error": self.error_, "kept": self.kept_}
        return about | {"shrunk": self.shrunk_, "ranked": len(self.real_) > 0, "teacher": self.weights_}

    def get_state(self) -> dict[str, Any]:
        return {**super().get_state(), "forest": self.forest_.get_state()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        target = super().from_state(state)
        target.forest_ = Forest(**state["forest"])
        return target


class ConfirmedLabel(TaughtTarget):
    """Keeps the rows whose label is the one that a teacher finds likeliest.

    Attributes
    ----------
    shares_ : ndarray of shape (n_classes,)
        Of generated rows of each class, how many are kept; NaN: all, as too few would be.
    accuracy_ : float
        Share of the real rows whose label the teacher gives out of fold.
    classes_ : ndarray of int
        The classes that the teacher gives to some generated row, each with a forest.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(4000, 1))
    >>> real, made = np.hstack([x, x > 0])[:100], np.hstack([x, rng.random((4000, 1)) > 0.5])
    >>> ConfirmedLabel(column=1).fit(real, made, n_classes=2).accept(np.array([[1.0, 1.0], [1.0, 0.0]]))
    array([ True, False])
    """

    learned = (*TaughtTarget.learned, "shares_", "accuracy_", "classes_")

    def fit(self, real: Floats, made: Floats, n_classes: int) -> Self:
        """Learn from real and from generated rows, both of shape (n, n_columns), with codes of classes, and no gaps."""
        plain, teacher, codes = self._teach(real, n_classes)
        self.accuracy_ = float(np.mean(teacher.answers_.argmax(axis=1) == codes))
        is_tried = np.arange(len(made)) % TRIED == 0
        said = self._ask(plain, teacher, made[~is_tried]).argmax(axis=1)
        self.classes_ = np.unique(said)
        self.forests_ = [Forest.empty()]
        if len(self.classes_) > 1:
            n_rounds = min(ROUNDS, max(MOST_TREES // n_classes, 1))
            model = self._distil(HistGradientBoostingClassifier, made[~is_tried], said, n_rounds)
            n_outputs = len(model._predictors[0])
            self.forests_ = [Forest.of(model, output) for output in range(n_outputs)]
        tried = made[is_tried]
        own, agrees = tried[:, self.column].astype(np.int64), self.answer(tried) == tried[:, self.column]
        counts, agreed = (np.bincount(own, weights, n_classes) for weights in (None, agrees))
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = agreed / counts
        self.shares_ = np.where(shares >= LEAST_CONFIRMED, shares, np.nan)
        return self

    def answer(self, rows: Floats) -> NDArray[np.int64]:
        """Return the class that the teacher finds likeliest of each row, of shape (n_samples,)."""
        scores = np.column_stack([forest.sums(self._see(rows)) for forest in self.forests_])
        if len(self.classes_) == 2:  # whose odds are one number
            scores = np.column_stack([np.zeros(len(rows)), scores])
        return np.asarray(self.classes_[scores.argmax(axis=1)])

    def accept(self, rows: Floats) -> NDArray[np.bool_]:
        """Return which rows to keep."""
        own = rows[:, self.column]
        return np.asarray((self.answer(rows) == own) | np.isnan(self.shares_[own.astype(np.int64)]))

    def even(self, codes: NDArray[Any], shares: Floats) -> Floats:
        """Return how often to draw classes so that they have these shares among rows that are kept."""
        wanted = shares / np.nan_to_num(self.shares_[codes.astype(np.int64)], nan=1.0)
        return np.asarray(wanted / wanted.sum())

    def describe(self) -> dict[str, Any]:
        """Return what it learned as JSON values; classes are told apart by their codes."""
        confirmed = [None if np.isnan(share) else float(share) for share in self.shares_]
        return {"taken_for": "classes", "accuracy": self.accuracy_, "confirmed": confirmed, "teacher": self.weights_}

    def get_state(self) -> dict[str, Any]:
        return {**super().get_state(), "forests": {str(i): one.get_state() for i, one in enumerate(self.forests_)}}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        target = super().from_state(state)
        target.forests_ = [Forest(**state["forests"][str(i)]) for i in range(len(state["forests"]))]
        return target


KINDS: dict[type[TaughtTarget], str] = {SharpTarget: "number", ConfirmedLabel: "classes"}
"""What each is called in a model file."""


def load_target(state: Mapping[str, Any]) -> SharpTarget | ConfirmedLabel:
    """Make the target that `get_state` described."""
    return SharpTarget.from_state(state) if state["kind"] == "number" else ConfirmedLabel.from_state(state)
