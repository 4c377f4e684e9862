"""Which values a condition leaves to a column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Allowed:
    """Which values a column may have, in the units of the matrix: a range with its ends, without some; and gaps."""

    low: float = -np.inf
    high: float = np.inf
    without: frozenset[float] = frozenset()
    gaps: bool = True

    def __and__(self, other: Allowed) -> Allowed:
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Allowed(low, high, self.without | other.without, self.gaps and other.gaps)

    def holds(self, values: Floats) -> NDArray[np.bool_]:
        """Return which values, of shape (n_samples,) and as they come back, are allowed."""
        kept = (values >= self.low) & (values <= self.high)
        if self.without:
            kept &= ~np.isin(values, list(self.without))
        return kept | np.isnan(values) if self.gaps else kept


ONLY_GAPS, NOTHING = Allowed(np.inf, -np.inf), Allowed(np.inf, -np.inf, gaps=False)
