"""Blocks of candidates, made side by side, and the rows that were asked for, put together from these in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from tabgan.errors import InputError

BLOCK_ROWS = 16384
"""Rows are drawn in blocks of this many, block i seeded with (seed, i): how many are asked for changes none of them."""
FEW = (1024, 2048, 4096, 8192)
"""So many candidates of the first block may be enough, where less than a block can be drawn."""
MOST_WORKERS = 8  # each holds a block in memory, and more of them would wait for each other and for the reader
MOST_NAMED = 5
"""Of known rows for which there is none."""
MOST_IN_VAIN = 500_000  # candidates of which one must be accepted
MOST_CANDIDATES = 5_000_000
MOST_PER_ROW = 200  # there may be so many candidates for each row, if that is more

Block = TypeVar("Block")
Container: TypeAlias = "pd.DataFrame | NDArray[Any]"


def count_threads() -> int:
    """Return how many threads there may be: what OMP_NUM_THREADS says, or the cores that this process may use."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdecimal() and int(told):
        return int(told)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(make: Callable[[int], Block], count: Callable[[], int]) -> Iterator[Block]:
    """Yield ``make(0)``, ``make(1)``, ..., ``make(count() - 1)``, made in as many threads as `count_threads` says.

    `count` is asked again whenever a block was taken, as what it holds may change how many are needed. At most one
    block more than there are threads is made ahead of the one that was asked for. Matrix products have one thread each
    meanwhile, so that whole blocks run side by side, and how many there are changes no sum.
    """
    workers = min(count_threads(), MOST_WORKERS)
    pool = ThreadPoolExecutor(workers, "tabgan")
    ahead: deque[Future[Block]] = deque()
    begun = 0
    with threadpool_limits(1, "blas"):
        try:
            while True:
                while len(ahead) < workers + 1 and begun < count():
                    ahead.append(pool.submit(make, begun))
                    begun += 1
                if not ahead:
                    return
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


class Candidates(NamedTuple):
    """The accepted candidates of one block: rows as they come back, their groups, how many they were before the cut."""

    rows: Container
    groups: NDArray[np.intp] | None
    accepted: int


class RowBlocks(Iterator[Any]):
    """Blocks of generated rows, and how many candidates they were chosen from.

    Attributes
    ----------
    candidates : int
        Rows that were generated so far.
    accepted : int
        How many of these met constraints and conditions and had values that were still waited for.
    """

    def __init__(
        self,
        make: Callable[[Places, int, int], Candidates],
        few: Sequence[int],
        empty: Container,
        n_samples: int,
        groups: NDArray[np.intp] | None,
        index: pd.Index | None,
        give: Callable[[Container], Any],
        rules: str = "",
    ) -> None:
        self.candidates = self.accepted = 0
        self._give, self._rules = give, rules
        self._n_samples, self._groups, self._index = n_samples, groups, index
        self._places = Places(groups, n_samples)
        self._few = few
        self._blocks = self._run(make) if n_samples else (block for block in [empty])

    def __next__(self) -> Any:
        return self._give(next(self._blocks))

    def close(self) -> None:
        """Stop, and let go of the threads."""
        self._blocks.close()

    @property
    def acceptance(self) -> float:
        """The share of candidates that was accepted; 1 when there were none."""
        return self.accepted / self.candidates if self.candidates else 1.0

    def _run(self, make: Callable[[Places, int, int], Candidates]) -> Generator[Container, None, None]:
        with threadpool_limits(1, "blas"):
            for size in self._few:
                if rows := self._take(make(self._places, 0, size), size, _Buffer(self._index)):
                    yield from rows
                    return
                self.candidates = self.accepted = 0  # what more candidates become begins with these
                self._places = Places(self._groups, self._n_samples)
        buffer = _Buffer(self._index)
        for block in side_by_side(lambda i: make(self._places, i, BLOCK_ROWS), self._count_blocks):
            rows = self._take(block, BLOCK_ROWS, buffer)
            self._check_limit()
            yield from rows
            if self._places.filled == self._n_samples:
                return

    def _take(self, block: Candidates, size: int, buffer: _Buffer) -> list[Container]:
        """Return the rows that are ready once a block of so many candidates is there."""
        self.candidates += size
        places, accepted = self._places.find(block)
        self.accepted += accepted
        buffer.add(block.rows, places)
        return list(buffer.give_out(self._places.ready, self._places.ready == self._n_samples))

    def _count_blocks(self) -> int:
        """Return how many blocks are needed in all, as far as can be told."""
        done, missing = self.candidates // BLOCK_ROWS, self._n_samples - self._places.filled
        rate = max(self.accepted, 1) / self.candidates if done else 1.0
        return done + int(np.ceil(missing / (rate * BLOCK_ROWS)))

    def _check_limit(self) -> None:
        most = MOST_IN_VAIN if self.accepted == 0 else max(MOST_CANDIDATES, MOST_PER_ROW * self._n_samples)
        if self._places.filled < self._n_samples and self.candidates >= most:
            words = [
                f"rows must be found among {self.candidates:,} candidates, but {self.accepted:,} of these "
                f"({100 * self.acceptance:.2g}%) were accepted, and gave {self._places.filled:,} of the "
                f"{self._n_samples:,} rows asked for"
            ]
            remedy = "widen the conditions, leave out rare values, or ask for fewer rows"
            if self._index is not None:
                lacking = [f"{row + 1:,}" for row in self._places.waiting[: MOST_NAMED + 1]]
                listed = ", ".join([*lacking[:MOST_NAMED], *(["..."] if len(lacking) > MOST_NAMED else [])])
                words.append(f"known rows that got none: {listed}")
                remedy = "change or leave out these rows, or widen the conditions"
            if self._rules and (self.accepted == 0 or self._index is not None):
                remedy = f"rows also have to keep {self._rules}; {remedy}"
            raise InputError("; ".join([*words, remedy]))


