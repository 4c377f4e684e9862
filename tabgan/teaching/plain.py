"""Features that any learner takes: numbers without gaps."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from typing_extensions import Self

MOST_LEVELS = 50  # of a column that get a feature of their own; the rarer ones have none


class PlainFeatures:
    """Makes labels one-hot, and fills gaps with the mean beside a feature that marks them.

    Parameters
    ----------
    categorical : collection of int
        Columns whose values are codes of labels.

    Examples
    --------
    >>> X = np.array([[1.0, 0.0], [np.nan, 1.0], [3.0, 0.0]])
    >>> PlainFeatures([1]).fit(X).transform(X)
    array([[1., 0., 1., 0.],
           [2., 1., 0., 1.],
           [3., 0., 1., 0.]])
    """

    def __init__(self, categorical: Collection[int] = ()) -> None:
        self.categorical = categorical

    def fit(self, X: NDArray[Any]) -> Self:
        """Learn levels and means of a matrix of shape (n_samples, n_columns), in which gaps are NaN."""
        self.levels_: dict[int, NDArray[Any]] = {}
        self.means_: dict[int, float] = {}
        self.gaps_: set[int] = set()
        for place, column in enumerate(X.T):
            known = column[~np.isnan(column)]
            if place in self.categorical:
                levels, counts = np.unique(known, return_counts=True)
                self.levels_[place] = np.sort(levels[np.argsort(-counts, kind="stable")[:MOST_LEVELS]])
            else:
                self.means_[place] = float(known.mean()) if len(known) else 0.0
                if len(known) < len(column):
                    self.gaps_.add(place)
        return self

    def transform(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """Return the features, of shape (n_samples, n_features)."""
        features: list[NDArray[Any]] = []
        for place, column in enumerate(X.T):
            if place in self.levels_:
                features += [column == level for level in self.levels_[place]]
                continue
            features.append(np.where(np.isnan(column), self.means_[place], column))
            if place in self.gaps_:
                features.append(np.isnan(column))
        return np.column_stack([*features, np.empty((len(X), 0))]).astype(np.float64)
