"""Which rows are among others, value by value: by hashes of rows, so that a large table takes little memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabgan.schema.column import Floats

CHUNK = 8192  # rows that are hashed at once, so that what lies between stays in the cache
KEY = 0x9E3779B97F4A7C15  # of a column: its multiple
MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))  # shift and factor of SplitMix64 (Steele et al. 2014)
ODD = 0xD6E8FEB86659FD93

Hashes = NDArray[np.uint64]


class KnownRows:
    """Rows that others are looked for among. Zeros are equal whatever their sign, and so are gaps.

    A row is known by two hashes of 64 bits. That a million rows, looked for among a million others, have one pair that
    differs and has equal hashes has a probability of 3e-27, which is never. They take 24 bytes for each distinct row.

    Examples
    --------
    >>> known = KnownRows(np.array([[-0.0, np.nan], [0.0, np.nan], [1.0, 3.0]]))
    >>> known.count(np.array([[0.0, np.nan], [1.0, 2.0]]))
    array([2, 0])
    """

    def __init__(self, rows: Floats) -> None:
        first, second = hash_rows(rows)
        order = np.lexsort((second, first))
        first, second = first[order], second[order]
        is_new = np.ones(len(order), bool)
        is_new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
        begins = np.flatnonzero(is_new)
        self._first, self._second = first[begins], second[begins]
        self._counts = np.diff(begins, append=len(order))

    def count(self, rows: Floats) -> NDArray[np.int64]:
        """Return how often each row is among those that are known."""
        if not len(self._first):
            return np.zeros(len(rows), np.int64)
        first, second = hash_rows(rows)
        at = np.searchsorted(self._first, first)
        while True:  # once, unless different rows share their first hash
            place = np.minimum(at, len(self._first) - 1)
            found = (at < len(self._first)) & (self._first[place] == first)
            if not (later := found & (self._second[place] < second)).any():
                break
            at += later
        return np.where(found & (self._second[place] == second), self._counts[place], 0)

    def share(self, rows: Floats, more_than: int = 0) -> float:
        """Return the share of rows that are known more often than so: by default, at all."""
        return float(np.mean(self.count(rows) > more_than))


def hash_rows(rows: Floats) -> tuple[Hashes, Hashes]:
    """Return two hashes of each row, of shape (n_rows,): sums of hashes of its values, other ones in each column."""
    hashes = np.zeros((2, len(rows)), np.uint64)
    for begin in range(0, len(rows), CHUNK):
        chunk, (first, second) = rows[begin : begin + CHUNK], hashes[:, begin : begin + CHUNK]
        for place, values in enumerate(chunk.T):
            mixed = _hash_values(values, place)
            first += mixed
            second += (mixed ^ (mixed >> np.uint64(32))) * np.uint64(ODD)
    return hashes[0], hashes[1]


def _hash_values(values: Floats, column: int) -> Hashes:
    """Return a hash of each value, another one for every other value: each step can be undone."""
    plain = np.where(np.isnan(values), np.nan, values + np.float64(0.0))  # gaps and zeros have several patterns of bits
    mixed = plain.view(np.uint64) + np.uint64((column + 1) * KEY % 2**64)
    for shift, factor in MIX:
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return mixed
