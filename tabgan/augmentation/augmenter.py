"""A model that learns generated rows beside the real ones, if they help it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone, is_classifier
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    check_array,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from tabgan.augmentation.amounts import AUTO, BALANCE, count_rows, is_imbalanced
from tabgan.augmentation.checks import check_amount, check_parameters, find_scorer, read_groups
from tabgan.augmentation.folds import check_folds, join_groups, make_folds
from tabgan.augmentation.gains import Gain
from tabgan.augmentation.makers import MadeRows, RowMaker
from tabgan.augmentation.rivals import GUESS, takes_weights
from tabgan.augmentation.rows import put_below
from tabgan.augmentation.trials import Trials, learn_with
from tabgan.errors import InputError, warn
from tabgan.progress import Progress
from tabgan.schema.containers import ARRAY, as_series, open_frame
from tabgan.seeds import resolve_seed
from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer
from tabgan.text import shorten
from tabgan.workers import count_workers

if TYPE_CHECKING:
    from typing_extensions import Self

FEW = 20  # rows whose targets tell whether they are classes
LEAST_ROWS = 40  # to judge anything by
TRIED = ("1x", "3x")  # by "auto"
TRIED_IMBALANCED = (BALANCE, f"{BALANCE}+3x")


class AugmentedRows(NamedTuple):
    """Real rows, first and untouched, and generated ones."""

    rows: Any
    targets: NDArray[Any]
    weights: NDArray[np.float64]
    origin: NDArray[Any]


def _has(name: str) -> Callable[[Augmenter], bool]:
    """Let a method be there when the estimator has it."""
    return lambda self: hasattr(getattr(self, "estimator_", self.estimator), name)


class Augmenter(MetaEstimatorMixin, BaseEstimator):
    """Adds generated rows to those that an estimator learns, if they help it on rows that nothing has learned.

    Whether they do is tried by repeated cross-validation, in each fold of which generator, scaler, teacher and
    threshold are fitted to its learned rows alone, beside rivals that take less: class weights, a moved threshold,
    SMOTE, the teacher itself, other learners without any rows. The estimator then learns all rows, and as many
    generated ones as `amount_` says.

    Parameters
    ----------
    estimator : classifier or regressor
        Of scikit-learn's kind. It may be a pipeline. A clone is fitted.
    amount : "auto", "balance", int or str
        Rows to add: "balance" fills all classes to the largest; a whole number, or a multiple of the rows such as "3x",
        is divided equally among the classes; "balance+3x" is both. What is given is added whatever it gains. "auto"
        tries 1x and 3x, or "balance" and "balance+3x" if classes are imbalanced, and adds none unless the gain exceeds
        one standard error and every rival.
    labels : {"taught", "checked", "kept"}
        What generated rows have as target. "taught": what a teacher says of them, a mix of learners settled out of
        fold; a row that may be of several classes counts as each by its chance, as weights, and is judged as if classes
        were equally frequent. An estimator that takes no weights gets "checked": rows whose class the teacher confirms.
        "kept": what the generator gave them.
    teacher : "auto" or estimator
        "auto" is a mix of up to eight learners; else a regressor, or a classifier that gives chances.
    cv : int, splitter or iterable
        Folds: classes are spread over them, groups and equal rows are kept in one.
    repeats : int
        How often rows are cut into folds anew, if `cv` is a number.
    rivals : bool
        Whether other learners, class weights, a moved threshold and SMOTE are tried beside the rows; the teacher and a
        guess are.
    scoring : str, callable or None
        As in scikit-learn; None is balanced accuracy of classes, R2 of numbers.
    synthesizer : RowSynthesizer or None
        Unfitted; None is ``WGANGPSynthesizer(preset="fast")``.
    random_state : int, RandomState, Generator or None
        Seed of everything random.
    verbose : int
        1 shows progress, by folds.
    n_jobs : int or None
        Processes that learn folds side by side; None is 1, -1 one for each core. What is found is the same.

    Attributes
    ----------
    gain_ : Gain
        In score by the rows that are added: mean, low, high, number of fits. With "auto" a fold's gain is that of the
        amount that the others choose.
    amounts_ : dict of str to Gain
        Of each amount that was tried, by itself.
    rivals_ : dict of name to Gain
        The best first; "no rows" has the score of the estimator as it is.
    verdict_ : {"helps", "harms", "cannot tell"}
        Whether the interval of `gain_` lies above 0, below, or holds it; never "helps" where a guess does as well.
    amount_ : int
        Rows that are added; 0 when they do not pay.
    chosen_ : str or int
        The amount as one asks for it, such as "3x".
    learners_ : dict of name to Gain
        What other learners gain by the most rows that were tried, over themselves.
    recalls_ : DataFrame of shape (n_classes, n_choices)
        The share of each class's rows that the estimator finds, without rows and with.
    scores_ : DataFrame of shape (n_choices, n_folds)
        What everything that was tried got.
    estimator_ : estimator
        The one that predicts.
    maker_ : RowMaker or None
        Generator and teacher of all rows, if any are added.
    n_rows_ : int
        Rows that were fitted.
    n_features_in_, feature_names_in_, classes_
        As scikit-learn has them.

    References
    ----------
    Nadeau, Bengio (2003). Inference for the Generalization Error. Machine Learning 52.

    Examples
    --------
    >>> import warnings
    >>> from sklearn.linear_model import Ridge
    >>> X = np.random.default_rng(0).normal(size=(30, 3))
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")  # 30 rows are too few to tell
    ...     model = Augmenter(Ridge(), random_state=0).fit(X, X[:, 0])
    >>> model.amount_, model.verdict_, model.predict(X).shape
    (0, 'cannot tell', (30,))
    """

    def __init__(
        self,
        estimator: Any,
        *,
        amount: str | int = AUTO,
        labels: str = "taught",
        teacher: Any = AUTO,
        cv: Any = 5,
        repeats: int = 2,
        rivals: bool = True,
        scoring: Any = None,
        synthesizer: Any = None,
        random_state: Any = None,
        verbose: int = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.estimator, self.amount, self.labels, self.teacher = estimator, amount, labels, teacher
        self.cv, self.repeats, self.rivals, self.scoring = cv, repeats, rivals, scoring
        self.synthesizer, self.random_state, self.verbose, self.n_jobs = synthesizer, random_state, verbose, n_jobs

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Try whether generated rows help, and learn.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            What the estimator takes.
        y : array-like of shape (n_samples,)
            Classes for a classifier, numbers for a regressor.
        groups : array-like of shape (n_samples,), optional
            Rows of one group, such as a machine or a patient, are learned or tested together.

        Raises
        ------
        InputError
            A parameter, the rows or the target cannot be used.
        """
        X, codes = self._read(X, y, reset=True)
        amount = self._check(codes)
        groups = read_groups(groups, len(codes))
        self.seed_ = resolve_seed(self.random_state)
        self.gain_, self.scores_, self.recalls_ = Gain(), pd.DataFrame(), pd.DataFrame()
        self.n_rows_ = len(codes)
        self.amounts_: dict[str, Gain] = {}
        self.rivals_: dict[str, Gain] = {}
        self.learners_: dict[str, Gain] = {}
        self.chosen_: str | int = 0 if amount == AUTO else amount
        if self._can_be_tried(codes):
            self._try(X, codes, groups, amount)
        self.verdict_ = self._judge()
        counts = count_rows(self.chosen_, codes, self._n_classes)
        self.amount_, self.maker_ = sum(counts.values()), None
        if not self.amount_:
            self.estimator_ = clone(self.estimator).fit(X, self._name(codes))
            return self
        self.maker_ = self._make_maker().fit(X, codes)
        rows = self.maker_.make(counts, takes_weights(self.estimator))
        self.amount_ = int(rows.X.index.nunique())  # fewer than asked for if the teacher confirms fewer
        made = MadeRows(rows.X, self._name(rows.y), rows.weights)
        self.estimator_ = learn_with(self.estimator, X, self._name(codes), made)
        return self

    def check(self, X: Any, y: Any) -> None:
        """Raise the errors that `fit` would raise before anything is learned."""
        self._check(self._read(X, y, reset=True)[1])

    def augment(self, X: Any, y: Any) -> AugmentedRows:
        """Return rows with `amount_` generated ones below, to be learned elsewhere.

        A row that is taught comes once for each class that it may be of.

        Parameters
        ----------
        X, y
            The rows that were fitted; to others a generator and a teacher are fitted anew, and as many are added as
            the same amount, such as 3x, asks for.

        Returns
        -------
        rows : as X, but frames of other libraries as frames of pandas
        targets : ndarray of shape (n_rows,)
        weights : ndarray of shape (n_rows,)
            1, or the chance that a generated row is of the class that it is taught as.
        origin : ndarray of shape (n_rows,)
            "real" or "generated".
        """
        check_is_fitted(self, "estimator_")
        X, codes = self._read(X, y, reset=False)
        targets, origin = self._name(codes), np.full(len(codes), "real", dtype=object)
        if not self.amount_:
            return AugmentedRows(X, targets, np.ones(len(codes)), origin)
        maker = self.maker_
        if maker is None or not maker.knows(X, codes):
            maker = self._make_maker().fit(X, codes)
        rows = maker.make(count_rows(self.chosen_, codes, self._n_classes), takes_weights(self.estimator))
        return AugmentedRows(
            put_below(X, rows.X),
            np.concatenate([targets, self._name(rows.y)]),
            np.concatenate([np.ones(len(codes)), rows.weights]),
            np.concatenate([origin, np.full(len(rows.y), "generated", dtype=object)]),
        )

    def _read(self, X: Any, y: Any, reset: bool) -> tuple[Any, NDArray[Any]]:
        """Return the rows, and codes of classes or numbers."""
        if isinstance(self.estimator, type) or not hasattr(self.estimator, "fit"):
            raise InputError(f"estimator must be an object with fit and predict, but is {self.estimator!r}; give one")
        X = self._read_rows(X, reset, y)
        y = as_series(y)
        y = column_or_1d(y.to_numpy() if isinstance(y, pd.Series) else y, warn=True)
        check_consistent_length(X, y)
        if pd.isna(y).any():
            row = int(np.flatnonzero(pd.isna(y))[0])
            raise InputError(
                f"the target must be known in all rows, but is missing (NaN) in row {row + 1}; drop such rows"
            )
        if not is_classifier(self.estimator):
            return X, check_array(y, dtype=np.float64, ensure_2d=False, input_name="y")
        odd = y[y != np.floor(y)] if y.dtype.kind == "f" else y[:0]
        check_classification_targets((odd if len(odd) else y)[:FEW])  # of more it says that classes are many; we do so
        found, codes = np.unique(y, return_inverse=True)
        if reset:
            self.classes_ = found
        elif strange := [value for value in found if value not in self.classes_]:
            raise InputError(f"classes must be those that were fitted, but {str(strange[0])!r} is not; fit again")
        return X, codes if reset else np.searchsorted(self.classes_, y)

    def _read_rows(self, X: Any, reset: bool, y: Any = "no_validation") -> Any:
        frame, container = open_frame(X)
        if container != ARRAY:
            validate_data(self, frame, y, reset=reset, skip_check_array=True)
            return frame
        finite = "allow-nan" if get_tags(self.estimator).input_tags.allow_nan else True
        least = 2 if reset else 1
        return validate_data(self, X, reset=reset, dtype="numeric", ensure_all_finite=finite, ensure_min_samples=least)

    @property
    def _n_classes(self) -> int:
        return len(self.classes_) if is_classifier(self.estimator) else 0

    def _name(self, codes: NDArray[Any]) -> NDArray[Any]:
        """Return the targets that codes stand for."""
        return self.classes_[codes.astype(int)] if self._n_classes else codes

    def _check(self, codes: NDArray[Any]) -> str | int:
        """Return the amount as it is understood; InputError for a parameter that breaks its rule."""
        check_parameters(self.get_params(deep=False), self._n_classes)
        return check_amount(self.amount, codes, self._n_classes)

    def _can_be_tried(self, codes: NDArray[Any]) -> bool:
        """Return whether the rows suffice to judge anything by; a warning says so if they do not."""
        if len(codes) < LEAST_ROWS:
            why = f"there are {len(codes)} rows, fewer than {LEAST_ROWS}"
        elif len(np.unique(codes)) < 2:
            why = "the target is the same in all rows"
        else:
            return True
        warn(f"whether generated rows help was not tried: {why}")
        return False

    def _make_maker(self) -> RowMaker:
        synthesizer = WGANGPSynthesizer(preset="fast") if self.synthesizer is None else self.synthesizer
        teacher = None if isinstance(self.teacher, str) else self.teacher
        return RowMaker(synthesizer, self._n_classes, self.labels, self.seed_, teacher)

    def _try(self, X: Any, codes: NDArray[Any], groups: Any, amount: str | int) -> None:
        """Try everything, and choose the amount."""
        self._warn_of_few(codes)
        together = join_groups(X, groups)
        folded = together if isinstance(self.cv, (int, np.integer)) else groups
        folds = make_folds(self.cv, self.repeats, codes, folded, bool(self._n_classes), self.seed_)
        check_folds(folds, together)
        amounts = [amount]
        if amount == AUTO:
            amounts = list(TRIED_IMBALANCED if is_imbalanced(codes, self._n_classes) else TRIED)
        classes = self.classes_ if self._n_classes else None
        scorer = find_scorer(self.estimator, self.scoring, self._n_classes)
        trials = Trials(self.estimator, self._make_maker(), classes, amounts, scorer, self.seed_, self.rivals)
        with Progress(len(folds), "fold") as progress:
            trials.run(X, codes, folds, progress if self.verbose else None, count_workers(self.n_jobs))
        self.scores_, self.rivals_, self.learners_ = trials.scores, trials.rivals(), trials.learners()
        self.amounts_, self.recalls_ = trials.tried(), trials.recalls()
        self.gain_ = trials.gain_of(map(str, amounts))
        best = max((gain.score for gain in self.rivals_.values()), default=np.inf)
        if amount == AUTO and self.gain_.mean > self.gain_.error and self.gain_.score > best:
            self.chosen_ = trials.best_amount

    def _warn_of_few(self, codes: NDArray[Any]) -> None:
        """Warn of classes that are not in every fold."""
        if not (self._n_classes and isinstance(self.cv, (int, np.integer))):
            return
        counts = np.bincount(codes, minlength=self._n_classes)
        if (few := np.flatnonzero(counts < self.cv)).size:
            said = ", ".join(f"{shorten(self.classes_[code], 20)} {counts[code]}" for code in few[:5])
            more = f" and {len(few) - 5} more" if len(few) > 5 else ""
            text = f"classes of fewer rows than the {self.cv} folds are not in each, and little can be said of them: "
            warn(text + said + more)

    def _judge(self) -> str:
        """Return whether the rows help; where a guess does as well nothing helps."""
        guess = self.rivals_.get(GUESS, Gain()).score
        return "cannot tell" if self.gain_.verdict == "helps" and self.gain_.score <= guess else self.gain_.verdict

    @available_if(_has("predict"))  # type: ignore[misc]
    def predict(self, X: Any) -> NDArray[Any]:
        """Return what the estimator predicts, shape (n_samples,)."""
        return np.asarray(self._ask("predict", X))

    @available_if(_has("predict_proba"))  # type: ignore[misc]
    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Return the chances that the estimator gives to classes, (n_samples, n_classes)."""
        return np.asarray(self._ask("predict_proba", X))

    @available_if(_has("decision_function"))  # type: ignore[misc]
    def decision_function(self, X: Any) -> NDArray[Any]:
        """Return the scores that the estimator gives to classes."""
        return np.asarray(self._ask("decision_function", X))

    @available_if(_has("score"))  # type: ignore[misc]
    def score(self, X: Any, y: Any) -> float:
        """Return the estimator's own score: accuracy, or R2."""
        check_is_fitted(self, "estimator_")
        return float(self.estimator_.score(self._read_rows(X, reset=False), y))

    def _ask(self, method: str, X: Any) -> Any:
        check_is_fitted(self, "estimator_")
        return getattr(self.estimator_, method)(self._read_rows(X, reset=False))

    def __sklearn_tags__(self) -> Any:
        tags, own = super().__sklearn_tags__(), get_tags(self.estimator)
        tags.estimator_type = own.estimator_type
        tags.classifier_tags, tags.regressor_tags = own.classifier_tags, own.regressor_tags
        tags.input_tags.allow_nan, tags.target_tags.required = own.input_tags.allow_nan, True
        return tags
