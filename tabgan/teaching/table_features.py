"""Any table as features that any learner takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from tabgan.schema.containers import open_frame
from tabgan.schema.dtypes import Contents
from tabgan.schema.moments import Moments
from tabgan.teaching.plain import PlainFeatures

if TYPE_CHECKING:
    from typing_extensions import Self


LARGEST = 1e100  # beyond which columns are scaled: squares of numbers must be numbers


class TableFeatures(TransformerMixin, BaseEstimator):
    """Makes numbers without gaps of a table: numbers and dates as they are, labels one-hot, gaps filled and marked.

    A level that was not seen has no feature: all those of its column are 0.

    Examples
    --------
    >>> table = pd.DataFrame({"size": [1.0, None], "kind": ["a", "b"]})
    >>> TableFeatures().fit(table).transform(pd.DataFrame({"size": [2.0], "kind": ["c"]}))
    array([[2., 0., 0., 0.]])
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn levels and means of a table of shape (n_samples, n_columns)."""
        frame = as_frame(X)
        texts = [place for place in range(frame.shape[1]) if _is_text(frame.iloc[:, place])]
        self.dates_ = {place for place in texts if Moments.takes(Contents(frame.iloc[:, place]))}
        self.levels_ = {
            place: pd.Index(frame.iloc[:, place].dropna().map(str).unique()).sort_values()
            for place in texts
            if place not in self.dates_
        }
        self.n_features_in_ = frame.shape[1]
        matrix = self._to_matrix(frame)
        largest = np.nanmax(np.abs(np.nan_to_num(matrix, posinf=0, neginf=0)), axis=0, initial=0)
        self.scale_ = np.where(largest > LARGEST, largest, 1.0)
        self.plain_ = PlainFeatures(list(self.levels_)).fit(matrix / self.scale_)
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return the features, of shape (n_samples, n_features)."""
        check_is_fitted(self)
        return self.plain_.transform(self._to_matrix(as_frame(X)) / self.scale_)

    def _to_matrix(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return the table as float64, labels as the places of their levels, all that is not known as NaN."""
        matrix = np.empty(frame.shape)
        for place in range(frame.shape[1]):
            column = frame.iloc[:, place]
            if place in self.levels_:
                texts = column.astype(object).map(str, na_action="ignore")  # as Int64, 1 would be 1.0 for pandas 2.2
                codes = self.levels_[place].get_indexer(texts).astype(np.float64)
                matrix[:, place] = np.where(codes < 0, np.nan, codes)
            elif place in self.dates_ or not pd.api.types.is_numeric_dtype(column.dtype):
                matrix[:, place] = Moments.compared(column)
            else:
                matrix[:, place] = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
        return matrix


def as_frame(X: Any) -> pd.DataFrame:
    """Return any table as a frame of pandas."""
    frame, _ = open_frame(X)
    return frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(np.asarray(frame))


def _is_text(column: pd.Series) -> bool:
    is_zoned = isinstance(column.dtype, pd.DatetimeTZDtype)
    return not (pd.api.types.is_numeric_dtype(column.dtype) or column.dtype.kind in "mM" or is_zoned)
