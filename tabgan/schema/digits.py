"""The digits that write a number: how many decimals it takes at least, and the whole number that these make of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_DECIMALS = 20  # that a number is written with
MOST_ZEROS = 15  # at the end of a whole number
FULL = 99
"""Decimals of a number that takes as many digits as a double has."""
LARGEST_WHOLE = 2.0**53
LARGEST = 1e13  # whole number that is told from the digits of a double by chance


class Digits(NamedTuple):
    """Numbers as `whole` ones divided by ten to the `decimals`; both of shape (n_values,).

    Decimals are negative where a whole number ends with zeros, and the fewest for 0.
    """

    decimals: NDArray[np.int64]
    whole: NDArray[np.int64]


def find_digits(values: NDArray[Any]) -> Digits:
    """Return the fewest decimals that write each of finite numbers, `FULL` where these make more than 13 digits.

    Examples
    --------
    >>> find_digits(np.array([2.5, 1200.0, 1 / 3, 0.0]))
    Digits(decimals=array([  1,  -2,  99, -15]), whole=array([25, 12,  0,  0]))
    """
    decimals, whole = np.full(len(values), FULL), np.zeros(len(values), np.int64)
    left: NDArray[Any] = np.arange(len(values))
    for d in range(MOST_DECIMALS + 1):
        x = values[left]
        units = np.rint(x * 10.0**d)
        written = (units / 10.0**d == x) & (np.abs(units) < (LARGEST if d else LARGEST_WHOLE))
        decimals[left[written]], whole[left[written]] = d, units[written].astype(np.int64)
        left = left[~written & (np.abs(units) < LARGEST)]
    left = np.flatnonzero(decimals == 0)
    for zeros in range(1, MOST_ZEROS + 1):
        left = left[whole[left] % 10 == 0]
        decimals[left], whole[left] = -zeros, whole[left] // 10
    return Digits(decimals, whole)
