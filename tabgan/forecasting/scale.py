"""The scale on which a series is learned: without outliers where it was learned, as logarithms if it is positive."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.persistence import State
from tabgan.preprocessing.outliers import ThreeSigmaSmoother
from tabgan.spelling import spell

FARTHEST = 300.0
"""The largest logarithm that comes back, so that no forecast is 0 or infinite, and neither is a quotient of two."""


class Scale:
    """Brings values to the scale that is learned, and back."""

    def fit(self, values: NDArray[np.float64], logarithm: bool | None = None) -> Scale:
        """Learn from the training part, of shape (n,); `logarithm` None is whether all are positive."""
        self.smoother, self.n_smoothed = ThreeSigmaSmoother().fit(values[:, None]), len(values)
        self.positive = bool(values.min() > 0) if logarithm is None else logarithm
        if self.positive and values.min() <= 0:
            raise InputError(
                f"logarithms need positive values, but the target has {values.min():g}; leave {spell('logarithm')} out"
            )
        return self

    def transform(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values of shape (n,) on the scale that is learned, those that were learned without outliers.

        Later ones stay as they are: what lies beyond the limits of the past may be where the series now is.
        """
        n = self.n_smoothed
        smooth: NDArray[np.float64] = np.concatenate([self.smoother.transform(values[:n, None])[:, 0], values[n:]])
        if not self.positive:
            return smooth
        if smooth.min() <= 0:
            raise InputError(
                f"the target must be positive, as it was when learned, but is {smooth.min():g} in row "
                f"{int(smooth.argmin()) + 1}; mend it, or fit with "
                f"{spell('logarithm', False)}"
            )
        return np.log(smooth)

    def restore(self, demand: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values in their own units."""
        own: NDArray[np.float64] = np.exp(np.clip(demand, -FARTHEST, FARTHEST)) if self.positive else demand
        return own

    def get_state(self) -> State:
        """Return what was learned as a dict of arrays and JSON values."""
        return {"n_smoothed": self.n_smoothed, "positive": self.positive, "smoother": self.smoother.get_state()}

    @classmethod
    def from_state(cls, state: State) -> Scale:
        """Make the scale that `get_state` described."""
        scale = cls()
        scale.smoother = ThreeSigmaSmoother.from_state(state["smoother"])
        scale.n_smoothed, scale.positive = state["n_smoothed"], state["positive"]
        return scale
