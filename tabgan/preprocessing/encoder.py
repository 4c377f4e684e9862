"""A table of numbers <-> what the networks see: columns that vary, each in [-1, 1]."""

from __future__ import annotations

from typing import Any

import numpy as np

from tabgan.errors import InputError
from tabgan.preprocessing.minmax import MapMinMaxScaler
from tabgan.preprocessing.quantile import QuantileNormal


class TableEncoder:
    """Encode the columns that vary to [-1, 1]; keep the constant ones aside and put them back when decoding.

    Parameters
    ----------
    marginals : {"quantile", "minmax"}
        "minmax" scales linearly, as the MATLAB program does. "quantile" makes each column normal by its ranks first.
    seed : int or sequence of int
        Seed of the spreading of repeated values ("quantile").
    """

    def __init__(self, marginals: str = "quantile", seed: Any = 0) -> None:
        self.marginals = marginals
        self.seed = seed

    def fit_transform(self, X: np.ndarray) -> np.ndarray:
        """Learn the columns of `X`, of shape (n_samples, n_columns), and return it encoded: (n_samples, n_varying)."""
        self.constants_ = X[0].copy()
        self.varying_ = np.flatnonzero((X[0] != X).any(axis=0))
        self.normal_ = QuantileNormal(self.seed) if self.marginals == "quantile" else None
        self.scaler_ = MapMinMaxScaler()
        Y = X[:, self.varying_]
        if self.normal_:
            Y = self.normal_.fit_transform(Y)
        Y = self.scaler_.fit_transform(Y)
        if len(too_wide := self.varying_[self.scaler_.no_change_]):
            raise InputError(
                f"a column's range must be a finite number, but that of column {too_wide[0] + 1} overflows; rescale it"
            )
        return Y

    def inverse_transform(self, Y: np.ndarray) -> np.ndarray:
        """Decode rows of shape (n_samples, n_varying) to original units, of shape (n_samples, n_columns)."""
        X = np.tile(self.constants_[:, None], len(Y)).T  # a column's values side by side, as all stages keep them
        Y = self.scaler_.inverse_transform(Y)
        X[:, self.varying_] = self.normal_.inverse_transform(Y) if self.normal_ else Y
        return X

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as nested dicts of arrays and JSON values."""
        return {
            "marginals": self.marginals,
            "constants": self.constants_,
            "varying": self.varying_,
            "normal": self.normal_ and self.normal_.get_state(),
            "scaler": self.scaler_.get_state(),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> TableEncoder:
        """Make the encoder that `get_state` described."""
        encoder = cls(state["marginals"])
        encoder.constants_, encoder.varying_ = state["constants"], state["varying"]
        encoder.normal_ = state["normal"] and QuantileNormal.from_state(state["normal"])
        encoder.scaler_ = MapMinMaxScaler.from_state(state["scaler"])
        return encoder
