"""What a teacher makes of the column that matters: a sharper number, or a label that is confirmed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tabgan.preprocessing.forest import DEPTH, Forest, without_gaps
from tabgan.preprocessing.packing import pack, unpack
from tabgan.seeds import Use, numpy_rng, whole_seed

if TYPE_CHECKING:
    from typing_extensions import Self

    from tabgan.teaching.plain import PlainFeatures
    from tabgan.teaching.teacher import Teacher

Floats = NDArray[np.float64]

MOST_TAUGHT = 20_000  # real rows
TIMES = 16  # as many generated rows as real ones are the teacher's answers distilled from,
LEAST_ANSWERED, MOST_ANSWERED = 16_384, 65_536  # but so many at least and at most
ANSWERED_AT_ONCE = 4096
ROUNDS = 300  # of boosting, to distil a teacher
MOST_TREES = 600  # of all classes together: fewer of each, which learn faster
LEAST_KEPT = 0.35  # of what the teacher leaves open
MOST_RANKS = 5000
FEW_CONFIRMED = 0.02  # of a class, which a fit warns of
LEAST_KEPT_OF_CLASS = 0.1  # to confirm fewer would take too long
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
        from tabgan.teaching.plain import PlainFeatures  # with scikit-learn, for which rows need not wait
        from tabgan.teaching.teacher import Teacher

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
        from threadpoolctl import threadpool_limits

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

    def _distil(self, rows: Floats, answers: Floats, n_trees: int = ROUNDS) -> Forest:
        """Return boosted trees that answer of rows as the teacher does; fewer learn faster."""
        from sklearn.ensemble import HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits

        model = HistGradientBoostingRegressor(
            max_iter=n_trees,
            learning_rate=0.1 if n_trees > ROUNDS // 2 else 0.2,
            max_depth=DEPTH,
            max_leaf_nodes=None,
            early_stopping=False,
            random_state=whole_seed(self.seed, Use.DISTILLED),
        )
        with threadpool_limits(1):  # sums over several threads would depend on how many there are
            return Forest.of(model.fit(self._see(rows), answers))

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
    know, so only a part `s` of it is kept: the share of the variance that is left out of fold, at least 0.35. Targets
    are then mapped by rank on the real ones, so that they vary as much, and heaps such as zeros are heaps again.

    Attributes
    ----------
    kept_, shrunk_ : float
        s and k.
    r2_, error_ : float
        Share of the variance that the teacher explains out of fold, and its root mean squared error there.
    made_, real_ : ndarray
        Quantiles of generated and of real targets, of which the former are mapped on the latter.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(100, 1))
    >>> real, made = np.hstack([x, 2 * x]), rng.normal(size=(4000, 2))
    >>> sharp = SharpTarget(column=1).fit(real, made)
    >>> targets = sharp.transform(np.array([[0.5, 3.0], [0.5, np.nan]]))
    >>> bool(abs(targets[0] - 1) < 0.2), float(targets[1])
    (True, nan)
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
        self.forest_ = self._distil(made, answers)
        known = made[~np.isnan(made[:, self.column])]
        own = float(np.mean((known[:, self.column] - self.answer(known)) ** 2)) if len(known) else 0.0
        self.shrunk_ = min(1.0, (spread / own) ** 0.5) if own else 1.0
        ranks = (np.arange(n := min(len(y), MOST_RANKS)) + 0.5) / n
        self.real_ = np.quantile(y, ranks)
        self.made_ = np.quantile(self._pull(known), ranks) if len(known) else self.real_
        return self

    def answer(self, rows: Floats) -> Floats:
        """Return what the teacher says of the targets of rows, of shape (n_samples,)."""
        return np.asarray(self.forest_.sums(self._see(rows)))

    def transform(self, rows: Floats) -> Floats:
        """Return the targets of rows, of shape (n_samples,), not rounded; a gap stays one."""
        pulled = self._pull(rows)
        beyond = pulled - pulled.clip(self.made_[0], self.made_[-1])  # for the column to clip, unless it is open
        return np.interp(pulled, self.made_, self.real_) + beyond

    def _pull(self, rows: Floats) -> Floats:
        answers = self.answer(rows)
        return np.asarray(answers + self.kept_ * self.shrunk_ * (rows[:, self.column] - answers))

    def describe(self) -> dict[str, Any]:
        """Return what it learned as JSON values."""
        about = {"taken_for": "number", "r2": self.r2_, "error": self.error_, "kept": self.kept_}
        return about | {"shrunk": self.shrunk_, "teacher": self.weights_}

    def get_state(self) -> dict[str, Any]:
        return {**super().get_state(), "forest": self.forest_.get_state()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        target = super().from_state(state)
        target.forest_ = Forest(**state["forest"])
        return target


class ConfirmedLabel(TaughtTarget):
    """Keeps the rows whose label is the one that a teacher finds likeliest.

    Of a class of which these are fewer than a tenth the tenth is kept that the teacher finds likeliest.

    Attributes
    ----------
    shares_, confirmed_ : ndarray of shape (n_classes,)
        Of generated rows of each class, how many are kept, and of how many the label is the likeliest.
    least_ : ndarray of shape (n_classes,)
        How likely a label must be to be kept though others are likelier; more than 1: none is.
    accuracy_ : float
        Share of the real rows whose label the teacher gives out of fold.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(4000, 1))
    >>> real, made = np.hstack([x, x > 0])[:100], np.hstack([x, rng.random((4000, 1)) > 0.5])
    >>> ConfirmedLabel(column=1).fit(real, made, n_classes=2).accept(np.array([[1.0, 1.0], [1.0, 0.0]]))
    array([ True, False])
    """

    learned = (*TaughtTarget.learned, "shares_", "confirmed_", "least_", "accuracy_")

    def fit(self, real: Floats, made: Floats, n_classes: int) -> Self:
        """Learn from real and from generated rows, both of shape (n, n_columns), with codes of classes, and no gaps."""
        plain, teacher, codes = self._teach(real, n_classes)
        self.accuracy_ = float(np.mean(teacher.answers_.argmax(axis=1) == codes))
        is_tried = np.arange(len(made)) // n_classes % TRIED == 0
        taught, tried = made[~is_tried], made[is_tried]
        chances = self._ask(plain, teacher, taught)
        n_trees = min(ROUNDS, MOST_TREES // n_classes)
        distilled = chances.T if n_classes > 2 else chances.T[1:]  # of two classes one says it all
        self.forests_ = [self._distil(taught, one, n_trees) for one in distilled]
        self.least_ = np.full(n_classes, 2.0)
        self.shares_, self.confirmed_ = np.ones(n_classes), np.ones(n_classes)
        of_class, own, likeliest = tried[:, self.column], *self._judge(tried)
        for code in np.unique(of_class).astype(int):
            here = of_class == code
            self.confirmed_[code] = likeliest[here].mean()
            if self.confirmed_[code] < LEAST_KEPT_OF_CLASS:
                self.least_[code] = np.quantile(own[here], 1 - LEAST_KEPT_OF_CLASS)
            self.shares_[code] = (likeliest | (own >= self.least_[code]))[here].mean()
        return self

    def _judge(self, rows: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Return how likely the label of each row is, and whether no other is likelier."""
        chances = np.stack([forest.sums(self._see(rows)) for forest in self.forests_])
        chances = chances if len(chances) > 1 else np.concatenate([1 - chances, chances])
        own = chances[rows[:, self.column].astype(np.int64), np.arange(len(rows))]
        return own, own >= chances.max(axis=0)

    def accept(self, rows: Floats) -> NDArray[np.bool_]:
        """Return which rows to keep."""
        own, likeliest = self._judge(rows)
        return np.asarray(likeliest | (own >= self.least_[rows[:, self.column].astype(np.int64)]))

    def even(self, codes: NDArray[Any], shares: Floats) -> Floats:
        """Return how often to draw classes so that they have these shares among rows that are kept."""
        wanted = shares / self.shares_[codes.astype(np.int64)]
        return np.asarray(wanted / wanted.sum())

    def describe(self) -> dict[str, Any]:
        """Return what it learned as JSON values; classes are told apart by their codes."""
        about = {"taken_for": "classes", "accuracy": self.accuracy_, "confirmed": self.confirmed_.tolist()}
        return about | {"accepted": self.shares_.tolist(), "teacher": self.weights_}

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
