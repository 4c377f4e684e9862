"""Split conformal intervals: how far a new value lies from its forecast, from errors on rows that were not learned."""

from __future__ import annotations

import math
from bisect import insort

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError


def conformal_quantile(errors: NDArray[np.float64], coverage: float) -> float:
    """Return how far a new value lies from its forecast at most, with a probability of at least `coverage`.

    That is the ``ceil((n + 1) * coverage)``-th smallest of n absolute errors, if the new one and these are exchangeable
    (Vovk et al. 2005; Lei et al. 2018, eq. 2.3); of a series they are so only as far as it stays the same.

    Examples
    --------
    >>> conformal_quantile(np.arange(1.0, 10.0), 0.9)
    9.0
    """
    return float(np.sort(errors)[find_rank(len(errors), coverage) - 1])


def find_rank(n: int, coverage: float, remedy: str = "") -> int:
    """Return which of n errors, counted from the smallest as 1, covers so often; too few are an InputError."""
    if not 0 < coverage < 1:
        raise InputError(f"coverage must be between 0 and 1, but is {coverage!r}; 0.9 is usual")
    rank = _rank(n, coverage)
    if rank > n:
        raise InputError(
            f"intervals of coverage {coverage:g} need at least {least_errors(coverage)} errors on days held aside, but "
            f"there are {max(n, 0)}; give {remedy or 'more rows, a shorter horizon or a lower coverage'}"
        )
    return rank


def least_errors(coverage: float) -> int:
    """Return how many errors intervals of this coverage need.

    Examples
    --------
    >>> least_errors(0.8), least_errors(0.95)
    (4, 19)
    """
    return math.ceil(round(coverage / (1 - coverage), 9))


def rolling_quantiles(errors: NDArray[np.float64], coverage: float, ahead: int) -> NDArray[np.float64]:
    """Return for each forecast how far it may be off, from the errors that were known when it was made.

    Parameters
    ----------
    errors : ndarray of shape (n,)
        Absolute errors of forecasts, in the order of time, one for each step; NaN where there is none.
    coverage : float
    ahead : int
        How many steps ahead they are: forecast i knows errors up to i - `ahead`.

    Returns
    -------
    ndarray of shape (n,)
        NaN as long as there are too few errors.

    Examples
    --------
    >>> rolling_quantiles(np.array([3.0, 1, 2, 9, 4, 1]), 0.5, 1).tolist()
    [nan, 3.0, 3.0, 2.0, 3.0, 3.0]
    """
    known: list[float] = []
    halves = np.full(len(errors), np.nan)
    for i in range(len(errors)):
        if i >= ahead and not np.isnan(errors[i - ahead]):
            insort(known, float(errors[i - ahead]))
        if (rank := _rank(len(known), coverage)) <= len(known):
            halves[i] = known[rank - 1]
    return halves


def _rank(n: int, coverage: float) -> int:
    return math.ceil(round((n + 1) * coverage, 9))  # 0.9 of 10 is 9, whatever doubles make of it
