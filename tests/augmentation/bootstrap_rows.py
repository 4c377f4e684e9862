"""A synthesizer that copies its training rows, and remembers which these were."""

from __future__ import annotations

from typing import Any, ClassVar

from tests.extending.test_a_synthesizer import Bootstrap as Forgetful


class Bootstrap(Forgetful):
    """Draws learned rows with replacement."""

    SEEN: ClassVar[list[Any]] = []

    def fit(self, X: Any, y: Any = None) -> Bootstrap:
        self.SEEN.append(X.copy())
        return super().fit(X, y)
