"""What a change of a model gains, over folds that share most of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
SHARES = (
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "f1",
    "fbeta",
    "jaccard",
    "precision",
    "recall",
    "roc_auc",
)
"""Scores, by how the names of scikit-learn's functions begin, from 0 to 1."""


@dataclass(frozen=True)
class Gain:
    """The mean gain in a score over folds, and an interval that holds the true one in 95 of 100 tables.

    Attributes
    ----------
    score : float
        The mean score with the change.
    mean, low, high : float
        Of the score with the change less that without, and the ends of its interval; NaN where it was not tried, or in
        one fold, or the difference is the same in all, which tells nothing of chance.
    error : float
        Standard error of the mean.
    n_fits : int
        How many folds it was tried in.
    """

    score: float = float("nan")
    mean: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    error: float = float("nan")
    n_fits: int = 0

    @property
    def verdict(self) -> str:
        """What the interval says: "helps" if it lies above 0, "harms" if below, else "cannot tell"."""
        return "helps" if self.low > 0 else "harms" if self.high < 0 else "cannot tell"


def find_width(scorer: Any) -> float:
    """Return how far two scores of a scorer of scikit-learn can be apart, infinite if that is not known.

    Examples
    --------
    >>> from sklearn.metrics import get_scorer
    >>> find_width(get_scorer("balanced_accuracy")), find_width(get_scorer("r2"))
    (1.0, inf)
    """
    name = getattr(getattr(scorer, "_score_func", None), "__name__", "")
    known = name.startswith(SHARES) and not getattr(scorer, "_kwargs", {}).get("adjusted")
    return 1.0 if known else float("inf")


def measure_gain(
    changed: NDArray[np.float64], unchanged: NDArray[np.float64], ratio: float, width: float = float("inf")
) -> Gain:
    """Return the gain of scores over those of the same folds, each of shape (n_folds,).

    Folds share the rows that are learned, so their differences vary less than those of new tables would. Nadeau and
    Bengio (2003), "Inference for the Generalization Error", Machine Learning 52, equation 9, add what that hides:
    variance (1 / n_folds + `ratio`) s^2, where `ratio` is that of tested to learned rows. The interval ends where no
    gain can be, `width` from 0.

    Examples
    --------
    >>> gain = measure_gain(np.array([0.8, 0.9, 0.7, 0.8]), np.array([0.7, 0.8, 0.7, 0.6]), 1 / 3)
    >>> round(gain.mean, 3), round(gain.low, 3), round(gain.high, 3), gain.verdict
    (0.1, -0.098, 0.298, 'cannot tell')
    """
    kept = np.isfinite(changed) & np.isfinite(unchanged)
    if not kept.any():
        return Gain()
    differences = changed[kept] - unchanged[kept]
    n_fits, mean = int(kept.sum()), float(differences.mean())
    if n_fits < 2 or (differences.any() and np.ptp(differences) <= 1e-12 * abs(differences).max()):
        return Gain(float(changed[kept].mean()), mean, n_fits=n_fits)  # how far chance reaches is not known
    error = float(np.sqrt(1 / n_fits + ratio) * differences.std(ddof=1))
    reach = float(stats.t.ppf((1 + LEVEL) / 2, n_fits - 1)) * error
    low, high = max(mean - reach, -width), min(mean + reach, width)
    return Gain(float(changed[kept].mean()), mean, low, high, error, n_fits)


def choose_apart(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the scores, shape (n_folds,), of the choice that is best in all other folds, of (n_choices, n_folds).

    What is chosen by a fold's score and measured by it looks better than it is; so each fold is measured with the
    choice that the others make. A fold in which some choice has no score counts for none, and has none: NaN.

    Examples
    --------
    >>> choose_apart(np.array([[1.0, 0.0, 0.0], [0.0, 0.4, 0.4]]))
    array([0., 0., 0.])
    """
    known = np.isfinite(scores).all(axis=0)
    counted = np.where(known, scores, 0.0)
    others = counted.sum(axis=1, keepdims=True) - counted
    return np.where(known, scores[others.argmax(axis=0), np.arange(scores.shape[1])], np.nan)