class _Buffer:
    """Rows that wait until those before them are there, or until they make a block."""

    def __init__(self, index: pd.Index | None) -> None:
        self._index = index
        self._parts: list[Container] = []
        self._places: list[NDArray[np.intp]] = []
        self._given_out = 0

    def add(self, rows: Container, places: NDArray[np.intp]) -> None:
        used = places >= 0
        if used.any():
            self._parts.append(rows if used.all() else _take(rows, np.flatnonzero(used)))
            self._places.append(places[used])

    def give_out(self, ready: int, all_there: bool) -> Iterator[Container]:
        """Yield whole blocks of the rows before `ready`, and the last one when all are there."""
        least = 1 if all_there else BLOCK_ROWS
        if ready - self._given_out < least:
            return
        rows, places = self._join()
        first = self._given_out
        while ready - self._given_out >= least:
            stop = min(ready, self._given_out + BLOCK_ROWS)
            yield self._cut(rows, self._given_out - first, stop - first)
            self._given_out = stop
        done = self._given_out - first
        self._parts, self._places = ([rows[done:]], [places[done:]]) if done < len(rows) else ([], [])

    def _join(self) -> tuple[Container, NDArray[np.intp]]:
        """Return all rows in the order of their places, and these."""
        rows, places = self._parts[0], np.concatenate(self._places)
        if len(self._parts) > 1:
            framed = isinstance(rows, pd.DataFrame)
            rows = pd.concat(self._parts, ignore_index=True) if framed else np.concatenate(self._parts)
        if (np.diff(places) > 0).all():
            return rows, places
        order = np.argsort(places)
        return _take(rows, order), places[order]

    def _cut(self, rows: Container, start: int, stop: int) -> Container:
        part = rows[start:stop]
        if isinstance(part, np.ndarray):
            return part
        if self._index is None:
            return part.reset_index(drop=True) if start or not isinstance(part.index, pd.RangeIndex) else part
        return part.set_axis(self._index[self._given_out : self._given_out + stop - start], axis=0)


def _take(rows: Container, places: NDArray[np.intp]) -> Container:
    return rows[places] if isinstance(rows, np.ndarray) else rows.iloc[places].reset_index(drop=True)


class Places:
    """Which row a candidate becomes: the first one of its group that still waits.

    Rows before `ready` are all there; `filled` of them are in all.
    """

    def __init__(self, groups: NDArray[np.intp] | None, n_samples: int) -> None:
        self.ready = self.filled = 0
        self._n_samples = n_samples
        self._order: NDArray[np.intp] | None = None
        if groups is not None:
            self._order = np.argsort(groups, kind="stable")
            self._next = np.searchsorted(groups[self._order], np.arange(groups.max(initial=0) + 1))
            self._end = np.append(self._next[1:], n_samples)

    @property
    def open(self) -> NDArray[np.bool_] | None:
        """Which groups have rows that still wait, of shape (n_groups,); ever fewer. None when all rows are alike."""
        return None if self._order is None else self._next < self._end

    @property
    def waiting(self) -> NDArray[np.intp]:
        """Return which rows are not there yet, in order."""
        if self._order is None:
            return np.arange(self.filled, self._n_samples)
        parts = [self._order[begin:end] for begin, end in zip(self._next, self._end, strict=True)]
        return np.sort(np.concatenate(parts))

    def find(self, block: Candidates) -> tuple[NDArray[np.intp], int]:
        """Return the row that each candidate becomes, -1 if nothing waits for it; and how many of all are accepted."""
        if self._order is None or block.groups is None:
            found = np.arange(self.filled, self.filled + len(block.rows))
            found[found >= self._n_samples] = -1
            self.filled = self.ready = min(self._n_samples, self.filled + len(found))
            return found, block.accepted
        if (more := int(block.groups.max(initial=0)) + 1 - len(self._next)) > 0:  # of which there is no row
            nothing = np.full(more, self._n_samples)
            self._next, self._end = np.append(self._next, nothing), np.append(self._end, nothing)
        accepted = int((self._next < self._end)[block.groups].sum())
        by_group = np.argsort(block.groups, kind="stable")
        sizes = np.bincount(block.groups, minlength=len(self._next))
        rank = np.arange(len(by_group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        at = np.repeat(self._next, sizes) + rank
        waits = at < np.repeat(self._end, sizes)
        found = np.full(len(by_group), -1)
        found[by_group[waits]] = self._order[at[waits]]
        self._next = np.minimum(self._next + sizes, self._end)
        self.filled += int(waits.sum())
        open_groups = self._next < self._end
        self.ready = int(self._order[self._next[open_groups]].min(initial=self._n_samples))
        return found, accepted
