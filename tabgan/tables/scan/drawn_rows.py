"""A sample of rows that is the same in whatever order they come: those with the smallest hashes of where they stand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

PART = 40  # bits of a position that say which row of a part it is; those above say which part

Hashes = NDArray[np.uint64]


def hash_positions(positions: NDArray[np.int64]) -> Hashes:
    """Return a random number of each position, another one of each (splitmix64; Steele, Lea, Flood 2014).

    Examples
    --------
    >>> hash_positions(np.array([0, 1])).tolist()
    [16294208416658607535, 10451216379200822465]
    """
    x = positions.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


class DrawnRows:
    """At most so many rows of those that were added, with their positions; `merge` knows no order."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._cut: np.uint64 | None = None  # the largest hash that can be among the smallest ones
        self._tables: list[pa.Table] = []
        self._positions: list[NDArray[np.int64]] = []  # of the rows of each
        self._count = 0

    def add(self, rows: pa.RecordBatch, start: int) -> None:
        """Take in a batch whose first row stands at a position."""
        positions: NDArray[np.int64] = np.arange(start, start + rows.num_rows)
        if self._cut is not None:
            kept = np.flatnonzero(hash_positions(positions) <= self._cut)
            if not len(kept):
                return
            rows, positions = rows.take(pa.array(kept)), positions[kept]
        self._extend([pa.Table.from_batches([rows])], [positions])

    def merge(self, other: DrawnRows) -> DrawnRows:
        """Return those of both."""
        merged = DrawnRows(self.most)
        for one in (self, other):
            merged._extend(one._tables, one._positions)
        merged._shrink()
        return merged

    def table(self, schema: pa.Schema) -> pa.Table:
        """Return the rows in order, with the types of all."""
        self._shrink()
        if not self._tables:
            return schema.empty_table()
        table = pa.concat_tables([t.cast(schema) for t in self._tables])
        positions = np.concatenate(self._positions)
        return table if (np.diff(positions) > 0).all() else table.take(pa.array(np.argsort(positions)))

    def _extend(self, tables: list[pa.Table], positions: list[NDArray[np.int64]]) -> None:
        self._tables.extend(tables)
        self._positions.extend(positions)
        self._count += sum(map(len, positions))
        if self._count > 2 * self.most:
            self._shrink()

    def _shrink(self) -> None:
        if self._count <= self.most:
            return
        positions = np.concatenate(self._positions)
        hashes = hash_positions(positions)
        kept = np.sort(np.argpartition(hashes, self.most - 1)[: self.most])
        self._tables = [
            pa.concat_tables(self._tables, promote_options="permissive").take(pa.array(kept)).combine_chunks()
        ]
        self._positions, self._count, self._cut = [positions[kept]], self.most, hashes[kept].max()
