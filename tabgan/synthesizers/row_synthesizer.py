"""Synthesizers of single rows."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from tabgan.synthesizers.base import BaseSynthesizer
from tabgan.synthesizers.row_sampler import RowSampler
from tabgan.synthesizers.wanted import Wanted


class RowSynthesizer(RowSampler, BaseSynthesizer):
    """Template of the synthesizers of single rows; a subclass writes `_sample_block`, too."""

    def _make(
        self, seed: int, block: int, given: NDArray[np.int64] | None, n_candidates: int, wanted: Wanted
    ) -> NDArray[np.float64]:
        return self._sample_block(seed, block, given)

    @abstractmethod
    def _sample_block(self, seed: int, block: int, given: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """Return at most BLOCK_ROWS rows, the good ones of as many candidates, like those that `_fit` was given.

        `given` holds the codes of the label that the candidates are to have, of shape (BLOCK_ROWS,), in a model with a
        label.
        """
