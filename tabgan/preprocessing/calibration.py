"""Give generated columns the marginals of the real ones, by one monotone map per column."""

from __future__ import annotations

from typing import Any

import numpy as np

KNOTS = 1000


class Calibrator:
    """Map each generated column to the real one by rank: the value at quantile u becomes the real one at quantile u.

    The map is monotone, so it changes neither the order of the values nor any rank correlation, and it ends at the real
    extremes, so it adds nothing beyond them. It is fitted once, on a large draw, and is the same for every row later.

    Attributes
    ----------
    generated_, real_ : ndarray of shape (n_columns, n_knots)
        The quantiles that are mapped on each other; between them the map is linear.
    """

    def fit(self, generated: np.ndarray, real: np.ndarray) -> Calibrator:
        """Learn the maps from generated to real rows, of shapes (n_draws, n_columns) and (n_samples, n_columns)."""
        levels = np.sin(np.linspace(0, np.pi / 2, KNOTS + 1)) ** 2  # closer together towards the tails
        self.generated_ = np.quantile(generated, levels, axis=0).T
        self.real_ = np.quantile(real, levels, axis=0).T
        return self

    def transform(self, rows: np.ndarray) -> np.ndarray:
        """Return generated rows, of shape (n_samples, n_columns), with the real marginals."""
        columns = zip(rows.T, self.generated_, self.real_, strict=True)
        return np.stack([np.interp(values, generated, real) for values, generated, real in columns]).T

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as a dict of arrays."""
        return {"generated": self.generated_, "real": self.real_}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Calibrator:
        """Make the calibrator that `get_state` described."""
        calibrator = cls()
        calibrator.generated_, calibrator.real_ = state["generated"], state["real"]
        return calibrator
