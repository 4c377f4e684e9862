"""The 3-sigma rule: outliers of a series give way to a weighted average of the values before them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import OneToOneFeatureMixin

from tabgan.errors import InputError
from tabgan.preprocessing.packing import Array
from tabgan.preprocessing.stages import Stage
from tabgan.registry import register_own
from tabgan.setting_rules import COUNT, POSITIVE
from tabgan.spelling import spell


class ThreeSigmaSmoother(OneToOneFeatureMixin, Stage):
    """Replace outliers of each column, a series whose rows are in the order of time, by an average of their history.

    A value x_t is an outlier if ``|x_t - mean| > n_sigma * std``; of normal values 0.27% are, with three sigma. It
    becomes the average of the nearest earlier values that are no outliers, weighted by 1 / (their distance in rows):
    ``sum(x_s / (t - s)) / sum(1 / (t - s))`` over the last `neighbours` such rows s < t, or as many as there are. With
    none before it, it becomes the mean.

    Parameters
    ----------
    n_sigma : float, default 3.0
        How many standard deviations from the mean a value may lie.
    window : int or None
        None takes mean and standard deviation (of the population, not of a sample) of the column when fitted. A number,
        at least 2, takes those of so many rows before x_t, outliers included, so that a series that has moved to
        another level is followed; a value is judged once half of them, and two, are there. No later value matters.
    neighbours : int, default 7
        How many earlier values replace an outlier.

    Attributes
    ----------
    mean_, std_ : ndarray of shape (n_columns,)
        Of the columns when fitted.
    changed_ : DataFrame of shape (n_changed, 4)
        What was changed in the rows it was fitted on: see `report`.

    Notes
    -----
    NaN stays NaN, and counts neither as history nor in mean and standard deviation. Where the standard deviation is 0
    nothing is judged, so a constant column stays as it is. Of ten values or fewer none lies three of their own standard
    deviations from their mean. What was replaced is lost: `inverse_transform` is the identity.

    Examples
    --------
    >>> import numpy as np
    >>> demand = np.tile([20.0, 21.0, 22.0], 8)[:, None]
    >>> demand[5] = 90
    >>> smoother = ThreeSigmaSmoother(neighbours=2).fit(demand)
    >>> smoother.changed_
       row column  before      after
    0    5      1    90.0  20.666667
    """

    name, place, lossy = "3sigma", "series", True
    learned = ("mean_", "std_")

    def __init__(self, n_sigma: float = 3.0, window: int | None = None, neighbours: int = 7) -> None:
        self.n_sigma, self.window, self.neighbours = n_sigma, window, neighbours

    @classmethod
    def parse(cls, text: str) -> ThreeSigmaSmoother:
        """Make the smoother that a text names: so many sigma, and a window if it is to have one.

        Raises
        ------
        InputError
            It is no such text.

        Examples
        --------
        >>> ThreeSigmaSmoother.parse("3sigma"), ThreeSigmaSmoother.parse("2.5sigma:60")
        (ThreeSigmaSmoother(), ThreeSigmaSmoother(n_sigma=2.5, window=60))
        """
        match = re.fullmatch(r"(\d+(?:\.\d+)?)sigma(?::(\d+))?", text)
        if not match:
            raise InputError(f"{spell('smooth')} must be Nsigma[:WINDOW], but is {text!r}; write 3sigma, or 3sigma:60")
        smoother = cls(float(match[1]), int(match[2]) if match[2] else None)
        smoother._check()
        return smoother

    def fit(self, X: Any, y: Any = None) -> ThreeSigmaSmoother:
        """Learn mean and standard deviation of the columns of `X`, of shape (n_samples, n_columns), in order of time.

        Raises
        ------
        InputError
            `n_sigma` is not positive, `window` below 2 or `neighbours` below 1.
        """
        self._check()
        X = self._read(X, reset=True)
        frame = pd.DataFrame(X)
        self.mean_ = frame.mean().to_numpy()
        # Of a constant column it is 0 whatever the rounding.
        self.std_ = frame.std(ddof=0).where(frame.min() < frame.max(), 0.0).to_numpy()
        self.changed_ = self._report(X)
        return self

    def transform(self, X: Any) -> Array:
        """Return `X`, of shape (n_samples, n_columns), in order of time, with its outliers replaced."""
        return self._smooth(self._read(X))[0]

    def report(self, X: Any) -> pd.DataFrame:
        """Return what `transform` changes in `X`: row (from 0), column (name, or number from 1), before and after."""
        return self._report(self._read(X))

    def inverse_transform(self, X: Any) -> Array:
        """Return `X`: what was replaced is not known any more."""
        return self._read(X)

    def _smooth(self, X: Array) -> tuple[Array, Array]:
        """Return the smoothed rows, and where they were changed."""
        mean, std = self.mean_, self.std_
        if self.window is not None:
            past = pd.DataFrame(X).shift().rolling(self.window, min_periods=max(2, (self.window + 1) // 2))
            mean, std = past.mean().to_numpy(), past.std(ddof=0).to_numpy()
        outlying = (np.abs(X - mean) > self.n_sigma * std) & (std > 0)
        Y = X.copy()
        for j in np.flatnonzero(outlying.any(axis=0)):
            good = np.flatnonzero(~outlying[:, j] & ~np.isnan(X[:, j]))
            for t in np.flatnonzero(outlying[:, j]):
                end = np.searchsorted(good, t)
                before = good[max(0, end - self.neighbours) : end]
                Y[t, j] = np.average(X[before, j], weights=1 / (t - before)) if len(before) else self.mean_[j]
        return Y, outlying

    def _report(self, X: Array) -> pd.DataFrame:
        Y, outlying = self._smooth(X)
        rows, columns = np.nonzero(outlying)
        names = getattr(self, "feature_names_in_", np.arange(1, X.shape[1] + 1).astype(str).astype(object))
        return pd.DataFrame({"row": rows, "column": names[columns], "before": X[outlying], "after": Y[outlying]})

    def _check(self) -> None:
        if not POSITIVE.holds(self.n_sigma):
            raise InputError(f"n_sigma must be {POSITIVE.words}, but is {self.n_sigma!r}; 3 is usual")
        if self.window is not None and not (COUNT.holds(self.window) and self.window >= 2):
            raise InputError(f"window must be a whole number of at least 2, or None, but is {self.window!r}")
        if not COUNT.holds(self.neighbours):
            raise InputError(f"neighbours must be {COUNT.words}, but is {self.neighbours!r}")


register_own("stage", ThreeSigmaSmoother)
