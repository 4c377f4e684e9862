"""The scale on which a series is learned: without outliers where it was learned, as logarithms if it is positive."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.persistence import State
from tabgan.preprocessing.outliers import ThreeSigmaSmoother


class Scale:
    """Brings values to the scale that is learned, and back."""

    def fit(self, values: NDArray[np.float64]) -> Scale:
        """Learn from the training part, of shape (n,)."""
        self.smoother, self.n_smoothed = ThreeSigmaSmoother().fit(values[:, None]), len(values)
        self.positive = bool(values.min() > 0)
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
                f"{int(smooth.argmin()) + 1}; mend it, or fit with such values"
            )
        return np.log(smooth)

    def restore(self, demand: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values in their own units."""
        own: NDArray[np.float64] = np.exp(demand) if self.positive else demand
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
