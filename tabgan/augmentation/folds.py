"""Folds that are fair: classes spread over them, rows of a group, and equal rows, in one."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold, check_cv

from tabgan.errors import InputError
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


def make_folds(cv: Any, repeats: int, y: NDArray[Any], groups: Any, stratified: bool, seed: int) -> list[Fold]:
    """Return which rows are learned and which tested, in each fold of each repetition.

    `cv` is a number of folds, a splitter of scikit-learn, which is used once, or a list of such folds.

    Raises
    ------
    InputError
        There are fewer groups than folds, or `cv` is none of these.
    """
    if not isinstance(cv, (int, np.integer)):
        return [(np.asarray(a), np.asarray(b)) for a, b in check_cv(cv, y).split(np.zeros((len(y), 1)), y, groups)]
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
