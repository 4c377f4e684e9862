"""A table of numbers and codes <-> what the networks see: numbers in [-1, 1] and one-hot blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tabgan.errors import InputError
from tabgan.preprocessing.levels import Levels, category_levels, number_levels
from tabgan.preprocessing.minmax import MapMinMaxScaler
from tabgan.preprocessing.pca import PCAStage
from tabgan.preprocessing.quantile import QuantileNormal


class TableEncoder:
    """Encode the columns that vary; keep the constant ones aside and put them back when decoding.

    A column of numbers becomes one number, a category a one-hot block. A column of numbers that has gaps, or values
    that repeat often, becomes both: the block says which of these it is, if any. One value with gaps is a category.

    Parameters
    ----------
    marginals : {"quantile", "minmax"}
        "minmax" scales linearly, as the MATLAB program does. "quantile" makes each column normal by its ranks first,
        and gives values that repeat slots of their own.
    pca : int, float or None
        Principal components, or share of the variance, that the numbers are turned into before they are scaled.
    tails : {"observed", "extrapolate"}
        See `QuantileNormal`.
    label : int or None
        The column, a category, whose block is to stand last.
    seed : int or sequence of int
        Seed of the spreading of repeated values ("quantile").
    scaler : MapMinMaxScaler or None
        A fitted one for all columns of the table, used in place of the extremes of the numbers.

    Attributes
    ----------
    varying_, numbers_ : ndarray of int
        Columns that vary, and those that became a number.
    levels_ : list of Levels
        The one-hot blocks, from narrow to wide, but for the label's.
    """

    def __init__(
        self,
        marginals: str = "quantile",
        pca: float | None = None,
        tails: str = "observed",
        label: int | None = None,
        seed: Any = 0,
        scaler: MapMinMaxScaler | None = None,
    ) -> None:
        self.marginals, self.pca, self.tails, self.label, self.seed = marginals, pca, tails, label, seed
        self.scaler = scaler

    def fit_transform(self, X: np.ndarray, categorical: Sequence[int] = ()) -> np.ndarray:
        """Learn the columns of `X`, of shape (n_samples, n_columns), and return it encoded: (n_samples, sum of blocks).

        `categorical` says which columns hold codes; NaN is missing.
        """
        self.constants_ = X[0].copy()
        self.varying_ = np.flatnonzero(((X[0] != X) & ~(np.isnan(X[0]) & np.isnan(X))).any(axis=0))
        numbers = np.setdiff1d(self.varying_, categorical)
        self.numbers_ = numbers[np.nanmin(X[:, numbers], axis=0) < np.nanmax(X[:, numbers], axis=0)]
        self.levels_ = self._find_levels(X)
        quantile = self.marginals == "quantile" and len(self.numbers_)
        self.normal_ = QuantileNormal(self.seed, self.tails).fit(X[:, self.numbers_]) if quantile else None
        scores = self.score(X)
        self.pca_ = PCAStage(self.pca).fit(scores) if self.pca is not None and len(self.numbers_) else None
        self.scaler_ = self.scaler.select(self.numbers_) if self.scaler else MapMinMaxScaler()
        if len(self.numbers_) and not self.scaler:
            self.scaler_.fit(self.pca_.transform(scores) if self.pca_ else scores)
        if len(self.numbers_) and not self.scaler and len(too_wide := self.scaler_.no_change_):
            raise InputError(
                "a column's range must be a finite number, but that of column "
                f"{self.numbers_[too_wide[0]] + 1} overflows; rescale it"
            )
        return self.transform(X)

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return rows of shape (n_samples, n_columns) encoded, as float32."""
        numbers = self.score(X)
        if self.pca_:
            numbers = self.pca_.transform(numbers)
        if len(self.numbers_):
            numbers = self.scaler_.transform(numbers)
        return np.hstack([numbers.astype(np.float32), *(levels.encode(X[:, levels.column]) for levels in self.levels_)])

    def _find_levels(self, X: np.ndarray) -> list[Levels]:
        found = [
            number_levels(j, X[:, j], spikes=self.marginals == "quantile")
            if j in self.numbers_
            else category_levels(j, X[:, j], keep_all=j == self.label)
            for j in self.varying_
        ]
        return sorted((f for f in found if f), key=lambda levels: (levels.column == self.label, levels.width))

    @property
    def blocks(self) -> list[int]:
        """Widths of what a row is made of, as `RowOutput` takes them."""
        return [1] * self.n_numbers + [levels.width for levels in self.levels_]

    @property
    def n_given(self) -> int:
        """Width of the label's block, 0 when there is none."""
        return 0 if self.label is None else self.levels_[-1].width

    @property
    def n_numbers(self) -> int:
        return self.pca_.n_components_ if self.pca_ else len(self.numbers_)

    def score(self, X: np.ndarray) -> np.ndarray:
        """Return the numbers of rows before PCA and scaling; a missing value is as the mean of the others."""
        scores = X[:, self.numbers_]
        if self.normal_:
            scores = self.normal_.transform(scores)
        gaps = np.isnan(scores)
        return np.where(gaps, np.nanmean(scores, axis=0), scores) if gaps.any() else scores

    def unscale(self, numbers: np.ndarray) -> np.ndarray:
        """Return the scores of numbers in [-1, 1]."""
        if not len(self.numbers_):
            return numbers
        numbers = self.scaler_.inverse_transform(numbers)
        return self.pca_.inverse_transform(numbers) if self.pca_ else numbers

    def to_values(self, scores: np.ndarray) -> np.ndarray:
        """Return scores in original units."""
        return self.normal_.inverse_transform(scores) if self.normal_ else scores

    def assemble(self, values: np.ndarray, slots: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
        """Return rows in original units, of shape (n_samples, n_columns).

        Parameters
        ----------
        values : ndarray of shape (n_samples, n_numbers)
            In original units.
        slots : sequence of ndarray of shape (n_samples,)
            For each of `levels_`, which of its slots.
        rng : Generator
            Draws rare levels.
        """
        X = np.tile(self.constants_[:, None], len(values)).T  # a column's values side by side, as all stages keep them
        X[:, self.numbers_] = values
        for levels, chosen in zip(self.levels_, slots, strict=True):
            X[:, levels.column] = levels.decode(chosen, X[:, levels.column], rng)
        return X

    def find_unused(self, slots: Sequence[np.ndarray]) -> np.ndarray:
        """Return where a number says nothing, because a slot says which value it is: (n_samples, n_numbers)."""
        places = {column: i for i, column in enumerate(self.numbers_)}
        mask = np.zeros((len(slots[0]), len(places)), bool)
        for levels, chosen in zip(self.levels_, slots, strict=True):
            if levels.column in places:
                mask[:, places[levels.column]] = chosen < len(levels.values)
        return mask

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as nested dicts of arrays and JSON values."""
        return {
            "marginals": self.marginals,
            "tails": self.tails,
            "label": self.label,
            "constants": self.constants_,
            "varying": self.varying_,
            "numbers": self.numbers_,
            "levels": {str(i): levels.get_state() for i, levels in enumerate(self.levels_)},
            "normal": self.normal_ and self.normal_.get_state(),
            "pca": self.pca_ and self.pca_.get_state(),
            "scaler": self.scaler_.get_state() if len(self.numbers_) else None,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> TableEncoder:
        """Make the encoder that `get_state` described."""
        encoder = cls(state["marginals"], tails=state["tails"], label=state["label"])
        encoder.constants_, encoder.varying_, encoder.numbers_ = state["constants"], state["varying"], state["numbers"]
        encoder.levels_ = [Levels(**state["levels"][str(i)]) for i in range(len(state["levels"]))]
        encoder.normal_ = state["normal"] and QuantileNormal.from_state(state["normal"])
        encoder.pca_ = state["pca"] and PCAStage.from_state(state["pca"])
        if state["scaler"]:
            encoder.scaler_ = MapMinMaxScaler.from_state(state["scaler"])
        return encoder
