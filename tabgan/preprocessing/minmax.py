"""MATLAB's mapminmax, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from tabgan.errors import InputError


class MapMinMaxScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Scale each column linearly to a range, as MATLAB's ``mapminmax`` does to each row.

    ``y = (ymax - ymin) * (x - xmin) / (xmax - xmin) + ymin``, where ``xmin`` and ``xmax`` are the column's extremes
    when fitted. A column whose range is zero or not finite is passed through unchanged and listed in ``no_change_``.
    (scikit-learn's ``MinMaxScaler`` would map a constant column to ``ymin``.) MATLAB stores one variable per row, we
    one per column.

    Parameters
    ----------
    feature_range : (float, float), default (-1, 1)
        ``ymin`` and ``ymax``.

    Attributes
    ----------
    xmin_, xmax_ : ndarray of shape (n_columns,)
        The extremes of each column.
    no_change_ : ndarray of int
        0-based indices of the columns that are passed through.

    Notes
    -----
    The extremes are mapped and mapped back exactly. Values outside them are extrapolated, as in MATLAB. NaN and
    infinity are allowed; a column that holds one when fitted has no finite range.

    References
    ----------
    https://www.mathworks.com/help/deeplearning/ref/mapminmax.html

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[1.0, 7.0], [3.0, 7.0], [5.0, 7.0]])
    >>> scaler = MapMinMaxScaler().fit(X)
    >>> scaler.transform(X)
    array([[-1.,  7.],
           [ 0.,  7.],
           [ 1.,  7.]])
    >>> scaler.inverse_transform([[0.5, 7.0]])
    array([[4., 7.]])
    """

    def __init__(self, feature_range: tuple[float, float] = (-1, 1)) -> None:
        self.feature_range = feature_range

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def fit(self, X, y=None) -> MapMinMaxScaler:
        """Learn the extremes of the columns of `X`, of shape (n_samples, n_columns)."""
        ymin, ymax = self.feature_range
        if not ymin < ymax:
            raise InputError(f"feature_range runs from low to high, but is {self.feature_range}; write it as (-1, 1)")
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite=False)
        self.xmin_, self.xmax_ = X.min(axis=0), X.max(axis=0)
        with np.errstate(
            over="ignore", invalid="ignore"
        ):  # a range that overflows is not finite, which is what is asked
            xrange = self.xmax_ - self.xmin_
        self.no_change_ = np.flatnonzero(~np.isfinite(xrange) | (xrange == 0))
        return self

    def transform(self, X) -> np.ndarray:
        """Scale `X`, of shape (n_samples, n_columns), to the feature range; ``mapminmax('apply', X, ps)``."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite=False, reset=False)
        ymin, ymax = self.feature_range
        with np.errstate(all="ignore"):  # columns that are passed through; extrapolation of tiny ranges
            # The quotient first: it lies in [0, 1] however large or tiny the range is.
            Y = (ymax - ymin) * ((X - self.xmin_) / (self.xmax_ - self.xmin_)) + ymin
        Y[:, self.no_change_] = X[:, self.no_change_]
        return Y

    def inverse_transform(self, X) -> np.ndarray:
        """Scale values in the feature range back to original units; ``mapminmax('reverse', Y, ps)``."""
        check_is_fitted(self)
        Y = validate_data(self, X, dtype=np.float64, ensure_all_finite=False, reset=False)
        ymin, ymax = self.feature_range
        t = (Y - ymin) / (ymax - ymin)
        with np.errstate(all="ignore"):
            X = self.xmin_ * (1 - t) + self.xmax_ * t  # exact at t = 0 and t = 1, and without the range no overflow
        X[:, self.no_change_] = Y[:, self.no_change_]
        return X

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as a dict of arrays and JSON values."""
        return {
            "feature_range": list(self.feature_range),
            "xmin": self.xmin_,
            "xmax": self.xmax_,
            "no_change": self.no_change_,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> MapMinMaxScaler:
        """Make the scaler that `get_state` described."""
        scaler = cls(tuple(state["feature_range"]))
        scaler.xmin_, scaler.xmax_, scaler.no_change_ = state["xmin"], state["xmax"], state["no_change"]
        scaler.n_features_in_ = len(scaler.xmin_)
        return scaler
