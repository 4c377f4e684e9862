"""Rows between real ones, as a rival: SMOTE."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from tabgan.augmentation.amounts import Counts
from tabgan.augmentation.makers import MadeRows
from tabgan.seeds import Use, numpy_rng
from tabgan.teaching.table_features import TableFeatures, as_frame

NEIGHBOURS = 5


def interpolate(X: Any, y: NDArray[Any], counts: Counts, seed: int) -> MadeRows:
    """Return rows at random places between a real one and one of its nearest neighbours, of its class if there are any.

    What is no number is that of the nearer of the two. Targets that are numbers lie as far between. See Chawla et al.
    (2002), "SMOTE: Synthetic Minority Over-sampling Technique".
    """
    frame, rng = as_frame(X), numpy_rng(seed, Use.INTERPOLATED)
    features = StandardScaler().fit_transform(TableFeatures().fit_transform(X))
    begin, end = [], []
    for code, n in ((code, n) for code, n in counts.items() if n):
        own = np.arange(len(y)) if code is None else np.flatnonzero(y == code)
        near = min(NEIGHBOURS + 1, len(own))
        chosen = rng.integers(len(own), size=n)
        found = NearestNeighbors(n_neighbors=near).fit(features[own]).kneighbors(features[own[chosen]])[1]
        begin.append(own[chosen])
        end.append(own[found[np.arange(n), rng.integers(near > 1, near, size=n)]])
    first, second = np.concatenate(begin), np.concatenate(end)
    way = rng.random(len(first))
    columns = [_between(frame.iloc[:, place], first, second, way) for place in range(frame.shape[1])]
    targets = y[first] if None not in counts else y[first] + way * (y[second] - y[first])
    return MadeRows(pd.concat(columns, axis=1), targets, np.ones(len(first)))


def _between(column: pd.Series, first: NDArray[Any], second: NDArray[Any], way: NDArray[Any]) -> pd.Series:
    if column.dtype.kind not in "iuf":
        return column.iloc[np.where(way < 0.5, first, second)].reset_index(drop=True)
    begin, end = (column.to_numpy(np.float64, na_value=np.nan)[rows] for rows in (first, second))
    values = begin + way * (end - begin)
    return pd.Series(values if column.dtype.kind == "f" else values.round(), name=column.name).astype(column.dtype)
