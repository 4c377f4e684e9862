"""Whole numbers in an order that looks random and repeats none, and a filter that knows what was seen."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

ROUNDS = 4
BITS = 10  # of a filter for each value: one in a hundred that was not seen is taken for seen
HASHES = 7
LARGEST = 2**62
"""Sizes up to it are exact."""


def mix(values: Any, key: int) -> Words:
    """Return numbers of 64 bits that look random, the same for the same values and key (splitmix64, Steele 2014)."""
    with np.errstate(over="ignore"):
        x = np.asarray(values, np.uint64) + np.uint64((key * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) % 2**64)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)))


def scramble(places: Words, size: int, key: int) -> Words:
    """Return where places below `size` go in an order of all of them that looks random.

    It is a Feistel network over as many bits as the size has; what it sends beyond the size goes on walking.

    Examples
    --------
    >>> sorted(scramble(np.arange(10, dtype=np.uint64), 10, 3).tolist()) == list(range(10))
    True
    """
    half = np.uint64(max(1, -(-(size - 1).bit_length() // 2)))
    mask = (np.uint64(1) << half) - np.uint64(1)
    found = np.asarray(places, np.uint64).copy()
    walking = np.ones(len(found), bool)
    while walking.any():
        left, right = found[walking] >> half, found[walking] & mask
        for turn in range(ROUNDS):
            left, right = right, left ^ (mix(right, key + turn) & mask)
        found[walking] = (left << half) | right
        walking[walking] = found[walking] >= size
    return found


def hash_values(values: NDArray[Any]) -> Words:
    """Return a hash of each whole number or text of an array, the same in every version."""
    if values.dtype.kind in "iu":
        return mix(values.astype(np.int64).view(np.uint64), 0)
    letters = np.ascontiguousarray(values.astype(np.str_))
    places = letters.view(np.uint32).reshape(len(letters), -1)
    hashes: Words = np.zeros(len(letters), np.uint64)
    for place in places.T:
        hashes = np.where(place > 0, mix(hashes ^ place.astype(np.uint64), 1), hashes)
    return hashes


@dataclass(frozen=True)
class Seen:
    """A Bloom filter: it takes no value that was seen for new, and one in a hundred new ones for seen (Bloom 1970)."""

    bits: bytes

    @classmethod
    def of(cls, values: NDArray[Any]) -> Seen:
        """Remember whole numbers or texts."""
        held = np.zeros(-(-max(len(values), 1) * BITS // 8) * 8, bool)
        for place in _places(values, len(held)):
            held[place] = True
        return cls(np.packbits(held).tobytes())

    def holds(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Return which values were seen."""
        held = np.unpackbits(np.frombuffer(self.bits, np.uint8)).astype(bool)
        return np.all([held[place] for place in _places(values, len(held))], axis=0)

    def to_text(self) -> str:
        """Return it as a JSON value."""
        return base64.b64encode(self.bits).decode("ascii")

    @classmethod
    def from_text(cls, text: str) -> Seen:
        """Make the filter that `to_text` wrote."""
        return cls(base64.b64decode(text, validate=True))


def _places(values: NDArray[Any], size: int) -> list[NDArray[np.intp]]:
    first = hash_values(values)
    second = mix(first, 2) | np.uint64(1)
    with np.errstate(over="ignore"):
        return [((first + np.uint64(i) * second) % np.uint64(size)).astype(np.intp) for i in range(HASHES)]
