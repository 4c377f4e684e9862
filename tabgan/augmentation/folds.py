"""Folds that are fair: classes spread over them, rows of a group, and equal rows, in one."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold, check_cv

from tabgan.errors import InputError, warn
from tabgan.teaching.table_features import as_frame

Fold = tuple[NDArray[np.intp], NDArray[np.intp]]


def hash_rows(X: Any) -> NDArray[np.uint64]:
    """Return a number for each row that equal rows share."""
    frame = as_frame(X)
    hashes = pd.util.hash_pandas_object(frame.set_axis(range(frame.shape[1]), axis=1), index=False)
    return np.asarray(hashes, np.uint64)


def group_equal_rows(X: Any) -> NDArray[np.intp] | None:
    """Return groups of equal rows; None if no two rows are equal."""
    groups, distinct = pd.factorize(hash_rows(X))
    return None if len(distinct) == len(groups) else groups


def join_groups(X: Any, groups: NDArray[Any] | None) -> NDArray[np.intp] | None:
    """Return groups that keep those given, and equal rows, together; None if nothing is to be kept so.

    Examples
    --------
    >>> join_groups(np.array([[1.0], [2.0], [1.0], [3.0]]), np.array(["a", "b", "b", "c"])).tolist()
    [0, 0, 0, 1]
    """
    equal = group_equal_rows(X)
    if groups is None or equal is None:
        return equal if groups is None else pd.factorize(groups)[0]
    codes, names = pd.factorize(groups)
    links = np.column_stack([codes, len(names) + equal])  # of groups with the rows that they hold
    size = len(names) + int(equal.max()) + 1
    graph = sparse.coo_matrix((np.ones(len(links)), links.T), shape=(size, size))
    joined = csgraph.connected_components(graph, directed=False)[1][codes]
    return np.asarray(pd.factorize(joined)[0])


def check_folds(folds: list[Fold], together: NDArray[Any] | None) -> None:
    """Raise InputError if a fold tests rows that it learns; warn if one parts rows that belong together."""
    parted = 0
    for number, (learned, tested) in enumerate(folds, 1):
        if len(both := np.intersect1d(learned, tested)):
            raise InputError(
                f"folds must test rows that they do not learn, but fold {number} does both with row {both[0] + 1}; "
                "give others"
            )
        if together is not None:
            parted += int(np.isin(together[tested], together[learned]).sum())
    if parted:
        text = (
            f"{parted:,} tested rows equal learned ones, or are of their group: what is measured is too good; give a "
            "number of folds as cv, which keeps such rows together"
        )
        warn(text)


def make_folds(cv: Any, repeats: int, y: NDArray[Any], groups: Any, stratified: bool, seed: int) -> list[Fold]:
    """Return which rows are learned and which tested, in each fold of each repetition.

    `cv` is a number of folds, a splitter of scikit-learn, which is used once, or a list of such folds.

    Raises
    ------
    InputError
        There are fewer groups than folds, or `cv` is none of these.
    """
    if not isinstance(cv, (int, np.integer)):
        return _split(cv, y, groups)
    least = len(y) if groups is None else len(np.unique(groups))
    if stratified and groups is None:
        least = int(np.unique(y, return_counts=True)[1].max())
    if least < 2:
        raise InputError(f"folds need at least 2 groups of rows, but there are {least}; give others, or none")
    n_splits = min(int(cv), least)
    kinds = {(True, False): StratifiedKFold, (False, False): KFold, (True, True): StratifiedGroupKFold}
    made = kinds.get((stratified, groups is not None), GroupKFold)
    folds: list[Fold] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of classes with fewer rows than folds
        for turn in range(repeats):
            splitter = made(n_splits, shuffle=True, random_state=(seed + turn) % 2**32)
            folds += list(splitter.split(np.zeros((len(y), 1)), y, groups))
    return folds


def _split(cv: Any, y: NDArray[Any], groups: Any) -> list[Fold]:
    """Return the folds of a splitter, or a list of folds."""
    try:
        found = [(np.asarray(a), np.asarray(b)) for a, b in check_cv(cv, y).split(np.zeros((len(y), 1)), y, groups)]
    except (TypeError, ValueError) as error:
        raise InputError(f"cv must be a number, a splitter, or a list of folds, but with {cv!r}: {error}") from error
    if not found:
        raise InputError(f"cv must have folds, but {cv!r} has none; give a number of folds")
    return found
