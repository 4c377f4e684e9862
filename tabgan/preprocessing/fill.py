"""Gaps among numbers: filled with what was learned, whatever rows come later."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import OneToOneFeatureMixin

from tabgan.preprocessing.stages import Array, Stage
from tabgan.registry import register


class MeanFill(OneToOneFeatureMixin, Stage):
    """Let a gap be as the mean of its column until a slot says that it is one; the way back changes nothing.

    Attributes
    ----------
    mean_ : ndarray of shape (n_columns,)
        Of the columns when fitted, gaps left out.
    """

    name, place = "fill", "joint"
    learned = ("mean_",)

    def fit(self, X: Array, y: Any = None) -> MeanFill:
        """Learn the means of `X`, of shape (n_samples, n_columns), each of whose columns has a number."""
        self.mean_ = np.nanmean(X, axis=0)
        return self

    def transform(self, X: Array) -> Array:
        """Return `X` without gaps."""
        gaps = np.isnan(X)
        return np.where(gaps, self.mean_, X) if gaps.any() else X

    def inverse_transform(self, X: Array) -> Array:
        """Return `X`."""
        return X

    def describe_inverse(self) -> None:
        """Nothing is undone."""


register("stage", MeanFill)
