"""Columns that count up, as the reading of a meter does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RISES = 0.2  # of steps, in how many a counter does so


def find_rises(change: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return up to which of the changes from step to step, of shape (n,), a column only rises, as a counter does.

    Examples
    --------
    >>> find_rises(np.array([0.0, 2.5, 0.0, -1.0])).tolist()
    [False, True, True, False]
    """
    rises: NDArray[np.bool_] = np.cumsum(change > 0) >= RISES * np.arange(1, len(change) + 1)
    return rises & (np.minimum.accumulate(change) >= 0)
