"""Candidates that nobody waits for are left out before they are decoded: those of levels that are not wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.onehot import OneHot
from tabgan.seeds import Streams

Wanted: TypeAlias = Mapping[int, NDArray[np.float64]]
"""By the places of columns of labels the codes that rows may have, NaN for a gap; other columns may have anything."""


def find_wanted(draws: NDArray[Any], decoder: Decoder, wanted: Wanted) -> NDArray[np.bool_]:
    """Return which draws, of shape (n_rows, layout.width), become rows of levels that are wanted."""
    kept = np.ones(len(draws), bool)
    encoding = decoder.encoder
    for group, slots in zip(encoding.groups_, decoder.choose(draws, decoder.offsets_), strict=True):
        if group.column in wanted:
            kept &= _are_wanted(group, wanted[group.column])[slots]
    return kept


def _are_wanted(group: OneHot, codes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which slots of a group of labels stand for some of these codes."""
    own = np.isin(group.values, codes) | (np.isnan(group.values) & np.isnan(codes).any())
    return np.append(own, np.isin(group.rare, codes).any()) if group.rest else own


class SomeRows:
    """The random numbers of some rows of a block: as many are drawn as for all, and those of the others left out."""

    def __init__(self, rng: np.random.Generator, kept: NDArray[np.bool_]) -> None:
        self._rng, self._kept = rng, kept

    def random(self, size: int) -> NDArray[np.float64]:
        """Return a uniform number for each of the rows, which are `size`."""
        return self._rng.random(len(self._kept))[self._kept]

    def choice(self, values: Sequence[Any] | NDArray[Any], size: int, p: NDArray[np.float64]) -> NDArray[Any]:
        """Return one of `values`, drawn with these chances, for each of the rows."""
        return np.asarray(self._rng.choice(values, len(self._kept), p=p)[self._kept])


def of_some(rng: Streams, kept: NDArray[np.bool_]) -> Streams:
    """Return the streams of some rows of a block."""
    return lambda *purpose: SomeRows(rng(*purpose), kept)  # type: ignore[return-value]
