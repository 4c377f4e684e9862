"""Split conformal intervals: as wide as the errors on days that were not learned."""

from __future__ import annotations

import math

import numpy as np

from tabgan.errors import InputError


def conformal_quantile(errors: np.ndarray, coverage: float) -> float:
    """Return how far a new value lies from its forecast at most, with a probability of at least `coverage`.

    That is the ``ceil((n + 1) * coverage)``-th smallest of n absolute errors, if the new one and these are exchangeable
    (Vovk et al. 2005; Lei et al. 2018, eq. 2.3); of a series they are so only as far as it stays the same.

    Raises
    ------
    InputError
        As of `find_rank`.

    Examples
    --------
    >>> conformal_quantile(np.arange(1.0, 10.0), 0.9)
    9.0
    """
    return float(np.sort(errors)[find_rank(len(errors), coverage) - 1])


def find_rank(n: int, coverage: float) -> int:
    """Return which of n errors, counted from the smallest as 1, covers so often.

    Raises
    ------
    InputError
        `coverage` is not between 0 and 1, or there are too few errors for it.
    """
    if not 0 < coverage < 1:
        raise InputError(f"coverage must be between 0 and 1, but is {coverage!r}; 0.9 is usual")
    rank = math.ceil(round((n + 1) * coverage, 9))  # 0.9 of 10 is 9, whatever doubles make of it
    if rank > n:
        least = math.ceil(round(coverage / (1 - coverage), 9))
        raise InputError(
            f"intervals of coverage {coverage:g} need at least {least} errors on days held aside, but there are "
            f"{max(n, 0)}; give more rows, a larger calibration part, a shorter horizon or a lower coverage"
        )
    return rank
