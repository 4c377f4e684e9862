"""Rows that go together as normal numbers do, with the marginals that an encoder knows."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from tabgan.errors import BundleError
from tabgan.preprocessing.encoding import Encoding
from tabgan.preprocessing.packing import Array, pack, unpack
from tabgan.preprocessing.ways_back import multiply
from tabgan.seeds import Purpose, Streams

MOST_ROWS = 100_000
EDGE = 1e-6  # how far from 0 and 1 a share stays
LEARNED = ("root_", "ends_", "share_")


class GaussianCopula:
    """Normal numbers, one for each number and each one-hot group of a table, with the correlations of its rows.

    A number's is its normal score; a group's says its slot, each of which stands for as much of the normal distribution
    as rows have it. Correlations are shrunk (Ledoit, Wolf 2004), so that few rows have a copula, too. `root_`, of shape
    (n_parts, n_parts), is the lower root of their matrix, and `ends_` are where the slots of each group meet in [0, 1].
    `share_` of the rows of a mixture come from here.
    """

    def __init__(self, encoder: Encoding) -> None:
        self.encoder = encoder

    @staticmethod
    def suits(encoder: Encoding) -> bool:
        """Whether numbers have normal scores, and no label is given."""
        return encoder.given is None and (not encoder.stages_ or encoder.stage("quantile") is not None)

    def fit(self, packed: Array, normalised: Array, rng: np.random.Generator) -> GaussianCopula:
        """Learn rows as they are packed, and numbers of them as they were normalised before.

        Of more than 100,000 rows as many are drawn: their correlations are right to 0.003.
        """
        from sklearn.covariance import LedoitWolf

        if len(packed) > MOST_ROWS:
            drawn = np.sort(rng.choice(len(packed), MOST_ROWS, replace=False))
            packed, normalised = packed[drawn], normalised[drawn]
        groups = self.encoder.layout.slots(packed)
        self.ends_ = [np.cumsum(np.bincount(slots))[:-1] / len(slots) for slots in groups]
        scores = np.nan_to_num(normalised)  # a gap has the middle score; its slot says that it is one
        parts = [_to_scores(slots, ends, rng) for slots, ends in zip(groups, self.ends_, strict=True)]
        Z = np.column_stack([scores, *parts])
        covariance = LedoitWolf(assume_centered=True).fit(Z).covariance_
        spread = np.sqrt(np.diag(covariance))
        self.share_ = 1.0
        self.root_ = np.linalg.cholesky(covariance / np.outer(spread, spread) + EDGE * np.eye(len(spread)))
        return self

    def draw(self, n_rows: int, rng: Streams) -> Array:
        """Return rows in original units, of shape (n_rows, n_columns)."""
        Z = multiply(rng(Purpose.LATENTS).standard_normal((n_rows, len(self.root_))), self.root_.T)
        n_numbers = len(self.encoder.numbers_)
        slots = [np.searchsorted(ends, ndtr(z)) for ends, z in zip(self.ends_, Z[:, n_numbers:].T, strict=True)]
        return self.encoder.assemble(self.encoder.to_values(Z[:, :n_numbers]), slots, rng)

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as a dict of arrays; the encoder has its own."""
        return pack(self, LEARNED)

    @classmethod
    def from_state(cls, encoder: Encoding, state: dict[str, Any]) -> GaussianCopula:
        """Make the copula that `get_state` described."""
        copula = cls(encoder)
        unpack(copula, LEARNED, state)
        if not np.isfinite(np.concatenate([copula.root_.ravel(), *copula.ends_, [copula.share_]])).all():
            raise BundleError("a copula's numbers must be finite, but those of this model are not; fit again")
        return copula


def _to_scores(slots: Array, ends: Array, rng: np.random.Generator) -> Array:
    """Return normal scores of slots, each spread over its part of the distribution."""
    knots = np.concatenate([[0.0], ends, [1.0]])
    shares = knots[slots] + rng.random(len(slots)) * np.diff(knots)[slots]
    return np.asarray(ndtri(np.clip(shares, EDGE, 1 - EDGE)))
