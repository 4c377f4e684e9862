"""How far a score would move if the rows were drawn again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

REPEATS = 20


def bootstrap(statistic: Callable[[np.ndarray], np.ndarray], n_rows: int, rng: np.random.Generator) -> np.ndarray:
    """Return the standard errors of statistics of rows, by Efron's bootstrap (1979) with 20 repeats.

    Parameters
    ----------
    statistic : callable
        Takes places of rows, which repeat, and returns an array of numbers.
    n_rows : int
        How many rows there are, and are drawn.

    Examples
    --------
    >>> values = np.random.default_rng(0).normal(size=400)
    >>> error = bootstrap(lambda places: values[places].mean(keepdims=True), 400, np.random.default_rng(1))
    >>> bool(0.03 < error[0] < 0.07)
    True
    """
    repeats = [statistic(rng.integers(n_rows, size=n_rows)) for _ in range(REPEATS)]
    return np.std(repeats, axis=0, ddof=1)
