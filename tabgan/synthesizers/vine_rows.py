"""From a seed to rows of a vine copula, in original units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.sieve import Sieve
from tabgan.schema import Schema
from tabgan.seeds import Use, numpy_rng
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.vine import Vine

Floats = NDArray[np.float64]


@dataclass
class VineRows:
    """All that it takes to make rows: a vine, what its draws become, and what refuses some rows."""

    vine: Vine
    schema: Schema
    constraints: Constraints
    sieve: Sieve | None = None

    @classmethod
    def fit(
        cls, X: Floats, is_learned: NDArray[np.bool_], schema: Schema, constraints: Constraints, seed: int, sieve: bool
    ) -> VineRows:
        """Learn the rows of a matrix, of shape (n_samples, n_columns), that a mask says; of the others only ranks."""
        rows = cls(Vine().fit(constraints.reduce(X), seed, is_learned), schema, constraints)
        if sieve:
            rng = numpy_rng(seed, Use.VINE_SIEVE)
            rows.sieve = Sieve().fit(X[is_learned], lambda block: rows.draw(seed, block, Use.VINE_SIEVE), rng)
        return rows

    def draw(self, seed: int, block: int, use: Use = Use.VINE_ROWS) -> Floats:
        """Return the rows of one block, none refused, as they come back: (BLOCK_ROWS, n_columns)."""
        drawn = self.vine.draw(BLOCK_ROWS, seed, use, block)
        return self.schema.round(self.constraints.restore(drawn))

    def make(self, seed: int, block: int) -> Floats:
        """Return the rows of one block that are not refused, of shape (n_accepted, n_columns)."""
        rows = self.draw(seed, block)
        return rows if self.sieve is None else rows[self.sieve.accept(rows, numpy_rng(seed, Use.VINE_SIEVE, block))]
