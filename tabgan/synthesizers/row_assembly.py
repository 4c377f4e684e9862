"""From blocks of candidates to the rows that were asked for, with an account of how many candidates it took."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.synthesizers.blocks import BLOCK_ROWS, side_by_side
from tabgan.synthesizers.requests import Request

MOST_IN_VAIN = 500_000
"""Candidates of which one must be accepted."""
MOST_CANDIDATES = 5_000_000
MOST_PER_ROW = 200
"""There may be so many candidates, or so many for each row if that is more."""

Container: TypeAlias = "pd.DataFrame | np.ndarray"


class Candidates(NamedTuple):
    """The accepted candidates of one block: rows as they come back, their groups, how many they were before the cut."""

    rows: Container
    groups: np.ndarray | None
    accepted: int


@dataclass
class Counts:
    """How many candidates were drawn so far, how many of them were accepted, and how many rows were made of these."""

    n_samples: int
    candidates: int = 0
    accepted: int = 0
    filled: int = 0

    def count_blocks(self) -> int:
        """Return how many blocks are needed in all, as far as can be told."""
        done = self.candidates // BLOCK_ROWS
        missing = self.n_samples - self.filled
        if done == 0 or missing == 0:
            return done or -(-missing // BLOCK_ROWS)
        rate = max(self.accepted, 1) / self.candidates
        return done + int(np.ceil(missing / (rate * BLOCK_ROWS)))

    def check_limit(self) -> None:
        """Raise InputError when there have been too many candidates."""
        most = max(MOST_CANDIDATES, MOST_PER_ROW * self.n_samples)
        if self.filled < self.n_samples and (
            self.candidates >= most or (self.accepted == 0 and self.candidates >= MOST_IN_VAIN)
        ):
            raise InputError(
                f"rows must be found among {self.candidates:,} candidates, but {self.accepted:,} of these "
                f"({100 * self.accepted / self.candidates:.2g}%) were accepted, and gave {self.filled:,} of the "
                f"{self.n_samples:,} rows asked for; widen the conditions, leave out rare values, or ask for fewer rows"
            )


class RowBlocks(Iterator[Container]):
    """Blocks of generated rows, and how many candidates they were chosen from.

    Attributes
    ----------
    candidates : int
        Rows that were generated so far.
    accepted : int
        How many of these met constraints and conditions and had values that were still waited for.
    """

    def __init__(self, make: Callable[[int], Candidates], empty: Container, request: Request) -> None:
        self._counts = Counts(request.n_samples)
        self._blocks = _run(make, empty, request, self._counts)

    def __next__(self) -> Container:
        return next(self._blocks)

    def close(self) -> None:
        """Stop, and let go of the threads."""
        self._blocks.close()

    @property
    def candidates(self) -> int:
        return self._counts.candidates

    @property
    def accepted(self) -> int:
        return self._counts.accepted

    @property
    def acceptance(self) -> float:
        """The share of candidates that was accepted; 1 when there were none."""
        return self.accepted / self.candidates if self.candidates else 1.0


def _run(
    make: Callable[[int], Candidates], empty: Container, request: Request, counts: Counts
) -> Generator[Container, None, None]:
    if request.n_samples == 0:
        yield empty
        return
    places = _Places(request.groups, request.n_samples)
    buffer = _Buffer(request.index)
    for block in side_by_side(make, counts.count_blocks):
        counts.candidates += BLOCK_ROWS
        buffer.add(block.rows, places.find(block, counts))
        counts.check_limit()
        yield from buffer.give_out(places.ready, places.ready == request.n_samples)
        if counts.filled == request.n_samples:
            return


class _Buffer:
    """Rows that wait until those before them are there, or until they make a block."""

    def __init__(self, index: pd.Index | None) -> None:
        self._index = index
        self._parts: list[Container] = []
        self._places: list[np.ndarray] = []
        self._given_out = 0

    def add(self, rows: Container, places: np.ndarray) -> None:
        used = places >= 0
        if used.any():
            self._parts.append(rows if used.all() else _take(rows, np.flatnonzero(used)))
            self._places.append(places[used])

    def give_out(self, ready: int, all_there: bool) -> Iterator[Container]:
        """Yield whole blocks of the rows before `ready`, and the last one when all are there."""
        if ready - self._given_out < (1 if all_there else BLOCK_ROWS):
            return
        rows, places = _sort(self._parts, np.concatenate(self._places))
        first = self._given_out
        while ready - self._given_out >= (1 if all_there else BLOCK_ROWS):
            stop = min(ready, self._given_out + BLOCK_ROWS)
            yield self._cut(rows, self._given_out - first, stop - first)
            self._given_out = stop
        done = self._given_out - first
        self._parts, self._places = ([rows[done:]], [places[done:]]) if done < len(rows) else ([], [])

    def _cut(self, rows: Container, start: int, stop: int) -> Container:
        part = rows[start:stop]
        if isinstance(part, np.ndarray):
            return part
        if self._index is None:
            return part.reset_index(drop=True) if start or not isinstance(part.index, pd.RangeIndex) else part
        return part.set_axis(self._index[self._given_out : self._given_out + stop - start], axis=0)


class _Places:
    """Which row a candidate becomes: the first one of its group that still waits."""

    def __init__(self, groups: np.ndarray | None, n_samples: int) -> None:
        self.ready = 0  # rows before this one are all there
        self._n_samples = n_samples
        self._order: np.ndarray | None = None
        if groups is not None:
            self._order = np.argsort(groups, kind="stable")
            self._next = np.searchsorted(groups[self._order], np.arange(groups.max(initial=0) + 1))
            self._end = np.append(self._next[1:], n_samples)

    def find(self, block: Candidates, counts: Counts) -> np.ndarray:
        """Return the row that each candidate becomes; -1 for one that nothing waits for."""
        if self._order is None or block.groups is None:
            found = np.arange(counts.filled, counts.filled + len(block.rows))
            found[found >= self._n_samples] = -1
            counts.accepted += block.accepted
            counts.filled = self.ready = min(self._n_samples, counts.filled + len(found))
            return found
        counts.accepted += int((self._next < self._end)[block.groups].sum())
        by_group = np.argsort(block.groups, kind="stable")
        sizes = np.bincount(block.groups, minlength=len(self._next))
        rank = np.arange(len(by_group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        at = np.repeat(self._next, sizes) + rank
        waits = at < np.repeat(self._end, sizes)
        found = np.full(len(by_group), -1)
        found[by_group[waits]] = self._order[at[waits]]
        self._next = np.minimum(self._next + sizes, self._end)
        counts.filled += int(waits.sum())
        open_groups = self._next < self._end
        self.ready = int(self._order[self._next[open_groups]].min(initial=self._n_samples))
        return found


def _sort(parts: list[Container], places: np.ndarray) -> tuple[Container, np.ndarray]:
    """Join parts and bring them in the order of their places."""
    rows = parts[0]
    if len(parts) > 1:
        rows = np.concatenate(parts) if isinstance(rows, np.ndarray) else pd.concat(parts, ignore_index=True)
    if (np.diff(places) > 0).all():
        return rows, places
    order = np.argsort(places)
    return _take(rows, order), places[order]


def _take(rows: Container, places: np.ndarray) -> Container:
    return rows[places] if isinstance(rows, np.ndarray) else rows.iloc[places].reset_index(drop=True)
