"""A synthesizer that copies its training rows, and remembers which these were."""

from __future__ import annotations

from typing import Any, ClassVar

from tabgan.seeds import Use, numpy_rng
from tests.extending.test_a_synthesizer import Bootstrap as Forgetful


class Bootstrap(Forgetful):
    """Draws learned rows with replacement, in blocks as small as what is asked for here."""

    SEEN: ClassVar[list[Any]] = []

    def fit(self, X: Any, y: Any = None) -> Bootstrap:
        self.SEEN.append(X.copy())
        return super().fit(X, y)

    def _sample_block(self, seed: int, block: int, given: Any = None) -> Any:
        return numpy_rng(seed, Use.SAMPLE, block).choice(self.rows_, 1000)
