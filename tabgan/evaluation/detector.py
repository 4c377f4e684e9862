"""How well a classifier tells rows from others, on rows that it has not learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from tabgan.schema.column import Floats
from tabgan.seeds import Use, whole_seed

ROUNDS, FOLDS = 100, 5
BINS, WIDE = 255, 100
MOST_EQUAL, LEAST_GROUPS = 10, 25
"""Equal rows share a fold up to ten of them, and up to a 25th of all rows: a value that is more frequent is no copy,
and its share is what a detector should learn."""

Folds = list[tuple[NDArray[np.intp], NDArray[np.intp]]]


def detector_auc(real: Floats, generated: Floats, seed: int) -> float:
    """Return the AUC of boosted trees between two tables of at least five rows: 0.5 if they cannot tell, 1 if always.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> detector_auc(rng.normal(size=(50, 2)), 9 + rng.normal(size=(50, 2)), seed=0)
    1.0
    """
    is_real = np.repeat([True, False], [len(real), len(generated)])
    rows = np.concatenate([real, generated])
    with threadpool_limits(1):  # sums over several threads would depend on how many there are
        chances, _ = out_of_fold(rows, is_real, make_folds(rows, is_real, seed), make_trees)
    return auc_and_error(is_real, chances)[0]


def make_folds(rows: Floats, labels: NDArray[np.bool_], seed: int, *more: int) -> Folds:
    """Return the places of the rows to learn and to test of five folds, with equal shares of true labels.

    Equal rows, of either label, go into the fold of the first of them: a copy that is on both sides of a fold is known
    by heart, not told. Without equal rows the folds are scikit-learn's.
    """
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=whole_seed(seed, Use.FOLDS, *more))
    drawn = np.empty(len(labels), np.intp)
    for number, (_, tested) in enumerate(folds.split(labels, labels)):
        drawn[tested] = number
    fold = drawn[find_first_equals(rows)]
    return [(np.flatnonzero(fold != number), np.flatnonzero(fold == number)) for number in np.unique(fold)]


def find_first_equals(rows: Floats) -> NDArray[np.intp]:
    """Return for each row the place of the first that equals it, gaps being equal; its own where too many do.

    Examples
    --------
    >>> rows = np.repeat([[1.0, np.nan], [2.0, 0.0], [1.0, np.nan]], [1, 48, 1], axis=0) + np.zeros((50, 2))
    >>> rows[1:49, 1] = np.arange(48)
    >>> find_first_equals(rows)[[0, 1, 48, 49]]
    array([ 0,  1, 48,  0])
    """
    group = pd.DataFrame(rows).groupby([*range(rows.shape[1])], dropna=False, sort=False).ngroup().to_numpy()
    _, first, group, counts = np.unique(group, return_index=True, return_inverse=True, return_counts=True)
    few = counts[group] <= min(MOST_EQUAL, len(rows) // LEAST_GROUPS)
    return np.where(few, first[group], np.arange(len(rows)))


def count_bins(n_columns: int) -> int:
    """Return into how many bins trees put a column: of wide tables into a quarter, which is faster."""
    return BINS if n_columns < WIDE else BINS // 4


def count_rounds(n_columns: int) -> int:
    """Return how many trees there are: of wide tables half, as each sees more."""
    return ROUNDS if n_columns < WIDE else ROUNDS // 2


def make_trees(
    categorical: NDArray[np.bool_] | None = None, rounds: int = ROUNDS, bins: int = BINS
) -> HistGradientBoostingClassifier:
    """Return boosted trees; `categorical` tells which columns hold codes of levels, at most `bins` of them."""
    return HistGradientBoostingClassifier(
        categorical_features=categorical, max_iter=rounds, max_bins=bins, early_stopping=False, random_state=0
    )  # which draws nothing, as it neither stops early nor leaves out rows or columns


def fill_empty(x: Any) -> Any:
    """Return rows whose columns without a value hold 0: trees split neither, and scikit-learn 1.9 fails on gaps alone.

    Sparse rows, which have none, stay as they are.
    """
    if not isinstance(x, np.ndarray):
        return x
    empty = np.isnan(x).all(axis=0)
    return np.where(empty, 0.0, x) if empty.any() else x


def out_of_fold(
    design: Any, labels: NDArray[np.bool_], folds: Folds, make_model: Callable[[], Any]
) -> tuple[Floats, list[Any]]:
    """Return how likely each row of a matrix is true to the model that was fitted without its fold, and the models."""
    chances, models = np.zeros(len(labels)), []
    for learned, tested in folds:
        models.append(make_model().fit(fill_empty(design[learned]), labels[learned]))
        chances[tested] = models[-1].predict_proba(design[tested])[:, 1]
    return chances, models


def auc_and_error(labels: NDArray[np.bool_], evidence: Floats) -> tuple[float, float]:
    """Return the area under the ROC curve and its standard error by DeLong et al. (1988).

    The area is the chance that a true row lies above a false one, ties counting half. The placement of a
    row is the share of rows of the other kind that it is on the right side of; the error is
    sqrt(var(placements of true rows) / n_true + var(placements of false rows) / n_false). Placements come from ranks
    (Sun and Xu 2014, "Fast Implementation of DeLong's Algorithm"). Higher evidence speaks for true; with fewer than
    two rows of one kind there is a ValueError.

    Examples
    --------
    >>> auc_and_error(np.array([False, False, True, True]), np.array([0.1, 0.4, 0.35, 0.8]))
    (0.75, 0.3535533905932738)
    """
    true, false = evidence[labels], evidence[~labels]
    if min(len(true), len(false)) < 2:
        raise ValueError(f"an AUC must have two rows of each kind, but has {len(true)} true and {len(false)} false")
    ranks = rankdata(evidence)
    of_true = (ranks[labels] - rankdata(true)) / len(false)
    of_false = 1 - (ranks[~labels] - rankdata(false)) / len(true)
    error = np.sqrt(of_true.var(ddof=1) / len(true) + of_false.var(ddof=1) / len(false))
    return float(of_true.mean()), float(error)
