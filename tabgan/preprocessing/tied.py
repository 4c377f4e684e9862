"""Which columns of a table are tied: few of their combinations occur."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

MOST_NEW = 0.02  # of the rows of a fresh table: those whose combination was not among the learned ones
LEAST_GAIN = 20  # times as many there would be if the columns were not tied
MOST_COMBINATIONS = 5000  # of a group, so that a model stays small
MOST_COUNTED = 20_000  # rows, drawn at random, in which combinations are counted


@dataclass(frozen=True, eq=False)
class Coded:
    """Some columns as one: for each row the place of its combination among those that occur."""

    columns: tuple[int, ...]
    codes: Array
    ordered: bool  # whether neighbours are close to each other: those of a column of numbers

    @cached_property
    def counts(self) -> Array:
        return np.bincount(self.codes)

    @property
    def new(self) -> int:
        """How many rows of a fresh table have a new combination: as many as have one of their own (Good 1953)."""
        return int((self.counts == 1).sum())


@dataclass(frozen=True, eq=False)
class Tie:
    """Two codes that are tied; without the tie `untied` rows of a fresh table would have a new combination."""

    first: Coded
    second: Coded
    joined: Coded
    untied: float

    def touches(self, other: Tie) -> bool:
        """Whether both tie the same columns, in part."""
        return bool({self.first, self.second} & {other.first, other.second})


def find_tied(
    X: Array, categorical: Collection[int], apart: Collection[int], rng: np.random.Generator
) -> list[tuple[int, ...]]:
    """Return the groups of tied columns of `X`, of shape (n_samples, n_columns), without those `apart`.

    Two columns are tied when hardly any fresh row would have a new combination of their values, but many would if the
    columns were not tied. From the strongest tie on, what is tied becomes one, until nothing is.
    """
    X = X if len(X) <= MOST_COUNTED else X[rng.choice(len(X), MOST_COUNTED, replace=False)]
    codes = {i: np.unique(X[:, i], return_inverse=True)[1] for i in range(X.shape[1]) if i not in apart}
    coded = [Coded((i,), own, i not in categorical) for i, own in codes.items()]
    coded = [one for one in coded if len(one.counts) > 1 and _is_known(one)]
    ties = [tie for pair in combinations(coded, 2) if (tie := _tie(*pair))]
    while ties:
        best = max(ties, key=lambda tie: tie.untied)
        coded = [one for one in coded if one not in (best.first, best.second)]
        ties = [tie for tie in ties if not tie.touches(best)]
        ties += [tie for one in coded if (tie := _tie(best.joined, one))]
        coded.append(best.joined)
    return [tuple(sorted(one.columns)) for one in coded if len(one.columns) > 1]


def _is_known(coded: Coded) -> bool:
    return coded.new < MOST_NEW * len(coded.codes) and len(coded.counts) <= MOST_COMBINATIONS


def _tie(first: Coded, second: Coded) -> Tie | None:
    """Return the tie of two codes, if they are tied."""
    size = len(second.counts)
    cells, codes = np.unique(first.codes * size + second.codes, return_inverse=True)
    joined = Coded((*first.columns, *second.columns), codes, ordered=False)
    if not _is_known(joined):
        return None
    places = cells // size, cells % size
    known = max(
        _count_known(cells, joined.counts, size, first, places[0], second.counts[places[1]]),
        _count_known(cells, joined.counts, 1, second, places[1], first.counts[places[0]]),
    )
    untied = len(codes) - known
    return Tie(first, second, joined, untied) if untied >= LEAST_GAIN * (joined.new + 1) else None


def _count_known(cells: Array, counts: Array, stride: int, kept: Coded, place: Array, others: Array) -> float:
    """Return how many rows would have one of the `cells` if only one part was `kept`, at a `place` in each cell.

    Their other part is that of rows with the next smaller or larger number, or, beside labels, that of any row:
    `others` have the one of a cell. Places that are neighbours are a `stride` apart in the numbers of cells.
    """
    if not kept.ordered:
        return float((kept.counts[place] * others).sum() / len(kept.codes))
    beside, found = np.zeros(len(cells)), np.zeros(len(cells))
    for step in (-1, 1):
        exists = (place + step >= 0) & (place + step < len(kept.counts))
        at = np.searchsorted(cells, cells + step * stride).clip(max=len(cells) - 1)
        beside += np.where(exists, kept.counts.take(place + step, mode="clip"), 0)
        found += np.where(exists & (cells[at] == cells + step * stride), counts[at], 0)
    return float((kept.counts[place] * found / beside).sum())
