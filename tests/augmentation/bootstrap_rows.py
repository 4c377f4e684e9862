"""A synthesizer that copies its training rows, and remembers which these were."""

from __future__ import annotations

from typing import Any, ClassVar

import tabgan
from tabgan.seeds import Use, numpy_rng


class Bootstrap(tabgan.RowSynthesizer):
    """Draws learned rows with replacement."""

    SEEN: ClassVar[list[Any]] = []

    def __init__(self, random_state: Any = None) -> None:
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Bootstrap:
        self.SEEN.append(X.copy())
        return super().fit(X, y)

    def _fit(self, X, earlier):
        self.rows_ = X

    def _sample_block(self, seed, block, given=None):
        return numpy_rng(seed, Use.SAMPLE, block).choice(self.rows_, tabgan.BLOCK_ROWS)

    def _learned_state(self):
        return {"rows": self.rows_}

    def _set_learned_state(self, state):
        self.rows_ = state["rows"]
